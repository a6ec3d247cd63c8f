"""The floor on SQLite: a balance that cannot fall below zero, an entry with a unique key, one writer.

No lots, no chain, no proof, no reasons. With `together` everybody who waits shares one transaction.
"""

from __future__ import annotations

import queue
import sqlite3
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from benchmarks import crowd
from benchmarks.crowd import Step
from connector.db import SECONDS_PER_COMMIT, UNITS_PER_COMMIT

TABLES = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE balance (
  merchant TEXT, member TEXT, available INTEGER NOT NULL CHECK (available >= 0),
  held INTEGER NOT NULL CHECK (held >= 0), PRIMARY KEY (merchant, member)
) WITHOUT ROWID;
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, merchant TEXT, member TEXT, available INTEGER, held INTEGER,
  "after" INTEGER, key TEXT, at TEXT, UNIQUE (merchant, key)
);
"""
MERCHANT = "00000000-0000-4000-8000-00000000000a"
_Unit = tuple[Step, "Future[int]"]


class RawSqlite:
    """One writer thread before one file."""

    def __init__(self, file: Path, members: int, *, together: bool) -> None:
        self._waiting: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._most = UNITS_PER_COMMIT if together else 1
        self._thread = Thread(target=self._serve, args=(file, members), name="floor")
        self._thread.start()

    def post(self, step: Step, _last: int) -> int:
        written: Future[int] = Future()
        self._waiting.put((step, written))
        return written.result()

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _serve(self, file: Path, members: int) -> None:
        db = sqlite3.connect(file, isolation_level=None)
        db.executescript(TABLES)
        db.execute("BEGIN")
        rows = [(MERCHANT, name, crowd.FUNDS, 0) for name in crowd.names(members)]
        db.executemany("INSERT INTO balance VALUES (?, ?, ?, ?)", rows)
        db.execute("COMMIT")
        while (first := self._waiting.get()) is not None:
            self._commit(db, first)
        db.close()

    def _commit(self, db: sqlite3.Connection, first: _Unit) -> None:
        units, until = [first], time.monotonic() + SECONDS_PER_COMMIT
        db.execute("BEGIN IMMEDIATE")
        _move(db, first[0])
        while len(units) < self._most and time.monotonic() < until:
            try:
                unit = self._waiting.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                self._waiting.put(None)
                break
            _move(db, unit[0])
            units.append(unit)
        db.execute("COMMIT")
        for _, written in units:
            written.set_result(0)


def _move(db: sqlite3.Connection, step: Step) -> None:
    available, held = (sign * step.points for sign in crowd.SIGNS[step.kind])
    (after,) = db.execute(
        "UPDATE balance SET available = available + ?, held = held + ? WHERE merchant = ? "
        "AND member = ? AND available + ? >= 0 AND held + ? >= 0 RETURNING available",
        (available, held, MERCHANT, step.member, available, held),
    ).fetchone()
    db.execute(
        'INSERT INTO entry (merchant, member, available, held, "after", key, at) '
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (MERCHANT, step.member, available, held, after, step.key, datetime.now(UTC).isoformat()),
    )
