"""Webhooks: genuine ones ring one bell, anything else rings none."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from adapters.woocommerce import deliveries
from connector.errors import BadDelivery
from connector.port import Change, Delivery, Stream
from tests.adapters.woocommerce import recorded

SECRET = "hw-secret-ß1"

ORDER, CUSTOMER, PRODUCT = Stream.ORDERS, Stream.CUSTOMERS, Stream.PRODUCTS
RINGS: dict[str, Change | None] = {
    "coupon_create__coupon_created": None,
    "customer_create__customer_created": Change(CUSTOMER, "4"),
    "customer_create__customer_updated": Change(CUSTOMER, "4"),
    "customer_delete__customer_deleted": Change(CUSTOMER, "4"),
    "customer_update__customer_updated": Change(CUSTOMER, "4"),
    "error_body_order_gone": None,
    "error_body_owner_deleted": None,
    "error_body_owner_lost_rights": None,
    "order_complete__action_woocommerce_order_status_completed": Change(ORDER, "40"),
    "order_complete__order_updated": Change(ORDER, "40"),
    "order_create_paid__order_created": Change(ORDER, "40"),
    "order_create_paid__order_updated": Change(ORDER, "40"),
    "order_create_paid__product_updated": Change(PRODUCT, "10"),
    "order_created_checkout_draft": Change(ORDER, "183"),
    "order_full_refund__action_woocommerce_order_refunded": Change(ORDER, "40"),
    "order_full_refund__order_updated": Change(ORDER, "40"),
    "order_partial_refund__action_woocommerce_order_refunded": Change(ORDER, "40"),
    "order_partial_refund__order_updated": Change(ORDER, "40"),
    "order_restore__product_updated": Change(PRODUCT, "10"),
    "order_trash__order_deleted": Change(ORDER, "40"),
    "ping_on_create": None,
    "same_delivery_id_first": Change(ORDER, "44"),
    "same_delivery_id_second": Change(ORDER, "45"),
}


def made(topic: str, body: bytes, secret: str = SECRET) -> Delivery:
    """A delivery as the shop would sign it."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    headers = {
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-signature": base64.b64encode(digest).decode(),
    }
    return Delivery("POST", "/hooks/demo", b"", headers, body)


@pytest.mark.parametrize("name", recorded.names("webhooks"))
def test_every_recorded_webhook_rings_the_right_bell(name: str) -> None:
    found = recorded.webhook(name)

    rung = deliveries.changes(found.delivery, found.secret)
    assert list(rung) == [change for change in [RINGS[name]] if change]


SIGNED = [name for name in recorded.names("webhooks") if name != "ping_on_create"]


@pytest.mark.parametrize("name", SIGNED)
def test_a_changed_body_is_refused(name: str) -> None:
    found = recorded.webhook(name)
    altered = replace(found.delivery, body=found.delivery.body + b" ")

    with pytest.raises(BadDelivery) as refused:
        deliveries.changes(altered, found.secret)
    assert str(refused.value) == (
        "A webhook's signature is wrong: altered, or made with another secret. If the shop's own"
        " webhooks end up here, set them up again with `stammkunde shop check`."
    )


def test_a_delivery_without_its_signature_is_refused() -> None:
    whole = made("order.updated", b'{"id":1}')
    headers = {"x-wc-webhook-topic": "order.updated"}

    with pytest.raises(BadDelivery, match=r"^A webhook came without a signature\. The shop always"):
        deliveries.changes(replace(whole, headers=headers), SECRET)


def test_a_signature_of_another_secret_is_refused() -> None:
    with pytest.raises(BadDelivery):
        deliveries.changes(made("order.updated", b'{"id":1}', secret="other"), SECRET)


def test_a_signature_that_is_no_text_is_refused_quietly() -> None:
    odd = replace(
        made("order.updated", b'{"id":1}'),
        headers={"x-wc-webhook-topic": "order.updated", "x-wc-webhook-signature": "\udcff\x00ü"},
    )

    with pytest.raises(BadDelivery):
        deliveries.changes(odd, SECRET)


def test_a_ping_dressed_up_as_a_delivery_must_be_signed() -> None:
    dressed = Delivery("POST", "/", b"", {"x-wc-webhook-topic": "order.updated"}, b"webhook_id=1")

    with pytest.raises(BadDelivery):
        deliveries.changes(dressed, SECRET)


@pytest.mark.parametrize("body", [b"webhook_id=1&x=2", b"webhook_id=", b"", b"id=1"])
def test_only_the_shops_own_ping_may_come_unsigned(body: bytes) -> None:
    with pytest.raises(BadDelivery):
        deliveries.changes(Delivery("POST", "/", b"", {}, body), SECRET)


def test_a_genuine_delivery_without_a_topic_rings_no_bell() -> None:
    whole = made("order.updated", b'{"id":1}')
    headers = {"x-wc-webhook-signature": whole.headers["x-wc-webhook-signature"]}

    assert list(deliveries.changes(replace(whole, headers=headers), SECRET)) == []


def test_a_hook_of_an_order_rings_whatever_else_its_name_has() -> None:
    hook = made("action.woocommerce_order_status_changed.v2", b'{"arg":40}')

    assert list(deliveries.changes(hook, SECRET)) == [Change(ORDER, "40")]


def test_a_restored_order_is_looked_at_again() -> None:
    rung = deliveries.changes(made("order.restored", b'{"id":40}'), SECRET)

    assert list(rung) == [Change(ORDER, "40")]


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("review.created", b'{"id":1}'),
        ("", b'{"id":1}'),
        ("order.updated", b"not json"),
        ("order.updated", b'["id"]'),
        ("order.updated", b'{"id":true}'),
        ("order.updated", b'{"id":"1; DROP"}'),
        ("order.updated", b'{"id":0}'),
        ("order.updated", b'{"id":-5}'),
        ("order.updated", b'{"id":' + b"9" * 5000 + b"}"),
        ("order.updated", b"[" * 100_000),
        ("action.woocommerce_product_set_stock", b'{"action":"x","arg":10}'),
        ("action.woocommerce_order_refunded", b'{"action":"x","arg":{"id":1}}'),
    ],
)
def test_a_genuine_delivery_that_names_nothing_of_ours_rings_no_bell(
    topic: str, body: bytes
) -> None:
    assert list(deliveries.changes(made(topic, body), SECRET)) == []
