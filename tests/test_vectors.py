"""What other programmes got wrong, case by case, through the whole engine: what each ends at here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.db import Database
from connector.keys import Keys
from connector.port import Account, Line, Order
from connector.vouchers import State
from tests.make import NOW, PAID, Book, book, order
from tests.purse import purse, using

ONE = {"earn": {"points": 1, "per": "1.00"}}


def goods(*amounts: int, id_: str = "1", **more: Any) -> Order:
    lines = (Line(str(n), str(n), 1, net, 0) for n, net in enumerate(amounts, start=1))
    return order(id_, lines=tuple(lines), **more)


def returned(seen: Order, *ids: str) -> Order:
    """These lines sent back and paid back whole; shipping is kept."""
    lines = (replace(one, refunded_net=one.net) if one.id in ids else one for one in seen.lines)
    return replace(seen, lines=tuple(lines))


def shop(database: Database, keys: Keys, **changes: Any) -> Book:
    return book(database, keys, **ONE | changes)


LATER, LAST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.mark.parametrize(("rounding", "points"), [("down", 9), ("half_up", 10)])
def test_two_articles_at_one_point_for_ten_euros_are_rounded_once(
    database: Database, keys: Keys, rounding: str, points: int
) -> None:
    one = shop(database, keys, earn={"points": 1, "per": "10.00", "rounding": rounding})
    one.see(goods(1990, 7990))

    assert one.balance() == (0, points)


def test_a_basket_of_three_brings_one_step_of_two_and_a_half(
    database: Database, keys: Keys
) -> None:
    one = shop(database, keys, earn={"points": 5, "per": "2.50", "steps": True})
    one.see(goods(300))

    assert one.balance() == (0, 5)


def test_what_was_rounded_down_is_taken_back_as_it_was_given(
    database: Database, keys: Keys
) -> None:
    one = shop(database, keys)
    seen = goods(4995)
    one.see(seen)
    assert one.balance() == (0, 49)

    one.see(returned(seen, "1"), at=LATER)
    assert one.balance() == (0, 0)


def test_shipping_that_was_offered_neither_earns_nor_costs_points(
    database: Database, keys: Keys
) -> None:
    """107 with 7 for shipping, which a code took off again: 100, not 93 and not 107."""
    one = shop(database, keys)
    one.see(goods(10_000, other=0, voucher_codes=("versand",)))

    assert one.balance() == (0, 100)


def test_another_currency_brings_no_multiple(database: Database, keys: Keys) -> None:
    one = shop(database, keys)
    one.see(goods(170_000, currency="ZAR", rate=Decimal(17)))

    assert one.balance() == (0, 100)


def test_a_return_takes_what_that_line_had_brought(database: Database, keys: Keys) -> None:
    """40.00: A with 10 more, B with 20 more, C; returning C takes C's 20 and not a share of 70."""
    title = {"de": "Mehr", "en": "More"}
    rules = [{"id": "a", "title": title, "extra": 10, "when": {"products": ["1"]}},
             {"id": "b", "title": title, "extra": 20, "priority": 1, "when": {"products": ["2"]}}]  # fmt: skip
    one = shop(database, keys, rules=rules)
    seen = goods(1000, 1000, 2000)
    one.see(seen)
    assert one.balance() == (0, 70)

    one.see(returned(seen, "3"), at=LATER)
    assert one.balance() == (0, 50)


def test_who_sends_everything_back_has_what_he_had_before(demo: Book) -> None:
    """500 points for 5.00 off two articles of 10.00; both come back, then the voucher: all as before."""
    mine = purse(demo)
    demo.programme(PAID - timedelta(days=30), **ONE)
    before = mine.available
    one = mine.ready()
    seen = replace(using(one), lines=goods(750, 750).lines)
    demo.see(seen)
    assert mine.now(one).state is State.USED
    assert demo.balance() == (before - 500, 15)

    demo.see(returned(seen, "1"), at=LATER)
    assert demo.balance() == (before - 500, 7)
    gone = replace(returned(seen, "1", "2"), cancelled_at=LAST)
    demo.see(gone, at=LAST)
    mine.back(one)

    assert mine.available == before
    assert demo.balance() == (before, 0)


def test_points_that_were_spent_before_the_refund_are_owed_and_never_billed(
    database: Database, keys: Keys
) -> None:
    one = shop(database, keys)
    seen = goods(5000)
    one.see(seen)
    one.pass_time(PAID + timedelta(days=60))
    one.spend(50)
    one.see(returned(seen, "1"), at=NOW + timedelta(days=70))
    assert (one.balance(), one.shortfall()) == ((0, 0), 50)

    one.see(goods(8000, id_="2"), at=NOW + timedelta(days=71))
    one.pass_time(NOW + timedelta(days=200))
    assert (one.balance(), one.shortfall()) == ((30, 0), 0)


def test_a_refund_takes_what_was_given_and_not_what_today_would_give(
    database: Database, keys: Keys
) -> None:
    one = shop(database, keys)
    seen = goods(5000)
    one.see(seen)
    one.programme(NOW, earn={"points": 2})
    one.see(returned(seen, "1"), at=LATER)

    assert one.balance() == (0, 0)
    assert one.member(Account("7")).pending == 0


def test_shipping_that_is_kept_keeps_no_points(database: Database, keys: Keys) -> None:
    one = shop(database, keys)
    seen = goods(5000, other=490)
    one.see(seen)
    one.see(returned(seen, "1"), at=LATER)

    assert one.balance() == (0, 0)
