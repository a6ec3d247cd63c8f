"""Two members become one, and two again: points move in pairs, and what was whose is written down.

Locks are taken as `orders.apply` takes them (orders, awards, members in id order), so that an order
that comes meanwhile waits, or finds the other member when its unit runs again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from connector import awards, belongings, held, ledger, statements
from connector.errors import Refused
from connector.ledger import Posting, Reason
from connector.lots import Taken
from connector.tables import lot, member
from connector.tables import merge as table
from connector.values import MemberId, MerchantId


@dataclass(frozen=True, slots=True)
class Merged:
    """Points that went over; `again`: they were one before."""

    points: int = 0
    pending: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Unmerged:
    """Points that went back, and those of his that were spent while they were one."""

    points: int = 0
    pending: int = 0
    spent: int = 0
    again: bool = False


_MEMBERS = select(member).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id.in_(bindparam("ids", expanding=True))
)
_MERGES = (
    select(table)
    .where(table.c.merchant_id == bindparam("m"), table.c.member_id == bindparam("id"))
    .order_by(table.c.n.desc())
)
_LOTS = select(lot).where(
    lot.c.merchant_id == bindparam("m"), lot.c.member_id == bindparam("id"), lot.c.remaining > 0
)


def merge(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    into: MemberId,
    by: str,
    now: datetime,
) -> Merged:
    """Let everything of `member_id` be `into`'s: identities, orders, awards, vouchers, lots, pending.

    Twice is once. Raises Refused where one of them is not there, has left, or was merged elsewhere.
    """
    rows = _locked(tx, merchant_id, member_id, into)
    if rows[member_id].merged_into == into:
        return Merged(again=True)
    _may_be_merged(rows, member_id, into)
    n = len(tx.execute(_MERGES, {"m": merchant_id, "id": member_id}).all()) + 1
    about = f"merge/{member_id}/{n}"
    his = belongings.of_member(tx, merchant_id, member_id)
    carried = held.give_up(tx, merchant_id, member_id, about, now)
    lots = tx.execute(_LOTS, {"m": merchant_id, "id": member_id}).all()
    taken = sorted((row.expires_on, row.remaining) for row in lots)
    pending = rows[member_id].pending
    _move(tx, merchant_id, (member_id, into), about, taken, pending, now)
    _carry_dates(tx, merchant_id, into, lots)
    held.take_up(tx, merchant_id, into, about, carried, now)
    belongings.hand_over(tx, merchant_id, his, member_id, into)
    facts = his.as_facts() | {
        "lots": [[day.isoformat(), points] for day, points in taken],
        "after": rows[into].n,
    }
    tx.execute(
        insert(table).values(merchant_id=merchant_id, member_id=member_id, n=n, survivor=into,
                             facts=facts, at=now, by=by)
    )  # fmt: skip
    _mark(tx, merchant_id, rows[member_id], rows[into])
    awards.settle(tx, merchant_id, {into: about}, now)
    return Merged(sum(points for _, points in taken), pending)


def unmerge(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, by: str, now: datetime
) -> Unmerged:
    """Make two of them again: identities, orders and awards go back, and what is left of the points.

    Vouchers stay with the other one, their points count as spent. Twice is once.
    """
    last = tx.execute(_MERGES, {"m": merchant_id, "id": member_id}).first()
    if last is None:
        raise Refused("This customer was never merged into another.")
    survivor = MemberId(last.survivor)
    rows = _locked(tx, merchant_id, member_id, survivor)
    if rows[member_id].merged_into is None:
        return Unmerged(again=True)
    if rows[survivor].merged_into:
        raise Refused("The other customer was merged further since then; undo that merge first.")
    about = f"merge/{member_id}/{last.n}/undone"
    his = belongings.returning(tx, merchant_id, member_id, survivor, last.facts)
    back, spent = _what_is_left(tx, merchant_id, survivor, last, his)
    pending = belongings.pending(tx, merchant_id, his)
    _update(tx, merchant_id, member_id, merged_into=None)
    _move(tx, merchant_id, (survivor, member_id), about, back, pending, now)
    belongings.hand_over(tx, merchant_id, his, survivor, member_id)
    tx.execute(
        update(table)
        .where(table.c.merchant_id == merchant_id, table.c.member_id == member_id,
               table.c.n == last.n)
        .values(undone_at=now, undone_by=by)
    )  # fmt: skip
    awards.settle(tx, merchant_id, {member_id: about}, now)
    return Unmerged(sum(points for _, points in back), pending, spent)


def merged_as(
    tx: Connection, merchant_id: MerchantId, survivor: MemberId, identities: Iterable[Sequence[str]]
) -> MemberId | None:
    """Who was merged into this member with one of these identities (shop, kind, value)."""
    asked = select(table).where(
        table.c.merchant_id == merchant_id,
        table.c.survivor == survivor,
        table.c.undone_at.is_(None),
    )
    wanted = {tuple(one) for one in identities}
    for row in tx.execute(asked.order_by(table.c.at.desc())):
        if wanted & {tuple(one) for one in row.facts["identities"]}:
            return MemberId(row.member_id)
    return None


def _locked(
    tx: Connection, merchant_id: MerchantId, one: MemberId, other: MemberId
) -> dict[str, Any]:
    """Both members as they are, with all that is theirs locked."""
    if one == other:
        raise Refused("These are the same customer already.")
    belongings.lock(tx, merchant_id, [one, other])
    asked = {"merchant_id": merchant_id, "members": sorted([one, other])}
    statements.LOCK_MEMBERS.rows(tx, asked)
    rows = {r.member_id: r for r in tx.execute(_MEMBERS, {"m": merchant_id, "ids": [one, other]})}
    for id_ in (one, other):
        if id_ not in rows:
            raise Refused(f"There is no member {id_}.")
    return rows


def _may_be_merged(rows: Mapping[str, Any], member_id: MemberId, into: MemberId) -> None:
    if rows[member_id].merged_into:
        raise Refused("This customer was merged into a third one; undo that first.")
    if rows[into].merged_into:
        raise Refused("The customer to keep was merged into a third one; merge with that one.")
    if rows[member_id].left_at or rows[into].left_at:
        raise Refused("One of them has left the programme; he has to join again first.")


def _move(
    tx: Connection,
    merchant_id: MerchantId,
    way: tuple[MemberId, MemberId],
    about: str,
    taken: Taken,
    pending: int,
    now: datetime,
) -> None:
    """One pair of transfers per lot date, and one for what is pending."""
    pairs = [(Reason.MERGE_OUT, Reason.MERGE_IN, points, day) for day, points in taken]
    waiting = [(Reason.PENDING_OUT, Reason.PENDING_IN, pending, None)] if pending else []
    postings = [
        Posting(member_id=whose, reason=reason, points=points, subject=about, occurred_at=now,
                expires_on=day, key=f"{about}/{reason.value}/{day or 'pending'}")
        for out, into, points, day in [*pairs, *waiting]
        for whose, reason in zip(way, (out, into), strict=True)
    ]  # fmt: skip
    ledger.post(tx, merchant_id, postings, now)


def _carry_dates(
    tx: Connection, merchant_id: MerchantId, into: MemberId, lots: Sequence[Any]
) -> None:
    """A lot that was put off stays put off; one that is not wholly warned of counts as not warned."""
    for row in lots:
        here = (lot.c.merchant_id == merchant_id, lot.c.member_id == into,
                lot.c.expires_on == row.expires_on)  # fmt: skip
        mine = tx.execute(select(lot).where(*here)).one()
        fresh = mine.remaining == row.remaining
        warned = row.warned_at if fresh or mine.warned_at else None
        tx.execute(
            update(lot).where(*here).values(due_on=max(mine.due_on, row.due_on), warned_at=warned)
        )


def _mark(tx: Connection, merchant_id: MerchantId, gone: Any, kept: Any) -> None:
    joined = [row.joined_at for row in (gone, kept) if row.joined_at]
    ends = [row.inactive_due_on for row in (gone, kept) if row.inactive_due_on]
    _update(tx, merchant_id, kept.member_id, joined_at=min(joined, default=None),
            inactive_due_on=max(ends, default=None))  # fmt: skip
    _update(tx, merchant_id, gone.member_id, merged_into=kept.member_id)


def _update(tx: Connection, merchant_id: MerchantId, member_id: str, **values: Any) -> None:
    here = member.c.merchant_id == merchant_id, member.c.member_id == member_id
    tx.execute(update(member).where(*here).values(**values))


def _what_is_left(
    tx: Connection,
    merchant_id: MerchantId,
    survivor: MemberId,
    last: Any,
    his: belongings.Belongings,
) -> tuple[Taken, int]:
    """His points that are still there, by date, and how many are not.

    His are those he brought and those that his awards made available since; nothing marks a single
    point, so of each date what is there is given back, at most what was his.
    """
    mine = {date.fromisoformat(day): points for day, points in last.facts["lots"]}
    for day, points in belongings.made_available(
        tx, merchant_id, survivor, last.facts["after"], his
    ):
        mine[day] = mine.get(day, 0) + points
    there = {
        row.expires_on: row.remaining
        for row in tx.execute(_LOTS, {"m": merchant_id, "id": survivor})
    }
    most = left = max(sum(mine.values()), 0)
    back: Taken = []
    for day in sorted(mine, reverse=True):
        points = min(mine[day], there.get(day, 0), left)
        if points > 0:
            back.append((day, points))
            left -= points
    return sorted(back), most - sum(points for _, points in back)
