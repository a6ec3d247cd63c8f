"""Scale mode's engine, Procrastinate on PostgreSQL. Its job is a lane, never a row of ours.

Its tables are a schema of their own and hold hints only. So an upgrade makes them anew, a job that
fails is not retried by it, and a job of a dead worker is thrown away: the scheduler says it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import procrastinate
import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from connector import db
from connector.db import Database
from connector.errors import ConfigError, TryLater, said_of
from connector.lanes import Lane

SCHEMA = "stammkunde_engine"
TASK = "lane"
SHORT, LONG = QUEUES = ("short", "long")
STALLED = 30.0
"""Seconds without a heartbeat after which a worker is taken for dead; its lanes are free again."""

_FIND = text("SELECT set_config('search_path', :schema, true)").bindparams(schema=SCHEMA)
# A hint may be lost with the machine: nobody waits for a disk because of it.
_HURRY = text("SET LOCAL synchronous_commit TO off")
_VERSION = text(
    "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :schema"
).bindparams(schema=SCHEMA)
_QUEUED = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'")

log = logging.getLogger("stammkunde")


class Workers:
    """The JobRunner of processes that only hand over. It uses our own connections and no others, so
    that nothing of it can cross a fork."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._app = App(connector=PsycopgConnector())  # never opened

    def hint(self, lanes: Collection[Lane]) -> None:
        try:
            with self._engine.begin() as tx:
                tx.execute(_FIND)
                tx.execute(_HURRY)
                queued = set(tx.execute(_QUEUED).scalars()) if len(lanes) > 1 else frozenset()
                for lane in lanes:
                    if _name(lane) not in queued:
                        self._defer(tx, lane)
        except (DBAPIError, ProcrastinateException) as failed:  # a hint may be lost
            log.warning("workers could not be told of %d lanes: %s", len(lanes), said_of(failed))

    def _defer(self, tx: Connection, lane: Lane) -> None:
        wanted = self._app.configure_task(
            TASK,
            lock=_name(lane),
            queueing_lock=_name(lane),
            queue=LONG if lane.is_long else SHORT,
            connection=tx.connection.driver_connection,
        )
        try:
            with tx.begin_nested():  # a duplicate would else end the whole transaction
                wanted.defer(merchant_id=lane.merchant_id, name=lane.name)
        except AlreadyEnqueued:
            pass


def _name(lane: Lane) -> str:
    return f"{lane.merchant_id}/{lane.name}"


def app_of(database: Database) -> App:
    """The engine with connections of its own, for the processes that run its jobs."""
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    given = database.url.query.get("options", "")
    options = f"{given} -c search_path={SCHEMA}".strip()
    return App(
        connector=PsycopgConnector(
            conninfo=url, kwargs={"options": options}, min_size=1, max_size=2 + 2 * len(QUEUES)
        )
    )


# ------------------------------------------------------------------ its tables


def prepare(database: Database) -> None:
    """Make the engine's tables, anew where they are another version's; harmless where they are there."""

    def work(tx: Connection) -> None:
        db.alone(tx, "the engine's tables")
        if _version(tx) == procrastinate.__version__:
            return
        tx.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        tx.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        tx.execute(_FIND)
        tx.connection.driver_connection.execute(SchemaManager.get_schema())  # type: ignore[union-attr]
        tx.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '{procrastinate.__version__}'"))

    database.write(work)


def require_tables(database: Database) -> None:
    """Raises ConfigError where `prepare` has not been run by this version."""
    with database.read() as tx:
        found = _version(tx)
    if found != procrastinate.__version__:
        raise ConfigError(
            f"The tables for workers are {'of version ' + found if found else 'not there'}; stop all "
            "workers and run `stammkunde migrate`."
        )


def _version(tx: Connection) -> str | None:
    return tx.execute(_VERSION).scalar()


# ------------------------------------------------------------------ the dead


def rescue(database: Database, stalled: float = STALLED) -> int:
    """Free the lanes of workers that died; how many. Never a job of the engine's own: it would be
    stuck with them."""
    with lost_database():
        return asyncio.run(_rescue(app_of(database), stalled))


@contextmanager
def lost_database() -> Iterator[None]:
    """The engine's own ways to say that the database is away become ours."""
    try:
        yield
    except (ProcrastinateException, psycopg.Error) as lost:
        raise TryLater(f"The engine lost its database ({type(lost).__name__}).", 2) from lost


async def _rescue(app: App, stalled: float) -> int:
    async with app.open_async():
        dead = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled))
        for job in dead:
            # Not "retried": beside it the same lane may wait already, and two may not.
            if job.id is not None:
                await app.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
        await app.job_manager.prune_stalled_workers(seconds_since_heartbeat=stalled)
    for job in dead:
        log.warning("a worker died in lane %s; it is free again", job.lock)
    return len(dead)
