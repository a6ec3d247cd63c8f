"""How a recording and an answer are compared: keys, JSON types, and the values that must be equal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

EXACT = {
    "amount",
    "cart_tax",
    "code",
    "currency",
    "currency_symbol",
    "discount",
    "discount_tax",
    "discount_total",
    "discount_type",
    "email_restrictions",
    "individual_use",
    "is_editable",
    "is_paying_customer",
    "label",
    "needs_payment",
    "needs_processing",
    "nominal_amount",
    "parent_name",
    "prices_include_tax",
    "quantity",
    "rate_percent",
    "reason",
    "resource",
    "shipping_tax",
    "shipping_tax_total",
    "shipping_total",
    "status",
    "subtotal",
    "subtotal_tax",
    "tax_class",
    "tax_total",
    "topic",
    "total",
    "total_tax",
    "usage_count",
    "usage_limit",
    "used_by",
    "version",
}
"""Keys whose values do not depend on the hour or on a running number."""

FREE = {"value", "display_value", "options"}
"""Whatever a plugin or a person put there."""


def kind(value: Any) -> str:
    """The JSON type; whole and broken numbers are one."""
    if value is None or isinstance(value, bool | str):
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def differences(recorded: Any, answered: Any, at: str = "") -> Iterator[str]:
    """Every way in which the answer is not like the recording, as a path and what is wrong."""
    if kind(recorded) != kind(answered):
        yield f"{at}: {kind(recorded)} recorded, {kind(answered)} answered ({answered!r:.60})"
    elif isinstance(recorded, dict):
        yield from _objects(recorded, answered, at)
    elif isinstance(recorded, list):
        yield from _lists(recorded, answered, at)
    elif at.rsplit(".", 1)[-1] in EXACT and recorded != answered:
        yield f"{at}: {recorded!r} recorded, {answered!r} answered"


def _objects(recorded: dict[str, Any], answered: dict[str, Any], at: str) -> Iterator[str]:
    for key in sorted(recorded.keys() ^ answered.keys()):
        yield f"{at}.{key}: only in the {'recording' if key in recorded else 'answer'}"
    for key in recorded.keys() & answered.keys():
        if key not in FREE:
            yield from differences(recorded[key], answered[key], f"{at}.{key}")


def _lists(recorded: list[Any], answered: list[Any], at: str) -> Iterator[str]:
    """Equally long lists are compared pair by pair; otherwise each must look like a recorded one."""
    if bool(recorded) != bool(answered):
        yield f"{at}: {len(recorded)} entries recorded, {len(answered)} answered"
    elif len(recorded) == len(answered):
        for number, (left, right) in enumerate(zip(recorded, answered, strict=True)):
            yield from differences(left, right, f"{at}[{number}]")
    else:
        yield f"{at}: {len(recorded)} entries recorded, {len(answered)} answered"


@pytest.mark.parametrize(
    ("recorded", "answered"),
    [
        ({"id": 1}, {"id": "1"}),
        ({"id": 1}, {}),
        ({}, {"id": 1}),
        ({"date_paid": None}, {"date_paid": "2026-11-22"}),
        ({"total": "5.00"}, {"total": "5.01"}),
        ({"refunds": []}, {"refunds": [1]}),
        ({"refunds": [{"total": "-1.00"}]}, {"refunds": [{"total": "1.00"}]}),
        ({"free": True}, {"free": 1}),
    ],
)
def test_every_deviation_from_a_recording_is_noticed(recorded: Any, answered: Any) -> None:
    assert list(differences(recorded, answered))


def test_other_numbers_and_dates_are_no_deviation() -> None:
    recorded = {"id": 15, "date": "2026-11-22", "price": 16.8, "meta": [{"value": {"a": 1}}]}
    answered = {"id": 99, "date": "2026-11-23", "price": 17, "meta": [{"value": "x"}]}

    assert list(differences(recorded, answered)) == []
