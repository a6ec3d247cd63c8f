"""What changed in the shop, page by page; the cursor is a small JSON text of our own.

First a walk over everything by `autoIncrement`, which no deletion shifts; then for ever rounds of one question: what
was made or changed since the last round began. An order's own `updatedAt` stands still while its payment and delivery
change (seen on both), so the question asks about those too. All times are the shop's own, so no clock has to agree with
another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.shopware import asking, fields
from adapters.shopware.client import PER_PAGE, Client
from connector.errors import BadInput, TryLater, Unreadable
from connector.port import JSON, Stream

HIGHEST = 1 << 63
"""Above every number that a database counts up to: beyond it, the rest of a walk would be skipped."""
ASTRAY = timedelta(days=1)
"""Ahead of ours by more than this, it is not the shop that is early: something before it says a wrong date."""
QUIET = timedelta(seconds=60)
"""How long to leave the shop alone when it had nothing new; webhooks ring in between."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a stream is asked for: what, with what, which of them, and what moves when one changes."""

    entity: str
    criteria: JSON
    only: tuple[JSON, ...]
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One step through a stream, untranslated."""

    items: Sequence[JSON]
    cursor: JSON
    more: bool
    total: int | None


def kind_of(stream: Stream, document: JSON) -> Kind:
    own = ("createdAt", "updatedAt")
    if stream is Stream.CUSTOMERS:
        accounts = {"type": "equals", "field": "guest", "value": False}
        return Kind("customer", asking.CUSTOMER, (accounts,), own)
    if stream is Stream.PRODUCTS:
        parents = {"type": "equals", "field": "parentId", "value": None}
        return Kind("product", asking.PRODUCT, (parents,), own)
    since = document["orders_since"]
    begun = (_range("orderDateTime", gte=f"{since}T00:00:00.000+00:00"),) if since else ()
    moves = (
        *own, "transactions.createdAt", "transactions.updatedAt", "deliveries.createdAt",
        "deliveries.updatedAt", "lineItems.createdAt", "lineItems.updatedAt",
    )  # fmt: skip
    return Kind("order", asking.orders(document), begun, moves)


def read(cursor: str | None) -> JSON:
    """The cursor we wrote; None is the beginning."""
    if cursor is None:
        return {"phase": "walk", "after": 0}
    try:
        state = json.loads(cursor)
        if all(isinstance(state[name], kind) for name, kind in _NEEDED[state["phase"]].items()):
            return dict(state)
    except (ValueError, KeyError, TypeError):
        pass
    raise BadInput("The saved position in the shop's changes is damaged. Run `sync --full` once.")


def write(state: JSON) -> str:
    return json.dumps(state, separators=(",", ":"), sort_keys=True)


_NEEDED: dict[str, dict[str, type]] = {
    "walk": {"after": int},
    "round": {"after": int, "since": str},
}


def step(client: Client, stream: Stream, state: JSON, document: JSON) -> Found:
    """The next page. A walk and a round both go by rising `autoIncrement`; what changes behind us
    meanwhile has a time after the round's beginning, and the next round asks from there."""
    kind = kind_of(stream, document)
    filters = [*kind.only, _range("autoIncrement", gt=state["after"])]
    if state["phase"] == "round":
        filters.append(_moved_since(kind, state["since"]))
    counted = 1 if state["phase"] == "walk" and "total" not in state else 0
    found = client.search(
        kind.entity,
        {
            **kind.criteria,
            "filter": filters,
            "sort": [{"field": "autoIncrement", "order": "ASC"}],
            "limit": PER_PAGE,
            "total-count-mode": counted,
        },
    )
    began = str(state.get("began") or _text(_now(client, found.at)))
    total = found.total if counted else state.get("total")
    if len(found.items) >= PER_PAGE:
        after = _last(found.items, state["after"], kind.entity)
        here = state | {"after": after, "began": began}
        return Found(found.items, here if total is None else here | {"total": total}, True, total)
    overlap = document["overlap_seconds"]
    since = _text(datetime.fromisoformat(began) - timedelta(seconds=overlap))
    first = state["phase"] == "walk"
    return Found(found.items, {"phase": "round", "after": 0, "since": since}, first, total)


def _now(client: Client, said: datetime | None) -> datetime:
    """The shop's clock, unless it is far ahead: what changes until then, no round would ask for."""
    ours = client.clock()
    return said if said and said < ours + ASTRAY else ours


def _moved_since(kind: Kind, since: str) -> JSON:
    return {
        "type": "multi",
        "operator": "or",
        "queries": [_range(field, gte=since) for field in kind.moves],
    }


def _range(field: str, **parameters: Any) -> JSON:
    return {"type": "range", "field": field, "parameters": parameters}


def _last(items: Sequence[JSON], after: int, entity: str) -> int:
    """The highest number of this page; without progress a shop would be asked the same for ever."""
    numbers: list[Any] = [fields.record(item, entity).get("autoIncrement") for item in items]
    if not all(type(each) is int and each < HIGHEST for each in numbers):
        raise Unreadable(f"The shop sent {entity} without a whole number as autoIncrement.")
    found: int = max(numbers)
    if found <= after:
        raise TryLater(
            f"The shop shows the same page of {entity} again and again. Look for a cache before its API."
        )
    return found


def _text(moment: datetime) -> str:
    """As Shopware writes times: UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
