"""One shop, one thing to do, or one order that goes wrong holds up no other and shows nobody's data."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from connector import inbox, jobs, looking, outbox, rounds, sync, tasks
from connector.errors import ConfigError, TryLater, Unreadable
from connector.installation import utc_now
from connector.orders import Applied
from connector.port import Change, Look, Page, Stream
from connector.tables import inbox as bells
from connector.tables import seal
from connector.tables import sync as cursors
from tests.connected import Connected, connect, connected


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Connected]:
    with connected(tmp_path / "data") as living:
        jobs.run_due(living.inst)
        yield living


def broken_first(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> list[str]:
    """`sync.<name>` fails for the shop "demo"; the slugs of the others it was called for."""
    called: list[str] = []

    def run(_inst: Any, shop: Any, **_: Any) -> None:
        if shop.slug == "demo":
            raise error
        called.append(shop.slug)

    monkeypatch.setattr(sync, name, run)
    return called


@pytest.mark.parametrize("error", [ConfigError("damaged"), KeyError("erika@example.com")])
def test_a_shop_that_cannot_be_read_does_not_stop_the_others(
    opened: Connected,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    connect(opened.inst, opened.real, slug="later")
    called = broken_first(monkeypatch, "run", error)
    broken_first(monkeypatch, "reconcile", error)

    jobs.sync_all(opened.inst)
    jobs.nightly(opened.inst)

    assert called == ["later"]
    assert opened.count(seal) == 2
    assert "erika" not in caplog.text


def test_a_thing_to_do_that_fails_does_not_stop_the_others(
    opened: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def fail(_inst: Any, work: Any) -> None:
        if work.lane == "a":
            raise KeyError("unforeseen")
        done.append(work.lane)

    monkeypatch.setitem(jobs.KINDS, "try", fail)

    def add(tx: Connection) -> None:
        for lane in ("a", "b"):
            outbox.add(tx, opened.shop.merchant_id, key=lane, lane=lane, kind="try", args={},
                       due_at=utc_now())  # fmt: skip

    opened.inst.database.write(add)
    jobs.run_due(opened.inst)

    assert done == ["b"]


def test_each_bell_is_claimed_when_its_turn_comes(
    opened: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow shop: the last bell of fifty is still nobody else's while we look at it."""
    clock = utc_now()
    left: list[timedelta] = []

    def now() -> datetime:
        return clock

    def slow(_inst: Any, _shop: Any, _stream: Any, external_id: str) -> Applied:
        nonlocal clock
        clock += timedelta(minutes=3)
        with opened.inst.database.read() as tx:
            until = tx.execute(
                select(bells.c.lease_until).where(bells.c.external_id == external_id)
            ).scalar_one()
        left.append(until - (clock - timedelta(minutes=3)))
        return Applied()

    changes = [Change(Stream.ORDERS, str(n)) for n in range(3)]
    ids = opened.shop.merchant_id, opened.shop.shop_id
    opened.inst.database.write(lambda tx: inbox.ring(tx, *ids, changes, clock))
    monkeypatch.setattr(jobs, "utc_now", now)
    monkeypatch.setattr(looking, "look", slow)
    jobs.run_due(opened.inst)

    assert left == [inbox.LEASE] * 3


def test_one_unreadable_order_does_not_end_the_nightly_look(
    opened: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    erika = int(opened.real.customer("erika@example.com"))
    ids = sorted(str(opened.real.order(customer_id=erika, paid=True)) for _ in range(3))
    sync.run(opened.inst, opened.shop)
    look, seen = looking.order_look, []

    def unreadable(inst: Any, shop: Any, external_id: str) -> Look:
        if external_id == ids[0]:
            raise Unreadable("its field x")
        seen.append(external_id)
        return look(inst, shop, external_id)

    monkeypatch.setattr(looking, "order_look", unreadable)
    sync.reconcile(opened.inst, opened.shop)
    jobs.run_due(opened.inst)

    assert set(seen) >= set(ids[1:])
    with opened.inst.database.read() as tx:
        assert [task.kind for task in tasks.open_tasks(tx)] == ["unreadable"]


def test_what_a_page_could_not_show_rings_before_its_cursor_is_saved(
    opened: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(items=[], cursor="after", more=False, unread=["4711"])

    def full(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(inbox, "ring", full)
    with pytest.raises(OSError, match="disk full"):
        sync._keep(opened.inst, opened.shop, Stream.PRODUCTS, page, utc_now(), sync.Synced())

    assert opened.count(cursors) == 0


def test_an_error_of_the_database_shows_no_row(opened: Connected) -> None:
    def work(tx: Connection) -> None:
        tx.execute(text("INSERT INTO customer (email) VALUES (:e)"), {"e": "erika@example.com"})

    with pytest.raises(Exception, match="NOT NULL") as failed:
        opened.inst.database.write(work)

    assert "erika" not in str(failed.value)


def test_the_log_of_a_failed_thing_names_its_kind_only(
    opened: Connected, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("erika@example.com")

    monkeypatch.setitem(jobs.KINDS, "try", fail)
    opened.inst.database.write(
        lambda tx: outbox.add(tx, opened.shop.merchant_id, key="k", lane="l", kind="try", args={},
                              due_at=utc_now())
    )  # fmt: skip
    with caplog.at_level(logging.DEBUG):
        jobs.run_due(opened.inst)

    assert "ValueError" in caplog.text
    assert "erika" not in caplog.text


def test_a_job_does_not_wait_as_long_as_a_shop_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)

    rounds._briefly(2)
    with pytest.raises(TryLater, match="pause of 300 seconds"):
        rounds._briefly(300)

    assert waited == [2]
