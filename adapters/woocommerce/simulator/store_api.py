"""The cart of a visitor, as the Store API shows and changes it: `/wp-json/wc/store/v1/cart…`.

Seen on 11.0.1: writing with cookies needs a `Nonce` header; amounts are whole minor units, unlike in
v3; nothing may be kept. Not imitated: `Cart-Token`, shipping, addresses, the checkout itself.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from adapters.woocommerce.simulator import coupons, lines
from adapters.woocommerce.simulator.deliveries import dump
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.lines import Item
from adapters.woocommerce.simulator.money import ZERO
from adapters.woocommerce.simulator.shop import JSON, Shop
from adapters.woocommerce.simulator.visitors import COOKIE, Front

SESSION = "wp_woocommerce_session"
_NONCES = secrets.token_bytes(16)


@dataclass
class Cart:
    """What a visitor has laid in: pieces by product, and codes."""

    items: dict[int, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)


def blueprint(front: Front) -> Blueprint:
    api = Blueprint("store_api", __name__, url_prefix="/wp-json/wc/store/v1/cart")
    api.register_error_handler(RestError, lambda no: _answer(front, no.body(), no.status))

    @api.get("")
    def show() -> Response:
        with front.shop.lock:
            return _answer(front, _shown(front, cart_of(front)))

    for path, act in (("add-item", _add), ("apply-coupon", _apply), ("remove-coupon", _remove)):
        api.add_url_rule(f"/{path}", path, _changing(front, act), methods=["POST"])
    return api


def _changing(front: Front, act: Callable[[Front, Cart, JSON], None]) -> Callable[[], Response]:
    def view() -> Response:
        with front.shop.lock:
            _check_nonce()
            cart = cart_of(front)
            body = request.get_json(silent=True)
            act(front, cart, body if isinstance(body, dict) else {})
            return _answer(front, _shown(front, cart))

    return view


def _check_nonce() -> None:
    """Seen on 11.0.1: 401 without it. 403 for a wrong one: read in AbstractCartRoute.php."""
    given = request.headers.get("Nonce")
    if given is None:
        raise RestError(
            "woocommerce_rest_missing_nonce",
            "Missing the Nonce header. This endpoint requires a valid nonce.",
            401,
        )
    if not hmac.compare_digest(given.encode(), _nonce(_session()).encode()):
        raise RestError("woocommerce_rest_invalid_nonce", "Nonce is invalid.", 403)


def _nonce(session: str) -> str:
    return hmac.new(_NONCES, session.encode(), "sha256").hexdigest()[:10]


def _session() -> str:
    """A nonce belongs to who is logged in; who is not, has the cart's own cookie."""
    return request.cookies.get(COOKIE) or request.cookies.get(SESSION, "")


def cart_of(front: Front) -> Cart:
    cart: Cart = front.carts.setdefault(_session(), Cart())
    return cart


def _add(front: Front, cart: Cart, body: JSON) -> None:
    number = int(body.get("id") or 0)
    if number not in front.shop.products:
        raise RestError(
            "woocommerce_rest_cart_invalid_product", "This product cannot be added.", 400
        )
    cart.items[number] = cart.items.get(number, 0) + int(body.get("quantity") or 1)


def _apply(front: Front, cart: Cart, body: JSON) -> None:
    """Every no is a 400 with the vendor's own sentence in it, HTML-escaped (seen on 11.0.1)."""
    code = coupons.clean_code(body.get("code", ""))
    if front.shop.habits["coupons_disabled"]:
        # Read in CartApplyCoupon.php.
        raise RestError("woocommerce_rest_cart_coupon_disabled", "Coupons are disabled.", 404)
    if code in cart.codes:
        raise _no(f"Coupon code &quot;{code}&quot; has already been applied.")
    coupon = _valid(front, cart, code)
    others = [_valid(front, cart, each) for each in cart.codes]
    if any(each["individual_use"] for each in others):
        raise _no(f"Sorry, coupon &quot;{cart.codes[0]}&quot; has already been applied and cannot "
                  "be used in conjunction with other coupons.")  # fmt: skip
    cart.codes = [code] if coupon["individual_use"] else [*cart.codes, code]


def _remove(front: Front, cart: Cart, body: JSON) -> None:
    """Read in CartRemoveCoupon.php: a code that is not valid any more cannot be taken out, either."""
    code = coupons.clean_code(body.get("code", ""))
    _valid(front, cart, code)
    if code not in cart.codes:
        raise RestError(
            "woocommerce_rest_cart_coupon_invalid_code",
            "Coupon cannot be removed because it is not already applied to the cart.",
            409,
        )
    cart.codes.remove(code)


def _valid(front: Front, cart: Cart, code: str) -> JSON:
    visitor = front.visitor() or {"id": 0, "email": ""}
    basket = sum((item.total.gross for item in _items(front.shop, cart)), ZERO)
    try:
        return coupons.check(front.shop, code, visitor["email"], visitor["id"], basket)
    except coupons.Refusal as no:
        raise _no(str(no)) from no


def _no(sentence: str) -> RestError:
    return RestError("woocommerce_rest_cart_coupon_error", sentence, 400)


def _items(shop: Shop, cart: Cart) -> list[Item]:
    return [
        lines.read(shop, {"product_id": number, "quantity": pieces})
        for number, pieces in cart.items.items()
        if number in shop.products
    ]


# ------------------------------------------------------------------ what is shown


def _shown(front: Front, cart: Cart) -> JSON:
    """Codes that are not valid any more have dropped out, as they do on every cart page (seen)."""
    cart.codes = [code for code in cart.codes if _still(front, cart, code)]
    shop, items = front.shop, _items(front.shop, cart)
    full = sum((item.total.gross for item in items), ZERO)
    shown = []
    for code in cart.codes:
        taken = coupons.apply(shop, coupons.by_code(shop, code)[0], items)
        totals = _totals(shop, total_discount=taken.net, total_discount_tax=taken.tax)
        kind = coupons.by_code(shop, code)[0]["discount_type"]
        shown.append({"code": code, "discount_type": kind, "totals": totals})
    left = sum((item.total.gross for item in items), ZERO)
    return {
        "items": [
            {"id": (item.product or {}).get("id"), "name": item.name, "quantity": item.quantity}
            for item in items
        ],
        "items_count": sum(item.quantity for item in items),
        "coupons": shown,
        "totals": _totals(shop, total_items=full, total_discount=full - left, total_price=left),
        "errors": [],
    }


def _still(front: Front, cart: Cart, code: str) -> bool:
    try:
        _valid(front, cart, code)
    except RestError:
        return False
    return True


def _totals(shop: Shop, **amounts: Decimal) -> JSON:
    """Whole minor units as text, with how many digits they have (seen on 11.0.1)."""
    digits = shop.decimals
    texts: dict[str, Any] = {
        name: str(int(amount.scaleb(digits).to_integral_value()))
        for name, amount in amounts.items()
    }
    return texts | {"currency_code": shop.habits["currency"], "currency_minor_unit": digits}


def _answer(front: Front, body: JSON, status: int = 200) -> Response:
    """Each answer brings the nonce for the next write; a visitor without a session gets one."""
    response = Response(dump(body), status, mimetype="application/json")
    session = _session()
    if not session:
        session = secrets.token_urlsafe(24)
        response.set_cookie(SESSION, session, httponly=True, samesite="Lax", path="/")
    response.headers["Nonce"] = _nonce(session)
    response.headers["Cache-Control"] = "no-store"
    return response
