"""Who is the one scheduler: whoever holds the lock of a database session that is his alone.

The lock dies with its session, so that nobody has to find out that its holder is dead; and nobody
believes that he holds it without asking on that very session.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from connector.db import Database

NAME = "stammkunde scheduler"
# A session whose network went silent is given up after seconds instead of hours.
_QUICK = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2,
    "tcp_user_timeout": 5000,
}  # fmt: skip
_TRY = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))").bindparams(name=NAME)
# An advisory lock of 64 bits shows as two halves.
_WHO = text("""
SELECT a.application_name, a.backend_start, a.pid = pg_backend_pid() AS myself
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND CAST(l.classid AS bigint) << 32 | CAST(l.objid AS bigint) = hashtextextended(:name, 0)
""").bindparams(name=NAME)

log = logging.getLogger("stammkunde")


class Election(Protocol):
    def is_won(self) -> bool:
        """Whether we are the one, now. A standby asks again and again, and wins when he may."""

    def resign(self) -> None: ...


class Alone:
    """Nobody else is there: an SQLite file has one process that serves."""

    def is_won(self) -> bool:
        return True

    def resign(self) -> None:
        pass


class SessionLock:
    """An election among processes, on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        whom = f"{NAME} {socket.gethostname()[:30]}:{os.getpid()}"
        self._engine = _own_engine(database, whom)
        self._session: Connection | None = None
        self._lock = threading.Lock()

    def is_won(self) -> bool:
        with self._lock:
            return self._is_won()

    def _is_won(self) -> bool:
        if self._session is not None and self._holds(self._session):
            return True
        try:
            session = self._engine.connect()
        except DBAPIError:
            return False
        if session.execute(_TRY).scalar_one():
            self._session = session
            log.info("this process is the scheduler now")
            return True
        session.close()
        return False

    def _holds(self, session: Connection) -> bool:
        try:
            who = session.execute(_WHO).first()
            if who is not None and who.myself:
                return True
        except DBAPIError:
            session.invalidate()
        log.warning("this process is the scheduler no longer: its database session is gone")
        session.close()
        self._session = None
        return False

    def resign(self) -> None:
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None
            self._engine.dispose()


@dataclass(frozen=True, slots=True)
class Elected:
    name: str
    since: datetime


def elected(tx: Connection) -> Elected | None:
    """Who is the scheduler; None where nobody is, or where the database has no such lock."""
    if tx.dialect.name == "sqlite":
        return None
    row = tx.execute(_WHO).first()
    return None if row is None else Elected(row.application_name, row.backend_start)


def election_of(database: Database) -> Election:
    return Alone() if database.is_sqlite else SessionLock(database)


def _own_engine(database: Database, whom: str) -> Engine:
    return create_engine(
        database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True,
        connect_args={"application_name": whom, **_QUICK},
    )  # fmt: skip
