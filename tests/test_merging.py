"""Two customers become one and two again: nothing is made, nothing is lost, and it says what was spent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from connector import digest, ledger, life, members, standing, verify
from connector.corrections import correct
from connector.errors import Moved, Refused
from connector.ledger import Reason
from connector.merging import Merged, Unmerged, merge, unmerge
from connector.port import Account, Customer
from connector.tables import customer, identity, lot, member, note, reservation, transfer, voucher
from connector.tables import merge as merges
from connector.values import MemberId
from tests.make import NOW, PAID, Book, line, order, posting
from tests.test_orders_races import at_once

RELEASED = PAID + timedelta(days=60)
LATER = RELEASED + timedelta(days=1)
ANNA, BEA = Account("1"), Account("2")


def bought(demo: Book, *, released: bool = True) -> None:
    """Anna and Bea bought for 140 points each."""
    demo.see(order("1", buyer=ANNA), order("2", buyer=BEA))
    if released:
        demo.pass_time(RELEASED)


def id_of(demo: Book, who: Account) -> MemberId:
    return MemberId(demo.member(who).member_id)


def became_one(demo: Book, anna: str = "", bea: str = "") -> Merged:
    one, other = anna or id_of(demo, ANNA), bea or id_of(demo, BEA)
    return demo.database.write(
        lambda tx: merge(tx, demo.shop.merchant_id, MemberId(one), MemberId(other), "anna", LATER)
    )


def became_two(demo: Book, anna: str) -> Unmerged:
    return demo.database.write(
        lambda tx: unmerge(tx, demo.shop.merchant_id, MemberId(anna), "anna", LATER)
    )


def post(demo: Book, *postings: Any) -> list[ledger.Posted]:
    return demo.database.write(lambda tx: ledger.post(tx, demo.shop.merchant_id, postings, LATER))


def spend(demo: Book, who: str, points: int, key: str) -> int:
    about = {"subject": f"voucher/{key}"}
    (held,) = post(demo, posting(who, Reason.HOLD, points, key + "h", **about))
    post(demo, posting(who, Reason.REDEEM, points, key + "r", undoes=held.n, **about))
    return held.n


def row_of(demo: Book, id_: str) -> Any:
    with demo.database.read() as tx:
        return tx.execute(select(member).where(member.c.member_id == id_)).one()


def lots_of(demo: Book, id_: str) -> dict[date, int]:
    with demo.database.read() as tx:
        mine = select(lot).where(lot.c.member_id == id_, lot.c.remaining > 0)
        return {row.expires_on: row.remaining for row in tx.execute(mine)}


def test_points_orders_and_identities_become_the_others(demo: Book) -> None:
    bought(demo)
    gone = id_of(demo, ANNA)

    assert became_one(demo) == Merged(140, 0)

    assert demo.balance(ANNA) == demo.balance(BEA) == (280, 0)
    assert id_of(demo, ANNA) == id_of(demo, BEA)
    assert (row_of(demo, gone).available, row_of(demo, gone).merged_into) == (0, id_of(demo, BEA))
    assert demo.award("1").member_id == id_of(demo, BEA)


def test_lots_keep_their_dates_and_pending_stays_pending(demo: Book) -> None:
    demo.see(order("1", buyer=ANNA, placed_at=PAID - timedelta(days=350),
                   paid_at=PAID - timedelta(days=350)), order("2", buyer=BEA))  # fmt: skip
    demo.pass_time(RELEASED)
    demo.see(order("3", buyer=ANNA, paid_at=RELEASED), at=RELEASED)

    assert became_one(demo) == Merged(140, 140)
    assert lots_of(demo, id_of(demo, BEA)) == {date(2028, 12, 31): 140, date(2029, 12, 31): 140}
    assert demo.balance(BEA) == (280, 140)

    demo.pass_time(RELEASED + timedelta(days=60))
    assert demo.balance(BEA) == (420, 0)


def test_merging_twice_is_once(demo: Book) -> None:
    bought(demo)
    gone, kept = id_of(demo, ANNA), id_of(demo, BEA)
    became_one(demo, gone, kept)

    assert became_one(demo, gone, kept) == Merged(again=True)
    assert demo.balance(BEA) == (280, 0)


def test_what_happens_to_his_orders_afterwards_happens_to_the_other(demo: Book) -> None:
    bought(demo)
    became_one(demo)

    demo.see(order("1", buyer=ANNA, cancelled_at=LATER), at=LATER)
    demo.see(order("3", buyer=ANNA, paid_at=LATER), at=LATER)

    assert demo.balance(BEA) == (140, 140)


def test_a_shortfall_moves_with_its_award_and_is_settled_there(demo: Book) -> None:
    bought(demo)
    spend(demo, id_of(demo, ANNA), 140, "a")
    demo.see(order("1", buyer=ANNA, cancelled_at=RELEASED), at=RELEASED)

    became_one(demo)

    assert demo.balance(BEA) == (0, 0)
    with demo.database.read() as tx:
        has = standing.of(tx, demo.shop.merchant_id, id_of(demo, BEA), demo.shop.zone)
    assert has.shortfall == 0


def test_two_become_two_again(demo: Book) -> None:
    bought(demo)
    gone = id_of(demo, ANNA)
    became_one(demo)

    assert became_two(demo, gone) == Unmerged(140, 0, 0)
    assert (demo.balance(ANNA), demo.balance(BEA)) == ((140, 0), (140, 0))
    assert id_of(demo, ANNA) == gone
    assert became_two(demo, gone) == Unmerged(again=True)


def test_unmerging_moves_back_what_is_left_and_says_what_was_spent(demo: Book) -> None:
    bought(demo)
    gone = id_of(demo, ANNA)
    became_one(demo)
    spend(demo, id_of(demo, BEA), 200, "x")

    assert became_two(demo, gone) == Unmerged(80, 0, 60)
    assert (demo.balance(ANNA), demo.balance(BEA)) == ((80, 0), (0, 0))


def test_what_his_orders_brought_meanwhile_goes_back_with_him(demo: Book) -> None:
    bought(demo, released=False)
    gone = id_of(demo, ANNA)
    became_one(demo)
    demo.see(order("3", buyer=ANNA, paid_at=RELEASED), at=RELEASED)
    demo.pass_time(RELEASED)

    assert became_two(demo, gone) == Unmerged(140, 140, 0)
    assert (demo.balance(ANNA), demo.balance(BEA)) == ((140, 140), (140, 0))


def test_a_second_merge_forgets_what_the_first_one_brought(demo: Book) -> None:
    """What his awards brought while they were one the first time is not his a second time."""
    bought(demo, released=False)
    gone = id_of(demo, ANNA)
    became_one(demo)
    demo.pass_time(RELEASED)
    became_two(demo, gone)
    became_one(demo)

    assert became_two(demo, gone) == Unmerged(140, 0, 0)
    assert (demo.balance(ANNA), demo.balance(BEA)) == ((140, 0), (140, 0))


@pytest.mark.parametrize("released", [True, False])
def test_a_correction_goes_with_its_member_and_back(demo: Book, released: bool) -> None:
    bought(demo, released=released)
    gone = id_of(demo, ANNA)
    by_hand: Callable[[str, int], Any] = lambda who, points: demo.database.write(  # noqa: E731
        lambda tx: correct(
            tx, demo.shop.merchant_id, MemberId(who), points, "Kulanz", "anna", f"k{points}", LATER,
            shortfall=True,
        )
    )  # fmt: skip
    by_hand(gone, -500)
    became_one(demo)
    by_hand(id_of(demo, BEA), 600)

    assert sum(demo.balance(BEA)) == 380
    became_two(demo, gone)
    became_one(demo)
    with pytest.raises(Refused, match="merged into another"):
        by_hand(gone, 7)


def test_vouchers_and_carts_follow_and_their_points_come_back_to_the_one_who_stays(
    demo: Book,
) -> None:
    bought(demo)
    gone = id_of(demo, ANNA)
    made = spend(demo, gone, 60, "v")
    (cart,) = post(demo, posting(gone, Reason.HOLD, 30, "c"))
    demo.database.write(lambda tx: promise(tx, demo, gone, made, cart.n))

    assert became_one(demo) == Merged(140, 0)

    kept = id_of(demo, BEA)
    with demo.database.read() as tx:
        code, held = tx.execute(select(voucher)).one(), tx.execute(select(reservation)).one()
        redeemed = tx.execute(
            select(transfer.c.n).where(transfer.c.member_id == kept, transfer.c.undoes == code.hold)
        ).scalar_one()
    assert (code.member_id, held.member_id) == (kept, kept)
    assert (row_of(demo, kept).available, row_of(demo, kept).held) == (190, 30)
    post(demo, posting(kept, Reason.RELEASE, 30, "c2", undoes=held.hold),
         posting(kept, Reason.GIVE_BACK, 60, "v2", undoes=redeemed, subject="voucher/v"))  # fmt: skip
    assert demo.balance(BEA) == (280, 0)
    ended = update(voucher).values(state="ended", given_back=60)
    demo.database.write(lambda tx: tx.execute(ended))


def promise(tx: Connection, demo: Book, who: str, hold: int, cart: int) -> None:
    ids = {"merchant_id": demo.shop.merchant_id, "shop_id": demo.shop.shop_id, "member_id": who}
    tx.execute(
        insert(voucher).values(
            **ids, voucher_id="v", code="ABC", reward="five", offer={}, points=60, value=500,
            state="ready", expires_on=date(2027, 6, 30), hold=hold, made_at=NOW,
        )
    )  # fmt: skip
    tx.execute(
        insert(reservation).values(
            **ids, cart="c", points=30, hold=cart, state="reserved", until=LATER
        )
    )


def test_a_lot_that_was_put_off_stays_put_off_and_unwarned(demo: Book) -> None:
    bought(demo)
    gone, day = id_of(demo, ANNA), date(2029, 12, 31)
    put_off = (
        update(lot).where(lot.c.member_id == gone).values(due_on=date(2030, 12, 31), warned_at=NOW)
    )
    demo.database.write(lambda tx: tx.execute(put_off))
    became_one(demo)

    with demo.database.read() as tx:
        row = tx.execute(select(lot).where(lot.c.member_id == id_of(demo, BEA))).one()
    assert (row.expires_on, row.due_on, row.warned_at) == (day, date(2030, 12, 31), None)
    assert demo.database.write(
        lambda tx: life.expire(tx, demo.shop.merchant_id, id_of(demo, BEA), day,
                               datetime(2030, 1, 2, tzinfo=UTC))
    ) == 0  # fmt: skip


def test_nothing_is_posted_to_somebody_who_was_merged(demo: Book) -> None:
    bought(demo)
    gone = id_of(demo, ANNA)
    became_one(demo)

    with pytest.raises(Moved):
        post(demo, posting(gone, Reason.CREDIT, 5, "late"))


@pytest.mark.parametrize("wrong", ["himself", "nobody", "third", "kept is gone", "left"])
def test_what_cannot_be_merged_is_refused_in_a_sentence(demo: Book, wrong: str) -> None:
    bought(demo)
    demo.see(order("3", buyer=Account("3")))
    anna, bea, third = (id_of(demo, who) for who in (ANNA, BEA, Account("3")))
    if wrong in ("third", "kept is gone"):
        became_one(demo, anna, third)
    if wrong == "left":
        demo.database.write(
            lambda tx: tx.execute(
                update(member).where(member.c.member_id == bea).values(left_at=NOW)
            )
        )
    said = {
        "himself": (anna, anna, "same customer"), "nobody": (anna, "nobody", "no member nobody"),
        "third": (anna, bea, "merged into a third"), "kept is gone": (bea, anna, "merge with that one"),
        "left": (anna, bea, "left the programme"),
    }  # fmt: skip
    one, other, sentence = said[wrong]

    with pytest.raises(Refused, match=sentence):
        became_one(demo, one, other)


def test_a_merge_is_undone_from_the_end(demo: Book) -> None:
    bought(demo)
    demo.see(order("3", buyer=Account("3")))
    anna, bea, third = (id_of(demo, who) for who in (ANNA, BEA, Account("3")))
    became_one(demo, anna, bea)
    became_one(demo, bea, third)

    with pytest.raises(Refused, match="undo that merge first"):
        became_two(demo, anna)
    became_two(demo, bea)
    became_two(demo, anna)
    assert [sum(demo.balance(who)) for who in (ANNA, BEA, Account("3"))] == [140, 140, 140]
    with pytest.raises(Refused, match="never merged"):
        became_two(demo, third)


def test_the_digest_does_not_ask_when_they_became_one(demo: Book) -> None:
    """The same facts, merged before or after the second order and before or after spending."""

    def played(early: bool) -> str:
        said: list[str] = []

        def work(tx: Connection) -> None:
            from connector import orders
            from tests.make import look

            m = demo.shop.merchant_id
            orders.apply(tx, demo.shop, [look(order("1", buyer=ANNA)), look(order("2", buyer=BEA))],
                         demo.keys, NOW)  # fmt: skip
            life.release(tx, m, ["order/demo/1", "order/demo/2"], RELEASED)
            ids = {row.value: row.member_id for row in tx.execute(select(identity))}
            anna, bea = MemberId(ids["1"]), MemberId(ids["2"])
            if early:
                merge(tx, m, anna, bea, "x", LATER)
            whose = bea if early else anna
            (held,) = ledger.post(tx, m, [posting(whose, Reason.HOLD, 90, "h")], LATER)
            ledger.post(tx, m, [posting(whose, Reason.REDEEM, 90, "r", undoes=held.n)], LATER)
            orders.apply(tx, demo.shop, [look(order("3", buyer=ANNA), LATER)], demo.keys, LATER)
            if not early:
                merge(tx, m, anna, bea, "x", LATER)
            said.append(digest.of(tx))
            assert verify.run(tx, full=True).findings == []
            raise Undone

        with pytest.raises(Undone):
            demo.database.write(work)
        return said[0]

    assert played(True) == played(False)


class Undone(Exception):
    """Ends a history, so that the next one starts from nothing."""


@pytest.mark.broken_books
def test_an_award_that_was_given_to_a_stranger_by_hand_is_found(demo: Book) -> None:
    """Being one family is what a merge makes, not what somebody writes into an award."""
    bought(demo)
    demo.see(order("3", buyer=Account("3")))
    became_one(demo)
    from connector.tables import award

    third = id_of(demo, Account("3"))
    demo.database.write(
        lambda tx: tx.execute(
            update(award).where(award.c.subject == "order/demo/1").values(member_id=third)
        )
    )
    with demo.database.read() as tx:
        assert "award" in {one.what for one in verify.run(tx, full=True).findings}


@pytest.mark.broken_books
@pytest.mark.parametrize("reason", [Reason.MERGE_IN, Reason.PENDING_IN])
def test_points_that_came_from_nobody_are_found(demo: Book, reason: Reason) -> None:
    bought(demo)
    post(demo, posting(id_of(demo, BEA), reason, 5, "x", subject="merge/nobody/1",
                       expires_on=date(2029, 12, 31)))  # fmt: skip

    with demo.database.read() as tx:
        found = {(one.what, one.where) for one in verify.run(tx, full=True).findings}
    assert found == {("merge", "merge/nobody/1")}


@pytest.mark.broken_books
def test_a_merge_that_nobody_wrote_down_is_found(demo: Book) -> None:
    bought(demo)
    became_one(demo)
    demo.database.write(lambda tx: tx.execute(delete(merges)))

    with demo.database.read() as tx:
        assert "merge" in {one.what for one in verify.run(tx, full=True).findings}


def test_orders_that_come_while_two_become_one_lose_nothing(demo: Book) -> None:
    demo.see(order("1", buyer=ANNA), order("2", buyer=BEA))
    anna, bea = id_of(demo, ANNA), id_of(demo, BEA)

    def seen(number: int) -> Callable[[], Any]:
        who = ANNA if number % 2 else BEA
        return lambda: demo.see(order(str(100 + number), buyer=who), at=LATER)

    at_once(lambda: became_one(demo, anna, bea), *(seen(number) for number in range(7)))
    demo.see(*(order(str(100 + number), buyer=ANNA if number % 2 else BEA, cancelled_at=LATER)
               for number in range(7)), at=LATER + timedelta(hours=1))  # fmt: skip

    assert demo.balance(ANNA) == demo.balance(BEA) == (0, 280)


def test_a_unit_that_meant_somebody_who_was_merged_meanwhile_runs_again(demo: Book) -> None:
    """On PostgreSQL two write at once; SQLite's writer is alone, so there it is somebody's mistake."""
    calls = []

    def work(_tx: Connection) -> str:
        calls.append(1)
        if len(calls) == 1:
            raise Moved("meanwhile")
        return "done"

    if demo.database.is_sqlite:
        with pytest.raises(Moved):
            demo.database.write(work)
    else:
        assert demo.database.write(work) == "done"


def test_an_order_that_was_written_to_a_merged_member_finds_the_other(demo: Book) -> None:
    """An unpaid order moved nothing, so nothing noticed that its member was merged meanwhile."""
    bought(demo)
    gone = id_of(demo, ANNA)
    demo.see(order("3", buyer=ANNA, paid_at=None))
    became_one(demo)
    from connector.tables import order as orders

    late = update(orders).where(orders.c.external_id == "3").values(member_id=gone)
    demo.database.write(lambda tx: tx.execute(late))

    demo.see(order("3", buyer=ANNA, paid_at=LATER), at=LATER)
    assert demo.balance(BEA) == (280, 140)


# ------------------------------------------------------------------ who somebody is


def known(demo: Book, id_: str, email: str = "anna@example.com", *, verified: bool = True) -> None:
    one = Customer(external_id=id_, email=email, first_name="Anna", verified=verified)
    keep = members.keep_customers
    demo.database.write(
        lambda tx: keep(tx, demo.shop.merchant_id, demo.shop.shop_id, [one], demo.keys, NOW)
    )


def test_one_person_in_two_shops_of_a_merchant_is_one_member(demo: Book) -> None:
    second = demo.another_shop("zwei")
    known(demo, "1")
    known(second, "91")

    demo.see(order("1", buyer=ANNA))
    second.see(order("1", buyer=Account("91")))

    assert demo.balance(ANNA) == second.balance(Account("91")) == (0, 280)


def test_an_address_that_nobody_proved_joins_nobody(demo: Book) -> None:
    second = demo.another_shop("zwei")
    known(demo, "1")
    known(second, "91", verified=False)

    demo.see(order("1", buyer=ANNA))
    second.see(order("1", buyer=Account("91")))

    assert (demo.balance(ANNA), second.balance(Account("91"))) == ((0, 140), (0, 140))


def test_a_new_address_is_the_same_customer(demo: Book) -> None:
    known(demo, "1")
    demo.see(order("1", buyer=ANNA))
    known(demo, "1", email="anna.neu@example.com")
    demo.see(order("2", buyer=ANNA, paid_at=LATER), at=LATER)

    assert demo.balance(ANNA) == (0, 280)
    with demo.database.read() as tx:
        found = members.by_email(
            tx, demo.shop.merchant_id, demo.shop.shop_id, "anna.neu@example.com", demo.keys
        )
    assert found["customer:1"] == id_of(demo, ANNA)


def test_an_account_that_was_deleted_and_made_again_starts_from_nothing(demo: Book) -> None:
    known(demo, "1")
    demo.see(order("1", buyer=ANNA))
    gone = id_of(demo, ANNA)
    shop = demo.shop
    demo.database.write(
        lambda tx: members.erase_customer(tx, shop.merchant_id, shop.shop_id, "1", demo.keys, LATER)
    )
    demo.see(order("2", buyer=Account("2"), paid_at=LATER), at=LATER)

    assert demo.member(ANNA) is None
    assert id_of(demo, BEA) != gone
    assert demo.balance(BEA) == (0, 140)
    with demo.database.read() as tx:
        assert tx.execute(select(customer.c.email)).scalars().all() == [""]
        ended = tx.execute(select(identity.c.until).where(identity.c.value == "1")).scalar_one()
    assert ended == LATER


def test_what_was_written_about_somebody_goes_with_his_last_account(demo: Book) -> None:
    known(demo, "1")
    demo.see(order("1", buyer=ANNA), order("2", buyer=BEA))
    shop, now = demo.shop, LATER
    for number, who in enumerate((ANNA, BEA)):
        one, key = id_of(demo, who), f"k{number}"
        demo.database.write(
            lambda tx, one=one, key=key: correct(
                tx, shop.merchant_id, one, 5, "Kulanz", "a", key, now
            )  # type: ignore[misc]
        )

    def erase(id_: str) -> None:
        demo.database.write(
            lambda tx: members.erase_customer(
                tx, shop.merchant_id, shop.shop_id, id_, demo.keys, now
            )
        )

    became_one(demo)
    erase("1")  # Bea is still there, and may ask why
    assert texts(demo) == ["Kulanz", "Kulanz"]
    known(demo, "2", "bea@example.com")
    erase("2")
    assert texts(demo) == ["", ""]


def texts(demo: Book) -> list[str]:
    with demo.database.read() as tx:
        return list(tx.execute(select(note.c.text)).scalars())


def test_a_refund_after_both_became_two_takes_from_the_right_one(demo: Book) -> None:
    bought(demo)
    gone = id_of(demo, ANNA)
    became_one(demo)
    became_two(demo, gone)

    half = line(refunded_net=2353, refunded_tax=447)
    demo.see(order("1", buyer=ANNA, lines=(half,)), at=LATER + timedelta(hours=1))

    assert (demo.balance(ANNA), demo.balance(BEA)) == ((0, 0), (140, 0))
