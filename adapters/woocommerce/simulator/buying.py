"""What the shop's plugin says around a purchase: a product's two prices, the thank-you page's proof."""

from __future__ import annotations

import hmac
from decimal import Decimal
from typing import Any

from flask import Response, request

from adapters.woocommerce.simulator import identity, money
from adapters.woocommerce.simulator.deliveries import dump
from adapters.woocommerce.simulator.shop import JSON, Shop
from adapters.woocommerce.simulator.visitors import Front, go


def prices(shop: Shop, product: JSON) -> JSON:
    """What one piece costs, with and without tax, in minor units."""
    rate = money.RATES[product["tax_class"]]
    price = Decimal(product["price"] or "0")
    parts = money.split(price, rate, bool(shop.habits["prices_include_tax"]))
    found = {"gross": _minor(shop, parts.gross), "net": _minor(shop, parts.net)}
    return found | {"currency": shop.habits["currency"]}


def _minor(shop: Shop, amount: Decimal) -> int:
    return int(money.rounded(amount, shop.decimals).scaleb(shop.decimals))


def placed(shop: Shop, number: int, key: str) -> JSON | None:
    """The order, for whoever has its key."""
    found: JSON | None = shop.orders.get(number)
    return found if found and hmac.compare_digest(found["order_key"], key) else None


def leads(order: JSON) -> Response:
    """From a product's page to the thank-you page; behind the scenes one stays beside the actions."""
    if "checkout" in request.form:
        return go(f"/checkout/order-received/{order['id']}/", key=order["order_key"])
    return go(f"/my-account/#order-{order['id']}")


def proof(front: Front) -> Response:
    """As docs/companion.md says it: a token for the order whose key was given, never cached."""
    number, key = request.args.get("order", 0, type=int), request.args.get("key", "")
    order = placed(front.shop, number, key) if front.identity_secret else None
    answer: dict[str, Any] = {"guest": True}
    if order:
        asking = front.visitor()  # a forwarded link says what the order brings, not whose it is
        buyer = asking if asking and asking["id"] == order["customer_id"] else None
        signed = identity.token(front.shop, buyer, front.identity_secret, order=str(order["id"]))
        answer = {"token": signed}
    response = Response(dump(answer), 200 if order else 403, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store, private"
    return response
