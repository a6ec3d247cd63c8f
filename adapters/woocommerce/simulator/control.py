"""The control API: it makes facts and sets habits, and exists only in the simulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from adapters.woocommerce.simulator import customers, facts, products
from adapters.woocommerce.simulator.deliveries import Deliveries, dump
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import JSON, Shop


def blueprint(shop: Shop, deliveries: Deliveries) -> Blueprint:
    pages = Blueprint("control", __name__, url_prefix="/_simulator")
    pages.register_error_handler(RestError, lambda no: _json(no.body(), no.status))
    pages.register_error_handler(ValueError, lambda no: _json({"message": str(no)}, 400))
    _switches(pages, shop, deliveries)
    _orders(pages, shop)
    _people_and_goods(pages, shop)
    return pages


def _switches(pages: Blueprint, shop: Shop, deliveries: Deliveries) -> None:
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

    @pages.get("/deliveries")
    def delivered() -> Response:
        """Waits until the queue is empty (at most `?wait=` seconds), then tells what happened."""
        quiet = deliveries.wait_until_quiet(float(request.args.get("wait", 0)))
        return _json({"quiet": quiet, "log": deliveries.log})


def _orders(pages: Blueprint, shop: Shop) -> None:
    @pages.post("/orders")
    def place() -> Response:
        with shop.lock:
            return _json(facts.make_order(shop, _asked()), 201)

    @pages.post("/orders/<int:oid>/<action>")
    def act(oid: int, action: str) -> Response:
        with shop.lock:
            if action not in facts.ACTIONS:
                return _json(
                    {"message": f"There is no action {action}: {', '.join(facts.ACTIONS)}"}, 404
                )
            return _json(facts.ACTIONS[action](shop, oid, _asked()))


def _people_and_goods(pages: Blueprint, shop: Shop) -> None:
    @pages.post("/customers")
    def customer() -> Response:
        with shop.lock:
            wanted = _asked()
            return _json(
                customers.create(shop, wanted, facts.moment_of(shop, wanted.get("at"))), 201
            )

    @pages.post("/customers/<int:cid>/verify")
    def verify(cid: int) -> Response:
        with shop.lock:
            return _json({"linked": facts.link_past_orders(shop, customers.find(shop, cid))})

    @pages.post("/products")
    def product() -> Response:
        with shop.lock:
            return _json(products.create(shop, _asked()), 201)


def _json(body: Any, status: int = 200) -> Response:
    return Response(dump(body), status, mimetype="application/json")


def _asked() -> JSON:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _set_clock(shop: Shop, wanted: JSON) -> None:
    """`{"now": ISO}` stops it there, `{"advance_seconds": n}` moves it, `{"now": null}` frees it."""
    if "now" in wanted:
        shop.clock.fixed = facts.moment_of(shop, wanted["now"])
    if "advance_seconds" in wanted:
        base = shop.clock.fixed or datetime.now(UTC)
        shop.clock.fixed = base + timedelta(seconds=float(wanted["advance_seconds"]))
