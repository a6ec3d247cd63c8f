"""Posting by 64 clients at once, beside a writer thread that knows only a balance and an entry."""

from __future__ import annotations

import queue
import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Thread

from benchmarks.measure import Comparison, Run, compare
from connector import keys, ledger, migrations
from connector.db import SECONDS_PER_COMMIT, UNITS_PER_COMMIT, Database
from connector.ledger import Reason
from tests.make import NOW, M, add_members, posting

CLIENTS, EACH, MEMBERS, ROUNDS = 64, 40, 500, 5
SECRET = "a-secret-that-is-long-enough-but-protects-nothing"


def compared(folder: Path) -> Comparison:
    database = _open(folder / "ours.sqlite3")
    floor = Floor(folder / "floor.sqlite3")
    try:
        return compare(
            f"posting, {CLIENTS} clients at once", "postings", ROUNDS,
            lambda number: _crowd(number, lambda name, key: _post(database, name, key)),
            lambda number: _crowd(number, floor.post),
        )  # fmt: skip
    finally:
        floor.close()
        database.close()


def _crowd(number: int, post: Callable[[str, str], None]) -> Run:
    """All clients post to members picked beforehand, the same for both contenders of a round."""
    picks = random.Random(number)
    names = [[_name(picks.randrange(MEMBERS)) for _ in range(EACH)] for _ in range(CLIENTS)]

    def client(own: int) -> int:
        for turn, name in enumerate(names[own]):
            post(name, f"{number}/{own}/{turn}")
        return EACH

    def run() -> int:
        with ThreadPoolExecutor(CLIENTS) as pool:
            return sum(pool.map(client, range(CLIENTS)))

    return run


def _name(number: int) -> str:
    return f"m{number:04}"


def _open(file: Path) -> Database:
    database = Database(f"sqlite:///{file}")
    migrations.upgrade(database)
    database.arm(database.write(lambda tx: keys.load(tx, [SECRET], NOW)).chain)
    database.write(lambda tx: add_members(tx, *(_name(number) for number in range(MEMBERS))))
    return database


def _post(database: Database, name: str, key: str) -> None:
    wanted = posting(name, Reason.CREDIT, 5, key)
    database.write(lambda tx: ledger.post(tx, M, [wanted], NOW))


class Floor:
    """One writer thread, a transaction for all who wait: no lots, no chain, no proof."""

    def __init__(self, file: Path) -> None:
        self._waiting: queue.SimpleQueue[tuple[str, str, Future[None]] | None] = queue.SimpleQueue()
        self._file = file
        self._thread = Thread(target=self._serve, name="floor")
        self._thread.start()

    def post(self, name: str, key: str) -> None:
        written: Future[None] = Future()
        self._waiting.put((name, key, written))
        written.result()

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _serve(self) -> None:
        db = sqlite3.connect(self._file, isolation_level=None)
        db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE balance (name TEXT PRIMARY KEY, points INTEGER NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE entry (key TEXT PRIMARY KEY, name TEXT, points INTEGER, at TEXT);"
        )
        db.executemany(
            "INSERT INTO balance VALUES (?, 0)", [(_name(number),) for number in range(MEMBERS)]
        )
        while (first := self._waiting.get()) is not None:
            self._commit(db, first)
        db.close()

    def _commit(self, db: sqlite3.Connection, first: tuple[str, str, Future[None]]) -> None:
        done, until = [first], time.monotonic() + SECONDS_PER_COMMIT
        db.execute("BEGIN IMMEDIATE")
        _move(db, *first[:2])
        while len(done) < UNITS_PER_COMMIT and time.monotonic() < until:
            try:
                unit = self._waiting.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                self._waiting.put(None)
                break
            _move(db, *unit[:2])
            done.append(unit)
        db.execute("COMMIT")
        for *_, written in done:
            written.set_result(None)


def _move(db: sqlite3.Connection, name: str, key: str) -> None:
    db.execute("INSERT INTO entry VALUES (?, ?, 5, '2026-11-22')", (key, name))
    changed = db.execute(
        "UPDATE balance SET points = points + 5 WHERE name = ? AND points + 5 >= 0", (name,)
    )
    assert changed.rowcount == 1
