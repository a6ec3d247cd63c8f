"""What both runners promise, on both databases: rows are the truth, and a runner is only a hint."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, insert, select

from connector import inbox, jobs, looking, outbox
from connector.installation import Installation, utc_now
from connector.orders import Applied
from connector.outbox import Work
from connector.port import Change, Stream
from connector.runners.election import election_of
from connector.runners.scheduler import Scheduler
from connector.shops import Shop
from connector.tables import outbox as rows
from connector.tables import shop
from connector.values import ShopId
from tests.make import M
from tests.runners import bench
from tests.runners.conftest import RUNNERS, Started

pytestmark = pytest.mark.parametrize("inst", RUNNERS, indirect=True)


def test_what_was_committed_is_done(started: Started) -> None:
    started.wish("1", "2", "3")
    bench.until(lambda: len(started.seen()) == 3)

    assert sorted(started.seen()) == ["1", "2", "3"]


def test_nothing_is_done_of_what_was_rolled_back(started: Started) -> None:
    def work(tx: Connection) -> None:
        outbox.add(tx, M, key="no", lane="a", kind="append", due_at=utc_now(),
                   args={"key": "no", "file": str(started.file)})  # fmt: skip
        raise ValueError("rolled back")

    with pytest.raises(ValueError, match="rolled back"):
        started.inst.database.write(work)
    started.runner.hint([bench.lane("a")])
    started.wish("yes")
    bench.until(started.seen)

    assert started.seen() == ["yes"]


def test_a_lane_does_one_thing_at_a_time(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = 0, 0
    counting = threading.Lock()

    def slow(inst: Installation, work: Work) -> None:
        nonlocal at_once, most
        with counting:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.01)
        with counting:
            at_once -= 1
        bench.append(inst, work)

    monkeypatch.setitem(jobs.KINDS, "slow", slow)
    for n in range(12):
        started.wish(str(n), kind="slow")
    bench.until(lambda: len(started.seen()) == 12)

    assert len(set(started.seen())) == 12
    assert most == 1


def test_a_lane_that_hangs_holds_up_no_other(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setitem(
        jobs.KINDS, "hang", lambda _inst, _work: go_on.wait(bench.PATIENCE) and None
    )
    started.wish("hangs", kind="hang")
    for n in range(12):
        started.wish(str(n), lane=f"other-{n}")
    bench.until(lambda: len(started.seen()) == 12)
    done_meanwhile = len(started.seen())
    go_on.set()

    assert done_meanwhile == 12


def test_walks_that_take_long_hold_up_no_bells(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setitem(
        jobs.KINDS, "walk", lambda _inst, _work: go_on.wait(bench.PATIENCE) and None
    )
    for n in range(16):
        started.wish(f"walk-{n}", kind="walk", lane=f"shop/{n}/walk")
    started.wish("1")
    bench.until(started.seen)
    seen = started.seen()
    go_on.set()

    assert seen == ["1"]


def test_a_slow_shop_holds_up_no_other_shops_bells(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of bells of a shop that does not answer, all older than the one of the other."""
    go_on = threading.Event()

    def look(_inst: Installation, one: Shop, _stream: Stream, id_: str) -> Applied:
        if one.slug == "slow":
            go_on.wait(bench.PATIENCE)
        else:
            bench.witness(started.file, id_)
        return Applied()

    def ring(tx: Connection) -> None:
        for name in ("slow", "quick"):
            tx.execute(insert(shop).values(merchant_id=M, shop_id=name, slug=name, platform="x"))
        many = [Change(Stream.ORDERS, str(n)) for n in range(300)]
        inbox.ring(tx, M, ShopId("slow"), many, utc_now())
        inbox.ring(tx, M, ShopId("quick"), [Change(Stream.ORDERS, "4711")], utc_now())

    monkeypatch.setattr(looking, "look", look)
    started.inst.database.write(ring)
    scheduler = Scheduler(started.inst, started.runner, election_of(started.inst.database))
    scheduler.tick()
    bench.until(started.seen)
    seen = started.seen()
    monkeypatch.setattr(looking, "look", lambda *_: Applied())
    go_on.set()

    assert seen == ["4711"]


def test_a_poison_job_harms_nobody_and_is_tried_later(started: Started) -> None:
    started.wish("poison", kind="fail")
    started.wish("1", "2")
    bench.until(lambda: len(started.seen()) == 2)

    with started.inst.database.read() as tx:
        poison = tx.execute(select(rows).where(rows.c.key == "poison")).one()
    assert sorted(started.seen()) == ["1", "2"]
    assert (poison.error, poison.done_at, poison.lease_until) == ("KeyError", None, None)
    assert (poison.due_at - utc_now()).total_seconds() > 3000


def test_a_hint_may_come_twice(started: Started) -> None:
    started.wish(*map(str, range(20)), hint=False)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(started.runner.hint, [[bench.lane("a")]] * 24))
    bench.until(lambda: len(started.seen()) >= 20)
    started.wish("last")
    bench.until(lambda: "last" in started.seen())

    assert len(started.seen()) == 21
    assert len(set(started.seen())) == 21


def test_a_hint_that_was_lost_is_found_by_the_scheduler(started: Started) -> None:
    started.wish("1", hint=False)
    scheduler = Scheduler(started.inst, started.runner, election_of(started.inst.database))
    scheduler.start()
    bench.until(started.seen)
    scheduler.stop()

    assert started.seen() == ["1"]


def test_what_waits_longer_than_a_turn_goes_on(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lane goes to the end of the queue when its turn is over, and comes again by itself."""
    monkeypatch.setattr(jobs.Turn, "is_over", lambda turn: turn.done.works >= 1)
    started.wish(*map(str, range(5)))
    bench.until(lambda: len(started.seen()) == 5)

    assert sorted(started.seen()) == list("01234")
