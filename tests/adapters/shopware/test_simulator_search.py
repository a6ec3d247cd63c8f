"""Searching in the simulated shop: limits, pages, totals, filters along associations, rights, refusals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.adapters.shopware.test_simulator_world import JSON, VERSIONS, World

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
SINCE = [
    *["createdAt", "updatedAt", "transactions.createdAt", "transactions.updatedAt"],
    *["deliveries.updatedAt", "lineItems.updatedAt"],
]


@pytest.fixture(scope="module")
def world() -> World:
    """Seven orders, one a day, by a customer and a guest of the same address."""
    world = World(now=START)
    mug, ada = world.mug(), world.ada()
    line = {"product_id": mug, "quantity": 1, "gross": "10.00"}
    for day in range(7):
        who = {"email": "ADA@example.test"} if day == 3 else {"customer_id": ada}
        at = (START + timedelta(days=day)).isoformat()
        world.order(line_items=[line], at=at, **who)
    return world


def numbers(world: World, **asked: Any) -> list[int]:
    return [row["autoIncrement"] for row in world.found("order", **asked)]


def changed_since(moment: datetime) -> JSON:
    bounds = {"gte": moment.isoformat()}
    leaves = [{"type": "range", "field": name, "parameters": bounds} for name in SINCE]
    return {"type": "multi", "operator": "or", "queries": leaves}


@pytest.mark.parametrize(("version", "status"), list(zip(VERSIONS, (200, 400, 400), strict=True)))
def test_how_much_one_may_ask_for_depends_on_the_version(version: str, status: int) -> None:
    assert World(version).ask("POST", "search/order", {"limit": 501}).status_code == status


@pytest.mark.parametrize("limit", [0, -1, "many", True, 1.5])
def test_a_limit_that_is_none_is_refused(limit: Any, world: World) -> None:
    assert world.error("POST", "search/order", {"limit": limit})["source"] == {"pointer": "/limit"}


def test_a_page_without_a_limit_is_ignored(world: World) -> None:
    assert len(numbers(world, page=3)) == 7


def test_pages_follow_each_other_without_overlap(world: World) -> None:
    order = [{"field": "autoIncrement", "order": "ASC"}]
    pages = [numbers(world, page=page, limit=3, sort=order) for page in (1, 2, 3)]

    assert pages == [[1, 2, 3], [4, 5, 6], [7]]


@pytest.mark.parametrize(("mode", "total"), [(0, 2), (1, 7), (2, 7)])
def test_the_total_says_what_its_mode_promises(mode: int, total: int, world: World) -> None:
    asked = {"limit": 2, "page": 1, "total-count-mode": mode}

    assert world.api("POST", "search/order", asked)["total"] == total


def test_the_next_pages_mode_looks_only_a_little_ahead() -> None:
    world = World()
    for _ in range(8):
        world.order(email="gast@example.test")
    asked = {"limit": 1, "page": 1, "total-count-mode": 2}

    assert world.api("POST", "search/order", asked)["total"] == 7


@pytest.mark.parametrize(("order", "found"), [("ASC", [4, 5, 6]), ("DESC", [7, 6, 5])])
def test_a_keyset_page_goes_on_behind_a_number(order: str, found: list[int], world: World) -> None:
    behind = {"type": "range", "field": "autoIncrement", "parameters": {"gt": 3}}
    sort = [{"field": "autoIncrement", "order": order}]

    assert numbers(world, limit=3, filter=[behind], sort=sort) == found


def test_ids_lift_the_limit_and_unknown_ones_are_left_out(world: World) -> None:
    known = [row["id"] for row in world.found("order")][:2]

    assert len(numbers(world, limit=1, ids=[*known, "0" * 32])) == 2
    assert len(numbers(world, ids="|".join(known))) == 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"type": "equals", "field": "orderNumber", "value": "10002"}, [3]),
        ({"type": "equals", "field": "orderNumber", "value": 10002}, [3]),
        ({"type": "equals", "field": "orderNumber", "value": "010002"}, []),
        ({"type": "equals", "field": "autoIncrement", "value": "3"}, [3]),
        ({"type": "equals", "field": "amountTotal", "value": 10}, [*range(1, 8)]),
        ({"type": "equals", "field": "order.orderNumber", "value": "10002"}, [3]),
        ({"type": "equalsAny", "field": "orderNumber", "value": ["10000", "10006"]}, [1, 7]),
        ({"type": "equalsAny", "field": "orderNumber", "value": "10000|10006"}, [1, 7]),
        ({"type": "contains", "field": "orderCustomer.email", "value": "EXAMPLE"}, [*range(1, 8)]),
        ({"type": "prefix", "field": "orderNumber", "value": "1000"}, [*range(1, 8)]),
        ({"type": "equals", "field": "orderCustomer.customer.guest", "value": True}, [4]),
        ({"type": "equals", "field": "orderCustomer.email", "value": "ada@EXAMPLE.test"}, [*range(1, 8)]),
        ({"type": "equals", "field": "lineItems.type", "value": "promotion"}, []),
        ({"type": "equals", "field": "transactions.captures.id", "value": None}, [*range(1, 8)]),
        ({"type": "range", "field": "orderDateTime", "parameters": {"gte": "2026-11-07T13:00:00+01:00"}}, [7]),
        ({"type": "range", "field": "orderDateTime", "parameters": {"gte": "2026-11-07T12:00:00"}}, [7]),
        ({"type": "range", "field": "updatedAt", "parameters": {"gte": "2020-01-01"}}, []),
        ({"type": "not", "operator": "or", "queries": [{"type": "range", "field": "autoIncrement", "parameters": {"gt": 2}}]}, [1, 2]),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_says(wanted: JSON, found: list[int], world: World) -> None:
    assert sorted(numbers(world, filter=[wanted])) == found


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "equals", "field": "nope", "value": 1},
        {"type": "equals", "field": "lineItems.nope", "value": 1},
        {"type": "equals", "field": "lineItems", "value": 1},
        {"type": "equals", "field": "orderNumber.x", "value": 1},
        {"type": "equals", "field": "orderNumber"},
        {"type": "range", "field": "autoIncrement", "parameters": {"above": 1}},
        {"type": "range", "field": "autoIncrement"},
        {"type": "like", "field": "orderNumber", "value": "1"},
        {"type": "multi", "operator": "or", "queries": []},
        {"field": "orderNumber", "value": "1"},
    ],
)
def test_a_wrong_filter_is_refused(wanted: JSON, world: World) -> None:
    assert world.error("POST", "search/order", {"filter": [wanted]})["http"] == 400


def test_every_change_is_found_since_a_moment_and_payment_alone_does_not_touch_the_order() -> None:
    world = World(now=START)
    orders = [world.order(email="gast@example.test") for _ in range(5)]
    later = START + timedelta(days=1)
    world.control("PUT", "/clock", {"now": later.isoformat()})
    assert numbers(world, filter=[changed_since(later)]) == []

    world.act(orders[0], "pay")
    world.act(orders[1], "ship")
    world.act(orders[2], "edit", line=0, quantity=1)
    world.act(orders[3], "retry_payment")
    touched = {"type": "range", "field": "updatedAt", "parameters": {"gte": later.isoformat()}}

    assert numbers(world, filter=[changed_since(later)]) == [1, 2, 3, 4]
    assert numbers(world, filter=[touched]) == [3]


def test_only_the_included_fields_are_answered(world: World) -> None:
    asked = {"includes": {"order": ["id", "lineItems"], "order_line_item": ["label"]}}

    row = world.found("order", limit=1, associations={"lineItems": {}}, **asked)[0]

    assert set(row) == {"id", "lineItems", "apiAlias"}
    assert row["lineItems"] == [{"label": "Mug", "apiAlias": "order_line_item"}]


def test_what_was_not_asked_for_is_null_and_not_empty(world: World) -> None:
    row = world.found("order", limit=1)[0]

    assert row["lineItems"] is row["transactions"] is row["currency"] is None
    assert row["orderCustomer"]["customer"] is None


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({}, ["order:read"]),
        ({"associations": {"lineItems": {"associations": {"product": {}}}}}, ["order:read", "order_line_item:read", "product:read"]),
        ({"filter": [{"type": "equals", "field": "transactions.stateMachineState.technicalName", "value": "paid"}]}, ["order:read", "order_transaction:read", "state_machine_state:read"]),
        ({"sort": [{"field": "currency.isoCode"}]}, ["order:read", "currency:read"]),
    ],
)  # fmt: skip
def test_a_missing_right_is_named_for_everything_a_search_touches(
    asked: JSON, missing: list[str], world: World
) -> None:
    refused = world.error("POST", "search/order", asked, world.allowed([]))

    assert refused["http"] == 403
    assert refused["code"] == "FRAMEWORK__MISSING_PRIVILEGE_ERROR"
    assert json.loads(refused["detail"])["missingPrivileges"] == missing


def test_an_association_that_does_not_exist_is_the_shops_own_failure(world: World) -> None:
    refused = world.error("POST", "search/order", {"associations": {"nope": {}}})

    assert (refused["http"], refused["code"]) == (500, "FRAMEWORK__ASSOCIATION_NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("search/order", {"associations": {"documents": {}}}),
        ("search/order", {"aggregations": [{"type": "count", "name": "n", "field": "id"}]}),
        ("search/order", {"term": "mug"}),
        (
            "search/order",
            {
                "filter": [
                    {
                        "type": "multi",
                        "operator": "xor",
                        "queries": [{"type": "equals", "field": "id", "value": None}],
                    }
                ]
            },
        ),
        ("search/order", {"associations": {"lineItems": {"filter": []}}}),
        ("promotion", {"name": "x", "nonsense": 1}),
    ],
)
def test_what_is_not_imitated_says_so_instead_of_pretending(
    path: str, body: JSON, world: World
) -> None:
    assert world.error("POST", path, body)["http"] == 501


def test_json_api_is_not_imitated_and_says_so(world: World) -> None:
    answer = world.ask("POST", "search/order", {}, Accept="*/*")

    assert answer.status_code == 406
    assert "Accept: application/json" in answer.get_json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sw-version-id": "a" * 32}, 501),
        ({"sw-language-id": "a" * 32}, 412),
        ({"sw-language-id": "2fbb5fe2e29a4d70aa5854ce7ce3e20b"}, 200),
    ],
)
def test_another_version_or_language_is_not_overheard(
    headers: dict[str, str], status: int, world: World
) -> None:
    assert world.ask("POST", "search/order", {}, **headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "name"),
    [({}, None), ({"sw-inheritance": "1"}, "Shirt"), ({"sw-inheritance": "0"}, None)],
)
def test_a_variant_shows_its_parents_name_only_when_asked(
    headers: dict[str, str], name: str | None
) -> None:
    world = World()
    shirt = world.control("POST", "/products", {"name": "Shirt", "price": "20.00"})["id"]
    world.control("POST", "/products", {"price": "21.00", "parent_id": shirt})
    variants = {"filter": [{"type": "equals", "field": "parentId", "value": shirt}]}

    row = world.ask("POST", "search/product", variants, **headers).get_json()["data"][0]

    assert row["name"] == row["translated"]["name"] == name
    assert row["price"][0]["gross"] == 21
    assert row["id"] != shirt


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "order/not-an-id", 400),
        ("GET", f"order/{'0' * 32}", 404),
        ("PATCH", f"customer/{'0' * 32}", 404),
        ("DELETE", f"promotion/{'0' * 32}", 404),
        ("POST", "search/order_line_item", 404),
        ("POST", "search/nonsense", 404),
        ("PUT", "order", 404),
        ("GET", f"order/{'0' * 32}?associations[lineItems][]=", 501),
    ],
)
def test_what_is_not_there_is_not_found(method: str, path: str, status: int, world: World) -> None:
    assert world.error(method, path, {})["http"] == status
