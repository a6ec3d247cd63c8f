"""What changed in the shop is found: once, whatever else changes meanwhile, and whatever stands still."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.shopware import streams
from adapters.shopware.client import PER_PAGE, Found
from adapters.shopware.settings import load_document
from connector.errors import BadInput, TryLater, Unreadable
from connector.port import Customer, Order, Stream
from tests.adapters.shopware.simulated import Shop
from tests.adapters.world import address, walk

USUAL = load_document({})
AGO = timedelta(days=3)


def quietly(shop: Shop, hours: float = 1) -> None:
    """Time passes, so that what comes next is not found just because it was read again."""
    shop.control("PUT", "/clock", {"advance_seconds": hours * 3600})


def found(shop: Shop, cursor: str, stream: Stream = Stream.ORDERS) -> list[str]:
    return walk(shop.open(), stream, cursor)[0]


@pytest.mark.parametrize(
    ("action", "before"),
    [
        ("pay", []),
        ("ship", ["pay"]),
        ("refund_partially", ["pay"]),
        ("refund", ["pay"]),
        ("return", ["pay", "ship"]),
        ("complete", ["pay"]),
        ("cancel", []),
        ("edit", []),
        ("retry_payment", []),
    ],
)
def test_every_change_of_an_order_is_found_though_its_own_date_stands_still(
    own_shop: Shop, action: str, before: list[str]
) -> None:
    order = own_shop.order(customer_id=own_shop.customer(address()))
    for each in before:
        own_shop.act(order, each)
    quietly(own_shop)
    _, cursor = walk(own_shop.open(), Stream.ORDERS)
    quietly(own_shop)
    assert found(own_shop, cursor) == []

    own_shop.act(order, action, credit="5.00")  # what an edit changes; the others look at nothing
    assert found(own_shop, cursor) == [order]


def test_what_changes_behind_a_walk_is_found_by_the_round_after_it(own_shop: Shop) -> None:
    first = own_shop.order()
    for _ in range(PER_PAGE):
        own_shop.order()
    quietly(own_shop)
    platform = own_shop.open()
    page = platform.changes(Stream.ORDERS, None)
    assert page.more

    own_shop.act(first, "pay")
    rest, _ = walk(platform, Stream.ORDERS, page.cursor)
    assert first in rest


def test_a_long_round_misses_nothing_that_changed_while_it_lasted(own_shop: Shop) -> None:
    orders = [own_shop.order() for _ in range(PER_PAGE + 2)]
    platform = own_shop.open()
    _, cursor = walk(platform, Stream.ORDERS)
    page = platform.changes(Stream.ORDERS, cursor)  # all of them are recent, so there are two pages
    assert page.more
    quietly(own_shop)

    own_shop.act(orders[0], "pay")
    quietly(own_shop)
    _, after = walk(platform, Stream.ORDERS, page.cursor)
    assert orders[0] in found(own_shop, after)


def test_each_order_is_read_once_in_a_round(own_shop: Shop) -> None:
    order = own_shop.order(paid=True)
    own_shop.act(order, "ship")
    _, cursor = walk(own_shop.open(), Stream.ORDERS)

    assert found(own_shop, cursor) == [order]


def test_a_changed_account_is_found_and_a_guest_is_none(own_shop: Shop) -> None:
    mia = own_shop.customer(address())
    own_shop.order(email=address())
    quietly(own_shop)
    people, cursor = walk(own_shop.open(), Stream.CUSTOMERS)
    assert set(people) == {mia}
    quietly(own_shop)

    own_shop.api("PATCH", f"/customer/{mia}", {"firstName": "Mia"})
    assert found(own_shop, cursor, Stream.CUSTOMERS) == [mia]


def test_an_account_counts_once_its_address_is_confirmed(own_shop: Shop) -> None:
    waiting = own_shop.customer(address(), double_opt_in=True)
    quietly(own_shop)
    people, cursor = walk(own_shop.open(), Stream.CUSTOMERS)
    assert people == []
    quietly(own_shop)

    own_shop.control("POST", f"/customers/{waiting}/confirm")
    platform = own_shop.open()
    assert found(own_shop, cursor, Stream.CUSTOMERS) == [waiting]
    assert platform.customer(waiting).verified


def test_orders_from_before_the_beginning_are_left_out(own_shop: Shop) -> None:
    own_shop.order(at="2025-12-31T22:00:00+00:00")
    new = own_shop.order(at="2026-02-01T12:00:00+00:00")

    orders, _ = walk(own_shop.open(orders_since="2026-01-01"), Stream.ORDERS)
    assert set(orders) == {new}


def test_how_many_there_are_is_known_from_the_first_page(own_shop: Shop) -> None:
    for _ in range(PER_PAGE + 1):
        own_shop.order()
    platform = own_shop.open()

    first = platform.changes(Stream.ORDERS, None)
    assert first.total == PER_PAGE + 1
    assert platform.changes(Stream.ORDERS, first.cursor).total == PER_PAGE + 1


def test_one_order_that_cannot_be_read_does_not_hold_up_the_others(
    own_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = own_shop.order(), own_shop.order()
    platform = own_shop.open()
    client = platform._client
    search = client.search

    def spoiled(entity: str, criteria: Any) -> Found:
        answer = search(entity, criteria)
        for item in answer.items:
            if item["id"] == bad:
                item["amountTotal"] = "viel"
        return answer

    monkeypatch.setattr(client, "search", spoiled)
    page = platform.changes(Stream.ORDERS, None)
    assert [item.external_id for item in page.items] == [good]
    assert page.unread == [bad]


# ------------------------------------------------------------------ the cursor


@pytest.mark.parametrize(
    "cursor",
    [
        "", "null", "[]", "{}", '{"phase":"walk"}', '{"phase":"round","after":0}', '{"phase":"other"}',
        '{"phase":"walk","after":"0"}', '{"phase":"modified","mark":"x"}', "{",
    ],
)  # fmt: skip
def test_a_damaged_cursor_is_refused_with_what_to_do(cursor: str) -> None:
    with pytest.raises(BadInput, match="sync --full"):
        streams.read(cursor)


class Fake:
    """A shop that answers what it is told to."""

    def __init__(self, items: list[Any], at: datetime | None = None) -> None:
        self.items, self.at, self.asked = items, at, dict[str, Any]()

    def search(self, _entity: str, criteria: Any) -> Found:
        self.asked = json.loads(json.dumps(criteria))
        return Found(self.items, len(self.items), self.at)

    def clock(self) -> datetime:
        return datetime(2026, 11, 22, 12, tzinfo=UTC)


def stepped(shop: Fake, state: Any = None) -> streams.Found:
    return streams.step(shop, Stream.ORDERS, state or streams.read(None), USUAL)  # type: ignore[arg-type]


def test_the_shops_own_clock_decides_from_when_the_next_round_asks() -> None:
    theirs = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

    assert stepped(Fake([], theirs)).cursor["since"] == "2026-11-22T09:20:00.000+00:00"
    assert stepped(Fake([])).cursor["since"] == "2026-11-22T11:50:00.000+00:00"


def test_a_round_asks_about_payments_and_deliveries_too() -> None:
    shop = Fake([])
    stepped(shop, {"phase": "round", "after": 0, "since": "2026-11-22T09:20:00.000+00:00"})

    (either,) = [each for each in shop.asked["filter"] if each["type"] == "multi"]
    fields = {each["field"] for each in either["queries"]}
    assert {"updatedAt", "transactions.updatedAt", "deliveries.updatedAt"} <= fields
    assert either["operator"] == "or"


def test_a_shop_that_shows_the_same_page_for_ever_is_left() -> None:
    same = [{"id": "a" * 32, "autoIncrement": 5}] * PER_PAGE

    with pytest.raises(TryLater, match="cache"):
        stepped(Fake(same), {"phase": "walk", "after": 5})


@pytest.mark.parametrize("number", [None, "7", True, 1.5])
def test_a_page_that_cannot_be_walked_is_unreadable(number: object) -> None:
    with pytest.raises(Unreadable, match="autoIncrement"):
        stepped(Fake([{"autoIncrement": number}] * PER_PAGE))


def test_what_comes_out_of_a_walk_are_orders_and_customers(shop: Shop) -> None:
    shop.order(customer_id=shop.customer(address()))
    platform = shop.open()

    assert all(isinstance(one, Order) for one in platform.changes(Stream.ORDERS, None).items)
    assert all(isinstance(one, Customer) for one in platform.changes(Stream.CUSTOMERS, None).items)
