"""What WooCommerce needs beyond the contract: walks that lose nothing, orders as shops keep them."""

from __future__ import annotations

import random
from typing import Any

import pytest
import responses

from adapters.woocommerce import streams, walk
from adapters.woocommerce.answers import Answer
from adapters.woocommerce.settings import load_document
from connector.errors import BadInput, NotThere, Unreadable
from connector.port import Guest, Order, Stream
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Shop
from tests.adapters.woocommerce.test_client import SHOP, client
from tests.adapters.world import address
from tests.adapters.world import walk as walk_all

API = f"{SHOP}/wp-json/wc/v3"


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


def test_the_last_changes_of_a_quiet_shop_are_not_read_for_ever(own_shop: Shop) -> None:
    order, platform = own_shop.order(), own_shop.open(overlap_seconds=1)
    _, cursor = walk_all(platform, Stream.ORDERS)
    own_shop.habits(clock_offset_seconds=3600)

    found, cursor = walk_all(platform, Stream.ORDERS, cursor)
    assert order in found
    assert order not in walk_all(platform, Stream.ORDERS, cursor)[0]
    new = own_shop.order()
    assert new in walk_all(platform, Stream.ORDERS, cursor)[0]


def test_an_order_dated_in_the_future_hides_nothing(own_shop: Shop) -> None:
    own_shop.order(modified_at="2031-01-01T00:00:00+00:00")
    platform = own_shop.open()
    _, cursor = walk_all(platform, Stream.ORDERS)
    new = own_shop.order()

    assert new in walk_all(platform, Stream.ORDERS, cursor)[0]


def test_a_list_in_another_order_than_asked_for_is_not_trusted() -> None:
    with pytest.raises(Unreadable, match="rising id"):
        walk.step(List([3, 2, 1]), "/orders", walk.Place())  # type: ignore[arg-type]


def test_an_order_that_disappears_while_its_page_is_read_is_gone(shop: Shop) -> None:
    page = [recorded.body("orders", "order_after_partial_refund")]
    lost = recorded.recording("errors", "order_not_found")["response"]
    cursor = streams.write({"phase": "walk", "mark": streams.LONG_AGO} | walk.Place().save())
    with responses.RequestsMock() as wire:
        wire.get(f"{shop.url}/wp-json/wc/v3/orders", json=page)
        refunds = f"{shop.url}/wp-json/wc/v3/orders/15/refunds"
        wire.get(refunds, json=lost["body"], status=lost["status"])

        seen = shop.open().changes(Stream.ORDERS, cursor)
    assert (list(seen.items), list(seen.gone)) == ([], ["15"])


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"phase":"dance"}',
        "5",
        '{"phase":"walk"}',
        '{"phase":"modified","mark":5,"since":"","began":""}',
        '{"phase":"accounts","offset":0,"last":0}',
    ],
)
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
