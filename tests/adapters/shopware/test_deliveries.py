"""Every bell of the manifest rings for its thing, and nothing that only looks like one does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.shopware import deliveries, registration, signatures
from adapters.shopware.registration import Access, Registration
from connector.errors import BadDelivery, Elsewhere, Outdated
from connector.port import JSON, Change, Delivery, Stream
from tests.adapters.shopware.test_signatures import REQUESTS, delivery

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL, SHOP_ID, SECRET = "https://shop.example/de", "kx98eQAelVsm2mJ1", "s" * 96
ID, OTHER = "01a200849390738985eebf03ba74df8e", "01a2008efbe873ddb669820410c89831"
KNOWN = registration.dumped(Registration(SHOP_ID, live=Access(URL, SECRET, "SWIA", "k")))
ORDER, CUSTOMER = (Change(stream, ID) for stream in (Stream.ORDERS, Stream.CUSTOMERS))


def sent(event: Any, payload: Any, *, secret: str = SECRET, **changes: Any) -> Delivery:
    source = {"url": URL, "eventId": "01a2", "appVersion": "1.0.0", "shopId": SHOP_ID}
    said = {"data": {"payload": payload, "event": event}, "source": source,
            "timestamp": int(NOW.timestamp())} | changes  # fmt: skip
    return raw(json.dumps(said).encode(), secret)


def raw(body: bytes, secret: str = SECRET) -> Delivery:
    signature = signatures.sign(secret, body)
    return Delivery("POST", "/hooks/demo", b"", {signatures.SHOP: signature}, body)


def rung(given: Delivery, known: JSON | None = KNOWN, now: datetime = NOW) -> list[Change]:
    return list(deliveries.changes(given, known, now))


def row(**changes: Any) -> dict[str, Any]:
    usual = {
        "entity": "order",
        "operation": "update",
        "primaryKey": ID,
        "updatedFields": ["stateId"],
    }
    return usual | changes


# ------------------------------------------------------------------ what rings

RECORDED = [one for one in REQUESTS if one["event"]]
RINGS = {
    "customer.written", "checkout.customer.register", "order.written", "checkout.order.placed",
    "checkout.customer.deleted", "customer.deleted",
    "state_enter.order_transaction.state.paid", "state_enter.order_transaction.state.refunded_partially",
    "state_enter.order_delivery.state.shipped", "state_enter.order_delivery.state.returned_partially",
    "state_enter.order.state.in_progress", "state_enter.order.state.completed", "state_enter.order.state.cancelled",
}  # fmt: skip


def known_to(said: JSON, secret: str) -> JSON:
    live = Access(said["source"]["url"], secret, "SWIA", "k")
    return registration.dumped(Registration(said["source"]["shopId"], live=live))


@pytest.mark.parametrize("one", RECORDED, ids=lambda one: f"{one['shop']} {one['event']}")
def test_what_real_shops_signed_is_believed(one: Any) -> None:
    said = json.loads(one["body"])
    at = datetime.fromtimestamp(said["timestamp"], UTC)

    assert bool(rung(delivery(one), known_to(said, one["secret"]), at)) is (one["event"] in RINGS)
    with pytest.raises(BadDelivery):
        rung(delivery(one), known_to(said, "s" * 96), at)


WEBHOOKS = json.loads(Path(__file__).with_name("recordings").joinpath("webhooks.json").read_text())
"""Every webhook that two real shops sent (6.5.6.1, 6.6.7.1), trimmed: payloads without what nobody reads here."""


@pytest.mark.parametrize(
    "one", WEBHOOKS, ids=lambda one: f"{one['shop']} {one['said']['data']['event']}"
)
def test_what_real_shops_sent_rings_for_the_thing_it_is_about(one: Any) -> None:
    said = one["said"]
    event, payload = said["data"]["event"], said["data"]["payload"]
    body = json.dumps(said).encode()
    found = rung(raw(body), known_to(said, SECRET), datetime.fromtimestamp(said["timestamp"], UTC))

    if event not in RINGS:
        assert found == []
        return
    stream = Stream.CUSTOMERS if "customer" in event else Stream.ORDERS
    thing = payload[0]["primaryKey"] if isinstance(payload, list) else next(
        part["id"] for part in payload.values() if isinstance(part, dict)
    )  # fmt: skip
    assert found == [Change(stream, thing)]


TOLD = sorted(
    deliveries.EVENTS - {"order.written", "order.deleted", "customer.written", "customer.deleted"}
)


@pytest.mark.parametrize("event", TOLD)
def test_every_event_of_the_manifest_that_tells_a_thing_rings_for_it(event: str) -> None:
    part = "customer" if ".customer." in event else "order"

    assert rung(sent(event, {part: {"id": ID}})) == [CUSTOMER if part == "customer" else ORDER]


@pytest.mark.parametrize("event", ["order.written", "order.deleted"])
def test_several_orders_written_at_once_ring_once_each(event: str) -> None:
    rows = [row(), row(primaryKey=OTHER), row()]

    assert rung(sent(event, rows)) == [ORDER, Change(Stream.ORDERS, OTHER)]


@pytest.mark.parametrize("event", ["customer.written", "customer.deleted"])
def test_a_customer_that_was_written_or_deleted_rings(event: str) -> None:
    assert rung(sent(event, [row(entity="customer")])) == [CUSTOMER]


# ------------------------------------------------------------------ what does not


@pytest.mark.parametrize("event", ["order.written", "order.deleted"])
def test_an_order_that_is_only_opened_in_the_admin_rings_nothing(event: str) -> None:
    assert rung(sent(event, [row(versionId="01a2" * 8)])) == []
    assert rung(sent(event, [row(versionId=deliveries.LIVE)])) == [ORDER]


def test_our_own_writing_comes_back_and_rings_nothing() -> None:
    ours = row(entity="customer", updatedFields=["updatedAt", "id", "customFields"])
    more = row(entity="customer", updatedFields=["updatedAt", "id", "customFields", "email"])

    assert rung(sent("customer.written", [ours])) == []
    assert rung(sent("customer.written", [more])) == [CUSTOMER]


@pytest.mark.parametrize("fields", [["updatedAt"], [], None, 7, "customFields", {"customFields": 1}, [["id"], "customFields"]])  # fmt: skip
def test_what_only_looks_like_our_own_writing_rings(fields: Any) -> None:
    written = row(entity="customer", updatedFields=fields)

    assert rung(sent("customer.written", [written])) == [CUSTOMER]


def test_an_order_of_which_only_custom_fields_were_written_rings() -> None:
    """We write none there; a parcels plugin writes when it was delivered."""
    assert rung(sent("order.written", [row(updatedFields=["customFields"])])) == [ORDER]


@pytest.mark.parametrize(
    "event", ["checkout.customer.login", "checkout.customer.guest_register", "app.deleted", "product.written", "", 7, None]
)  # fmt: skip
def test_what_we_did_not_ask_for_rings_nothing(event: Any) -> None:
    for payload in ([row()], {"order": {"id": ID}, "customer": {"id": ID}}):
        assert rung(sent(event, payload)) == []


@pytest.mark.parametrize(
    "payload",
    [None, 7, "x", [], {}, [None], [[]], [row(primaryKey=None)], [row(primaryKey=["x"])],
     [row(primaryKey="../customer")], [row(primaryKey=ID.upper())], [row(primaryKey=ID + "0")],
     {"order": None}, {"order": {}}, {"order": {"id": 7}}, {"order": [ID]}],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("event", ["order.written", "checkout.order.placed"])
def test_a_genuine_delivery_that_cannot_be_read_rings_nothing(event: str, payload: Any) -> None:
    assert rung(sent(event, payload)) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000, b'{"data": 1}'])
def test_a_genuine_body_that_is_no_message_rings_nothing(body: bytes) -> None:
    assert rung(raw(body)) == []


# ------------------------------------------------------------------ whose it is


def test_another_secret_rings_nothing() -> None:
    for secret in ("", "x", SECRET[:-1]):
        with pytest.raises(BadDelivery):
            rung(sent("order.written", [row()], secret=secret))


def test_a_shop_without_the_app_has_nothing_to_sign_with() -> None:
    said = "^This shop has not installed the app, so it has nothing to sign with.$"
    with pytest.raises(BadDelivery, match=said):
        rung(sent("order.written", [row()]), None)


@pytest.mark.parametrize("minutes", [-11, 11, 600])
def test_what_was_recorded_earlier_rings_nothing(minutes: int) -> None:
    with pytest.raises(BadDelivery):
        rung(sent("order.written", [row()]), now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("moment", [None, "1795305018", True, 1.5, {}])
def test_a_delivery_without_a_time_rings_nothing(moment: Any) -> None:
    with pytest.raises(BadDelivery):
        rung(sent("order.written", [row()], timestamp=moment))


@pytest.mark.parametrize(
    "source",
    [{"url": "https://staging.example", "shopId": SHOP_ID}, {"url": URL, "shopId": "other"},
     {"url": None, "shopId": SHOP_ID}, {"shopId": SHOP_ID}, {}],
    ids=repr,
)  # fmt: skip
def test_a_copy_of_the_shop_rings_nothing(source: JSON) -> None:
    with pytest.raises(Elsewhere):
        rung(sent("order.written", [row()], source=source))


def rotated(seconds: int) -> JSON:
    at = NOW - timedelta(seconds=seconds)
    return KNOWN | {"previous": "p" * 96, "rotated_at": at.isoformat()}


def test_the_secret_before_is_good_for_a_minute() -> None:
    late = sent("order.written", [row()], secret="p" * 96)

    assert rung(late, rotated(59)) == [ORDER]
    with pytest.raises(Outdated, match=r"^This delivery is signed with a secret that has ended.$"):
        rung(late, rotated(60))
    with pytest.raises(BadDelivery) as refused:
        rung(sent("order.written", [row()], secret="q" * 96), rotated(60))
    assert not isinstance(refused.value, Outdated)
