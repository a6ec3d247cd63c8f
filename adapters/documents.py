"""The documents in which agencies say how a shop is read, whatever its platform; unknown words are refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from connector.errors import BadInput
from connector.port import JSON


class Strict(Schema):
    """A misspelt setting must not be silently without effect."""

    class Meta:
        unknown = RAISE


def words(*defaults: str) -> fields.List[str]:
    """A list of short texts, these where nothing is said."""
    word = fields.String(validate=validate.Length(min=1, max=100))
    return fields.List(word, load_default=lambda: list(defaults))


class TestOrders(Strict):
    """The merchant's own trials: they earn nothing."""

    emails = words()
    payment_methods = words()


class OfAnyShop(Strict):
    """What every platform's document says."""

    test_orders = fields.Nested(TestOrders, load_default=lambda: TestOrders().load({}))
    channels = words()
    orders_since = fields.Date(load_default=None, allow_none=True)
    requests_per_second = fields.Integer(
        load_default=5, strict=True, validate=validate.Range(min=1, max=1000)
    )


def checked(schema: OfAnyShop, given: Mapping[str, Any]) -> JSON:
    """The document with its defaults; the result loads again to itself. Raises BadInput naming every path that
    is wrong."""
    if not isinstance(given, Mapping):
        raise BadInput(f"The settings must be a mapping of names, not {_shown(given)}.")
    try:
        document: JSON = schema.load(_plain(given))
    except ValidationError as wrong:
        raise BadInput(_sentence(wrong.messages_dict, given)) from None
    since = document["orders_since"]
    document["orders_since"] = since.isoformat() if since else None
    emails = document["test_orders"]["emails"]
    document["test_orders"]["emails"] = [email.strip().lower() for email in emails]
    return document


def _plain(given: Mapping[str, Any]) -> JSON:
    """YAML reads an unquoted 2026-01-01 as a date; the schema wants text."""
    since = given.get("orders_since")
    return {**given, "orders_since": since.isoformat()} if isinstance(since, date) else {**given}


def _sentence(messages: Mapping[str, Any], given: Any) -> str:
    """Every fault with its path, what came, and what to do."""
    faults = [
        f"{path}: {said.rstrip('.')}; {_shown(_at(given, path))} was given"
        for path, said in _flat(messages, "")
    ]
    return (
        "The adapter settings cannot be used: " + ". ".join(faults) + ". Correct and apply again."
    )


def _flat(messages: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, said in messages.items():
        path = f"{prefix}.{name}" if prefix and name != "_schema" else prefix or str(name)
        if isinstance(said, Mapping):
            found += _flat(said, path)
        else:
            found.append((path, " ".join(str(sentence) for sentence in said)))
    return found


def _at(given: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(given, Mapping):
            given = given.get(name)
        elif isinstance(given, list) and name.isdigit():
            given = given[int(name)]
    return given


def _shown(value: Any) -> str:
    """What came, short; the document holds no secrets."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"
