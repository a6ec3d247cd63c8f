"""The log: what was done here, by whom; it can be read and not changed."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, request

from connector.access import audit
from connector.installation import Installation
from connector.web.admin import guard
from connector.web.admin.pages import page

AT_ONCE = 50


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/<merchant_id>/log", endpoint="log")
    def show(merchant_id: str) -> Response:
        before = _moment(request.args.get("before", ""))
        with inst.database.read() as tx:
            found = audit.newest(tx, guard.here().merchant_id, AT_ONCE + 1, before)
        older = found[AT_ONCE - 1].at.isoformat() if len(found) > AT_ONCE else None
        return page("log.html", entries=found[:AT_ONCE], older=older)


def _moment(text: str) -> datetime | None:
    """The moment a link to older rows names; anything else is the newest page."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
