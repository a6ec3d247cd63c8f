"""What an answer of the shop means for us: a body to read, or one of our errors.

Branches on status and `code` only. Shopware's own sentences may repeat what we sent, so they are never shown; of a
missing right its name is, because a person must give it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

from adapters.wire import LONGEST_WAIT, Raw, date, retry_after
from connector.errors import AccessLost, NotThere, Refused, TryLater, Unreadable

THROTTLED = "FRAMEWORK__AUTH_THROTTLED"
NO_RIGHT = "FRAMEWORK__MISSING_PRIVILEGE_ERROR"
GONE = "FRAMEWORK__RESOURCE_NOT_FOUND"
TWICE = "1062"
"""MariaDB's number for a value that must be unique; Shopware answers it as a 500 (seen on 6.5 and 6.6)."""
NO_SUCH_ASSOCIATION = "FRAMEWORK__ASSOCIATION_NOT_FOUND"
STALE_TOKEN, WRONG_CLIENT = "9", "4"


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer. Numbers with a fraction are Decimal: amounts come as JSON numbers."""

    body: Any
    at: datetime | None
    """The server's clock."""


class Denied(AccessLost):
    """The shop refuses us; `code` says why, `fix` what a person does about it."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(f"{what} {fix}")
        self.code, self.what, self.fix = code, what, fix


class Stale(Denied):
    """The token ran out, or the shop forgot it: another one, once."""


class Rejected(Refused):
    """The shop understood and says no; `code` is Shopware's own word for why, `pointer` where."""

    def __init__(self, code: str, asked: str, pointer: str = "") -> None:
        where = f" at {pointer}" if pointer else ""
        super().__init__(f"The shop refused {asked} ({code}{where}).")
        self.code, self.pointer = code, pointer


class Twice(Rejected):
    """Somebody else has this value already, which may be us a moment ago."""


def read(raw: Raw, asked: str, now: datetime) -> Answer:
    """The answer's JSON, or the error it stands for. `asked` is method and path."""
    body = _json(raw.body)
    if 200 <= raw.status < 300:
        return _good(raw, body, asked)
    if 300 <= raw.status < 400:
        raise Denied(
            "redirect",
            f"The shop redirects {asked}, and a redirected question loses what it asked.",
            "Give the address to which the shop really answers: https, with or without www.",
        )
    errors = _errors(body)
    codes = [_code(error) for error in errors]
    if TWICE in codes:
        raise Twice(TWICE, asked)
    if raw.status == 429 or raw.status >= 500:
        _busy(raw, errors, codes, asked, now)
    if raw.status in (401, 403):
        _denied(raw.status, errors, codes, asked)
    if raw.status == 404:
        _missing(codes, asked)
    if not errors:
        raise TryLater(
            f"The shop answered {asked} with {raw.status} and something other than JSON."
        )
    raise Rejected(codes[0], asked, _pointer(errors[0]))


def _json(body: bytes) -> Any:
    """The parsed body; None for anything but JSON."""
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _errors(body: Any) -> list[dict[str, Any]]:
    found = body.get("errors") if isinstance(body, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _code(error: dict[str, Any]) -> str:
    code = error.get("code")
    return re.sub(r"[^A-Za-z0-9_-]", "", code)[:80] if isinstance(code, str) else ""


def _pointer(error: dict[str, Any]) -> str:
    source = error.get("source")
    pointer = source.get("pointer") if isinstance(source, dict) else None
    return re.sub(r"[^A-Za-z0-9_/-]", "", pointer)[:80] if isinstance(pointer, str) else ""


def _good(raw: Raw, body: Any, asked: str) -> Answer:
    if raw.status == 204:
        return Answer(None, date(raw.headers.get("Date")))
    if not isinstance(body, dict | list):
        raise TryLater(
            f"The shop answered {asked} with {raw.status} and something other than JSON: a"
            " maintenance page, a proxy or a PHP message. If it stays, look at the shop's error log."
        )
    return Answer(body, date(raw.headers.get("Date")))


def _busy(
    raw: Raw, errors: Sequence[dict[str, Any]], codes: Sequence[str], asked: str, now: datetime
) -> NoReturn:
    if NO_SUCH_ASSOCIATION in codes:
        raise Unreadable(
            f"The shop does not understand our question ({asked}): {NO_SUCH_ASSOCIATION}"
        )
    after = retry_after(raw.headers.get("Retry-After"), now)
    if THROTTLED in codes:
        after = _seconds(errors[codes.index(THROTTLED)])
    what = "asks us to slow down" if raw.status == 429 else f"has a fault ({raw.status})"
    raise TryLater(f"The shop {what} at {asked}. We try again by ourselves.", after)


def _seconds(error: dict[str, Any]) -> float | None:
    """How long logins are refused; it stands in the body and in no header (seen on both)."""
    meta = error.get("meta")
    parameters = meta.get("parameters") if isinstance(meta, dict) else None
    seconds = parameters.get("seconds") if isinstance(parameters, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | Decimal):
        return None
    return min(max(float(seconds), 0.0), LONGEST_WAIT)


def _denied(
    status: int, errors: Sequence[dict[str, Any]], codes: Sequence[str], asked: str
) -> NoReturn:
    if NO_RIGHT in codes:
        rights = _rights(errors[codes.index(NO_RIGHT)])
        raise Denied(
            "missing_privilege",
            f"Our access lacks rights: {', '.join(rights) or 'the shop does not say which'}.",
            "Accept the app's permissions under Extensions > My extensions, or give the integration's"
            " role these rights under Settings > System > Integrations.",
        )
    if STALE_TOKEN in codes:
        raise Stale("token", "The shop does not know our token any more.", _NEW_KEY)
    if WRONG_CLIENT in codes:
        raise Denied("wrong_key", "The shop does not accept our access key and secret.", _NEW_KEY)
    if not errors:
        raise Denied(
            "firewall",
            f"Something before the shop refuses {asked} with {status} and a page of its own.",
            "Take the password protection away or let this server through the firewall.",
        )
    raise Denied("refused", f"The shop refuses {asked} ({codes[0] or status}).", _NEW_KEY)


_NEW_KEY = "Install the app again, or make a new access key under Settings > System > Integrations."


def _rights(error: dict[str, Any]) -> list[str]:
    """The names of the missing rights: `detail` is JSON in a text (seen on both)."""
    try:
        detail = json.loads(str(error.get("detail")))
        named = detail["missingPrivileges"]
    except (ValueError, KeyError, TypeError):
        return []
    named = list(named.values()) if isinstance(named, dict) else named
    return [
        each
        for each in (named if isinstance(named, list) else [])
        if isinstance(each, str) and re.fullmatch(r"[a-z0-9_.:]{1,80}", each)
    ]


def _missing(codes: Sequence[str], asked: str) -> NoReturn:
    if GONE in codes:
        raise NotThere(f"The shop no longer has what {asked} asks for.")
    raise Denied(
        "no_api",
        f"There is no Shopware at {asked}.",
        "Check --url: it is the address of the shop's start page, with its folder if it has one.",
    )
