"""Many at once: exactly as many are granted as there are points, and a naive ledger would grant more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from connector import ledger
from connector.db import Database
from connector.errors import InsufficientPoints
from connector.ledger import Reason
from tests.make import NOW, M, add_members, posting

pytestmark = pytest.mark.bare_ledger

BALANCES = 200
REDEEMERS = 64


def redeem_all(redeem: Callable[[int, int], bool]) -> int:
    """Every redeemer tries every balance once, all at the same time; how many were granted."""
    start = threading.Barrier(REDEEMERS)

    def tries(redeemer: int) -> int:
        start.wait()
        return sum(redeem(balance, redeemer) for balance in range(BALANCES))

    with ThreadPoolExecutor(REDEEMERS) as pool:
        return sum(pool.map(tries, range(REDEEMERS)))


def test_exactly_as_many_redeem_as_there_are_points(database: Database) -> None:
    names = [f"m{n:03}" for n in range(BALANCES)]
    database.write(lambda tx: add_members(tx, *names))
    credits = [posting(name, Reason.CREDIT, 100, f"{name}/credit") for name in names]
    database.write(lambda tx: ledger.post(tx, M, credits, NOW))

    def redeem(balance: int, redeemer: int) -> bool:
        wanted = posting(names[balance], Reason.HOLD, 100, f"{names[balance]}/hold/{redeemer}")
        try:
            database.write(lambda tx: ledger.post(tx, M, [wanted], NOW))
        except InsufficientPoints:
            return False
        return True

    assert redeem_all(redeem) == BALANCES


def test_a_naive_ledger_grants_more(database: Database) -> None:
    """The control: read, compare, write, as the plugins we compete with do it."""
    engine = create_engine(database.url, pool_size=REDEEMERS, connect_args=_patient(database))
    with engine.begin() as tx:
        tx.execute(text("CREATE TABLE purse (id INTEGER PRIMARY KEY, points INTEGER)"))
        tx.execute(text("INSERT INTO purse VALUES (:id, 100)"), [{"id": n} for n in range(20)])
    start = threading.Barrier(16)

    def naive(tx: Connection, purse: int) -> bool:
        points = tx.execute(
            text("SELECT points FROM purse WHERE id = :id"), {"id": purse}
        ).scalar_one()
        if points < 100:
            return False
        tx.execute(
            text("UPDATE purse SET points = :left WHERE id = :id"),
            {"left": points - 100, "id": purse},
        )
        return True

    def tries(_: int) -> int:
        granted = 0
        for purse in range(20):
            start.wait()
            with engine.begin() as tx:
                granted += naive(tx, purse)
        return granted

    with ThreadPoolExecutor(16) as pool:
        granted = sum(pool.map(tries, range(16)))
    engine.dispose()

    assert granted > 20


def _patient(database: Database) -> dict[str, Any]:
    return {"timeout": 15} if database.is_sqlite else {}


def test_one_key_at_once_from_many_sides_moves_points_once(database: Database) -> None:
    database.write(lambda tx: add_members(tx, "erika"))
    start = threading.Barrier(14)

    def credit(_: int) -> bool:
        start.wait()
        wanted = [posting("erika", Reason.CREDIT, 10, "once")]
        return database.write(lambda tx: ledger.post(tx, M, wanted, NOW))[0].again

    with ThreadPoolExecutor(14) as pool:
        again = list(pool.map(credit, range(14)))

    assert again.count(False) == 1


def test_two_posts_over_the_same_members_do_not_wait_for_each_other_for_ever(
    database: Database,
) -> None:
    database.write(lambda tx: add_members(tx, "a", "b"))
    start = threading.Barrier(8)

    def both(worker: int) -> None:
        start.wait()
        for turn in range(10):
            names = ("a", "b") if worker % 2 else ("b", "a")
            wanted = [posting(name, Reason.CREDIT, 1, f"{worker}/{turn}/{name}") for name in names]
            database.write(lambda tx: ledger.post(tx, M, wanted, NOW))  # noqa: B023

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(both, range(8)))

    with database.read() as tx:
        points = tx.execute(text("SELECT SUM(available) FROM member")).scalar_one()
    assert points == 160
