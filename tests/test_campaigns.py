"""Campaigns in the books: budgets and caps hold however orders arrive, and one first order is first."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from connector import members, verify
from connector.port import Account, Customer, Order
from connector.tables import campaign, campaign_use, transfer
from tests.conftest import ROUNDS
from tests.make import NOW, PAID, Book, line, order
from tests.test_orders_races import at_once

TITLE = {"de": "Doppelte Punkte", "en": "Double points"}


def rule(id_: str = "double", **more: Any) -> dict[str, Any]:
    return {"id": id_, "title": TITLE, **more}


def under(demo: Book, *rules: dict[str, Any]) -> Book:
    """From the moment of the programme's start on, so that every order of a test falls under it."""
    demo.programme(PAID - timedelta(days=200), rules=list(rules))
    return demo


def bought(number: int, by: str = "7", euros: int = 10, **more: Any) -> Order:
    return order(str(number), buyer=Account(by), lines=(line(net=euros * 100, tax=0),), **more)


def granted(demo: Book, id_: str = "double") -> int:
    with demo.database.read() as tx:
        asked = select(campaign.c.granted).where(campaign.c.campaign_id == id_)
        return int(tx.execute(asked).scalar() or 0)


def test_a_budget_is_spent_to_the_last_point_and_not_beyond(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 120}))

    demo.see(bought(1, "a"), bought(2, "b"), bought(3, "c"), bought(4, "d"))

    assert granted(demo) == 120
    assert sorted(demo.balance(Account(who))[1] for who in "abcd") == [50, 70, 100, 100]


def test_a_refund_gives_nothing_back_to_the_budget(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 120}))
    demo.see(bought(1, "a"))
    gone = bought(1, "a", cancelled_at=NOW)

    demo.see(gone, at=NOW + timedelta(minutes=1))
    demo.see(bought(2, "b"), bought(3, "c"), at=NOW + timedelta(minutes=2))

    assert demo.balance(Account("a")) == (0, 0)
    assert granted(demo) == 120
    assert demo.balance(Account("b"))[1] + demo.balance(Account("c"))[1] == 50 + 50 + 70


def test_a_look_that_is_repeated_takes_nothing_twice(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 1000, "uses_per_member": 1}))

    for minute in range(5):
        demo.see(bought(1), at=NOW + timedelta(minutes=minute))

    assert granted(demo) == 50
    assert demo.balance() == (0, 100)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [({"per_day": 60}, 60), ({"per_week": 60}, 60), ({"per_member": 60}, 60),
     ({"uses_per_member": 2}, 100)],
)  # fmt: skip
def test_a_cap_holds_over_many_orders(demo: Book, limits: dict[str, int], expected: int) -> None:
    under(demo, rule(times="2", limits=limits))

    demo.see(*(bought(number) for number in range(1, 6)))

    assert granted(demo) == expected
    assert demo.balance() == (0, 5 * 50 + expected)


def test_a_day_and_a_week_are_those_in_which_the_order_was_placed(demo: Book) -> None:
    under(demo, rule(times="2", limits={"per_day": 60, "per_week": 150}))
    days = [PAID + timedelta(days=day) for day in range(10)]

    demo.see(*(bought(n, placed_at=at) for n, at in enumerate(days, start=1)))

    # PAID is a Sunday: a week with one day, one with seven, one with two.
    assert granted(demo) == 50 + 150 + 100
    assert PAID.weekday() == 6


@pytest.mark.parametrize("order_of_looks", [(1, 2), (2, 1)])
def test_one_order_is_the_first_whichever_is_seen_first(
    demo: Book, order_of_looks: tuple[int, int]
) -> None:
    under(demo, rule(extra=100, when={"first_order": True}))
    both = {1: bought(1, placed_at=PAID), 2: bought(2, placed_at=PAID + timedelta(hours=1))}

    for minute, number in enumerate(order_of_looks):
        demo.see(both[number], at=NOW + timedelta(minutes=minute))

    assert demo.balance() == (0, 50 + 50 + 100)


def test_a_first_order_that_was_cancelled_is_none(demo: Book) -> None:
    under(demo, rule(extra=100, when={"first_order": True}))

    demo.see(bought(1, cancelled_at=NOW))
    demo.see(bought(2, placed_at=PAID + timedelta(days=1)), at=NOW + timedelta(minutes=1))

    assert demo.balance() == (0, 150)


def test_a_customer_who_was_away_is_welcomed_back_once(demo: Book) -> None:
    under(demo, rule(extra=100, when={"away_days": 90}))
    days = (0, 100, 130)

    demo.see(*(bought(n, placed_at=PAID + timedelta(days=day)) for n, day in enumerate(days)))

    assert demo.balance() == (0, 150 + 100)


def test_a_group_is_looked_up_where_the_order_names_none(demo: Book) -> None:
    under(demo, rule(times="3", when={"groups": ["gold"]}))
    shop, gold = demo.shop, Customer("7", "sina@example.com", group="gold")

    def known(tx: Connection) -> None:
        members.keep_customers(tx, shop.merchant_id, shop.shop_id, [gold], demo.keys, NOW)

    demo.database.write(known)
    demo.see(bought(1), bought(2, by="8"))

    assert demo.balance() == (0, 150)
    assert demo.balance(Account("8")) == (0, 50)


def test_many_at_once_never_spend_more_than_the_budget(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 330, "per_member": 60}))
    looks = [(lambda n=n: demo.see(bought(n, by=str(n % 4)))) for n in range(16)]

    at_once(*looks)

    assert granted(demo) == sum(min(4 * 50, 60) for _ in range(4))
    with demo.database.read() as tx:
        given = sum(tx.execute(select(transfer.c.points)).scalars())
        each = select(campaign_use.c.points).where(campaign_use.c.member_id != "",
                                                   campaign_use.c.period == "")  # fmt: skip
        assert all(points <= 60 for points in tx.execute(each).scalars())
    assert given == 16 * 50 + granted(demo)


def test_many_small_grants_at_once_meet_the_budget_exactly(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 330}))

    at_once(*[(lambda n=n: demo.see(bought(n, by=str(n)))) for n in range(16)])

    assert granted(demo) == 330


@pytest.mark.parametrize("seed", range(4 * ROUNDS))
def test_no_cap_is_exceeded_whatever_the_order_of_events(demo: Book, seed: int) -> None:
    """Looks repeated, shuffled, cancelled and paid again, under rules that look at other orders."""
    chance = random.Random(seed)
    under(
        demo,
        rule("welcome", extra=100, when={"first_order": True}),
        rule("double", times="2", priority=1, limits={"budget": 400, "per_day": 150}),
    )
    for minute in range(30):
        number = chance.randrange(10)
        demo.see(
            bought(
                number, by=str(number % 3), euros=chance.choice([0, 5, 12]),
                placed_at=PAID + timedelta(days=number // 4),
                paid_at=chance.choice([PAID, PAID, None]),
                cancelled_at=chance.choice([None, None, NOW]),
            ),
            at=NOW + timedelta(minutes=minute),
        )  # fmt: skip

    with demo.database.read() as tx:
        uses = tx.execute(select(campaign_use)).all()
    assert granted(demo) <= 400
    assert granted(demo, "welcome") <= 300
    assert all(one.points <= 150 for one in uses if one.period.startswith("day/") and
               one.campaign_id == "double")  # fmt: skip
    assert all(one.uses <= 1 for one in uses if one.campaign_id == "welcome" and one.member_id)


def test_a_budget_that_is_lowered_below_what_was_granted_ends_the_campaign(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 120}))
    demo.see(bought(1))
    demo.programme(PAID - timedelta(days=100), rules=[rule(times="2", limits={"budget": 20})])

    demo.see(bought(2), at=NOW + timedelta(minutes=1))

    assert granted(demo) == 50
    assert demo.balance() == (0, 150)


def test_a_budget_that_is_raised_goes_on(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 20}))
    demo.see(bought(1))
    demo.programme(PAID - timedelta(days=100), rules=[rule(times="2", limits={"budget": 60})])

    demo.see(bought(2), bought(3), at=NOW + timedelta(minutes=1))

    assert granted(demo) == 60


def test_an_order_says_which_offer_it_had_and_what_cut_it(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 30}))

    demo.see(bought(1))

    with demo.database.read() as tx:
        basis = tx.execute(select(transfer.c.basis)).scalar_one()
    assert basis["added"] == [[TITLE, "30/1", "budget"]]


@pytest.mark.broken_books
def test_a_campaign_whose_count_was_changed_is_found(demo: Book) -> None:
    under(demo, rule(times="2", limits={"budget": 1000}))
    demo.see(bought(1))
    demo.database.write(lambda tx: tx.execute(update(campaign).values(granted=20)))

    with demo.database.read() as tx:
        report = verify.run(tx, full=True)
    assert [(one.what, one.detail) for one in report.findings] == [
        ("campaign", "says 20 granted, awards were granted 50")
    ]
