"""Vouchers are what was asked for or do not exist; webhooks are one per topic and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import responses

from adapters.woocommerce import deliveries, vouchers, webhooks
from connector.errors import Refused, TryLater
from connector.port import Voucher
from connector.values import Money
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Shop
from tests.adapters.woocommerce.test_client import SHOP, client

API = f"{SHOP}/wp-json/wc/v3"
FIVE = Voucher("SK-1", date(2027, 1, 31), amount=Money(500, "EUR"))
URL = "http://127.0.0.1:9/hooks/demo"


CHANGED: dict[str, Any] = {
    "amount": "50.00",
    "discount_type": "percent",
    "usage_limit": None,
    "individual_use": False,
    "date_expires": "2027-01-31T00:00:00",
    "email_restrictions": [],
    "minimum_amount": "0.00",
    "maximum_amount": "100.00",
    "free_shipping": True,
    "status": "draft",
}


@pytest.mark.parametrize("field", CHANGED)
def test_a_voucher_that_came_out_differently_is_deleted_and_refused(field: str) -> None:
    """Some plugin, or WooCommerce itself, has changed one field while saving."""
    wanted = Voucher(
        "SK-1",
        date(2027, 1, 31),
        amount=Money(500, "EUR"),
        minimum=Money(2500, "EUR"),
        email="mia@example.com",
    )
    right = recorded.body("coupons", "coupon_fixed_cart") | vouchers.coupon(wanted, "EUR")
    right |= {"id": 28, "code": "sk-1", "amount": "5.00", "minimum_amount": "25.00"}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as shop:
        shop.post(f"{API}/coupons", json=right, status=201)
        shop.get(f"{API}/coupons", json=[right])
        deleted = shop.delete(f"{API}/coupons/28", json=right)
        vouchers.ensure(client(), wanted, "EUR")
        assert deleted.call_count == 0

        shop.replace("GET", f"{API}/coupons", json=[right | {field: CHANGED[field]}])
        with pytest.raises(Refused, match=field):
            vouchers.ensure(client(), wanted, "EUR")
        assert deleted.call_count == 1


@pytest.mark.parametrize("obeys", [True, False])
def test_a_coupon_from_before_is_put_right_and_only_then_given_up(obeys: bool) -> None:
    """What we died over, or what somebody changed in the meantime: the points are in this code."""
    wanted = replace(FIVE, email="mia@example.com")
    right = recorded.body("coupons", "coupon_fixed_cart") | vouchers.coupon(wanted, "EUR")
    right |= {"id": 28, "code": "sk-1", "amount": "5.00", "minimum_amount": "0.00"}
    open_to_all = right | {"email_restrictions": []}
    exists = {"code": vouchers.ALREADY_THERE, "message": "", "data": {"status": 400}}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as shop:
        shop.post(f"{API}/coupons", json=exists, status=400)
        shop.get(f"{API}/coupons", json=[open_to_all])
        shop.put(f"{API}/coupons/28", json=right)
        shop.get(f"{API}/coupons", json=[right if obeys else open_to_all])
        deleted = shop.delete(f"{API}/coupons/28", json=right)
        if obeys:
            vouchers.ensure(client(), wanted, "EUR")
        else:
            with pytest.raises(Refused, match="email_restrictions"):
                vouchers.ensure(client(), wanted, "EUR")
        assert deleted.call_count == (0 if obeys else 1)


def test_a_merchants_own_coupon_with_this_code_is_left_alone(shop: Shop) -> None:
    theirs = shop.rest("POST", "/coupons", {"code": "SOMMER", "amount": "3"})

    with pytest.raises(Refused, match="another coupon"):
        shop.open().ensure_voucher(Voucher("SOMMER", date(2027, 1, 31), amount=Money(500, "EUR")))
    assert shop.rest("GET", f"/coupons/{theirs['id']}")["amount"] == "3.00"


def test_a_voucher_in_another_currency_is_refused(shop: Shop) -> None:
    shop.habits(currency="CHF")

    with pytest.raises(Refused, match="CHF"):
        shop.open().ensure_voucher(FIVE)
    assert shop.rest("GET", "/coupons?code=sk-1") == []


def test_a_voucher_of_nothing_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="neither"):
        shop.open().ensure_voucher(Voucher("SK-NIX", date(2027, 1, 31)))


def test_a_cap_becomes_the_largest_basket_it_holds_for() -> None:
    tenth = Voucher("SK-1", date(2027, 1, 31), percent=15, cap=Money(2000, "EUR"))

    assert vouchers.coupon(tenth, "EUR")["maximum_amount"] == "133.33"  # 15 % of it: 19.9995
    assert vouchers.coupon(FIVE, "EUR")["maximum_amount"] == "0"


def test_one_piece_of_a_product_is_all_that_it_is_for() -> None:
    mug = Voucher("SK-1", date(2027, 1, 31), percent=100, product="37")
    wanted = vouchers.coupon(mug, "EUR")

    assert (wanted["product_ids"], wanted["limit_usage_to_x_items"]) == ([37], 1)
    assert "product_ids" not in vouchers.coupon(FIVE, "EUR")


@pytest.mark.parametrize("product", ["gid://shopify/Product/1", "0", "x"])
def test_a_product_that_woocommerce_cannot_have_is_refused(product: str) -> None:
    with pytest.raises(Refused, match="WooCommerce's products have numbers"):
        vouchers.coupon(Voucher("SK-1", date(2027, 1, 31), percent=100, product=product), "EUR")


@pytest.mark.parametrize("field", ["product_ids", "limit_usage_to_x_items"])
def test_a_free_product_that_came_out_as_everything_is_deleted_and_refused(field: str) -> None:
    mug = Voucher("SK-1", date(2027, 1, 31), percent=100, product="37")
    right = recorded.body("coupons", "coupon_fixed_cart") | vouchers.coupon(mug, "EUR")
    right |= {"id": 28, "code": "sk-1", "amount": "100.00", "minimum_amount": "0.00"}
    changed = right | {field: recorded.body("coupons", "coupon_fixed_cart")[field]}
    with responses.RequestsMock() as shop:
        shop.post(f"{API}/coupons", json=right, status=201)
        shop.get(f"{API}/coupons", json=[changed])
        shop.delete(f"{API}/coupons/28", json={})
        with pytest.raises(Refused, match=field):
            vouchers.ensure(client(), mug, "EUR")


def test_more_than_all_of_it_is_refused_by_the_shop(shop: Shop) -> None:
    with pytest.raises(Refused, match="coupon_invalid_amount"):
        shop.open().ensure_voucher(Voucher("SK-150", date(2027, 1, 31), percent=150))


def test_an_answer_lost_after_the_voucher_was_made_does_no_harm(shop: Shop) -> None:
    platform = shop.open()
    lost = Voucher("SK-LOST", date(2027, 1, 31), percent=5)
    platform.ensure_voucher(Voucher("SK-WARM", date(2027, 1, 31), percent=5))
    shop.habits(truncated={"times": 1})
    with pytest.raises(TryLater):
        platform.ensure_voucher(lost)
    platform.ensure_voucher(lost)

    assert len(shop.rest("GET", "/coupons?code=sk-lost")) == 1


@pytest.mark.parametrize("name", ["coupon_created", "coupon_after_use", "wc8_2_coupon"])
def test_every_recorded_coupon_is_compared_field_by_field(name: str) -> None:
    kept = recorded.body("coupons", name)
    wanted = vouchers.coupon(FIVE, "EUR")

    differs = vouchers._differences(kept, wanted)
    assert "date_expires" in differs
    assert ("amount" in differs) == (name == "coupon_created")
    assert (
        vouchers._differences(kept, {**wanted, **{field: kept[field] for field in differs}}) == []
    )


def test_the_recorded_look_up_by_code_ignores_case() -> None:
    found = recorded.recording("coupons", "coupon_lookup_by_code")
    with responses.RequestsMock() as shop:
        shop.get(f"{API}/coupons", json=found["response"]["body"])

        assert [each["id"] for each in vouchers._named(client(), "BT5")] == [57]


# Webhooks


def hooks(shop: Shop) -> list[dict[str, Any]]:
    listed = shop.rest("GET", "/webhooks?per_page=100")
    return [hook for hook in listed if hook["delivery_url"] == URL]


def test_there_is_one_webhook_for_every_topic(shop: Shop) -> None:
    shop.open().ensure_webhooks(URL)

    assert sorted(hook["topic"] for hook in hooks(shop)) == sorted(deliveries.TOPICS)


def test_doubled_webhooks_are_removed_and_others_left_alone(shop: Shop) -> None:
    body = {"topic": "order.updated", "delivery_url": URL, "secret": "x"}
    other = shop.rest("POST", "/webhooks", body | {"delivery_url": "http://127.0.0.1:9/erp"})
    for _ in range(2):
        shop.rest("POST", "/webhooks", body)
    shop.open().ensure_webhooks(URL)

    assert [hook["topic"] for hook in hooks(shop)].count("order.updated") == 1
    assert shop.rest("GET", f"/webhooks/{other['id']}")["status"] == "active"


@pytest.mark.parametrize("name", recorded.names("webhook_objects"))
def test_every_recorded_webhook_is_recognised_by_its_address(name: str) -> None:
    found = recorded.body("webhook_objects", name)
    assert webhooks.unreachable(found["delivery_url"])
    assert webhooks.ours([found]) == []
    assert not webhooks.unreachable("https://points.example/hooks/demo")
