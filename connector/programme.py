"""A merchant's rules as values; pure. How a document is read and refused stands in `programmes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from connector.holding import Elsewhere
from connector.lasting import Life as Life
from connector.rewards import Reward
from connector.rules import UNLIMITED, Limits, Rule


class TakingPart(StrEnum):
    """Who collects points: holders of a shop account, those who clicked "Join", or everyone."""

    ACCOUNT = "account"
    ASK = "ask"
    EVERYONE = "everyone"


class Trigger(StrEnum):
    """The fact with which an order begins to deserve points."""

    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


class Rounding(StrEnum):
    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class Tax(StrEnum):
    """Which price counts: as the shop displays it, with tax, or without."""

    DISPLAYED = "displayed"
    GROSS = "gross"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What earns nothing. External ids as the shop names them."""

    gift_cards: bool = True
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """Days until points are the member's: counted from the best fact there is, to the day's end."""

    delivered_days: int = 21
    shipped_days: int = 21
    paid_days: int = 30
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, slots=True)
class Earn:
    points: int
    """Points for each `per` (minor units of the merchant's currency)."""
    per: int
    tax: Tax = Tax.DISPLAYED
    rounding: Rounding = Rounding.DOWN
    trigger: Trigger = Trigger.PAID
    exclude: Exclusions = Exclusions()
    steps: bool = False
    """Only a full `per` counts: at 5 points for each 2.50, goods for 3.00 bring 5 and not 6."""
    shipping: bool = False
    """What is paid for shipping and fees earns too, with its tax: shops state it in no other way."""


@dataclass(frozen=True, slots=True)
class Start:
    """Which orders from before the start count."""

    past_months: int = 0
    at_most: int | None = None
    """Points a member can get from them altogether; None: no limit."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What points buy: `points` are worth `amount` minor units; from `redeem_from` points on."""

    points: int = 100
    amount: int = 100
    redeem_from: int = 500


@dataclass(frozen=True, slots=True)
class Event:
    """What the programme gives when something of this name happens."""

    id: str
    title: Mapping[str, str]
    points: int
    hold_days: int = 0
    after_first_order: bool = False
    """The points wait until an order of the member is past its return window."""
    once: bool = False
    """Once for ever, whatever the reports refer to."""
    limits: Limits = UNLIMITED

    @property
    def limited(self) -> bool:
        return self.limits != UNLIMITED


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of a merchant's programme, as it was applied."""

    n: int
    valid_from: datetime
    counts_from: datetime
    name: str
    languages: tuple[str, ...]
    taking_part: TakingPart
    earn: Earn
    hold: Hold
    start: Start
    life: Life
    worth: Worth
    rules: tuple[Rule, ...] = ()
    events: tuple[Event, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """What the widgets say instead of their own words, by their keys (docs/widgets.md)."""
    rewards: tuple[Reward, ...] = ()
    ends_on: date | None = None
    """The programme is wound down: no order placed under this version earns, points live to here."""

    def event(self, name: str) -> Event | None:
        return next((event for event in self.events if event.id == name), None)

    @property
    def asks_for_group(self) -> bool:
        """Whether what an order earns depends on the customer's group."""
        return bool(self.earn.exclude.groups) or any(rule.when.groups for rule in self.rules)

    @property
    def asks_for_history(self) -> bool:
        """Whether what an order earns depends on the orders before it."""
        return any(rule.when.first_order or rule.when.away_days is not None for rule in self.rules)


def in_force(programmes: tuple[Programme, ...], moment: datetime) -> Programme | None:
    """The version for an order placed then; orders from before version 1 fall under version 1."""
    valid = [programme for programme in programmes if programme.valid_from <= moment]
    return valid[-1] if valid else (programmes[0] if programmes else None)


def counts(programmes: tuple[Programme, ...], placed_at: datetime) -> bool:
    """Whether an order placed then counts at all."""
    then = in_force(programmes, placed_at)
    return then is not None and placed_at >= programmes[0].counts_from and then.ends_on is None


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time, that many calendar months earlier (or the month's last day)."""
    index = moment.year * 12 + moment.month - 1 - months
    first = moment.replace(year=index // 12, month=index % 12 + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day))
