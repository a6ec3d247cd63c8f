"""Rules that change what an order earns: other rates, multipliers and extra points; pure.

A rule is asked twice. Once for the order: channel, group, country, time, who buys. Then for each of its
lines: product, category, tag. On a line the `Rate` of the highest priority replaces the programme's;
multipliers and extras add to it, each by what it would add alone, so that two doublings are three
times and their order never matters. Of those that do not combine, only the one of the highest
priority counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from connector.port import Line, Order, Product
from connector.values import zone_of


@dataclass(frozen=True, slots=True)
class When:
    """What must all hold; what is left empty asks nothing. Times are the merchant's local ones."""

    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None
    """The first moment that is too late."""
    weekdays: tuple[int, ...] = ()
    """Monday is 0."""
    minimum: int = 0
    """What must be left to earn on after refunds, in minor units of the programme's currency."""
    first_order: bool = False
    away_days: int | None = None
    """So many days since the last order, at least: a welcome back."""

    @property
    def timed(self) -> bool:
        """An offer of some days, not how the programme always is."""
        return bool(self.starts or self.ends or self.weekdays)

    @property
    def of_lines(self) -> bool:
        return bool(self.products or self.categories or self.tags)


@dataclass(frozen=True, slots=True)
class Rate:
    """Another rate: `points` for each `per` minor units of the programme's currency."""

    points: int
    per: int


@dataclass(frozen=True, slots=True)
class Times:
    """What the line earns anyway, so many times."""

    factor: Fraction


@dataclass(frozen=True, slots=True)
class Extra:
    """So many points more: for each piece where the rule asks for products, else for the order."""

    points: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a rule grants, in points; days and weeks are those in which orders were placed."""

    budget: int | None = None
    per_day: int | None = None
    per_week: int | None = None
    per_member: int | None = None
    uses_per_member: int | None = None


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    title: Mapping[str, str]
    gives: Rate | Times | Extra
    priority: int = 0
    combines: bool = False
    when: When = When()
    limits: Limits = UNLIMITED

    @property
    def limited(self) -> bool:
        return self.limits != UNLIMITED

    @property
    def for_the_living(self) -> bool:
        """It answers what a customer does now, so orders from before the start are no reason for it."""
        return self.limited or self.when.first_order or self.when.away_days is not None


@dataclass(frozen=True, slots=True)
class Buying:
    """Who buys, and when: what rules ask of an order that the order does not say itself."""

    zone: str
    group: str = ""
    last_order: datetime | None = None
    """When the member's last paid order before this one was placed; None: this is the first."""
    past: bool = False
    """The order is from before the programme's start."""


def asked(rules: Sequence[Rule], order: Order, buying: Buying) -> list[Rule]:
    """The rules that hold for this order, the highest priority first, then as they are written."""
    holding = [rule for rule in rules if _holds(rule, order, buying)]
    return sorted(holding, key=lambda rule: -rule.priority)


def _holds(rule: Rule, order: Order, buying: Buying) -> bool:
    when, at = rule.when, order.placed_at.astimezone(zone_of(buying.zone)).replace(tzinfo=None)
    away = None if buying.last_order is None else order.placed_at - buying.last_order
    return (
        not (buying.past and rule.for_the_living)
        and _among(order.channel, when.channels)
        and _among(order.group or buying.group, when.groups)
        and _among(order.country, when.countries)
        and (when.starts is None or when.starts <= at)
        and (when.ends is None or at < when.ends)
        and (not when.weekdays or at.weekday() in when.weekdays)
        and (not when.first_order or away is None)
        and (when.away_days is None or (away is not None and away >= timedelta(when.away_days)))
    )


def _among(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted


@dataclass(frozen=True, slots=True)
class OnLine:
    """What rules do to a line: another rate, and the ids of what adds to it."""

    rate: Rate | None = None
    adding: tuple[str, ...] = ()


def on_line(holding: Iterable[Rule], line: Line, product: Product | None) -> OnLine:
    """What rules that hold for the order do to one of its lines."""
    meant = [rule for rule in holding if _means(rule.when, line, product)]
    rates = [rule.gives for rule in meant if isinstance(rule.gives, Rate)]
    adding = [
        rule
        for rule in meant
        if isinstance(rule.gives, Times) or (isinstance(rule.gives, Extra) and rule.when.of_lines)
    ]
    return OnLine(rates[0] if rates else None, _combined(adding))


def on_order(holding: Iterable[Rule]) -> tuple[str, ...]:
    """The ids of extras that are for the order as a whole."""
    whole = [rule for rule in holding if isinstance(rule.gives, Extra) and not rule.when.of_lines]
    return _combined(whole)


def _combined(rules: Sequence[Rule]) -> tuple[str, ...]:
    alone = [rule.id for rule in rules if not rule.combines][:1]
    return tuple(rule.id for rule in rules if rule.combines or rule.id in alone)


def _means(when: When, line: Line, product: Product | None) -> bool:
    if not when.of_lines:
        return True
    return line.product in when.products or (
        product is not None
        and bool(
            set(product.categories) & set(when.categories) or set(product.tags) & set(when.tags)
        )
    )


@dataclass(frozen=True, slots=True)
class Left:
    """What a limited rule can still grant to this member for this day, and what limits it."""

    points: int | None = None
    """None: as much as it likes."""
    by: str = ""


@dataclass(slots=True)
class Tally:
    """What a rule granted so far; `left` is the arithmetic of its limits, for books and for trials."""

    granted: int = 0
    day: int = 0
    week: int = 0
    member: int = 0
    uses: int = 0


def left(limits: Limits, tally: Tally) -> Left:
    """The tightest limit; a member who has had all his uses gets nothing more."""
    if limits.uses_per_member is not None and tally.uses >= limits.uses_per_member:
        return Left(0, "uses_per_member")
    rest = [
        (most - had, name)
        for name, most, had in (
            ("budget", limits.budget, tally.granted),
            ("per_day", limits.per_day, tally.day),
            ("per_week", limits.per_week, tally.week),
            ("per_member", limits.per_member, tally.member),
        )
        if most is not None
    ]
    if not rest:
        return Left()
    points, by = min(rest)
    return Left(max(points, 0), by)
