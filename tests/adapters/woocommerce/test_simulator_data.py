"""The data sets: the purchase log arrives whole and unchanged, the little shop has its people."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.woocommerce.simulator import data
from adapters.woocommerce.simulator.clock import Clock
from adapters.woocommerce.simulator.shop import Shop

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


def opened(name: str, today: date | None = None) -> Shop:
    shop = Shop("https://shop.example", Clock(ZoneInfo("Europe/Berlin"), NOON))
    data.load(shop, name, today)
    return shop


@pytest.fixture(scope="module")
def cdnow() -> Shop:
    return opened("cdnow")


def local_day(order: dict[str, Any]) -> date:
    return date.fromisoformat(order["date_created"][:10])


def test_every_purchase_of_the_log_is_an_order(cdnow: Shop) -> None:
    assert len(cdnow.orders) == 6919
    assert len(cdnow.customers) == 2357
    assert sum(Decimal(o["total"]) for o in cdnow.orders.values()) == Decimal("244091.94")
    assert sum(o["total"] == "0.00" for o in cdnow.orders.values()) == 8


def test_each_customer_has_the_purchases_of_the_log(cdnow: Shop) -> None:
    logged = Counter(Counter(p.customer for p in data.rows()).values())
    held = Counter(Counter(o["customer_id"] for o in cdnow.orders.values()).values())

    assert held == logged


def test_all_days_moved_by_one_number_and_the_last_order_is_yesterday(cdnow: Shop) -> None:
    logged = sorted(p.day for p in data.rows())
    held = sorted(local_day(o) for o in cdnow.orders.values())

    assert {after - before for before, after in zip(logged, held, strict=True)} == {
        date(2026, 11, 21) - logged[-1]
    }


def test_net_and_tax_are_nineteen_percent_and_add_up_to_the_amount(cdnow: Shop) -> None:
    for order in cdnow.orders.values():
        line = order["line_items"][0]
        net, tax = Decimal(line["total"]), Decimal(line["total_tax"])

        assert net + tax == Decimal(order["total"])
        assert net == (Decimal(order["total"]) / Decimal("1.19")).quantize(Decimal("0.01"))


def test_parcels_arrive_after_three_days_unless_that_is_still_to_come(cdnow: Shop) -> None:
    for order in cdnow.orders.values():
        placed = datetime.fromisoformat(order["date_created_gmt"]).replace(tzinfo=UTC)
        arrives = placed + timedelta(days=3)
        arrived = [m["value"] for m in order["meta_data"] if m["key"] == "_delivered_at"]

        assert arrived == ([f"{arrives:%Y-%m-%dT%H:%M:%SZ}"] if arrives <= NOON else [])
        assert order["status"] == ("completed" if arrived else "processing")
        assert order["date_paid_gmt"] == order["date_created_gmt"]
        assert order["date_modified_gmt"] == f"{arrives if arrived else placed:%Y-%m-%dT%H:%M:%S}"


def test_people_are_invented_and_have_an_address_each(cdnow: Shop) -> None:
    emails = [c["email"] for c in cdnow.customers.values()]

    assert len(set(emails)) == len(emails)
    assert {e.split("@")[1] for e in emails} == {"example.com", "example.org"}


def test_the_demo_offers_people_who_bought_lately(cdnow: Shop) -> None:
    offered = cdnow.brand.people
    last = {o["customer_id"]: local_day(o) for o in cdnow.orders.values()}

    assert 3 <= len(offered) <= 5
    assert all(last[cid] >= date(2026, 10, 8) for cid in offered)


def test_the_same_day_gives_the_same_shop(cdnow: Shop) -> None:
    again = opened("cdnow")

    assert again.orders == cdnow.orders
    assert again.customers == cdnow.customers


def test_another_today_moves_everything() -> None:
    shop = opened("cdnow", date(2024, 3, 1))

    assert max(local_day(o) for o in shop.orders.values()) == date(2024, 2, 29)


def by_name(shop: Shop, first: str) -> list[dict[str, Any]]:
    return [o for o in shop.orders.values() if o["billing"]["first_name"] == first]


def test_mia_has_just_paid_her_first_order() -> None:
    (order,) = by_name(opened("small"), "Mia")

    assert (order["status"], order["customer_id"] > 0) == ("processing", True)


def test_jonas_is_a_regular_with_a_partial_refund_and_a_cancelled_order() -> None:
    orders = by_name(opened("small"), "Jonas")

    assert Counter(o["status"] for o in orders) == {"completed": 6, "cancelled": 1}
    assert [len(o["refunds"]) for o in orders if o["refunds"]] == [1]


def test_ines_is_a_guest_with_the_address_as_she_typed_it() -> None:
    (order,) = by_name(opened("small"), "Ines")

    assert (order["customer_id"], order["billing"]["email"]) == (0, "Ines.Gast@Example.com")


def test_one_parcel_is_late() -> None:
    waiting = [o for o in by_name(opened("small"), "Aylin") if o["status"] == "processing"]

    assert [o["date_paid"][:10] for o in waiting] == ["2026-11-10"]
