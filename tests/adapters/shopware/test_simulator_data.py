"""The sample shops: the purchase log gives the same figures in both simulated shops, down to the cent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from adapters.shopware.simulator import data
from adapters.shopware.simulator.clock import Clock
from adapters.shopware.simulator.shop import Shop
from adapters.woocommerce.simulator import data as other_data
from adapters.woocommerce.simulator.clock import Clock as OtherClock
from adapters.woocommerce.simulator.shop import Shop as OtherShop

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
Row = tuple[str, str, int, Decimal, Decimal, str | None]


@pytest.fixture(scope="module")
def ours() -> Shop:
    shop = Shop("http://shop.test", Clock(ZONE, NOW))
    data.load(shop, "cdnow", date(2026, 11, 22))
    return shop


@pytest.fixture(scope="module")
def theirs() -> OtherShop:
    shop = OtherShop("http://shop.test", OtherClock(ZONE, NOW))
    other_data.load(shop, "cdnow", date(2026, 11, 22))
    return shop


def rows_of_ours(shop: Shop) -> list[Row]:
    """Address, day and hour, pieces, total, tax, delivered."""
    found = []
    for order in shop.store.rows["order"].values():
        who = shop.store.related("order", order, "orderCustomer")[0]
        line = shop.store.related("order", order, "lineItems")[0]
        taxes = order["price"]["calculatedTaxes"][0]["tax"]
        total = Decimal(str(order["amountTotal"]))
        at = order["orderDateTime"][:19]
        fields = order["customFields"] or {}
        arrived = fields.get("stammkunde_delivered_at")
        row = (who["email"], at, line["quantity"], total, Decimal(str(taxes)), arrived)
        found.append(row)
    return sorted(found, key=repr)


def rows_of_theirs(shop: OtherShop) -> list[Row]:
    found = []
    for order in shop.orders.values():
        meta = {entry["key"]: entry["value"] for entry in order["meta_data"]}
        line = order["line_items"][0]
        figures = Decimal(order["total"]), Decimal(order["total_tax"])
        email, at = order["billing"]["email"], order["date_created_gmt"]
        found.append((email, at, line["quantity"], *figures, meta.get("_delivered_at")))
    return sorted(found, key=repr)


def test_both_shops_sold_the_same_to_the_same_people(ours: Shop, theirs: OtherShop) -> None:
    mine, others = rows_of_ours(ours), rows_of_theirs(theirs)

    assert len(mine) == 6919
    assert [_plain(row) for row in mine] == [_plain(row) for row in others]


def _plain(row: Row) -> tuple[str, ...]:
    email, at, pieces, total, tax, arrived = row
    return email, at, str(pieces), f"{total:.2f}", f"{tax:.2f}", str(arrived)


def test_both_shops_know_the_same_people(ours: Shop, theirs: OtherShop) -> None:
    mine = [
        (row["email"], row["firstName"], row["lastName"], row["createdAt"][:19])
        for row in ours.store.rows["customer"].values()
    ]
    others = [
        (row["email"], row["first_name"], row["last_name"], row["date_created_gmt"])
        for row in theirs.customers.values()
    ]

    assert sorted(mine) == sorted(others)


def test_every_order_is_paid_and_the_old_ones_are_done(ours: Shop) -> None:
    states = ours.store.rows["state_machine_state"]
    paid = {
        states[row["stateId"]]["technicalName"]
        for row in ours.store.rows["order_transaction"].values()
    }
    done = [states[row["stateId"]]["technicalName"] for row in ours.store.rows["order"].values()]

    assert paid == {"paid"}
    assert set(done) == {"open", "completed"}
    assert done.count("completed") > 6800


def test_the_demo_offers_people_who_bought_lately(ours: Shop, theirs: OtherShop) -> None:
    mine = [ours.store.rows["customer"][row]["email"] for row in ours.brand.people]

    assert mine == [theirs.customers[row]["email"] for row in theirs.brand.people]


def test_nothing_of_the_past_rings(ours: Shop) -> None:
    assert ours.happened == []
