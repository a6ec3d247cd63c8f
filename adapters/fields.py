"""Reading single fields of a shop's JSON, whatever its platform; what cannot be read is named, its value never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from math import ceil
from typing import Any, NoReturn

from connector.errors import Unreadable
from connector.port import JSON
from connector.values import minor

YEARS = range(1970, 2200)
"""Outside of these a date is a mistake, and days counted from it may leave the calendar."""


MOST = 10**15
"""Minor units. No order is worth ten trillion, and what is far beyond fits into no database."""


def broken(where: str, name: str, expected: str) -> NoReturn:
    """Refuse a payload. Only the field's name is told: its value may be a person's."""
    raise Unreadable(f"The shop sent {where} with an unreadable {name}: expected {expected}")


def money(value: str, currency: str, where: str, name: str) -> int:
    """An amount as written, in minor units; one that nobody's money comes to is a mistake."""
    try:
        found = minor(value, currency)
    except ValueError:
        broken(where, name, "an amount")
    return found if abs(found) < MOST else broken(where, name, "an amount")


def record(value: Any, where: str) -> JSON:
    """A JSON object, as one thing of the shop."""
    if not isinstance(value, dict):
        broken(where, "body", "an object")
    return value


def section(thing: JSON, name: str, where: str) -> JSON:
    """A nested object; PHP writes an empty one as `[]`."""
    value = thing.get(name)
    if value is None or value == []:
        return {}
    if not isinstance(value, dict):
        broken(where, name, "an object")
    return value


def items(thing: JSON, name: str, where: str) -> list[JSON]:
    """A list of objects; missing reads as empty."""
    value = thing.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        broken(where, name, "a list of objects")
    return value


def pieces(thing: JSON, name: str, where: str) -> int:
    """How many; plugins that sell by weight write 1.5, which is part of a second piece."""
    value = thing.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        broken(where, name, "a number of pieces")
    return ceil(value)


def moment(thing: JSON, name: str, where: str) -> datetime | None:
    """A `…_gmt` time: naive in the payload, UTC in truth. null is "has not happened"."""
    value = thing.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        broken(where, name, "a time")
    return parse_moment(value, where, name)


def parse_moment(value: str, where: str, name: str) -> datetime:
    """ISO 8601; without a zone it is GMT."""
    try:
        moment = _parsed(value)
    except (ValueError, OverflowError):
        broken(where, name, "a time")
    return moment if moment.year in YEARS else broken(where, name, "a time of our days")


@lru_cache(1024)  # an order says the same few times again and again
def _parsed(value: str) -> datetime:
    parsed = datetime.fromisoformat(value.strip())
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC)
