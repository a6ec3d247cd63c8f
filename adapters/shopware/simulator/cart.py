"""A visitor's cart: pieces by product, codes, and what they come to by the very rules an order goes by."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from adapters.shopware.simulator import facts, money, promotions, small
from adapters.shopware.simulator.errors import ApiError
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.lines import Line
from adapters.shopware.simulator.orders import Basket
from adapters.shopware.simulator.promotions import NOT_FOUND
from adapters.shopware.simulator.shop import Shop

MOST = 99
"""So many pieces of one product at once."""
BROKEN = "error"
"""Why a code does nothing where it would be an error of the whole cart."""
STRANGER: JSON = {"id": "", "customerNumber": ""}


@dataclass
class Cart:
    items: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    def add(self, product: str, pieces: int) -> None:
        self.change(product, self.items.get(product, 0) + pieces)

    def change(self, product: str, pieces: int) -> None:
        if pieces < 1:
            self.items.pop(product, None)
        else:
            self.items[product] = min(pieces, MOST)

    def take_over(self, other: Cart) -> None:
        """What somebody laid in before logging in comes along."""
        for product, pieces in other.items.items():
            self.add(product, pieces)
        self.codes = list(dict.fromkeys([*self.codes, *other.codes]))


@dataclass(frozen=True)
class Reckoned:
    """A cart as its pages and `/checkout/cart.json` show it."""

    lines: list[JSON]
    goods: Decimal
    shipping: Decimal
    total: Decimal
    refused: dict[str, str]
    """Code to why it takes nothing off."""

    @property
    def pieces(self) -> int:
        return sum(line["quantity"] for line in self.lines if line["good"])


def wanted(cart: Cart) -> JSON:
    """As the control door would be asked for it."""
    items = [{"product_id": row, "quantity": count} for row, count in cart.items.items()]
    return {"line_items": items, "shipping": small.SHIPPING, "codes": list(cart.codes)}


def reckon(shop: Shop, cart: Cart, customer: JSON | None) -> Reckoned:
    """Not seen: a code that nothing knows drops out; one whose time or sum has not come stays and waits."""
    cart.items = {row: n for row, n in cart.items.items() if shop.store.get("product", row)}
    if not cart.items:
        return Reckoned([], money.ZERO, money.ZERO, money.ZERO, {})
    basket, refused = _applied(shop, cart, customer or STRANGER)
    cart.codes = [code for code in cart.codes if refused.get(code) not in (NOT_FOUND, BROKEN)]
    goods, sent = money.total(basket.goods), money.total(basket.sent)
    lines = [_shown(line, basket.status) for line in basket.lines]
    return Reckoned(lines, goods, sent, goods + sent, refused)


def _applied(shop: Shop, cart: Cart, customer: JSON) -> tuple[Basket, dict[str, str]]:
    """Where codes do not go together, the one that came last goes."""
    codes, broken = list(cart.codes), dict[str, str]()
    while True:
        basket = facts.basket_of(shop, wanted(cart), shop.now(), customer)
        try:
            _, refused = promotions.apply(shop, basket, codes, shop.base["channel"])
        except ApiError:
            broken[codes.pop()] = BROKEN
            continue
        return basket, refused | broken


def _shown(line: Line, status: str) -> JSON:
    """Shopware calls a line of goods by the product and a line of a promotion by its discount."""
    payload = line.payload if isinstance(line.payload, dict) else {}
    return {
        "id": payload.get("discountId") or line.referenced,
        "referencedId": line.referenced,
        "type": line.kind,
        "label": line.label,
        "quantity": line.quantity,
        "good": line.good,
        "removable": True,
        "price": money.price(line.parts, line.quantity, status),
        "payload": payload,
        "apiAlias": "cart_line_item",
    }


def remove(shop: Shop, cart: Cart, customer: JSON | None, line: str) -> None:
    """With a promotion's line its code goes, too."""
    if line in cart.items:
        del cart.items[line]
        return
    for shown in reckon(shop, cart, customer).lines:
        if shown["id"] == line and shown["type"] == "promotion":
            code = str(shown["payload"]["code"]).casefold()
            cart.codes = [one for one in cart.codes if one.casefold() != code]


def as_json(reckoned: Reckoned) -> JSON:
    """`GET /checkout/cart.json`, without what nobody reads: deliveries, transactions, rules."""
    price = {
        "totalPrice": money.number(reckoned.total),
        "positionPrice": money.number(reckoned.goods),
        "taxStatus": money.GROSS,
        "apiAlias": "cart_price",
    }
    return {"lineItems": reckoned.lines, "price": price, "errors": [], "apiAlias": "cart"}
