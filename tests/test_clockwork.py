"""What time does to points, merchant by merchant: one broken award or lot waits alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from connector import (
    clockwork,
    inactivity,
    jobs,
    lanes,
    ledger,
    life,
    outbox,
    programmes,
    rounds,
    rulebook,
    shops,
    tasks,
)
from connector.db import Database
from connector.errors import LedgerBroken
from connector.installation import Installation, utc_now
from connector.keys import Keys
from connector.lanes import Lane
from connector.ledger import Reason
from connector.outbox import Work
from connector.port import Account, Order
from connector.shops import Shop
from connector.tables import award, lot, merchant, seal, warning
from connector.tables import outbox as rows
from tests.make import FACTS, NOW, PAID, Book, M, add_members, book, order, posting
from tests.runners.bench import installation

LONG_AGO = PAID - timedelta(days=90)


def old_order(external_id: str) -> Order:
    """So old that its points, which were pending when it was seen, are due."""
    return order(external_id, buyer=Account(external_id), placed_at=LONG_AGO, paid_at=LONG_AGO)


def orders_of_two_merchants(database: Database, keys: Keys) -> tuple[Book, Book]:
    """Three orders of one merchant and one of another, all due for release."""
    first = book(database, keys)
    for n in ("1", "2", "3"):
        first.see(old_order(n), at=LONG_AGO)

    def later(tx: Connection) -> Shop:
        live = PAID - timedelta(days=365)
        one = shops.add(
            tx, keys, slug="later", platform="woocommerce", settings={}, facts=FACTS, now=live
        )
        programmes.apply(tx, one.merchant_id, rulebook.preset("dach"), "test", live)
        return one

    second = Book(database, keys, database.write(later))
    second.see(old_order("9"), at=LONG_AGO)
    return first, second


def breaks(database: Database, one: Book, external_id: str) -> dict[str, object]:
    """Make an award unreadable, as a bug or an edit by hand would; gives its terms."""
    row = one.award(external_id)
    database.write(
        lambda tx: tx.execute(update(award).where(award.c.subject == row.subject).values(terms={}))
    )
    return dict(row.terms)


def test_a_broken_award_holds_up_nobodys_points(
    database: Database, keys: Keys, tmp_path: Path
) -> None:
    first, second = orders_of_two_merchants(database, keys)
    terms = breaks(database, first, "1")
    inst = installation(database, keys, tmp_path)
    done, again = jobs.run_due(inst), jobs.run_due(inst)

    assert (done.releases, done.failures) == (3, 1)
    assert again.count() == 0
    assert first.balance(Account("1")) == (0, 140)
    assert first.balance(Account("2")) == (140, 0)
    assert second.balance(Account("9")) == (140, 0)
    with database.read() as tx:
        assert [(one.kind, one.subject) for one in tasks.open_tasks(tx)] == [
            ("stuck", f"release/{first.award('1').subject}")
        ]

    repair_and_retry(inst, first, terms)

    assert first.balance(Account("1")) == (140, 0)
    with database.read() as tx:
        assert tasks.open_tasks(tx) == []


def repair_and_retry(inst: Installation, one: Book, terms: dict[str, object]) -> None:
    def work(tx: Connection) -> None:
        subject = one.award("1").subject
        tx.execute(update(award).where(award.c.subject == subject).values(terms=terms))
        tx.execute(update(rows).where(rows.c.kind == "release").values(due_at=utc_now()))

    inst.database.write(work)
    jobs.run_due(inst)


def test_what_was_put_aside_once_may_be_put_aside_again(
    database: Database, keys: Keys, tmp_path: Path
) -> None:
    first, _ = orders_of_two_merchants(database, keys)
    inst = installation(database, keys, tmp_path)
    args = {"subject": first.award("1").subject}
    merchant_id = first.shop.merchant_id
    for _ in range(2):
        database.write(
            lambda tx: clockwork._put_aside(
                tx, merchant_id=merchant_id, kind="release", args=args, failed=KeyError("x")
            )
        )
        with database.read() as tx:
            assert args["subject"] not in lanes.ripe(tx, merchant_id, NOW, 50)
        repair_and_retry(inst, first, first.award("1").terms)

    assert first.balance(Account("1")) == (140, 0)


def test_broken_books_stop_their_lane_and_are_no_task(
    database: Database, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = orders_of_two_merchants(database, keys)

    def broken(*_: object, **__: object) -> int:
        raise LedgerBroken("a member changed")

    monkeypatch.setattr(life, "release", broken)

    with pytest.raises(LedgerBroken):
        jobs.run_lane(
            installation(database, keys, tmp_path), Lane(first.shop.merchant_id, lanes.POINTS)
        )
    with database.read() as tx:
        assert tasks.open_tasks(tx) == []


@pytest.mark.bare_ledger
def test_a_lot_that_cannot_expire_holds_up_no_other(
    database: Database, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expire = life.expire
    day = LONG_AGO.date()

    def prepare(tx: Connection) -> None:
        names = "erika", "otto", "paula"
        add_members(tx, *names)
        ledger.post(
            tx, M, [posting(name, Reason.CREDIT, 50, name, expires_on=day) for name in names], NOW
        )
        tx.execute(update(lot).values(warned_at=NOW))

    def broken(tx: Connection, merchant_id: Any, member_id: Any, *rest: Any) -> int:
        if member_id == "otto":
            raise KeyError("unforeseen")
        return expire(tx, merchant_id, member_id, *rest)

    database.write(prepare)
    monkeypatch.setattr(life, "expire", broken)
    done = jobs.run_due(installation(database, keys, tmp_path))

    assert (done.expiries, done.failures) == (2, 1)
    with database.read() as tx:
        assert lanes.over(tx, M, NOW, 50) == []
        assert [one.subject for one in tasks.open_tasks(tx)] == [f"expire/otto/{day}"]


def test_a_day_that_is_not_over_where_the_merchant_is_makes_no_lane_due(
    database: Database, keys: Keys
) -> None:
    """In Kiritimati a day ends 24 hours before it ends in Pago Pago."""
    first = book(database, keys)
    first.see(order("1"))
    first.pass_time(NOW + timedelta(days=100))
    noon = datetime.fromisoformat("2027-01-01T04:00+00:00")

    def lots_end(tx: Connection) -> None:
        tx.execute(update(lot).values(due_on=noon.date() - timedelta(days=1)))
        tx.execute(update(merchant).values(zone="Pacific/Pago_Pago"))

    database.write(lots_end)
    with database.read() as tx:
        today, tomorrow = lanes.due(tx, noon), lanes.due(tx, noon + timedelta(days=1))
        lots = lanes.over(tx, first.shop.merchant_id, noon, 50)

    assert (today, lots) == ([], [])
    assert tomorrow == [Lane(first.shop.merchant_id, lanes.POINTS)]


# ------------------------------------------------------------------ rounds


def test_rounds_are_planned_once_and_come_again_by_themselves(
    database: Database, keys: Keys, tmp_path: Path
) -> None:
    first = book(database, keys)
    inst = installation(database, keys, tmp_path)
    rounds.plan(inst)
    rounds.plan(inst)
    with database.read() as tx:
        planned = tx.execute(select(rows.c.kind, rows.c.due_at).order_by(rows.c.kind)).all()
    rounds.ring(inst, "books")
    done = jobs.run_lane(inst, Lane(first.shop.merchant_id, lanes.BOOKS))
    with database.read() as tx:
        books = tx.execute(select(rows).where(rows.c.kind == "books")).one()
        seals = tx.execute(select(seal)).all()

    assert [kind for kind, _ in planned] == [
        "books",
        "day",
        "ends",
        "reconcile",
        "sync",
        "vouchers",
    ]
    assert (done[0].works, done[1], len(seals)) == (1, False, 1)
    assert (books.tries, books.done_at, books.due_at > utc_now()) == (0, None, True)


def test_a_night_is_every_night_and_not_the_same_minute_for_all() -> None:
    now = datetime.fromisoformat("2026-11-22T12:00+00:00")
    nights = [rounds.next_night(now, f"round/books/{n}") for n in range(50)]

    assert {night.date() for night in nights} == {now.date() + timedelta(days=1)}
    assert {night.hour for night in nights} == {2, 3, 4}
    assert rounds.next_night(nights[0], "round/books/0") == nights[0] + timedelta(days=1)


def test_a_work_that_comes_round_forgets_its_failures(database: Database, keys: Keys) -> None:
    first = book(database, keys)
    m = first.shop.merchant_id

    def at(moment: datetime) -> Work:
        with database.read() as tx:
            (work,) = outbox.due(tx, m, "a", moment, 1)
        assert database.write(lambda tx: outbox.claim(tx, work, moment))
        return work

    database.write(
        lambda tx: outbox.add(tx, m, key="a", lane="a", kind="sync", args={}, due_at=NOW)
    )
    failed = at(NOW)
    database.write(lambda tx: outbox.again(tx, failed, "busy", NOW))
    later = NOW + timedelta(hours=1)
    tried = at(later)
    database.write(lambda tx: outbox.next_time(tx, tried, later + timedelta(minutes=5)))

    with database.read() as tx:
        row = tx.execute(select(rows).where(rows.c.lane == "a")).one()
    assert (row.tries, row.error, row.lease_until) == (0, "", None)


# ------------------------------------------------------------------ looking ahead


def test_the_night_warns_of_what_ends_soon_and_ends_what_inactivity_ended(
    database: Database, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = book(database, keys, life={"inactive_months": 12, "at_least": None})
    for n in ("1", "2"):
        first.see(old_order(n), at=LONG_AGO)
    first.pass_time(NOW)
    inst, m = installation(database, keys, tmp_path), first.shop.merchant_id
    end = date(2027, 8, 3)  # twelve months after the old orders

    def night(on: date) -> int:
        monkeypatch.setattr(
            clockwork, "utc_now", lambda: datetime(on.year, on.month, on.day, 3, tzinfo=UTC)
        )
        return clockwork.foresee(inst, m)

    night(end - timedelta(days=60))
    with database.read() as tx:
        made = [row.member_id for row in tx.execute(select(warning))]
    assert sorted(made) == sorted(first.member(Account(n)).member_id for n in ("1", "2"))
    database.write(lambda tx: tx.execute(update(warning).values(seen_at=NOW)))
    night(end)
    assert first.balance(Account("1")) == (140, 0)
    pass_day = inactivity.pass_day
    broken_one = first.member(Account("1")).member_id

    def broken(tx: Connection, merchant_id: Any, member_id: Any, now: datetime) -> int:
        if member_id == broken_one:
            raise KeyError("unforeseen")
        return pass_day(tx, merchant_id, member_id, now)

    monkeypatch.setattr(inactivity, "pass_day", broken)
    assert night(end + timedelta(days=1)) == 1

    assert [first.balance(Account(n)) for n in ("1", "2")] == [(140, 0), (0, 0)]
    with database.read() as tx:
        assert [one.subject for one in tasks.open_tasks(tx)] == [f"inactive/{broken_one}/inactive"]
        (again,) = tx.execute(select(rows).where(rows.c.kind == "inactive")).all()
    monkeypatch.setattr(inactivity, "pass_day", pass_day)
    work = Work(m, again.id, again.lane, again.kind, again.args, again.tries)
    clockwork.again(inst, work)
    assert first.balance(Account("1")) == (0, 0)


def test_lots_that_end_soon_are_warned_of_at_night(
    database: Database, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = book(database, keys)
    first.see(old_order("1"), at=LONG_AGO)
    first.pass_time(NOW)
    monkeypatch.setattr(clockwork, "utc_now", lambda: datetime(2029, 12, 20, 3, tzinfo=UTC))

    clockwork.foresee(installation(database, keys, tmp_path), first.shop.merchant_id)

    with database.read() as tx:
        assert [row.days for row in tx.execute(select(warning).order_by(warning.c.days))] == [
            14,
            60,
        ]
