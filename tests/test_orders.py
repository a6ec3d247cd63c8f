"""Convergence: whatever happens to an order, in whatever order we see it, ends at what it deserves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from connector import orders_rows, tasks
from connector.db import Database
from connector.keys import Keys
from connector.port import Account, Guest, Order, Product, Unknown
from tests.make import NOW, PAID, Book, book, line, look, order

LATER = NOW + timedelta(hours=1)
LATER_STILL = NOW + timedelta(hours=2)
RELEASED = PAID + timedelta(days=60)


def open_kinds(demo: Book) -> list[str]:
    with demo.database.read() as tx:
        return [task.kind for task in tasks.open_tasks(tx)]


def release(demo: Book) -> None:
    """Let the return window pass."""
    demo.pass_time(RELEASED)


def test_a_paid_order_brings_points_that_wait(demo: Book) -> None:
    demo.see(order())

    assert demo.balance() == (0, 140)


def test_an_unpaid_order_brings_nothing(demo: Book) -> None:
    demo.see(order(paid_at=None))

    assert demo.balance() == (0, 0)
    assert demo.award() is None


def test_points_are_the_members_when_the_return_window_is_over(demo: Book) -> None:
    demo.see(order(delivered_at=PAID + timedelta(days=3)))
    release(demo)

    assert demo.balance() == (140, 0)


def test_releasing_twice_is_releasing_once(demo: Book) -> None:
    demo.see(order())
    release(demo)
    release(demo)

    assert demo.reasons() == ["earn", "confirm"]


def test_an_order_seen_after_its_window_is_available_at_once(demo: Book) -> None:
    demo.see(order(), at=RELEASED)

    assert demo.balance() == (140, 0)


def test_the_same_look_twice_is_one(demo: Book) -> None:
    demo.see(order())
    demo.see(order(), at=LATER)
    demo.apply(look(order(), LATER), look(order(), LATER))

    assert demo.reasons() == ["earn"]


def test_a_partial_refund_takes_its_share(demo: Book) -> None:
    demo.see(order(lines=(line(), line(id_="2"))))
    demo.see(order(lines=(line(), line(id_="2", refunded_net=2353, refunded_tax=447))), at=LATER)

    assert demo.balance() == (0, 140)


def test_a_full_refund_takes_everything(demo: Book) -> None:
    demo.see(order())
    demo.see(order(lines=(line(refunded_net=2353, refunded_tax=447),)), at=LATER)

    assert demo.balance() == (0, 0)


def test_a_deleted_refund_gives_the_points_back(demo: Book) -> None:
    demo.see(order())
    demo.see(order(lines=(line(refunded_net=2353, refunded_tax=447),)), at=LATER)
    demo.see(order(), at=LATER_STILL)

    assert demo.balance() == (0, 140)


def test_a_cancelled_order_loses_its_points(demo: Book) -> None:
    demo.see(order())
    demo.see(order(cancelled_at=LATER), at=LATER)

    assert demo.balance() == (0, 0)


def test_cancelled_and_completed_again_pays_once(demo: Book) -> None:
    demo.see(order())
    demo.see(order(cancelled_at=LATER), at=LATER)
    demo.see(order(shipped_at=LATER_STILL), at=LATER_STILL)

    assert demo.balance() == (0, 140)
    assert demo.award().given == 140


def test_a_stale_look_changes_nothing(demo: Book) -> None:
    demo.see(order(cancelled_at=LATER), at=LATER)
    demo.see(order(), at=NOW)

    assert demo.balance() == (0, 0)


def test_a_stale_look_after_an_unchanged_one_changes_nothing(demo: Book) -> None:
    demo.see(order(), at=NOW)
    demo.see(order(), at=LATER_STILL)
    demo.see(order(cancelled_at=LATER), at=LATER)

    assert demo.balance() == (0, 140)


def test_an_edit_after_release_is_credited_at_once(demo: Book) -> None:
    demo.see(order())
    release(demo)
    demo.see(order(lines=(line(), line(id_="2", net=1000, tax=0))), at=RELEASED)

    assert demo.balance() == (190, 0)


def test_points_already_spent_are_settled_from_the_next_ones(demo: Book) -> None:
    from connector import ledger
    from connector.ledger import Reason
    from tests.make import posting

    demo.see(order())
    release(demo)
    member = demo.member()
    spend = [
        posting(member.member_id, Reason.HOLD, 140, "h"),
        posting(member.member_id, Reason.REDEEM, 140, "r", undoes=3),
    ]
    demo.database.write(lambda tx: ledger.post(tx, demo.shop.merchant_id, spend, RELEASED))
    demo.see(order(cancelled_at=RELEASED), at=RELEASED)
    assert demo.balance() == (0, 0)
    assert demo.award().given == 140

    demo.see(order("1002", lines=(line(net=10000, tax=0),)), at=RELEASED)

    assert demo.balance() == (360, 0)
    assert demo.award().given == 0


def test_gone_while_pending_is_taken_back(demo: Book) -> None:
    demo.see(order())
    demo.see("1001", at=LATER)

    assert demo.balance() == (0, 0)
    assert open_kinds(demo) == []


def test_gone_after_release_is_left_and_becomes_a_task(demo: Book) -> None:
    demo.see(order())
    release(demo)
    demo.see("1001", at=RELEASED)

    assert demo.balance() == (140, 0)
    assert open_kinds(demo) == ["order_gone"]


def test_an_order_that_comes_back_closes_its_task(demo: Book) -> None:
    demo.see(order())
    release(demo)
    demo.see("1001", at=RELEASED)
    demo.see(order(), at=RELEASED + timedelta(hours=1))

    assert demo.balance() == (140, 0)
    assert open_kinds(demo) == []
    assert demo.award().waived == 0


def test_a_refund_of_unknown_amount_is_a_task_and_no_guess(demo: Book) -> None:
    demo.see(order())
    demo.see(order(refunded_loose=None), at=LATER)
    release(demo)

    assert demo.balance() == (0, 140)
    assert open_kinds(demo) == ["refund_unknown"]


def test_a_foreign_currency_is_a_task_and_no_guess(demo: Book) -> None:
    demo.see(order(currency="CHF"))

    assert demo.balance() == (0, 0)
    assert open_kinds(demo) == ["currency"]


def test_a_foreign_order_earns_by_its_own_rate_for_ever(demo: Book) -> None:
    foreign = order(currency="ZAR", lines=(line(net=47_600, tax=0),), rate=Decimal(17))
    demo.see(foreign)
    assert demo.balance() == (0, 140)
    assert open_kinds(demo) == []

    demo.see(replace(foreign, rate=Decimal(34)), at=LATER)

    assert demo.balance() == (0, 140)


def test_an_order_is_computed_again_with_all_it_said(demo: Book) -> None:
    """Also what rules ask for: channel, country, codes and rate are kept with it."""
    told = order(channel="app", group="gold", country="AT", voucher_codes=("a", "b"),
                 referral_code="K7", rate=Decimal("1.17"))  # fmt: skip
    demo.see(told)

    kept = demo.database.write(lambda tx: orders_rows.load(tx, demo.shop, ["1001"]))

    assert kept["1001"].order == told


def test_a_guest_has_no_account_in_the_ledger(demo: Book) -> None:
    demo.see(order(buyer=Guest("Gast@Example.com")))

    assert demo.member(Guest("gast@example.com")) is None


def test_a_trial_order_earns_nothing(demo: Book) -> None:
    demo.see(order(test=True))

    assert demo.balance() == (0, 0)


def test_an_order_keeps_the_terms_under_which_it_first_deserved(demo: Book) -> None:
    demo.see(order())
    demo.programme(NOW, earn={"points": 50})
    demo.see(order(lines=(line(), line(id_="2", net=1000, tax=0))), at=LATER)

    assert demo.balance() == (0, 190)


def test_a_new_programme_counts_for_orders_placed_after_it(demo: Book) -> None:
    demo.programme(NOW, earn={"points": 50})
    demo.see(order(placed_at=LATER, paid_at=LATER), at=LATER)

    assert demo.balance() == (0, 1400)


def test_what_a_product_was_when_first_seen_stays(demo: Book) -> None:
    from connector import orders_rows

    demo.programme(PAID - timedelta(days=1), earn={"exclude": {"categories": ["9"]}})
    plain = Product(external_id="10", title="Kaffee")
    demo.database.write(lambda tx: orders_rows.keep_products(tx, demo.shop, [plain], NOW))
    demo.see(order())
    excluded = Product(external_id="10", title="Kaffee", categories=("9",))
    demo.database.write(lambda tx: orders_rows.keep_products(tx, demo.shop, [excluded], NOW))

    demo.see(order(shipped_at=LATER), at=LATER)

    assert demo.balance() == (0, 140)


def test_gift_cards_earn_nothing(demo: Book) -> None:
    from connector import orders_rows

    card = Product(external_id="10", title="Gutschein", gift_card=True)
    demo.database.write(lambda tx: orders_rows.keep_products(tx, demo.shop, [card], NOW))
    demo.see(order(lines=(line(), line(id_="2", product="11"))))

    assert demo.balance() == (0, 140)


def test_an_order_from_before_the_start_does_not_count_under_open(
    database: Database, keys: Keys
) -> None:
    opened = book(database, keys, live=NOW, taking_part="account", start={"past_months": 0})
    opened.see(order(), at=LATER)

    assert opened.balance() == (0, 0)


def test_orders_from_before_the_start_bring_at_most_what_the_programme_says(
    database: Database, keys: Keys
) -> None:
    opened = book(database, keys, live=NOW)
    opened.see(
        order(lines=(line(net=8000, tax=0),)),
        order("1002", lines=(line(net=8000, tax=0),)),
        at=LATER,
    )

    assert sum(opened.balance()) == 500


def test_an_order_before_the_twelve_months_does_not_count(database: Database, keys: Keys) -> None:
    opened = book(database, keys, live=NOW)
    old = NOW - timedelta(days=400)
    opened.see(order(placed_at=old, paid_at=old), at=LATER)

    assert opened.balance() == (0, 0)


def test_who_was_not_asked_earns_nothing_until_he_joins(database: Database, keys: Keys) -> None:
    from connector import members, orders

    opened = book(database, keys, taking_part="ask")
    opened.see(order())
    assert opened.member() is None

    def work(tx: Connection) -> None:
        members.join(
            tx, opened.shop.merchant_id, opened.shop.shop_id, ["customer:7"], "asked", LATER
        )
        orders.reapply(tx, opened.shop, "customer:7", opened.keys, LATER)

    opened.database.write(work)

    assert opened.balance() == (0, 140)


def test_everyone_includes_guests(database: Database, keys: Keys) -> None:
    opened = book(database, keys, taking_part="everyone")
    opened.see(order(buyer=Guest("Gast@Example.com")))

    assert opened.balance(Guest("gast@example.com")) == (0, 140)


def test_an_erased_guest_is_forgotten(database: Database, keys: Keys) -> None:
    opened = book(database, keys, taking_part="everyone")
    guest = Guest("gast@example.com")
    opened.see(order(buyer=guest))
    opened.see(order(buyer=Unknown(), erased=True), at=LATER)

    assert opened.member(guest) is None

    opened.see(order("1002", buyer=guest), at=LATER_STILL)

    assert opened.member(guest) is None


def test_an_erased_guest_stays_forgotten_in_the_merchants_other_shop(
    database: Database, keys: Keys
) -> None:
    opened = book(database, keys, taking_part="everyone")
    guest = Guest("gast@example.com")
    opened.see(order(buyer=guest))
    opened.see(order(buyer=Unknown(), erased=True), at=LATER)
    other = opened.another_shop("other")
    other.see(order("1002", buyer=guest), at=LATER_STILL)

    assert other.member(guest) is None


def test_a_member_keeps_his_order_when_the_shop_forgets_the_account(demo: Book) -> None:
    demo.see(order())
    demo.see(order(buyer=Guest("erika@example.com")), at=LATER)

    assert demo.balance() == (0, 140)


@pytest.mark.parametrize("many", [1, 49])
def test_a_page_is_applied_as_one_set(demo: Book, many: int) -> None:
    page = [order(str(n), buyer=Account(str(n % 7))) for n in range(many)]
    demo.see(*page)

    balances = [demo.balance(Account(str(n)))[1] for n in range(7)]

    assert sum(balances) == 140 * many


def test_a_line_added_later_gets_its_terms_then(demo: Book) -> None:
    demo.see(order())
    demo.see(order(lines=(line(), line(id_="2", product="77"))), at=LATER)

    assert set(demo.award().terms["lines"]) == {"1", "2"}


def test_an_order_without_value_makes_no_award(demo: Book) -> None:
    demo.see(order(lines=(line(net=0, tax=0),)))

    assert demo.award() is None


def test_a_loose_refund_takes_its_share_of_goods_and_shipping(demo: Book) -> None:
    demo.see(order(lines=(line(net=4500, tax=0),), other=500, refunded_loose=500))

    assert demo.balance() == (0, 202)  # 5 x (45.00 - 4.50) = 202.5, rounded down once


def order_of(minor: int) -> Order:
    return order(lines=(line(net=minor, tax=0),))


@pytest.mark.parametrize(("minor", "points"), [(199, 9), (200, 10), (1, 0), (20, 1)])
def test_points_are_rounded_down_once_per_order(demo: Book, minor: int, points: int) -> None:
    demo.see(order_of(minor))

    assert demo.balance() == (0, points)
