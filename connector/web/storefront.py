"""The storefront API: `config` and the script for everybody, `me` for whoever the platform vouches for."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, abort, request
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema

import widgets
from connector import inbox, personal, programmes, shops
from connector.errors import BadDelivery
from connector.installation import Installation, utc_now
from connector.port import Change, Stream, Visitor, VisitorKind
from connector.shops import Shop
from connector.web import schemas
from connector.web.hooks import delivery


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("v1", __name__, url_prefix="/v1", description="What the widgets ask.")

    @v1.route("/<slug>/config")
    class Config(MethodView):
        @v1.arguments(schemas.Asked, location="query")
        @v1.response(200, schemas.ConfigShape)
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        def get(self, asked: dict[str, str], slug: str) -> Any:
            """What is the same for everybody: programme, texts, questions."""
            return _config(inst, shop_of(inst, slug), asked)

    @v1.route("/<slug>/loader.js")
    class Loader(MethodView):
        @v1.arguments(schemas.Asked, location="query")
        @v1.response(200, {"type": "string"}, content_type="text/javascript")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        def get(self, asked: dict[str, str], slug: str) -> Response:
            """The script that a shop's pages carry, with the answer of `config` in it."""
            found = schemas.ConfigShape().dump(_config(inst, shop_of(inst, slug), asked))
            said = json.dumps(found, separators=(",", ":"))
            return Response(widgets.loader(said), mimetype="text/javascript")

    @v1.route("/<slug>/me")
    class Me(MethodView):
        @v1.arguments(schemas.Asked, location="query")
        @v1.response(200, schemas.MeShape)
        @v1.doc(security=[{"identity": []}, {}])  # without a token one is nobody, and is told so
        @v1.alt_response(401, schema=ErrorSchema, description="The token is forged or stale.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        def get(self, asked: dict[str, str], slug: str) -> Any:
            """Everything personal of the visitor whom the shop's token names."""
            shop = shop_of(inst, slug)
            visitor = visitor_of(inst, shop)
            with inst.database.read() as tx:
                programme = programmes.versions(tx, shop.merchant_id, shop.currency)[-1]
                lang = language(asked, programme.languages)
                found = personal.me(tx, shop, programme, visitor, inst.keys, lang, utc_now())
            if found["state"] == "arriving" and visitor.kind is VisitorKind.CUSTOMER:
                _ring(inst, shop, visitor.external_id)
            return found

    @v1.after_request
    def headers(response: Response) -> Response:
        return seen_by(inst, response)

    return v1


def _config(inst: Installation, shop: Shop, asked: dict[str, str]) -> dict[str, Any]:
    with inst.database.read() as tx:
        programme = programmes.versions(tx, shop.merchant_id, shop.currency)[-1]
        lang = language(asked, programme.languages)
        url = f"{inst.config.url}/v1/{shop.slug}/terms?lang={lang}"
        return personal.config(tx, shop, programme, lang, url)


def shop_of(inst: Installation, slug: str) -> Shop:
    """The shop of this address, or a 404."""
    with inst.database.read() as tx:
        shop = shops.find(tx, slug)
    if shop is None:
        abort(refusal(404, "There is no such shop here."))
    return shop


def visitor_of(inst: Installation, shop: Shop) -> Visitor:
    """Whom the shop's token names; a forged or stale one is never taken for a guest's."""
    try:
        return inst.platform(shop).visitor(delivery(), utc_now())
    except BadDelivery as forged:
        abort(refusal(401, str(forged)))


def refusal(code: int, message: str, **more: str) -> Response:
    """An error of ours, as the API words it."""
    status = {401: "Unauthorized", 404: "Not Found", 409: "Conflict"}[code]
    said = json.dumps({"code": code, "status": status, "message": message, **more})
    return Response(said, code, mimetype="application/json")


def language(asked: dict[str, str], languages: tuple[str, ...]) -> str:
    """The language asked for, or the programme's first."""
    wanted = asked["lang"][:2].lower()
    return wanted if wanted in languages else languages[0]


def _ring(inst: Installation, shop: Shop, external_id: str) -> None:
    """Ask the shop about a customer we never saw; the answer comes with the next look."""
    change = Change(Stream.CUSTOMERS, external_id)
    now = utc_now()
    inst.database.write(lambda tx: inbox.ring(tx, shop.merchant_id, shop.shop_id, [change], now))


_WITH_A_WISH = "Authorization, Content-Type, Idempotency-Key"


def seen_by(inst: Installation, response: Response) -> Response:
    """Who may read the answer, and who may keep it."""
    personal_answer = not request.path.endswith(("/config", "/loader.js"))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = (
        "private, no-store"
        if personal_answer or response.status_code >= 400
        else "public, max-age=300"
    )
    if not personal_answer:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.add_etag()
        response.make_conditional(request)
        return response
    response.headers["Vary"] = "Authorization, Origin"
    origin = request.headers.get("Origin", "")
    with inst.database.read() as tx:
        shop = shops.find(tx, (request.view_args or {}).get("slug", ""))
    if shop is not None and origin in shop.origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = (
            "Authorization" if request.path.endswith("/me") else _WITH_A_WISH
        )
        response.headers["Access-Control-Max-Age"] = "600"
    return response
