"""Webhook deliveries over real HTTP: like the recorded ones, signed, counted, never repeated."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.woocommerce.simulator.deliveries import dump
from tests.adapters.woocommerce.test_simulator_shapes import differences
from tests.adapters.woocommerce.test_simulator_world import JSON, RECORDINGS, Ear, World

WEBHOOK_SECRET = "hw-secret-ß1"
LINES = {"line_items": [{"product_id": 10, "quantity": 2}]}


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.server.shutdown()
    ear.server.server_close()


@pytest.fixture
def world() -> World:
    world = World()
    world.furnish()
    return world


def listen(world: World, ear: Ear, *topics: str) -> None:
    for topic in topics:
        body = {"topic": topic, "delivery_url": ear.url, "secret": WEBHOOK_SECRET}
        assert world.rest("POST", "webhooks", body).status_code == 201
    end = time.monotonic() + 5
    while len(ear.heard) < len(topics) and time.monotonic() < end:
        time.sleep(0.01)  # the pings come from threads of their own
    ear.heard.clear()


def settle(world: World) -> None:
    assert world.deliveries.wait_until_quiet(5)


def order(world: World, **fields: Any) -> int:
    number: int = world.rest("POST", "orders", LINES | fields).get_json()["id"]
    settle(world)
    return number


def recorded(name: str) -> JSON:
    found: JSON = json.loads((RECORDINGS / "webhooks" / f"{name}.json").read_text("utf-8"))
    return found


def genuine(headers: dict[str, str], body: bytes, secret: str) -> bool:
    mark = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return mark == headers["X-WC-Webhook-Signature"]


@pytest.mark.parametrize(
    "name", sorted(p.stem for p in (RECORDINGS / "webhooks").glob("*.json") if p.stem[:4] != "ping")
)
def test_the_recorded_deliveries_of_the_real_shop_are_signed_the_way_we_sign(name: str) -> None:
    found = recorded(name)
    headers = dict(found["headers"])

    assert genuine(headers, base64.b64decode(found["body_b64"]), found["secret"])


def heard_like(ear: Ear, name: str) -> None:
    found = recorded(name)
    expected = dict(found["headers"])
    headers, body = ear.about(expected["X-WC-Webhook-Topic"])[-1]

    assert expected.keys() <= headers.keys()
    for key in ("User-Agent", "Content-Type", "X-WC-Webhook-Resource", "X-WC-Webhook-Event"):
        assert headers[key] == expected[key]
    assert list(differences(found["body_json"], json.loads(body))) == []
    assert genuine(headers, body, WEBHOOK_SECRET)


def test_a_paid_order_rings_like_the_recorded_one(world: World, ear: Ear) -> None:
    listen(world, ear, "order.created", "order.updated", "product.updated")

    billing = {"email": "erika.rechnung@example.com"}
    order(world, customer_id=2, set_paid=True, billing=billing)

    heard_like(ear, "order_create_paid__order_created")
    heard_like(ear, "order_create_paid__order_updated")
    assert len(ear.about("product.updated")) == 1


def test_completing_rings_the_update_and_the_action(world: World, ear: Ear) -> None:
    number = order(world, customer_id=2, set_paid=True)
    listen(world, ear, "order.updated", "action.woocommerce_order_status_completed")

    world.rest("PUT", f"orders/{number}", {"status": "completed"})
    settle(world)

    heard_like(ear, "order_complete__order_updated")
    assert json.loads(ear.about("action.woocommerce_order_status_completed")[0][1]) == {
        "action": "woocommerce_order_status_completed",
        "arg": number,
    }


def test_a_refund_rings_the_update_and_deleting_it_rings_nothing(world: World, ear: Ear) -> None:
    number = order(world, customer_id=2, set_paid=True)
    listen(world, ear, "order.updated", "action.woocommerce_order_refunded")
    path = f"orders/{number}/refunds"

    body = {"amount": "5.00", "api_refund": False}
    refund = world.rest("POST", path, body).get_json()["id"]
    settle(world)
    rung = len(ear.heard)
    world.rest("DELETE", f"{path}/{refund}")
    settle(world)

    assert (rung, len(ear.heard)) == (2, 2)


def test_the_trash_rings_with_the_bare_id_and_deleting_for_good_does_not(
    world: World, ear: Ear
) -> None:
    first, second = order(world), order(world)
    listen(world, ear, "order.deleted", "order.updated")

    world.rest("DELETE", f"orders/{first}")
    world.rest("DELETE", f"orders/{second}", force="true")
    settle(world)

    assert [json.loads(body) for _, body in ear.heard] == [{"id": first}]


def test_a_customer_rings_created_and_updated(world: World, ear: Ear) -> None:
    listen(world, ear, "customer.created", "customer.updated", "customer.deleted")

    body = {"email": "neu@example.com"}
    number = world.rest("POST", "customers", body).get_json()["id"]
    settle(world)
    heard_like(ear, "customer_create__customer_created")
    heard_like(ear, "customer_create__customer_updated")
    world.rest("DELETE", f"customers/{number}", force="true")
    settle(world)

    assert json.loads(ear.about("customer.deleted")[0][1]) == {"id": number}


def test_a_coupon_rings_like_the_recorded_one(world: World, ear: Ear) -> None:
    listen(world, ear, "coupon.created")

    world.rest("POST", "coupons", {"code": "HK1", "amount": "3"})
    settle(world)

    heard_like(ear, "coupon_create__coupon_created")


def test_a_draft_over_rest_rings_too(world: World, ear: Ear) -> None:
    listen(world, ear, "order.created")

    one = [{"product_id": 10, "quantity": 1}]
    order(world, status="checkout-draft", customer_id=3, line_items=one)

    heard_like(ear, "order_created_checkout_draft")


def test_the_ping_is_a_form_without_signature(world: World, ear: Ear) -> None:
    world.rest("POST", "webhooks", {"topic": "order.created", "delivery_url": ear.url})
    end = time.monotonic() + 5
    while not ear.heard and time.monotonic() < end:
        time.sleep(0.01)
    headers, body = ear.heard[0]

    assert body == b"webhook_id=1"
    assert headers["Content-Type"] == dict(recorded("ping_on_create")["headers"])["Content-Type"]
    assert not [name for name in headers if name.startswith("X-WC")]


def test_the_payload_is_the_state_at_delivery_and_an_error_when_it_is_gone(
    world: World, ear: Ear
) -> None:
    listen(world, ear, "order.created")
    world.shop.habits.change({"webhooks": {"delay_seconds": 0.4}})

    first = world.rest("POST", "orders", LINES).get_json()["id"]
    second = world.rest("POST", "orders", LINES).get_json()["id"]
    world.rest("PUT", f"orders/{first}", {"status": "cancelled"})
    world.rest("DELETE", f"orders/{second}", force="true")
    settle(world)

    bodies = [json.loads(body) for _, body in ear.heard]
    assert bodies[0]["status"] == "cancelled"
    assert bodies[1] == recorded("error_body_order_gone")["body_json"]


@pytest.mark.parametrize(
    ("owner", "name"),
    [("deleted", "error_body_owner_deleted"), ("demoted", "error_body_owner_lost_rights")],
)
def test_a_webhook_whose_owner_lost_his_rights_sends_a_signed_error(
    world: World, ear: Ear, owner: str, name: str
) -> None:
    listen(world, ear, "order.updated")
    world.shop.habits.change({"webhooks": {"owner": owner}})

    order(world)

    headers, body = ear.heard[0]
    assert json.loads(body) == recorded(name)["body_json"]
    assert genuine(headers, body, WEBHOOK_SECRET)


def test_two_orders_in_one_second_share_a_delivery_id(world: World, ear: Ear) -> None:
    world.client.put("/_simulator/clock", json={"now": "2026-11-22T10:00:00"})
    listen(world, ear, "order.created")

    order(world)
    order(world)

    marks = {headers["X-WC-Webhook-Delivery-ID"] for headers, _ in ear.heard}
    assert (len(ear.heard), len(marks)) == (2, 1)


def test_the_seventh_failed_delivery_disables_the_webhook(world: World, ear: Ear) -> None:
    listen(world, ear, "order.created")
    ear.status = 500

    for _ in range(6):
        order(world)
    after_six = world.rest("GET", "webhooks/1").get_json()["status"]
    order(world)
    after_seven = world.rest("GET", "webhooks/1").get_json()["status"]
    order(world)

    assert (after_six, after_seven, len(ear.heard)) == ("active", "disabled", 7)


def test_a_success_resets_the_counter_and_a_redirect_counts_as_one(world: World, ear: Ear) -> None:
    listen(world, ear, "order.created")

    for status in (500, 500, 500, 500, 500, 500, 302, 500):
        ear.status = status
        order(world)

    assert world.rest("GET", "webhooks/1").get_json()["status"] == "active"
    assert len(ear.heard) == 8  # nothing was repeated, the redirect was not followed


def test_lost_and_doubled_deliveries_are_a_habit(world: World, ear: Ear) -> None:
    listen(world, ear, "order.created")

    world.shop.habits.change({"webhooks": {"drop": 1.0}})
    order(world)
    lost = len(ear.heard)
    world.shop.habits.change({"webhooks": {"drop": 0.0, "duplicate": 1.0}})
    order(world)

    assert (lost, len(ear.heard)) == (0, 2)


def test_private_addresses_are_refused_by_wordpress_when_the_habit_is_on(
    world: World, ear: Ear
) -> None:
    listen(world, ear, "order.created")
    world.shop.habits.change({"refuse_private_urls": True})

    order(world)

    assert ear.heard == []
    assert world.deliveries.log[-1]["result"] == "A valid URL was not provided."


@pytest.mark.parametrize("name", ["order_create_paid__order_created", "error_body_order_gone"])
def test_our_json_is_byte_for_byte_the_json_of_the_real_shop(name: str) -> None:
    found = recorded(name)

    assert dump(found["body_json"]) == base64.b64decode(found["body_b64"])


def test_back_from_the_trash_rings_restored_but_a_put_does_not(world: World, ear: Ear) -> None:
    first, second = order(world), order(world)
    for number in (first, second):
        world.rest("DELETE", f"orders/{number}")
    listen(world, ear, "order.restored", "order.updated")

    world.client.post(f"/_simulator/orders/{first}/untrash")
    world.rest("PUT", f"orders/{second}", {"status": "pending"})
    settle(world)

    assert [h["X-WC-Webhook-Topic"] for h, _ in ear.heard] == ["order.restored"]
