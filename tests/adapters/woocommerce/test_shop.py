"""What WooCommerce needs beyond the contract: walks, vouchers read back, webhooks kept tidy."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
import responses

from adapters.woocommerce import deliveries, streams, vouchers, walk, webhooks
from adapters.woocommerce.answers import Answer
from adapters.woocommerce.settings import load_document
from connector.errors import BadInput, NotThere, Refused, TryLater, Unreadable
from connector.port import Guest, Order, Stream, Voucher
from connector.values import Money
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Shop
from tests.adapters.woocommerce.test_client import SHOP, client
from tests.adapters.world import address
from tests.adapters.world import walk as walk_all

API = f"{SHOP}/wp-json/wc/v3"
FIVE = Voucher("SK-1", date(2027, 1, 31), amount=Money(500, "EUR"))
URL = "https://connector.example/hooks/demo"


class List:
    """A list in a shop that deletes while it is read."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids

    def get(self, path: str, **asked: Any) -> Any:
        start, count = asked["offset"], asked["per_page"]
        return Answer([{"id": i} for i in self.ids[start : start + count]], len(self.ids), None)


@pytest.mark.parametrize("seed", range(20))
def test_a_walk_loses_nothing_however_much_is_deleted_meanwhile(seed: int) -> None:
    chance = random.Random(seed)
    shop = List(list(range(1, 700, 3)))
    stayed, found, here, more = set(shop.ids), list[int](), walk.Place(), True
    while more:
        step = walk.step(shop, "/orders", here, x=1)  # type: ignore[arg-type]
        here, more = step.place, step.more
        found += [item["id"] for item in step.items]
        for gone in chance.sample(shop.ids, min(len(shop.ids), chance.randrange(60))):
            shop.ids.remove(gone)
            stayed.discard(gone)

    assert stayed <= set(found)
    assert len(found) == len(set(found))


def test_a_shop_of_8_2_has_no_list_of_refunds_and_is_read_all_the_same(old_shop: Shop) -> None:
    order, platform = old_shop.order(email=address(), paid=True), old_shop.open()
    old_shop.control("POST", f"/orders/{order}/refund", {"line": 0, "quantity": 1})

    found, cursor = walk_all(platform, Stream.ORDERS)
    assert order in found
    assert order in walk_all(platform, Stream.ORDERS, cursor)[0]
    assert platform.order(order).lines[0].refunded_net == 1680


def test_a_new_refund_brings_its_order_even_when_the_orders_date_stood_still() -> None:
    parent = recorded.body("orders", "order_after_partial_refund")
    refund = recorded.body("refunds", "refunds_list_top_level")[:1]
    state = {"phase": "refunds", "mark": "2026-11-21T23:36:00", "began": "2026-11-21T23:36:00"}
    with responses.RequestsMock() as shop:
        shop.get(f"{API}/refunds", json=refund)
        orders = shop.get(f"{API}/orders", json=[parent])

        found = streams.orders(client(), state | walk.Place().save(), load_document({}))
    assert [item["id"] for item in found.items] == [15]
    assert "include=15" in (orders.calls[0].request.url or "")
    assert not found.more


def test_orders_before_the_agreed_day_are_not_read(shop: Shop) -> None:
    old = shop.order(at="2025-12-31T10:00:00+00:00")
    new = shop.order(at="2026-01-01T10:00:00+00:00")

    found, _ = walk_all(shop.open(orders_since="2026-01-01"), Stream.ORDERS)
    assert new in found
    assert old not in found


def test_the_first_walk_tells_how_many_there_are(shop: Shop) -> None:
    shop.order()

    page = shop.open().changes(Stream.ORDERS, None)
    assert page.total
    assert page.total >= len(page.items)


def test_what_changes_during_the_first_walk_is_read_again(shop: Shop) -> None:
    first = shop.order()
    platform = shop.open()
    page = platform.changes(Stream.ORDERS, None)
    shop.rest("PUT", f"/orders/{first}", {"customer_note": "Klingeln"})

    assert first in walk_all(platform, Stream.ORDERS, page.cursor)[0]


def test_an_order_dated_in_the_future_hides_nothing(shop: Shop) -> None:
    shop.order(modified_at="2031-01-01T00:00:00+00:00")
    platform = shop.open()
    _, cursor = walk_all(platform, Stream.ORDERS)
    new = shop.order()

    assert new in walk_all(platform, Stream.ORDERS, cursor)[0]


def test_a_list_in_another_order_than_asked_for_is_not_trusted() -> None:
    with pytest.raises(Unreadable, match="rising id"):
        walk.step(List([3, 2, 1]), "/orders", walk.Place())  # type: ignore[arg-type]


@pytest.mark.parametrize("cursor", ["", "x", "[]", "{}", '{"phase":"dance"}', "5"])
def test_a_damaged_position_is_refused_with_advice(shop: Shop, cursor: str) -> None:
    with pytest.raises(BadInput, match="sync --full"):
        shop.open().changes(Stream.ORDERS, cursor)


def test_an_order_keeps_more_refunds_than_a_page_holds(shop: Shop) -> None:
    order = shop.order(paid=True)
    for _ in range(walk.PER_PAGE + 3):
        shop.control("POST", f"/orders/{order}/refund", {"amount": "0.10"})

    assert shop.open().order(order).refunded_loose == 10 * (walk.PER_PAGE + 3)


def test_an_erased_order_forgets_its_buyer(shop: Shop) -> None:
    order, platform = shop.order(email="weg@example.com", paid=True), shop.open()
    assert platform.order(order).buyer == Guest("weg@example.com")
    shop.control("POST", f"/orders/{order}/erase", {})

    assert platform.order(order).erased


def test_the_day_of_delivery_is_read_from_the_orders_meta_field(shop: Shop) -> None:
    order = shop.order(paid=True)
    shop.control("POST", f"/orders/{order}/deliver", {"at": "2026-11-20T10:00:00+00:00"})

    seen = shop.open().order(order)
    assert isinstance(seen, Order)
    assert str(seen.delivered_at) == "2026-11-20 10:00:00+00:00"


def test_a_customer_who_is_gone_is_not_there(shop: Shop) -> None:
    customer = shop.customer(address())
    shop.rest("DELETE", f"/customers/{customer}?force=true")

    with pytest.raises(NotThere):
        shop.open().customer(customer)


# Vouchers

CHANGED: dict[str, Any] = {
    "amount": "50.00",
    "discount_type": "percent",
    "usage_limit": None,
    "individual_use": False,
    "date_expires": "2027-01-31T00:00:00",
    "email_restrictions": [],
    "minimum_amount": "0.00",
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
    other = shop.rest("POST", "/webhooks", body | {"delivery_url": "https://erp.example/"})
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
