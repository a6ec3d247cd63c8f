"""Who is killed leaves nothing undone: what he was at is done again when his claim has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from connector import jobs, lanes, outbox
from connector.installation import Installation, utc_now
from connector.jobs import Pace
from connector.outbox import Work
from connector.runners import engine
from connector.tables import outbox as rows
from tests.faults.run import ROOT
from tests.make import M
from tests.runners import bench
from tests.runners.conftest import LEASE, RUNNERS, STALLED, surroundings

KILLED = RUNNERS[::2]
"""Threads on SQLite and workers on PostgreSQL: each kind of process once."""


@contextmanager
def process(part: str, inst: Installation, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A part of the installation as its own process; killed at the end, if it still lives."""
    command = [sys.executable, "-m", "tests.runners.process", part, str(LEASE), str(STALLED)]
    env = os.environ | surroundings(inst, folder)
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        yield started
        started.kill()


@pytest.mark.parametrize("inst", KILLED, indirect=True)
def test_what_a_killed_process_was_at_is_done_again(
    inst: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    part, file = request.node.callspec.params["inst"].partition("-")[0], tmp_path / "witness"
    bench.wish(inst.database, "1", of=bench.lane("a"), kind="hang_once", file=str(file))
    bench.wish(inst.database, "2", of=bench.lane("a"), file=str(file))
    with process("scheduler", inst, tmp_path) if part == "worker" else nullcontext():
        with process(part, inst, tmp_path) as victim:
            bench.until(lambda: bench.seen(file))
            assert bench.seen(file) == ["began/1"]
            victim.kill()
            victim.wait()
        with process(part, inst, tmp_path):
            bench.until(lambda: len(bench.seen(file)) == 4)

    assert sorted(bench.seen(file)) == ["1", "2", "began/1", "began/1"]


@pytest.mark.parametrize("inst", KILLED, indirect=True)
def test_who_is_asked_to_stop_finishes_one_thing_and_gives_back_the_rest(
    inst: Installation, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    part, file = request.node.callspec.params["inst"].partition("-")[0], tmp_path / "witness"
    wished = [str(n) for n in range(200)]
    bench.wish(inst.database, *wished, of=bench.lane("a"), kind="slow_append", file=str(file))
    if part == "worker":
        engine.Workers(inst.database).hint([bench.lane("a")])
    with process(part, inst, tmp_path) as asked:
        bench.until(lambda: bench.seen(file))
        asked.send_signal(signal.SIGTERM)
        assert asked.wait(bench.PATIENCE) == 0

    with inst.database.read() as tx:
        left = tx.execute(select(rows).where(rows.c.done_at.is_(None))).all()
    assert 0 < len(left) < len(wished)
    assert len(left) + len(bench.seen(file)) == len(wished)
    assert [row.lease_until for row in left if row.lease_until is not None] == []


@pytest.mark.parametrize("inst", RUNNERS[:1], indirect=True)
def test_what_takes_longer_than_a_claim_stays_with_who_does_it(
    inst: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimable: list[bool] = []

    def long(_inst: Installation, _work: Work) -> None:
        threading.Event().wait(0.9)
        with inst.database.read() as tx:
            claimable.append(bool(lanes.due(tx, utc_now())))

    monkeypatch.setitem(jobs.KINDS, "long", long)
    bench.wish(inst.database, "1", of=bench.lane("a"), kind="long")
    done, _ = jobs.run_lane(inst, bench.lane("a"), Pace(lease=timedelta(seconds=0.3)))

    assert (claimable, done.works) == ([False], 1)


def test_a_claim_that_ended_while_its_owner_slept_is_his_no_more(inst: Installation) -> None:
    """He wakes up after somebody else has begun, and what he then writes changes nothing."""
    bench.wish(inst.database, "1", of=bench.lane("a"))
    now = utc_now()
    later = now + timedelta(minutes=5)
    with inst.database.read() as tx:
        (sleeper,) = outbox.due(tx, M, "a", now, 1)
    assert inst.database.write(lambda tx: outbox.claim(tx, sleeper, now))
    with inst.database.read() as tx:
        (other,) = outbox.due(tx, M, "a", later, 1)
    assert inst.database.write(lambda tx: outbox.claim(tx, other, later))

    inst.database.write(lambda tx: outbox.done(tx, sleeper, later))

    assert not inst.database.write(lambda tx: outbox.keep(tx, sleeper, later))
    assert inst.database.write(lambda tx: outbox.keep(tx, other, later))
