"""What rules make of an order, by vectors: rates, multipliers, extras, limits, refunds, currencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from connector import amounts, rules
from connector.amounts import Terms
from connector.earning import decide, deserved, foreseen, grants, with_lines
from connector.port import Line, Order, Product
from connector.programme import Earn, Programme
from connector.rules import Extra, Left, Limits, Rate, Rule, Times, When
from tests.make import PAID, line, order
from tests.test_earning import ONE_TO_ONE, STANDING, goods, programme

TITLE = {"de": "Aktion", "en": "Offer"}
DOUBLE = Times(Fraction(2))
WINE = Product("wine", "Wine", categories=("drinks",), tags=("red",))
PRODUCTS = {"wine": WINE, "cheese": Product("cheese", "Cheese")}


def rule(gives: Rate | Times | Extra, id_: str = "one", **more: Any) -> Rule:
    return Rule(id=id_, title=TITLE, gives=gives, **more)


def ruled(*those: Rule, earn: Earn = ONE_TO_ONE) -> Programme:
    return replace(programme(earn), rules=those)


def terms(seen: Order, under: Programme, **standing: Any) -> Terms:
    decided = decide(seen, under, replace(STANDING, products=PRODUCTS, **standing))
    assert decided is not None
    return decided


def points(seen: Order, under: Programme, **standing: Any) -> int:
    decided = decide(seen, under, replace(STANDING, products=PRODUCTS, **standing))
    return 0 if decided is None else deserved(seen, decided).points


def basket(*products: tuple[str, int], **more: Any) -> Order:
    lines = (line(net=net, tax=0, id_=str(n), product=name)
             for n, (name, net) in enumerate(products, start=1))  # fmt: skip
    return order(lines=tuple(lines), **more)


def given_back(seen: Order, id_: str, amount: int | None = None) -> Order:
    lines = tuple(
        replace(one, refunded_net=one.net if amount is None else amount) if one.id == id_ else one
        for one in seen.lines
    )
    return replace(seen, lines=lines)


# ------------------------------------------------------------------ rates and steps


@pytest.mark.parametrize(("amount", "expected"), [(300, 5), (250, 5), (249, 0), (500, 10)])
def test_with_steps_only_a_full_step_counts(amount: int, expected: int) -> None:
    earn = Earn(points=5, per=250, steps=True)

    assert points(goods(amount), ruled(earn=earn)) == expected


def test_steps_are_of_the_whole_order_and_not_of_each_line() -> None:
    earn = Earn(points=1, per=1000, steps=True)

    assert points(goods(1990, 7990), ruled(earn=earn)) == 9


@pytest.mark.parametrize(("shipping", "expected"), [(False, 100), (True, 107)])
def test_shipping_earns_only_where_the_programme_says_so(shipping: bool, expected: int) -> None:
    seen = goods(10_000, other=700)

    assert points(seen, ruled(earn=replace(ONE_TO_ONE, shipping=shipping))) == expected


def test_shipping_that_was_offered_earns_nothing() -> None:
    assert points(goods(10_000), ruled(earn=replace(ONE_TO_ONE, shipping=True))) == 100


def test_shipping_that_is_given_back_earns_no_longer() -> None:
    seen = goods(10_000, other=700, refunded_other=700)

    assert points(seen, ruled(earn=replace(ONE_TO_ONE, shipping=True))) == 100


def test_a_rate_of_a_category_replaces_the_programmes() -> None:
    wines = rule(Rate(3, 100), when=When(categories=("drinks",)))

    assert points(basket(("wine", 1000), ("cheese", 1000)), ruled(wines)) == 30 + 10


def test_the_rate_of_the_highest_priority_counts() -> None:
    low = rule(Rate(3, 100), "low", when=When(categories=("drinks",)))
    high = rule(Rate(2, 100), "high", priority=5, when=When(tags=("red",)))

    assert points(basket(("wine", 1000)), ruled(low, high)) == 20


def test_a_rate_of_nothing_takes_goods_out() -> None:
    sale = rule(Rate(0, 100), when=When(products=("wine",)))

    assert points(basket(("wine", 1000), ("cheese", 500)), ruled(sale)) == 5


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(channels=("app",)), 20),
        (When(channels=("till",)), 10),
        (When(groups=("gold",)), 20),
        (When(groups=("silver",)), 10),
        (When(countries=("AT",)), 20),
        (When(countries=("CH", "DE")), 10),
        (When(weekdays=(PAID.weekday(),)), 20),
        (When(weekdays=((PAID.weekday() + 1) % 7,)), 10),
    ],
)
def test_a_rule_asks_for_channel_group_country_and_day(when: When, expected: int) -> None:
    seen = goods(1000, channel="app", group="gold", country="AT")

    assert points(seen, ruled(rule(DOUBLE, when=when))) == expected


def test_the_group_is_the_customers_where_the_order_names_none() -> None:
    under = ruled(rule(DOUBLE, when=When(groups=("gold",))))

    assert points(goods(1000), under, group="gold") == 20


@pytest.mark.parametrize(
    ("placed", "expected"),
    [("2026-11-26T22:59", 10), ("2026-11-26T23:00", 20), ("2026-11-29T22:59", 20),
     ("2026-11-29T23:00", 10)],
)  # fmt: skip
def test_a_campaign_begins_and_ends_at_the_merchants_midnight(placed: str, expected: int) -> None:
    """23:00 UTC is midnight in Berlin in winter."""
    days = [datetime.fromisoformat(day) for day in ("2026-11-27", "2026-11-30")]
    when = When(starts=days[0], ends=days[1])
    at = datetime.fromisoformat(placed + "+00:00")

    assert points(goods(1000, placed_at=at, paid_at=at), ruled(rule(DOUBLE, when=when))) == expected


# ------------------------------------------------------------------ what adds up


def test_multipliers_that_combine_add_up_and_their_order_never_matters() -> None:
    two = rule(DOUBLE, "two", combines=True)
    three = rule(Times(Fraction(3)), "three", combines=True)

    assert points(goods(1000), ruled(two, three)) == 40
    assert points(goods(1000), ruled(three, two)) == 40


def test_of_those_that_do_not_combine_the_highest_priority_counts() -> None:
    two = rule(DOUBLE, "two", priority=1)
    three = rule(Times(Fraction(3)), "three")

    assert points(goods(1000), ruled(three, two)) == 20


def test_one_that_combines_adds_to_the_one_that_does_not() -> None:
    two = rule(DOUBLE, "two")
    half = rule(Times(Fraction(3, 2)), "half", combines=True)

    assert points(goods(1000), ruled(two, half)) == 25


def test_a_factor_below_one_takes_points_off() -> None:
    assert points(goods(1000), ruled(rule(Times(Fraction(1, 2))))) == 5


def test_points_are_rounded_once_with_everything_that_rules_added() -> None:
    under = ruled(rule(Times(Fraction(3, 2))), earn=Earn(points=1, per=1000))

    assert points(goods(1990, 7990), under) == 14  # 9.98 and a half of it are 14.97


def extras() -> Programme:
    """40.00: A 10.00 with 10 more, B 10.00 with 20 more, C 20.00."""
    a = rule(Extra(10), "a", when=When(products=("a",)))
    b = rule(Extra(20), "b", priority=1, when=When(products=("b",)))
    return ruled(a, b)


def test_a_return_takes_the_share_of_its_own_line() -> None:
    seen = basket(("a", 1000), ("b", 1000), ("c", 2000))
    frozen = terms(seen, extras())
    assert deserved(seen, frozen).points == 70

    assert deserved(given_back(seen, "3"), frozen).points == 50
    assert deserved(given_back(seen, "2"), frozen).points == 40


def test_each_piece_brings_its_extra_and_takes_it_back() -> None:
    seen = order(lines=(Line("1", "a", 3, 3000, 0),))
    frozen = terms(seen, extras())
    assert deserved(seen, frozen).points == 30 + 30

    assert deserved(given_back(seen, "1", 1000), frozen).points == 20 + 20


def test_an_extra_for_the_order_stays_until_everything_is_given_back() -> None:
    seen = goods(1000, 1000)
    frozen = terms(seen, ruled(rule(Extra(100))))
    assert deserved(seen, frozen).points == 120

    assert deserved(given_back(seen, "1"), frozen).points == 110
    assert deserved(given_back(given_back(seen, "1"), "2"), frozen).points == 0


def test_an_extra_with_a_minimum_falls_with_a_refund_below_it() -> None:
    seen = goods(3000, 2500)
    frozen = terms(seen, ruled(rule(Extra(100), when=When(minimum=5000))))
    assert deserved(seen, frozen).points == 155

    assert deserved(given_back(seen, "2"), frozen).points == 30


def test_a_loose_refund_takes_its_share_of_extras_of_lines_too() -> None:
    seen = basket(("a", 1000))
    frozen = terms(seen, extras())

    assert deserved(replace(seen, refunded_loose=500), frozen).points == 5 + 5


def test_a_refund_follows_the_recorded_rule_and_never_todays() -> None:
    seen = goods(5000)
    frozen = terms(seen, ruled(rule(DOUBLE)))
    assert deserved(seen, frozen).points == 100

    assert deserved(given_back(seen, "1"), frozen).points == 0
    assert deserved(given_back(seen, "1", 2500), frozen).points == 50


def test_a_line_that_is_added_later_falls_under_the_rules_of_then() -> None:
    under = ruled(rule(DOUBLE, when=When(categories=("drinks",))))
    frozen = terms(basket(("wine", 1000)), under)
    more = basket(("wine", 1000), ("wine", 1000), ("cheese", 1000))

    assert deserved(more, with_lines(frozen, more, under, PRODUCTS)).points == 50


def test_what_is_excluded_earns_nothing_under_any_rule() -> None:
    earn = replace(ONE_TO_ONE, exclude=replace(ONE_TO_ONE.exclude, products=("wine",)))
    under = ruled(rule(Extra(50), when=When(categories=("drinks",))), earn=earn)

    assert points(basket(("wine", 1000)), under) == 0


@pytest.mark.parametrize("where", [{"channels": ("app",)}, {"groups": ("gold",)}])
def test_a_channel_or_a_group_can_be_left_out(where: dict[str, Any]) -> None:
    earn = replace(ONE_TO_ONE, exclude=replace(ONE_TO_ONE.exclude, **where))

    assert points(goods(1000, channel="app", group="gold"), ruled(earn=earn)) == 0
    assert points(goods(1000, channel="web", group=""), ruled(earn=earn)) == 10


# ------------------------------------------------------------------ who buys


def test_a_first_order_brings_its_extra_and_the_second_does_not() -> None:
    under = ruled(rule(Extra(100), when=When(first_order=True), limits=Limits(uses_per_member=1)))
    seen, open_ = goods(1000), {"one": Left()}

    assert points(seen, under, left=open_) == 110
    assert points(seen, under, left=open_, last_order=PAID - timedelta(days=3)) == 10
    assert points(seen, under, left={"one": Left(0, "uses_per_member")}) == 10


@pytest.mark.parametrize(("days", "expected"), [(179, 10), (180, 110), (400, 110)])
def test_a_welcome_back_waits_for_its_days(days: int, expected: int) -> None:
    under = ruled(rule(Extra(100), when=When(away_days=180)))

    assert points(goods(1000), under, last_order=PAID - timedelta(days=days)) == expected


def test_a_welcome_back_is_not_for_a_first_order() -> None:
    assert points(goods(1000), ruled(rule(Extra(100), when=When(away_days=180)))) == 10


@pytest.mark.parametrize(
    "those",
    [rule(Extra(100), when=When(first_order=True)), rule(DOUBLE, limits=Limits(budget=1000)),
     rule(Extra(100), when=When(away_days=10))],
)  # fmt: skip
def test_orders_from_before_the_start_take_part_in_no_campaign(those: Rule) -> None:
    live = PAID + timedelta(days=1)

    assert points(goods(1000), ruled(those), live_since=live, left={"one": Left()}) == 10


# ------------------------------------------------------------------ limits


def test_a_limited_rule_grants_what_is_left_and_says_what_cut_it() -> None:
    under = ruled(rule(DOUBLE, limits=Limits(budget=1000)))
    frozen = terms(goods(5000), under, left={"one": Left(30, "budget")})

    assert deserved(goods(5000), frozen).points == 80
    assert grants(frozen) == {"one": 30}
    assert frozen["rules"]["one"]["short"] == "budget"


def test_a_limited_rule_grants_no_more_when_the_order_grows() -> None:
    under = ruled(rule(DOUBLE, limits=Limits(budget=1000)))
    frozen = terms(goods(1000), under, left={"one": Left(500, "budget")})
    grown = goods(1000, 9000)

    assert deserved(grown, with_lines(frozen, grown, under, PRODUCTS)).points == 100 + 10


def test_what_nobody_asked_the_books_about_grants_nothing() -> None:
    assert points(goods(1000), ruled(rule(DOUBLE, limits=Limits(budget=1000)))) == 10


def test_an_order_that_deserves_nothing_takes_nothing_from_a_budget() -> None:
    under = ruled(rule(Extra(100), limits=Limits(budget=1000)))

    unpaid = decide(goods(1000, paid_at=None), under, replace(STANDING, left={"one": Left()}))

    assert unpaid is None


@pytest.mark.parametrize(
    ("limits", "tally", "expected"),
    [
        (Limits(), rules.Tally(granted=9), Left()),
        (Limits(budget=10), rules.Tally(granted=9), Left(1, "budget")),
        (Limits(budget=10), rules.Tally(granted=12), Left(0, "budget")),
        (Limits(budget=10, per_day=5), rules.Tally(granted=1, day=4), Left(1, "per_day")),
        (Limits(per_week=7), rules.Tally(week=7), Left(0, "per_week")),
        (Limits(per_member=7), rules.Tally(member=2), Left(5, "per_member")),
        (Limits(uses_per_member=1), rules.Tally(), Left()),
        (Limits(uses_per_member=1, budget=9), rules.Tally(uses=1), Left(0, "uses_per_member")),
    ],
)
def test_the_tightest_limit_counts(limits: Limits, tally: rules.Tally, expected: Left) -> None:
    assert rules.left(limits, tally) == expected


# ------------------------------------------------------------------ currencies


@pytest.mark.parametrize(
    ("currency", "amount", "rate", "expected"),
    [("ZAR", 170_000, "17", 100), ("JPY", 16_000, "160", 100), ("KWD", 33_500, "0.335", 100),
     ("USD", 10_799, "1.08", 99)],
)  # fmt: skip
def test_a_basket_in_another_currency_earns_by_the_rate_of_the_order(
    currency: str, amount: int, rate: str, expected: int
) -> None:
    seen = goods(amount, currency=currency, rate=Decimal(rate))

    assert points(seen, ruled()) == expected


@pytest.mark.parametrize(("rate", "expected"), [("17", 100), (None, 0), ("0", 0), ("-17", 0)])
def test_without_a_rate_that_can_be_used_nothing_is_foreseen(
    rate: str | None, expected: int
) -> None:
    seen = goods(170_000, currency="ZAR", rate=None if rate is None else Decimal(rate))

    assert foreseen(seen, ruled(), STANDING) == (expected, 0)


def test_nothing_is_foreseen_for_an_order_of_which_an_unknown_amount_was_given_back() -> None:
    assert foreseen(goods(10_000), ruled(), STANDING) == (100, 0)
    assert foreseen(goods(10_000, refunded_loose=None), ruled(), STANDING) == (0, 0)


def test_a_minimum_is_in_the_programmes_currency() -> None:
    seen = goods(170_000, currency="ZAR", rate=Decimal(17))

    assert points(seen, ruled(rule(Extra(7), when=When(minimum=10_000)))) == 107
    assert points(seen, ruled(rule(Extra(7), when=When(minimum=10_001)))) == 100


def test_rules_change_nothing_for_an_order_that_none_of_them_means() -> None:
    """The short way and the long way of reckoning agree."""
    seen = goods(1990, 7990, 333, refunded_loose=217, other=490)
    far = rule(DOUBLE, when=When(countries=("NZ",)))
    plain, ruled_ = terms(seen, ruled()), terms(seen, ruled(far))

    assert plain == ruled_
    assert amounts.worth(seen, plain).exact == amounts.worth(seen, plain | {"rules": {}}).exact
