"""Webhooks: proven genuine over the raw body, then reduced to "look at this thing".

An order's payload names no customer, arrives in any order and is sent once, in the middle of a checkout
(all seen on 6.6.7.1). So nothing but the id inside is used, and what is lost is found by asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.shopware import proof
from adapters.shopware.registration import loaded
from connector.errors import BadDelivery
from connector.port import Change, Delivery, Stream

LIVE = "0fa91ce3e96a4bc2be4bd9ce752c3425"
"""Shopware's version of everything that is real; opening an order in the admin makes another one."""
ECHO = frozenset({"updatedAt", "id", "customFields"})
"""What is written when we write what a customer has (seen on both)."""
_ID = re.compile(r"[0-9a-f]{32}")
_WRITTEN = {
    "order.written": Stream.ORDERS,
    "order.deleted": Stream.ORDERS,
    "customer.written": Stream.CUSTOMERS,
    "customer.deleted": Stream.CUSTOMERS,
}
_TOLD = {
    **dict.fromkeys(
        [
            "checkout.order.placed",
            *(f"state_enter.order.state.{state}" for state in ("in_progress", "completed", "cancelled", "open")),
            *(f"state_enter.order_delivery.state.{state}" for state in ("shipped", "shipped_partially", "returned", "returned_partially")),
            *(f"state_enter.order_transaction.state.{state}" for state in ("paid", "paid_partially", "refunded", "refunded_partially", "chargeback", "cancelled")),
        ],
        ("order", Stream.ORDERS),
    ),
    **dict.fromkeys(
        ["checkout.customer.register", "checkout.customer.double_opt_in_registration", "checkout.customer.deleted"],
        ("customer", Stream.CUSTOMERS),
    ),
}  # fmt: skip
"""Which part of the payload holds the thing with an id, for each event of the manifest."""
EVENTS = frozenset({*_WRITTEN, *_TOLD})


def changes(
    delivery: Delivery, registration: Mapping[str, Any] | None, now: datetime
) -> Sequence[Change]:
    """What a delivery asks us to look at. `registration`: as the shop's credentials keep it.

    Raises BadDelivery, Outdated or Elsewhere, as `proof.said`.
    """
    if registration is None:
        raise BadDelivery("This shop has not installed the app, so it has nothing to sign with.")
    data = proof.said(delivery, loaded(registration), now).get("data")
    if not isinstance(data, dict) or not isinstance(data.get("event"), str):
        return ()
    return tuple(dict.fromkeys(_bells(data["event"], data.get("payload"))))


def _bells(event: str, payload: Any) -> Iterator[Change]:
    if event in _TOLD and isinstance(payload, dict):
        part, stream = _TOLD[event]
        yield from _bell(stream, payload.get(part), "id")
    elif event in _WRITTEN and isinstance(payload, list):
        for row in payload:
            if isinstance(row, dict) and not _is_a_draft(row) and not _is_our_echo(event, row):
                yield from _bell(_WRITTEN[event], row, "primaryKey")


def _is_a_draft(row: Mapping[str, Any]) -> bool:
    """Without a version (6.5.6.1 says none) it may be real, and looking costs one question."""
    return bool(row.get("versionId", LIVE) != LIVE)


def _is_our_echo(event: str, row: Mapping[str, Any]) -> bool:
    fields = row.get("updatedFields")
    if event != "customer.written" or not isinstance(fields, list) or "customFields" not in fields:
        return False
    return all(isinstance(field, str) and field in ECHO for field in fields)


def _bell(stream: Stream, thing: Any, name: str) -> Iterator[Change]:
    found = thing.get(name) if isinstance(thing, dict) else None
    if isinstance(found, str) and _ID.fullmatch(found):
        yield Change(stream, found)
