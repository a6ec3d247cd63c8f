"""Vouchers and carts of somebody who was merged, through their own verbs: the points end where he is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from connector.merging import merge
from connector.port import Account
from connector.tables import voucher
from connector.values import MemberId
from connector.vouchers import State
from tests.make import NOW, Book, order
from tests.purse import Purse, purse, using

LATER = NOW + timedelta(days=1)
BEA = Account("2")


@pytest.fixture
def mine(demo: Book) -> Purse:
    """A purse of 1,000 points, and Bea beside it, who has 140 on the way."""
    demo.see(order("2", buyer=BEA))
    return purse(demo)


def became_bea(mine: Purse) -> None:
    kept = MemberId(mine.book.member(BEA).member_id)
    mine.write(lambda tx: merge(tx, mine.book.shop.merchant_id, mine.member_id, kept, "x", LATER))


@pytest.mark.parametrize("ready", [True, False])
def test_a_voucher_that_is_taken_back_after_a_merge_brings_its_points(
    mine: Purse, ready: bool
) -> None:
    one = mine.ready() if ready else mine.redeem()
    became_bea(mine)
    assert mine.book.balance(BEA) == (500, 140)

    mine.back(one)

    assert mine.book.balance(BEA) == (1000, 140)
    mine.gave_back(one)
    assert mine.book.balance(BEA) == (1000, 140)


def test_a_voucher_that_is_on_its_way_while_two_become_one_is_paid_once(mine: Purse) -> None:
    one = mine.redeem()
    became_bea(mine)

    assert mine.made(one)
    assert mine.made(one)
    assert (mine.book.balance(BEA), mine.book.member(BEA).held) == ((500, 140), 0)


def test_a_voucher_that_was_taken_back_before_goes_over_and_brings_nothing_more(
    mine: Purse,
) -> None:
    one = mine.ready()
    mine.back(one)
    became_bea(mine)
    mine.gave_back(one)

    assert mine.book.balance(BEA) == (1000, 140)
    with mine.book.database.read() as tx:
        whose = tx.execute(select(voucher.c.member_id)).scalar_one()
    assert whose == mine.book.member(BEA).member_id


def test_a_voucher_the_shop_refuses_gives_its_points_to_whom_its_owner_became(mine: Purse) -> None:
    one = mine.redeem()
    became_bea(mine)

    mine.failed(one)

    assert mine.book.balance(BEA) == (1000, 140)


def test_points_that_are_on_their_way_back_arrive_once(mine: Purse) -> None:
    one = mine.ready()
    mine.take_back(one)
    became_bea(mine)

    assert mine.gave_back(one)
    assert not mine.gave_back(one)
    assert mine.book.balance(BEA) == (1000, 140)


def test_a_voucher_that_was_used_stays_used(mine: Purse) -> None:
    one = mine.ready()
    mine.book.see(using(one))
    became_bea(mine)

    assert mine.now(one).state is State.USED
    assert mine.book.balance(BEA) == (500, 140)
