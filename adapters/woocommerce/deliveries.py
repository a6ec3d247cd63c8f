"""Webhooks: proven genuine over the raw body, then reduced to "look at this thing".

The body tells the state at delivery, not at the event, arrives in any order, and its delivery id
repeats across orders (all seen on 11.0). So nothing but the id inside is used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from adapters.woocommerce import fields
from connector.errors import BadDelivery
from connector.port import Change, Delivery, Stream

TOPICS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "product.updated",
    "product.deleted",
)
"""What we ask the shop to ring for."""

_STREAMS = {
    "order": Stream.ORDERS,
    "customer": Stream.CUSTOMERS,
    "product": Stream.PRODUCTS,
}


def changes(delivery: Delivery, secret: str) -> Sequence[Change]:
    """What a delivery asks us to look at; raises BadDelivery for one the shop did not send."""
    if _is_ping(delivery):
        return ()
    _verify(delivery, secret)
    topic = delivery.headers.get("x-wc-webhook-topic", "")
    body = _json(delivery.body)
    resource, _, event = topic.partition(".")
    if resource == "action":
        return _bell(Stream.ORDERS, body.get("arg")) if _concerns_an_order(event) else ()
    stream = _STREAMS.get(resource)
    return _bell(stream, body.get("id")) if stream else ()


def _is_ping(delivery: Delivery) -> bool:
    """Saving a webhook sends `webhook_id=1` as a form, unsigned and without any X-WC header.

    It must be answered with 200 and says nothing, so it may come from anybody.
    """
    if any(name.startswith("x-wc-") for name in delivery.headers):
        return False
    name, _, number = delivery.body.partition(b"=")
    return name == b"webhook_id" and number.isdigit()


def _verify(delivery: Delivery, secret: str) -> None:
    """base64(HMAC-SHA256) over the bytes as they came, never over parsed and written JSON."""
    given = delivery.headers.get("x-wc-webhook-signature", "")
    if not given or not secret:  # with an empty secret, anybody could sign
        raise BadDelivery("A webhook came without a signature. The shop always signs.")
    digest = hmac.new(secret.encode(), delivery.body, hashlib.sha256).digest()
    if not hmac.compare_digest(base64.b64encode(digest), given.encode(errors="replace")):
        raise BadDelivery(
            "A webhook's signature is wrong: altered, or made with another secret. If the shop's own"
            " webhooks end up here, set them up again with `stammkunde shop check`."
        )


def _json(body: bytes) -> dict[str, Any]:
    """The body as an object. A genuine body we cannot read rings no bell; the poll will find it."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _concerns_an_order(event: str) -> bool:
    """`action.woocommerce_order_…` passes the hook's first argument, which is the order's id."""
    return event.startswith("woocommerce_order_")


def _bell(stream: Stream, external_id: Any) -> Sequence[Change]:
    """No id, no bell: a genuine body may be an error object, when the order is gone or the
    webhook's owner lost his rights (seen on 11.0)."""
    number = fields.as_id(external_id)
    return (Change(stream, number),) if number not in (None, "0") else ()
