"""What time does to points: pending ones become available, old ones expire. Safe to run at any time.

`lanes` finds what is due by a plain read; here it is moved by keys that name the award or the lot, so a
second runner, a repeat or a late start changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from connector import awards, ledger, merchants, programmes, statements
from connector.awards import Award
from connector.ledger import Posting, Reason
from connector.tables import lot
from connector.values import NEVER, MemberId, MerchantId, day_in

POSTPONED_AT_MOST = 2
"""Years that points outlive their date because nobody could be warned."""

_LOT = select(lot).where(
    lot.c.merchant_id == bindparam("m"),
    lot.c.member_id == bindparam("id"),
    lot.c.expires_on == bindparam("day"),
    lot.c.remaining > 0,
)


def release(tx: Connection, merchant_id: MerchantId, subjects: Sequence[str], now: datetime) -> int:
    """Make the pending points of these subjects available where they are due; transfers written."""
    shop_of = merchants.get(tx, merchant_id)
    versions = programmes.versions(tx, merchant_id, shop_of.currency)
    wanted = []
    for award in awards.load(tx, merchant_id, subjects).values():
        if award.pending > 0 and award.release_at is not None and award.release_at <= now:
            life = versions[award.terms["programme"] - 1].life
            until = awards.expiry(award.terms, life, award.release_at, shop_of.live_since, now)
            wanted.append((award, _confirm(award, award.release_at, until)))
    return awards.post(tx, merchant_id, wanted, now) if wanted else 0


def _confirm(award: Award, release_at: datetime, until: date) -> Posting:
    return Posting(
        member_id=award.member_id, reason=Reason.CONFIRM, points=award.pending,
        subject=award.subject, rule=award.rule, expires_on=until, occurred_at=release_at,
        key=f"{award.subject}/{award.rule}/confirm/{release_at.isoformat()}/{award.given}",
        programme=award.terms["programme"], basis=_basis(award),
    )  # fmt: skip


def _basis(award: Award) -> dict[str, Any]:
    if "event" in award.terms:
        return {"event": award.terms["event"], "title": award.terms["title"]}
    return {"order": award.terms["number"], "state": "paid"}


def expire(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, expires_on: date, now: datetime
) -> int:
    """Let a lot expire whose day is over; one whose owner was not warned waits for the next year end."""
    zone = merchants.get(tx, merchant_id).zone
    # Locked before the lot is read: what is spent meanwhile would be taken from another lot instead.
    statements.LOCK_MEMBERS.rows(tx, {"merchant_id": merchant_id, "members": [member_id]})
    row = tx.execute(_LOT, {"m": merchant_id, "id": member_id, "day": expires_on}).first()
    if row is None or row.due_on >= day_in(now, zone):
        return 0
    last = programmes.last_day(tx, merchant_id)
    if last is not None and row.due_on < last:
        _put_off(tx, row, last)
        return 0
    promised = max(expires_on if expires_on != NEVER else row.due_on, last or expires_on)
    if row.warned_at is None and row.due_on.year - promised.year < POSTPONED_AT_MOST:
        _put_off(tx, row, next_year_end(row.due_on))
        return 0
    posting = Posting(
        member_id=member_id, reason=Reason.EXPIRE, points=row.remaining, expires_on=expires_on,
        subject=f"lot/{expires_on.isoformat()}", occurred_at=now,
        key=f"lot/{member_id}/{expires_on.isoformat()}/expire",
    )  # fmt: skip
    (posted,) = ledger.post(tx, merchant_id, [posting], now)
    return 0 if posted.again else 1


def next_year_end(day: date) -> date:
    """Until when points go on whose owner could not be reached."""
    return date(day.year + 1, 12, 31)


def _put_off(tx: Connection, row: Any, following: date) -> None:
    tx.execute(
        update(lot)
        .where(lot.c.merchant_id == row.merchant_id, lot.c.member_id == row.member_id,
               lot.c.expires_on == row.expires_on, lot.c.due_on == row.due_on)
        .values(due_on=following)
    )  # fmt: skip
