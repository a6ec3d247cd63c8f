"""What was done in the admin, by whom, to what: written in the transaction that does it, never changed.

Facts hold no personal data: a row cannot be taken back when somebody asks to be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from connector.access import users
from connector.tables import audit as table
from connector.values import MerchantId

COMMAND_LINE = "command line"

WHAT = frozenset({
    "login", "password.set", "session.ended", "sessions.ended", "user.invited", "user.joined",
    "user.role", "user.removed", "user.added", "user.closed", "task.done", "programme.applied",
    "shop.look", "shop.resumed", "shop.moved", "shop.stayed", "points.corrected", "members.merged", "members.parted",
    "voucher.back", "question.answered", "question.deleted",
})  # fmt: skip
"""Everything that can be done; the texts of the log page have one for each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as people read it; `by` is a name."""

    id: str
    at: datetime
    by: str
    what: str
    subject: str
    facts: dict[str, Any]


def write(
    tx: Connection,
    merchant_id: MerchantId,
    by: str,
    what: str,
    subject: str,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Note it; `by` is a user's id, or the command line."""
    if what not in WHAT:
        raise ValueError(f"{what!r} has no words in the log")
    tx.execute(
        insert(table).values(
            merchant_id=merchant_id, id=str(uuid4()), at=now, by=by, what=what,
            subject=subject[:200], facts=dict(facts or {}),
        )
    )  # fmt: skip


def of_user(tx: Connection, user_id: str, by: str, what: str, now: datetime) -> None:
    """Note what concerns a login at every merchant who gave it a role."""
    for merchant_id in users.granted(tx, user_id):
        write(tx, merchant_id, by, what, f"user/{user_id}", now)


def newest(
    tx: Connection, merchant_id: MerchantId, most: int, before: datetime | None = None
) -> list[Entry]:
    """A merchant's log, newest first, from before a moment on."""
    asked = select(table).where(table.c.merchant_id == merchant_id)
    if before is not None:
        asked = asked.where(table.c.at < before)
    rows = tx.execute(asked.order_by(table.c.at.desc(), table.c.id).limit(most)).all()
    people = {row.by for row in rows} | {_user_in(row.subject) for row in rows}
    known = users.names(tx, people)
    return [
        Entry(row.id, row.at, known.get(row.by, row.by), row.what,
              known.get(_user_in(row.subject), row.subject), row.facts)
        for row in rows
    ]  # fmt: skip


def _user_in(subject: str) -> str:
    kind, _, id_ = subject.partition("/")
    return id_ if kind == "user" else ""
