"""Both runners, started for a test: threads on either database, workers on PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connector import jobs
from connector import keys as keys_module
from connector.db import Database
from connector.installation import Installation
from connector.jobs import Pace
from connector.runners import JobRunner, engine
from connector.runners.embedded import Embedded
from connector.runners.worker import Worker
from tests.conftest import SECRET
from tests.make import NOW, add_members
from tests.postgres import create_database
from tests.runners import bench

LEASE, STALLED = 2.0, 2.0
"""Seconds; short, so that a test need not wait for minutes until somebody is taken for dead."""


@pytest.fixture(autouse=True)
def _no_loop_around() -> Iterator[None]:
    """Playwright's browser keeps an event loop of its own running in a test process that ever used it,
    and in there nobody may start another; a worker's process has none."""
    around = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(around)


@dataclass
class Started:
    """An installation whose lanes are run in this test, and the file that is its witness."""

    inst: Installation
    runner: JobRunner
    file: Path
    stop: threading.Event
    part: str

    def wish(self, *keys: str, lane: str = "a", kind: str = "append", hint: bool = True) -> None:
        of = bench.lane(lane)
        bench.wish(self.inst.database, *keys, of=of, kind=kind, file=str(self.file))
        if hint:
            self.runner.hint([of])

    def seen(self) -> list[str]:
        return bench.seen(self.file)


def surroundings(inst: Installation, folder: Path) -> dict[str, str]:
    """What the processes of this installation are told."""
    return {
        "STAMMKUNDE_DATABASE_URL": inst.database.url.render_as_string(hide_password=False),
        "STAMMKUNDE_SECRET_KEY": SECRET,
        "STAMMKUNDE_DATA": str(folder),
        "BENCH_PROCESSES": str(folder / "processes"),
    }


RUNNERS = (
    "embedded-sqlite",
    pytest.param("embedded-postgres", marks=pytest.mark.postgres),
    pytest.param("worker-postgres", marks=pytest.mark.postgres),
)


@pytest.fixture
def inst(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An installation with a merchant; on PostgreSQL with the engine's tables."""
    for kind, does in bench.KINDS.items():
        monkeypatch.setitem(jobs.KINDS, kind, does)
    if getattr(request, "param", "postgres").endswith("sqlite"):
        url = str(request.getfixturevalue("sqlite_url"))
    else:
        server = request.getfixturevalue("postgres_server")
        create_database(server, "runners", "empty")
        url = server.format("runners")
    database = Database(url)
    keys = database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    database.arm(keys.chain)
    database.write(lambda tx: add_members(tx, "erika"))
    if not database.is_sqlite:
        engine.prepare(database)
    yield bench.installation(database, keys, tmp_path)
    database.close()


@pytest.fixture
def started(
    request: pytest.FixtureRequest, inst: Installation, tmp_path: Path
) -> Iterator[Started]:
    part = request.node.callspec.params["inst"].partition("-")[0]
    pace = Pace()
    file = tmp_path / "witness"
    if part == "embedded":
        runner = Embedded(inst, pace)
        yield Started(inst, runner, file, threading.Event(), part)
        runner.close()
        return
    worker = Worker(inst, pace, STALLED)
    thread = threading.Thread(target=worker.run, kwargs={"on_signals": False}, name="worker")
    thread.start()
    yield Started(inst, engine.Workers(inst.database), file, threading.Event(), part)
    worker.stop()
    thread.join(bench.PATIENCE)
    assert not thread.is_alive()
