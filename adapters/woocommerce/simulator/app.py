"""The HTTP face of the REST API: addresses, nasty habits, authentication, WordPress' headers."""

from __future__ import annotations

import json
import time
from typing import Any

from flask import Flask, Response, request
from werkzeug.http import http_date

from adapters.woocommerce.simulator import (
    auth,
    companion,
    params,
    rest,
    reviews,
    rounding,
    routes_catalogue,
    routes_orders,
    routes_people,
    routes_settings,
)
from adapters.woocommerce.simulator.deliveries import dump
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.rest import Answer, Call
from adapters.woocommerce.simulator.shop import JSON, Key, Shop

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ROUTES = [
    *routes_orders.ROUTES,
    *routes_people.ROUTES,
    *routes_catalogue.ROUTES,
    *routes_settings.ROUTES,
    *reviews.ROUTES,
    *companion.ROUTES,
]
MAINTENANCE = (
    "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>Briefly unavailable "
    "for scheduled maintenance. Check back in a minute.</p></body></html>"
)
NOT_FOUND = "<!DOCTYPE html><html><head><title>Page not found</title></head><body></body></html>"


def create_app(shop: Shop) -> Flask:
    """The REST API alone; control routes and storefront are registered by `__main__`."""
    app = Flask(__name__, static_folder=None, template_folder="templates")

    @app.route("/wp-json/", defaults={"path": ""}, methods=METHODS)
    @app.route("/wp-json/<path:path>", methods=METHODS)
    def pretty(path: str) -> Response:
        if shop.habits["plain_permalinks"]:
            # Seen: with plain permalinks /wp-json does not exist, only ?rest_route= does.
            return Response(NOT_FOUND, 404, mimetype="text/html")
        return serve(shop, path, may_authenticate=True)

    @app.route("/index.php/wp-json/<path:path>", methods=METHODS)
    def through_index(path: str) -> Response:
        return serve(shop, path, may_authenticate=True)

    @app.before_request
    def rest_route() -> Response | None:
        """Seen on 11.0.1: `?rest_route=` serves, but the keys are never looked at."""
        if request.path in ("/", "/index.php") and "rest_route" in request.args:
            return serve(shop, request.args["rest_route"].lstrip("/"), may_authenticate=False)
        return None

    @app.after_request
    def date(response: Response) -> Response:
        response.headers["Date"] = http_date(shop.now())
        return response

    return app


def serve(shop: Shop, path: str, may_authenticate: bool) -> Response:
    spoiled = _misbehave(shop)
    if spoiled is not None:
        return spoiled
    with shop.lock:
        key: Key | None = None
        headers: dict[str, str] = {}
        try:
            is_wc = path.startswith(("wc/", "wc-"))
            key = auth.authenticate(shop, request) if may_authenticate and is_wc else None
            answer = _answer(shop, path.strip("/"), key, headers)
        except RestError as no:
            answer = Answer(no.body(), no.status)
        response = Response(dump(answer.body), answer.status, mimetype="application/json")
        _head(shop, response, key is not None)
        response.headers.update(headers | answer.headers)
    if shop.habits.due("truncated"):
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
    return response


def _answer(shop: Shop, path: str, key: Key | None, headers: dict[str, str]) -> Answer:
    if path == "":
        return Answer(routes_settings.index(shop, [route.pattern for route in ROUTES]))
    route, handler, ids = rest.find(ROUTES, shop, request.method, path)
    if key is not None:
        headers["Allow"] = route.allow
    query = list(request.args.items(multi=True))
    given = _query(query) | _body()
    call = Call(shop, request.method, f"/wp-json/{path}", query, given, ids)
    params.require(given, *handler.required)
    call.params = params.check(given, handler.checks)
    if key is None:
        raise auth.refuse_anonymous(request.method, path, "id" in ids)
    answer = handler.work(call)
    if "orders" in path:
        answer.body = _as_shown(shop, answer.body, call.params.get("dp"))
    if call.params.get("_fields"):
        answer.body = rest.only_fields(answer.body, str(call.params["_fields"]))
    return answer


def _as_shown(shop: Shop, body: Any, dp: int | None) -> Any:
    if isinstance(body, list):
        return [rounding.shown(shop, order, dp) for order in body]
    return rounding.shown(shop, body, dp)


def _query(query: list[tuple[str, str]]) -> JSON:
    """PHP's reading: the last one wins, `status[]` and `status[0]` make a list."""
    given: JSON = {}
    for name, value in query:
        base, bracket, _ = name.partition("[")
        if bracket:
            given.setdefault(base, [])
            if isinstance(given[base], list):
                given[base].append(value)
        else:
            given[name] = value
    return given


def _body() -> JSON:
    if request.method in ("GET", "HEAD"):
        return {}
    if request.mimetype != "application/json":
        return dict(request.form.items())
    raw = request.get_data()
    if not raw:
        return {}
    try:
        parsed = json.loads(raw)
    except ValueError:
        data = {"status": 400, "json_error_code": 4, "json_error_message": "Syntax error"}
        raise RestError("rest_invalid_json", "Invalid JSON body passed.", 400, data) from None
    return parsed if isinstance(parsed, dict) else {}


def _head(shop: Shop, response: Response, authenticated: bool) -> None:
    """Seen on 11.0.1 and 8.2: what WordPress says to a known and to an unknown visitor."""
    response.headers["Content-Type"] = "application/json; charset=UTF-8"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Link"] = f'<{shop.url}/wp-json/>; rel="https://api.w.org/"'
    response.headers["Access-Control-Expose-Headers"] = "X-WP-Total, X-WP-TotalPages, Link"
    response.headers["Access-Control-Allow-Headers"] = (
        "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type"
    )
    if authenticated:
        response.headers["Expires"] = "Wed, 11 Jan 1984 05:00:00 GMT"
        response.headers["Cache-Control"] = (
            "no-cache, must-revalidate, max-age=0, no-store, private"
        )
    else:
        response.headers["Vary"] = "Origin"


def _misbehave(shop: Shop) -> Response | None:
    silent = shop.habits.due("silent")
    if silent is not None:
        time.sleep(float(silent.get("seconds", 0)))
        hang_up = request.environ.get("simulator.hang_up")
        if hang_up is not None:
            hang_up()
        return Response("", 504)
    busy = shop.habits.due("busy")
    if busy is not None:
        response = Response(MAINTENANCE, int(busy.get("status", 429)), mimetype="text/html")
        if busy.get("retry_after") is not None:
            response.headers["Retry-After"] = str(busy["retry_after"])
        return response
    html = shop.habits.due("html")
    if html is not None:
        return Response(MAINTENANCE, int(html.get("status", 200)), mimetype="text/html")
    return None
