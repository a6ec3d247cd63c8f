"""Two works of one lane never run at once, however closely two runners look and claim."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, select, text

from connector import outbox
from connector.db import Database
from connector.outbox import Work
from connector.tables import outbox as rows
from tests.conftest import ROUNDS
from tests.make import NOW, M, add_members

RUNNERS = 8


def lane_of(database: Database, name: str) -> list[Work]:
    """A lane with a work for each runner, each as that runner saw it."""

    def write(tx: Connection) -> None:
        for n in range(RUNNERS):
            outbox.add(tx, M, key=f"{name}/{n}", lane=name, kind="append", args={}, due_at=NOW)

    database.write(write)
    with database.read() as tx:
        found = tx.execute(select(rows).where(rows.c.lane == name))
        return [Work(M, row.id, name, row.kind, row.args, row.tries) for row in found]


def test_of_runners_that_claim_different_works_of_a_lane_one_wins(database: Database) -> None:
    database.write(lambda tx: add_members(tx, "erika"))
    for n in range(10 * ROUNDS):
        start = threading.Barrier(RUNNERS)

        def claim(work: Work, start: threading.Barrier = start) -> bool:
            start.wait()
            return database.write(lambda tx: outbox.claim(tx, work, NOW))

        with ThreadPoolExecutor(RUNNERS) as pool:
            won = list(pool.map(claim, lane_of(database, f"lane-{n}")))

        assert won.count(True) == 1


@contextmanager
def half_claimed(database: Database, work: Work) -> Iterator[None]:
    """Claimed in a transaction that is not over."""
    with database.engine.begin() as tx:
        assert outbox.claim(tx, work, NOW)
        yield


WAITS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_claim_waits_for_the_one_before_it_in_its_lane_and_for_no_other(
    database: Database,
) -> None:
    """The same, step by step, so that it fails each time and not by luck. (In SQLite's one writer
    there is no moment between two claims.)"""
    database.write(lambda tx: add_members(tx, "erika"))
    first, second, *_ = lane_of(database, "a")
    elsewhere = lane_of(database, "b")[0]

    def claim(work: Work) -> bool:
        return database.write(lambda tx: outbox.claim(tx, work, NOW))

    with ThreadPoolExecutor(1) as pool:
        with half_claimed(database, first):
            assert claim(elsewhere)
            result = pool.submit(claim, second)
            while not result.done() and not _somebody_waits(database):
                pass

        assert result.result() is False


def _somebody_waits(database: Database) -> bool:
    with database.read() as tx:
        return bool(tx.execute(WAITS).scalar_one())
