"""Seals: all members' heads bound together once a night, so that a member removed whole shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from connector import chain
from connector.db import chain_key
from connector.replay import Found, Replay
from connector.tables import member, seal, transfer
from connector.values import MerchantId


class Heads:
    """Every member's head as of any moment, as running totals between the moments of seals."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.changes: list[tuple[datetime, int, int, int]] = []
        """(moment, change of the total of heads, of members with transfers, of transfers)"""

    def add(self, member_id: str, replay: Replay) -> None:
        """A transfer is at most as old as those after it say: a clock that was set back between two
        must not let the first seem to come after a seal that the second came before."""
        before, moments = 0, [at for at, _, _ in replay.heads]
        for n in range(len(moments) - 2, -1, -1):
            moments[n] = min(moments[n], moments[n + 1])
        for at, (_, n, head) in zip(moments, replay.heads, strict=True):
            digest = chain.head_digest(self.key, member_id, n, head)
            self.changes.append((at, digest - before, 1 if n == 1 else 0, 1))
            before = digest


_HEADS = (
    select(member.c.member_id, member.c.n, member.c.head, transfer.c.recorded_at)
    .join(
        transfer,
        (transfer.c.merchant_id == member.c.merchant_id)
        & (transfer.c.member_id == member.c.member_id)
        & (transfer.c.n == member.c.n),
    )
    .where(member.c.merchant_id == bindparam("m"))
)


def check(tx: Connection, merchant_id: str, heads: Heads, found: Found) -> None:
    heads.changes.sort(key=lambda change: change[0])
    total = members = transfers = position = 0
    previous = ""
    rows = tx.execute(select(seal).where(seal.c.merchant_id == merchant_id).order_by(seal.c.n))
    for n, row in enumerate(rows, start=1):
        while position < len(heads.changes) and heads.changes[position][0] <= row.at:
            _, digest, new, count = heads.changes[position]
            total, members, transfers = total + digest, members + new, transfers + count
            position += 1
        expected = chain.seal_digest(
            heads.key, merchant_id, n, row.at, previous, (members, transfers), total
        )
        if (row.n, row.members, row.transfers, row.previous, row.digest) != (
            n, members, transfers, previous, expected,
        ):  # fmt: skip
            detail = f"covers {row.members} members and {row.transfers} transfers, there are {members} and {transfers}"
            found("seal", str(row.n), detail)
        previous = row.digest


def take(tx: Connection, merchant_id: MerchantId, now: datetime) -> int:
    """Bind all heads together as they are now; the number of the new seal.

    PostgreSQL: no post may be under way, or it could be recorded before the seal and miss it; a post
    begins by locking rows of `member`, and only EXCLUSIVE waits for that.
    """
    if tx.dialect.name != "sqlite":
        tx.exec_driver_sql("LOCK TABLE member IN EXCLUSIVE MODE")
    key = chain_key(tx)
    last = tx.execute(
        select(seal).where(seal.c.merchant_id == merchant_id).order_by(seal.c.n.desc()).limit(1)
    ).first()
    heads = tx.execute(_HEADS, {"m": merchant_id}).all()
    # A clock that was set back must not leave out what was written before it was.
    written = [row.recorded_at for row in heads] + ([last.at] if last else [])
    at = max([now, *written])
    n, previous = (last.n + 1, last.digest) if last else (1, "")
    counts = (len(heads), sum(row.n for row in heads))
    total = chain.total(chain.head_digest(key, row.member_id, row.n, row.head) for row in heads)
    digest = chain.seal_digest(key, merchant_id, n, at, previous, counts, total)
    tx.execute(
        insert(seal).values(
            merchant_id=merchant_id, n=n, at=at, members=counts[0], transfers=counts[1],
            digest=digest, previous=previous,
        )
    )  # fmt: skip
    return n
