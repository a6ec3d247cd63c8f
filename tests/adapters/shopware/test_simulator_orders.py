"""Orders of the simulated shop: amounts for every tax status and currency, states, guests, edits, ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.adapters.shopware.test_simulator_world import JSON, VERSIONS, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERYTHING: JSON = {
    "lineItems": {},
    "transactions": {
        "associations": {"stateMachineState": {}, "captures": {"associations": {"refunds": {}}}}
    },
    "deliveries": {"associations": {"stateMachineState": {}}},
    "orderCustomer": {"associations": {"customer": {}}},
    "stateMachineState": {},
    "currency": {},
}


@pytest.fixture
def world() -> World:
    return World(now=NOW)


def read(world: World, order: JSON) -> JSON:
    return world.found("order", ids=[order["id"]], associations=EVERYTHING)[0]


def later(world: World, hours: int = 1) -> str:
    moment = NOW + timedelta(hours=hours)
    world.control("PUT", "/clock", {"now": moment.isoformat()})
    return moment.isoformat(timespec="milliseconds")


@pytest.mark.parametrize(
    ("status", "total", "net", "positions", "taxes"),
    [
        ("gross", 242.12, 203.46, 238, [38.66]),
        ("net", 242.12, 203.46, 200, [38.66]),
        ("tax-free", 203.46, 203.46, 200, []),
    ],
)
def test_amounts_mean_what_the_tax_status_says(
    status: str, total: float, net: float, positions: float, taxes: list[float], world: World
) -> None:
    made = world.order(email="gast@example.test", shipping="4.12", tax_status=status)
    row = read(world, made)

    assert (row["amountTotal"], row["amountNet"], row["positionPrice"]) == (total, net, positions)
    assert row["taxStatus"] == row["price"]["taxStatus"] == status
    assert [tax["tax"] for tax in row["price"]["calculatedTaxes"]] == taxes
    assert row["lineItems"][0]["totalPrice"] == positions


def test_another_currency_has_its_factor(world: World) -> None:
    row = read(world, world.order(email="gast@example.test", currency="USD"))

    assert (row["currency"]["isoCode"], row["currencyFactor"]) == ("USD", 1.17085)
    assert row["amountTotal"] == 238


def test_two_tax_rates_are_kept_apart(world: World) -> None:
    book = world.control("POST", "/products", {"name": "Book", "price": "10.70", "tax": 7})["id"]
    lines = [{"product_id": world.mug()}, {"product_id": book}]

    row = read(world, world.order(email="gast@example.test", line_items=lines))

    taxes = {tax["taxRate"]: tax["tax"] for tax in row["price"]["calculatedTaxes"]}
    assert taxes == {19: 19, 7: 0.7}


def test_what_lies_in_a_container_is_counted_once(world: World) -> None:
    inner = [{"product_id": world.mug(), "quantity": 1, "gross": "100.00"}] * 2
    lines = [{"type": "container", "label": "Set", "children": inner}]

    row = read(world, world.order(email="gast@example.test", line_items=lines))
    top = [line for line in row["lineItems"] if line["parentId"] is None]

    assert len(row["lineItems"]) == 3
    assert [line["totalPrice"] for line in top] == [200]
    assert row["amountTotal"] == 200


def test_payment_and_shipping_leave_the_order_untouched(world: World) -> None:
    made = world.order(email="gast@example.test")
    moment = later(world)

    world.act(made, "pay")
    world.act(made, "ship")
    row = read(world, made)

    assert row["updatedAt"] is None
    assert row["transactions"][0]["updatedAt"] == moment
    assert row["deliveries"][0]["updatedAt"] == moment


def test_a_state_of_the_order_itself_touches_it(world: World) -> None:
    made = world.order(email="gast@example.test")
    moment = later(world)

    assert world.act(made, "cancel")["updatedAt"] == moment


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (["pay"], "paid"),
        (["pay_partially"], "paid_partially"),
        (["pay", "refund"], "refunded"),
        (["pay", "refund_partially"], "refunded_partially"),
        (["retry_payment"], "open"),
    ],
)
def test_payments_go_their_way(steps: list[str], state: str, world: World) -> None:
    made = world.order(email="gast@example.test")

    for step in steps:
        made = world.act(made, step)

    assert made["paymentState"] == state


@pytest.mark.parametrize("action", ["refund", "return", "reopen"])
def test_what_cannot_follow_is_refused(action: str, world: World) -> None:
    made = world.order(email="gast@example.test")

    answer = world.http.post(f"/_simulator/orders/{made['id']}/{action}")

    assert answer.get_json()["errors"][0]["code"] == "SYSTEM__ILLEGAL_STATE_TRANSITION"


def test_a_second_attempt_to_pay_is_a_second_transaction(world: World) -> None:
    made = world.order(email="gast@example.test")
    world.act(made, "retry_payment")
    world.act(made, "pay")

    states = [
        row["stateMachineState"]["technicalName"] for row in read(world, made)["transactions"]
    ]

    assert states == ["failed", "paid"]


@pytest.mark.parametrize(
    ("version", "names"), list(zip(VERSIONS, (False, False, True), strict=True))
)
def test_only_6_7_says_which_payment_counts(version: str, names: bool) -> None:
    world = World(version)
    made = world.order(email="gast@example.test")
    made = world.act(made, "retry_payment")
    row = read(world, made)

    assert ("primaryOrderTransactionId" in row) is names
    if names:
        assert row["primaryOrderTransactionId"] == made["transactionId"]


def test_a_partial_refund_says_no_amount_unless_a_payment_plugin_does(world: World) -> None:
    plain, noted = (world.order(email="gast@example.test") for _ in range(2))
    world.act(plain, "pay")
    world.act(noted, "pay")

    world.act(plain, "refund_partially")
    world.act(noted, "refund_partially", amount="5.00")

    assert read(world, plain)["transactions"][0]["captures"] == []
    capture = read(world, noted)["transactions"][0]["captures"][0]
    assert capture["refunds"][0]["amount"]["totalPrice"] == 5


def test_delivered_is_a_field_of_the_shops_own(world: World) -> None:
    made = world.order(email="gast@example.test", paid=True)

    world.act(made, "deliver")
    row = read(world, made)

    assert row["customFields"] == {"stammkunde_delivered_at": "2026-11-22T12:00:00Z"}
    assert row["deliveries"][0]["stateMachineState"]["technicalName"] == "shipped"
    assert row["stateMachineState"]["technicalName"] == "completed"


def test_an_edit_changes_the_amounts_and_not_the_payment(world: World) -> None:
    made = world.order(email="gast@example.test", shipping="4.12")
    moment = later(world)

    world.act(made, "edit", line=0, quantity=1)
    row = read(world, made)

    assert (row["amountTotal"], row["updatedAt"]) == (123.12, moment)
    assert row["lineItems"][0]["updatedAt"] == moment
    assert row["transactions"][0]["amount"]["totalPrice"] == 242.12


def test_every_guest_is_a_customer_of_its_own_even_with_an_accounts_address(world: World) -> None:
    ada = world.ada()
    first = world.order(email="ada@example.test")
    second = world.order(email="ada@example.test")

    assert len({ada, first["customerId"], second["customerId"]}) == 3
    assert [row["guest"] for row in world.found("customer")] == [False, True, True]


def test_an_account_is_there_once_per_address(world: World) -> None:
    world.ada()

    answer = world.http.post("/_simulator/customers", json={"email": "ADA@example.test"})

    assert answer.status_code == 400
    assert len(world.found("customer")) == 1


def test_a_deleted_customer_leaves_the_order_with_a_name_and_no_number(world: World) -> None:
    made = world.order(customer_id=world.ada())

    world.control("POST", f"/customers/{made['customerId']}/delete")
    who = read(world, made)["orderCustomer"]

    assert (who["customerId"], who["customer"]) == (None, None)
    assert (who["email"], who["lastName"]) == ("ada@example.test", "Kunde")


def test_a_deleted_order_is_gone_with_everything_in_it(world: World) -> None:
    made = world.order(email="gast@example.test")

    assert world.act(made, "delete") == {"id": made["id"], "deleted": True}

    for kind in ("order", "order-line-item", "order-transaction", "order-delivery"):
        assert world.found(kind) == []


def test_a_double_opt_in_waits_for_its_confirmation(world: World) -> None:
    waiting = world.ada(double_opt_in=True)
    before = world.found("customer")[0]

    world.control("POST", f"/customers/{waiting}/confirm")
    after = world.found("customer")[0]

    assert (before["active"], before["doubleOptInConfirmDate"]) == (False, None)
    assert after["active"] is True
    assert after["doubleOptInConfirmDate"]


def test_numbers_run_on_and_moments_are_told(world: World) -> None:
    at, changed = "2026-11-01T10:00:00+01:00", "2026-11-02T10:00:00"
    first = world.order(email="gast@example.test", at=at, modified_at=changed)
    second = world.order(email="gast@example.test")
    row = read(world, first)

    assert [first["orderNumber"], second["orderNumber"]] == ["10000", "10001"]
    assert row["orderDateTime"] == row["createdAt"] == "2026-11-01T09:00:00.000+00:00"
    assert row["updatedAt"] == "2026-11-02T09:00:00.000+00:00"


@pytest.mark.parametrize(
    "wanted",
    [
        {"email": "gast@example.test"},
        {"email": "nobody", "line_items": [{"type": "custom", "gross": "1"}]},
        {"customer_id": "0" * 32, "line_items": [{"type": "custom", "gross": "1"}]},
        {"email": "a@b.test", "line_items": [{"product_id": "0" * 32}]},
        {"email": "a@b.test", "line_items": [{"type": "custom", "gross": "1"}], "currency": "XXX"},
        {"email": "a@b.test", "line_items": [{"type": "custom", "gross": "1"}], "tax_status": "x"},
        {"email": "a@b.test", "line_items": [{"type": "nonsense", "gross": "1"}]},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_and_leaves_nothing(
    wanted: JSON, world: World
) -> None:
    answer = world.http.post("/_simulator/orders", json=wanted)

    assert answer.status_code == 400
    assert answer.get_json()["message"]
    assert world.found("order") == world.found("customer") == []


def test_a_transition_over_the_api_is_the_same_as_on_the_door(world: World) -> None:
    made = world.order(email="gast@example.test")

    world.api("POST", f"_action/order_transaction/{made['transactionId']}/state/paid", {})
    refused = world.error("POST", f"_action/order/{made['id']}/state/ship", {})

    assert read(world, made)["transactions"][0]["stateMachineState"]["technicalName"] == "paid"
    assert refused["meta"]["parameters"]["possibleTransitions"] == ["process", "cancel"]


@pytest.mark.parametrize(
    ("given", "merged"), [({"b": 2}, {"a": 1, "b": 2}), ({"a": None}, {"a": None})]
)
def test_custom_fields_are_merged_key_by_key(given: Any, merged: JSON, world: World) -> None:
    ada = world.ada(customFields={"a": 1})

    world.api("PATCH", f"customer/{ada}", {"customFields": given})

    assert world.found("customer")[0]["customFields"] == merged


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("customer", {"orderCount": 5}),
        ("customer", {"autoIncrement": 5}),
        ("webhook", {"errorCount": 0}),
    ],
)
def test_what_only_the_shop_writes_is_protected(path: str, body: JSON, world: World) -> None:
    hook = {"name": "plain", "eventName": "order.written", "url": "http://127.0.0.1:9/"}
    rows = {"customer": world.ada()}
    rows["webhook"] = world.api("POST", "webhook?_response=basic", hook)["data"]["id"]

    refused = world.error("PATCH", f"{path}/{rows[path]}", body)

    assert refused["http"] == 400
    assert "write-protected" in refused["detail"]


def test_what_the_merchant_entered_is_read_by_its_domain(world: World) -> None:
    world.control("PUT", "/settings", {"Stammkunde.config.lang": "de", "Other.config.x": 1})
    path = "_action/system-config?domain="

    assert world.api("GET", f"{path}Stammkunde.config") == {"Stammkunde.config.lang": "de"}
    assert world.api("GET", f"{path}Nobody.config") == []
    assert world.ask("GET", f"{path}Stammkunde.config", token=world.allowed([])).status_code == 403
