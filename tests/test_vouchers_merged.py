"""A voucher of somebody who became somebody else: it goes on in the other one's books, in every state."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Connection

from connector import merging, vouchers
from connector.port import Account
from connector.values import MemberId
from connector.vouchers import Asked, State, Voucher
from tests.make import NOW, Book, order
from tests.purse import LONG_AGO, Purse, purse, using

OTHER = Account("8")


@pytest.fixture
def mine(demo: Book) -> Purse:
    return purse(demo)


def merged(mine: Purse) -> MemberId:
    """Account 7 becomes the same person as account 8, who keeps everything."""
    book = mine.book
    book.see(order("800", buyer=OTHER, placed_at=LONG_AGO, paid_at=LONG_AGO))
    into = MemberId(book.member(OTHER).member_id)
    work = partial(merging.merge, merchant_id=book.shop.merchant_id, member_id=mine.member_id,
                   into=into, by="test", now=NOW)  # fmt: skip
    mine.write(lambda tx: work(tx))
    return into


def available(mine: Purse) -> int:
    return mine.book.balance(OTHER)[0]


def test_a_voucher_that_is_ready_is_taken_back_by_whom_its_owner_became(mine: Purse) -> None:
    one = mine.ready()
    merged(mine)
    assert available(mine) == 140 + 500

    mine.back(one)

    assert mine.now(one).state is State.ENDED
    assert available(mine) == 140 + 1000


def test_a_voucher_that_is_being_made_becomes_ready_after_the_merge(mine: Purse) -> None:
    one = mine.redeem()
    merged(mine)

    assert mine.made(one)
    assert available(mine) == 140 + 500
    mine.back(one)
    assert available(mine) == 140 + 1000


def test_a_voucher_the_shop_refuses_gives_its_points_to_whom_its_owner_became(mine: Purse) -> None:
    one = mine.redeem()
    merged(mine)

    mine.failed(one)

    assert available(mine) == 140 + 1000


def test_points_of_a_voucher_that_is_on_its_way_back_arrive_once(mine: Purse) -> None:
    one = mine.ready()
    mine.take_back(one)
    merged(mine)

    assert mine.gave_back(one)
    assert not mine.gave_back(one)
    assert available(mine) == 140 + 1000


def test_a_voucher_that_was_used_stays_used(mine: Purse) -> None:
    one = mine.ready()
    mine.book.see(using(one))
    into = merged(mine)

    assert mine.now(one).state is State.USED
    assert mine.now(one).member_id == into
    assert available(mine) == 140 + 500


def test_two_who_each_have_a_voucher_and_become_one_keep_both(mine: Purse) -> None:
    first = mine.ready()
    merged(mine)
    second = mine.write(
        partial(_redeem, mine=mine, who=MemberId(mine.book.member(OTHER).member_id))
    )
    mine.made(second)

    mine.back(first)
    mine.back(second)

    assert available(mine) == 140 + 1000


def _redeem(tx: Connection, *, mine: Purse, who: MemberId) -> Voucher:
    asked = Asked("five", "again", None)
    return vouchers.redeem(tx, mine.book.shop, who, asked, mine.book.keys, NOW)
