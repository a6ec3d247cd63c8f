"""What an order deserves: `decide` freezes the terms once, `deserved` applies them for ever; pure.

Terms are JSON, because they are stored with the award and read again years later: written once, lines
only added. Amounts are minor units of the order's currency. Points are rounded once per order, at
the end (loyalty vectors: 19.90 + 79.90 EUR at 1 point per 10 EUR are 9 points, not 2 + 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from connector.port import Line, Order, Product
from connector.programme import Exclusions, Programme, Rounding, Tax
from connector.values import day_in, end_of_day

RULE = "purchase"
TERMS_VERSION = 1

Terms = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """What `decide` must know besides the order and the programme, as of this moment."""

    zone: str
    currency: str
    gross: bool
    """The shop displays prices with tax."""
    live_since: datetime
    products: Mapping[str, Product]
    start_used: int = 0
    """Points this member was already promised for orders from before the start."""
    first_order: bool = False


@dataclass(frozen=True, slots=True)
class Deserved:
    """Points an order deserves now, when they are the member's, and why that many."""

    points: int
    release_at: datetime | None
    basis: dict[str, Any]


def decide(order: Order, programme: Programme, standing: Standing) -> Terms | None:
    """The terms of this order, or None while it deserves nothing."""
    earn = programme.earn
    terms: Terms = {
        "version": TERMS_VERSION,
        "number": order.number,
        "programme": programme.n,
        "points": earn.points,
        "per": earn.per,
        "currency": order.currency,
        "gross": standing.gross if earn.tax is Tax.DISPLAYED else earn.tax is Tax.GROSS,
        "rounding": earn.rounding.value,
        "trigger": earn.trigger.value,
        "hold": [
            programme.hold.delivered_days,
            programme.hold.shipped_days,
            programme.hold.paid_days,
        ],
        "zone": standing.zone,
        "group": order.group,
        "first_order": standing.first_order,
        "limit": None,
        "lines": {},
    }
    terms = with_lines(terms, order, programme, standing.products)
    _, _, points = _worth(order, terms)
    if points <= 0:
        return None
    if order.placed_at < standing.live_since and programme.start.at_most is not None:
        left = max(programme.start.at_most - standing.start_used, 0)
        terms["limit"] = min(points, left)
    return terms


def with_lines(
    terms: Terms, order: Order, programme: Programme, products: Mapping[str, Product]
) -> Terms:
    """The terms with a line's product facts added for each line not seen before; else unchanged."""
    new = {
        line.id: _line_terms(line, products.get(line.product), programme.earn.exclude)
        for line in order.lines
        if line.id not in terms["lines"]
    }
    return {**terms, "lines": {**terms["lines"], **new}} if new else terms


def _line_terms(line: Line, product: Product | None, exclude: Exclusions) -> dict[str, Any]:
    facts: dict[str, Any] = {"product": line.product}
    if product is not None:
        facts |= {"categories": list(product.categories), "tags": list(product.tags)}
    if why := _excluded(line, product, exclude):
        facts["excluded"] = why
    return facts


def _excluded(line: Line, product: Product | None, exclude: Exclusions) -> str:
    if line.product in exclude.products:
        return "product"
    if product is None:
        return ""
    if product.gift_card and exclude.gift_cards:
        return "gift_card"
    if set(product.categories) & set(exclude.categories):
        return "category"
    return "tag" if set(product.tags) & set(exclude.tags) else ""


def unknown_refund(order: Order) -> bool:
    """The shop says that something was given back, and not how much. Nothing is guessed.

    An order that was cancelled or withdrawn deserves nothing, whatever was given back.
    """
    if order.cancelled_at or order.withdrawn_at:
        return False
    return order.refunded_loose is None or any(line.refunded_net is None for line in order.lines)


def deserved(order: Order, terms: Terms) -> Deserved:
    """What the order deserves under its terms, as it is now. `unknown_refund` orders have no answer."""
    base, exact, points = _worth(order, terms)
    release_at = _release_at(order, terms)
    return Deserved(points, release_at, _basis(order, terms, base, exact, points, release_at))


def _worth(order: Order, terms: Terms) -> tuple[Fraction, Fraction, int]:
    """The amount that earns, its points before they are rounded, and the points."""
    base = _base(order, terms)
    rate = terms["points"] if _counts(order, terms) else 0
    exact = Fraction(base.numerator * rate, base.denominator * terms["per"])
    points = _rounded(exact, Rounding(terms["rounding"]))
    return base, exact, points if terms["limit"] is None else min(points, terms["limit"])


def _counts(order: Order, terms: Terms) -> bool:
    happened = {"paid": order.paid_at, "shipped": order.shipped_at, "delivered": order.delivered_at}
    taken_back = order.cancelled_at or order.withdrawn_at
    return happened[terms["trigger"]] is not None and taken_back is None and not order.test


def _rounded(exact: Fraction, rounding: Rounding) -> int:
    if rounding is Rounding.UP:
        return ceil(exact)
    half = exact.denominator if rounding is Rounding.HALF_UP else 0
    return (2 * exact.numerator + half) // (2 * exact.denominator)


def _kept(line: Line, *, gross: bool) -> int:
    """What the buyer paid for the line and did not get back."""
    net = line.net - (line.refunded_net or 0)
    return net + line.tax - (line.refunded_tax or 0) if gross else net


def _base(order: Order, terms: Terms) -> Fraction:
    """The amount that earns, after refunds.

    A refund that names no line takes its share of everything still paid, shipping too: of 5.00 loose
    on 45.00 goods and 5.00 shipping, 4.50 are goods.
    """
    gross = terms["gross"]
    earning = sum(
        _kept(line, gross=gross)
        for line in order.lines
        if not terms["lines"].get(line.id, {}).get("excluded")
    )
    paid = sum(_kept(line, gross=True) for line in order.lines) + order.other - order.refunded_other
    loose = order.refunded_loose or 0
    if loose and paid > 0:
        return max(Fraction(earning) * (1 - Fraction(loose, paid)), Fraction(0))
    return Fraction(max(earning, 0))


def _release_at(order: Order, terms: Terms) -> datetime | None:
    delivered, shipped, paid = terms["hold"]
    facts = (order.delivered_at, delivered), (order.shipped_at, shipped), (order.paid_at, paid)
    for moment, days in facts:
        if moment is not None:
            return end_of_day(day_in(moment, terms["zone"]) + timedelta(days=days), terms["zone"])
    return None


def _basis(
    order: Order,
    terms: Terms,
    base: Fraction,
    exact: Fraction,
    points: int,
    release_at: datetime | None,
) -> dict[str, Any]:
    """What a movement must remember to explain itself without looking anywhere else."""
    gross = terms["gross"]
    return {
        "order": order.number,
        "state": _state(order),
        "currency": order.currency,
        "gross": gross,
        "base": round(base),
        "rate": [terms["points"], terms["per"]],
        "exact": f"{exact.numerator}/{exact.denominator}",
        "rounding": terms["rounding"],
        "limit": terms["limit"],
        "deserved": points,
        "lines": [
            [line.id, line.product, line.quantity, line.net + line.tax * gross,
             (line.refunded_net or 0) + (line.refunded_tax or 0) * gross,
             terms["lines"].get(line.id, {}).get("excluded", "")]
            for line in order.lines
        ],
        "loose": order.refunded_loose or 0,
        "release_on": _first_day(release_at, terms["zone"]),
    }  # fmt: skip


def _first_day(release_at: datetime | None, zone: str) -> str | None:
    """The first day on which the points are available: the moment is the first of that day."""
    return None if release_at is None else day_in(release_at, zone).isoformat()


def _state(order: Order) -> str:
    """In one word, why an order deserves what it deserves; the last sentence of every explanation."""
    if order.withdrawn_at:
        return "withdrawn"
    if order.cancelled_at:
        return "cancelled"
    given_back = order.refunded_loose or any(
        line.refunded_net or line.refunded_tax for line in order.lines
    )
    if given_back:
        return "refunded"
    return "paid" if order.paid_at else "unpaid"
