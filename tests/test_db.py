"""The one door for writing: what is acknowledged is there, what failed leaves nothing, nobody starves."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from connector.db import Database
from connector.errors import ConfigError


@pytest.fixture(autouse=True)
def counter(database: Database) -> None:
    def work(tx: Connection) -> None:
        tx.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER)"))
        tx.execute(text("INSERT INTO counter VALUES (1, 0)"))

    database.write(work)


def count(database: Database) -> int:
    with database.read() as tx:
        return int(tx.execute(text("SELECT n FROM counter")).scalar_one())


def add_one(tx: Connection) -> None:
    lock = "" if tx.dialect.name == "sqlite" else " FOR UPDATE"
    n = tx.execute(text(f"SELECT n FROM counter{lock}")).scalar_one()
    tx.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})


def test_nothing_is_lost_between_many_writers(database: Database) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: database.write(add_one), range(200)))

    assert count(database) == 200


def test_a_unit_that_fails_leaves_nothing_and_harms_nobody(database: Database) -> None:
    start = threading.Barrier(8)

    def work(number: int) -> bool:
        def unit(tx: Connection) -> None:
            add_one(tx)
            if number % 2:
                raise ValueError("no")

        start.wait()
        try:
            database.write(unit)
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 4

    assert count(database) == 4


def test_work_that_calls_write_is_told_so(sqlite_database: Database) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        sqlite_database.write(lambda tx: sqlite_database.write(lambda inner: None))


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    writing, read = threading.Event(), threading.Event()

    def slow(tx: Connection) -> None:
        add_one(tx)
        writing.set()
        assert read.wait(10)

    writer = threading.Thread(target=database.write, args=[slow])
    writer.start()
    assert writing.wait(10)
    seen = count(database)
    read.set()
    writer.join()

    assert seen == 0


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as tx:
        tx.execute(text("UPDATE counter SET n = 5"))


def test_a_transaction_that_is_ended_from_below_runs_again_one_by_one(sqlite_url: str) -> None:
    """As a full disk does: everything in the commit is gone, also what had already worked."""
    database = Database(sqlite_url)
    database.write(lambda tx: tx.execute(text("CREATE TABLE ended (n INTEGER)")))
    tries: list[int] = []

    def ends_it(tx: Connection) -> None:
        tries.append(1)
        if len(tries) == 1:
            tx.connection.driver_connection.execute("ROLLBACK")  # type: ignore[union-attr]
            raise OperationalError("disk full", None, sqlite3.OperationalError("disk full"))
        tx.execute(text("INSERT INTO ended VALUES (1)"))

    with ThreadPoolExecutor(4) as pool:
        others = [
            pool.submit(
                database.write,
                lambda tx: tx.execute(text("INSERT INTO ended VALUES (1)")).rowcount,
            )
            for _ in range(3)
        ]
        database.write(ends_it)
        assert [one.result() for one in others] == [1, 1, 1]

    with database.read() as tx:
        assert tx.execute(text("SELECT COUNT(*) FROM ended")).scalar_one() == 4
    database.close()


OTHER_PROCESS = """
import sys
from sqlalchemy import text
from connector.db import Database
database = Database(sys.argv[1])
def work(tx):
    n = tx.execute(text("SELECT n FROM counter")).scalar_one()
    tx.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})
print("ready", flush=True)
sys.stdin.readline()
for _ in range(150):
    database.write(work)
database.close()
"""


def test_processes_on_one_file_lose_nothing(database: Database, database_url: str) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL's own locks are what test_nothing_is_lost_between_many_writers shows
    words = [sys.executable, "-c", OTHER_PROCESS, database_url]
    others = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for other in others:  # all are ready before one begins
        assert other.stdout
        assert other.stdout.readline() == "ready\n"
    for other in others:
        assert other.stdin
        other.stdin.write("\n")
        other.stdin.close()
    for _ in range(150):
        database.write(add_one)

    assert [other.wait(60) for other in others] == [0, 0, 0]
    for other in others:
        assert other.stdout
        other.stdout.close()
    assert count(database) == 600


def test_batches_wait_behind_people(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    order: list[str] = []
    busy, hold = threading.Event(), threading.Event()

    def first(tx: Connection) -> None:
        busy.set()
        assert hold.wait(10)

    threads = [threading.Thread(target=database.write, args=[first])]
    threads[0].start()
    assert busy.wait(10)
    writer = database._sqlite_writer()
    for name, batch in (("batch", True), ("person", False)):
        queue = writer._batch if batch else writer._interactive
        work = partial(_noted, order=order, name=name)
        threads.append(
            threading.Thread(target=database.write, args=[work], kwargs={"batch": batch})
        )
        threads[-1].start()
        while not queue:
            time.sleep(0.001)
    hold.set()
    for thread in threads:
        thread.join()
    database.close()

    assert order == ["person", "batch"]


def _noted(_tx: Connection, order: list[str], name: str) -> None:
    order.append(name)


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="mysql is not supported"):
        Database("mysql://root@localhost/shop")
