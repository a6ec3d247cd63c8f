"""What a member has: pots, shortfall, what comes next and what expires next, and the sentence for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from connector import explain
from connector.tables import award, lot, member, transfer
from connector.values import NEVER, MemberId, MerchantId, day_in


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's points, whole numbers."""

    available: int
    pending: int
    held: int
    shortfall: int
    tier: str
    joined_at: datetime | None
    pending_next: tuple[int, date] | None
    next_expiry: tuple[int, date] | None


_MEMBER = select(member).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id")
)
_SHORTFALL = select(
    func.coalesce(func.sum(award.c.given - award.c.deserved - award.c.waived), 0)
).where(
    award.c.merchant_id == bindparam("m"),
    award.c.member_id == bindparam("id"),
    award.c.given > award.c.deserved + award.c.waived,
)
_PENDING_NEXT = (
    select(award.c.release_at, award.c.pending)
    .where(
        award.c.merchant_id == bindparam("m"),
        award.c.member_id == bindparam("id"),
        award.c.pending > 0,
        award.c.release_at.is_not(None),
    )
    .order_by(award.c.release_at)
)
_NEXT_LOT = (
    select(lot.c.due_on, lot.c.remaining)
    .where(
        lot.c.merchant_id == bindparam("m"), lot.c.member_id == bindparam("id"), lot.c.remaining > 0
    )
    .order_by(lot.c.due_on, lot.c.expires_on)
    .limit(1)
)
_SPENT = select(
    func.coalesce(
        func.sum(transfer.c.points).filter(transfer.c.to_pot.in_(["redeemed", "expired"])), 0
    )
    - func.coalesce(
        func.sum(transfer.c.points).filter(transfer.c.from_pot.in_(["redeemed", "expired"])), 0
    )
).where(transfer.c.merchant_id == bindparam("m"), transfer.c.member_id == bindparam("id"))
_MOVEMENTS = (
    select(transfer)
    .where(
        transfer.c.merchant_id == bindparam("m"),
        transfer.c.member_id == bindparam("id"),
        transfer.c.n < bindparam("before"),
    )
    .order_by(transfer.c.n.desc())
    .limit(bindparam("most"))
)


def of(tx: Connection, merchant_id: MerchantId, member_id: MemberId, zone: str) -> Standing:
    """What the member has now; costs the same however long his history is."""
    asked = {"m": merchant_id, "id": member_id}
    row = tx.execute(_MEMBER, asked).one()
    next_lot = tx.execute(_NEXT_LOT, asked).first()
    return Standing(
        available=row.available,
        pending=row.pending,
        held=row.held,
        shortfall=int(tx.execute(_SHORTFALL, asked).scalar_one()),
        tier=row.tier,
        joined_at=row.joined_at,
        pending_next=_pending_next(tx.execute(_PENDING_NEXT, asked).all(), zone),
        next_expiry=_next_expiry(next_lot),
    )


def lifetime(tx: Connection, merchant_id: MerchantId, member_id: MemberId, now: Standing) -> int:
    """Every point the member was ever given and kept; reads his whole history."""
    spent = tx.execute(_SPENT, {"m": merchant_id, "id": member_id}).scalar_one()
    return now.available + now.pending + now.held + int(spent)


def _pending_next(rows: Sequence[Any], zone: str) -> tuple[int, date] | None:
    """All points of the first day on which some become available."""
    if not rows:
        return None
    first = day_in(rows[0].release_at, zone)
    return sum(row.pending for row in rows if day_in(row.release_at, zone) == first), first


def _next_expiry(row: Any) -> tuple[int, date] | None:
    return None if row is None or row.due_on == NEVER else (row.remaining, row.due_on)


def movements(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    most: int = 20,
    before: int = 1 << 62,
) -> list[dict[str, Any]]:
    """The newest transfers below number `before`, newest first, with their sentence per language."""
    rows = tx.execute(
        _MOVEMENTS, {"m": merchant_id, "id": member_id, "most": most, "before": before}
    )
    return [
        {
            "n": row["n"], "at": row["occurred_at"], "points": row["points"],
            "from": row["from_pot"], "to": row["to_pot"], "reason": row["reason"],
            "subject": row["subject"],
            "text": {lang: explain.sentence(row, lang) for lang in explain.LANGUAGES},
            "reckoning": {lang: explain.reckoning(row, lang) for lang in explain.LANGUAGES},
        }
        for row in map(dict, rows.mappings())
    ]  # fmt: skip


_SENTENCES = {
    "de": {
        "available": "{available} gehören dir.",
        "available.1": "{available} gehört dir.",
        "pending": "{pending}, deine ab {on}.",
        "more": "{pending} weitere ab {on}.",
        "later": "Insgesamt sind {all} unterwegs.",
        "someday.1": "{all} ist unterwegs.",
        "someday": "{all} sind unterwegs.",
        "empty": "Du hast gerade keine Punkte. Mit deiner nächsten Bestellung sammelst du neue.",
        "shortfall": "{shortfall} werden mit deinen nächsten Punkten verrechnet.",
        "shortfall.1": "{shortfall} wird mit deinen nächsten Punkten verrechnet.",
    },
    "en": {
        "available": "{available} are yours.",
        "available.1": "{available} is yours.",
        "pending": "{pending}, yours from {on}.",
        "more": "{pending} more from {on}.",
        "later": "{all} are on the way altogether.",
        "someday.1": "{all} is on the way.",
        "someday": "{all} are on the way.",
        "empty": "You have no points right now. Your next order brings new ones.",
        "shortfall": "{shortfall} will be settled with your next points.",
        "shortfall.1": "{shortfall} will be settled with your next points.",
    },
}


def sentence(standing: Standing, lang: str) -> str:
    """What the member has and when more comes, in one or two short sentences."""
    texts, next_, said = _SENTENCES[lang], standing.pending_next, []
    if standing.available:
        key = "available.1" if standing.available == 1 else "available"
        said.append(texts[key].format(available=explain.points(standing.available, lang)))
    if next_ is not None:
        key, amount = ("more", explain.number(next_[0], lang)) if standing.available else (
            "pending", explain.points(next_[0], lang))  # fmt: skip
        said.append(texts[key].format(pending=amount, on=explain.day(next_[1], lang)))
        if standing.pending > next_[0]:
            said.append(texts["later"].format(all=explain.points(standing.pending, lang)))
    elif standing.pending:  # none of it has a day yet
        key = "someday.1" if standing.pending == 1 else "someday"
        said.append(texts[key].format(all=explain.points(standing.pending, lang)))
    if standing.shortfall:
        key = "shortfall.1" if standing.shortfall == 1 else "shortfall"
        said.append(texts[key].format(shortfall=explain.points(standing.shortfall, lang)))
    return " ".join(said) or texts["empty"]
