"""Random lives of orders: whatever happens in whatever order, everybody ends with what is deserved."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from connector import ledger, life, orders, verify
from connector.ledger import Reason
from connector.port import Look
from connector.tables import award, member, transfer
from tests.make import NOW, Book, due_awards, line, order, posting


@dataclass(frozen=True)
class Seen:
    """What a look at an order of 100.00 EUR showed."""

    id: str
    paid: bool
    refunded: int
    cancelled: bool
    gone: bool
    minutes: int

    def look(self) -> Look:
        at = NOW + timedelta(minutes=self.minutes)
        if self.gone:
            return Look(self.id, at, None)
        facts: dict[str, Any] = {
            "lines": (line(net=10000, tax=0, refunded_net=self.refunded, refunded_tax=0),)
        }
        facts |= {} if self.paid else {"paid_at": None}
        facts |= {"cancelled_at": at} if self.cancelled else {}
        return Look(self.id, at, order(self.id, **facts))

    def points(self) -> int:
        """What it deserves, written without looking at `earning`."""
        counts = self.paid and not self.cancelled and not self.gone
        return (10000 - self.refunded) * 5 // 100 if counts else 0


looks = st.builds(
    Seen,
    id=st.sampled_from(["1", "2", "3"]),
    paid=st.booleans(),
    refunded=st.sampled_from([0, 0, 3333, 10000]),
    cancelled=st.sampled_from([False, False, False, True]),
    gone=st.sampled_from([False, False, False, False, True]),
    minutes=st.integers(0, 60),
)
release = st.just("release")
spend = st.integers(1, 400)


class Undone(Exception):
    """Ends a life, so that the next one starts from nothing."""


def undone(demo: Book, work: Any) -> None:
    def ending(tx: Connection) -> None:
        work(tx)
        raise Undone

    with pytest.raises(Undone):
        demo.database.write(ending)


def newest(history: list[Seen]) -> list[Seen]:
    """The look that counts of each order: the latest by our clock; of two at one moment the first."""
    last: dict[str, Seen] = {}
    for seen in history:
        if seen.id not in last and seen.gone:
            continue  # nothing is known of it yet, so there is nothing to lose
        if seen.id not in last or seen.minutes > last[seen.id].minutes:
            last[seen.id] = seen
    return list(last.values())


@given(history=st.lists(looks, max_size=12))
def test_every_order_ends_at_what_the_newest_look_deserves(demo: Book, history: list[Seen]) -> None:
    def work(tx: Connection) -> None:
        for seen in history:
            orders.apply(tx, demo.shop, [seen.look()], demo.keys, NOW)
        rows = tx.execute(select(member.c.available + member.c.pending)).scalars()
        assert sum(rows) == sum(seen.points() for seen in newest(history))

    undone(demo, work)


@given(history=st.lists(st.one_of(looks, looks, release, spend), max_size=16))
def test_what_is_held_spent_and_owed_is_what_is_deserved(demo: Book, history: list[Any]) -> None:
    """With releases and spending between: held + spent − owed − waived = deserved, and verify agrees."""

    def work(tx: Connection) -> None:
        now = NOW
        for number, event in enumerate(history):
            if isinstance(event, Seen):
                orders.apply(tx, demo.shop, [event.look()], demo.keys, now)
            elif event == "release":
                now = NOW + timedelta(days=60)
                for merchant_id, subjects in due_awards(tx, now, 100).items():
                    life.release(tx, merchant_id, subjects, now)
            else:
                _spend(tx, demo, event, number, now)
        _balanced(tx)
        assert verify.run(tx, full=True).findings == []

    undone(demo, work)


def _spend(tx: Connection, demo: Book, points: int, number: int, now: Any) -> None:
    row = tx.execute(select(member)).first()
    if row is None:
        return
    hold = posting(row.member_id, Reason.HOLD, points, f"h{number}", up_to=True)
    (held,) = ledger.post(tx, demo.shop.merchant_id, [hold], now)
    if held.points:
        redeem = posting(row.member_id, Reason.REDEEM, held.points, f"r{number}", undoes=held.n)
        ledger.post(tx, demo.shop.merchant_id, [redeem], now)


def _balanced(tx: Connection) -> None:
    row = tx.execute(select(member)).first()
    if row is None:
        return
    spent = sum(
        tx.execute(select(transfer.c.points).where(transfer.c.reason == "redeem")).scalars()
    )
    awards = tx.execute(select(award)).all()
    owed = sum(max(one.given - one.deserved - one.waived, 0) for one in awards)
    waived = sum(one.waived for one in awards)
    deserved = sum(one.deserved for one in awards)

    assert row.available + row.pending + row.held + spent - owed - waived == deserved


@pytest.mark.parametrize("seed", range(3))
def test_a_page_brings_what_single_looks_bring(demo: Book, seed: int) -> None:
    chance = random.Random(seed)
    page = [order(str(n), lines=(line(net=chance.randrange(20_000), tax=0),)) for n in range(40)]
    results = []

    def total(tx: Connection) -> int:
        return int(sum(tx.execute(select(member.c.pending)).scalars()))

    def at_once(tx: Connection) -> None:
        orders.apply(
            tx, demo.shop, [Look(one.external_id, NOW, one) for one in page], demo.keys, NOW
        )
        results.append(total(tx))

    def one_by_one(tx: Connection) -> None:
        for one in page:
            orders.apply(tx, demo.shop, [Look(one.external_id, NOW, one)], demo.keys, NOW)
        results.append(total(tx))

    for way in (at_once, one_by_one):
        undone(demo, partial(way))

    assert results[0] == results[1] > 0
