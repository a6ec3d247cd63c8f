"""How Shopware says no: a list of errors, each with a status as text, a code, a title and a detail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    406: "Not Acceptable",
    412: "Precondition Failed",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
}
BLANK = "c1051bb4-d103-4f74-8988-acbcafc7fdc3"
"""Symfony's name for "this value should not be blank" (seen)."""


class ApiError(Exception):
    """Becomes `{"errors": [...]}` with this status."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0].get("detail") or errors[0].get("title"))
        self.status = status
        self.errors = errors

    def body(self) -> dict[str, Any]:
        return {"errors": self.errors}


def refuse(status: int, code: str, detail: str, **parameters: Any) -> ApiError:
    error = {"status": str(status), "code": code, "title": TITLES[status], "detail": detail}
    return ApiError(status, [error | {"meta": {"parameters": parameters or []}}])


def not_found(kind: str, row: str) -> ApiError:
    key = f"id({row})"
    return refuse(
        404,
        "FRAMEWORK__RESOURCE_NOT_FOUND",
        f"The {kind} resource with the following primary key was not found: {key}",
        type=kind,
        primaryKey={"id": row},
        primaryKeyString=key,
    )


def unmapped(field: str, kind: str) -> ApiError:
    detail = f'Field "{field}" in entity "{kind}" was not found.'
    return refuse(400, "FRAMEWORK__UNMAPPED_FIELD", detail, field=field, entity=kind)


def no_association(field: str, kind: str) -> ApiError:
    """Seen: an association that does not exist is the shop's own failure, a 500."""
    detail = f'Can not find association by name "{field}" in entity "{kind}"'
    return refuse(500, "FRAMEWORK__ASSOCIATION_NOT_FOUND", detail, entity=kind, field=field)


def missing(privileges: Sequence[str]) -> ApiError:
    """Seen: the detail is a text that holds JSON."""
    said = {"message": "Missing privilege", "missingPrivileges": list(privileges)}
    detail = json.dumps(said, separators=(",", ":"))
    return refuse(403, "FRAMEWORK__MISSING_PRIVILEGE_ERROR", detail)


def duplicate(value: str, key: str) -> ApiError:
    """Seen: a second row with the same code is a 500 with MySQL's number as its code."""
    detail = (
        "An exception occurred while executing a query: SQLSTATE[23000]: Integrity constraint "
        f"violation: 1062 Duplicate entry '{value}' for key '{key}'"
    )
    return _database("1062", detail)


def foreign(table: str, column: str) -> ApiError:
    """MySQL refuses a row that points nowhere; that Shopware hands it on like a duplicate is not checked."""
    detail = (
        "An exception occurred while executing a query: SQLSTATE[23000]: Integrity constraint "
        "violation: 1452 Cannot add or update a child row: a foreign key constraint fails "
        f"(`{table}`, `{column}`)"
    )
    return _database("1452", detail)


def _database(code: str, detail: str) -> ApiError:
    error = {"code": code, "status": "500", "title": TITLES[500], "detail": detail}
    return ApiError(500, [error])


def blank(pointer: str) -> dict[str, Any]:
    """Seen: one of the errors of a write, without a title."""
    said = "This value should not be blank."
    return {
        "code": BLANK,
        "status": "400",
        "detail": said,
        "template": said,
        "meta": {"parameters": {"{{ value }}": "null"}},
        "source": {"pointer": pointer},
    }


def protected(pointer: str) -> dict[str, Any]:
    """Read in source: fields that only the shop itself writes. How the refusal reads is not checked."""
    said = 'This field is write-protected. (Got: "user" scope and "system" is required)'
    return {
        "code": "0",
        "status": "400",
        "detail": said,
        "template": said,
        "meta": {"parameters": []},
        "source": {"pointer": pointer},
    }


def beyond(what: str) -> ApiError:
    """Shopware can; this simulator cannot, and says so rather than answer something else."""
    return refuse(501, "SIMULATOR__NOT_IMITATED", f"The simulator does not imitate {what}.")
