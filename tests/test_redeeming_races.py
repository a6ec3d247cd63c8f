"""Many who redeem at once: as many vouchers as there are points for, and one for one wish."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, select

from connector.declined import Declined
from connector.tables import voucher
from tests.make import Book
from tests.purse import Purse, purse

REDEEMERS = 16


@pytest.fixture
def mine(demo: Book) -> Purse:
    return purse(demo, 2000)


def all_at_once(mine: Purse, key: str) -> list[str]:
    """Every redeemer wishes for 500 points' worth; which vouchers they got."""
    start = threading.Barrier(REDEEMERS)

    def wish(number: int) -> str:
        start.wait()
        try:
            return mine.redeem(key=key.format(number)).voucher_id
        except Declined:
            return ""

    with ThreadPoolExecutor(REDEEMERS) as pool:
        return [got for got in pool.map(wish, range(REDEEMERS)) if got]


def count(tx: Connection) -> int:
    return int(tx.execute(select(func.count()).select_from(voucher)).scalar_one())


def test_as_many_vouchers_are_made_as_there_are_points_for(mine: Purse) -> None:
    got = all_at_once(mine, "wish {}")

    assert (len(got), len(set(got))) == (4, 4)
    assert (mine.available, mine.held, mine.write(count)) == (0, 2000, 4)


def test_one_wish_sent_by_many_makes_one_voucher(mine: Purse) -> None:
    got = all_at_once(mine, "the same")

    assert (len(got), len(set(got))) == (REDEEMERS, 1)
    assert (mine.available, mine.held, mine.write(count)) == (1500, 500, 1)
