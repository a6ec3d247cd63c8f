"""Clocks step, days have 23 and 25 hours, shops move: everything happens once, and nothing too early."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from connector import keys, life, rounds, seals, shops, verify
from connector.db import Database
from connector.port import Account
from connector.tables import lot, transfer
from tests.conftest import ROUNDS, SECRET
from tests.make import FACTS, Book, book, due_lots, line, order

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = [
    date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31),
    date(2028, 2, 28), date(2028, 2, 29), date(2028, 12, 31),
]  # fmt: skip
"""The last day of a hold or a lot: both nights of both years, the leap day and its eve, a year's end."""


@pytest.fixture
def shop(sqlite_database: Database) -> Book:
    loaded = sqlite_database.write(lambda tx: keys.load(tx, [SECRET], datetime.now(UTC)))
    changes = {"life": {"months": 1, "round_to": "day", "at_least": None}}
    return book(sqlite_database, loaded, live=datetime(2025, 1, 1, tzinfo=UTC), **changes)


def buy(shop: Book, last_day: date, number: int = 1) -> None:
    """An order whose points are held through `last_day` (paid 30 days before)."""
    paid = datetime.combine(last_day - timedelta(days=30), time(23, 30), BERLIN).astimezone(UTC)
    seen = order(str(number), placed_at=paid, paid_at=paid, buyer=Account(str(number)),
                 lines=(line(net=1000 + number, tax=0),))  # fmt: skip
    shop.see(seen, at=paid)


def expire(shop: Book, now: datetime) -> int:
    with shop.database.read() as tx:
        due = due_lots(tx, now, 500)
    return sum(
        shop.database.write(
            partial(life.expire, merchant_id=m, member_id=id_, expires_on=day, now=now)
        )
        for m, id_, day in due
    )


def movements(shop: Book, reason: str) -> list[Any]:
    with shop.database.read() as tx:
        return list(tx.execute(select(transfer).where(transfer.c.reason == reason)))


def hours_around(day: date) -> list[datetime]:
    """Every quarter of an hour from the evening before to two days later, as time really passes."""
    start = datetime.combine(day, time(20), BERLIN).astimezone(UTC)
    return [start + timedelta(minutes=15 * n) for n in range(4 * 36)]


@pytest.mark.parametrize("last_day", NIGHTS, ids=str)
def test_a_hold_ends_with_its_last_day_and_once(shop: Book, last_day: date) -> None:
    buy(shop, last_day)
    released: list[datetime] = []
    for now in hours_around(last_day):
        shop.pass_time(now)
        released += [now] * (len(movements(shop, "confirm")) - len(released))

    (moment,) = released
    assert moment.astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(
        last_day + timedelta(days=1), time()
    )


@pytest.mark.parametrize("last_day", NIGHTS, ids=str)
def test_points_live_through_their_last_day_and_expire_once(shop: Book, last_day: date) -> None:
    buy(shop, last_day - timedelta(days=40))
    shop.pass_time(datetime.combine(last_day, time(), UTC) - timedelta(days=5))
    shop.database.write(
        lambda tx: tx.execute(update(lot).values(due_on=last_day, warned_at=datetime.now(UTC)))
    )
    expired = [now for now in hours_around(last_day) for _ in range(expire(shop, now))]

    (moment,) = expired
    assert moment.astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(
        last_day + timedelta(days=1), time()
    )


@pytest.mark.parametrize("seed", range(12 * min(ROUNDS, 20)))
def test_a_clock_that_jumps_does_everything_once_nothing_early_and_breaks_no_seal(
    shop: Book, seed: int
) -> None:
    """A day forth, a day back, again and again, with a seal now and then."""
    chance = random.Random(f"clock {seed}")
    now = datetime(2026, 3, 20, tzinfo=UTC)
    days = [date(2026, 3, 20) + timedelta(days=chance.randrange(25)) for _ in range(12)]
    for number, day in enumerate(days):
        buy(shop, day, number)
    for _ in range(40):
        now += timedelta(hours=chance.choice([1, 6, 12, 24, 24, -24, -6]))
        shop.pass_time(now)
        expire(shop, now)
        if chance.random() < 0.4:
            shop.database.write(partial(seals.take, merchant_id=shop.shop.merchant_id, now=now))
    shop.pass_time(now + timedelta(days=60))

    confirmed = movements(shop, "confirm")
    assert sorted(row.subject for row in confirmed) == sorted({row.subject for row in confirmed})
    assert len(confirmed) == len(days)
    assert all(row.occurred_at <= row.recorded_at for row in confirmed)
    with shop.database.read() as tx:
        assert verify.run(tx, full=True).findings == []


def test_a_member_whose_transfers_go_back_in_time_is_sealed_whole(shop: Book) -> None:
    noon = datetime(2026, 3, 20, 12, tzinfo=UTC)
    paid = noon - timedelta(days=1)
    first = order("1", placed_at=paid, paid_at=paid)
    shop.see(first, at=noon)
    shop.see(order("2", placed_at=paid, paid_at=paid), at=noon - timedelta(hours=1))
    shop.database.write(
        partial(seals.take, merchant_id=shop.shop.merchant_id, now=noon - timedelta(minutes=30))
    )
    shop.see(order("3", placed_at=paid, paid_at=paid), at=noon - timedelta(minutes=20))

    with shop.database.read() as tx:
        assert verify.run(tx, full=True).findings == []


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "-12:00"])
def test_a_shop_that_moves_keeps_what_it_promised_and_releases_once(shop: Book, zone: str) -> None:
    """The zone of a hold is one of its terms: it ends when it was said to end."""
    last_day = date(2026, 4, 10)
    buy(shop, last_day)
    moved = partial(shops.keep_facts, one=shop.shop, facts=FACTS.__class__(**{
        **{name: getattr(FACTS, name) for name in FACTS.__slots__}, "zone": zone}))  # fmt: skip
    shop.database.write(moved)
    released: list[datetime] = []
    for now in hours_around(last_day):
        shop.pass_time(now)
        released += [now] * (len(movements(shop, "confirm")) - len(released))

    assert released == [datetime(2026, 4, 10, 22, tzinfo=UTC)]


@pytest.mark.parametrize("key", ["round/reconcile/a", "round/books/b"])
@pytest.mark.parametrize("day", [*NIGHTS, date(2026, 7, 1)], ids=str)
def test_what_runs_each_night_runs_once_each_night(day: date, key: str) -> None:
    """Over the nights in which a clock on the wall shows an hour twice, or leaves one out."""
    at = datetime.combine(day - timedelta(days=2), time(12), UTC)
    nights = []
    for _ in range(5):
        at = rounds.next_night(at, key)
        nights.append(at)
        assert rounds.next_night(at + timedelta(hours=5), key) == at + timedelta(days=1)

    days = [one.date() for one in nights]
    assert days == [days[0] + timedelta(days=n) for n in range(5)]
