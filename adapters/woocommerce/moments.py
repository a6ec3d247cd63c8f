"""When an order was paid, shipped, delivered, cancelled, withdrawn: dated facts from its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.woocommerce import fields
from connector.port import JSON


@dataclass(frozen=True, slots=True)
class Moments:
    """None: it has not happened, or was taken back."""

    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    withdrawn_at: datetime | None = None


def placed_at(payload: JSON, where: str) -> datetime:
    placed = fields.moment(payload, "date_created_gmt", where)
    return placed or fields.broken(where, "date_created_gmt", "a time")


def happened(payload: JSON, document: JSON, where: str) -> Moments:
    """What the order's state proves. A state that the document does not name proves nothing."""
    states, names = document["states"], document["fields"]
    status = fields.text(payload, "status", where) or fields.broken(where, "status", "a state")
    withdrawn = _kept_in_meta(payload, names["withdrawn"], where)
    changed = fields.moment(payload, "date_modified_gmt", where) or placed_at(payload, where)
    if status in states["cancelled"]:
        return Moments(cancelled_at=changed, withdrawn_at=withdrawn)
    paid = _paid(payload, status, states, where)
    completed = fields.moment(payload, "date_completed_gmt", where)
    arrived = _kept_in_meta(payload, names["delivered"], where) if paid else None
    delivered = status in states["delivered"]
    return Moments(
        paid_at=paid,
        shipped_at=completed or changed if delivered or status in states["shipped"] else None,
        delivered_at=arrived or (completed or changed if delivered else None),
        withdrawn_at=withdrawn,
    )


def _paid(payload: JSON, status: str, states: JSON, where: str) -> datetime | None:
    """`refunded` keeps what was paid: the refunds say what went back.

    Cash on delivery has no `date_paid` while it is processing (seen on 11.0). Then the day of the
    order counts, because unlike `date_modified` it does not move when somebody edits the order.
    """
    paid = fields.moment(payload, "date_paid_gmt", where)
    if status == "refunded":
        return paid
    if status not in states["paid"]:
        return None
    completed = fields.moment(payload, "date_completed_gmt", where)
    return paid or completed or placed_at(payload, where)


def _kept_in_meta(payload: JSON, key: str, where: str) -> datetime | None:
    """A time kept by a shipping plugin or the shop's own code: ISO 8601, or seconds since 1970."""
    value = fields.meta(payload, key) if key else ""
    if not value:
        return None
    if value.isdecimal() and 9 <= len(value) <= 11:
        return datetime.fromtimestamp(int(value), UTC)
    return fields.parse_moment(value, where, f"meta field {key}")
