"""The part of the storefront API that moves points: only by POST, proven by the shop, once per key.

The shop is asked after the answer, by whoever does its lane: the answer says how far it is, and the
widget looks again. So a slow shop never keeps one of our own threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, abort
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema
from sqlalchemy import Connection

from connector import lanes, members, offers, programmes, reservations, vouchers
from connector.declined import Declined
from connector.installation import Installation, utc_now
from connector.port import VisitorKind
from connector.shops import Shop
from connector.values import MemberId
from connector.vouchers import Asked, State, Voucher
from connector.web import schemas
from connector.web.storefront import language, refusal, seen_by, shop_of, visitor_of

T = TypeVar("T")
_PROVEN: list[dict[str, list[str]]] = [{"identity": []}]


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("v1-redeeming", __name__, url_prefix="/v1", description="What moves points.")
    _vouchers(v1, inst)
    _carts(v1, inst)

    @v1.after_request
    def headers(response: Response) -> Response:
        return seen_by(inst, response)

    return v1


def _promises(v1: Blueprint, shape: Any) -> Callable[[T], T]:
    """What every one of these answers, said once."""

    def decorate(view: T) -> T:
        said = {
            401: (ErrorSchema, "Nobody is proven by this token."),
            404: (ErrorSchema, "No such shop."),
            409: (schemas.DeclinedShape, "Declined; nothing was changed."),
        }
        for code, (schema, why) in said.items():
            view = v1.alt_response(code, schema=schema, description=why)(view)
        documented = v1.doc(security=_PROVEN)(v1.response(200, shape)(view))
        found: T = v1.arguments(schemas.Asked, location="query")(documented)
        return found

    return decorate


def _vouchers(v1: Blueprint, inst: Installation) -> None:
    @v1.route("/<slug>/redeem")
    class Redeem(MethodView):
        @_promises(v1, schemas.VoucherShape)
        @v1.alt_response(202, schema=schemas.VoucherShape, description="The shop is at it.")
        @v1.arguments(schemas.Keyed, location="headers")
        @v1.arguments(schemas.Wish)
        @v1.alt_response(400, schema=ErrorSchema, description="The body is no JSON.")
        def post(
            self, asked: dict[str, str], keyed: dict[str, str], wish: dict[str, Any], slug: str
        ) -> Any:
            """Exchange points for a voucher; look at `me` until it is ready."""
            shop = shop_of(inst, slug)
            wanted = Asked(wish["reward"], keyed["key"], wish["points"])
            return _voucher(inst, shop, asked, lambda tx, member_id: vouchers.redeem(
                tx, shop, member_id, wanted, inst.keys, utc_now()))  # fmt: skip

    @v1.route("/<slug>/vouchers/<voucher_id>/take-back")
    class TakeBack(MethodView):
        @_promises(v1, schemas.VoucherShape)
        @v1.alt_response(202, schema=schemas.VoucherShape, description="The shop is at it.")
        def post(self, asked: dict[str, str], slug: str, voucher_id: str) -> Any:
            """Give an unused voucher back; its points follow. Again changes nothing."""
            shop = shop_of(inst, slug)
            return _voucher(inst, shop, asked, lambda tx, member_id: vouchers.take_back(
                tx, shop.merchant_id, voucher_id, utc_now(), member_id=member_id))  # fmt: skip


def _voucher(
    inst: Installation,
    shop: Shop,
    asked: dict[str, str],
    work: Callable[[Connection, MemberId], Voucher],
) -> tuple[dict[str, Any], int]:
    """The voucher after one transaction; the shop's part is hinted at, not waited for."""
    one, lang = _done(inst, shop, asked, work)
    waiting = one.state in (State.WANTED, State.REVOKING)
    if waiting:
        inst.hint(lanes.of_shop(shop))
    return offers.held(one, lang), 202 if waiting else 200


def _carts(v1: Blueprint, inst: Installation) -> None:
    @v1.route("/<slug>/carts/<cart>/reserve")
    class Reserve(MethodView):
        @_promises(v1, schemas.ReservationShape)
        @v1.arguments(schemas.Basket)
        @v1.alt_response(400, schema=ErrorSchema, description="The body is no JSON.")
        def post(self, asked: dict[str, str], basket: dict[str, int], slug: str, cart: str) -> Any:
            """Keep points for a cart, half an hour from now; again moves it to the new number."""
            shop = shop_of(inst, slug)
            return _done(inst, shop, asked, lambda tx, member_id: reservations.reserve(
                tx, shop, member_id, _named(cart), basket["points"], utc_now()))[0]  # fmt: skip

    for name, doing in (("commit", reservations.commit), ("release", reservations.release)):
        _cart_route(v1, inst, name, doing)


def _cart_route(v1: Blueprint, inst: Installation, name: str, doing: Callable[..., Any]) -> None:
    class End(MethodView):
        @_promises(v1, schemas.ReservationShape)
        def post(self, asked: dict[str, str], slug: str, cart: str) -> Any:
            """End what was reserved for a cart; again changes nothing."""
            shop = shop_of(inst, slug)
            return _done(inst, shop, asked, lambda tx, member_id: doing(
                tx, shop, member_id, _named(cart), utc_now()))[0]  # fmt: skip

    End.__name__ = name.capitalize()
    v1.route(f"/<slug>/carts/<cart>/{name}", endpoint=f"cart-{name}")(End)


def _named(cart: str) -> str:
    """A cart's name as we keep it; a longer one is nobody's cart."""
    if len(cart) > 64 or not cart.isascii():
        raise Declined("no_reservation")
    return cart


def _done(
    inst: Installation,
    shop: Shop,
    asked: dict[str, str],
    work: Callable[[Connection, MemberId], T],
) -> tuple[T, str]:
    """Do it for the member whom the shop's token names; a no is said in his language."""
    with inst.database.read() as tx:
        found = programmes.versions(tx, shop.merchant_id, shop.currency)
    lang = language(asked, found[-1].languages)
    visitor = visitor_of(inst, shop)
    if visitor.kind is not VisitorKind.CUSTOMER:
        abort(refusal(401, "Only who is logged in to the shop may do this."))
    buyer = f"{members.CUSTOMER}:{visitor.external_id}"

    def unit(tx: Connection) -> T:
        member_id = members.find(tx, shop.merchant_id, shop.shop_id, [buyer]).get(buyer)
        if member_id is None:
            raise Declined("no_member")
        return work(tx, member_id)

    try:
        return inst.database.write(unit), lang
    except Declined as no:
        abort(refusal(409, no.sentence(lang), why=no.why))
