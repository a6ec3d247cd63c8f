"""Checks of request parameters; a bad one answers like WordPress, an unknown one is ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from adapters.woocommerce.simulator import customers
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import JSON

Check = Callable[[str, Any], Any]
TRUE = {"true", "1", True}  # True is also 1
FALSE = {"false", "0", "", False}


class Bad(Exception):
    """One parameter is wrong: the vendor's inner code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check(given: Mapping[str, Any], checks: Mapping[str, Check]) -> JSON:
    """The given parameters, cleaned; all bad ones are named at once (seen on 11.0.1)."""
    clean: JSON = dict(given)
    wrong: dict[str, Bad] = {}
    for name, verify in checks.items():
        if given.get(name) is None:
            continue
        try:
            clean[name] = verify(name, given[name])
        except Bad as bad:
            wrong[name] = bad
    if wrong:
        raise RestError(
            "rest_invalid_param",
            f"Invalid parameter(s): {', '.join(wrong)}",
            400,
            {
                "status": 400,
                "params": {name: str(bad) for name, bad in wrong.items()},
                "details": {
                    name: {"code": bad.code, "message": str(bad), "data": None}
                    for name, bad in wrong.items()
                },
            },
        )
    return clean


def require(given: Mapping[str, Any], *names: str) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        raise RestError(
            "rest_missing_callback_param",
            f"Missing parameter(s): {', '.join(missing)}",
            400,
            {"status": 400, "params": missing},
        )


def integer(name: str, value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise Bad("rest_invalid_type", f"{name} is not of type integer.")
    return int(value)


def boolean(name: str, value: Any) -> bool:
    lowered = value.lower() if isinstance(value, str) else value
    if lowered in TRUE:
        return True
    if lowered in FALSE:
        return False
    raise Bad("rest_invalid_type", f"{name} is not of type boolean.")


def between(low: int, high: int | None = None) -> Check:
    def verify(name: str, value: Any) -> int:
        number = integer(name, value)
        if high is not None and not low <= number <= high:
            raise Bad(
                "rest_out_of_bounds",
                f"{name} must be between {low} (inclusive) and {high} (inclusive)",
            )
        if number < low:
            raise Bad("rest_out_of_bounds", f"{name} must be greater than or equal to {low}")
        return number

    return verify


def one_of(*allowed: str) -> Check:
    def verify(name: str, value: Any) -> str:
        if value not in allowed:
            raise Bad("rest_not_in_enum", f"{name} is not one of {_listed(allowed)}.")
        return str(value)

    return verify


def list_of(*allowed: str) -> Check:
    def verify(name: str, value: Any) -> list[str]:
        values = words(value)
        for position, word in enumerate(values):
            if word not in allowed:
                message = f"{name}[{position}] is not one of {_listed(allowed)}."
                raise Bad("rest_not_in_enum", message)
        return values

    return verify


def numbers(name: str, value: Any) -> list[int]:
    return [integer(f"{name}[{n}]", word) for n, word in enumerate(words(value))]


def words(value: Any) -> list[str]:
    """A list, or one text with commas."""
    if isinstance(value, list):
        return [str(v) for v in value]
    return [part.strip() for part in str(value).split(",") if part.strip()]


def objects(name: str, value: Any) -> list[JSON]:
    if not isinstance(value, list):
        raise Bad("rest_invalid_type", f"{name} is not of type array.")
    for position, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise Bad("rest_invalid_type", f"{name}[{position}] is not of type object.")
    return value


def texts(name: str, value: Any) -> list[str]:
    return words(value)


def moment(name: str, value: Any) -> datetime:
    """Naive or with an offset; what a naive one means is the list's business."""
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        raise Bad("rest_invalid_date", "Invalid date.") from None


def address(name: str, value: Any) -> JSON:
    """An empty e-mail is fine, a bad one is not (seen on 11.0.1)."""
    if not isinstance(value, dict):
        raise Bad("rest_invalid_type", f"{name} is not of type object.")
    email = value.get("email")
    if email and not customers.is_email(email):
        raise Bad("rest_invalid_email", "Invalid email address.")
    return value


def _listed(allowed: tuple[str, ...]) -> str:
    return f"{', '.join(allowed[:-1])}, and {allowed[-1]}"


PAGING: dict[str, Check] = {
    "page": between(1),
    "per_page": between(1, 100),
    "offset": integer,
    "order": one_of("asc", "desc"),
    "include": numbers,
    "exclude": numbers,
}
