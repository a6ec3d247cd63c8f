"""One odd thing must not stop what comes after it: erased accounts, old lots, odd orders, odd shops."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select, update

from connector import life, members, orders, tasks
from connector.db import Database
from connector.keys import Keys
from connector.port import Account, Customer
from connector.tables import customer, lot, member
from tests.make import NOW, PAID, Book, book, due_lots, line, order

LATER = NOW + timedelta(hours=1)
LATER_STILL = NOW + timedelta(hours=2)
RELEASED = PAID + timedelta(days=60)


def erase(demo: Book, external_id: str = "7") -> None:
    ids = demo.shop.merchant_id, demo.shop.shop_id
    demo.database.write(lambda tx: members.erase_customer(tx, *ids, external_id, demo.keys, LATER))


def keep(demo: Book, *people: Customer) -> None:
    ids = demo.shop.merchant_id, demo.shop.shop_id
    demo.database.write(lambda tx: members.keep_customers(tx, *ids, people, demo.keys, NOW))


# ------------------------------------------------------------------ erased accounts


def test_an_order_of_an_erased_account_holds_up_nothing_and_makes_no_member(demo: Book) -> None:
    keep(demo, Customer("7", "erika@example.com", "Erika"))
    demo.see(order())
    erase(demo)

    demo.see(order("1002"), order("1003", buyer=Account("8")), at=LATER_STILL)

    assert demo.member() is None
    assert demo.balance(Account("8")) == (0, 140)


def test_what_the_shop_says_of_a_living_customer_can_be_erased_again(demo: Book) -> None:
    keep(demo, Customer("7", "erika@example.com", "Erika"))
    erase(demo)
    keep(demo, Customer("7", "neu@example.com", "Erika"))
    erase(demo)

    with demo.database.read() as tx:
        row = tx.execute(select(customer)).one()
    assert (row.email, row.first_name) == ("", "")
    assert row.erased_at is not None


# ------------------------------------------------------------------ members who left


def test_who_left_gets_no_new_points_and_keeps_what_he_had(demo: Book) -> None:
    demo.see(order())
    demo.database.write(lambda tx: tx.execute(update(member).values(left_at=LATER)))

    demo.see(order("1002"), at=LATER_STILL)

    assert demo.balance() == (0, 140)
    assert demo.award("1002") is None


def test_a_refund_still_counts_for_who_left(demo: Book) -> None:
    demo.see(order())
    demo.database.write(lambda tx: tx.execute(update(member).values(left_at=LATER)))

    demo.see(order(cancelled_at=LATER), at=LATER_STILL)

    assert demo.balance() == (0, 0)


# ------------------------------------------------------------------ lots that are over


def test_points_credited_years_later_do_not_enter_a_lot_that_is_over(demo: Book) -> None:
    demo.see(order())
    demo.pass_time(RELEASED)
    years_later = datetime(2034, 3, 1, 12, tzinfo=NOW.tzinfo)
    with demo.database.read() as tx:
        ((m, id_, day),) = due_lots(tx, years_later, 50)
    for _ in range(3):  # twice postponed, because nobody was warned
        demo.database.write(
            partial(life.expire, merchant_id=m, member_id=id_, expires_on=day, now=years_later)
        )
    demo.see(order(lines=(line(), line(id_="2", net=1000, tax=0))), at=years_later)

    assert demo.balance() == (50, 0)
    with demo.database.read() as tx:
        ends = tx.execute(select(lot.c.expires_on).where(lot.c.remaining > 0)).scalar_one()
        assert due_lots(tx, years_later, 50) == []
    assert ends >= date(2034, 3, 31)


# ------------------------------------------------------------------ awards


def test_a_release_after_an_earlier_one_of_the_same_moment_is_one_of_its_own(demo: Book) -> None:
    """A look that began a moment before the release writes after it."""
    demo.see(order())
    demo.pass_time(RELEASED)
    more = order(lines=(line(), line(id_="2", net=1000, tax=0)))
    demo.see(more, at=NOW + timedelta(days=1))  # by its own clock the window is still open
    demo.pass_time(RELEASED + timedelta(seconds=1))

    assert demo.balance() == (190, 0)
    assert demo.reasons() == ["earn", "confirm", "earn", "confirm"]


def spend(demo: Book, points: int) -> None:
    from connector import ledger
    from connector.ledger import Reason
    from tests.make import posting

    row = demo.member()
    postings = [
        posting(row.member_id, Reason.HOLD, points, "h"),
        posting(row.member_id, Reason.REDEEM, points, "r", undoes=row.n + 1),
    ]
    demo.database.write(lambda tx: ledger.post(tx, demo.shop.merchant_id, postings, RELEASED))


def test_a_shortfall_over_several_orders_is_settled_oldest_first(demo: Book) -> None:
    first, second = order("1001"), order("1002", paid_at=PAID + timedelta(days=2))
    demo.see(second, first)
    demo.pass_time(RELEASED)
    spend(demo, 280)
    demo.see(
        order("1001", cancelled_at=RELEASED),
        order("1002", paid_at=PAID + timedelta(days=2), cancelled_at=RELEASED),
        at=RELEASED,
    )

    demo.see(order("1003", lines=(line(net=4000, tax=0),)), at=RELEASED + timedelta(hours=1))
    assert demo.balance() == (0, 0)
    assert (demo.award("1001").given, demo.award("1002").given) == (0, 80)

    demo.see(order("1004", lines=(line(net=4000, tax=0),)), at=RELEASED + timedelta(hours=2))
    assert demo.balance() == (120, 0)
    assert demo.award("1002").given == 0


def test_an_order_that_was_cancelled_before_it_went_leaves_its_shortfall(demo: Book) -> None:
    demo.see(order())
    demo.pass_time(RELEASED)
    spend(demo, 140)
    demo.see(order(cancelled_at=RELEASED), at=RELEASED)

    demo.see("1001", at=RELEASED + timedelta(hours=1))

    assert demo.award().waived == 0
    with demo.database.read() as tx:
        assert tasks.open_tasks(tx) == []


def test_a_cancelled_order_deserves_nothing_whatever_was_refunded(demo: Book) -> None:
    demo.see(order())
    demo.see(order(refunded_loose=None), at=LATER)
    demo.see(order(refunded_loose=None, cancelled_at=LATER_STILL), at=LATER_STILL)

    assert demo.balance() == (0, 0)
    with demo.database.read() as tx:
        assert tasks.open_tasks(tx) == []


def test_computing_stored_orders_again_does_not_make_a_newer_look_stale(
    database: Database, keys: Keys
) -> None:
    opened = book(database, keys, taking_part="ask")
    opened.see(order(), at=NOW)
    ids = opened.shop.merchant_id, opened.shop.shop_id

    def join(tx: Connection) -> None:
        members.join(tx, *ids, ["customer:7"], "asked", LATER_STILL)
        orders.reapply(tx, opened.shop, "customer:7", opened.keys, LATER_STILL)

    opened.database.write(join)
    opened.see(order(cancelled_at=LATER), at=LATER)  # a look that was under way meanwhile

    assert opened.balance() == (0, 0)
