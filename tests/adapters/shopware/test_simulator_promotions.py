"""Vouchers in the simulated shop: written whole or not at all, unique, and used as a checkout uses them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.adapters.shopware.test_simulator_world import JSON, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CODE = "LOYAL-7K2M"


@pytest.fixture
def world() -> World:
    return World(now=NOW)


def code_of(world: World, code: str = CODE) -> JSON:
    wanted = {"type": "equals", "field": "code", "value": code}
    return world.found("promotion-individual-code", filter=[wanted])[0]


def voucher_line(world: World, order: JSON) -> JSON:
    rows = world.found("order", ids=[order["id"]], associations={"lineItems": {}})
    return next(line for line in rows[0]["lineItems"] if line["type"] == "promotion")


def test_a_used_code_says_by_whom_and_where(world: World) -> None:
    promotion = world.promotion(CODE)
    ada = world.ada()

    order = world.order(customer_id=ada, codes=["loyal-7k2m"])
    line = voucher_line(world, order)

    assert order["amountTotal"] == 233
    note = {"orderId": order["id"], "customerId": ada, "customerName": "Ada Kunde"}
    assert code_of(world)["payload"] == note
    assert (line["referencedId"], line["totalPrice"], line["good"]) == (CODE, -5, False)
    assert (line["promotionId"], line["payload"]["code"]) == (promotion, CODE)
    assert world.found("promotion")[0]["orderCount"] == 1


def test_a_code_works_once_and_cancelling_does_not_free_it(world: World) -> None:
    world.promotion(CODE)
    first = world.order(email="gast@example.test", codes=[CODE])
    world.act(first, "cancel")

    second = world.order(email="gast@example.test", codes=[CODE])
    world.api("PATCH", f"promotion-individual-code/{code_of(world)['id']}", {"payload": None})
    third = world.order(email="gast@example.test", codes=[CODE])

    assert second["refused"] == {CODE: "promotion-not-found"}
    assert (second["amountTotal"], third["amountTotal"]) == (238, 233)


@pytest.mark.parametrize(("version", "free"), [("6.5.6.1", False), ("6.6.7.1", True)])
def test_a_code_taken_out_of_the_order_is_free_again_since_6_6_7(version: str, free: bool) -> None:
    world = World(version, now=NOW)
    world.promotion(CODE)
    order = world.order(email="gast@example.test", codes=[CODE])

    world.act(order, "edit", line=1, quantity=0)

    assert (code_of(world)["payload"] is None) is free
    assert world.found("order")[0]["amountTotal"] == 238


@pytest.mark.parametrize(
    "more",
    [
        {"active": False},
        {"validFrom": (NOW + timedelta(seconds=1)).isoformat()},
        {"validUntil": NOW.isoformat()},
        {"salesChannels": []},
        {"maxRedemptionsGlobal": 0},
        {"customerRestriction": True},
    ],
)
def test_a_code_that_is_not_for_now_or_not_for_them_does_nothing(more: JSON, world: World) -> None:
    world.promotion(CODE, **more)

    order = world.order(email="gast@example.test", codes=[CODE])

    assert order["refused"] == {CODE: "promotion-not-eligible"}
    assert (order["amountTotal"], code_of(world)["payload"]) == (238, None)


def test_a_code_is_good_until_its_last_moment(world: World) -> None:
    until = (NOW + timedelta(milliseconds=1)).isoformat()
    world.promotion(CODE, validFrom=NOW.isoformat(), validUntil=until)

    assert world.order(email="gast@example.test", codes=[CODE])["refused"] == {}


def test_a_bound_code_is_its_customers_and_nobody_elses(world: World) -> None:
    ada, ben = world.ada(), world.ada(email="ben@example.test")
    world.promotion(CODE, customerRestriction=True, personaCustomers=[{"id": ada}])

    assert world.order(customer_id=ben, codes=[CODE])["refused"]
    assert not world.order(customer_id=ada, codes=[CODE])["refused"]


def rule(world: World, kind: str, amount: float) -> str:
    leaf = {"type": kind, "value": {"operator": ">=", "amount": amount}}
    tree = {"type": "orContainer", "children": [{"type": "andContainer", "children": [leaf]}]}
    wanted = {"name": "least", "priority": 1, "conditions": [tree]}
    return str(world.api("POST", "rule?_response=basic", wanted)["data"]["id"])


@pytest.mark.parametrize(
    ("kind", "amount", "fits"),
    [
        ("cartGoodsPrice", 238, True),
        ("cartGoodsPrice", 238.01, False),
        ("cartCartAmount", 242.12, True),
        ("cartCartAmount", 242.13, False),
    ],
)
def test_a_rule_about_the_amount_is_looked_at(
    kind: str, amount: float, fits: bool, world: World
) -> None:
    world.promotion(CODE, cartRules=[{"id": rule(world, kind, amount)}])

    order = world.order(email="gast@example.test", shipping="4.12", codes=[CODE])

    assert (order["refused"] == {}) is fits


@pytest.mark.parametrize(
    ("discount", "more", "off"),
    [
        ({"type": "absolute", "value": 10}, {}, -10),
        ({"type": "absolute", "value": 500}, {}, -238),
        ({"type": "percentage", "value": 10}, {}, -23.8),
        ({"type": "percentage", "value": 10, "maxValue": 7.5}, {}, -7.5),
        ({"type": "absolute", "value": 5}, {"currency": "USD"}, -5.85),
        ({"type": "absolute", "value": 5}, {"tax_status": "net"}, -5),
    ],
)
def test_a_discount_takes_off_what_it_says(
    discount: JSON, more: JSON, off: float, world: World
) -> None:
    plain = {"scope": "cart", "considerAdvancedRules": False}
    world.promotion(CODE, discounts=[plain | discount])

    order = world.order(email="gast@example.test", codes=[CODE], **more)

    assert voucher_line(world, order)["totalPrice"] == off


def test_a_discount_on_shipping_is_a_delivery_of_its_own_below_zero(world: World) -> None:
    discount = {"scope": "delivery", "type": "percentage", "value": 100}
    world.promotion(CODE, discounts=[discount | {"considerAdvancedRules": False}])

    order = world.order(email="gast@example.test", shipping="4.12", codes=[CODE])
    row = world.found("order", ids=[order["id"]], associations={"deliveries": {}})[0]

    costs = [delivery["shippingCosts"]["totalPrice"] for delivery in row["deliveries"]]
    assert costs == [-4.12, 4.12]
    assert (row["amountTotal"], row["shippingTotal"]) == (238, 0)


def test_two_codes_of_one_promotion_break_the_cart(world: World) -> None:
    world.promotion("A-1", "A-2")

    answer = world.http.post(
        "/_simulator/orders",
        json={
            "email": "gast@example.test",
            "line_items": [{"product_id": world.mug()}],
            "codes": ["A-1", "A-2"],
        },
    )

    assert answer.get_json()["errors"][0]["code"] == "CHECKOUT__CART_LINE_ITEM_NOT_STACKABLE"
    assert world.found("order") == []
    assert code_of(world, "A-1")["payload"] is None


def test_codes_of_two_promotions_go_together(world: World) -> None:
    world.promotion("A-1")
    world.promotion("B-1")

    order = world.order(email="gast@example.test", codes=["A-1", "B-1"])

    assert (order["amountTotal"], order["refused"]) == (228, {})
    assert code_of(world, "A-1")["payload"] == code_of(world, "B-1")["payload"]


def test_a_code_is_unique_over_the_shop_whatever_its_case(world: World) -> None:
    world.promotion(CODE)
    other = world.promotion("OTHER-1")

    refused = world.error(
        "POST", "promotion-individual-code", {"promotionId": other, "code": CODE.lower()}
    )

    assert (refused["http"], refused["code"]) == (500, "1062")
    assert len(world.found("promotion-individual-code")) == 2


def test_a_race_for_a_code_is_lost_once(world: World) -> None:
    promotion = world.promotion()
    world.control("PUT", "/habits", {"duplicate_code": {"times": 1}})
    wanted = {"promotionId": promotion, "code": CODE}

    assert world.error("POST", "promotion-individual-code", wanted)["code"] == "1062"
    assert world.found("promotion-individual-code") == []
    world.api("POST", "promotion-individual-code", wanted)


def codes(promotion: str, *rows: JSON) -> JSON:
    payload = [{"promotionId": promotion} | row for row in rows]
    entry = {"entity": "promotion_individual_code", "action": "upsert", "payload": payload}
    return {"codes": entry}


@pytest.mark.parametrize(
    ("bad", "status"), [({}, 400), ({"code": 5}, 400), ({"code": "GOOD-1"}, 500)]
)
def test_one_bad_row_and_nothing_of_a_sync_is_written(bad: JSON, status: int, world: World) -> None:
    promotion = world.promotion()

    refused = world.error("POST", "_action/sync", codes(promotion, {"code": "GOOD-1"}, bad))

    assert refused["http"] == status
    assert world.found("promotion-individual-code") == []


def test_a_sync_with_ids_of_ones_own_may_be_sent_twice(world: World) -> None:
    body = codes(world.promotion(), {"id": "a" * 32, "code": CODE})

    first, second = (world.api("POST", "_action/sync", body) for _ in range(2))

    assert first["data"] == second["data"]
    assert len(world.found("promotion-individual-code")) == 1


def test_a_sync_deletes_and_says_what_was_not_there(world: World) -> None:
    world.promotion(CODE)
    known = code_of(world)["id"]
    gone = [{"id": known}, {"id": "0" * 32}]
    entry = {"entity": "promotion_individual_code", "action": "delete", "payload": gone}

    answer = world.api("POST", "_action/sync", [entry])

    assert answer["deleted"] == {"promotion_individual_code": [known]}
    assert answer["notFound"] == {"promotion_individual_code": ["0" * 32]}


def test_a_deleted_promotion_takes_its_codes_along(world: World) -> None:
    promotion = world.promotion(CODE, "OTHER-1")

    world.api("DELETE", f"promotion/{promotion}")

    assert world.found("promotion-individual-code") == []
    assert world.found("promotion-discount") == []


def test_rights_are_asked_for_every_table_that_is_written(world: World) -> None:
    token = world.allowed(["promotion:create"])
    wanted: JSON = {
        "name": "x",
        "individualCodes": [{"code": CODE}],
        "cartRules": [{"id": "a" * 32}],
        "personaCustomers": [{"id": world.ada()}],
    }

    refused = world.error("POST", "promotion", wanted, token)

    assert refused["detail"] == (
        '{"message":"Missing privilege","missingPrivileges":["promotion_individual_code:create",'
        '"promotion_persona_customer:create","promotion_cart_rule:create"]}'
    )
    assert world.found("promotion") == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"useCodes": True, "useIndividualCodes": False}, "PROMOTION_EMPTY_CODE_VIOLATION"),
        (
            {"validFrom": "2026-12-02", "validUntil": "2026-12-01"},
            "PROMOTION_VALID_UNTIL_VIOLATION",
        ),
    ],
)
def test_a_promotion_that_makes_no_sense_is_refused(more: JSON, code: str, world: World) -> None:
    assert world.error("POST", "promotion", {"name": "x"} | more)["code"] == code


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("promotion", {"name": "x", "active": "yes"}, "/0/active"),
        ("promotion", {"name": 1}, "/0/name"),
        ("promotion", {"name": "x", "priority": "1"}, "/0/priority"),
        ("promotion", {"name": "x", "maxRedemptionsGlobal": "1"}, "/0/maxRedemptionsGlobal"),
        ("promotion", {}, "/0/name"),
        ("webhook", {"name": "x", "eventName": "order.written", "url": 5}, "/0/url"),
    ],
)
def test_a_value_of_the_wrong_kind_is_pointed_at(
    path: str, body: JSON, pointer: str, world: World
) -> None:
    refused = world.error("POST", path, body)

    assert (refused["http"], refused["source"]["pointer"]) == (400, pointer)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("promotion", {"name": "x", "discounts": {"a": 1}}),
        ("promotion", {"name": "x", "discounts": ["a"]}),
        ("promotion", {"name": "x", "cartRules": ["a"]}),
        ("_action/sync", {"a": {"entity": "promotion", "action": "upsert", "payload": ["a"]}}),
        ("_action/sync", {"a": {"entity": "promotion", "action": "delete", "payload": ["a"]}}),
        ("_action/sync", {"a": {"entity": "nonsense", "action": "upsert", "payload": []}}),
        ("_action/sync", {"a": {"entity": "promotion", "action": "destroy", "payload": [{}]}}),
        ("_action/sync", {"a": {"entity": "promotion", "action": "upsert"}}),
        ("search/order", [1]),
        ("search/order", {"associations": ["lineItems"]}),
        ("search/order", {"includes": ["id"]}),
        ("search/order", {"filter": {"type": "equals"}}),
    ],
)
def test_what_is_no_object_is_refused_and_breaks_nothing(
    path: str, body: Any, world: World
) -> None:
    assert world.error("POST", path, body)["http"] in (400, 500)
    assert world.found("promotion") == []


@pytest.mark.parametrize(("value", "kind"), [(-1, "absolute"), (101, "percentage")])
def test_a_discount_that_makes_no_sense_is_refused(value: Any, kind: str, world: World) -> None:
    discount = {"scope": "cart", "type": kind, "value": value, "considerAdvancedRules": False}

    refused = world.error("POST", "promotion", {"name": "x", "discounts": [discount]})

    assert refused["source"]["pointer"] == "/0/discounts/0/value"


def test_a_rule_or_customer_that_is_not_there_is_the_databases_refusal(world: World) -> None:
    refused = world.error("POST", "promotion", {"name": "x", "cartRules": [{"id": "a" * 32}]})

    assert (refused["http"], refused["code"]) == (500, "1452")
    assert world.found("promotion") == []
