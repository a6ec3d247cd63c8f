"""The one door for writing, and the only file in which the two databases differ.

`Database.write(work)` runs `work(tx)` in a transaction and returns its result once that is durable.
SQLite has one writer thread that commits many waiting units at once (a durable commit costs 0.3 ms
of disk, whoever shares it); PostgreSQL writes in the caller's thread and repeats what it serialised
away. So work does no input or output, captures nothing it changes, may run twice, stays under about
20 ms, and never calls `write`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from connector.errors import ConfigError, TryLater

T = TypeVar("T")
Work = Callable[[Connection], T]

UNITS_PER_COMMIT = 256
SECONDS_PER_COMMIT = 0.005
BUSY_SECONDS = 15
# Serialised away, deadlocked, or somebody else wrote the same key first: a second look finds it.
_AGAIN = frozenset({"40001", "40P01", "23505"})


class Database:
    """A database that is open. Close it, so that what waits is written and files are let go."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ConfigError(
                f"STAMMKUNDE_DATABASE_URL: {self.url.get_backend_name()} is not supported; "
                "use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
            )
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._reader = _sqlite_engine(url, reading=True) if self.is_sqlite else self.engine
        self._writer: _Writer | None = None
        self._lock = threading.Lock()

    def arm(self, chain_key: bytes) -> None:
        """Let posts find the chain's key beside their connection (see `chain_key`)."""
        self.engine.update_execution_options(chain_key=chain_key)
        if self._reader is not self.engine:
            self._reader.update_execution_options(chain_key=chain_key)

    def write(self, work: Work[T], *, batch: bool = False) -> T:
        """Run `work` in a transaction; `batch` waits behind interactive work."""
        if self.is_sqlite:
            return self._sqlite_writer().submit(work, batch=batch)
        return _repeating(self.engine, work)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view that never waits for writers and cannot write."""
        connection = self._reader.connect()
        if not self.is_sqlite:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection as tx:
            yield tx

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


def _sqlite_engine(url: str, *, reading: bool = False) -> Engine:
    # Parameters are hidden because an error would else carry a customer's row into the log.
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, pool_size=8, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver would open a transaction only at the first INSERT: a SELECT before it reads
        # outside, and 750 of 1,000 read-then-write updates get lost without an error.
        connection.isolation_level = None
        pragmas = "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"
        for pragma in (*pragmas, f"query_only={'ON' if reading else 'OFF'}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        url, pool_size=16, max_overflow=64, pool_pre_ping=True, hide_parameters=True
    )


def _repeating(engine: Engine, work: Work[T]) -> T:
    for last in (False, False, True):
        try:
            with engine.begin() as tx:
                return work(tx)
        except DBAPIError as failed:
            if last or getattr(failed.orig, "sqlstate", None) not in _AGAIN:
                raise
    raise AssertionError("unreachable")


@dataclass(slots=True)
class _Unit:
    work: Work[Any]
    result: Future[Any] = field(default_factory=Future)


class _Writer:
    """The thread through which everything is written to an SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._interactive: deque[_Unit] = deque()
        self._batch: deque[_Unit] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T], *, batch: bool) -> T:
        if threading.current_thread() is self._thread:
            raise RuntimeError("work inside a transaction called write: it would wait for itself")
        unit = _Unit(work)
        with self._wake:
            if self._closed:
                raise TryLater("The connector is shutting down.")
            (self._batch if batch else self._interactive).append(unit)
            self._wake.notify()
        return cast(T, unit.result.result())

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _next(self) -> _Unit | None:
        with self._wake:
            if self._interactive:
                return self._interactive.popleft()
            return self._batch.popleft() if self._batch else None

    def _serve(self) -> None:
        while True:
            with self._wake:
                while not (self._interactive or self._batch or self._closed):
                    self._wake.wait()
                if self._closed and not (self._interactive or self._batch):
                    return
            self._commit_what_waits()

    def _commit_what_waits(self) -> None:
        """One transaction for as many units as fit; their callers hear of it after the COMMIT."""
        done: list[tuple[_Unit, Any]] = []
        failed: list[tuple[_Unit, BaseException]] = []
        try:
            with self._engine.connect() as tx, tx.begin():
                self._run_units(tx, done, failed)
        except BaseException as lost:
            # A full disk, for one, ends the whole transaction, also of units already done.
            self._one_by_one([unit for unit, _ in done + failed], lost)
            return
        for unit, result in done:
            unit.result.set_result(result)
        for unit, error in failed:
            unit.result.set_exception(error)

    def _run_units(
        self,
        tx: Connection,
        done: list[tuple[_Unit, Any]],
        failed: list[tuple[_Unit, BaseException]],
    ) -> None:
        until = time.monotonic() + SECONDS_PER_COMMIT
        while len(done) + len(failed) < UNITS_PER_COMMIT and (unit := self._next()):
            tx.exec_driver_sql("SAVEPOINT unit")
            try:
                done.append((unit, unit.work(tx)))
            except BaseException as error:
                failed.append((unit, error))
                if not tx.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                    raise
                tx.exec_driver_sql("ROLLBACK TO unit")
            tx.exec_driver_sql("RELEASE unit")
            if time.monotonic() > until:
                return

    def _one_by_one(self, units: list[_Unit], lost: BaseException) -> None:
        if not units:  # not even BEGIN worked: another process holds the file, or it is unusable
            unit = self._next()
            if unit is not None:
                unit.result.set_exception(_busy(lost))
            return
        for unit in units:
            try:
                with self._engine.connect() as tx, tx.begin():
                    result = unit.work(tx)
            except BaseException as error:
                with suppress(Exception):
                    unit.result.set_exception(_busy(error))
            else:
                unit.result.set_result(result)


def _busy(error: BaseException) -> BaseException:
    if isinstance(error, OperationalError) and "locked" in str(error.orig):
        return TryLater(
            f"Another process has been writing for more than {BUSY_SECONDS} seconds.", 5
        )
    return error
