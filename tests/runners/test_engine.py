"""Procrastinate's part: its tables are its own, its dead are found, and it crosses no fork."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import procrastinate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from connector.errors import ConfigError
from connector.installation import Installation
from connector.runners import engine
from connector.runners.election import Alone
from connector.runners.scheduler import Scheduler
from connector.runners.worker import Worker
from connector.tables import metadata
from tests.faults.run import ROOT
from tests.postgres import create_database
from tests.runners import bench
from tests.runners.conftest import surroundings

pytestmark = pytest.mark.postgres

DIED = text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker")
A_WORKER = text("""
INSERT INTO stammkunde_engine.procrastinate_workers (last_heartbeat)
VALUES (now() - interval '1 minute') RETURNING id
""")
WORKERS = text("SELECT id FROM stammkunde_engine.procrastinate_workers")
END_ALL = text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
""")
JOBS = text("SELECT count(*) FROM stammkunde_engine.procrastinate_jobs")


def jobs_of_the_engine(inst: Installation) -> int:
    with inst.database.read() as tx:
        return int(tx.execute(JOBS).scalar_one())


def test_its_tables_are_not_ours_and_ours_do_not_drift(inst: Installation) -> None:
    engine.prepare(inst.database)
    with inst.database.engine.connect() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)

    assert differences == []
    engine.require_tables(inst.database)


def test_another_versions_tables_are_refused_and_made_anew(inst: Installation) -> None:
    engine.Workers(inst.database).hint([bench.lane("a")])
    inst.database.write(
        lambda tx: tx.execute(text("COMMENT ON SCHEMA stammkunde_engine IS '2.0.0'"))
    )
    with pytest.raises(ConfigError, match=r"of version 2\.0\.0; stop all workers and run"):
        engine.require_tables(inst.database)

    engine.prepare(inst.database)

    engine.require_tables(inst.database)
    assert jobs_of_the_engine(inst) == 0


def test_hints_of_one_lane_merge(inst: Installation) -> None:
    runner = engine.Workers(inst.database)
    for _ in range(3):
        runner.hint([bench.lane("a")])
        runner.hint([bench.lane("a"), bench.lane("b")])

    assert jobs_of_the_engine(inst) == 2


def test_a_hint_that_cannot_be_given_harms_nobody(
    inst: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    inst.database.write(lambda tx: tx.execute(text("DROP SCHEMA stammkunde_engine CASCADE")))

    engine.Workers(inst.database).hint([bench.lane("a")])

    assert "could not be told" in caplog.text


@pytest.mark.parametrize("pruned", [False, True])
def test_the_lane_of_a_dead_worker_is_freed(inst: Installation, pruned: bool) -> None:
    """Also where his row was pruned, and also where the lane was hinted at again meanwhile."""
    runner = engine.Workers(inst.database)
    runner.hint([bench.lane("a")])

    def die(tx: Connection) -> None:
        tx.execute(text("SET LOCAL search_path TO stammkunde_engine"))
        tx.execute(DIED, {"worker": None if pruned else tx.execute(A_WORKER).scalar_one()})

    inst.database.write(die)
    runner.hint([bench.lane("a")])
    assert jobs_of_the_engine(inst) == 2

    assert engine.rescue(inst.database) == 1
    assert jobs_of_the_engine(inst) == 1
    assert engine.rescue(inst.database) == 0


def test_a_worker_that_lives_is_not_taken_for_dead(inst: Installation, tmp_path: Path) -> None:
    with working(inst):
        bench.wish(inst.database, *"123456789", of=bench.lane("a"), kind="slow_append",
                   file=str(tmp_path / "witness"))  # fmt: skip
        engine.Workers(inst.database).hint([bench.lane("a")])
        bench.until(lambda: bench.seen(tmp_path / "witness"))
        rescued = engine.rescue(inst.database)

    assert rescued == 0


@contextmanager
def working(inst: Installation) -> Iterator[None]:
    worker = Worker(inst)
    thread = threading.Thread(target=worker.run, kwargs={"on_signals": False})
    thread.start()
    yield
    worker.stop()
    thread.join(bench.PATIENCE)
    assert not thread.is_alive()


def registered(inst: Installation) -> set[int]:
    with inst.database.read() as tx:
        return set(tx.execute(WORKERS).scalars())


def test_a_worker_that_was_taken_for_dead_begins_anew(inst: Installation, tmp_path: Path) -> None:
    """A machine that slept: its place is gone when it wakes up."""
    file = tmp_path / "witness"
    with working(inst):
        bench.until(lambda: len(registered(inst)) == 2)
        before = registered(inst)
        engine.rescue(inst.database, stalled=0)
        bench.wish(inst.database, "1", of=bench.lane("a"), file=str(file))
        engine.Workers(inst.database).hint([bench.lane("a")])
        bench.until(lambda: bench.seen(file))
        after = registered(inst)

    assert bench.seen(file) == ["1"]
    assert not before & after


def test_a_worker_outlives_the_sessions_of_its_database(inst: Installation, tmp_path: Path) -> None:
    file = tmp_path / "witness"
    with working(inst):
        bench.until(lambda: len(registered(inst)) == 2)
        inst.database.write(lambda tx: tx.execute(END_ALL).all())
        bench.until(lambda: _wished(inst, file))
        Scheduler(inst, engine.Workers(inst.database), Alone()).tick()
        bench.until(lambda: bench.seen(file))

    assert bench.seen(file) == ["1"]


def _wished(inst: Installation, file: Path) -> bool:
    try:
        bench.wish(inst.database, "1", of=bench.lane("a"), file=str(file))
    except DBAPIError:
        return False  # this was the old session; the next is a new one
    return True


OPEN = """
import os
from connector.config import Config
from connector.installation import open_installation
open_installation(Config.from_env(os.environ)).close()
"""


def test_many_processes_may_be_the_first(
    inst: Installation, postgres_server: str, tmp_path: Path
) -> None:
    """All find an empty database; one makes the tables, the others wait for him."""
    create_database(postgres_server, "fresh", "template0")
    env = os.environ | surroundings(inst, tmp_path)
    env["STAMMKUNDE_DATABASE_URL"] = postgres_server.format("fresh")
    first = [subprocess.Popen([sys.executable, "-c", OPEN], cwd=ROOT, env=env) for _ in range(3)]

    assert [one.wait(bench.PATIENCE) for one in first] == [0, 0, 0]


FORK = """
import os, sys
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from connector.web import wsgi
from connector.lanes import Lane
import connector.runners.engine as engine

opened = []
real = engine.Workers
engine.Workers = lambda database: opened.append(database) or real(database)
wsgi.app()
(database,) = opened

def backend():
    with database.read() as tx:
        return tx.execute(text("SELECT pg_backend_pid()")).scalar_one()

mine = backend()
child = os.fork()
if not child:
    os._exit(0 if backend() != mine else 1)
ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(ended if backend() == mine else 2)
"""


def test_no_connection_is_used_on_both_sides_of_a_fork(inst: Installation, tmp_path: Path) -> None:
    """gunicorn --preload opens everything before it forks."""
    env = os.environ | surroundings(inst, tmp_path)
    done = subprocess.run([sys.executable, "-c", FORK], cwd=ROOT, env=env, timeout=60)

    assert done.returncode == 0


def test_it_is_the_version_the_tables_are_marked_with(inst: Installation) -> None:
    with inst.database.read() as tx:
        assert engine._version(tx) == procrastinate.__version__
