"""One scheduler among many processes: the one whose database session holds the lock."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import pytest
from sqlalchemy import text

from connector import waiting
from connector.db import Database
from connector.installation import Installation, utc_now
from connector.lanes import Lane
from connector.runners import election
from connector.runners.election import SessionLock, elected
from connector.runners.scheduler import Scheduler
from tests.runners import bench
from tests.runners.test_death import process

pytestmark = pytest.mark.postgres


class Recorder:
    """A runner that only remembers what it was handed."""

    def __init__(self) -> None:
        self.handed: list[Lane] = []

    def hint(self, lanes: Collection[Lane]) -> None:
        self.handed += lanes


def end_session_of_the_scheduler(database: Database) -> None:
    """As a network that goes silent, or a database that restarts, would."""
    ends = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name LIKE :name AND datname = current_database()"
    )
    database.write(lambda tx: tx.execute(ends, {"name": f"{election.NAME}%"}).all())


def test_of_two_one_is_the_scheduler_and_the_other_when_he_is_gone(inst: Installation) -> None:
    first, second = SessionLock(inst.database), SessionLock(inst.database)

    assert [first.is_won(), second.is_won(), first.is_won()] == [True, False, True]

    first.resign()

    assert [second.is_won(), first.is_won()] == [True, False]
    first.resign()
    second.resign()


def test_who_lost_his_session_knows_it_and_the_other_takes_over(inst: Installation) -> None:
    first, second = SessionLock(inst.database), SessionLock(inst.database)
    assert first.is_won()
    end_session_of_the_scheduler(inst.database)
    bench.until(second.is_won)

    assert second.is_won()
    assert not first.is_won()
    first.resign()
    second.resign()


def test_only_the_elected_one_hands_over(inst: Installation) -> None:
    bench.wish(inst.database, "1", of=bench.lane("a"))
    runners = Recorder(), Recorder()
    schedulers = [Scheduler(inst, runner, SessionLock(inst.database)) for runner in runners]
    for scheduler in schedulers:
        scheduler.start()
    bench.until(lambda: sum(len(runner.handed) for runner in runners) >= 3)
    handed = sorted(
        bool(runner.handed) for runner in runners
    )  # before one stops: the other follows
    for scheduler in schedulers:
        scheduler.stop()

    assert handed == [False, True]


def test_a_standby_takes_over_from_a_scheduler_that_was_killed(
    inst: Installation, tmp_path: Path
) -> None:
    runner = Recorder()
    with process("scheduler", inst, tmp_path) as first:
        bench.until(lambda: _scheduler(inst))
        standby = Scheduler(inst, runner, SessionLock(inst.database))
        standby.start()
        bench.wish(inst.database, "1", of=bench.lane("a"))
        assert _scheduler(inst).endswith(f":{first.pid}")
        first.kill()
        bench.until(lambda: runner.handed)
        name = _scheduler(inst)
        standby.stop()

    assert runner.handed[0] == bench.lane("a")
    assert name.endswith(f":{os.getpid()}")


def _scheduler(inst: Installation) -> str:
    with inst.database.read() as tx:
        who = elected(tx)
    return who.name if who else ""


def test_who_is_the_scheduler_can_be_seen(inst: Installation) -> None:
    bench.wish(inst.database, "1", "2", of=bench.lane("a"))
    lock = SessionLock(inst.database)
    assert lock.is_won()
    with inst.database.read() as tx:
        found = waiting.of(tx, utc_now())
    lock.resign()

    assert found.scheduler is not None
    assert [(one.lane, one.due, one.running) for one in found.lanes] == [("a", 2, 0)]
    assert f":{os.getpid()}." in waiting.table(found)
