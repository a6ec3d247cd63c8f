"""How a recording and an answer of the simulated Shopware are compared: keys, JSON types, some values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

EXACT = {
    *["apiAlias", "code", "detail", "title", "status", "operation", "entity", "event", "type"],
    *["technicalName", "actionName", "fromStateName", "toStateName", "taxStatus", "good"],
    *["totalPrice", "unitPrice", "quantity", "tax", "taxRate", "netPrice", "positionPrice"],
    *["amountTotal", "amountNet", "shippingTotal", "rawTotal", "updatedFields", "pointer"],
}
"""Keys whose values do not depend on the hour, on a random id or on the shop's name."""
FREE = {"parameters", "customFields"}
"""Whatever somebody put there, and parameters that hold ids."""


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
        for key in sorted(recorded.keys() ^ answered.keys()):
            yield f"{at}.{key}: only in the {'recording' if key in recorded else 'answer'}"
        for key in recorded.keys() & answered.keys():
            if key not in FREE:
                yield from differences(recorded[key], answered[key], f"{at}.{key}")
    elif at.rsplit(".", 1)[-1] in EXACT and _nameless(recorded) != _nameless(answered):
        yield f"{at}: {recorded!r:.60} recorded, {answered!r:.60} answered"
    elif isinstance(recorded, list):
        yield from _lists(recorded, answered, at)


def _nameless(value: Any) -> Any:
    """A sentence without the ids in it."""
    return re.sub(r"[0-9a-f]{32}", "ID", value) if isinstance(value, str) else value


def _lists(recorded: list[Any], answered: list[Any], at: str) -> Iterator[str]:
    if len(recorded) != len(answered):
        yield f"{at}: {len(recorded)} entries recorded, {len(answered)} answered"
    for number, (left, right) in enumerate(zip(recorded, answered, strict=False)):
        yield from differences(left, right, f"{at}[{number}]")


@pytest.mark.parametrize(
    ("recorded", "answered"),
    [
        ({"id": 1}, {"id": "1"}),
        ({"id": 1}, {}),
        ({}, {"id": 1}),
        ({"updatedAt": None}, {"updatedAt": "2026-11-22"}),
        ({"tax": 38}, {"tax": 38.01}),
        ({"refunds": []}, {"refunds": [1]}),
        ({"lines": [{"totalPrice": -5}]}, {"lines": [{"totalPrice": 5}]}),
        ({"extensions": []}, {"extensions": {}}),
        ({"guest": True}, {"guest": 1}),
    ],
)
def test_every_deviation_from_a_recording_is_noticed(recorded: Any, answered: Any) -> None:
    assert list(differences(recorded, answered))


def test_other_ids_and_dates_are_no_deviation() -> None:
    recorded = {"id": "a", "createdAt": "2026-11-22", "factor": 1, "meta": [{"name": "x"}]}
    answered = {"id": "b", "createdAt": "2026-11-23", "factor": 1.5, "meta": [{"name": "y"}]}

    assert list(differences(recorded, answered)) == []
