"""Webhooks of the simulated shop: shaped and signed as recorded, inside the checkout, repeated by a worker only."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

from adapters.shopware.simulator.shop import Event
from tests.adapters.shopware.test_simulator_recordings import RECORDED, lab
from tests.adapters.shopware.test_simulator_shapes import differences
from tests.adapters.shopware.test_simulator_world import JSON, World

FIXTURES = Path(__file__).parent / "fixtures"
HEADERS = {"sw-version", "sw-context-language", "sw-user-language", "Content-Type", "User-Agent"}
ALLOWED = (
    r"createdById|updatedById|"  # a person in the administration
    r"locale\.code|"  # the laboratory sold in English
    r"\.composition|propertyIds"  # which goods a discount was taken from: Shopware's own reckoning
)
NOT_HERE = {"checkout.customer.login"}
"""Nobody logs in over the control door."""


def recorded(version: str) -> dict[str, JSON]:
    rows: list[JSON] = json.loads((FIXTURES / "webhooks.json").read_text("utf-8"))
    mine = [row for row in rows if row["shop"] == version]
    return {row["event"]: row["body"]["data"]["payload"] for row in mine if _told(row)}


def _told(row: JSON) -> bool:
    name = row["event"]
    return bool(name) and not name.startswith("app.") and name not in NOT_HERE


def cases() -> Iterator[Any]:
    for version in RECORDED:
        for event in recorded(version):
            yield pytest.param(version, event, id=f"{version} {event}")


class Ears:
    """Stands in for the deliveries and keeps what would have been told."""

    def __init__(self, world: World) -> None:
        self.heard: list[Event] = []
        world.shop.ring = self.heard.extend

    def last(self, name: str) -> Any:
        found = [event.payload for event in self.heard if event.name == name]
        return json.loads(json.dumps(found[-1]))


def history(version: str) -> Ears:
    """The recorded laboratory once more: register, buy, pay, ship, cancel, a guest, and the guest's end."""
    world = World(version)
    ears = Ears(world)
    ada = world.ada(affiliateCode="REF-BOB", campaignCode="referral")
    codes = {"affiliate_code": "REF-BOB", "campaign_code": "referral"}
    first = world.order(customer_id=ada, **codes)
    world.act(first, "pay")
    world.act(first, "ship")
    return ears


def after(version: str, event: str) -> Any:
    if event.startswith("state_enter.order.state"):
        world = lab(version)
        ears = Ears(world)
        second = world.found("order", sort=[{"field": "autoIncrement"}])[1]
        world.act(second, "reopen")
        world.act(second, "cancel")
        return ears.last(event)
    if "customer" in event and event not in ("customer.written", "checkout.customer.register"):
        return _guest(version).last(event)
    return history(version).last(event)


def _guest(version: str) -> Ears:
    world = World(version)
    ears = Ears(world)
    guest = world.ada(guest=True)
    world.shop.store.change("customer", guest, updatedAt=world.shop.stamp())
    if not version.startswith("6.5"):
        payment = world.shop.base["payment"]
        world.shop.store.change("customer", guest, lastPaymentMethodId=payment)
    world.control("POST", f"/customers/{guest}/delete")
    return ears


@pytest.mark.parametrize(("version", "event"), list(cases()))
def test_a_webhook_says_what_shopware_says(version: str, event: str) -> None:
    wanted = recorded(version)[event]

    said = after(version, event)

    found = [d for d in differences(wanted, said) if not re.search(ALLOWED, d)]
    assert "\n".join(found) == ""


def test_an_order_webhook_never_says_whose_account_it_is() -> None:
    told = history("6.6.7.1").last("checkout.order.placed")["order"]

    assert "customerId" not in json.dumps(told)
    assert told["orderCustomer"]["email"] == "ada@example.test"


class Listener:
    """An address that hears deliveries, and answers as it is told."""

    def __init__(self) -> None:
        self.rung: Queue[tuple[dict[str, str], JSON]] = Queue()
        self.status = 204
        listener = self

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                listener.rung.put((dict(self.headers.items()), body))
                self.send_response(listener.status)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    ear = Listener()
    yield ear
    ear.close()


def listening(world: World, listener: Listener, event: str = "checkout.order.placed") -> str:
    wanted = {"name": "mine", "eventName": event, "url": listener.url}
    made = world.api("POST", "webhook?_response=basic", wanted)
    return str(made["data"]["id"])


def test_a_plain_webhook_is_heard_before_the_checkout_ends_and_is_not_signed(
    listener: Listener,
) -> None:
    world = World()
    listening(world, listener)

    made = world.order(email="gast@example.test")
    headers, body = listener.rung.get_nowait()

    assert body["data"]["event"] == "checkout.order.placed"
    assert body["data"]["payload"]["order"]["id"] == made["id"]
    assert set(body["source"]) == {"url", "eventId"}
    assert set(headers) >= HEADERS
    assert "shopware-shop-signature" not in headers


def test_what_fails_inside_the_checkout_is_lost_and_counted_nowhere(listener: Listener) -> None:
    world = World()
    hook = listening(world, listener)
    listener.status = 500

    for _ in range(12):
        world.order(email="gast@example.test")
    row = world.found("webhook", ids=[hook])[0]

    assert listener.rung.qsize() == 12
    assert (row["active"], row["errorCount"]) == (True, 0)


def test_a_worker_repeats_three_times_and_gives_up_after_the_tenth_loss(listener: Listener) -> None:
    world = World()
    hook = listening(world, listener)
    listener.status = 500
    world.control("PUT", "/habits", {"webhooks": {"worker": True}})

    world.order(email="gast@example.test")
    assert world.deliveries.wait_until_quiet(30)
    once = world.found("webhook", ids=[hook])[0]
    for _ in range(9):
        world.order(email="gast@example.test")
    assert world.deliveries.wait_until_quiet(60)
    row = world.found("webhook", ids=[hook])[0]

    assert once["errorCount"] == 1
    assert listener.rung.qsize() == 40
    assert row["active"] is False


def test_a_success_forgets_the_failures_before_it(listener: Listener) -> None:
    world = World()
    hook = listening(world, listener)
    world.control("PUT", "/habits", {"webhooks": {"worker": True}})
    listener.status = 500
    world.order(email="gast@example.test")
    assert world.deliveries.wait_until_quiet(30)
    listener.status = 204

    world.order(email="gast@example.test")
    assert world.deliveries.wait_until_quiet(30)

    assert world.found("webhook", ids=[hook])[0]["errorCount"] == 0


def test_a_webhook_may_be_dropped_or_come_twice(listener: Listener) -> None:
    world = World()
    listening(world, listener)

    world.control("PUT", "/habits", {"webhooks": {"drop": 1.0}})
    world.order(email="gast@example.test")
    with pytest.raises(Empty):
        listener.rung.get_nowait()
    world.control("PUT", "/habits", {"webhooks": {"drop": 0.0, "duplicate": 1.0}})
    world.order(email="gast@example.test")
    first, second = listener.rung.get_nowait()[1], listener.rung.get_nowait()[1]

    assert first["source"]["eventId"] == second["source"]["eventId"]
    assert world.control("GET", "/deliveries")["log"][0]["result"] == "dropped"


def test_looking_at_an_order_rings_unless_only_the_live_version_is_wanted(
    listener: Listener,
) -> None:
    world = World()
    made = world.order(email="gast@example.test")
    every = {"name": "all", "eventName": "order.written", "url": listener.url}
    world.api("POST", "webhook", every)
    world.api("POST", "webhook", every | {"name": "live", "onlyLiveVersion": True})

    world.act(made, "open_in_admin")
    draft = listener.rung.get_nowait()[1]["data"]["payload"][0]

    assert listener.rung.empty()
    assert draft["primaryKey"] == made["id"]
    assert draft["versionId"] != "0fa91ce3e96a4bc2be4bd9ce752c3425"


def test_our_own_note_on_a_customer_comes_back_as_one(listener: Listener) -> None:
    world = World()
    ada = world.ada()
    listening(world, listener, "customer.written")

    world.api("PATCH", f"customer/{ada}", {"customFields": {"points": 5}})
    entry = listener.rung.get_nowait()[1]["data"]["payload"][0]

    assert entry["operation"] == "update"
    assert entry["updatedFields"] == ["updatedAt", "id", "customFields"]


def test_what_was_refused_rings_nowhere(listener: Listener) -> None:
    world = World()
    listening(world, listener, "customer.written")
    ada = world.ada()
    listener.rung.get_nowait()

    assert world.error("PATCH", f"customer/{ada}", {"orderCount": 3})["http"] == 400

    assert listener.rung.empty()
