"""Many who redeem at once: as many vouchers as there are points for, and one for one wish."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from connector.declined import Declined
from connector.tables import voucher
from connector.vouchers import State
from tests.make import NOW, Book
from tests.purse import Purse, purse, using

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


def test_taken_back_used_and_given_back_at_once_ends_one_way(mine: Purse) -> None:
    """The shop's answers, the customer and an order meet; on PostgreSQL they really do."""
    for turn in range(6):
        one = mine.ready(f"turn {turn}")
        start = threading.Barrier(6)
        acts: list[Callable[[], Any]] = [lambda: mine.take_back(one), lambda: mine.gave_back(one),  # noqa: B023
                lambda: mine.book.see(using(one, f"3{turn}"), at=NOW + timedelta(hours=turn))] * 2  # noqa: B023  # fmt: skip

        def act(number: int) -> None:
            start.wait()  # noqa: B023
            with suppress(Declined):
                acts[number]()  # noqa: B023

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(act, range(6)))
        mine.gave_back(one)

        ended = mine.now(one).state is State.ENDED
        spent = sum(one.points for one in mine.all() if one.state is not State.ENDED)
        assert mine.now(one).state in (State.USED, State.ENDED)
        assert (mine.available, mine.held) == (2000 - spent, 0)
        assert ended == (mine.now(one).given_back == 500)
        if not ended:
            mine.book.see(f"3{turn}", at=NOW + timedelta(hours=turn, minutes=5))
            mine.back(one)


def test_one_wish_sent_by_many_makes_one_voucher(mine: Purse) -> None:
    got = all_at_once(mine, "the same")

    assert (len(got), len(set(got))) == (REDEEMERS, 1)
    assert (mine.available, mine.held, mine.write(count)) == (1500, 500, 1)
