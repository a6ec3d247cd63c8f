"""The companion plugin's own REST route, as docs/companion.md says it; the page parts are `storefront`."""

from __future__ import annotations

import re

from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.rest import NO_ROUTE, Answer, Call, Handler, Route
from adapters.woocommerce.simulator.shop import JSON

VERSION = "1.0.0"
SHORTEST_SECRET = 32
_ADDRESS = r"https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1)(:\d+)?"
_SHAPES = {
    "connector": _ADDRESS,
    "shop": r"[a-z0-9][a-z0-9-]{0,39}",
    "url": r"https?://[^\s?#@]+",
    "secret": rf".{{{SHORTEST_SECRET},}}",
}


def _put(call: Call) -> Answer:
    """What is not such an object leaves the old connection as it is."""
    _there(call)
    for name, shape in _SHAPES.items():
        value = call.params.get(name)
        if not isinstance(value, str) or not re.fullmatch(shape, value):
            problem = f"{name} is missing or cannot be used."
            raise RestError("stammkunde_invalid_connection", problem, 400)
    call.shop.connection = {name: call.params[name] for name in _SHAPES}
    call.shop.take_connection(call.shop.connection)
    return Answer({"version": VERSION, "connected": True})


def _get(call: Call) -> Answer:
    _there(call)
    known: JSON = call.shop.connection or {}
    shown = {"connector": known.get("connector", ""), "shop": known.get("shop", "")}
    return Answer({"version": VERSION, "connected": bool(known), **shown})


def _forget(call: Call) -> Answer:
    _there(call)
    call.shop.connection = None
    call.shop.take_connection({})
    return Answer({"version": VERSION, "connected": False})


def _there(call: Call) -> None:
    """A shop without the plugin does not know the address."""
    if call.shop.habits["without_companion"]:
        raise NO_ROUTE


ROUTES = [
    Route(
        "wc-stammkunde/v1/connection",
        {"GET": Handler(_get), "PUT": Handler(_put), "DELETE": Handler(_forget)},
    )
]
