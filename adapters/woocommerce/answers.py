"""What an answer of the shop means for us: a body to read, or one of our errors.

Branches on status and `code` only: WooCommerce's messages are translated, HTML-escaped and may
repeat an address, so they are never shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from adapters.wire import Raw, date, retry_after
from connector.errors import AccessLost, NotThere, Refused, TryLater, Unreadable


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer."""

    body: Any
    total: int | None
    """X-WP-Total; a page past the end says 0 (seen on 8.2 and 11.0)."""
    at: datetime | None
    """The server's clock."""


class Denied(AccessLost):
    """The shop refuses us; `code` says why, `fix` what a person does about it."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(f"{what} {fix}")
        self.code, self.what, self.fix = code, what, fix


class NoRoute(Denied):
    """The address exists, but not this part of WooCommerce's API."""


class Rejected(Refused):
    """The shop understood and says no; `code` is WooCommerce's own word for why."""

    def __init__(self, code: str, asked: str) -> None:
        super().__init__(f"The shop refused {asked} ({code}).")
        self.code = code


def read(raw: Raw, asked: str, now: datetime) -> Answer:
    """The answer's JSON, or the error it stands for. `asked` is method and path, without a query."""
    body = _json(raw.body)
    if 200 <= raw.status < 300:
        return _good(raw, body, asked)
    if raw.status == 429 or raw.status >= 500:
        _busy(raw, asked, now)
    code = _code(body)
    if raw.status in (401, 403):
        _denied(raw.status, code, asked)
    if raw.status == 404:
        _missing(code, asked)
    if raw.status == 410:
        raise NotThere(f"The shop no longer has what {asked} asks for.")
    if not code:
        raise TryLater(
            f"The shop answered {asked} with {raw.status} and something other than JSON."
        )
    raise Rejected(code, asked)


def _json(body: bytes) -> Any:
    """The parsed body; None for anything but JSON. An honest `null` is as useless to us."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _code(body: Any) -> str:
    code = body.get("code") if isinstance(body, dict) else None
    return re.sub(r"[^A-Za-z0-9_-]", "", code)[:80] if isinstance(code, str) else ""


def _good(raw: Raw, body: Any, asked: str) -> Answer:
    if body is None:
        raise TryLater(
            f"The shop answered {asked} with {raw.status} and something other than JSON: a"
            " maintenance page, a cache or a PHP message. If it stays, look at the shop's error log."
        )
    if not isinstance(body, dict | list):
        raise Unreadable(f"The shop answered {asked} with JSON that is neither object nor list.")
    total = raw.headers.get("X-WP-Total", "")
    return Answer(body, int(total) if total.isdecimal() else None, date(raw.headers.get("Date")))


def _busy(raw: Raw, asked: str, now: datetime) -> NoReturn:
    what = "asks us to slow down" if raw.status == 429 else f"has a fault ({raw.status})"
    after = retry_after(raw.headers.get("Retry-After"), now)
    raise TryLater(f"The shop {what} at {asked}. We try again by ourselves.", after)


def _denied(status: int, code: str, asked: str) -> NoReturn:
    """The plain meaning; `access.explain` looks closer where the code has several causes."""
    if not code:
        raise Denied(
            "firewall",
            f"Something before the shop refuses {asked} with {status} and a page of its own.",
            "Take the password protection away or let this server through the firewall.",
        )
    if status == 403:
        raise Denied(
            "user_without_rights",
            "The key is right, but the user it belongs to may not do this any more.",
            "Give the user the role shop manager, or make a key for one who has it.",
        )
    if code == "woocommerce_rest_authentication_error":
        raise Denied("wrong_secret", "The shop does not accept the secret of the key.", _NEW_KEY)
    raise Denied("wrong_key", "The shop does not know the key.", _NEW_KEY)


_NEW_KEY = "Copy key and secret again, or make new ones with read and write rights."


def _missing(code: str, asked: str) -> NoReturn:
    if code and code != "rest_no_route":
        raise NotThere(f"The shop no longer has what {asked} asks for.")
    if code:
        raise NoRoute(
            "no_route",
            f"WordPress answers, but does not know {asked}.",
            "Check that WooCommerce is active and not older than 8.2.",
        )
    raise NoRoute(
        "permalinks",
        f"There is no API at {asked}: plain permalinks, or not a WooCommerce shop.",
        "In WordPress choose Settings > Permalinks > Post name, and check the address.",
    )
