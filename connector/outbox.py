"""Things to do outside, written in the transaction that wants them and done after it, at least once.

A row is the truth; whoever runs it is only a hint. A lane does one thing at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, select, update

from connector import db, statements
from connector.tables import outbox
from connector.values import MerchantId

LEASE = timedelta(minutes=2)
_FIRST_RETRY, _LAST_RETRY = timedelta(seconds=30), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Work:
    """A row of the outbox."""

    merchant_id: MerchantId
    id: str
    lane: str
    kind: str
    args: dict[str, Any]
    tries: int


def add(
    tx: Connection,
    merchant_id: MerchantId,
    *,
    key: str,
    lane: str,
    kind: str,
    args: Mapping[str, Any],
    due_at: datetime,
) -> None:
    """Note something to do; the same key again is the same thing."""
    row = {"merchant_id": merchant_id, "id": str(uuid4()), "key": key, "lane": lane, "kind": kind,
           "args": dict(args), "due_at": due_at}  # fmt: skip
    tx.execute(db.insert_or(tx, outbox).values(row).on_conflict_do_nothing())


_DUE = (
    select(outbox)
    .where(
        outbox.c.done_at.is_(None),
        outbox.c.due_at <= bindparam("now"),
        outbox.c.lease_until.is_(None) | (outbox.c.lease_until < bindparam("now")),
    )
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
)
_BUSY = select(outbox.c.id).where(
    outbox.c.lane == bindparam("lane"),
    outbox.c.done_at.is_(None),
    outbox.c.lease_until >= bindparam("now"),
)


def due(tx: Connection, now: datetime, most: int) -> list[Work]:
    """What is due, at most one of each lane."""
    first: dict[str, Work] = {}
    for row in tx.execute(_DUE, {"now": now, "most": most}):
        work = Work(MerchantId(row.merchant_id), row.id, row.lane, row.kind, row.args, row.tries)
        first.setdefault(row.lane, work)
    return list(first.values())


def claim(tx: Connection, work: Work, now: datetime) -> bool:
    """True for the one who may do it, and only while nobody else works in its lane."""
    if tx.execute(_BUSY, {"lane": work.lane, "now": now}).first():
        return False
    row = {"merchant_id": work.merchant_id, "id": work.id, "now": now, "lease_until": now + LEASE}
    return statements.CLAIM_WORK.run(tx, row) == 1


def done(tx: Connection, work: Work, now: datetime) -> None:
    tx.execute(update(outbox).where(*_is(work)).values(done_at=now, lease_until=None, error=""))


def again(
    tx: Connection, work: Work, error: str, now: datetime, after: float | None = None
) -> None:
    """Try later, and later each time, but not before `after` seconds."""
    wait = min(_FIRST_RETRY * 2 ** min(work.tries, 12), _LAST_RETRY)
    due_at = now + max(wait, timedelta(seconds=after or 0))
    tx.execute(
        update(outbox).where(*_is(work)).values(due_at=due_at, lease_until=None, error=error[:500])
    )


def _is(work: Work) -> tuple[Any, Any]:
    return outbox.c.merchant_id == work.merchant_id, outbox.c.id == work.id
