"""Random histories against an oracle that keeps every single point as a token with its date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from connector import ledger
from connector.db import Database
from connector.errors import InsufficientPoints
from connector.ledger import Reason
from connector.tables import lot, member
from tests.make import NOW, M, add_members, posting

pytestmark = pytest.mark.bare_ledger

DAYS = [date(2027, 12, 31), date(2028, 12, 31), date(2029, 12, 31), NOW.date() + timedelta(days=3)]
GRACE = NOW.date() + timedelta(days=30)


@dataclass
class Oracle:
    """One member, one token per point; slow, obvious, and written without looking at the ledger."""

    pending: int = 0
    available: list[date] = field(default_factory=list)
    holds: dict[int, list[date]] = field(default_factory=dict)
    spent: dict[int, list[date]] = field(default_factory=dict)
    left: dict[int, list[date]] = field(default_factory=dict)
    n: int = 0

    def move(self, reason: Reason, points: int, day: date, undoes: int) -> bool:
        """False: refused."""
        done = getattr(self, reason.name.lower())(points, day, undoes)
        self.n += done is not False
        return done is not False

    def earn(self, points: int, _day: date, _undoes: int) -> None:
        self.pending += points

    def unearn(self, points: int, _day: date, _undoes: int) -> bool | None:
        if points > self.pending:
            return False
        self.pending -= points
        return None

    def confirm(self, points: int, day: date, _undoes: int) -> bool | None:
        if points > self.pending:
            return False
        self.pending -= points
        self.available += [day] * points
        return None

    def credit(self, points: int, day: date, _undoes: int) -> None:
        self.available += [day] * points

    def _take(self, points: int, first: date | None) -> list[date] | None:
        if points > len(self.available):
            return None
        taken = sorted(self.available, key=lambda token: (token != first, token))[:points]
        for token in taken:
            self.available.remove(token)
        return taken

    def claw_back(self, points: int, day: date, _undoes: int) -> bool | None:
        return False if self._take(points, day) is None else None

    def expire(self, points: int, day: date, _undoes: int) -> bool | None:
        return self.claw_back(points, day, 0)

    def merge_out(self, points: int, day: date, _undoes: int) -> bool | None:
        return self.claw_back(points, day, 0)

    def merge_in(self, points: int, day: date, _undoes: int) -> None:
        self.credit(points, day, 0)

    def pending_out(self, points: int, day: date, _undoes: int) -> bool | None:
        return self.unearn(points, day, 0)

    def pending_in(self, points: int, day: date, _undoes: int) -> None:
        self.earn(points, day, 0)

    def leave(self, points: int, _day: date, _undoes: int) -> bool | None:
        taken = self._take(points, None)
        if taken is None:
            return False
        self.left[self.n + 1] = taken
        return None

    def come_back(self, points: int, _day: date, undoes: int) -> bool | None:
        return self._back(self.left, undoes, points)

    def hold(self, points: int, _day: date, _undoes: int) -> bool | None:
        taken = self._take(points, None)
        if taken is None:
            return False
        self.holds[self.n + 1] = taken
        return None

    def release(self, points: int, _day: date, undoes: int) -> bool | None:
        return self._back(self.holds, undoes, points)

    def redeem(self, points: int, _day: date, undoes: int) -> bool | None:
        tokens = self.holds.get(undoes, [])
        if points > len(tokens):
            return False
        tokens.sort()
        self.spent[self.n + 1] = [tokens.pop() for _ in range(points)]
        return None

    def give_back(self, points: int, _day: date, undoes: int) -> bool | None:
        return self._back(self.spent, undoes, points)

    def _back(self, where: dict[int, list[date]], undoes: int, points: int) -> bool | None:
        tokens = where.get(undoes, [])
        if points > len(tokens):
            return False
        tokens.sort()
        self.available += [max(tokens.pop(), GRACE) for _ in range(points)]
        return None


moves = st.lists(
    st.tuples(
        st.sampled_from(list(Reason)), st.integers(1, 40), st.sampled_from(DAYS), st.integers(1, 12)
    ),
    max_size=25,
)


def state(tx: Any) -> tuple[int, int, int, dict[date, int]]:
    row = tx.execute(select(member)).one()
    lots = {r.expires_on: r.remaining for r in tx.execute(select(lot)) if r.remaining}
    return row.pending, row.available, row.held, lots


@given(history=moves)
def test_every_history_ends_where_single_points_would(
    database: Database, history: list[Any]
) -> None:
    oracle = Oracle()

    def work(tx: Any) -> None:
        """One history in a transaction that is undone: transfers cannot be deleted."""
        add_members(tx, "erika")
        for number, (reason, points, day, undoes) in enumerate(history):
            wanted = posting(
                "erika", reason, points, f"k{number}", expires_on=day,
                undoes=undoes if reason in ledger.UNDOES else None,
            )  # fmt: skip
            expected = oracle.move(reason, points, day, undoes)
            try:
                ledger.post(tx, M, [wanted], NOW)
                allowed = True
            except InsufficientPoints:
                allowed = False
            assert allowed == expected, (reason, points, undoes)
            held = sum(map(len, oracle.holds.values()))
            lots = {day: oracle.available.count(day) for day in set(oracle.available)}
            assert state(tx) == (oracle.pending, len(oracle.available), held, lots)
        raise Undone

    with pytest.raises(Undone):
        database.write(work)


class Undone(Exception):
    """Ends a history, so that the next one starts from nothing."""


def test_the_oracle_would_notice(database: Database) -> None:
    """The comparison itself can fail: a lot changed behind the ledger's back is seen."""
    database.write(lambda tx: add_members(tx, "erika"))
    database.write(lambda tx: ledger.post(tx, M, [posting("erika", Reason.CREDIT, 5, "a")], NOW))

    def work(tx: Any) -> None:
        tx.execute(delete(lot))
        assert state(tx) != (0, 5, 0, {date(2029, 12, 31): 5})
        raise Undone

    with pytest.raises(Undone):
        database.write(work)
