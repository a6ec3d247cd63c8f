"""The rows of every table, and the way along their links; a write that fails leaves nothing behind."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from adapters.shopware.simulator.kinds import JSON, Kind

UNIQUE = {("promotion_individual_code", "code"): "code"}
"""What the database lets nobody write twice, and what it calls that rule."""
LOOKED_UP = [("customer", "email"), ("order", "orderNumber")]
"""Where people look something up by what is in it."""


class Store:
    """Tables by kind; an index for every field that another table's links look for."""

    def __init__(self, kinds: dict[str, Kind]) -> None:
        self.kinds = kinds
        self.rows: dict[str, dict[str, JSON]] = {name: {} for name in kinds}
        self.count: dict[str, int] = {}
        """The highest autoIncrement per table; numbers are never given twice."""
        self._numbered: dict[str, list[tuple[int, str]]] = {
            name: [] for name, kind in kinds.items() if "autoIncrement" in kind.blank
        }
        self._index: dict[tuple[str, str], dict[Any, dict[str, None]]] = {
            key: {} for key in (*_looked_for(kinds), *UNIQUE, *LOOKED_UP)
        }
        self._fields: dict[str, list[str]] = {name: [] for name in kinds}
        for name, field in self._index:
            self._fields[name].append(field)
        self._undo: list[tuple[str, str, JSON | None]] | None = None

    def get(self, kind: str, row: object) -> JSON | None:
        return self.rows[kind].get(str(row))

    def value(self, kind: str, row: JSON, field: str) -> Any:
        return row[field] if field in row else self.kinds[kind].blank.get(field)

    def put(self, kind: str, row: JSON) -> JSON:
        """A new row."""
        if kind in self._numbered:
            number = self.count[kind] = self.count.get(kind, 0) + 1
            row["autoIncrement"] = number
            self._numbered[kind].append((number, row["id"]))
        self._note(kind, row["id"])
        self.rows[kind][row["id"]] = row
        self._enter(kind, row)
        return row

    def change(self, kind: str, row: str, **values: Any) -> JSON:
        self._note(kind, row)
        found = self.rows[kind][row]
        self._leave(kind, found)
        found.update(values)
        self._enter(kind, found)
        return found

    def remove(self, kind: str, row: str) -> None:
        """The row, and what cannot be without it; what only points at it points nowhere now."""
        for link in self.kinds[kind].links.values():
            if link.how not in ("many", "reverse"):
                continue
            for other in list(self._index[link.kind, link.by].get(row, ())):
                if kind == "customer" and link.kind == "order_customer":
                    self.change(link.kind, other, **{link.by: None})
                else:
                    self.remove(link.kind, other)
        self._note(kind, row)
        self._leave(kind, self.rows[kind].pop(row))

    def related(self, kind: str, row: JSON, name: str) -> list[JSON]:
        """What an association leads to; for a single one, at most one row."""
        link = self.kinds[kind].links[name]
        table = self.rows[link.kind]
        if link.how == "one":
            found = table.get(row.get(link.by) or "")
            return [found] if found else []
        if link.how == "list":
            return [table[other] for other in row.get(link.by) or () if other in table]
        return [table[other] for other in self._index[link.kind, link.by].get(row["id"], ())]

    def indexed(self, kind: str, field: str) -> bool:
        return (kind, field) in self._index

    def holders(self, kind: str, field: str, value: object) -> list[JSON]:
        """Rows whose indexed field has this value; texts compare as MySQL's do."""
        table = self.rows[kind]
        return [table[row] for row in self._index[kind, field].get(_folded(value), ())]

    def after(self, kind: str, number: int) -> Iterator[JSON]:
        """Rows above this autoIncrement, in its order, without looking at those below."""
        listed, table = self._numbered[kind], self.rows[kind]
        for _, row in listed[bisect_left(listed, (number + 1, "")) :]:
            if row in table:
                yield table[row]

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All of it or nothing, like a database's transaction."""
        undo: list[tuple[str, str, JSON | None]] = []
        self._undo = undo
        try:
            yield
        except BaseException:
            self._undo = None
            self._take_back(undo)
            raise
        finally:
            self._undo = None

    def _take_back(self, undo: Iterable[tuple[str, str, JSON | None]]) -> None:
        for kind, row, before in reversed(list(undo)):
            now = self.rows[kind].pop(row, None)
            if now is not None:
                self._leave(kind, now)
            if before is not None:
                self.rows[kind][row] = before
                self._enter(kind, before)

    def _note(self, kind: str, row: str) -> None:
        if self._undo is not None:
            before = self.rows[kind].get(row)
            self._undo.append((kind, row, dict(before) if before is not None else None))

    def _enter(self, kind: str, row: JSON) -> None:
        for field in self._fields[kind]:
            places = self._index[kind, field]
            places.setdefault(_folded(row.get(field)), {})[row["id"]] = None

    def _leave(self, kind: str, row: JSON) -> None:
        for field in self._fields[kind]:
            places = self._index[kind, field]
            here = places.get(_folded(row.get(field)), {})
            here.pop(row["id"], None)
            if not here:
                places.pop(_folded(row.get(field)), None)


def _looked_for(kinds: dict[str, Kind]) -> set[tuple[str, str]]:
    """Fields by which somebody else's link finds a row."""
    links = [link for kind in kinds.values() for link in kind.links.values()]
    return {(link.kind, link.by) for link in links if link.how in ("many", "reverse")}


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value
