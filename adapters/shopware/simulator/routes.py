"""The addresses of the Admin API that are imitated, and what each of them does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.shopware.simulator import (
    checks,
    criteria,
    customers,
    errors,
    render,
    search,
    states,
    sync,
    writing,
)
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.rights import Caller, check
from adapters.shopware.simulator.shop import Shop
from adapters.shopware.simulator.writing import Writer


@dataclass
class Answer:
    """What goes back; no body means 204."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One request, after the token was looked at."""

    shop: Shop
    caller: Caller
    body: JSON
    query: dict[str, str]
    inherits: bool = False
    """The header sw-inheritance."""

    @property
    def face(self) -> render.Face:
        return replace(self.shop.face, inherits=self.inherits)


def answer(call: Call, method: str, path: str) -> Answer:
    if method != "GET":
        _only(call, {"_response"})
    for verb, pattern, work in ROUTES:
        found = re.fullmatch(pattern, path)
        if found and verb == method:
            return work(call, *found.groups())
    detail = f'No route found for "{method} {call.shop.url}/api/{path}"'
    raise errors.refuse(404, "0", detail)


def _only(call: Call, known: set[str]) -> None:
    unknown = sorted(set(call.query) - known)
    if unknown:
        raise errors.beyond(f"the parameter {', '.join(unknown)} here")


def kind_of(call: Call, name: str) -> str:
    """`order-line-item` and nothing else."""
    kind = name.replace("-", "_")
    if "_" in name or kind not in call.shop.store.kinds:
        detail = f'No route found for "{name}"'
        raise errors.refuse(404, "0", detail)
    return kind


def _version(call: Call) -> Answer:
    return Answer({"version": call.shop.version})


def _asked(call: Call, kind: str) -> criteria.Criteria:
    if not isinstance(call.body, dict):
        raise errors.refuse(400, "0", "A search has to be an object.")
    asked = criteria.read(call.shop.store, kind, call.body, call.shop.most)
    check(call.shop, call.caller, criteria.needed(call.shop.store, kind, asked))
    return asked


def _search(call: Call, name: str) -> Answer:
    kind = kind_of(call, name)
    return Answer(search.answer(call.face, kind, _asked(call, kind)))


def _search_ids(call: Call, name: str) -> Answer:
    kind = kind_of(call, name)
    return Answer(search.ids(call.shop.store, kind, _asked(call, kind)))


def _list(call: Call, name: str) -> Answer:
    """GET: page and limit as parameters."""
    _only(call, {"page", "limit", "total-count-mode"})
    call.body = {
        n: int(v) if n == "total-count-mode" and v.isdigit() else v for n, v in call.query.items()
    }
    return _search(call, name)


def _one(call: Call, name: str, row: str) -> Answer:
    _only(call, set())
    kind = kind_of(call, name)
    check(call.shop, call.caller, [f"{kind}:read"])
    found = _row(call, kind, row)
    return Answer({"data": render.found(call.face, kind, found, {})})


def _row(call: Call, kind: str, row: str) -> JSON:
    found = call.shop.store.get(kind, checks.row_id(row))
    if found is None:
        raise errors.not_found(kind, row)
    return found


def _create(call: Call, name: str) -> Answer:
    kind = kind_of(call, name)
    writer = Writer(call.shop, call.caller)
    with call.shop.whole():
        row = writer.upsert(kind, call.body, "/0", create=True)
        writer.finish()
    return _written(call, kind, row)


def _change(call: Call, name: str, row: str) -> Answer:
    kind = kind_of(call, name)
    check(call.shop, call.caller, [f"{kind}:update"])
    _row(call, kind, row)
    writer = Writer(call.shop, call.caller)
    with call.shop.whole():
        writer.upsert(kind, call.body | {"id": row}, "/0")
        writer.finish()
    return _written(call, kind, row)


def _written(call: Call, kind: str, row: str) -> Answer:
    """Seen: 204 and an address, unless the answer is asked for."""
    if call.query.get("_response") in ("basic", "detail"):
        found = call.shop.store.rows[kind][row]
        return Answer({"data": render.entity(call.shop.face, kind, found, {})})
    path = call.shop.store.kinds[kind].path
    return Answer(None, 204, {"Location": f"{call.shop.url}/api/{path}/{row}"})


def _delete(call: Call, name: str, row: str) -> Answer:
    kind = kind_of(call, name)
    check(call.shop, call.caller, [f"{kind}:delete"])
    _row(call, kind, row)
    if kind == "customer":
        customers.delete(call.shop, row)
        return Answer(None, 204)
    with call.shop.whole():
        writing.delete(Writer(call.shop, call.caller), kind, row)
    return Answer(None, 204)


def _sync(call: Call) -> Answer:
    return Answer(sync.run(call.shop, Writer(call.shop, call.caller), call.body))


def _machine(name: str) -> str:
    kind = name.replace("-", "_")
    if kind not in states.MACHINES:
        raise errors.refuse(404, "0", f'No route found for "{name}"')
    return kind


def _ways(call: Call, name: str, row: str) -> Answer:
    kind = _machine(name)
    check(call.shop, call.caller, [f"{kind}:read"])
    return Answer(states.transitions(call.shop, kind, _row(call, kind, row)))


def _transition(call: Call, name: str, row: str, action: str) -> Answer:
    kind = _machine(name)
    check(call.shop, call.caller, [f"{kind}:update"])
    found = states.go(call.shop, kind, _row(call, kind, row), action)
    state = call.shop.store.rows["state_machine_state"][found["stateId"]]
    return Answer(render.entity(call.shop.face, "state_machine_state", state, {}))


def _settings(call: Call) -> Answer:
    """The values of a domain, as the merchant set them; none is an empty list, as PHP writes it."""
    check(call.shop, call.caller, ["system_config:read"])
    domain = call.query.get("domain", "")
    if not domain:
        raise errors.refuse(
            400, "FRAMEWORK__MISSING_REQUEST_PARAMETER", 'Parameter "domain" is missing.'
        )
    found = {k: v for k, v in call.shop.settings.items() if k.startswith(f"{domain}.")}
    return Answer(found or [])


NAME, ROW = "([a-z-]+)", "([^/]+)"
ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    ("GET", "_info/version", _version),
    ("POST", f"search/{NAME}", _search),
    ("POST", f"search-ids/{NAME}", _search_ids),
    ("POST", "_action/sync", _sync),
    ("GET", "_action/system-config", _settings),
    ("GET", f"_action/state-machine/([a-z_-]+)/{ROW}/state", _ways),
    ("POST", f"_action/state-machine/([a-z_-]+)/{ROW}/state/([a-z_]+)", _transition),
    ("POST", f"_action/([a-z_]+)/{ROW}/state/([a-z_]+)", _transition),
    ("GET", NAME, _list),
    ("POST", NAME, _create),
    ("GET", f"{NAME}/{ROW}", _one),
    ("PATCH", f"{NAME}/{ROW}", _change),
    ("DELETE", f"{NAME}/{ROW}", _delete),
]
