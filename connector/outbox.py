"""Things to do outside, written in the transaction that wants them and done after it, at least once.

A row is the truth; whoever runs it is only a hint. A lane does one thing at a time. A claim ends by
itself; who claimed says with `tries` that it is still his, so that a dead man who wakes up changes
nothing.
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
    """A row of the outbox; `tries`: how often it was claimed before."""

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
    anew: bool = False,
) -> None:
    """Note something to do; the same key is the same thing. `anew`: again, if it was done before."""
    row = {"merchant_id": merchant_id, "id": str(uuid4()), "key": key, "lane": lane, "kind": kind,
           "args": dict(args), "due_at": due_at}  # fmt: skip
    wanted = db.insert_or(tx, outbox).values(row)
    if not anew:
        tx.execute(wanted.on_conflict_do_nothing())
        return
    again = {"due_at": due_at, "done_at": None, "tries": 0}
    tx.execute(
        wanted.on_conflict_do_update(
            index_elements=["merchant_id", "key"], set_=again, where=outbox.c.done_at.is_not(None)
        )
    )


_LANE = (
    outbox.c.merchant_id == bindparam("m"),
    outbox.c.lane == bindparam("lane"),
    outbox.c.done_at.is_(None),
)
_DUE = (
    select(outbox)
    .where(
        *_LANE,
        outbox.c.due_at <= bindparam("now"),
        outbox.c.lease_until.is_(None) | (outbox.c.lease_until < bindparam("now")),
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
)
_BUSY = select(outbox.c.id).where(*_LANE, outbox.c.lease_until >= bindparam("now"))


def due(tx: Connection, merchant_id: MerchantId, lane: str, now: datetime, most: int) -> list[Work]:
    """What is due in this lane, the oldest first."""
    asked = {"m": merchant_id, "lane": lane, "now": now, "most": most}
    return [
        Work(MerchantId(row.merchant_id), row.id, row.lane, row.kind, row.args, row.tries)
        for row in tx.execute(_DUE, asked)
    ]


def claim(tx: Connection, work: Work, now: datetime, lease: timedelta = LEASE) -> bool:
    """True for the one who may do it, and only while nobody else works in its lane."""
    # Without this, two could each see the lane free and claim a different row of it.
    db.alone(tx, f"lane/{work.merchant_id}/{work.lane}")
    if tx.execute(_BUSY, {"m": work.merchant_id, "lane": work.lane, "now": now}).first():
        return False
    row = {"merchant_id": work.merchant_id, "id": work.id, "tries": work.tries, "now": now,
           "lease_until": now + lease}  # fmt: skip
    return statements.CLAIM_WORK.run(tx, row) == 1


def keep(tx: Connection, work: Work, now: datetime, lease: timedelta = LEASE) -> bool:
    """Claim it for longer; False where it is no longer ours."""
    return _change(tx, work, lease_until=now + lease)


def done(tx: Connection, work: Work, now: datetime) -> None:
    _change(tx, work, done_at=now, lease_until=None, error="")


def next_time(tx: Connection, work: Work, due_at: datetime) -> None:
    """Done for now, and to be done again then."""
    _change(tx, work, due_at=due_at, lease_until=None, error="", tries=0)


def again(
    tx: Connection, work: Work, error: str, now: datetime, after: float | None = None
) -> None:
    """Try later, and later each time, but not before `after` seconds."""
    wait = min(_FIRST_RETRY * 2 ** min(work.tries, 12), _LAST_RETRY)
    due_at = now + max(wait, timedelta(seconds=after or 0))
    _change(tx, work, due_at=due_at, lease_until=None, error=error[:500])


def _change(tx: Connection, work: Work, **values: Any) -> bool:
    """Change the row while the claim that `work` became is still the last one."""
    still_ours = (
        outbox.c.merchant_id == work.merchant_id,
        outbox.c.id == work.id,
        outbox.c.done_at.is_(None),
        outbox.c.tries == work.tries + 1,
    )
    return tx.execute(update(outbox).where(*still_ours).values(**values)).rowcount == 1
