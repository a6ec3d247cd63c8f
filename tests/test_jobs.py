"""Work by the clock: late, twice, beside itself or half done, it ends the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from connector import inbox, jobs, lanes, ledger, life, outbox, rounds, tasks
from connector.db import Database
from connector.errors import TryLater
from connector.inbox import Bell
from connector.installation import Installation, open_installation, utc_now
from connector.ledger import Reason
from connector.outbox import Work
from connector.port import Change, Stream
from connector.runners import embedded
from connector.tables import inbox as inbox_table
from connector.tables import lot, shop
from connector.values import ShopId
from tests.connected import Connected, config, connected
from tests.make import NOW, M, add_members, due_lots, posting

LATER = NOW + timedelta(minutes=5)
S = ShopId("s")


@pytest.fixture
def with_shop(database: Database) -> Database:
    def work(tx: Connection) -> None:
        add_members(tx, "erika")
        tx.execute(
            insert(shop).values(merchant_id=M, shop_id=S, slug="demo", platform="woocommerce")
        )

    database.write(work)
    return database


# ------------------------------------------------------------------ the inbox


def ring(database: Database, *ids: str, at: Any = NOW) -> None:
    changes = [Change(Stream.ORDERS, id_) for id_ in ids]
    database.write(lambda tx: inbox.ring(tx, M, S, changes, at))


def bells(database: Database, at: Any = NOW) -> list[Bell]:
    with database.read() as tx:
        return inbox.due(tx, M, S, at, 50)


def test_what_rings_ten_times_is_one_look(with_shop: Database) -> None:
    for _ in range(10):
        ring(with_shop, "1")

    assert [bell.external_id for bell in bells(with_shop)] == ["1"]


def test_one_of_two_runners_gets_a_bell(with_shop: Database) -> None:
    ring(with_shop, "1")
    (bell,) = bells(with_shop)

    claims = [with_shop.write(lambda tx: inbox.claim(tx, bell, NOW)) for _ in range(2)]

    assert claims == [True, False]
    assert bells(with_shop) == []


def test_a_claim_ends_when_its_runner_died(with_shop: Database) -> None:
    ring(with_shop, "1")
    (bell,) = bells(with_shop)
    with_shop.write(lambda tx: inbox.claim(tx, bell, NOW))

    assert bells(with_shop, LATER) == [
        Bell(bell.merchant_id, bell.shop_id, bell.stream, "1", NOW, 1)
    ]


def test_what_rang_while_somebody_looked_is_looked_at_again(with_shop: Database) -> None:
    ring(with_shop, "1")
    (bell,) = bells(with_shop)
    with_shop.write(lambda tx: inbox.claim(tx, bell, NOW))
    ring(with_shop, "1", at=NOW + timedelta(seconds=1))
    with_shop.write(lambda tx: inbox.done(tx, bell))

    assert len(bells(with_shop, LATER)) == 1


def test_a_look_that_has_to_wait_waits_longer_each_time(with_shop: Database) -> None:
    ring(with_shop, "1")
    dues = []
    for tries in range(3):
        bell = Bell(M, S, Stream.ORDERS, "1", NOW, tries)
        with_shop.write(lambda tx, b=bell: inbox.again(tx, b, "busy", NOW, None))  # type: ignore[misc]
        with with_shop.read() as tx:
            dues.append(tx.execute(select(inbox_table.c.due_at)).scalar_one())

    assert dues[0] < dues[1] < dues[2]


def test_the_shop_says_how_long_to_wait(with_shop: Database) -> None:
    ring(with_shop, "1")
    bell = Bell(M, S, Stream.ORDERS, "1", NOW, 0)
    with_shop.write(lambda tx: inbox.again(tx, bell, "busy", NOW, 240))

    with with_shop.read() as tx:
        assert tx.execute(select(inbox_table.c.due_at)).scalar_one() == NOW + timedelta(seconds=240)


def test_a_suspended_shop_is_left_alone(with_shop: Database) -> None:
    ring(with_shop, "1")
    with_shop.write(lambda tx: tx.execute(update(shop).values(suspended="key revoked")))

    assert bells(with_shop) == []


# ------------------------------------------------------------------ the outbox


def add(database: Database, key: str, lane: str) -> None:
    database.write(
        lambda tx: outbox.add(tx, M, key=key, lane=lane, kind="webhooks", args={}, due_at=NOW)
    )


def work_of(database: Database, lane: str, at: Any = NOW) -> Work | None:
    with database.read() as tx:
        return next(iter(outbox.due(tx, M, lane, at, 1)), None)


def claimed(database: Database, lane: str) -> Work:
    work = work_of(database, lane)
    assert work is not None
    assert database.write(lambda tx: outbox.claim(tx, work, NOW))
    return work


def test_the_same_wish_twice_is_one(with_shop: Database) -> None:
    add(with_shop, "a", "one lane")
    add(with_shop, "a", "another lane")

    with with_shop.read() as tx:
        assert [lane.name for lane in lanes.due(tx, NOW)] == ["one lane"]


def test_a_lane_does_one_thing_at_a_time(with_shop: Database) -> None:
    add(with_shop, "a", "one")
    add(with_shop, "b", "one")
    add(with_shop, "c", "two")
    claimed(with_shop, "one")
    second, other = work_of(with_shop, "one"), work_of(with_shop, "two")
    assert second is not None
    assert other is not None

    assert with_shop.write(lambda tx: outbox.claim(tx, second, NOW)) is False
    assert with_shop.write(lambda tx: outbox.claim(tx, other, NOW)) is True


def test_what_is_done_is_not_done_again(with_shop: Database) -> None:
    add(with_shop, "a", "lane")
    work = claimed(with_shop, "lane")
    with_shop.write(lambda tx: outbox.done(tx, work, NOW))

    assert work_of(with_shop, "lane", LATER) is None
    assert with_shop.write(lambda tx: outbox.claim(tx, work, LATER)) is False


def test_nothing_is_to_be_done_of_what_was_rolled_back(with_shop: Database) -> None:
    def work(tx: Connection) -> None:
        outbox.add(tx, M, key="a", lane="lane", kind="webhooks", args={}, due_at=NOW)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        with_shop.write(work)

    assert work_of(with_shop, "lane") is None


# ------------------------------------------------------------------ expiry


DAY = date(2026, 12, 31)


def with_points(database: Database, *, warned: bool) -> None:
    wanted = [posting("erika", Reason.CREDIT, 50, "a", expires_on=DAY)]
    database.write(lambda tx: ledger.post(tx, M, wanted, NOW))
    if warned:
        database.write(lambda tx: tx.execute(update(lot).values(warned_at=NOW)))


def expire(database: Database, on: date) -> int:
    at = NOW.replace(year=on.year, month=on.month, day=on.day)
    with database.read() as tx:
        due = due_lots(tx, at, 50)
    return sum(
        database.write(partial(life.expire, merchant_id=m, member_id=id_, expires_on=day, now=at))
        for m, id_, day in due
    )


@pytest.mark.bare_ledger
def test_points_live_through_their_last_day(with_shop: Database) -> None:
    with_points(with_shop, warned=True)

    assert expire(with_shop, DAY) == 0
    assert expire(with_shop, DAY + timedelta(days=1)) == 1
    assert expire(with_shop, DAY + timedelta(days=2)) == 0


@pytest.mark.bare_ledger
def test_nothing_expires_without_a_warning_but_at_most_two_years(with_shop: Database) -> None:
    with_points(with_shop, warned=False)

    assert expire(with_shop, date(2027, 1, 1)) == 0
    assert expire(with_shop, date(2028, 1, 1)) == 0
    assert expire(with_shop, date(2029, 1, 1)) == 1


# ------------------------------------------------------------------ the runner, beside a real shop


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Connected]:
    with connected(tmp_path / "data") as opened:
        jobs.run_due(opened.inst)
        yield opened


def test_webhooks_are_registered_after_a_shop_is_connected(living: Connected) -> None:
    hooks = living.real.rest("GET", "/webhooks?per_page=100")

    assert {hook["delivery_url"] for hook in hooks} == {"http://127.0.0.1:8710/hooks/demo"}


def test_a_busy_shop_is_looked_at_later_and_nothing_is_lost(living: Connected) -> None:
    erika = living.real.customer("erika@example.com")
    id_ = living.real.order(customer_id=int(erika), paid=True)
    change = [Change(Stream.ORDERS, id_)]
    living.inst.database.write(
        lambda tx: inbox.ring(tx, living.shop.merchant_id, living.shop.shop_id, change, utc_now())
    )
    living.real.habits(busy={"status": 503, "times": 1})
    jobs.run_due(living.inst)
    assert living.count(inbox_table) == 1

    living.inst.database.write(lambda tx: tx.execute(update(inbox_table).values(due_at=utc_now())))
    jobs.run_due(living.inst)

    assert living.points(erika) == 199


def test_one_bad_order_does_not_hold_up_the_rest(
    living: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    erika = living.real.customer("erika@example.com")
    good = living.real.order(customer_id=int(erika), paid=True)
    changes = [Change(Stream.ORDERS, "not-a-number"), Change(Stream.ORDERS, good)]
    living.inst.database.write(
        lambda tx: inbox.ring(tx, living.shop.merchant_id, living.shop.shop_id, changes, utc_now())
    )
    jobs.run_due(living.inst)

    assert living.points(erika) == 199


def test_two_runners_at_once_do_everything_once(living: Connected) -> None:
    erika = living.real.customer("erika@example.com")
    ids = [living.real.order(customer_id=int(erika), paid=True) for _ in range(10)]
    changes = [Change(Stream.ORDERS, id_) for id_ in ids]
    living.inst.database.write(
        lambda tx: inbox.ring(tx, living.shop.merchant_id, living.shop.shop_id, changes, utc_now())
    )
    runners = [threading.Thread(target=jobs.run_due, args=[living.inst]) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()

    assert living.points(erika) == 1990
    assert living.transfers() == 10


def test_the_night_reconciles_seals_and_proves(living: Connected) -> None:
    from connector.tables import seal

    erika = living.real.customer("erika@example.com")
    living.real.order(customer_id=int(erika), paid=True)
    jobs.nightly(living.inst)
    jobs.nightly(living.inst)

    assert living.points(erika) == 199
    assert living.count(seal) == 2
    assert jobs.prove(living.inst, full=True).ok


def test_the_night_learns_what_the_shop_says_of_itself(living: Connected) -> None:
    def forget(tx: Connection) -> None:
        tx.execute(update(shop).values(facts={"zone": "UTC", "url": living.real.url}))

    living.inst.database.write(forget)
    jobs.nightly(living.inst)

    assert living.inst.shop("demo").zone == "Europe/Berlin"


def test_a_shop_that_is_down_at_night_does_not_stop_the_seal(
    living: Connected, caplog: pytest.LogCaptureFixture
) -> None:
    from connector.tables import seal

    living.real.habits(lost_access=True)
    jobs.nightly(living.inst)

    assert living.count(seal) == 1
    with living.inst.database.read() as tx:
        assert [task.kind for task in tasks.open_tasks(tx)] == ["access_lost"]


def test_the_nights_look_ends_at_the_next_page_when_the_process_is_to_end(
    living: Connected,
) -> None:
    living.real.order(email="gast@example.com", paid=True)
    night = Work(
        living.shop.merchant_id, "1", "walk", "reconcile", {"shop_id": living.shop.shop_id}, 0
    )
    whole = rounds.look_again(living.inst, night)
    living.inst.stopping.set()
    cut_short = rounds.look_again(living.inst, night)

    assert cut_short <= utc_now() < whole


def test_the_scheduler_does_what_is_due_by_itself(tmp_path: Path) -> None:
    with connected(tmp_path / "data") as opened:
        scheduler = embedded.start(opened.inst)
        erika = opened.real.customer("erika@example.com")
        id_ = opened.real.order(customer_id=int(erika), paid=True)
        change = [Change(Stream.ORDERS, id_)]
        opened.inst.database.write(
            lambda tx: inbox.ring(
                tx, opened.shop.merchant_id, opened.shop.shop_id, change, utc_now()
            )
        )
        waited = threading.Event()
        for _ in range(100):
            if opened.points(erika):
                break
            waited.wait(0.1)
        scheduler.shutdown()

        assert opened.points(erika) == 199


def test_an_installation_without_shops_has_nothing_to_do(tmp_path: Path) -> None:
    inst: Installation = open_installation(config(tmp_path / "data"))
    done = jobs.run_due(inst)
    jobs.nightly(inst)
    inst.close()

    assert (done.looks, done.works, done.releases, done.expiries) == (0, 0, 0, 0)


def test_a_writer_that_is_closed_says_so(tmp_path: Path) -> None:
    inst = open_installation(config(tmp_path / "data"))
    writer = inst.database._sqlite_writer()
    inst.close()

    with pytest.raises(TryLater):
        writer.submit(lambda tx: None, batch=False)


def test_webhooks_that_the_shop_gave_up_ring_again_after_the_night(tmp_path: Path) -> None:
    """Shops switch a webhook off after failures, and tell nobody."""
    with connected(tmp_path / "data") as shop:
        jobs.run_due(shop.inst)
        hooks = shop.real.rest("GET", "/webhooks?per_page=100&status=active")
        shop.real.rest("PUT", f"/webhooks/{hooks[0]['id']}", {"status": "disabled"})

        jobs.nightly(shop.inst)
        jobs.run_due(shop.inst)
        again = shop.real.rest("GET", "/webhooks?per_page=100&status=active")
        assert len(again) == len(hooks) > 0
