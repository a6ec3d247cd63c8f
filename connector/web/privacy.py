"""What the shop's own server asks on behalf of a person; no browser's token opens these doors."""

from __future__ import annotations

from typing import Any

from flask import Response, abort
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema

from connector import privacy, programmes
from connector.errors import BadDelivery
from connector.installation import Installation, utc_now
from connector.port import AsksForPeople
from connector.shops import Shop
from connector.web import schemas
from connector.web.hooks import delivery
from connector.web.storefront import language, refusal, shop_of


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("privacy", __name__, url_prefix="/v1", description="A person's own data.")

    @v1.route("/<slug>/privacy/export")
    class Export(MethodView):
        @v1.arguments(schemas.Asked, location="query")
        @v1.response(200, schemas.ExportShape)
        @v1.doc(security=[{"server": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="Not the shop's own server.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        def post(self, asked: dict[str, str], slug: str) -> Any:
            """Everything that is kept about the person whom the token names."""
            shop, email = _asked(inst, slug)
            with inst.database.read() as tx:
                lang = _language(tx, shop, asked)
                return {"groups": privacy.export(tx, shop, email, inst.keys, lang)}

    @v1.route("/<slug>/privacy/erase")
    class Erase(MethodView):
        @v1.arguments(schemas.Asked, location="query")
        @v1.response(200, schemas.ErasedShape)
        @v1.doc(security=[{"server": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="Not the shop's own server.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        def post(self, asked: dict[str, str], slug: str) -> Any:
            """Forget the person whom the token names; what is kept without his name is said."""
            shop, email = _asked(inst, slug)
            erased = inst.database.write(
                lambda tx: privacy.erase(tx, shop, email, inst.keys, utc_now())
            )
            with inst.database.read() as tx:
                lang = _language(tx, shop, asked)
            return {"erased": erased, "kept": [privacy.KEPT[lang]] if erased else []}

    @v1.after_request
    def headers(response: Response) -> Response:
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return v1


def _asked(inst: Installation, slug: str) -> tuple[Shop, str]:
    """The shop, and the address of the person its server asks about."""
    shop = shop_of(inst, slug)
    platform = inst.platform(shop)
    if not isinstance(platform, AsksForPeople):
        abort(refusal(404, "This shop's platform does not ask here."))
    try:
        return shop, platform.person(delivery(), utc_now())
    except BadDelivery as forged:
        abort(refusal(401, str(forged)))


def _language(tx: Any, shop: Shop, asked: dict[str, str]) -> str:
    programme = programmes.versions(tx, shop.merchant_id, shop.currency)[-1]
    return language(asked, programme.languages)
