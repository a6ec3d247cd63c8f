"""What may stand in a field: ids, dates, and the few rules promotions and conditions have of their own."""

from __future__ import annotations

import re
from typing import Any

from adapters.shopware.simulator import clock, errors, rules
from adapters.shopware.simulator.kinds import JSON, Kind

HEX = re.compile(r"[0-9a-f]{32}")
DATES = {
    *[("promotion", "validFrom"), ("promotion", "validUntil")],
    *[
        ("customer", "doubleOptInConfirmDate"),
        ("customer", "firstLogin"),
        ("customer", "lastLogin"),
    ],
}
TEXTS = {"name", "code", "label", "eventName", "url", "email", "firstName", "lastName"}
NUMBERS = {
    *[("promotion_discount", "value"), ("promotion_discount", "maxValue")],
    *[("promotion", "maxRedemptionsGlobal"), ("promotion", "maxRedemptionsPerCustomer")],
}
OF_TYPE = "ba785a8c-82cb-4283-967c-3cf342181b40"
SCOPES = ("cart", "delivery", "set", "setgroup")
TYPES = ("absolute", "percentage", "fixed", "fixed_unit")


def row_id(given: Any) -> str:
    """An id as a row may have it; nothing means that the shop makes one."""
    if given is None:
        return ""
    if not isinstance(given, str) or not HEX.fullmatch(given):
        raise bad_id(given)
    return given


def bad_id(given: object) -> errors.ApiError:
    detail = f"Value is not a valid UUID: {given}"
    return errors.refuse(400, "FRAMEWORK__INVALID_UUID", detail, input=str(given))


def value(kind: str, name: str, given: Any) -> Any:
    """Dates are kept as the shop writes them; ids have to be some."""
    if given is not None and (kind, name) in DATES:
        read = clock.read(given)
        if read is None:
            detail = f"{name} is no date."
            raise errors.refuse(400, "FRAMEWORK__INVALID_DATETIME", detail)
        return read
    if name.endswith("Id") and given is not None and name not in ("referencedId",):
        return row_id(given)
    return given


def mistyped(shape: Kind, name: str, given: Any, pointer: str) -> list[JSON]:
    """Symfony's "should be of type": a text is no number here, and "yes" is not true."""
    if given is None:
        return []
    known = shape.blank.get(name)
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if isinstance(known, bool):
        word, fits = "bool", isinstance(given, bool)
    elif isinstance(known, int) or (shape.name, name) in NUMBERS:
        word, fits = "numeric", number
    else:
        word, fits = "string", name not in TEXTS or isinstance(given, str)
    return [] if fits else [_violation(OF_TYPE, f"This value should be of type {word}.", pointer)]


def problems(kind: str, row: JSON, pointer: str) -> list[JSON]:
    """What Shopware's own validators say of the whole row. Read in source; where a pointer leads is not checked."""
    if kind == "rule_condition":
        rules.check(row)
    if kind == "promotion":
        return _promotion(row, pointer)
    if kind == "promotion_discount":
        return _discount(row, pointer)
    return []


def _promotion(row: JSON, pointer: str) -> list[JSON]:
    found = []
    if row.get("useCodes") and not row.get("useIndividualCodes") and not row.get("code"):
        said = "Please provide a valid code"
        found.append(_violation("PROMOTION_EMPTY_CODE_VIOLATION", said, f"{pointer}/code"))
    code = row.get("code") or ""
    if code != code.strip():
        said = "Code may not have any leading or ending whitespaces"
        found.append(_violation("PROMOTION_CODE_WHITESPACE_VIOLATION", said, f"{pointer}/code"))
    starts, ends = row.get("validFrom"), row.get("validUntil")
    if starts and ends and ends < starts:
        said = "Expiration Date of Promotion must be after Start of Promotion"
        found.append(_violation("PROMOTION_VALID_UNTIL_VIOLATION", said, f"{pointer}/validUntil"))
    return found


def _discount(row: JSON, pointer: str) -> list[JSON]:
    if row.get("type") not in TYPES or row.get("scope") not in SCOPES:
        if row.get("type") is None or row.get("scope") is None:
            return []
        raise errors.beyond(f"a discount of type {row['type']} on {row['scope']}")
    worth = row.get("value")
    if not isinstance(worth, int | float):
        return []
    if worth < 0:
        said = "Value must not be less than 0"
        return [_violation("PROMOTION_DISCOUNT_MIN_VALUE_VIOLATION", said, f"{pointer}/value")]
    if row["type"] == "percentage" and worth > 100:
        said = "Absolute value must not greater than 100"
        return [_violation("PROMOTION_DISCOUNT_MAX_VALUE_VIOLATION", said, f"{pointer}/value")]
    return []


def _violation(code: str, said: str, pointer: str) -> JSON:
    return {
        "code": code,
        "status": "400",
        "detail": said,
        "template": said,
        "meta": {"parameters": []},
        "source": {"pointer": pointer},
    }
