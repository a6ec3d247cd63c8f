"""What a proven visitor changes: he saw a warning, joins, leaves. Each by POST; each twice is once."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema

from connector import forewarning, members, shops
from connector.errors import BadDelivery, Refused
from connector.installation import Installation, utc_now
from connector.port import Visitor, VisitorKind
from connector.shops import Shop
from connector.values import MemberId
from connector.web import schemas
from connector.web.hooks import delivery
from connector.web.storefront import refused, shop_of


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("taking_part", __name__, url_prefix="/v1", description="Joining and leaving.")

    @v1.route("/<slug>/seen")
    class Seen(MethodView):
        @v1.arguments(schemas.SeenShape)
        @v1.response(200, schemas.SeenAnswerShape)
        @v1.doc(security=[{"identity": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="No token, or forged or stale.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        @v1.alt_response(409, schema=ErrorSchema, description="The visitor takes no part.")
        def post(self, asked: dict[str, Any], slug: str) -> Any:
            """These warnings were readable on the visitor's screen; without that nothing expires."""
            shop, visitor = proven(inst, slug)
            now = utc_now()

            def work(tx: Any) -> int:
                member_id = _member(tx, shop, visitor)
                return forewarning.seen(tx, shop.merchant_id, member_id, asked["warnings"], now)

            return {"seen": inst.database.write(work)}

    @v1.after_request
    def headers(response: Response) -> Response:
        return _headers(inst, response)

    return v1


def proven(inst: Installation, slug: str) -> tuple[Shop, Visitor]:
    """The shop, and the customer its token names; nobody else may change anything."""
    shop = shop_of(inst, slug)
    try:
        visitor = inst.platform(shop).visitor(delivery(), utc_now())
    except BadDelivery as forged:
        abort(refused(401, str(forged)))
    if visitor.kind is not VisitorKind.CUSTOMER:
        abort(refused(401, "Log in to the shop first."))
    return shop, visitor


def _member(tx: Any, shop: Shop, visitor: Visitor) -> MemberId:
    buyer = f"{members.CUSTOMER}:{visitor.external_id}"
    found = members.find(tx, shop.merchant_id, shop.shop_id, [buyer])
    if buyer not in found:
        raise Refused("You do not take part in the programme.")
    return found[buyer]


def _headers(inst: Installation, response: Response) -> Response:
    """Nobody keeps the answer; only pages of the shop itself may ask."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Authorization, Origin"
    origin = request.headers.get("Origin", "")
    with inst.database.read() as tx:
        shop = shops.find(tx, (request.view_args or {}).get("slug", ""))
    if shop is not None and origin in shop.origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Max-Age"] = "600"
    return response
