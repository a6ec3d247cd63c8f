"""The control API: it makes facts and sets habits, and exists only in the simulator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from adapters.woocommerce.simulator import (
    customers,
    order_ends,
    order_form,
    orders,
    products,
    refunds,
)
from adapters.woocommerce.simulator.deliveries import Deliveries, dump
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import JSON, Shop

DELIVERED = "_delivered_at"


def blueprint(shop: Shop, deliveries: Deliveries) -> Blueprint:
    pages = Blueprint("control", __name__, url_prefix="/_simulator")

    @pages.errorhandler(RestError)
    def refused(no: RestError) -> Response:
        return _json(no.body(), no.status)

    @pages.errorhandler(ValueError)
    def unreadable(no: ValueError) -> Response:
        return _json({"message": str(no)}, 400)

    @pages.route("/habits", methods=["GET", "PUT", "DELETE"])
    def habits() -> Response:
        if request.method == "DELETE":
            shop.habits.reset()
        elif request.method == "PUT":
            shop.habits.change(_asked())
        shop.clock.offset = timedelta(seconds=float(shop.habits["clock_offset_seconds"]))
        return _json(shop.habits.show())

    @pages.route("/clock", methods=["GET", "PUT"])
    def clock() -> Response:
        if request.method == "PUT":
            _set_clock(shop, _asked())
        return _json({"now": shop.now().isoformat()})

    @pages.post("/orders")
    def place() -> Response:
        with shop.lock:
            return _json(make_order(shop, _asked()), 201)

    @pages.post("/orders/<int:oid>/<action>")
    def act(oid: int, action: str) -> Response:
        with shop.lock:
            if action not in ACTIONS:
                return _json({"message": f"There is no action {action}: {', '.join(ACTIONS)}"}, 404)
            return _json(ACTIONS[action](shop, oid, _asked()))

    @pages.post("/customers")
    def customer() -> Response:
        with shop.lock:
            wanted = _asked()
            return _json(customers.create(shop, wanted, _moment(shop, wanted.get("at"))), 201)

    @pages.post("/customers/<int:cid>/verify")
    def verify(cid: int) -> Response:
        with shop.lock:
            return _json({"linked": link_past_orders(shop, customers.find(shop, cid))})

    @pages.post("/products")
    def product() -> Response:
        with shop.lock:
            return _json(products.create(shop, _asked()), 201)

    @pages.get("/deliveries")
    def delivered() -> Response:
        """Waits until the queue is empty (at most `?wait=` seconds), then tells what happened."""
        quiet = deliveries.wait_until_quiet(float(request.args.get("wait", 0)))
        return _json({"quiet": quiet, "log": deliveries.log})

    return pages


def _json(body: Any, status: int = 200) -> Response:
    return Response(dump(body), status, mimetype="application/json")


def _asked() -> JSON:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _moment(shop: Shop, value: object) -> datetime | None:
    """ISO 8601; without an offset it is the shop's time."""
    if not value:
        return None
    parsed = datetime.fromisoformat(str(value))
    return parsed.astimezone(UTC) if parsed.tzinfo else shop.clock.from_local(parsed)


def _set_clock(shop: Shop, wanted: JSON) -> None:
    """`{"now": ISO}` stops it there, `{"advance_seconds": n}` moves it, `{"now": null}` frees it."""
    if "now" in wanted:
        shop.clock.fixed = _moment(shop, wanted["now"])
    if "advance_seconds" in wanted:
        base = shop.clock.fixed or datetime.now(UTC)
        shop.clock.fixed = base + timedelta(seconds=float(wanted["advance_seconds"]))


def make_order(shop: Shop, wanted: JSON) -> JSON:
    """An order with full control: `at`, `paid_at`, `delivered_at`, lines by `gross`, `email`."""
    body = dict(wanted)
    at = _moment(shop, wanted.get("at")) or shop.now()
    if wanted.get("email"):
        body["billing"] = dict(wanted.get("billing") or {}) | {"email": wanted["email"]}
    status = body.pop("status", None)
    order = orders.place(shop, body, at, str(wanted.get("created_via", "checkout")))
    paid_at = _moment(shop, wanted.get("paid_at"))
    if paid_at or wanted.get("paid"):
        orders.pay(shop, order, paid_at or at)
    if wanted.get("delivered_at"):
        deliver(shop, order, _moment(shop, wanted["delivered_at"]) or shop.now())
    if status and status != order["status"]:
        orders.change(shop, order, str(status), at)
    modified = _moment(shop, wanted.get("modified_at"))
    if modified:
        order_form.touch(shop, order, modified)
    return order


def deliver(shop: Shop, order: JSON, moment: datetime) -> JSON:
    """The parcel arrived: completed, and the moment as the shop's own meta field."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    customers.put_meta(shop, order["meta_data"], {"key": DELIVERED, "value": text})
    return orders.change(shop, order, "completed", moment)


def _pay(shop: Shop, oid: int, wanted: JSON) -> JSON:
    return orders.pay(shop, orders.find(shop, oid), _moment(shop, wanted.get("at")))


def _complete(shop: Shop, oid: int, wanted: JSON) -> JSON:
    order = orders.find(shop, oid)
    return orders.change(shop, order, "completed", _moment(shop, wanted.get("at")))


def _deliver(shop: Shop, oid: int, wanted: JSON) -> JSON:
    moment = _moment(shop, wanted.get("at")) or shop.now()
    return deliver(shop, orders.find(shop, oid), moment)


def _cancel(shop: Shop, oid: int, wanted: JSON) -> JSON:
    order = orders.find(shop, oid)
    return orders.change(shop, order, "cancelled", _moment(shop, wanted.get("at")))


def _refund(shop: Shop, oid: int, wanted: JSON) -> JSON:
    """`{"line": 0, "quantity": 1}` gives back pieces, `{"amount": "5.00"}` loose money, `{}` all."""
    order = orders.find(shop, oid)
    if "line" in wanted:
        line = order["line_items"][int(wanted["line"])]
        body = refunds.line_refund(order, line, int(wanted.get("quantity", line["quantity"])))
    elif "amount" in wanted:
        body = {"amount": wanted["amount"], "api_refund": False, "reason": wanted.get("reason")}
    else:
        return orders.change(shop, order, "refunded", _moment(shop, wanted.get("at")))
    refunds.create(shop, order, body, _moment(shop, wanted.get("at")))
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
