"""What an order deserves: `decide` freezes the terms once, `deserved` applies them for ever; pure.

Terms are JSON, because they are stored with the award and read again years later: written once, lines
only added. Amounts are minor units of the order's currency. Points are rounded once per order, at
the end (loyalty vectors: 19.90 + 79.90 EUR at 1 point per 10 EUR are 9 points, not 2 + 8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from connector import amounts, rules
from connector.amounts import Terms, Worth
from connector.holding import hold_for
from connector.port import Line, Order, Product
from connector.programme import Exclusions, Programme, Tax
from connector.rules import Buying, Extra, Left, Rule, Times
from connector.values import day_in, digits, end_of_day

RULE = "purchase"
TERMS_VERSION = 1


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
    group: str = ""
    """The customer's group, where the order does not name one."""
    last_order: datetime | None = None
    """When this member's last paid order before this one was placed."""
    left: Mapping[str, Left] = field(default_factory=dict)
    """What each limited rule can still grant."""

    def buying(self, order: Order) -> Buying:
        return Buying(
            self.zone, self.group, self.last_order, past=order.placed_at < self.live_since
        )


@dataclass(frozen=True, slots=True)
class Deserved:
    """Points an order deserves now, when they are the member's, and why that many."""

    points: int
    release_at: datetime | None
    basis: dict[str, Any]


def decide(order: Order, programme: Programme, standing: Standing) -> Terms | None:
    """The terms of this order, or None while it deserves nothing."""
    if _left_out(order, programme.earn.exclude, standing):
        return None
    holding = rules.asked(programme.rules, order, standing.buying(order)) if programme.rules else []
    terms = _frozen(order, programme, standing)
    if holding:
        terms["rules"] = {rule.id: _rule_terms(rule) for rule in holding}
        terms["whole"] = list(rules.on_order(holding))
    terms = with_lines(terms, order, programme, standing.products)
    worth = amounts.worth(order, terms)
    if worth.points <= 0:
        return None
    if holding:
        _limit(terms, worth, standing.left)
    if order.placed_at < standing.live_since and programme.start.at_most is not None:
        # No limited rule holds for an order from before the start, so none has cut its worth.
        left = max(programme.start.at_most - standing.start_used, 0)
        terms["limit"] = min(worth.points, left)
    return terms


def _left_out(order: Order, exclude: Exclusions, standing: Standing) -> bool:
    return order.channel in exclude.channels or (
        bool(exclude.groups) and (order.group or standing.group) in exclude.groups
    )


def _frozen(order: Order, programme: Programme, standing: Standing) -> Terms:
    """What stays as it was when the order first deserved something, but for its lines."""
    earn, hold = programme.earn, hold_for(programme, order.country, order.channel)
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
        "hold": [hold.delivered_days, hold.shipped_days, hold.paid_days],
        "zone": standing.zone,
        "group": order.group or standing.group,
        "limit": None,
        "lines": {},
    }
    if earn.steps:
        terms["steps"] = True
    if earn.shipping:
        terms["shipping"] = True
    if order.currency != standing.currency:
        terms["exchange"] = _exchange(order, standing.currency)
        terms["own"] = standing.currency
    return terms


def _exchange(order: Order, currency: str) -> list[int]:
    """Minor units of the programme's currency for one of the order's, as a fraction."""
    if order.rate is None or order.rate <= 0:
        raise ValueError(f"order {order.external_id} states no rate for {currency}")
    places = Fraction(10) ** (digits(currency) - digits(order.currency))
    return list((places / Fraction(order.rate)).as_integer_ratio())


def _rule_terms(rule: Rule) -> dict[str, Any]:
    terms: dict[str, Any] = {"title": dict(rule.title)}
    if isinstance(rule.gives, Times):
        terms["times"] = list(rule.gives.factor.as_integer_ratio())
    elif isinstance(rule.gives, Extra):
        terms["extra"] = rule.gives.points
    if rule.when.timed:
        terms["offer"] = True
    if rule.when.minimum:
        terms["minimum"] = rule.when.minimum
    if rule.limited:
        terms["granted"] = None
    return terms


def _limit(terms: Terms, worth: Worth, left: Mapping[str, Left]) -> None:
    """Freeze what each limited rule grants: what it would bring now, or what is left of its limits."""
    for id_, rule in terms["rules"].items():
        if "granted" not in rule:
            continue
        wanted, rest = max(ceil(worth.added.get(id_, 0)), 0), left.get(id_, Left(0, "budget"))
        rule["granted"] = wanted if rest.points is None else min(wanted, rest.points)
        if rule["granted"] < wanted:
            rule["short"] = rest.by


def grants(terms: Terms) -> dict[str, int]:
    """What limited rules granted in these terms, to be counted against their limits."""
    return {
        id_: rule["granted"] for id_, rule in terms.get("rules", {}).items() if rule.get("granted")
    }


def with_lines(
    terms: Terms, order: Order, programme: Programme, products: Mapping[str, Product]
) -> Terms:
    """The terms with a line's product facts added for each line not seen before; else unchanged."""
    holding = [rule for rule in programme.rules if rule.id in terms.get("rules", ())]
    holding.sort(key=lambda rule: -rule.priority)
    new = {
        line.id: _line_terms(line, products.get(line.product), programme.earn.exclude, holding)
        for line in order.lines
        if line.id not in terms["lines"]
    }
    return {**terms, "lines": {**terms["lines"], **new}} if new else terms


def _line_terms(
    line: Line, product: Product | None, exclude: Exclusions, holding: Sequence[Rule]
) -> dict[str, Any]:
    facts: dict[str, Any] = {"product": line.product}
    if product is not None:
        facts |= {"categories": list(product.categories), "tags": list(product.tags)}
    if why := _excluded(line, product, exclude):
        facts["excluded"] = why
    elif holding:
        meant = rules.on_line(holding, line, product)
        if meant.rate is not None:
            facts["rate"] = [meant.rate.points, meant.rate.per]
        if meant.adding:
            facts["rules"] = list(meant.adding)
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


def convertible(order: Order, currency: str) -> bool:
    """The order's amounts are in this currency, or it states its rate. No rate is guessed."""
    return order.currency == currency or (order.rate is not None and order.rate > 0)


def deserved(order: Order, terms: Terms) -> Deserved:
    """What the order deserves under its terms, as it is now. `unknown_refund` orders have no answer."""
    worth = amounts.worth(order, terms)
    release_at = _release_at(order, terms)
    return Deserved(worth.points, release_at, _basis(order, terms, worth, release_at))


def promised(
    order: Order, programme: Programme, standing: Standing, now: datetime
) -> Deserved | None:
    """What the order brings once it is paid and kept, and when by what is known now; None: nothing.

    A limited rule promises what `standing.left` says, so nothing where nobody looked.
    """
    if order.cancelled_at or order.withdrawn_at or unknown_refund(order):
        return None
    if not convertible(order, standing.currency):
        return None
    kept = replace(
        order,
        paid_at=order.paid_at or now,
        shipped_at=order.shipped_at or now,
        delivered_at=order.delivered_at or now,
    )
    terms = decide(kept, programme, standing)
    if terms is None:
        return None
    return replace(deserved(kept, terms), release_at=_release_at(order, terms))


def foreseen(order: Order, programme: Programme, standing: Standing) -> tuple[int, int]:
    """Points the order would bring now, and how many of them the limit for the start would count."""
    if unknown_refund(order) or not convertible(order, standing.currency):
        return 0, 0
    terms = decide(order, programme, standing)
    return (0, 0) if terms is None else (deserved(order, terms).points, terms["limit"] or 0)


def _release_at(order: Order, terms: Terms) -> datetime | None:
    delivered, shipped, paid = terms["hold"]
    facts = (order.delivered_at, delivered), (order.shipped_at, shipped), (order.paid_at, paid)
    for moment, days in facts:
        if moment is not None:
            return end_of_day(day_in(moment, terms["zone"]) + timedelta(days=days), terms["zone"])
    return None


def _basis(order: Order, terms: Terms, worth: Worth, release_at: datetime | None) -> dict[str, Any]:
    """What a movement must remember to explain itself without looking anywhere else."""
    gross = terms["gross"]
    basis = {
        "order": order.number,
        "state": _state(order),
        "currency": order.currency,
        "gross": gross,
        "base": round(worth.base),
        "rate": [terms["points"], terms["per"]],
        "exact": f"{worth.exact.numerator}/{worth.exact.denominator}",
        "rounding": terms["rounding"],
        "limit": terms["limit"],
        "deserved": worth.points,
        "lines": [
            [line.id, line.product, line.quantity, line.net + line.tax * gross,
             (line.refunded_net or 0) + (line.refunded_tax or 0) * gross,
             terms["lines"].get(line.id, {}).get("excluded", "")]
            for line in order.lines
        ],
        "loose": order.refunded_loose or 0,
        "release_on": _first_day(release_at, terms["zone"]),
    }  # fmt: skip
    if added := _added(terms, worth):
        basis["added"] = added
    if "exchange" in terms:
        basis |= {"exchange": terms["exchange"], "own": terms["own"]}
    return basis


def _added(terms: Terms, worth: Worth) -> list[list[Any]]:
    """[title per language, points exactly, the limit that cut them] of each rule that did something."""
    return [
        [rule["title"], f"{by.numerator}/{by.denominator}", rule.get("short", "")]
        for id_, rule in terms.get("rules", {}).items()
        if (by := worth.added.get(id_, Fraction(0))) or rule.get("short")
    ]


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
