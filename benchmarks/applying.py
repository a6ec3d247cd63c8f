"""New orders in pages of 50, beside raw upserts of the same rows into the same table."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks import ours
from benchmarks.measure import Contest, Done, Run, contest
from connector import keys
from connector.orders_rows import ORDERS_AT_ONCE
from connector.port import Account, Look
from connector.tables import order as order_table
from tests.make import NOW, PAID, Book, book, line, look, order

PAGES, BUYERS, ROUNDS = 40, 700, 5
OURS, FLOOR = "Stammkunde", "raw upserts of the rows"


def contests(folder: Path) -> list[Contest]:
    return [
        contest(
            f"new orders on SQLite, {ORDERS_AT_ONCE} a page", "orders", ROUNDS, FLOOR,
            {OURS: lambda number: _ours(folder / f"ours-{number}.sqlite3"),
             FLOOR: lambda number: _floor(folder / f"floor-{number}.sqlite3")},
        )
    ]  # fmt: skip


def _pages() -> list[list[Look]]:
    def one(number: int) -> Look:
        placed = PAID - timedelta(minutes=number)
        bought = line(net=1000 + number % 7000, tax=190, product=str(number % 12))
        return look(order(str(number), buyer=Account(str(number % BUYERS)), lines=(bought,),
                          placed_at=placed, paid_at=placed))  # fmt: skip

    numbers = range(PAGES * ORDERS_AT_ONCE)
    return [
        [one(number) for number in numbers[start : start + ORDERS_AT_ONCE]]
        for start in range(0, len(numbers), ORDERS_AT_ONCE)
    ]


def _opened(file: Path) -> Book:
    database = ours.opened(f"sqlite:///{file}")
    return book(database, database.write(lambda tx: keys.load(tx, [ours.SECRET], NOW)))


def _ours(file: Path) -> Run:
    opened, pages = _opened(file), _pages()

    def run() -> Done:
        written = sum(opened.apply(*page).changed for page in pages)
        opened.database.close()
        return Done(written)

    return run


def _floor(file: Path) -> Run:
    """The rows that `orders.apply` has just made of the same pages, written again without it."""
    opened = _opened(file)
    for page in _pages():
        opened.apply(*page)
    opened.database.close()
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    rows = db.execute('SELECT * FROM "order"').fetchall()
    for table in ("award", "order"):
        db.execute(f'DELETE FROM "{table}"')

    def run() -> Done:
        for start in range(0, len(rows), ORDERS_AT_ONCE):
            _upsert(db, rows[start : start + ORDERS_AT_ONCE])
        db.close()
        return Done(len(rows))

    return run


_NAMES = [f'"{column.name}"' for column in order_table.columns]
_UPSERT = (
    f'INSERT INTO "order" ({", ".join(_NAMES)}) VALUES ({", ".join("?" * len(_NAMES))}) '
    "ON CONFLICT (merchant_id, shop_id, external_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _NAMES[3:])
)


def _upsert(db: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.executemany(_UPSERT, rows)
    db.execute("COMMIT")
