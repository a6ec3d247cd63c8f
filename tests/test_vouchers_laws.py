"""Whatever happens in whatever order, a voucher's points are either with the member or in the code."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from connector import keys as keys_module
from connector.db import Database
from connector.declined import Declined
from connector.vouchers import State, Voucher
from tests.conftest import ROUNDS, SECRET
from tests.make import NOW, book
from tests.purse import Purse, purse, using

STEPS = 40


def step(mine: Purse, chance: random.Random, known: list[Voucher], number: int) -> None:
    """One thing that may happen: somebody wishes, the shop answers, an order comes or goes."""
    at = NOW + timedelta(minutes=number)
    one = chance.choice(known) if known else mine.redeem(key="first")
    id_ = str(2000 + chance.randrange(4))
    match chance.randrange(8):
        case 0:
            known.append(mine.redeem(chance.choice(["five", "discount"]), f"key {number}"))
        case 1:
            mine.made(one)
        case 2:
            mine.failed(one)
        case 3:
            mine.take_back(one)
        case 4:
            mine.gave_back(one)
        case 5:
            mine.book.see(using(one, id_), at=at)
        case 6:
            mine.book.see(using(one, id_, cancelled_at=NOW), at=at)
        case 7:
            mine.book.see(id_, at=at)


@pytest.mark.parametrize("seed", range(12 * ROUNDS))
def test_nobody_ever_has_both_the_code_and_its_points(sqlite_database: Database, seed: int) -> None:
    keys = sqlite_database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    mine, chance = purse(book(sqlite_database, keys), 3000), random.Random(seed)
    known = [mine.redeem(key="first")]
    for number in range(STEPS):
        with suppress(Declined):
            step(mine, chance, known, number)

        found = [mine.now(one) for one in known]
        out = sum(one.points for one in found if one.state is not State.ENDED)
        assert mine.available + out == 3000
        assert all(one.given_back in (0, one.points) for one in found)
