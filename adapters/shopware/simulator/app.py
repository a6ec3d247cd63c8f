"""The HTTP face of the Admin API: nasty habits, tokens, plain JSON, and the shop's clock in every answer."""

from __future__ import annotations

import json
import time
from typing import Any

from flask import Flask, Response, request
from werkzeug.http import http_date

from adapters.shopware.simulator import errors, routes
from adapters.shopware.simulator.errors import ApiError
from adapters.shopware.simulator.kinds import JSON, LIVE
from adapters.shopware.simulator.routes import Answer, Call
from adapters.shopware.simulator.shop import Shop
from adapters.shopware.simulator.tokens import Door

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
MAINTENANCE = (
    "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>The shop is being "
    "updated. Check back in a minute.</p></body></html>"
)


def dump(body: Any) -> bytes:
    """PHP's json_encode: ASCII only, slashes escaped, no blanks."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def create_app(shop: Shop) -> Flask:
    """The Admin API alone; the control door and the storefront are registered by `__main__`."""
    app = Flask(__name__, static_folder=None, template_folder="templates")
    door = Door(shop)

    @app.route("/api/<path:path>", methods=METHODS)
    def api(path: str) -> Response:
        return serve(shop, door, path)

    @app.after_request
    def date(response: Response) -> Response:
        response.headers["Date"] = http_date(shop.now())
        return response

    return app


def serve(shop: Shop, door: Door, path: str) -> Response:
    spoiled = _misbehave(shop)
    if spoiled is not None:
        return spoiled
    with shop.lock:
        try:
            answer = _answer(shop, door, path)
        except ApiError as no:
            answer = Answer(no.body(), no.status)
    shop.announce()
    response = Response(b"" if answer.status == 204 else dump(answer.body), answer.status)
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "no-cache, private"
    response.headers.update(answer.headers)
    if shop.habits.due("truncated"):
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
    return response


def _answer(shop: Shop, door: Door, path: str) -> Answer:
    if path == "oauth/token" and request.method == "POST":
        body = door.token(_token_body(), request.remote_addr or "")
        return Answer(body, 200, {"Cache-Control": "no-store, private"})
    caller = door.caller(request.headers.get("Authorization"))
    _plain(path)
    _context(shop)
    inherits = request.headers.get("sw-inheritance", "") not in ("", "0", "false")
    call = Call(shop, caller, _body(), dict(request.args.items()), inherits)
    return routes.answer(call, request.method, path)


def _plain(path: str) -> None:
    """Seen: without `Accept: application/json` the shop answers JSON:API, which is not imitated."""
    if path.startswith("_") or request.headers.get("Accept", "").startswith("application/json"):
        return
    detail = (
        "The simulator answers plain JSON only; the shop would answer JSON:API here. "
        "Send Accept: application/json."
    )
    raise errors.refuse(406, "SIMULATOR__NOT_IMITATED", detail)


def _context(shop: Shop) -> None:
    """Other versions are not imitated; a language that is not there is refused as the shop does."""
    if request.headers.get("sw-version-id", LIVE) != LIVE:
        raise errors.beyond("reading or writing another version than the live one")
    language = request.headers.get("sw-language-id")
    if language is not None and language not in shop.store.rows["language"]:
        detail = f'The language "{language}" was not found.'
        raise errors.refuse(412, "FRAMEWORK__LANGUAGE_NOT_FOUND", detail, languageId=language)


def _token_body() -> JSON:
    return _body() if request.mimetype == "application/json" else dict(request.form.items())


def _body() -> JSON:
    raw = request.get_data()
    if request.method in ("GET", "DELETE") or not raw:
        return {}
    if request.mimetype != "application/json":
        raise errors.beyond(f"a body of type {request.mimetype or 'nothing'}")
    try:
        parsed = json.loads(raw)
    except ValueError:
        detail = "The JSON payload is malformed."
        raise errors.refuse(400, "0", detail) from None
    return parsed if isinstance(parsed, dict | list) else {}  # type: ignore[return-value]


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
