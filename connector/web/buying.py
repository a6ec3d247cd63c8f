"""What buying brings: a purchase that somebody thinks about, and an order that was just placed."""

from __future__ import annotations

from typing import Any

from flask import Response, abort
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema

from connector import members, orders_rows, placed, previewing, programmes
from connector.errors import StammkundeError
from connector.installation import Installation, utc_now
from connector.placed import Brings
from connector.port import KnowsBuyers, Order, Visitor, VisitorKind
from connector.shops import Shop
from connector.web import schemas
from connector.web.storefront import language, refusal, seen_by, shop_of, visitor_of


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("buying", __name__, url_prefix="/v1", description="What buying brings.")

    _order(v1, inst)
    _preview(v1, inst)

    @v1.after_request
    def headers(response: Response) -> Response:
        return seen_by(inst, response)

    return v1


def _order(v1: Blueprint, inst: Installation) -> None:
    @v1.route("/<slug>/order")
    class Placed(MethodView):
        @v1.arguments(schemas.AskedForOrder, location="query")
        @v1.response(200, schemas.OrderShape)
        @v1.doc(security=[{"identity": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="The token proves no order.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        def get(self, asked: dict[str, str], slug: str) -> Any:
            """What the order brings that is the visitor's, as the shop's token proves, or the shop itself."""
            shop = shop_of(inst, slug)
            visitor = visitor_of(inst, shop)
            order = visitor.order or asked["order"]
            try:
                if not (visitor.order or _is_his(inst, shop, visitor, order)):
                    abort(refusal(401, "The token proves no order."))
                with inst.database.read() as tx:
                    found = placed.known(tx, shop, order, utc_now())
                found = found or _asked_in_the_shop(inst, shop, order)
            except StammkundeError:  # the thank-you page asks again in a few seconds
                found = Brings(placed.LATER)
            with inst.database.read() as tx:
                programme = programmes.versions(tx, shop.merchant_id, shop.currency)[-1]
            return found.said(language(asked, programme.languages))


def _is_his(inst: Installation, shop: Shop, visitor: Visitor, order: str) -> bool:
    """What we have seen ourselves needs no question; a guest's order only the shop knows to be his."""
    platform = inst.platform(shop)
    if visitor.kind is not VisitorKind.CUSTOMER or not isinstance(platform, KnowsBuyers):
        return False
    with inst.database.read() as tx:
        buyer = placed.buyer(tx, shop, order)
    if buyer == f"{members.CUSTOMER}:{visitor.external_id}":
        return True
    return bool(order) and platform.placed_by(order, visitor.external_id)


def _asked_in_the_shop(inst: Installation, shop: Shop, external_id: str) -> Brings:
    """An order that we have never seen. Raises what the platform's port raises."""
    platform = inst.platform(shop)
    order: Order = platform.order(external_id)
    with inst.database.read() as tx:
        unknown = orders_rows.unknown_products(tx, shop, [order])
    products = {one.external_id: one for one in platform.products(unknown)} if unknown else {}
    with inst.database.read() as tx:
        return placed.seen(tx, shop, order, products, inst.keys, utc_now())


def _preview(v1: Blueprint, inst: Installation) -> None:
    @v1.route("/<slug>/preview")
    class Preview(MethodView):
        @v1.arguments(schemas.PurchaseShape)
        @v1.response(200, schemas.PreviewShape)
        @v1.alt_response(400, schema=ErrorSchema, description="The body is not JSON.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        def post(self, purchase: dict[str, Any], slug: str) -> Any:
            """What this purchase brings at least, whoever buys; nothing is kept."""
            shop = shop_of(inst, slug)
            with inst.database.read() as tx:
                points = previewing.of(tx, shop, purchase["lines"], utc_now())
            return {"points": points}
