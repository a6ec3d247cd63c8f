"""That points will end is said in time: 60 and 14 days before, as rows that are seen or delivered.

Made at night; shown by `me`; what somebody saw or was sent lets his lot end. Nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from connector import db, explain
from connector.tables import lot, member, warning
from connector.values import NEVER, MemberId, MerchantId, day_in

DAYS_BEFORE = (60, 14)
AT_ONCE = 200

Ending = tuple[MemberId, date, date]
"""A lot that ends: its member, its date, and the day through which it really lives."""
FIRST: Ending = (MemberId(""), date.min, date.min)

_LOTS = (
    select(lot.c.member_id, lot.c.expires_on, lot.c.due_on)
    .where(
        lot.c.merchant_id == bindparam("m"),
        lot.c.remaining > 0,
        lot.c.due_on >= bindparam("today"),
        lot.c.due_on <= bindparam("until"),
        or_(
            lot.c.member_id > bindparam("after"),
            and_(lot.c.member_id == bindparam("after"), lot.c.expires_on > bindparam("day")),
        ),
    )
    .order_by(lot.c.member_id, lot.c.expires_on)
    .limit(AT_ONCE)
)
_MINE = select(warning).where(
    warning.c.merchant_id == bindparam("m"),
    warning.c.member_id == bindparam("id"),
    warning.c.due_on >= bindparam("today"),
)
_REMAINING = select(lot).where(
    lot.c.merchant_id == bindparam("m"), lot.c.member_id == bindparam("id"), lot.c.remaining > 0
)
_ENDING = select(member.c.available, member.c.inactive_due_on).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id")
)


def due(
    tx: Connection, merchant_id: MerchantId, zone: str, now: datetime, after: Ending = FIRST
) -> list[Ending]:
    """Some lots that end so soon that their owners are to be warned, those that follow `after`."""
    today = day_in(now, zone)
    until = today + timedelta(days=max(DAYS_BEFORE))
    asked = {"m": merchant_id, "today": today, "until": until, "after": after[0], "day": after[1]}
    return [(MemberId(r.member_id), r.expires_on, r.due_on) for r in tx.execute(_LOTS, asked)]


def make(
    tx: Connection,
    merchant_id: MerchantId,
    lots: Sequence[Ending],
    zone: str,
    now: datetime,
) -> int:
    """Write the warnings that are due for these; each once, however often it is asked."""
    today = day_in(now, zone)
    rows = [
        {"merchant_id": merchant_id, "member_id": member_id, "expires_on": expires_on,
         "due_on": due_on, "days": days, "made_at": now}
        for member_id, expires_on, due_on in lots
        for days in DAYS_BEFORE if due_on - today <= timedelta(days=days)
    ]  # fmt: skip
    if not rows:
        return 0
    statement = db.insert_or(tx, warning).values(rows).on_conflict_do_nothing()
    return len(tx.execute(statement.returning(warning.c.days)).all())


def shown(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    zone: str,
    now: datetime,
    lang: str,
) -> list[dict[str, Any]]:
    """What the member is told: a warning per lot that ends soon, and for the whole where he is inactive."""
    asked = {"m": merchant_id, "id": member_id, "today": day_in(now, zone)}
    known = {(row.expires_on, row.due_on) for row in tx.execute(_MINE, asked)}
    if not known:
        return []
    texts = _TEXTS[lang]
    found = [
        (row.due_on, _name(row.expires_on, row.due_on), row.remaining, texts["lot"])
        for row in tx.execute(_REMAINING, asked)
        if (row.expires_on, row.due_on) in known
    ]
    ending = tx.execute(_ENDING, asked).one()
    if ending.available and (INACTIVE, ending.inactive_due_on) in known:
        end = ending.inactive_due_on
        found.append((end, _name(INACTIVE, end), ending.available, texts["inactive"]))
    return [
        {"id": name, "points": points, "on": on,
         "text": text.format(points=explain.points(points, lang), on=explain.day(on, lang))}
        for on, name, points, text in sorted(found)
    ]  # fmt: skip


INACTIVE = NEVER - timedelta(days=1)
"""What stands for a lot in the warning that all points will end; no lot has this day."""

_TEXTS = {
    "de": {
        "lot": "{points} verfallen mit Ablauf des {on}, wenn du sie nicht einlöst.",
        "inactive": "{points} verfallen mit Ablauf des {on}, wenn bis dahin nichts geschieht.",
    },
    "en": {
        "lot": "{points} expire at the end of {on} unless you redeem them.",
        "inactive": "{points} expire at the end of {on} unless something happens before.",
    },
}


def _name(expires_on: date, due_on: date) -> str:
    return f"{expires_on.isoformat()}/{due_on.isoformat()}"


def seen(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    names: Iterable[str],
    now: datetime,
) -> int:
    """The member read these warnings (`id` of `shown`); names nobody was warned by are left out."""
    return _reached(tx, merchant_id, member_id, names, now, "seen_at")


def delivered(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    names: Iterable[str],
    now: datetime,
) -> int:
    """A message with these warnings arrived."""
    return _reached(tx, merchant_id, member_id, names, now, "delivered_at")


def _reached(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    names: Iterable[str],
    now: datetime,
    how: str,
) -> int:
    wanted = set(names)
    asked = {"m": merchant_id, "id": member_id, "today": date.min}
    known = {
        (row.expires_on, row.due_on)
        for row in tx.execute(_MINE, asked)
        if _name(row.expires_on, row.due_on) in wanted
    }
    for expires_on, due_on in sorted(known):
        mine = warning.c.merchant_id == merchant_id, warning.c.member_id == member_id
        tx.execute(
            update(warning)
            .where(*mine, warning.c.expires_on == expires_on, warning.c.due_on == due_on,
                   warning.c[how].is_(None))
            .values({how: now})
        )  # fmt: skip
        tx.execute(
            update(lot)
            .where(lot.c.merchant_id == merchant_id, lot.c.member_id == member_id,
                   lot.c.expires_on == expires_on, lot.c.due_on == due_on,
                   lot.c.warned_at.is_(None))
            .values(warned_at=now)
        )  # fmt: skip
    return len(known)


def was_reached(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, expires_on: date, due_on: date
) -> bool:
    """Whether the member saw, or was sent, a warning of this end."""
    rows = tx.execute(_MINE, {"m": merchant_id, "id": member_id, "today": due_on})
    return any(
        (row.expires_on, row.due_on) == (expires_on, due_on) and (row.seen_at or row.delivered_at)
        for row in rows
    )
