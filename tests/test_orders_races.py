"""Orders looked at from many sides at once: the same books as from one side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from connector import ledger, life, orders, programmes, rulebook, seals, verify
from connector.db import Database
from connector.keys import Keys
from connector.ledger import Reason
from connector.port import Account
from connector.tables import lot, member
from tests.make import (
    NOW,
    PAID,
    YEAR_END,
    Book,
    book,
    due_awards,
    line,
    look,
    merged,
    order,
    posting,
)

RELEASED = PAID + timedelta(days=60)
THREADS = 8


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """All of them, started together."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def members(demo: Book) -> int:
    with demo.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(member)).scalar_one())


def test_a_new_order_seen_from_eight_sides_earns_once(demo: Book) -> None:
    at_once(*[lambda: demo.see(order())] * THREADS)

    assert demo.balance() == (0, 140)
    assert demo.reasons() == ["earn"]
    assert members(demo) == 1


def test_looks_at_one_order_in_any_order_end_at_the_newest(demo: Book) -> None:
    def seen(minute: int) -> Callable[[], Any]:
        goods = (line(net=1000 * (minute + 1), tax=0),)
        return lambda: demo.see(order(lines=goods), at=NOW + timedelta(minutes=minute))

    at_once(*(seen(minute) for minute in range(THREADS)))

    assert demo.balance() == (0, 5 * 10 * THREADS)


def test_different_orders_of_one_new_member_make_one_member(demo: Book) -> None:
    def seen(number: int) -> Callable[[], Any]:
        return lambda: demo.see(order(str(1001 + number)))

    at_once(*(seen(number) for number in range(THREADS)))

    assert demo.balance() == (0, 140 * THREADS)
    assert members(demo) == 1


def test_orders_from_before_the_start_share_one_limit_also_at_once(
    database: Database, keys: Keys
) -> None:
    opened = book(database, keys, live=NOW)
    opened.see(order("1000", lines=(line(net=100, tax=0),)), at=NOW)

    def seen(number: int) -> Callable[[], Any]:
        goods = (line(net=8000, tax=0),)
        return lambda: opened.see(order(str(number), lines=goods), at=NOW + timedelta(hours=1))

    at_once(*(seen(1001 + number) for number in range(THREADS)))

    assert sum(opened.balance()) == 500


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_look_and_the_release_at_the_same_moment_agree(demo: Book, cancelled: bool) -> None:
    page = [order(str(1001 + n), buyer=Account(str(n % 3))) for n in range(12)]
    demo.see(*page)
    with demo.database.read() as tx:
        due = due_awards(tx, RELEASED, 100)[demo.shop.merchant_id]
    later = {"cancelled_at": RELEASED} if cancelled else {"lines": (line(), line(id_="2"))}
    changed = [order(str(1001 + n), buyer=Account(str(n % 3)), **later) for n in range(12)]

    def release() -> int:
        return demo.database.write(
            lambda tx: life.release(tx, demo.shop.merchant_id, due, RELEASED)
        )

    at_once(release, lambda: demo.see(*changed, at=RELEASED), release, release)

    available, pending = 0 if cancelled else 4 * 280, 0
    assert [demo.balance(Account(str(n))) for n in range(3)] == [(available, pending)] * 3


@pytest.mark.bare_ledger
def test_expiry_takes_its_own_lot_only_while_the_member_redeems(demo: Book) -> None:
    demo.see(order())
    id_ = demo.member().member_id
    m = demo.shop.merchant_id
    first, second = YEAR_END.replace(year=2027), YEAR_END
    credits = [
        posting(id_, Reason.CREDIT, 100, f"c{day}", expires_on=day, subject="x")
        for day in (first, second)
    ]
    demo.database.write(lambda tx: ledger.post(tx, m, credits, NOW))
    after = NOW.replace(year=2031)
    going = threading.Event()

    def redeem(tx: Connection) -> None:
        ledger.post(tx, m, [posting(id_, Reason.HOLD, 60, "h", subject="v")], NOW)
        going.set()
        threading.Event().wait(0.2)

    def expire() -> None:
        going.wait()
        demo.database.write(lambda tx: life.expire(tx, m, id_, first, after))

    def pretend_it_was_warned(tx: Connection) -> None:
        tx.execute(lot.update().where(lot.c.expires_on == first).values(warned_at=NOW))

    demo.database.write(pretend_it_was_warned)
    at_once(lambda: demo.database.write(redeem), expire)

    with demo.database.read() as tx:
        left = {row.expires_on: row.remaining for row in tx.execute(select(lot))}
    assert left[first] == 0
    assert left[second] == 100


def test_a_seal_covers_what_was_being_written_while_it_was_taken(
    demo: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.see(order())
    going, recorded_at = threading.Event(), ledger._recorded_at

    def slowly(*given: Any) -> Any:
        moment = recorded_at(*given)
        going.set()
        threading.Event().wait(0.2)
        return moment

    monkeypatch.setattr(ledger, "_recorded_at", slowly)

    def seal() -> None:
        going.wait()
        after = NOW + timedelta(hours=1)
        demo.database.write(lambda tx: seals.take(tx, demo.shop.merchant_id, after))

    at_once(lambda: demo.see(order("1002"), at=NOW + timedelta(minutes=1)), seal)

    with demo.database.read() as tx:
        assert verify.run(tx, full=True).findings == []


def test_a_programme_applied_twice_at_once_is_one_version(demo: Book) -> None:
    m = demo.shop.merchant_id
    document = merged(rulebook.preset("dach"), {"earn": {"points": 7}})

    def put() -> int:
        return demo.database.write(lambda tx: programmes.apply(tx, m, document, "test", NOW))

    applied = at_once(*[put] * THREADS)

    assert sorted(applied) == [0] * (THREADS - 1) + [2]


def test_a_page_and_single_looks_do_not_wait_for_each_other_for_ever(demo: Book) -> None:
    page: Sequence[Any] = [order(str(n), buyer=Account(str(n % 5))) for n in range(30)]
    forward, backward = [look(one) for one in page], [look(one) for one in reversed(page)]

    def apply(looks: Sequence[Any]) -> Callable[[], Any]:
        return lambda: demo.database.write(
            lambda tx: orders.apply(tx, demo.shop, looks, demo.keys, NOW)
        )

    at_once(apply(forward), apply(backward), apply(forward[:7]), apply(backward[:7]))

    assert sum(demo.balance(Account(str(n)))[1] for n in range(5)) == 30 * 140
