"""A voucher becomes a promotion, a rule and a code, and the same voucher always the same ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from adapters.shopware import promotions
from adapters.shopware.fields import as_id
from adapters.shopware.promotions import Plan, made_of, plan
from connector.errors import Refused
from connector.port import Voucher
from connector.values import Money

FIVE = Money(500, "EUR")
CHANNEL, MIA, TOM = "a" * 32, "b" * 32, "c" * 32


def planned(
    code: str = "SK-1", owners: Any = (), channels: Any = (CHANNEL,), **wanted: Any
) -> Plan:
    plain: dict[str, Any] = {"expires_on": date(2026, 12, 31)}
    plain |= (
        wanted if "percent" in wanted or "free_shipping" in wanted else {"amount": FIVE} | wanted
    )
    return plan(Voucher(code=code, **plain), "EUR", "Europe/Berlin", channels, owners)


def discount(one: Plan) -> Any:
    (found,) = one.promotion["discounts"]
    return found


def test_codes_of_one_worth_and_last_day_share_a_promotion() -> None:
    first, second = planned("SK-1"), planned("SK-2")

    assert first.promotion == second.promotion
    assert first.code["promotionId"] == first.promotion["id"]
    assert first.code["id"] != second.code["id"]


@pytest.mark.parametrize(
    "other",
    [
        {"amount": Money(600, "EUR")},
        {"expires_on": date(2027, 1, 31)},
        {"percent": 5},
        {"percent": 5, "cap": FIVE},
        {"free_shipping": True},
        {"minimum": FIVE},
        {"combinable": True},
        {"owners": [MIA]},
        {"owners": [TOM]},
    ],
    ids=str,
)
def test_another_worth_day_or_owner_is_another_promotion(other: Any) -> None:
    assert planned(**other).promotion["id"] != planned().promotion["id"]


def test_the_order_in_which_owners_are_found_changes_nothing() -> None:
    assert planned(owners=[MIA, TOM]).promotion["id"] == planned(owners=[TOM, MIA]).promotion["id"]


def test_a_new_sales_channel_joins_the_same_promotion() -> None:
    alone, both = planned(), planned(channels=(CHANNEL, TOM))

    assert alone.promotion["id"] == both.promotion["id"]
    assert both.promotion["salesChannels"][0] == alone.promotion["salesChannels"][0]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 12, 31), "2026-12-31T22:59:59.000+00:00"),
        (date(2026, 7, 31), "2026-07-31T21:59:59.000+00:00"),
    ],
)
def test_the_last_day_is_good_to_its_end_where_the_shop_is(day: date, end: str) -> None:
    assert planned(expires_on=day).promotion["validUntil"] == end


@pytest.mark.parametrize(
    ("wanted", "scope", "kind", "value", "cap"),
    [
        ({"amount": Money(1999, "EUR")}, "cart", "absolute", 19.99, None),
        ({"percent": 10}, "cart", "percentage", 10.0, None),
        ({"percent": 10, "cap": FIVE}, "cart", "percentage", 10.0, 5.0),
        ({"free_shipping": True}, "delivery", "percentage", 100.0, None),
    ],
)
def test_what_a_voucher_is_worth(
    wanted: Any, scope: str, kind: str, value: float, cap: float | None
) -> None:
    found = discount(planned(**wanted))

    assert (found["scope"], found["type"], found["value"], found["maxValue"]) == (
        scope, kind, value, cap,
    )  # fmt: skip


def test_a_smallest_basket_is_a_rule_that_promotions_share() -> None:
    (first,), (second,) = planned(minimum=FIVE).rules, planned(minimum=FIVE, percent=3).rules

    assert first == second
    assert planned(minimum=FIVE).promotion["cartRules"] == [{"id": first["id"]}]
    assert "5.00 EUR" in first["name"]


def test_a_bound_voucher_is_for_its_owners_alone() -> None:
    bound, free = planned(owners=[MIA]).promotion, planned().promotion

    assert (bound["customerRestriction"], bound["personaCustomers"]) == (True, [{"id": MIA}])
    assert (free["customerRestriction"], free["personaCustomers"]) == (False, [])


@pytest.mark.parametrize("combinable", [True, False])
def test_whether_it_goes_with_others(combinable: bool) -> None:
    assert planned(combinable=combinable).promotion["preventCombination"] is not combinable


@pytest.mark.parametrize(
    "wanted",
    [
        {"amount": Money(500, "USD")},
        {"minimum": Money(500, "CHF")},
        {"percent": 100, "product": MIA},
        {"amount": None},
    ],
    ids=str,
)
def test_what_the_shop_cannot_do_is_refused_with_a_sentence(wanted: Any) -> None:
    with pytest.raises(Refused, match=r"\.$"):
        planned(**wanted)


def test_every_id_is_one_that_shopware_could_have_made() -> None:
    assert as_id(made_of("promotion", 5, None, date(2026, 12, 31)))
    assert made_of("a", "bc") != made_of("ab", "c")


def test_our_promotions_are_known_by_their_name() -> None:
    name = planned(description="5 € Gutschein").promotion["name"]

    assert name.startswith("5 € Gutschein")
    assert f"({promotions.NAME} " in name
