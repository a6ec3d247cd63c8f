"""What every REST route shares: the call, the answer, the table of routes, batches, `_fields`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.woocommerce.simulator import params
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.params import Check
from adapters.woocommerce.simulator.shop import JSON, Shop

BATCH_LIMIT = 100


@dataclass
class Answer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """A request on its way to a route."""

    shop: Shop
    method: str
    path: str
    query: list[tuple[str, str]]
    params: JSON
    """Query and JSON body together; the body wins, as in WordPress."""
    ids: JSON = field(default_factory=dict)

    @property
    def force(self) -> bool:
        return self.params.get("force") in params.TRUE


Work = Callable[[Call], Answer]


@dataclass(frozen=True)
class Handler:
    work: Work
    checks: Mapping[str, Check] = field(default_factory=dict)
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """A pattern below /wp-json/ and what it answers per method."""

    pattern: str
    methods: Mapping[str, Handler]
    modern: bool = False
    """Only in 9.0 and later: 8.2 answers rest_no_route (seen)."""

    def match(self, path: str) -> JSON | None:
        found = re.fullmatch(self.pattern, path)
        if found is None:
            return None
        return {k: int(v) if v.isdigit() else v for k, v in found.groupdict().items()}

    @property
    def allow(self) -> str:
        order = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return ", ".join(m for m in order if m in self.methods)


NO_ROUTE = RestError(
    "rest_no_route", "No route was found matching the URL and request method.", 404
)


def find(
    routes: Iterable[Route], shop: Shop, method: str, path: str
) -> tuple[Route, Handler, JSON]:
    """A known address with another method is no route either (WordPress knows no 405)."""
    wanted = "GET" if method == "HEAD" else method
    for route in routes:
        ids = route.match(path)
        if ids is None or (route.modern and not shop.modern) or wanted not in route.methods:
            continue
        return route, route.methods[wanted], ids
    raise NO_ROUTE


def run(handler: Handler, call: Call) -> Answer:
    params.require(call.params, *handler.required)
    call.params = params.check(call.params, handler.checks)
    return handler.work(call)


def created(call: Call, body: JSON) -> Answer:
    return Answer(body, 201, {"Location": body["_links"]["self"][0]["href"]})


def editable(handler: Handler) -> dict[str, Handler]:
    return {"POST": handler, "PUT": handler, "PATCH": handler}


def only_fields(body: Any, wanted: str) -> Any:
    """`_fields=id,billing.email`: also drops _links unless it is named (seen on 11.0.1)."""
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if isinstance(body, list):
        return [_pick(thing, names) for thing in body]
    return _pick(body, names)


def _pick(thing: JSON, names: list[str]) -> JSON:
    kept: JSON = {}
    for key, value in thing.items():
        if key in names:
            kept[key] = value
            continue
        inner = [name[len(key) + 1 :] for name in names if name.startswith(f"{key}.")]
        if inner and isinstance(value, dict):
            kept[key] = _pick(value, inner)
    return kept


def batch(collection: Handler, item: Handler, remove: Handler) -> Handler:
    """Not transactional; each item may carry an error inside a 200 (seen on 11.0.1)."""

    def work(call: Call) -> Answer:
        asked = {k: call.params.get(k) or [] for k in ("create", "update", "delete")}
        if sum(len(entries) for entries in asked.values()) > BATCH_LIMIT:
            raise RestError(
                "woocommerce_rest_request_entity_too_large",
                f"Unable to accept more than {BATCH_LIMIT} items for this request.",
                413,
            )
        answer: JSON = {}
        for kind, handler in (("create", collection), ("update", item), ("delete", remove)):
            if asked[kind]:
                answer[kind] = [_one(call, handler, entry) for entry in asked[kind]]
        return Answer(answer)

    return Handler(work)


def _one(call: Call, handler: Handler, entry: Any) -> JSON:
    number = int(entry.get("id", 0)) if isinstance(entry, dict) else int(entry)
    given = dict(entry) if isinstance(entry, dict) else {"force": True}
    inner = Call(call.shop, "POST", call.path, [], given, {"id": number})
    try:
        body: JSON = run(handler, inner).body
    except RestError as no:
        return {"id": number, "error": no.body()}
    return body
