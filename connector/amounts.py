"""What an order is worth under its terms: what is left of it that earns, and the points of that; pure.

Everything is exact until the end and rounded once. A line that is refunded in part keeps its share of
the points it brought, also of what rules added for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

from connector.port import Line, Order
from connector.programme import Rounding

Terms = dict[str, Any]
"""See `earning`."""

_NOTHING = Fraction(0)
_MORE = frozenset({"rules", "steps", "shipping", "exchange"})
"""Terms with none of these are reckoned in one sum: most are, and a first sync does nothing else."""


@dataclass(frozen=True, slots=True)
class Worth:
    base: Fraction
    """What earns, in minor units of the order's currency."""
    exact: Fraction
    """Its points before they are rounded, with what rules added."""
    points: int
    added: dict[str, Fraction] = field(default_factory=dict)
    """Points that each rule added."""


def worth(order: Order, terms: Terms) -> Worth:
    """What the order is worth now; nothing before its trigger, after a cancellation, or on trial."""
    kept = _share(order)
    added: dict[str, Fraction]
    if not _MORE.isdisjoint(terms):
        base, exact, added = _by_rules(order, terms, kept)
        exact = max(exact, _NOTHING)
    else:
        base = Fraction(max(_earning(order, terms) * kept, 0))
        exact = Fraction(base.numerator * terms["points"], base.denominator * terms["per"])
        added = {}
    if not _counts(order, terms):
        return Worth(base, _NOTHING, 0)
    points = _rounded(exact, Rounding(terms["rounding"]))
    return Worth(
        base, exact, points if terms["limit"] is None else min(points, terms["limit"]), added
    )


def _counts(order: Order, terms: Terms) -> bool:
    happened = {"paid": order.paid_at, "shipped": order.shipped_at, "delivered": order.delivered_at}
    taken_back = order.cancelled_at or order.withdrawn_at
    return happened[terms["trigger"]] is not None and taken_back is None and not order.test


def _rounded(exact: Fraction, rounding: Rounding) -> int:
    if rounding is Rounding.UP:
        return ceil(exact)
    half = exact.denominator if rounding is Rounding.HALF_UP else 0
    return (2 * exact.numerator + half) // (2 * exact.denominator)


def _paid(line: Line, *, gross: bool) -> int:
    return line.net + line.tax if gross else line.net


def _kept(line: Line, *, gross: bool) -> int:
    """What the buyer paid for the line and did not get back."""
    net = line.net - (line.refunded_net or 0)
    return net + line.tax - (line.refunded_tax or 0) if gross else net


def _earning(order: Order, terms: Terms) -> int:
    gross, lines = terms["gross"], terms["lines"]
    return sum(
        _kept(line, gross=gross)
        for line in order.lines
        if not lines.get(line.id, {}).get("excluded")
    )


def _share(order: Order) -> Fraction | int:
    """What a refund that names no line left of everything still paid, shipping too.

    Of 5.00 loose on 45.00 goods and 5.00 shipping, 4.50 are goods: nine tenths are left of each.
    """
    loose = order.refunded_loose or 0
    if not loose:
        return 1
    paid = sum(_kept(line, gross=True) for line in order.lines) + order.other - order.refunded_other
    return max(1 - Fraction(loose, paid), _NOTHING) if paid > 0 else 1


# ------------------------------------------------------------------ with rules


def _by_rules(
    order: Order, terms: Terms, kept: Fraction | int
) -> tuple[Fraction, Fraction, dict[str, Fraction]]:
    """Base, exact points, and what each rule added."""
    amount = {
        line.id: max(Fraction(_kept(line, gross=terms["gross"])) * kept, _NOTHING)
        for line in order.lines
        if not terms["lines"].get(line.id, {}).get("excluded")
    }
    if terms.get("shipping"):
        amount[_SHIPPING] = max(Fraction(order.other - order.refunded_other) * kept, _NOTHING)
    base = sum(amount.values(), _NOTHING)
    points = _line_points(amount, terms)
    added = {
        id_: _capped(_adds(id_, rule, order, terms, points, kept), rule)
        for id_, rule in terms.get("rules", {}).items()
        if base * _exchange(terms) >= rule.get("minimum", 0) and base > 0
    }
    return base, sum(points.values(), _NOTHING) + sum(added.values(), _NOTHING), added


_SHIPPING = "/shipping"
"""No shop's line is named so; a line of ours that stands for what is not a line."""


def _exchange(terms: Terms) -> Fraction:
    return Fraction(*terms.get("exchange", (1, 1)))


def _line_points(amount: dict[str, Fraction], terms: Terms) -> dict[str, Fraction]:
    """Each line's exact points. Steps are of all lines of one rate together, and shared by amount."""
    groups: dict[tuple[int, int], dict[str, Fraction]] = {}
    for id_, money in amount.items():
        points, per = terms["lines"].get(id_, {}).get("rate", (terms["points"], terms["per"]))
        groups.setdefault((points, per), {})[id_] = money * _exchange(terms)
    found: dict[str, Fraction] = {}
    for (points, per), lines in groups.items():
        total = sum(lines.values(), _NOTHING)
        steps = total / per
        if terms.get("steps"):
            steps = Fraction(steps.numerator // steps.denominator)
        found |= {id_: steps * points * money / total if total else _NOTHING
                  for id_, money in lines.items()}  # fmt: skip
    return found


def _adds(
    id_: str,
    rule: dict[str, Any],
    order: Order,
    terms: Terms,
    points: dict[str, Fraction],
    kept: Fraction | int,
) -> Fraction:
    """What one rule adds to what the lines earn without it."""
    if id_ in terms.get("whole", ()):
        return Fraction(rule["extra"])
    meant = [
        line for line in order.lines if id_ in terms["lines"].get(line.id, {}).get("rules", ())
    ]
    if "times" in rule:
        factor = Fraction(*rule["times"]) - 1
        return sum((points[line.id] for line in meant), _NOTHING) * factor
    if "extra" in rule:
        gross = terms["gross"]
        pieces = (
            line.quantity * Fraction(_kept(line, gross=gross), _paid(line, gross=gross)) * kept
            for line in meant
            if _paid(line, gross=gross) > 0
        )
        return sum(pieces, _NOTHING) * int(rule["extra"])
    return _NOTHING


def _capped(adds: Fraction, rule: dict[str, Any]) -> Fraction:
    granted = rule.get("granted")
    return adds if granted is None else min(adds, Fraction(granted))
