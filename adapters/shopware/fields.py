"""Reading single fields of Shopware's JSON; what cannot be read is named, its value never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.fields import broken, items, moment, money, parse_moment, pieces, record, section
from connector.port import JSON

__all__ = [
    "amount",
    "as_id",
    "broken",
    "custom",
    "external_id",
    "items",
    "list_of",
    "moment",
    "money",
    "named",
    "parse_moment",
    "pieces",
    "record",
    "section",
    "state",
    "text",
]

_ID = re.compile(r"[0-9a-f]{32}")


def as_id(value: Any) -> str | None:
    """32 lower-case hex digits, as Shopware writes every id; None for anything else."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def external_id(thing: JSON, name: str, where: str) -> str:
    return as_id(thing.get(name)) or broken(where, name, "an id of 32 hex digits")


def text(thing: JSON, name: str, where: str) -> str:
    """A text; null is none."""
    value = thing.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else broken(where, name, "a text")


def list_of(thing: JSON, name: str, where: str) -> list[JSON]:
    """A list of objects; an association nobody asked for, or an empty one, is null."""
    return [] if thing.get(name) is None else items(thing, name, where)


def amount(thing: Mapping[str, Any], name: str, currency: str, where: str) -> int:
    """Money is a JSON number in major units; read as Decimal, so nothing is lost on the way."""
    value = thing.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        broken(where, name, "an amount")
    return money(str(value), currency, where, name)


def named(thing: JSON, name: str, where: str) -> str:
    """A text that Shopware keeps per language, in the one we are answered in."""
    translated = section(thing, "translated", where)
    return text(translated, name, where) or text(thing, name, where)


def state(thing: JSON, where: str) -> str:
    """The technical name of where it stands."""
    found = section(thing, "stateMachineState", where)
    return text(found, "technicalName", where) or broken(where, "stateMachineState", "a state")


def custom(thing: JSON, key: str) -> str:
    """A custom field as text; "" where there is none. Without any, PHP writes `[]` or null."""
    kept = thing.get("customFields")
    value = kept.get(key) if key and isinstance(kept, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return str(value).strip()
