"""From points to a code and back: each step may be repeated, and nobody ever has both code and points."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from connector import codes, verify, vouchers
from connector.declined import Declined
from connector.tables import voucher as table
from connector.vouchers import State
from tests.make import NOW, Book
from tests.purse import Purse, lots_of, purse, using

WHEN = NOW + timedelta(hours=1)


@pytest.fixture
def mine(demo: Book) -> Purse:
    return purse(demo)


# ------------------------------------------------------------------ redeeming


def test_redeeming_holds_the_points_and_has_the_shop_make_a_code(mine: Purse) -> None:
    one = mine.redeem()

    assert (one.state, one.points, one.value, one.expires_on) == (
        State.WANTED, 500, 500, date(2027, 2, 28))  # fmt: skip
    assert (mine.available, mine.held) == (500, 500)
    assert mine.works() == ["voucher"]
    assert re.fullmatch(rf"[{codes.LETTERS}]{{5}}-[{codes.LETTERS}]{{5}}", one.code)


def test_the_same_wish_again_is_the_same_voucher(mine: Purse) -> None:
    first = mine.redeem()
    before = mine.transfers()

    assert mine.redeem() == first
    assert mine.transfers() == before
    assert mine.works() == ["voucher"]


def test_two_wishes_have_two_codes(mine: Purse) -> None:
    assert mine.redeem(key="one").code != mine.redeem(key="two").code
    assert (mine.available, mine.held) == (0, 1000)


@pytest.mark.parametrize(("reward", "points"), [("discount", None), ("five", 500)])
def test_a_key_means_one_wish(mine: Purse, reward: str, points: int | None) -> None:
    mine.redeem("five")
    with pytest.raises(Declined) as no:
        mine.redeem(reward, points=points)

    assert no.value.why == "key_reused"


@pytest.mark.parametrize(
    ("reward", "points", "why"),
    [("gold", None, "unknown_reward"), ("discount", 1100, "too_few"), ("discount", 20, "below_least")],
)  # fmt: skip
def test_a_wish_that_cannot_be_granted_loses_nothing(
    mine: Purse, reward: str, points: int | None, why: str
) -> None:
    before = mine.transfers()
    with pytest.raises(Declined) as no:
        mine.redeem(reward, points=points)

    assert no.value.why == why
    assert (mine.transfers(), mine.available, mine.works()) == (before, 1000, [])


def test_a_closed_programme_redeems_nothing(mine: Purse) -> None:
    mine.book.programme(NOW, rewards=[])
    with pytest.raises(Declined) as no:
        mine.redeem()

    assert (no.value.why, mine.available) == ("closed", 1000)


def test_a_voucher_that_was_promised_outlives_its_reward(mine: Purse) -> None:
    one = mine.redeem()
    mine.book.programme(NOW, rewards=[])

    assert mine.redeem() == one
    assert mine.made(one)


# ------------------------------------------------------------------ the shop's answer


def test_points_are_redeemed_when_the_shop_has_the_code(mine: Purse) -> None:
    one = mine.redeem()

    assert mine.made(one)
    assert mine.made(one)  # said twice
    assert (mine.now(one).state, mine.available, mine.held) == (State.READY, 500, 0)
    assert mine.book.reasons()[-2:] == ["hold", "redeem"]


def test_what_the_shop_refuses_costs_nothing_and_says_why(mine: Purse) -> None:
    one = mine.redeem()
    mine.failed(one, "No coupons here.")
    mine.failed(one, "said twice")

    assert (mine.now(one).state, mine.now(one).error) == (State.ENDED, "No coupons here.")
    assert (mine.available, mine.held) == (1000, 0)
    assert not mine.made(one)


# ------------------------------------------------------------------ and back


def test_an_unused_voucher_brings_its_points_back_with_their_date(mine: Purse) -> None:
    lots = lots_of(mine)
    one = mine.ready()
    mine.take_back(one)

    assert (mine.now(one).state, mine.available, mine.works()) == (
        State.REVOKING, 500, ["voucher", "voucher_back"])  # fmt: skip
    assert mine.gave_back(one)
    assert not mine.gave_back(one)
    assert (mine.now(one).state, mine.now(one).given_back) == (State.ENDED, 500)
    assert lots_of(mine) == lots


def test_a_code_that_the_shop_never_made_is_only_released(mine: Purse) -> None:
    one = mine.redeem()
    mine.back(one)

    assert mine.book.reasons()[-2:] == ["hold", "release"]
    assert (mine.available, mine.held) == (1000, 0)


def test_a_code_that_is_made_after_it_was_taken_back_is_not_wanted(mine: Purse) -> None:
    one = mine.redeem()
    mine.take_back(one)

    assert not mine.made(one)
    assert mine.held == 500


def test_nobody_takes_back_what_is_somebody_elses(mine: Purse) -> None:
    one = mine.ready()
    with pytest.raises(Declined) as no:
        mine.take_back(one, member_id="somebody-else")

    assert (no.value.why, mine.now(one).state) == ("no_voucher", State.READY)


def test_a_used_voucher_brings_nothing_back(mine: Purse) -> None:
    one = mine.ready()
    mine.book.see(using(one), at=WHEN)
    with pytest.raises(Declined) as no:
        mine.take_back(one)

    assert (no.value.why, mine.available) == ("used", 500)
    assert (mine.now(one).state, mine.now(one).used_in) == (State.USED, "2001")


def test_a_use_found_while_it_is_taken_back_keeps_the_points(mine: Purse) -> None:
    one = mine.ready()
    mine.take_back(one)
    mine.book.see(using(one), at=WHEN)

    assert not mine.gave_back(one)
    assert (mine.now(one).state, mine.available) == (State.USED, 500)


def test_a_use_that_comes_before_the_shops_answer_redeems(mine: Purse) -> None:
    one = mine.redeem()
    mine.book.see(using(one), at=WHEN)

    assert mine.made(one)
    assert (mine.now(one).state, mine.available, mine.held) == (State.USED, 500, 0)


def test_a_use_found_after_the_points_are_back_needs_a_person(mine: Purse) -> None:
    one = mine.ready()
    mine.back(one)
    mine.book.see(using(one), at=WHEN)

    assert mine.tasks() == ["voucher_after_all"]
    assert (mine.now(one).state, mine.available) == (State.ENDED, 1000)


# ------------------------------------------------------------------ orders


def test_a_code_used_twice_needs_a_person_until_one_of_them_is_cancelled(mine: Purse) -> None:
    one = mine.ready()
    mine.book.see(using(one, "2001"), using(one, "2002"), at=WHEN)
    assert mine.tasks() == ["voucher_twice"]

    mine.book.see(using(one, "2001", cancelled_at=NOW), at=WHEN + timedelta(hours=1))

    assert mine.tasks() == []
    assert (mine.now(one).state, mine.now(one).used_in) == (State.USED, "2002")


def test_a_cancelled_order_frees_the_code_and_gives_no_points(mine: Purse) -> None:
    one = mine.ready()
    mine.book.see(using(one), at=WHEN)
    mine.book.see(using(one, cancelled_at=NOW), at=WHEN + timedelta(hours=1))
    assert (mine.now(one).state, mine.available) == (State.READY, 500)

    mine.back(one)

    assert mine.available == 1000


def test_a_cancelled_order_that_comes_back_has_its_code_again(mine: Purse) -> None:
    one = mine.ready()
    for hour, cancelled in enumerate([None, NOW, None]):
        mine.book.see(using(one, cancelled_at=cancelled), at=WHEN + timedelta(hours=hour))

    assert (mine.now(one).state, mine.available) == (State.USED, 500)


def test_an_order_that_is_gone_frees_its_code(mine: Purse) -> None:
    one = mine.ready()
    mine.book.see(using(one), at=WHEN)
    mine.book.see("2001", at=WHEN + timedelta(hours=1))

    assert mine.now(one).state == State.READY


def test_another_shops_order_with_the_same_letters_is_no_use(mine: Purse) -> None:
    one = mine.ready()
    mine.book.another_shop("other").see(using(one), at=WHEN)

    assert mine.now(one).state == State.READY


def test_looking_twice_at_an_order_changes_nothing(mine: Purse) -> None:
    one = mine.ready()
    mine.book.see(using(one), at=WHEN)
    before = mine.transfers()
    mine.book.see(using(one), at=WHEN + timedelta(hours=1))

    assert (mine.transfers(), mine.tasks()) == (before, [])


# ------------------------------------------------------------------ by hand, and too late


def test_what_no_shop_can_give_becomes_a_task(mine: Purse) -> None:
    one = mine.redeem("mug")

    assert (one.state, mine.available, mine.held) == (State.READY, 700, 0)
    assert (mine.tasks(), mine.works()) == (["reward_by_hand"], [])
    mine.write(lambda tx: vouchers.done_by_hand(tx, one.merchant_id, one.voucher_id, NOW))
    assert (mine.tasks(), mine.now(one).state) == ([], State.USED)


def test_only_the_merchant_takes_back_what_a_person_is_working_on(mine: Purse) -> None:
    one = mine.redeem("mug")
    with pytest.raises(Declined) as no:
        mine.take_back(one, member_id=mine.member_id)
    assert no.value.why == "by_hand"

    mine.take_back(one, by="anna")

    assert (mine.available, mine.tasks(), mine.now(one).given_back) == (1000, [], 300)


def test_what_nobody_used_in_time_is_taken_back_and_the_rest_is_not(mine: Purse) -> None:
    old, used = mine.ready("old"), mine.ready("used")
    mine.book.see(using(used), at=WHEN)

    def end(today: date) -> int:
        shop = mine.book.shop
        return int(mine.write(lambda tx: vouchers.expired(
            tx, shop.merchant_id, shop.shop_id, today, NOW, 50)))  # fmt: skip

    assert end(old.expires_on) == 0
    assert end(old.expires_on + timedelta(days=1)) == 1
    assert end(old.expires_on + timedelta(days=1)) == 0
    assert (mine.now(old).state, mine.now(used).state) == (State.REVOKING, State.USED)


def test_the_members_vouchers_are_his_alone_and_the_newest_comes_first(mine: Purse) -> None:
    mine.redeem(key="one")
    with mine.book.database.read() as tx:
        found = vouchers.of_member(tx, mine.book.shop.merchant_id, mine.member_id)
        others = vouchers.of_member(tx, mine.book.shop.merchant_id, "somebody-else")  # type: ignore[arg-type]

    assert ([one.reward for one in found], others) == (["five"], [])


@pytest.mark.broken_books
@pytest.mark.parametrize(("state", "said"), [("ended", "is ended, and 500 points are away for it"),
                                             ("ready", "is ready, and 0 points are away for it")])  # fmt: skip
def test_a_voucher_that_contradicts_its_transfers_is_found(
    mine: Purse, state: str, said: str
) -> None:
    one = mine.ready()
    if state == "ready":
        mine.back(one)
    forged = update(table).where(table.c.voucher_id == one.voucher_id).values(state=state)
    mine.write(lambda tx: tx.execute(forged))
    with mine.book.database.read() as tx:
        findings = verify.run(tx, full=True).findings

    assert [(found.what, found.detail) for found in findings] == [("voucher", said)]
