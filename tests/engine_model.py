"""What the points engine ought to do, in plain numbers: no database, no lots, no chain, no terms.

Written from what the programme promises and not from the engine's code. A member has what awards
gave him and he has not spent; what an award gave too much is taken from what is available, and what
is missing is taken from whatever becomes available next, the oldest award first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction


@dataclass
class Bought:
    """An order: wine counts double, a book brings 20 more, cheese earns as it is. Amounts in cents."""

    who: int
    placed: datetime
    per_euro: int
    wine: int
    cheese: int
    book: int
    back: dict[str, int] = field(default_factory=dict)
    paid: datetime | None = None
    cancelled: bool = False

    def points(self) -> int:
        if self.paid is None or self.cancelled:
            return 0
        kept = {name: getattr(self, name) - self.back.get(name, 0) for name in LINES}
        exact = Fraction(self.per_euro * (2 * kept["wine"] + kept["cheese"] + kept["book"]), 100)
        if self.book:
            exact += Fraction(20 * kept["book"], self.book)
        return int(exact)


LINES = ("wine", "cheese", "book")


@dataclass
class Given:
    given: int = 0
    pending: int = 0
    deserved: int = 0
    due: datetime | None = None


@dataclass
class Person:
    awards: dict[str, Given] = field(default_factory=dict)
    available: int = 0
    held: int = 0
    spent: int = 0

    @property
    def pending(self) -> int:
        return sum(one.pending for one in self.awards.values())

    @property
    def shortfall(self) -> int:
        return sum(max(one.given - one.deserved, 0) for one in self.awards.values())

    def look(self, name: str, points: int, due: datetime | None, now: datetime) -> None:
        """An order is looked at and deserves so much now."""
        if name not in self.awards and points == 0:
            return
        one = self.awards.setdefault(name, Given())
        over = one.given - points
        taken = min(max(over, 0), one.pending)
        one.pending -= taken
        one.given -= taken
        one.deserved, one.due = points, due
        ripe = due is not None and due <= now
        if ripe:
            self._release(one)
        if points > one.given:
            more = points - one.given
            one.given += more
            if ripe:
                self.available += more
            else:
                one.pending += more
        if over > taken:
            self._take(one, over - taken)
        self.settle()

    def _release(self, one: Given) -> None:
        self.available += one.pending
        one.pending = 0

    def _take(self, one: Given, points: int) -> None:
        points = min(points, self.available)
        self.available -= points
        one.given -= points

    def settle(self) -> None:
        """What was given too much is taken from what there is, the oldest first."""
        for _, one in sorted(self.awards.items(), key=_age):
            self._take(one, max(one.given - one.deserved, 0))

    def pass_time(self, now: datetime) -> None:
        for one in self.awards.values():
            if one.pending and one.due is not None and one.due <= now:
                self._release(one)
        self.settle()

    def correct(self, points: int) -> None:
        self.available += points
        if points > 0:
            self.settle()

    def hold(self, points: int) -> int:
        points = min(points, self.available)
        self.available -= points
        self.held += points
        return points

    def redeem(self, points: int) -> None:
        self.held -= points
        self.spent += points

    def release(self, points: int) -> None:
        self.held -= points
        self.available += points
        self.settle()

    def give_back(self, points: int) -> None:
        self.spent -= points
        self.available += points
        self.settle()


def _age(named: tuple[str, Given]) -> tuple[float, str]:
    """An order that is not paid (any more) has no day, and is older than all that have."""
    name, one = named
    return one.due.timestamp() if one.due else 0.0, name
