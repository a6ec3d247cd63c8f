"""Points that a person gives or takes by hand: an award of its own, with a text and an author.

The text may be erased; its digest is in the transfer and in the terms, so nobody can exchange it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from connector import awards, chain, merchants, programmes, statements
from connector.amounts import Terms
from connector.awards import Award
from connector.db import chain_key
from connector.earning import Deserved
from connector.errors import BadInput, KeyReused, Refused
from connector.ledger import Posting, Reason
from connector.tables import member, note
from connector.values import MemberId, MerchantId

RULE = "correction"
RULES = (RULE, "import")
"""Rules whose awards no order explains: what was decided stands in their terms, signed."""
MOST = 10_000_000
LONGEST_TEXT = 500

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_MEMBER = select(member.c.available, member.c.left_at, member.c.merged_into).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id")
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of a correction: points that moved now or (`again`) before, and what is still owed."""

    points: int
    shortfall: int
    again: bool = False


def subject(member_id: MemberId, key: str) -> str:
    return f"member/{member_id}/correction/{key}"


def correct(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    points: int,
    reason_text: str,
    by: str,
    key: str,
    now: datetime,
    *,
    shortfall: bool = False,
) -> Corrected:
    """Give (or, below nothing, take) points once per `key`, and keep why and who.

    More than there is is refused, or with `shortfall` stays owed until the next points settle it.
    Raises BadInput, KeyReused (the key was used for something else), Refused.
    """
    text = _sound(points, reason_text, by, key)
    statements.LOCK_MEMBERS.rows(tx, {"merchant_id": merchant_id, "members": [member_id]})
    about = subject(member_id, key)
    known = awards.load(tx, merchant_id, [about]).get((about, RULE))
    if known is not None:
        return _again(tx, known, points, text, by)
    _may_be_corrected(tx, merchant_id, member_id, points, shortfall=shortfall)
    award = Award(about, RULE, member_id, _terms(tx, merchant_id, about, points, text, by, now))
    posting = _posting(tx, merchant_id, award, points, now, up_to=shortfall)
    awards.converge(award, Deserved(points, now, {}))
    awards.post(tx, merchant_id, [(award, posting)], now)
    _keep_text(tx, merchant_id, award, posting.key, text)
    after = awards.load(tx, merchant_id, [about])[about, RULE]
    return Corrected(after.given, after.over())


def _sound(points: int, reason_text: str, by: str, key: str) -> str:
    text = " ".join(reason_text.split())
    if not points or abs(points) > MOST:
        raise BadInput(
            f"points: {points} cannot be used; give a number from 1 to {MOST}, or below 0."
        )
    if not text or len(text) > LONGEST_TEXT:
        raise BadInput(f"reason: say why, in at most {LONGEST_TEXT} characters.")
    if not by.strip():
        raise BadInput("by: say who decided it.")
    if not _KEY.fullmatch(key):
        raise BadInput(
            f"key: {key!r} cannot be used; take letters, digits, '.', '-', '_', ':' and '/', at most 100."
        )
    return text


def _may_be_corrected(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, points: int, *, shortfall: bool
) -> None:
    row = tx.execute(_MEMBER, {"m": merchant_id, "id": member_id}).first()
    if row is None:
        raise Refused(f"There is no member {member_id}.")
    if row.merged_into:
        raise Refused("This customer was merged into another; correct that one.")
    if row.left_at:
        raise Refused("This customer has left the programme; there is nothing to correct.")
    if row.available < -points and not shortfall:
        raise Refused(
            f"{-points} points are to be taken, {row.available} are there. "
            "Take fewer, or let the rest be settled by the next points (--shortfall)."
        )


def _terms(
    tx: Connection,
    merchant_id: MerchantId,
    about: str,
    points: int,
    text: str,
    by: str,
    now: datetime,
) -> Terms:
    versions = programmes.documents(tx, merchant_id)
    if not versions:
        raise Refused("There is no programme yet, so nobody has points to correct.")
    terms: Terms = {
        "version": 1, "programme": len(versions), "zone": merchants.get(tx, merchant_id).zone,
        "points": points, "by": by, "at": chain.moment(now),
        "note": chain.note_digest(chain_key(tx), text),
    }  # fmt: skip
    return signed(chain_key(tx), about, terms)


def signed(key: bytes, about: str, terms: Terms) -> Terms:
    """The terms with a proof that nobody changed them since."""
    return terms | {"proof": _proof(key, about, terms)}


def _proof(key: bytes, about: str, terms: Mapping[str, Any]) -> str:
    """Keyed, because a correction has no facts in the shop that it could be held against."""
    parts = [about, *(str(terms.get(name)) for name in ("points", "by", "at", "note", "programme"))]
    return chain.note_digest(key, "\n".join(parts))


def wrong(key: bytes, row: Any) -> str:
    """Why a stored correction is not what was decided; "" where it is."""
    if row.terms.get("proof") != _proof(key, row.subject, row.terms):
        return "is not the correction that was written"
    if row.deserved != row.terms["points"]:
        return f"says {row.deserved}, the correction was {row.terms['points']}"
    if row.release_at is None or chain.moment(row.release_at) != row.terms["at"]:
        return f"is due at {row.release_at}"
    if row.waived > max(row.given - row.deserved, 0):
        return f"waives {row.waived} points, and has given {row.given} for {row.deserved}"
    return ""


def _again(tx: Connection, known: Award, points: int, text: str, by: str) -> Corrected:
    wanted = points, chain.note_digest(chain_key(tx), text), by
    if wanted != (known.terms["points"], known.terms["note"], known.terms["by"]):
        raise KeyReused("This key was used before for another correction; take a new one.")
    return Corrected(known.given, known.over(), again=True)


def _posting(
    tx: Connection,
    merchant_id: MerchantId,
    award: Award,
    points: int,
    now: datetime,
    *,
    up_to: bool,
) -> Posting:
    one = merchants.get(tx, merchant_id)
    life = programmes.versions(tx, merchant_id, one.currency)[-1].life
    gives = points > 0
    until = awards.expiry(award.terms, life, now, one.live_since or now, now) if gives else None
    return Posting(
        member_id=award.member_id, reason=Reason.CREDIT if gives else Reason.CLAW_BACK,
        points=abs(points), subject=award.subject, rule=RULE, key=f"{award.subject}/post",
        occurred_at=now, expires_on=until, up_to=up_to and not gives, by=award.terms["by"],
        programme=award.terms["programme"],
        basis={"state": "corrected", "note": award.terms["note"], "deserved": points},
    )  # fmt: skip


_LOWEST = select(func.coalesce(func.min(note.c.n), 0)).where(
    note.c.merchant_id == bindparam("m"), note.c.member_id == bindparam("id")
)


def _keep_text(tx: Connection, merchant_id: MerchantId, award: Award, key: str, text: str) -> None:
    """Beside its transfer; numbered below nothing where there was nothing to take yet."""
    found = statements.KEYS.rows(tx, {"merchant_id": merchant_id, "keys": [key]})
    asked = {"m": merchant_id, "id": award.member_id}
    n = found[0].n if found else min(tx.execute(_LOWEST, asked).scalar_one(), 0) - 1
    values = {"merchant_id": merchant_id, "member_id": award.member_id, "n": n, "text": text}
    tx.execute(insert(note).values(values))
