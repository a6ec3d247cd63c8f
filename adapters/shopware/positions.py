"""What each position of an order costs in the end: discounts are positions of their own in Shopware, and belong to goods.

A shop shows prices with tax or without, per customer group (`taxStatus`): `gross` totals hold the tax, `net` totals do
not, `tax-free` has none. Nested positions are parts of their parents and are not counted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.shopware import fields
from connector.port import JSON, Line

DISCOUNTS = ("promotion", "credit", "discount")
"""Types of positions that take off. A credit is what an employee takes off by hand."""
EXTRAS = ("custom",)
"""Added by hand, such as gift wrapping: paid for, and no goods."""


@dataclass(frozen=True, slots=True)
class Position:
    """A top-level position as written. `shown`: its price as this buyer sees prices; minor units."""

    id: str
    identifier: str
    """By which discounts name it."""
    product: str
    quantity: int
    shown: int
    tax: int


@dataclass(frozen=True, slots=True)
class Discount:
    """What one position takes off, as positive amounts; `of`: shares by identifier, where it says."""

    shown: int
    tax: int
    of: dict[str, int]


def lines(payload: JSON, currency: str, gross: bool, where: str) -> tuple[Line, ...]:
    """The goods, each with its part of every discount taken off."""
    goods: list[Position] = []
    discounts: list[Discount] = []
    every = fields.list_of(payload, "lineItems", where)
    for n, item in enumerate(every):
        here = f"{where}, lineItems[{n}]"
        if item.get("parentId") is not None:
            continue
        kind = fields.text(item, "type", here)
        if kind in DISCOUNTS:
            discounts.append(_discount(item, currency, here))
        elif kind not in EXTRAS:
            goods.append(_position(item, every, currency, here))
    rest = _spread(goods, discounts)
    return tuple(
        Line(
            id=was.id, product=was.product, quantity=was.quantity,
            net=left.shown - left.tax if gross else left.shown, tax=left.tax,
            discount=max(was.shown - left.shown, 0),
        )
        for was, left in zip(goods, rest, strict=True)
    )  # fmt: skip


def codes(payload: JSON, where: str) -> tuple[str, ...]:
    """Voucher codes in the order, as typed; blanks around one are not part of it."""
    found = []
    for n, item in enumerate(fields.list_of(payload, "lineItems", where)):
        if item.get("type") == "promotion":
            here = f"{where}, lineItems[{n}]"
            code = fields.text(_payload(item, here), "code", here)
            found.append((code or fields.text(item, "referencedId", here)).strip())
    return tuple(dict.fromkeys(code for code in found if code))


def _position(item: JSON, every: Sequence[JSON], currency: str, where: str) -> Position:
    shown, tax = _priced(item, currency, where)
    return Position(
        id=fields.external_id(item, "id", where),
        identifier=fields.text(item, "identifier", where),
        product=_product(item, where) or _of_children(item, every, where),
        quantity=fields.pieces(item, "quantity", where),
        shown=shown,
        tax=tax,
    )


def _product(item: JSON, where: str) -> str:
    """Variants report as their parent. A product that was deleted is still named by `referencedId`."""
    if item.get("type") != "product":
        return ""
    product = fields.section(item, "product", where)
    parent = product.get("parentId") or _payload(item, where).get("parentId")
    named = (parent, item.get("productId"), item.get("referencedId"))
    return next((found for each in named if (found := fields.as_id(each))), "")


def _of_children(item: JSON, every: Sequence[JSON], where: str) -> str:
    """A container has no product of its own, but holds some."""
    for child in every:
        if child.get("parentId") == item.get("id") and (found := _product(child, where)):
            return found
    return ""


def _discount(item: JSON, currency: str, where: str) -> Discount:
    shown, tax = _priced(item, currency, where)
    composition = fields.list_of(_payload(item, where), "composition", where)
    of: dict[str, int] = {}
    for share in composition:
        name = fields.text(share, "id", where)
        of[name] = of.get(name, 0) + abs(fields.amount(share, "discount", currency, where))
    return Discount(-shown, -tax, of)


def _payload(item: JSON, where: str) -> JSON:
    """Written as `[]` while empty."""
    return fields.section(item, "payload", where)


def _priced(item: JSON, currency: str, where: str) -> tuple[int, int]:
    """Total and tax for all pieces."""
    price = fields.section(item, "price", where)
    taxes = fields.list_of(price, "calculatedTaxes", where)
    return (
        fields.amount(item, "totalPrice", currency, where),
        sum(fields.amount(each, "tax", currency, where) for each in taxes),
    )


def _spread(goods: Sequence[Position], discounts: Sequence[Discount]) -> list[Position]:
    """Take each discount off where it says, else off everything in proportion; no cent is lost."""
    left = list(goods)
    for one in discounts:
        named = [one.of.get(each.identifier, 0) for each in left]
        shares = split(one.shown, named if any(named) else [max(each.shown, 0) for each in left])
        taxed = [
            share * max(each.tax, 0) * 1_000_000 // each.shown if each.shown > 0 else 0
            for share, each in zip(shares, left, strict=True)
        ]
        taxes = split(one.tax, taxed if any(taxed) else shares)
        left = [
            replace(each, shown=each.shown - share, tax=each.tax - tax)
            for each, share, tax in zip(left, shares, taxes, strict=True)
        ]
    return left


def split(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole units by weight, the largest remainders first; nothing where there is no weight."""
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    parts = [divmod(total * weight, whole) for weight in weights]
    shares = [share for share, _ in parts]
    by_rest = sorted(range(len(weights)), key=lambda n: (-parts[n][1], n))
    for n in by_rest[: total - sum(shares)]:
        shares[n] += 1
    return shares
