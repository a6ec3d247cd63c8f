"""Facts made on purpose: orders as told, and what a merchant, a bank or a parcel service does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from adapters.woocommerce.simulator import customers, order_ends, order_form, orders, refunds
from adapters.woocommerce.simulator.shop import JSON, Shop

DELIVERED = "_delivered_at"
"""The order field in which the shop keeps when the parcel arrived."""


def moment_of(shop: Shop, value: object) -> datetime | None:
    """ISO 8601; without an offset it is the shop's time."""
    if not value:
        return None
    parsed = datetime.fromisoformat(str(value))
    return parsed.astimezone(UTC) if parsed.tzinfo else shop.clock.from_local(parsed)


def make_order(shop: Shop, wanted: JSON) -> JSON:
    """An order with full control: `at`, `paid_at`, `delivered_at`, lines by `gross`, `email`."""
    body = dict(wanted)
    at = moment_of(shop, wanted.get("at")) or shop.now()
    if wanted.get("email"):
        body["billing"] = dict(wanted.get("billing") or {}) | {"email": wanted["email"]}
    status = body.pop("status", None)
    order = orders.place(shop, body, at, str(wanted.get("created_via", "checkout")))
    paid_at = moment_of(shop, wanted.get("paid_at"))
    if paid_at or wanted.get("paid"):
        orders.pay(shop, order, paid_at or at)
    if wanted.get("delivered_at"):
        deliver(shop, order, moment_of(shop, wanted["delivered_at"]) or shop.now())
    if status and status != order["status"]:
        orders.change(shop, order, str(status), at)
    modified = moment_of(shop, wanted.get("modified_at"))
    if modified:
        order_form.touch(shop, order, modified)
    return order


def deliver(shop: Shop, order: JSON, moment: datetime) -> JSON:
    """The parcel arrived: completed, and the moment as the shop's own meta field."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    customers.put_meta(shop, order["meta_data"], {"key": DELIVERED, "value": text})
    return orders.change(shop, order, "completed", moment)


def _pay(shop: Shop, oid: int, wanted: JSON) -> JSON:
    return orders.pay(shop, orders.find(shop, oid), moment_of(shop, wanted.get("at")))


def _complete(shop: Shop, oid: int, wanted: JSON) -> JSON:
    order = orders.find(shop, oid)
    return orders.change(shop, order, "completed", moment_of(shop, wanted.get("at")))


def _deliver(shop: Shop, oid: int, wanted: JSON) -> JSON:
    moment = moment_of(shop, wanted.get("at")) or shop.now()
    return deliver(shop, orders.find(shop, oid), moment)


def _cancel(shop: Shop, oid: int, wanted: JSON) -> JSON:
    order = orders.find(shop, oid)
    return orders.change(shop, order, "cancelled", moment_of(shop, wanted.get("at")))


def _refund(shop: Shop, oid: int, wanted: JSON) -> JSON:
    """`{"line": 0, "quantity": 1}` gives back pieces, `{"amount": "5.00"}` loose money, `{}` all."""
    order = orders.find(shop, oid)
    if "line" in wanted:
        line = order["line_items"][int(wanted["line"])]
        body = refunds.line_refund(order, line, int(wanted.get("quantity", line["quantity"])))
    elif "amount" in wanted:
        body = {"amount": wanted["amount"], "api_refund": False, "reason": wanted.get("reason")}
    else:
        return orders.change(shop, order, "refunded", moment_of(shop, wanted.get("at")))
    refunds.create(shop, order, body, moment_of(shop, wanted.get("at")))
    return order


def _trash(shop: Shop, oid: int, wanted: JSON) -> JSON:
    return order_ends.delete(shop, oid, force=wanted.get("force") is True)


def _edit(shop: Shop, oid: int, wanted: JSON) -> JSON:
    """Items changed on the order screen: date_modified stays, nothing rings (seen on 11.0.1)."""
    order = orders.find(shop, oid)
    line = order["line_items"][int(wanted.get("line", 0))]
    change = {"id": line["id"], "quantity": int(wanted["quantity"])}
    orders.edit_lines(shop, order, [change])
    return order


def link_past_orders(shop: Shop, customer: JSON) -> list[int]:
    """The address was verified: guest orders under it become the customer's (read in source)."""
    email = customer["email"].lower()
    found = [
        order
        for order in shop.orders.values()
        if order["customer_id"] == 0 and order["billing"]["email"].lower() == email
    ]
    for order in found:
        orders.update(shop, order["id"], {"customer_id": customer["id"]})
    return [order["id"] for order in found]


ACTIONS: dict[str, Callable[[Shop, int, JSON], JSON]] = {
    "pay": _pay,
    "complete": _complete,
    "deliver": _deliver,
    "cancel": _cancel,
    "refund": _refund,
    "edit": _edit,
    "trash": _trash,
    "untrash": lambda shop, oid, wanted: order_ends.untrash(shop, oid),
    "erase": lambda shop, oid, wanted: order_ends.erase(shop, oid),
}
