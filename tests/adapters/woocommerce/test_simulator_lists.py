"""Which orders a list holds: dates as the real shop misreads them, hidden statuses, pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.woocommerce.test_simulator_world import World

LINES = {"line_items": [{"product_id": 10, "quantity": 1}]}


@pytest.fixture
def world() -> World:
    world = World()
    world.furnish()
    return world


def made(world: World, **fields: Any) -> dict[str, Any]:
    answer = world.client.post("/_simulator/orders", json=LINES | fields)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def listed(world: World, **query: str) -> list[int]:
    answer = world.rest("GET", "orders", None, **query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [order["id"] for order in answer.get_json()]


@pytest.mark.parametrize(
    ("value", "flag", "found"),
    [
        ("2026-06-10T09:59:59", "true", 1),
        ("2026-06-10T10:00:00", "true", 0),  # strictly later
        ("2026-06-10T11:59:59", "", 1),  # naive without the flag: the shop's own time
        ("2026-06-10T12:00:00", "", 0),
        ("2026-06-10T09:59:59Z", "", 1),
        ("2026-06-10T11:59:59+02:00", "", 1),
        ("2026-06-10T09:59:59Z", "true", 0),  # both: read as 11:59:59 GMT
    ],
)
def test_modified_after_is_read_as_the_real_shop_reads_it(
    world: World, value: str, flag: str, found: int
) -> None:
    made(world, at="2026-06-10T10:00:00Z", modified_at="2026-06-10T10:00:00Z")

    query = {"modified_after": value} | ({"dates_are_gmt": flag} if flag else {})

    assert len(listed(world, **query)) == found


def test_after_and_before_look_at_the_day_of_the_order(world: World) -> None:
    first = made(world, at="2026-06-10T10:00:00Z")["id"]
    second = made(world, at="2026-06-12T10:00:00Z")["id"]

    assert listed(world, after="2026-06-11T00:00:00") == [second]
    assert listed(world, before="2026-06-11T00:00:00") == [first]


def test_drafts_and_trash_are_only_shown_when_asked_for(world: World) -> None:
    shown = made(world)["id"]
    draft = world.rest("POST", "orders", LINES | {"status": "checkout-draft"}).get_json()["id"]
    gone = made(world)["id"]
    world.rest("DELETE", f"orders/{gone}")

    assert listed(world) == [shown]
    assert listed(world, status="any,trash") == [shown]
    assert listed(world, status="trash") == [gone]
    assert listed(world, status="trash,checkout-draft") == [gone, draft]


def test_a_page_past_the_end_says_that_there_is_nothing_at_all(world: World) -> None:
    made(world)

    answer = world.rest("GET", "orders", None, page="9")

    assert (answer.get_json(), answer.headers["X-WP-Total"]) == ([], "0")


def test_every_order_is_on_exactly_one_page(world: World) -> None:
    made_ids = [made(world)["id"] for _ in range(7)]
    pages = [
        listed(world, per_page="3", page=str(n), orderby="modified", order="asc") for n in (1, 2, 3)
    ]

    assert sorted(number for page in pages for number in page) == made_ids


def test_customers_know_no_modified_filter_and_unknown_parameters_are_ignored(world: World) -> None:
    answer = world.rest("GET", "customers", None, modified_after="2030-01-01T00:00:00", nope="1")

    assert len(answer.get_json()) == 2


def test_only_the_named_fields_are_sent(world: World) -> None:
    number = made(world)["id"]

    answer = world.rest("GET", f"orders/{number}", None, _fields="id,billing.email")

    assert answer.get_json() == {"id": number, "billing": {"email": ""}}


def test_head_answers_like_get_without_a_body(world: World) -> None:
    made(world)

    answer = world.rest("HEAD", "orders")

    assert (answer.status_code, answer.data, answer.headers["X-WP-Total"]) == (200, b"", "1")


def test_a_wrong_method_is_no_route(world: World) -> None:
    answer = world.rest("DELETE", "orders")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "rest_no_route")
