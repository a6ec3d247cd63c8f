"""When an order was placed, paid, shipped, delivered, cancelled, withdrawn: dated facts from states.

Shopware keeps no date of a state but when its payment, delivery or order changed last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from adapters.shopware import fields, payments
from adapters.shopware.payments import Payment
from connector.port import JSON


@dataclass(frozen=True, slots=True)
class Moments:
    """None: it has not happened, or was taken back."""

    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    withdrawn_at: datetime | None
    changed_at: datetime | None


def happened(payload: JSON, counting: Payment | None, document: JSON, where: str) -> Moments:
    """What the order's three kinds of states prove, in the words of the document."""
    states = document["states"]
    return Moments(
        placed_at=_placed_at(payload, where),
        paid_at=payments.paid_at(counting, states["paid"]),
        shipped_at=_shipped_at(payload, states["shipped"], where),
        delivered_at=_delivered_at(payload, document, where),
        cancelled_at=_cancelled_at(payload, counting, states["cancelled"], where),
        withdrawn_at=_kept(payload, document["fields"]["withdrawn"], where),
        changed_at=fields.moment(payload, "updatedAt", where)
        or fields.moment(payload, "createdAt", where),
    )


def _placed_at(payload: JSON, where: str) -> datetime:
    placed = fields.moment(payload, "orderDateTime", where)
    return placed or fields.broken(where, "orderDateTime", "a time")


def _shipped_at(payload: JSON, states: list[str], where: str) -> datetime | None:
    """Of the delivery with the goods: a discount on shipping is a delivery of its own that costs less
    than nothing."""
    found = fields.list_of(payload, "deliveries", where)
    if not found:
        return None
    primary = payload.get("primaryOrderDeliveryId")
    one = next((each for each in found if primary and each.get("id") == primary), None)
    one = one or max(found, key=lambda each: _costs(each, where))
    if fields.state(one, where) not in states:
        return None
    return fields.moment(one, "updatedAt", where) or fields.moment(one, "createdAt", where)


def _costs(delivery: JSON, where: str) -> Decimal:
    value = fields.section(delivery, "shippingCosts", where).get("totalPrice")
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def _delivered_at(payload: JSON, document: JSON, where: str) -> datetime | None:
    """Shopware has no state for it: a custom field, or a state of the order that means so in this shop."""
    if kept := _kept(payload, document["fields"]["delivered"], where):
        return kept
    if fields.state(payload, where) not in document["states"]["delivered"]:
        return None
    return fields.moment(payload, "updatedAt", where) or _placed_at(payload, where)


def _cancelled_at(
    payload: JSON, counting: Payment | None, states: list[str], where: str
) -> datetime | None:
    """The order's own state, or money that the bank took back."""
    if fields.state(payload, where) in states:
        return fields.moment(payload, "updatedAt", where) or _placed_at(payload, where)
    if counting is not None and counting.state == payments.CHARGED_BACK:
        return counting.changed_at
    return None


def _kept(payload: JSON, key: str, where: str) -> datetime | None:
    """A time kept in a custom field."""
    text = fields.custom(payload, key)
    return fields.parse_moment(text, where, f"customFields.{key}") if text else None
