"""Searching: which rows fit, in which order, how many there are, and how they read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from adapters.shopware.simulator import filters, render
from adapters.shopware.simulator.criteria import Criteria
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.store import Store

LOOKS_AHEAD = 6
"""Read in source: to say whether there is a next page, the shop reads so many pages and one row."""


def rows(store: Store, kind: str, asked: Criteria) -> tuple[list[JSON], int]:
    """The page, and what is said of the total."""
    fits = filters.every(store, kind, asked.filter)
    candidates, ordered = _candidates(store, kind, asked)
    fitting = (row for row in candidates if fits(row))
    found = fitting if ordered else iter(_sorted(store, kind, fitting, asked.sort))
    end = None if asked.limit is None else asked.offset + asked.limit
    if asked.total == 0:
        page = list(islice(found, asked.offset, end))
        return page, len(page)
    listed = list(found)
    page, total = listed[asked.offset : end], len(listed)
    if asked.total == 2 and asked.limit:
        total = min(total - asked.offset, asked.limit * LOOKS_AHEAD + 1)
    return page, max(total, 0)


def _candidates(store: Store, kind: str, asked: Criteria) -> tuple[Iterable[JSON], bool]:
    """Rows worth asking, and whether they come in the wanted order."""
    table = store.rows[kind]
    if asked.ids:
        return [table[one] for one in dict.fromkeys(asked.ids) if one in table], not asked.sort
    named = _named(asked)
    if named is not None:
        return [table[one] for one in named if one in table], False
    held = _held(store, kind, asked)
    if held is not None:
        return held, False
    if asked.sort[:1] == [("autoIncrement", False)]:
        return store.after(kind, _above(asked)), True
    return list(table.values()), not asked.sort


def _named(asked: Criteria) -> list[str] | None:
    """The ids that a filter at the top names."""
    for entry in asked.filter:
        if entry.get("field") == "id" and entry.get("type") == "equals":
            return [str(entry.get("value"))]
        if entry.get("field") == "id" and entry.get("type") == "equalsAny":
            listed = entry.get("value")
            return [str(v) for v in listed] if isinstance(listed, list) else None
    return None


def _held(store: Store, kind: str, asked: Criteria) -> list[JSON] | None:
    """The rows that an index knows for a field that has to equal a text."""
    for entry in asked.filter:
        field, value = str(entry.get("field")).removeprefix(f"{kind}."), entry.get("value")
        if entry.get("type") == "equals" and isinstance(value, str) and store.indexed(kind, field):
            return store.holders(kind, field, value)
    return None


def _above(asked: Criteria) -> int:
    """Where a keyset page starts, so that it does not read what lies before."""
    for entry in asked.filter:
        bounds = entry.get("parameters") if entry.get("type") == "range" else None
        if entry.get("field") == "autoIncrement" and isinstance(bounds, dict):
            number = bounds.get("gt")
            if isinstance(number, int):
                return number
    return 0


def _sorted(
    store: Store, kind: str, found: Iterable[JSON], sort: list[tuple[str, bool]]
) -> list[JSON]:
    listed = list(found)
    for field, down in reversed(sort):
        read = filters.reader(store, kind, field)
        listed.sort(key=lambda row, read=read: _rank(min(read(row), key=_rank)), reverse=down)  # type: ignore[misc]
    return listed


def _rank(value: Any) -> tuple[int, Any]:
    """MySQL's order: nothing first, then numbers, then texts."""
    if value is None:
        return 0, 0
    if isinstance(value, int | float):
        return 1, float(value)
    return 2, str(value).casefold()


def answer(face: render.Face, kind: str, asked: Criteria) -> JSON:
    page, total = rows(face.store, kind, asked)
    data = [render.found(face, kind, row, asked.associations) for row in page]
    return {"total": total, "data": render.only(data, asked.includes), "aggregations": []}


def ids(store: Store, kind: str, asked: Criteria) -> JSON:
    page, total = rows(store, kind, asked)
    return {"total": total, "data": [row["id"] for row in page]}
