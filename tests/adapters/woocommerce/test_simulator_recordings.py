"""Every recording of a real shop about REST v3 is replayed: same status, same code, same shape.

A recording stands on what came before it, so each test first replays the requests it needs, in a
fresh shop whose numbers run as they did in the recorded one.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.woocommerce.simulator.app import ROUTES
from tests.adapters.woocommerce.test_simulator_shapes import differences
from tests.adapters.woocommerce.test_simulator_steps import (
    ALLOWED,
    BEFORE,
    OLD_BEFORE,
    REFUNDED_15,
    names,
    prepare,
)
from tests.adapters.woocommerce.test_simulator_world import JSON, World, recording


@pytest.mark.parametrize("name", names("11.0.1"))
def test_the_simulator_answers_like_woocommerce_11(name: str) -> None:
    world = World()
    world.furnish()
    prepare(world, BEFORE.get(name, ()))

    _same(world, name, recording(name))


def _same(world: World, name: str, wanted: JSON) -> None:
    request = dict(wanted["request"])
    if name == "errors/batch_101":
        request["body"] = {"create": [{"code": f"b{n}"} for n in range(101)]}
    answer = world.send(request)
    expected = wanted["response"]

    assert answer.status_code == expected["status"], answer.get_data(as_text=True)
    ignored = ALLOWED.get(name)
    found = [
        d
        for d in differences(expected["body"], answer.get_json())
        if not (ignored and re.search(ignored, d.split(":")[0]))
    ]
    assert found == []
    _same_headers(expected.get("headers") or {}, answer.headers)


def _same_headers(expected: JSON, answered: Any) -> None:
    assert expected.get("Allow") == answered.get("Allow") or not expected
    for name in ("Location", "X-WP-Total", "X-WP-TotalPages"):
        assert (name in expected) == (name in answered), name
    relations = re.findall(r'rel="(prev|next)"', expected.get("Link", ""))
    assert re.findall(r'rel="(prev|next)"', answered.get("Link", "")) == relations


@pytest.mark.parametrize("name", names("8.2.1"))
def test_the_simulator_answers_like_woocommerce_8_2(name: str) -> None:
    world = World("8.2.1")
    world.number(12)
    world.rest("POST", "products", {"name": "K", "sku": "K1", "regular_price": "19.99"})
    world.rest("POST", "customers", {"email": "e@example.com"})
    prepare(world, OLD_BEFORE.get(name, ()))

    _same(world, name, recording(name, "8.2.1"))


@pytest.mark.parametrize("path", ["refunds", "orders/statuses"])
def test_woocommerce_8_2_does_not_know_the_newer_routes(path: str) -> None:
    answer = World("8.2.1").rest("GET", path)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "rest_no_route")


def test_the_index_names_the_recorded_namespaces_and_our_routes() -> None:
    recorded = recording("index_namespaces_routes")
    answer = World().send({"method": "GET", "path": "/wp-json/"}).get_json()

    assert set(answer["namespaces"]) <= set(recorded["namespaces"])
    plain = [re.sub(r"\(\?P<\w+>[^)]*\)", "{}", r) for r in recorded["wc_v3_routes"]]
    ours = {re.sub(r"\(\?P<\w+>[^)]*\)", "{}", f"/{r.pattern}") for r in ROUTES}
    assert ours - {"/wc-stammkunde/v1/connection"} <= set(plain)  # our own plugin's


@pytest.mark.parametrize(
    ("schema", "path", "write_only"),
    [
        ("orders", "orders", {"manual_update", "set_paid"}),
        ("customers", "customers", {"password"}),
        ("coupons", "coupons", set()),
        ("webhooks", "webhooks", {"secret"}),
        ("orders_15_refunds", "orders/15/refunds", {"api_refund", "api_restock"}),
        ("refunds", "refunds", {"api_refund", "api_restock"}),
        ("products", "products", set()),
        ("products_reviews", "products/reviews", set()),
    ],
)
def test_every_field_of_the_official_schema_is_there(
    schema: str, path: str, write_only: set[str]
) -> None:
    world = World()
    world.furnish()
    prepare(world, (*REFUNDED_15, "coupon_created", "webhook_created", "review_created"))
    properties = set(recording(f"schema/{schema}")["properties"])

    body = world.rest("GET", path).get_json()[0]

    assert properties - write_only <= body.keys()
