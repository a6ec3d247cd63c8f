"""The control door: it makes facts and sets habits, and exists only in the simulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import InvalidOperation
from typing import Any

from flask import Blueprint, Response, request

from adapters.shopware.simulator import catalogue, customers, facts, tokens
from adapters.shopware.simulator.app import dump
from adapters.shopware.simulator.deliveries import Deliveries
from adapters.shopware.simulator.errors import ApiError
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop


def blueprint(shop: Shop, deliveries: Deliveries) -> Blueprint:
    pages = Blueprint("control", __name__, url_prefix="/_simulator")
    pages.register_error_handler(ApiError, lambda no: answer(no.body(), no.status))
    pages.register_error_handler(ValueError, lambda no: answer({"message": str(no)}, 400))
    for wrong in (InvalidOperation, IndexError):
        pages.register_error_handler(wrong, lambda no: answer({"message": f"No: {no!r}"}, 400))
    _switches(pages, shop, deliveries)
    _orders(pages, shop)
    _people_and_goods(pages, shop)

    @pages.after_request
    def tell(response: Response) -> Response:
        """The lock is free again: whoever listens hears of what happened before we answer."""
        shop.announce()
        return response

    return pages


def _switches(pages: Blueprint, shop: Shop, deliveries: Deliveries) -> None:
    @pages.route("/habits", methods=["GET", "PUT", "DELETE"])
    def habits() -> Response:
        if request.method == "DELETE":
            shop.habits.reset()
        elif request.method == "PUT":
            shop.habits.change(asked())
        shop.clock.offset = timedelta(seconds=float(shop.habits["clock_offset_seconds"]))
        return answer(shop.habits.show())

    @pages.route("/clock", methods=["GET", "PUT"])
    def clock() -> Response:
        if request.method == "PUT":
            _set_clock(shop, asked())
        return answer({"now": shop.now().isoformat()})

    @pages.route("/settings", methods=["GET", "PUT"])
    def settings() -> Response:
        """What the merchant enters in the app's configuration: `{"Stammkunde.config.x": value}`."""
        if request.method == "PUT":
            shop.settings = asked()
        return answer(shop.settings)

    @pages.get("/deliveries")
    def delivered() -> Response:
        """Waits until the queue is empty (at most `?wait=` seconds), then tells what happened."""
        quiet = deliveries.wait_until_quiet(float(request.args.get("wait", 0)))
        return answer({"quiet": quiet, "log": deliveries.log})

    @pages.post("/integrations")
    def integration() -> Response:
        """`{"privileges": ["order:read"]}`, or without it an administrator's."""
        given = asked().get("privileges")
        with shop.lock:
            allowed = None if given is None else frozenset(map(str, given))
            _, key, secret = tokens.integrate(shop, "Simulator", allowed)
        return answer({"client_id": key, "client_secret": secret}, 201)


def _orders(pages: Blueprint, shop: Shop) -> None:
    @pages.post("/orders")
    def place() -> Response:
        with shop.lock, shop.whole():
            return answer(facts.make_order(shop, asked()), 201)

    @pages.post("/orders/<row>/<action>")
    def act(row: str, action: str) -> Response:
        if action not in facts.ACTIONS:
            known = ", ".join(facts.ACTIONS)
            return answer({"message": f"There is no action {action}: {known}"}, 404)
        with shop.lock, shop.whole():
            return answer(facts.act(shop, row, action, asked()))


def _people_and_goods(pages: Blueprint, shop: Shop) -> None:
    @pages.post("/customers")
    def customer() -> Response:
        wanted = asked()
        with shop.lock, shop.whole():
            made = customers.register(shop, wanted, facts.moment_of(shop, wanted.get("at")))
        shown = ("id", "customerNumber", "email", "guest", "active", "autoIncrement")
        return answer({name: made[name] for name in shown}, 201)

    @pages.post("/customers/<row>/confirm")
    def confirm(row: str) -> Response:
        with shop.lock:
            customers.confirm(shop, row)
        return answer({"id": row, "active": True})

    @pages.post("/customers/<row>/delete")
    def delete(row: str) -> Response:
        with shop.lock:
            customers.delete(shop, row)
        return answer({"id": row, "deleted": True})

    @pages.post("/products")
    def product() -> Response:
        with shop.lock, shop.whole():
            made = catalogue.product(shop, asked())
        return answer({"id": made["id"], "productNumber": made["productNumber"]}, 201)


def answer(body: Any, status: int = 200) -> Response:
    return Response(dump(body), status, mimetype="application/json")


def asked() -> JSON:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _set_clock(shop: Shop, wanted: JSON) -> None:
    """`{"now": ISO}` stops it there, `{"advance_seconds": n}` moves it, `{"now": null}` frees it."""
    if "now" in wanted:
        shop.clock.fixed = facts.moment_of(shop, wanted["now"])
    if "advance_seconds" in wanted:
        base = shop.clock.fixed or datetime.now(UTC)
        shop.clock.fixed = base + timedelta(seconds=float(wanted["advance_seconds"]))
