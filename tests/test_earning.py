"""What an order deserves, by vectors: rounding, tax, refunds, exclusions, triggers, the hold, the limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.amounts import Terms
from connector.earning import Deserved, Standing, decide, deserved
from connector.port import Line, Order, Product
from connector.programme import (
    Earn,
    Exclusions,
    Hold,
    Life,
    Programme,
    Rounding,
    Start,
    TakingPart,
    Tax,
    Trigger,
    Worth,
)
from tests.make import NOW, PAID, line, order

ONE_TO_ONE = Earn(points=1, per=100)
PER_TEN = Earn(points=1, per=1000)
STANDING = Standing(
    zone="Europe/Berlin", currency="EUR", gross=True, live_since=PAID - timedelta(days=365),
    products={},
)  # fmt: skip


def programme(earn: Earn, start: Start = Start()) -> Programme:  # noqa: B008
    return Programme(
        n=1, valid_from=PAID, counts_from=PAID, name="Punkte", languages=("de",),
        taking_part=TakingPart.ACCOUNT, earn=earn, hold=Hold(), start=start, life=Life(),
        worth=Worth(),
    )  # fmt: skip


def terms(seen: Order, earn: Earn = ONE_TO_ONE, standing: Standing = STANDING) -> Terms:
    decided = decide(seen, programme(earn), standing)
    assert decided is not None
    return decided


def points(seen: Order, earn: Earn = ONE_TO_ONE, standing: Standing = STANDING) -> int:
    decided = decide(seen, programme(earn), standing)
    return 0 if decided is None else deserved(seen, decided).points


def goods(*amounts: int, **more: Any) -> Order:
    """One line per amount, without tax."""
    lines = tuple(line(net=net, tax=0, id_=str(n)) for n, net in enumerate(amounts, start=1))
    return order(lines=lines, **more)


@pytest.mark.parametrize(
    ("amounts", "earn", "expected"),
    [
        ((1990, 7990), PER_TEN, 9),
        ((1990, 7990), replace(PER_TEN, rounding=Rounding.HALF_UP), 10),
        ((1990, 7990), replace(PER_TEN, rounding=Rounding.UP), 10),
        ((4995,), ONE_TO_ONE, 49),
        ((500,), replace(PER_TEN, rounding=Rounding.HALF_UP), 1),
        ((499,), replace(PER_TEN, rounding=Rounding.HALF_UP), 0),
        ((1,), replace(PER_TEN, rounding=Rounding.UP), 1),
        ((10000,), replace(ONE_TO_ONE, points=0), 0),
        ((), ONE_TO_ONE, 0),
    ],
)
def test_points_are_rounded_once_per_order(
    amounts: tuple[int, ...], earn: Earn, expected: int
) -> None:
    assert points(goods(*amounts), earn) == expected


def test_shipping_earns_nothing() -> None:
    assert points(goods(10000, other=700)) == 100


def test_an_order_of_nothing_but_shipping_earns_nothing() -> None:
    assert points(goods(other=700)) == 0


@pytest.mark.parametrize(
    ("tax", "displayed_with_tax", "expected"),
    [
        (Tax.GROSS, False, 119),
        (Tax.NET, True, 100),
        (Tax.DISPLAYED, True, 119),
        (Tax.DISPLAYED, False, 100),
    ],
)
def test_the_price_that_counts_is_the_one_the_programme_names(
    tax: Tax, displayed_with_tax: bool, expected: int
) -> None:
    seen = order(lines=(line(net=10000, tax=1900),))

    assert (
        points(seen, replace(ONE_TO_ONE, tax=tax), replace(STANDING, gross=displayed_with_tax))
        == expected
    )


# ------------------------------------------------------------------ refunds


def after(seen: Order, **changes: Any) -> int:
    """What the order deserves after these changes, under the terms it had before."""
    frozen = terms(seen)
    return deserved(replace(seen, **changes), frozen).points


def returned(net: int, **more: Any) -> Line:
    return line(net=net, tax=0, refunded_net=net, refunded_tax=0, **more)


def test_a_returned_line_takes_exactly_its_share() -> None:
    seen = goods(1000, 1000, 2000)

    assert after(seen, lines=(*seen.lines[:2], returned(2000, id_="3"))) == 20


def test_a_full_refund_takes_what_was_given() -> None:
    assert after(goods(4995), lines=(returned(4995),)) == 0


@pytest.mark.parametrize(
    ("loose", "other", "expected"),
    [(5000, 0, 50), (1, 0, 99), (10000, 0, 0), (12000, 0, 0), (1000, 10000, 95)],
)
def test_a_refund_without_lines_takes_its_share_of_everything_paid(
    loose: int, other: int, expected: int
) -> None:
    assert after(goods(10000, other=other), refunded_loose=loose) == expected


def test_refunded_shipping_takes_no_points() -> None:
    assert after(goods(10000, other=700), refunded_other=700) == 100


def test_a_refund_larger_than_its_line_never_deserves_less_than_nothing() -> None:
    seen = goods(1000)

    assert after(seen, lines=(line(net=1000, tax=0, refunded_net=1500),)) == 0


def test_goods_that_cost_less_than_nothing_earn_nothing() -> None:
    assert points(goods(-500)) == 0


def test_the_rate_of_the_purchase_counts_for_the_refund() -> None:
    seen = goods(5000)
    frozen = terms(seen)
    later = replace(programme(ONE_TO_ONE), earn=replace(ONE_TO_ONE, points=2))

    assert deserved(replace(seen, lines=(returned(5000),)), frozen).points == 0
    assert decide(seen, later, STANDING) != frozen
    assert deserved(seen, frozen).points == 50


# ------------------------------------------------------------------ exclusions


CARD = Product("10", "Gutschein", gift_card=True)
COFFEE = Product("10", "Kaffee", categories=("1", "9"), tags=("sale",))


@pytest.mark.parametrize(
    ("product", "exclude", "why"),
    [
        (CARD, Exclusions(), "gift_card"),
        (CARD, Exclusions(gift_cards=False), ""),
        (COFFEE, Exclusions(products=("10",)), "product"),
        (None, Exclusions(products=("10",)), "product"),
        (COFFEE, Exclusions(categories=("9",)), "category"),
        (COFFEE, Exclusions(tags=("sale",)), "tag"),
        (COFFEE, Exclusions(tags=("new",), categories=("2",), products=("11",)), ""),
        (None, Exclusions(tags=("sale",), categories=("9",)), ""),
    ],
)
def test_what_is_excluded_earns_nothing_and_says_why(
    product: Product | None, exclude: Exclusions, why: str
) -> None:
    seen = order(lines=(line(net=1000, tax=0), line(net=500, tax=0, id_="2", product="99")))
    known = replace(STANDING, products={"10": product} if product else {})
    frozen = terms(seen, replace(ONE_TO_ONE, exclude=exclude), known)

    assert frozen["lines"]["1"].get("excluded", "") == why
    assert deserved(seen, frozen).points == (5 if why else 15)


# ------------------------------------------------------------------ when


@pytest.mark.parametrize("trigger", list(Trigger))
def test_an_order_deserves_something_from_its_trigger_on(trigger: Trigger) -> None:
    facts = {"paid_at": PAID, "shipped_at": PAID, "delivered_at": PAID}
    earn = replace(ONE_TO_ONE, trigger=trigger)
    name = f"{trigger.value}_at"

    assert points(goods(1000, **(facts | {name: None})), earn) == 0
    assert points(goods(1000, **({"paid_at": None} | {name: PAID})), earn) == 10


@pytest.mark.parametrize("fact", ["cancelled_at", "withdrawn_at"])
def test_what_was_taken_back_deserves_nothing(fact: str) -> None:
    assert after(goods(1000), **{fact: NOW}) == 0


def test_a_trial_order_deserves_nothing() -> None:
    assert points(goods(1000, test=True)) == 0


@pytest.mark.parametrize(
    ("facts", "release"),
    [
        ({}, datetime(2026, 12, 1, 23, tzinfo=UTC)),
        ({"shipped_at": datetime(2026, 11, 3, 8, tzinfo=UTC)},
         datetime(2026, 11, 24, 23, tzinfo=UTC)),
        ({"shipped_at": datetime(2026, 11, 3, 8, tzinfo=UTC),
          "delivered_at": datetime(2026, 11, 5, 23, 30, tzinfo=UTC)},
         datetime(2026, 11, 27, 23, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_hold_counts_from_the_best_fact_to_the_end_of_the_day_there(
    facts: dict[str, datetime], release: datetime
) -> None:
    """The last one: 23:30 UTC is already the next day in Berlin."""
    seen = goods(1000, **facts)

    assert deserved(seen, terms(seen)).release_at == release


# ------------------------------------------------------------------ the start


@pytest.mark.parametrize(("used", "expected"), [(0, 500), (480, 20), (500, 0), (600, 0)])
def test_orders_from_before_the_start_share_a_limit(used: int, expected: int) -> None:
    limited = programme(ONE_TO_ONE, Start(12, 500))
    before = replace(STANDING, live_since=NOW, start_used=used)
    decided = decide(goods(80000), limited, before)

    assert decided is not None
    assert deserved(goods(80000), decided).points == expected


def test_an_order_from_after_the_start_has_no_limit() -> None:
    decided = decide(goods(80000), programme(ONE_TO_ONE, Start(12, 500)), STANDING)

    assert decided is not None
    assert decided["limit"] is None


def test_the_basis_remembers_what_the_sentence_needs() -> None:
    seen = goods(1990, 7990)
    want: Deserved = deserved(seen, terms(seen, PER_TEN))

    assert want.basis["exact"] == "499/50"
    assert want.basis["rate"] == [1, 1000]
    assert want.basis["base"] == 9980
    assert want.basis["release_on"] == "2026-12-02"
