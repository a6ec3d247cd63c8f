"""Points that end because nothing happened for long: counted from what happened last, never retroactive.

The end is a day on the member's row. It is worked out at night, moves on with each activity, and is
warned of like any other; whoever could not be reached keeps his points to the next year end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from connector import forewarning, ledger, merchants, programmes, statements
from connector.lasting import Activity
from connector.ledger import Posting, Reason
from connector.life import POSTPONED_AT_MOST, next_year_end
from connector.programme import Programme
from connector.tables import lot, member, order, transfer
from connector.values import MemberId, MerchantId, day_in

_MEMBER = select(member).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id")
)
_LOTS = select(lot).where(
    lot.c.merchant_id == bindparam("m"), lot.c.member_id == bindparam("id"), lot.c.remaining > 0
)
_WITH_POINTS = (
    select(member.c.member_id)
    .where(
        member.c.merchant_id == bindparam("m"),
        member.c.available > 0,
        member.c.member_id > bindparam("after"),
        member.c.inactive_due_on.is_(None) | (member.c.inactive_due_on <= bindparam("soon")),
    )
    .order_by(member.c.member_id)
    .limit(bindparam("most"))
)
_LAST_ORDER = select(func.max(order.c.placed_at)).where(
    order.c.merchant_id == bindparam("m"),
    order.c.member_id == bindparam("id"),
    order.c.paid_at.is_not(None),
)
_REASONS = {
    Activity.EARN: (Reason.EARN, Reason.CREDIT),
    Activity.REDEEM: (Reason.HOLD, Reason.REDEEM),
}
_LAST_MOVE = select(func.max(transfer.c.occurred_at)).where(
    transfer.c.merchant_id == bindparam("m"),
    transfer.c.member_id == bindparam("id"),
    transfer.c.reason.in_(bindparam("reasons", expanding=True)),
)


_LAST_END = select(func.max(transfer.c.occurred_at)).where(
    transfer.c.merchant_id == bindparam("m"),
    transfer.c.member_id == bindparam("id"),
    transfer.c.reason == Reason.EXPIRE,
    transfer.c.subject.startswith("inactive/"),
)


def matters(tx: Connection, merchant_id: MerchantId) -> bool:
    """Whether points of this merchant end by inactivity at all."""
    versions = _versions(tx, merchant_id)
    return bool(versions) and versions[-1].life.inactive_months is not None


def members(
    tx: Connection, merchant_id: MerchantId, now: datetime, after: str, most: int
) -> list[MemberId]:
    """Those with points whose end is near or not known yet, in id order."""
    soon = now.date() + timedelta(days=max(forewarning.DAYS_BEFORE) + 1)
    asked = {"m": merchant_id, "after": after, "most": most, "soon": soon}
    return [MemberId(id_) for id_ in tx.execute(_WITH_POINTS, asked).scalars()]


def pass_day(tx: Connection, merchant_id: MerchantId, member_id: MemberId, now: datetime) -> int:
    """Work out the member's end; warn of it when it is near, end his points when it is over.

    Returns how many transfers were written.
    """
    home = merchants.get(tx, merchant_id)
    versions, zone = programmes.versions(tx, merchant_id, home.currency), home.zone
    asked = {"m": merchant_id, "id": member_id}
    statements.LOCK_MEMBERS.rows(tx, {"merchant_id": merchant_id, "members": [member_id]})
    row = tx.execute(_MEMBER, asked).one()
    if not versions or versions[-1].life.inactive_months is None or row.available == 0:
        return 0
    natural = versions[-1].life.inactive_on(_last_active(tx, row, versions, zone))
    if versions[-1].ends_on is not None:
        natural = max(natural, versions[-1].ends_on)
    end = max(natural, row.inactive_due_on or natural)
    if end.year - natural.year > POSTPONED_AT_MOST:
        end = natural  # nothing is put off so far: it was the end under an older, longer rule
    if end >= day_in(now, zone):
        _set(tx, row, end)
        forewarning.make(tx, merchant_id, [(member_id, forewarning.INACTIVE, end)], zone, now)
        return 0
    reached = forewarning.was_reached(tx, merchant_id, member_id, forewarning.INACTIVE, end)
    if not reached and end.year - natural.year < POSTPONED_AT_MOST:
        _set(tx, row, next_year_end(end))
        return 0
    return _end(tx, merchant_id, member_id, end, now)


def _versions(tx: Connection, merchant_id: MerchantId) -> tuple[Programme, ...]:
    currency = merchants.get(tx, merchant_id).currency
    return programmes.versions(tx, merchant_id, currency)


def _last_active(tx: Connection, row: Any, versions: Sequence[Programme], zone: str) -> date:
    """The day of what happened last: at the earliest when the rule was switched on, he joined, or
    all his points ended before."""
    life = versions[-1].life
    asked = {"m": row.merchant_id, "id": row.member_id}
    since = [_switched_on(versions), row.joined_at, tx.execute(_LAST_END, asked).scalar()]
    found = [tx.execute(_LAST_ORDER, asked).scalar()] if Activity.ORDER in life.activity else []
    reasons = [one for kind in life.activity for one in _REASONS.get(kind, ())]
    if reasons:
        found.append(tx.execute(_LAST_MOVE, asked | {"reasons": reasons}).scalar())
    return day_in(max(moment for moment in [*since, *found] if moment is not None), zone)


def _switched_on(versions: Sequence[Programme]) -> datetime:
    """When today's rule began: what was promised before it is not made shorter by it."""
    since = versions[-1]
    for one in reversed(versions):
        if (one.life.inactive_months, one.life.activity) != (
            since.life.inactive_months, since.life.activity,
        ):  # fmt: skip
            break
        since = one
    return since.valid_from


def _set(tx: Connection, row: Any, end: date) -> None:
    if row.inactive_due_on != end:
        here = member.c.merchant_id == row.merchant_id, member.c.member_id == row.member_id
        tx.execute(update(member).where(*here).values(inactive_due_on=end))


def _end(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, end: date, now: datetime
) -> int:
    lots = tx.execute(_LOTS, {"m": merchant_id, "id": member_id}).all()
    postings = [
        Posting(member_id=member_id, reason=Reason.EXPIRE, points=row.remaining,
                expires_on=row.expires_on, subject=f"inactive/{end.isoformat()}", occurred_at=now,
                key=f"inactive/{member_id}/{end.isoformat()}/{row.expires_on.isoformat()}/expire",
                basis={"state": "inactive"})
        for row in sorted(lots, key=lambda row: row.expires_on)
    ]  # fmt: skip
    return sum(1 for one in ledger.post(tx, merchant_id, postings, now) if not one.again)
