"""A literal SQL statement, handed to the driver as it is: SQLAlchemy spends ten times as long on one
as SQLite does. Only the hot ones are literal (`statements`); everything else is SQLAlchemy Core.

The two drivers differ in how a parameter is spelled and in what a moment, a day and a document are to
them; that is all there is in here.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, ClassVar

from sqlalchemy import Connection

Codec = Callable[[Any], Any]

MOMENTS = frozenset([
    "now", "at", "occurred_at", "recorded_at", "release_at", "placed_at", "paid_at", "shipped_at",
    "delivered_at", "cancelled_at", "withdrawn_at", "gone_at", "looked_at", "due_at", "lease_until",
    "rung_at", "since", "until",
])  # fmt: skip
DOCUMENTS = frozenset(["lots", "basis", "lines", "terms", "facts"])
DAYS = frozenset(["expires_on", "due_on"])
FLAGS = frozenset(["trial"])

_PARAMETER = re.compile(r":([a-z_]+)")
_LIST = re.compile(r"IN :([a-z_]+)")


class Statement:
    """A statement with `:named` parameters; a name after IN takes a sequence that is not empty.

    Columns and parameters named in MOMENTS, DOCUMENTS, DAYS or FLAGS are of that type. `lock` locks the
    rows a SELECT finds, on PostgreSQL. NO KEY: a row inserted elsewhere that refers to a member keeps
    the member's key, and two that do so and then want the member whole would wait for each other for
    ever.
    """

    def __init__(self, sql: str, *, lock: bool = False) -> None:
        self.sql = " ".join(sql.split())
        self._sqlite = _Sqlite(self.sql)
        self._postgres = _Postgres(self.sql + " FOR NO KEY UPDATE" if lock else self.sql)

    def rows(self, tx: Connection, asked: Mapping[str, Any]) -> list[Any]:
        """What a SELECT finds, as tuples that are named after its columns."""
        spelled = self._spelled(tx)
        return spelled.found(spelled.execute(tx.connection.driver_connection, asked))

    def run(self, tx: Connection, *rows: Mapping[str, Any]) -> int:
        """Insert, update or delete, once for each row of parameters; how many rows that touched."""
        if not rows:
            return 0
        return self._spelled(tx).execute_many(tx.connection.driver_connection, rows)

    def _spelled(self, tx: Connection) -> _Spelled:
        return self._sqlite if tx.dialect.name == "sqlite" else self._postgres


class _Spelled(ABC):
    """A statement in one driver's spelling."""

    encoders: ClassVar[Mapping[str, Codec]]
    decoders: ClassVar[Mapping[str, Codec]]

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.lists = frozenset(_LIST.findall(sql))
        self.names = tuple(_PARAMETER.findall(sql))
        columns = _columns(sql)
        self._row: Any = namedtuple("_row", columns)  # type: ignore[misc]
        self._decode = [
            (place, self.decoders[name])
            for place, name in enumerate(columns) if name in self.decoders
        ]  # fmt: skip

    @abstractmethod
    def execute(self, driver: Any, values: Mapping[str, Any]) -> Any:
        """A cursor that can be iterated."""

    @abstractmethod
    def execute_many(self, driver: Any, rows: Sequence[Mapping[str, Any]]) -> int:
        """How many rows were touched."""

    def found(self, raw: Iterable[Sequence[Any]]) -> list[Any]:
        if not self._decode:
            return list(map(self._row._make, raw))
        return [self._decoded(list(one)) for one in raw]

    def _decoded(self, values: list[Any]) -> Any:
        for place, decode in self._decode:
            if values[place] is not None:
                values[place] = decode(values[place])
        return self._row._make(values)


def _columns(sql: str) -> list[str]:
    if not sql.startswith("SELECT "):
        return []
    return [name.strip(' "') for name in sql[len("SELECT ") : sql.index(" FROM ")].split(",")]


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


# ------------------------------------------------------------------ SQLite


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return value.astimezone(UTC)


def _moment_to_text(value: datetime) -> str:
    """As `tables.Utc` writes it: SQLite keeps no zone, and texts must compare as moments do."""
    return _utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment_from_text(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


class _Sqlite(_Spelled):
    encoders: ClassVar[Mapping[str, Codec]] = {
        **dict.fromkeys(MOMENTS, _moment_to_text), **dict.fromkeys(DOCUMENTS, _written),
        **dict.fromkeys(DAYS, date.isoformat),
    }  # fmt: skip
    decoders: ClassVar[Mapping[str, Codec]] = {
        **dict.fromkeys(MOMENTS, _moment_from_text), **dict.fromkeys(DOCUMENTS, json.loads),
        **dict.fromkeys(DAYS, date.fromisoformat), **dict.fromkeys(FLAGS, bool),
    }  # fmt: skip

    def __init__(self, sql: str) -> None:
        super().__init__(sql)
        self._pick = itemgetter(*self.names, self.names[0])  # of one name it would give no tuple
        self._encode = [
            (place, self.encoders[name])
            for place, name in enumerate(self.names) if name in self.encoders
        ]  # fmt: skip
        self._asking = lru_cache(256)(self._text)
        self._once = self._text(*[1] * len(self.names))

    def execute(self, driver: Any, values: Mapping[str, Any]) -> Any:
        if not self.lists:
            return driver.execute(self._once, self._values(values))
        given: list[Any] = []
        lengths: list[int] = []
        for name in self.names:
            if name in self.lists:
                given += values[name]
                lengths.append(len(values[name]))
            else:
                given.append(values[name])
        return driver.execute(self._asking(*lengths), given)

    def execute_many(self, driver: Any, rows: Sequence[Mapping[str, Any]]) -> int:
        if len(rows) == 1:
            return int(driver.execute(self._once, self._values(rows[0])).rowcount)
        return int(driver.executemany(self._once, map(self._values, rows)).rowcount)

    def _values(self, row: Mapping[str, Any]) -> Sequence[Any]:
        values = list(self._pick(row))[:-1]
        for place, encode in self._encode:
            if values[place] is not None:
                values[place] = encode(values[place])
        return values

    def _text(self, *lengths: int) -> str:
        left = list(lengths)

        def spelled(found: re.Match[str]) -> str:
            if found[1] not in self.lists:
                return "?"
            return "(" + ", ".join("?" * left.pop(0)) + ")"

        return _PARAMETER.sub(spelled, self.sql)


# ------------------------------------------------------------------ PostgreSQL


class _Postgres(_Spelled):
    """A list of one is compared with `=`: PostgreSQL finds it cheaper than the list of ten for which it
    would keep a plan, and would plan the statement anew each time, which takes longer than to do it.
    """

    encoders: ClassVar[Mapping[str, Codec]] = {
        **dict.fromkeys(MOMENTS, _utc),
        **dict.fromkeys(DOCUMENTS, _written),
    }
    decoders: ClassVar[Mapping[str, Codec]] = dict.fromkeys(MOMENTS, _utc)

    def __init__(self, sql: str) -> None:
        super().__init__(sql)
        self._asking = lru_cache(self._text)

    def execute(self, driver: Any, values: Mapping[str, Any]) -> Any:
        single = frozenset(name for name in self.lists if len(values[name]) == 1)
        return driver.execute(self._asking(single), self._values(values, single))

    def execute_many(self, driver: Any, rows: Sequence[Mapping[str, Any]]) -> int:
        if len(rows) == 1:
            return int(self.execute(driver, rows[0]).rowcount)
        with driver.cursor() as cursor:
            none: frozenset[str] = frozenset()
            cursor.executemany(self._asking(none), [self._values(row, none) for row in rows])
            return int(cursor.rowcount)

    def _text(self, single: frozenset[str]) -> str:
        def spelled(found: re.Match[str]) -> str:
            return f"= :{found[1]}" if found[1] in single else f"= ANY(:{found[1]})"

        return _PARAMETER.sub(r"%(\1)s", _LIST.sub(spelled, self.sql))

    def _values(self, row: Mapping[str, Any], single: frozenset[str]) -> dict[str, Any]:
        values = {name: row[name] for name in self.names}
        for name in self.lists:
            values[name] = row[name][0] if name in single else list(row[name])
        for name in values.keys() & self.encoders.keys():
            if values[name] is not None:
                values[name] = self.encoders[name](values[name])
        return values
