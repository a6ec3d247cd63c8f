"""The one door for writing, and the only file in which the two databases differ.

`Database.write(work)` runs `work(tx)` in a transaction and returns its result once that is durable.
SQLite has one writer thread that commits many waiting units at once (a durable commit costs 0.3 ms
of disk, whoever shares it); PostgreSQL writes in the caller's thread and repeats what it serialised
away. So work does no input or output, captures nothing it changes, may run twice, stays under about
20 ms, and never calls `write`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite

from connector import trouble
from connector.errors import ConfigError, TryLater

T = TypeVar("T")
Work = Callable[[Connection], T]

UNITS_PER_COMMIT = 256
SECONDS_PER_COMMIT = 0.005
BUSY_SECONDS = 15
PAGES_IN_MEMORY = 4000
"""16 MB: with SQLite's own 2 MB a post reads its members' and lots' pages from the file again."""
# Serialised away, deadlocked, or somebody else wrote the same key first: a second look finds it.
_AGAIN = frozenset({"40001", "40P01", "23505"})


class Database:
    """A database that is open. Close it, so that what waits is written and files are let go."""

    def __init__(self, url: str, patience: float = BUSY_SECONDS) -> None:
        self.url = make_url(url)
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ConfigError(
                f"STAMMKUNDE_DATABASE_URL: {self.url.get_backend_name()} is not supported; "
                "use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
            )
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, patience) if self.is_sqlite else _postgres_engine(url)
        self._reader = _sqlite_engine(url, patience, True) if self.is_sqlite else self.engine
        self._writer: _Writer | None = None
        self._lock = threading.Lock()

    def arm(self, chain_key: bytes) -> None:
        """Let posts find the chain's key beside their connection (see `chain_key`)."""
        self.engine.update_execution_options(chain_key=chain_key)
        if self._reader is not self.engine:
            self._reader.update_execution_options(chain_key=chain_key)

    def write(self, work: Work[T], *, batch: bool = False) -> T:
        """Run `work` in a transaction; `batch` waits behind interactive work."""
        with trouble.in_words():
            if self.is_sqlite:
                return self._sqlite_writer().submit(work, batch=batch)
            return _repeating(self.engine, work)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view that never waits for writers and cannot write."""
        with trouble.in_words():
            connection = self._reader.connect()
        if not self.is_sqlite:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with trouble.in_words(reading=True), connection as tx, tx.begin():
            try:
                yield tx
            except Exception as failed:
                _without_row(failed)
                raise

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.engine.dispose()
        self._reader.dispose()

    def _sqlite_writer(self) -> _Writer:
        with self._lock:
            if self._writer is None:
                self._writer = _Writer(self.engine)
            return self._writer


def chain_key(tx: Connection) -> bytes:
    """The key that every post and every verify needs; `Database.arm` put it there."""
    return cast(bytes, tx.get_execution_options()["chain_key"])


def insert_or(tx: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do on conflict; both databases spell it, each in its own class."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


def alone(tx: Connection, name: str) -> None:
    """Wait until no other transaction does what has this name; SQLite's writer is alone anyway."""
    if tx.dialect.name != "sqlite":
        tx.execute(_ALONE, {"name": name})


_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def _sqlite_engine(url: str, patience: float, reading: bool = False) -> Engine:
    # Parameters are hidden because an error would else carry a customer's row into the log.
    engine = create_engine(
        url, connect_args={"timeout": patience}, pool_size=8, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver would open a transaction only at the first INSERT: a SELECT before it reads
        # outside, and 750 of 1,000 read-then-write updates get lost without an error.
        connection.isolation_level = None
        pragmas = "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"
        own = "query_only=ON" if reading else f"cache_size={PAGES_IN_MEMORY}"
        for pragma in (*pragmas, own):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


# Hidden parameters are what goes in; what comes out, SQLAlchemy shows to whoever debugs it.
logging.getLogger("sqlalchemy.engine.Engine").addFilter(lambda one: one.levelno > logging.DEBUG)


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        url, pool_size=16, max_overflow=64, pool_pre_ping=True, hide_parameters=True
    )


def _without_row(failed: Exception) -> str | None:
    """Take out what PostgreSQL tells of a row (`DETAIL: …`) and of a value (`: "…"`); the state.

    A literal statement raises the driver's own error, Core one that wraps it.
    """
    driver = getattr(failed, "orig", failed)
    state: str | None = getattr(driver, "sqlstate", None)
    for error in (failed, driver) if hasattr(driver, "sqlstate") else ():
        said = str(error.args[0] if error.args else "").partition("\n")[0].partition(': "')[0]
        error.args = (said, *error.args[1:])
    return state


def _repeating(engine: Engine, work: Work[T]) -> T:
    for last in (False, False, True):
        try:
            with engine.begin() as tx:
                return work(tx)
        except Exception as failed:
            if _without_row(failed) not in _AGAIN or last:
                raise
    raise AssertionError("unreachable")


class _Unit:
    """Work that waits for its turn, and what became of it.

    A bare lock hands the result over: a Future costs as much as the rest of the way to the writer.
    """

    __slots__ = ("_over", "error", "value", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.value: Any = None
        self.error: BaseException | None = None
        self._over = threading.Lock()
        self._over.acquire()

    def run(self, tx: Connection) -> None:
        self.value = self.work(tx)

    def told(self) -> None:
        self._over.release()

    def outcome(self) -> Any:
        """Wait until the writer has told, then the result or the error."""
        self._over.acquire()
        if self.error is not None:
            raise self.error
        return self.value


class _Writer:
    """The thread through which everything is written to an SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interactive: deque[_Unit] = deque()
        self._batch: deque[_Unit] = deque()
        self._bell: SimpleQueue[bool] = SimpleQueue()
        """Rings once for each unit, and False when no more will come."""
        self._open = True
        self._opening = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T], *, batch: bool) -> T:
        if threading.current_thread() is self._thread:
            raise RuntimeError("work inside a transaction called write: it would wait for itself")
        unit = _Unit(work)
        with self._opening:
            if not self._open:
                raise TryLater("The connector is shutting down.")
            (self._batch if batch else self._interactive).append(unit)
            self._bell.put(True)
        return cast(T, unit.outcome())

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._opening:
            self._open = False
            self._bell.put(False)
        self._thread.join()

    def _next(self, *, wait: bool) -> _Unit | None:
        """Whose turn it is: people before batches. None: nobody waits, or it is over."""
        try:
            rang = self._bell.get(wait)
        except Empty:
            return None
        if not rang:
            self._bell.put(False)
            return None
        return (self._interactive or self._batch).popleft()

    def _serve(self) -> None:
        while (unit := self._next(wait=True)) is not None:
            self._commit_with(unit)

    def _commit_with(self, first: _Unit) -> None:
        """One transaction for as many units as fit; their callers hear of it after the COMMIT."""
        units = [first]
        try:
            with self._engine.connect() as tx, tx.begin():
                self._run_units(tx, units)
        except BaseException:
            # A full disk, for one, ends the whole transaction, also of units already done.
            for unit in units:
                self._alone(unit)
        for unit in units:
            unit.told()

    def _run_units(self, tx: Connection, units: list[_Unit]) -> None:
        until = time.monotonic() + SECONDS_PER_COMMIT
        driver: Any = tx.connection.driver_connection
        unit: _Unit | None = units[0]
        while unit is not None:
            driver.execute("SAVEPOINT unit")
            try:
                unit.run(tx)
            except BaseException as error:
                unit.error = error
                if not driver.in_transaction:
                    raise
                driver.execute("ROLLBACK TO unit")
            driver.execute("RELEASE unit")
            if len(units) == UNITS_PER_COMMIT or time.monotonic() > until:
                return
            if (unit := self._next(wait=False)) is not None:
                units.append(unit)

    def _alone(self, unit: _Unit) -> None:
        unit.error = None
        try:
            with self._engine.connect() as tx, tx.begin():
                unit.run(tx)
        except BaseException as error:
            unit.error = error
