"""Lives of orders in a shop: what happened when, what rang, and a platform that shows them at any time.

Nothing here computes points but `worth`, which is written without looking at the product's own rules.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from connector.errors import NotThere
from connector.installation import utc_now
from connector.port import (
    Account,
    Buyer,
    Change,
    Customer,
    Guest,
    Order,
    Page,
    Product,
    ShopFacts,
    Stream,
)  # fmt: skip
from tests.make import FACTS, line, order

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Four weeks before the clocks go forward."""
DAYS = 42
END = START + timedelta(days=DAYS)
LATEST = timedelta(days=3)
"""No bell is later than this."""
PAGE = 50
PEOPLE = 12


@dataclass(frozen=True)
class Event:
    """What happened to an order, and how it is from then on; None: the shop no longer has it."""

    id: str
    kind: str
    at: datetime
    order: Order | None
    listed_at: datetime
    """The shop's own mark of the change, which stands still for some."""


Life = list[Event]


def lives(chance: random.Random, count: int, *, guests: bool) -> dict[str, Life]:
    return {str(1000 + n): _life(chance, str(1000 + n), guests=guests) for n in range(count)}


def _life(chance: random.Random, id_: str, *, guests: bool) -> Life:
    at = START + timedelta(seconds=chance.randrange((DAYS - 1) * 86_400))
    who = str(chance.randrange(PEOPLE))
    buyer: Buyer = (
        Guest(f"gast{who}@example.com") if guests and chance.random() < 0.3 else Account(who)
    )
    goods = tuple(line(net=chance.randrange(100, 20_000), tax=0, id_=str(n + 1)) for n in range(2))
    placed = order(id_, lines=goods, buyer=buyer, placed_at=at, paid_at=None)
    life = [Event(id_, "placed", at, placed, at)]
    for _ in range(chance.randint(2, 6)):
        at += timedelta(seconds=chance.randrange(600, 3 * 86_400))
        if at >= END:
            break
        life.append(_next(chance, life, at))
    return life


def _next(chance: random.Random, life: Life, at: datetime) -> Event:
    now, id_ = life[-1].order, life[0].id
    if now is None:  # restored as it was; not every store marks that as a change
        then = life[-2].order
        marked = at if chance.random() < 0.5 else life[-2].listed_at
        return Event(id_, "restored", at, then, marked)
    steps = [name for name, possible in _STEPS.items() if possible[0](now)]
    # Gone for good only while its points are pending in any case: what was released is left to the
    # customer until a person has looked, and that is a history, not a fact.
    if life[0].at > END - timedelta(days=20):
        steps += ["deleted", "deleted"]
    kind = chance.choice(steps)
    if kind == "deleted":
        return Event(id_, kind, at, None, life[-1].listed_at)
    return Event(id_, kind, at, _STEPS[kind][1](chance, now, at), at)


def _edited(chance: random.Random, now: Order, _at: datetime) -> Order:
    if len(now.lines) < 3:
        more = line(net=chance.randrange(100, 9_000), tax=0, id_=str(len(now.lines) + 1))
        return replace(now, lines=(*now.lines, more))
    first, *rest = now.lines
    return replace(now, lines=(replace(first, net=chance.randrange(100, 9_000)), *rest))


def _refunded(chance: random.Random, now: Order, _at: datetime) -> Order:
    first, *rest = now.lines
    back = chance.randrange(1, first.net + 1)
    return replace(now, lines=(replace(first, refunded_net=back), *rest))


def _whole(_chance: random.Random, now: Order, _at: datetime) -> Order:
    return replace(now, lines=tuple(replace(one, refunded_net=one.net) for one in now.lines))


_Step = tuple[Callable[[Order], bool], Callable[[random.Random, Order, datetime], Order]]
_living: Callable[[Order], bool] = lambda now: now.cancelled_at is None  # noqa: E731
_STEPS: dict[str, _Step] = {
    "paid": (lambda now: now.paid_at is None and now.cancelled_at is None,
             lambda _, now, at: replace(now, paid_at=at)),
    "delivered": (lambda now: now.paid_at is not None and now.delivered_at is None,
                  lambda _, now, at: replace(now, delivered_at=at)),
    "edited": (lambda now: now.cancelled_at is None and not any(x.refunded_net for x in now.lines),
               _edited),
    "refunded": (lambda now: now.paid_at is not None and now.cancelled_at is None, _refunded),
    "refunded whole": (lambda now: now.paid_at is not None and now.cancelled_at is None, _whole),
    "refund deleted": (lambda now: any(x.refunded_net for x in now.lines),
                       lambda _, now, at: replace(now, lines=tuple(
                           replace(x, refunded_net=0) for x in now.lines))),
    "cancelled": (_living, lambda _, now, at: replace(now, cancelled_at=at)),
    "completed again": (lambda now: now.cancelled_at is not None,
                        lambda _, now, at: replace(now, cancelled_at=None,
                                                   paid_at=now.paid_at or at)),
}  # fmt: skip


def worth(now: Order | None) -> int:
    """5 points for each whole EUR of goods that were paid and kept, rounded down once."""
    if now is None or now.paid_at is None or now.cancelled_at is not None:
        return 0
    kept = sum(one.net - (one.refunded_net or 0) for one in now.lines)
    return kept * 5 // 100


def as_of(life: Life, moment: datetime) -> Event | None:
    happened = [event for event in life if event.at <= moment]
    return happened[-1] if happened else None


# ------------------------------------------------------------------ what rings


def orderly(all_lives: dict[str, Life]) -> list[tuple[datetime, Event]]:
    """Every event rings once, at once."""
    return sorted(((event.at, event) for life in all_lives.values() for event in life), key=_when)


def chaotic(all_lives: dict[str, Life], chance: random.Random) -> list[tuple[datetime, Event]]:
    """A fifth is lost, a third of the rest comes twice or thrice, and up to three days late."""
    rung = []
    for _, event in orderly(all_lives):
        if chance.random() < 0.2:
            continue
        copies = 1 + (chance.randint(1, 2) if chance.random() < 0.3 else 0)
        for _ in range(copies):
            late = timedelta(hours=1) if chance.random() < 0.6 else LATEST
            rung.append((event.at + late * chance.random(), event))
    return sorted(rung, key=_when)


def _when(rung: tuple[datetime, Event]) -> tuple[datetime, str]:
    return rung[0], rung[1].id


# ------------------------------------------------------------------ the shop


class Staleness(Protocol):
    def __call__(self) -> timedelta: ...


def fresh() -> timedelta:
    return timedelta()


@dataclass
class FakeShop:
    """A platform over lives; it shows how they were `stale()` ago by the clock of the shell."""

    lives: dict[str, Life]
    stale: Staleness = fresh
    requests: int = 0
    _product: Product = field(default=Product("10", "Kaffee"))

    def facts(self) -> ShopFacts:
        return FACTS

    def order(self, external_id: str) -> Order:
        self.requests += 1
        seen = as_of(self.lives[external_id], utc_now() - self.stale())
        if seen is None or seen.order is None:
            raise NotThere(external_id)
        return seen.order

    def customer(self, external_id: str) -> Customer:
        return Customer(external_id, f"kunde{external_id}@example.com")

    def products(self, external_ids: Sequence[str]) -> Sequence[Product]:
        return [replace(self._product, external_id=id_) for id_ in external_ids]

    def changes(self, stream: Stream, cursor: str | None) -> Page:
        """Customers: all of them. Orders: by the shop's own mark, from the cursor on, none that is gone."""
        self.requests += 1
        if stream is not Stream.ORDERS:
            people = [self.customer(str(n)) for n in range(PEOPLE)]
            return Page(people if stream is Stream.CUSTOMERS else [], "", more=False)
        moment = utc_now() - self.stale()
        seen = [event for life in self.lives.values() if (event := as_of(life, moment))]
        listed = sorted((e.listed_at.isoformat(), e.id, e.order) for e in seen if e.order)
        after = [one for one in listed if f"{one[0]} {one[1]}" > (cursor or "")][:PAGE]
        there = f"{after[-1][0]} {after[-1][1]}" if after else cursor or ""
        return Page([one[2] for one in after], there, more=len(after) == PAGE)


def change(event: Event) -> Change:
    return Change(Stream.ORDERS, event.id)
