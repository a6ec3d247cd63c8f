"""Filters as the search API takes them, made into one question per row; a wrong field is refused.

A field behind several rows asks whether any of them fits, as a database's join does; where there is none, it is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from adapters.shopware.simulator import clock, errors
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.store import Store

Test = Callable[[JSON], bool]
Reader = Callable[[JSON], list[Any]]
LOOSE = {"customFields", "payload"}
"""Fields that hold whatever somebody put there; a path may go on inside them."""
DATED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
}


def steps(store: Store, kind: str, path: str) -> tuple[list[tuple[str, str]], str]:
    """The associations a path goes through, as (kind, association), and the field at its end."""
    names = path.split(".")
    if names[0] == kind:
        names = names[1:]
    taken, here = [], kind
    while len(names) > 1 and names[0] in store.kinds[here].links:
        taken.append((here, names[0]))
        here = store.kinds[here].links[names.pop(0)].kind
    if names and names[0] in store.kinds[here].others:
        raise errors.beyond(f"the association {names[0]} of {here}")
    if not names or not store.kinds[here].has_field(names[0]):
        raise errors.unmapped(".".join(names), here)
    if len(names) > 1 and names[0] not in LOOSE:
        raise errors.unmapped(".".join(names), here)
    return taken, ".".join(names)


def reader(store: Store, kind: str, path: str) -> Reader:
    """All values that a row has at the end of a path."""
    taken, field = steps(store, kind, path)
    here = store.kinds[taken[-1][0]].links[taken[-1][1]].kind if taken else kind
    name, *inner = field.split(".")

    def read(row: JSON) -> list[Any]:
        rows = [row]
        for at, link in taken:
            rows = [other for one in rows for other in store.related(at, one, link)]
        found = [_inside(store.value(here, one, name), inner) for one in rows]
        return found or [None]

    return read


def _inside(value: Any, names: list[str]) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def every(store: Store, kind: str, wanted: object) -> Test:
    """All of a list of filters."""
    tests = [test(store, kind, entry) for entry in listed(wanted)]
    return lambda row: all(one(row) for one in tests)


def listed(wanted: object) -> list[Any]:
    if wanted is None:
        return []
    if not isinstance(wanted, list):
        raise invalid("The filter parameter has to be a list.")
    return wanted


def test(store: Store, kind: str, wanted: Any) -> Test:
    if not isinstance(wanted, dict) or "type" not in wanted:
        raise invalid("The filter type is missing.")
    name = wanted["type"]
    if name in ("multi", "and", "or"):
        return _multi(
            store, kind, wanted, wanted.get("operator", "and" if name == "multi" else name)
        )
    if name in ("not", "nand", "nor"):
        operator = wanted.get("operator", {"nor": "or"}.get(name, "and"))
        inner = _multi(store, kind, wanted, operator)
        return lambda row: not inner(row)
    leaf = LEAVES.get(name)
    if leaf is None:
        raise invalid(f'Unsupported filter type: "{name}"')
    if not isinstance(wanted.get("field"), str) or not wanted["field"]:
        raise invalid(f"Parameter field for {name} filter is missing.")
    return leaf(reader(store, kind, wanted["field"]), wanted)


def _multi(store: Store, kind: str, wanted: JSON, operator: object) -> Test:
    tests = [test(store, kind, entry) for entry in listed(wanted.get("queries"))]
    if not tests:
        raise invalid("The queries parameter of a multi filter is missing.")
    if str(operator).lower() == "or":
        return lambda row: any(one(row) for one in tests)
    if str(operator).lower() != "and":
        raise errors.beyond(f"the operator {operator}")
    return lambda row: all(one(row) for one in tests)


def _equals(read: Reader, wanted: JSON) -> Test:
    if wanted.get("value", "") == "" or isinstance(wanted["value"], dict | list):
        raise invalid("Parameter value for equals filter is missing.")
    value = _plain(wanted["value"])
    return lambda row: any(_plain(found) == value for found in read(row))


def _equals_any(read: Reader, wanted: JSON) -> Test:
    """Read in source: a text is a list with `|` between its values."""
    given = wanted.get("value")
    listed = given.split("|") if isinstance(given, str) else given
    if not isinstance(listed, list) or not listed:
        raise invalid("Parameter value for equalsAny filter is missing.")
    values = {_plain(value) for value in listed}
    return lambda row: any(_plain(found) in values for found in read(row))


def _text(fits: Callable[[str, str], bool]) -> Callable[[Reader, JSON], Test]:
    def leaf(read: Reader, wanted: JSON) -> Test:
        if wanted.get("value") in (None, ""):
            raise invalid(f"Parameter value for {wanted['type']} filter is missing.")
        part = str(wanted["value"]).casefold()
        return lambda row: any(
            found is not None and fits(str(found).casefold(), part) for found in read(row)
        )

    return leaf


def _range(read: Reader, wanted: JSON) -> Test:
    given = wanted.get("parameters")
    if not isinstance(given, dict) or not given or set(given) - set(COMPARED):
        raise invalid("Parameter parameters for range filter is missing.")
    bounds = [(COMPARED[name], _comparable(value)) for name, value in given.items()]

    def within(value: Any) -> bool:
        found = _comparable(value)
        return found is not None and all(
            type(found) is type(limit) and compare(found, limit) for compare, limit in bounds
        )

    return lambda row: any(within(value) for value in read(row))


LEAVES: dict[str, Callable[[Reader, JSON], Test]] = {
    "equals": _equals,
    "equalsAny": _equals_any,
    "contains": _text(lambda found, part: part in found),
    "prefix": _text(lambda found, part: found.startswith(part)),
    "suffix": _text(lambda found, part: found.endswith(part)),
    "range": _range,
}


def _comparable(value: Any) -> Any:
    """A number or a date as text; a date without an offset is UTC."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        return (clock.read(value) or value) if DATED.match(value) else _number(value)
    return None


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _plain(value: Any) -> Any:
    """As MySQL compares with a text: letters' case does not count, and true is 1."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return f"{value:.15g}"
    if isinstance(value, str):
        return (DATED.match(value) and clock.read(value)) or value.casefold()
    return value


def invalid(detail: str) -> errors.ApiError:
    return errors.refuse(400, "FRAMEWORK__INVALID_FILTER_QUERY", detail)


def paths(wanted: object) -> Iterator[str]:
    """Every field that filters name, however deep."""
    for entry in wanted if isinstance(wanted, list) else []:
        if isinstance(entry, dict):
            if isinstance(entry.get("field"), str):
                yield entry["field"]
            yield from paths(entry.get("queries"))
