"""Points kept for a cart: half an hour, then spent or free again, and never twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from connector import reservations, standing
from connector.declined import Declined
from connector.reservations import LASTS, Reservation, State
from connector.values import MemberId
from tests.make import NOW, Book
from tests.purse import Purse, purse

SOON, LATE = NOW + timedelta(minutes=29), NOW + LASTS


@pytest.fixture
def mine(demo: Book) -> Purse:
    return purse(demo)


def reserve(mine: Purse, points: int = 400, cart: str = "c1", at: datetime = NOW) -> Reservation:
    return mine.write(  # type: ignore[no-any-return]
        lambda tx: reservations.reserve(tx, mine.book.shop, mine.member_id, cart, points, at)
    )


def commit(mine: Purse, cart: str = "c1", at: datetime = SOON) -> Reservation:
    return mine.write(  # type: ignore[no-any-return]
        lambda tx: reservations.commit(tx, mine.book.shop, mine.member_id, cart, at)
    )


def release(mine: Purse, cart: str = "c1", at: datetime = SOON) -> Reservation:
    return mine.write(  # type: ignore[no-any-return]
        lambda tx: reservations.release(tx, mine.book.shop, mine.member_id, cart, at)
    )


def tick(mine: Purse, at: datetime, cart: str = "c1") -> datetime | None:
    shop = mine.book.shop
    return mine.write(  # type: ignore[no-any-return]
        lambda tx: reservations.release_over(tx, shop.merchant_id, shop.shop_id, cart, at)
    )


def purses(mine: Purse) -> tuple[int, int]:
    return mine.available, mine.held


def test_points_are_kept_for_a_cart_and_redeemed_with_its_order(mine: Purse) -> None:
    reserve(mine)
    assert purses(mine) == (600, 400)

    commit(mine)

    assert commit(mine).state is State.COMMITTED  # said twice
    assert purses(mine) == (600, 0)


def test_movements_for_a_cart_say_so(mine: Purse) -> None:
    reserve(mine)
    release(mine)
    with mine.book.database.read() as tx:
        recent = standing.movements(tx, mine.book.shop.merchant_id, mine.member_id, 2)

    assert [one["text"] for one in recent] == [
        {"de": "400 Punkte aus deinem Warenkorb sind wieder frei.",
         "en": "400 points of your cart are free again."},
        {"de": "400 Punkte für deinen Warenkorb reserviert.",
         "en": "400 points set aside for your cart."},
    ]  # fmt: skip


def test_reserving_again_is_the_same_and_begins_the_half_hour_anew(mine: Purse) -> None:
    reserve(mine)
    before = mine.transfers()
    again = reserve(mine, at=SOON)

    assert (again.until, mine.transfers(), purses(mine)) == (SOON + LASTS, before, (600, 400))


@pytest.mark.parametrize("points", [100, 700, 1000])
def test_a_changed_cart_changes_what_is_kept(mine: Purse, points: int) -> None:
    reserve(mine)
    reserve(mine, points)

    assert purses(mine) == (1000 - points, points)


def test_more_than_there_is_changes_nothing(mine: Purse) -> None:
    reserve(mine)
    before = mine.transfers()
    with pytest.raises(Declined) as no:
        reserve(mine, 1001)

    assert (no.value.why, mine.transfers(), purses(mine)) == ("too_few", before, (600, 400))


def test_a_cart_that_is_given_up_frees_its_points_once(mine: Purse) -> None:
    reserve(mine)
    release(mine)
    release(mine)

    assert purses(mine) == (1000, 0)
    with pytest.raises(Declined) as no:
        commit(mine)
    assert no.value.why == "reservation_over"


def test_releasing_after_the_commit_changes_nothing(mine: Purse) -> None:
    reserve(mine)
    commit(mine)
    before = mine.transfers()

    assert release(mine).state is State.COMMITTED
    assert tick(mine, LATE) is None
    assert (mine.transfers(), purses(mine)) == (before, (600, 0))


def test_the_clock_releases_what_is_over_and_only_that(mine: Purse) -> None:
    reserve(mine)

    assert tick(mine, SOON) == LATE
    assert purses(mine) == (600, 400)
    assert tick(mine, LATE) is None
    assert purses(mine) == (1000, 0)


def test_what_is_over_is_not_committed_though_the_clock_was_late(mine: Purse) -> None:
    reserve(mine)
    with pytest.raises(Declined) as no:
        commit(mine, at=LATE)

    assert (no.value.why, mine.held) == ("reservation_over", 400)


def test_a_released_cart_may_be_reserved_again(mine: Purse) -> None:
    for _ in range(3):
        reserve(mine)
        release(mine)
    reserve(mine, 250)

    assert purses(mine) == (750, 250)
    assert mine.works() == ["reservation"]


def test_a_spent_cart_is_not_reserved_again(mine: Purse) -> None:
    reserve(mine)
    commit(mine)
    with pytest.raises(Declined) as no:
        reserve(mine, 100)

    assert no.value.why == "reservation_spent"


def test_a_cart_belongs_to_who_reserved_it(mine: Purse) -> None:
    reserve(mine)
    theirs = Purse(mine.book, MemberId("somebody-else"))
    for act, why in ((commit, "no_reservation"), (release, "no_reservation")):
        with pytest.raises(Declined) as no:
            act(theirs)
        assert no.value.why == why


def test_carts_of_two_shops_are_two_carts(mine: Purse) -> None:
    reserve(mine)
    there = Purse(mine.book.another_shop("other"), mine.member_id)
    reserve(there, 300)

    assert purses(mine) == (300, 700)


# ------------------------------------------------------------------ many at once

CARTS = 16


def test_many_carts_at_once_keep_no_more_than_there_is(mine: Purse) -> None:
    start = threading.Barrier(CARTS)

    def shop(number: int) -> bool:
        start.wait()
        try:
            reserve(mine, 300, f"cart{number}")
        except Declined:
            return False
        return True

    with ThreadPoolExecutor(CARTS) as pool:
        kept = sum(pool.map(shop, range(CARTS)))

    assert (kept, purses(mine)) == (3, (100, 900))


def test_one_cart_reserved_committed_and_released_at_once_ends_once(mine: Purse) -> None:
    reserve(mine)
    start = threading.Barrier(CARTS)

    def act(number: int) -> None:
        start.wait()
        try:
            (reserve, commit, release)[number % 3](mine)
        except Declined:
            return

    with ThreadPoolExecutor(CARTS) as pool:
        list(pool.map(act, range(CARTS)))

    assert purses(mine) in [(600, 0), (1000, 0), (600, 400)]
