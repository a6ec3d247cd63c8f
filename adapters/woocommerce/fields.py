"""Reading single fields of WooCommerce's JSON; what cannot be read is named, its value never shown."""

from __future__ import annotations

from typing import Any

from adapters.fields import broken, items, moment, money, parse_moment, pieces, record, section
from connector.port import JSON

__all__ = [
    "amount",
    "as_id",
    "broken",
    "external_id",
    "items",
    "meta",
    "moment",
    "money",
    "parse_moment",
    "pieces",
    "record",
    "section",
    "text",
]

LONGEST_ID = 20
"""Digits of an id; MySQL's largest has twenty."""


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


def amount(thing: JSON, name: str, currency: str, where: str) -> int:
    """Money is a text in WooCommerce ("19.99", "-0.00", "60"); anything else is not trusted."""
    value = thing.get(name)
    if not isinstance(value, str):
        broken(where, name, "an amount as text")
    return money(value, currency, where, name)


def meta(thing: JSON, key: str) -> str:
    """The last value stored under a meta key, as text; "" where there is none."""
    found, entries = "", thing.get("meta_data")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("key") == key:
            value = entry.get("value")
            found = str(value) if isinstance(value, str | int | float) else ""
    return found
