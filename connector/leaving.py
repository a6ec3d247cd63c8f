"""Leaving: one click, at once, and undone within thirty days; points end through the ledger.

What was pending is taken back and stays so, whatever becomes of the order: its terms say that no more
is deserved than was released. Whoever leaves keeps the vouchers he has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from connector import awards, explain, ledger, statements
from connector.awards import EVENT, Award
from connector.earning import RULE, Deserved
from connector.errors import Refused
from connector.ledger import Posting, Reason
from connector.tables import award, member
from connector.values import MemberId, MerchantId

DAYS_TO_COME_BACK = 30

_MEMBER = select(member).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id")
)
_EARNED = (RULE, EVENT)
"""What is earned and may still be on its way; corrections and imports are there at once."""
_AWARDS = select(award.c.subject).where(
    award.c.merchant_id == bindparam("m"),
    award.c.member_id == bindparam("id"),
    award.c.rule.in_(_EARNED),
)


@dataclass(frozen=True, slots=True)
class Lost:
    """What somebody loses who leaves; `again`: he left before."""

    points: int = 0
    pending: int = 0
    again: bool = False


def preview(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> Lost:
    """What leaving would cost now."""
    row = tx.execute(_MEMBER, {"m": merchant_id, "id": member_id}).one()
    return Lost(row.available, row.pending, again=row.left_at is not None)


_SENTENCES = {
    "de": {
        "lost": "Wenn du nicht mehr teilnimmst, verlierst du {lost}.",
        "nothing": "Du kannst jederzeit aufhören teilzunehmen.",
        "both": "{points} und {pending} vorgemerkte",
        "pending": "{pending}, die vorgemerkt sind",
        "rest": "Gutscheine, die du schon hast, bleiben gültig. "
        "{days} Tage lang kannst du es dir anders überlegen.",
    },
    "en": {
        "lost": "If you leave you lose {lost}.",
        "nothing": "You can leave at any time.",
        "both": "{points} and {pending} that are on the way",
        "pending": "{pending} that are on the way",
        "rest": "Vouchers you already have stay valid. You can change your mind for {days} days.",
    },
}


def sentence(lost: Lost, lang: str) -> str:
    """What leaving costs, in words."""
    texts = _SENTENCES[lang]
    points = explain.points(lost.points, lang)
    said = points
    if lost.pending and lost.points:
        said = texts["both"].format(points=points, pending=explain.number(lost.pending, lang))
    elif lost.pending:
        said = texts["pending"].format(pending=explain.points(lost.pending, lang))
    loses = lost.points or lost.pending
    first = texts["lost"].format(lost=said) if loses else texts["nothing"]
    return f"{first} {texts['rest'].format(days=DAYS_TO_COME_BACK)}"


def leave(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, by: str, now: datetime
) -> Lost:
    """End taking part now: no points, no messages, no scores from here on. Twice is once."""
    awarded = earned(tx, merchant_id, member_id)
    row = locked(tx, merchant_id, member_id)
    if row.merged_into:
        raise Refused("This customer was merged into another; that one can leave.")
    if row.left_at is not None:
        return Lost(again=True)
    key = f"member/{member_id}/leave/{row.n}"
    awards.post(tx, merchant_id, [_end(one, key, now) for one in awarded if one.pending], now)
    lost = Posting(member_id=member_id, reason=Reason.LEAVE, points=row.available, up_to=True,
                   subject=f"member/{member_id}/leave", key=key, occurred_at=now, by=by)  # fmt: skip
    ledger.post(tx, merchant_id, [lost], now)
    set_left(tx, merchant_id, member_id, now)
    return Lost(row.available, row.pending)


def earned(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> list[Award]:
    """What the member's orders and events were given, locked."""
    subjects = tx.execute(_AWARDS, of(merchant_id, member_id)).scalars()
    found = awards.load(tx, merchant_id, subjects).values()
    return [one for one in found if one.rule in _EARNED and one.member_id == member_id]


def of(merchant_id: MerchantId, member_id: MemberId) -> dict[str, str]:
    return {"m": merchant_id, "id": member_id}


def locked(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> Any:
    statements.LOCK_MEMBERS.rows(tx, {"merchant_id": merchant_id, "members": [member_id]})
    return tx.execute(_MEMBER, of(merchant_id, member_id)).one()


def _end(one: Award, key: str, now: datetime) -> tuple[Award, Posting]:
    """Take back what is pending, and let the award never deserve it again."""
    released = max(one.given - one.pending, 0)
    before = {"limit": one.terms.get("limit"), "deserved": one.deserved}
    one.terms = one.terms | {"limit": released, "before_leaving": before}
    posting = Posting(
        member_id=one.member_id, reason=Reason.UNEARN, points=one.pending, subject=one.subject,
        rule=one.rule, key=f"{key}/{one.subject}/{one.rule}", occurred_at=now,
        programme=one.terms["programme"], basis={"order": one.terms["number"], "state": "left"},
    )  # fmt: skip
    awards.converge(one, Deserved(min(one.deserved, released), one.release_at, {}))
    return one, posting


def left_at(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> datetime | None:
    """When he left; None: he takes part."""
    found: datetime | None = tx.execute(_MEMBER, of(merchant_id, member_id)).one().left_at
    return found


def set_left(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, left_at: datetime | None
) -> None:
    here = member.c.merchant_id == merchant_id, member.c.member_id == member_id
    tx.execute(update(member).where(*here).values(left_at=left_at))
