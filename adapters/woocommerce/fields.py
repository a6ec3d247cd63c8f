"""Reading single fields of WooCommerce's JSON; what cannot be read is named, its value never shown."""

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
LONGEST_ID = 20
"""Digits of an id; MySQL's largest has twenty."""


def broken(where: str, name: str, expected: str) -> NoReturn:
    """Refuse a payload. Only the field's name is told: its value may be a person's."""
    raise Unreadable(f"WooCommerce sent {where} with an unreadable {name}: expected {expected}")


def record(value: Any, where: str) -> JSON:
    """A JSON object, as one thing of the shop."""
    if not isinstance(value, dict):
        broken(where, "body", "an object")
    return value


def external_id(thing: JSON, name: str, where: str) -> str:
    """An id as text; WooCommerce writes numbers, and 0 for nobody."""
    number = as_id(thing.get(name))
    return number if number is not None else broken(where, name, "a whole number")


def as_id(value: Any) -> str | None:
    """A number, or a number written as text, in one spelling; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    digits = str(value)[: LONGEST_ID + 1]
    fits = len(digits) <= LONGEST_ID and digits.isascii() and digits.isdecimal()
    return str(int(digits)) if fits else None


def text(thing: JSON, name: str, where: str) -> str:
    """A text. Older versions leave fields out, PHP writes an empty one as false, and plugins that
    number orders write numbers."""
    value = thing.get(name)
    if isinstance(value, str):
        return value
    if value is None or value is False:
        return ""
    if isinstance(value, int) and value is not True:
        return str(value)
    return broken(where, name, "a text")


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


def amount(thing: JSON, name: str, currency: str, where: str) -> int:
    """Money is a text in WooCommerce ("19.99", "-0.00", "60"); anything else is not trusted."""
    value = thing.get(name)
    if not isinstance(value, str):
        broken(where, name, "an amount as text")
    try:
        return minor(value, currency)
    except ValueError:
        broken(where, name, "a decimal number")


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


def meta(thing: JSON, key: str) -> str:
    """The last value stored under a meta key, as text; "" where there is none."""
    found, entries = "", thing.get("meta_data")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("key") == key:
            value = entry.get("value")
            found = str(value) if isinstance(value, str | int | float) else ""
    return found
