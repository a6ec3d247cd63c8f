"""Codes in a simulated shop: made once, good once, freed, taken back, cleaned up, and never somebody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.shopware import vouchers
from adapters.shopware.promotions import NAME
from adapters.shopware.shop import Shopware
from connector.errors import CannotBind, Refused, TryLater
from connector.values import Money
from tests.adapters.shopware.simulated import Shop
from tests.adapters.woocommerce.simulated import Kept
from tests.adapters.world import address, voucher

FIVE = Money(500, "EUR")


@pytest.fixture
def platform(shop: Shop) -> Shopware:
    return shop.open()


def code_of(shop: Shop, code: str) -> Any:
    """The individual code as the shop keeps it; None: there is none."""
    asked = {"filter": [{"type": "equals", "field": "code", "value": code}]}
    found = shop.api("POST", "/search/promotion-individual-code", asked)["data"]
    return found[0] if found else None


def promotions(shop: Shop) -> list[Any]:
    asked = {"filter": [{"type": "contains", "field": "name", "value": f"({NAME} "}], "limit": 500}
    return list(shop.api("POST", "/search/promotion", asked)["data"])


def promotion_of(shop: Shop, code: str) -> Any:
    asked = {"ids": [code_of(shop, code)["promotionId"]], "associations": {"discounts": {}}}
    return shop.api("POST", "/search/promotion", asked)["data"][0]


def buys(shop: Shop, customer: str, code: str, gross: str = "50.00") -> Any:
    line = {"product_id": shop.product("Tasse"), "quantity": 1, "gross": gross}
    body = {"customer_id": customer, "line_items": [line], "shipping": "4.99", "codes": [code]}
    return shop.control("POST", "/orders", body)


@pytest.mark.parametrize(
    ("wanted", "off", "shipping"),
    [
        ({"amount": FIVE}, 500, 499),
        ({"percent": 10}, 500, 499),
        ({"percent": 10, "cap": Money(300, "EUR")}, 300, 499),
        ({"free_shipping": True}, 0, 0),
        ({"amount": FIVE, "minimum": Money(2_500, "EUR")}, 500, 499),
    ],
    ids=str,
)
def test_a_code_takes_off_what_it_is_worth(
    shop: Shop, platform: Shopware, wanted: Any, off: int, shipping: int
) -> None:
    one = voucher(**wanted)
    platform.ensure_voucher(one)

    placed = buys(shop, shop.customer(address()), one.code)
    order = platform.order(placed["id"])
    assert not placed["refused"]
    assert (order.lines[0].discount, order.other) == (off, shipping)
    assert order.voucher_codes == (one.code,)


def test_a_small_basket_gets_nothing(shop: Shop, platform: Shopware) -> None:
    one = voucher(amount=FIVE, minimum=Money(10_000, "EUR"))
    platform.ensure_voucher(one)

    assert buys(shop, shop.customer(address()), one.code)["refused"]


def test_a_code_is_good_once(shop: Shop, platform: Shopware) -> None:
    mia, one = shop.customer(address()), voucher(amount=FIVE)
    platform.ensure_voucher(one)

    assert not buys(shop, mia, one.code)["refused"]
    assert buys(shop, mia, one.code)["refused"]


def test_a_code_that_was_used_stays_used_however_often_it_is_made(
    shop: Shop, platform: Shopware
) -> None:
    mia, one = shop.customer(address()), voucher(amount=FIVE)
    platform.ensure_voucher(one)
    buys(shop, mia, one.code)

    platform.ensure_voucher(one)
    assert buys(shop, mia, one.code)["refused"]


@pytest.mark.parametrize("how", ["cancel", "delete"])
def test_a_code_whose_order_is_over_is_good_again(shop: Shop, platform: Shopware, how: str) -> None:
    mia, one = shop.customer(address()), voucher(amount=FIVE)
    platform.ensure_voucher(one)
    order = buys(shop, mia, one.code)["id"]
    shop.act(order, how)
    assert buys(shop, mia, one.code)["refused"]  # the shop does not free it by itself

    platform.ensure_voucher(one)
    assert not buys(shop, mia, one.code)["refused"]


def test_a_bound_code_is_for_its_owner_alone(shop: Shop, platform: Shopware) -> None:
    email = address()
    mia, tom = shop.customer(email), shop.customer(address())
    one = voucher(amount=FIVE, email=email)
    platform.ensure_voucher(one)

    assert buys(shop, tom, one.code)["refused"]
    assert not buys(shop, mia, one.code)["refused"]


def test_a_code_cannot_be_bound_to_an_address_without_an_account(
    shop: Shop, platform: Shopware
) -> None:
    guest = address()
    shop.order(email=guest)

    with pytest.raises(CannotBind):
        platform.ensure_voucher(voucher(amount=FIVE, email=guest))


def test_a_code_made_for_a_guest_belongs_to_the_account_that_he_opened_since(
    shop: Shop, platform: Shopware
) -> None:
    """His order is cancelled and the code is good again, now bound to him: it is still our code."""
    email = address()
    one = voucher(amount=FIVE, email=email)
    platform.ensure_voucher(replace(one, email=""))
    order = shop.order(email=email, codes=[one.code])
    shop.act(order, "cancel")

    mia = shop.customer(email)
    platform.ensure_voucher(one)
    assert buys(shop, shop.customer(address()), one.code)["refused"]
    assert not buys(shop, mia, one.code)["refused"]


def test_codes_of_one_worth_hang_in_one_promotion(shop: Shop, platform: Shopware) -> None:
    first, second = voucher(amount=FIVE), voucher(amount=FIVE)
    platform.ensure_voucher(first)
    before = len(promotions(shop))
    platform.ensure_voucher(second)

    assert len(promotions(shop)) == before
    assert code_of(shop, first.code)["promotionId"] == code_of(shop, second.code)["promotionId"]


def test_a_promotion_that_somebody_changed_is_put_right(shop: Shop, platform: Shopware) -> None:
    one = voucher(amount=FIVE)
    platform.ensure_voucher(one)
    id_ = promotion_of(shop, one.code)["id"]
    shop.api("PATCH", f"/promotion/{id_}", {"active": False, "validUntil": None})

    platform.ensure_voucher(one)
    found = promotion_of(shop, one.code)
    assert found["active"] is True
    assert found["validUntil"] == "2027-01-31T22:59:59.000+00:00"


def test_a_code_that_another_promotion_has_is_refused_and_left_alone(
    shop: Shop, platform: Shopware
) -> None:
    one = voucher(amount=FIVE)
    other = {"id": "a" * 32, "name": "Sommer", "active": True, "useCodes": True,
             "useIndividualCodes": True, "individualCodes": [{"code": one.code}]}  # fmt: skip
    shop.api("POST", "/promotion", other)

    with pytest.raises(Refused, match=one.code):
        platform.ensure_voucher(one)

    assert code_of(shop, one.code)["promotionId"] == other["id"]
    shop.api("DELETE", f"/promotion/{other['id']}")


def test_a_race_for_a_code_that_we_lost_to_ourselves_is_won(
    shop: Shop, platform: Shopware, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker of ours made it between our look and our writing."""
    one, found = voucher(amount=FIVE), vouchers._found
    looks: list[str] = []

    def late(client: Any, code: str) -> Any:
        looks.append(code)
        if len(looks) == 1:
            shop.open().ensure_voucher(one)
            looks.append("made")
            return None
        return found(client, code)

    monkeypatch.setattr(vouchers, "_found", late)
    platform.ensure_voucher(one)
    assert code_of(shop, one.code)


def test_a_code_that_is_taken_and_not_shown_is_tried_again(shop: Shop, platform: Shopware) -> None:
    shop.habits(duplicate_code={"times": 1})
    one = voucher(amount=FIVE)

    with pytest.raises(TryLater):
        platform.ensure_voucher(one)
    platform.ensure_voucher(one)
    assert code_of(shop, one.code)


def test_a_used_code_can_be_taken_away_and_its_order_stays_as_it_is(
    shop: Shop, platform: Shopware
) -> None:
    one = voucher(amount=FIVE)
    platform.ensure_voucher(one)
    order = buys(shop, shop.customer(address()), one.code)["id"]

    platform.revoke_voucher(one.code)
    assert code_of(shop, one.code) is None
    assert platform.order(order).lines[0].discount == 500


def test_promotions_that_ended_long_ago_go_and_others_stay(own_shop: Shop) -> None:
    now = datetime(2027, 3, 15, 12, tzinfo=UTC)
    old, young = (
        voucher(amount=FIVE, expires_on=day) for day in (date(2027, 1, 31), date(2027, 3, 1))
    )
    foreign = {
        "id": "b" * 32,
        "name": "Sommer",
        "active": True,
        "validUntil": "2020-01-01T00:00:00.000+00:00",
    }
    own_shop.api("POST", "/promotion", foreign)
    platform = own_shop.open(now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    for one in (old, young):
        platform.ensure_voucher(one)

    own_shop.open(now=now).ensure_voucher(voucher(amount=FIVE, expires_on=date(2027, 5, 31)))
    assert code_of(own_shop, old.code) is None
    assert code_of(own_shop, young.code)
    assert own_shop.api("GET", f"/promotion/{foreign['id']}")


def test_cleaning_up_is_done_once_a_day_and_no_more(own_shop: Shop) -> None:
    asked: list[str] = []

    class OncePerDay(Kept):
        def lease(self, name: str, seconds: int) -> bool:
            asked.append(f"{name} {seconds}")
            return len(asked) == 1

    settings = OncePerDay(own_shop.settings().value)
    platform = Shopware(settings)
    for _ in range(3):
        platform.ensure_voucher(voucher(amount=FIVE))

    assert asked == ["clean up 86400"] * 3


def test_a_shop_without_a_storefront_says_so(shop: Shop) -> None:
    with pytest.raises(Refused, match="sales channel"):
        shop.open(channels=["Amazon"]).ensure_voucher(voucher(amount=FIVE))


def test_a_reward_in_another_currency_is_refused(platform: Shopware) -> None:
    with pytest.raises(Refused, match="EUR"):
        platform.ensure_voucher(voucher(amount=Money(500, "USD")))


def test_a_code_in_another_currency_is_worth_as_much(shop: Shop, platform: Shopware) -> None:
    one = voucher(amount=FIVE)
    platform.ensure_voucher(one)
    line = {"product_id": shop.product("Tasse"), "quantity": 1, "gross": "50.00"}
    placed = shop.control(
        "POST", "/orders",
        {"email": address(), "currency": "USD", "line_items": [line], "codes": [one.code]},
    )  # fmt: skip

    order = platform.order(placed["id"])
    assert order.rate is not None
    assert abs(order.lines[0].discount - 500 * order.rate) <= 1


def test_expired_codes_do_not_work(own_shop: Shop) -> None:
    today = datetime.now(UTC).date()
    one = voucher(amount=FIVE, expires_on=today)
    own_shop.open().ensure_voucher(one)
    own_shop.control("PUT", "/clock", {"advance_seconds": timedelta(days=2).total_seconds()})

    assert buys(own_shop, own_shop.customer(address()), one.code)["refused"]
