"""What was given for what: one row per subject and rule, and the difference that is still to move.

Convergence lives here: given stays what the award's transfers say, deserved is what the facts say,
and `movements` names the postings that bring the one to the other. A shortfall is not a pot but the
sum of what awards gave too much; `settle` takes it from the next points that become available.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, update

from connector import ledger, statements
from connector.amounts import Terms
from connector.earning import RULE as PURCHASE
from connector.earning import Deserved
from connector.ledger import Posting, Reason
from connector.lots import GRACE
from connector.programme import Life
from connector.tables import award as award_table
from connector.values import MemberId, MerchantId, day_in

EVENT = "event"
"""The rule of awards for what is not an order; see `events`."""


@dataclass(slots=True)
class Award:
    """A row of `award`. `pending` is the part of `given` that is not released yet."""

    subject: str
    rule: str
    member_id: MemberId
    terms: Terms
    deserved: int = 0
    given: int = 0
    pending: int = 0
    release_at: datetime | None = None
    waived: int = 0

    def over(self) -> int:
        """Points given too much and not waived: this award's part of the shortfall."""
        return max(self.given - self.deserved - self.waived, 0)


_EFFECT = {
    # reason: (given, pending) per point
    Reason.EARN: (1, 1),
    Reason.CREDIT: (1, 0),
    Reason.CONFIRM: (0, -1),
    Reason.UNEARN: (-1, -1),
    Reason.CLAW_BACK: (-1, 0),
}


def movements(award: Award, want: Deserved, now: datetime) -> list[tuple[Reason, int]]:
    """What must move so that the award has what it deserves; pending points go first."""
    released = want.release_at is not None and want.release_at <= now
    moves: list[tuple[Reason, int]] = []
    over = award.given - award.waived - want.points
    unearn = min(max(over, 0), award.pending)
    if unearn:
        moves.append((Reason.UNEARN, unearn))
    if released and award.pending > unearn:
        moves.append((Reason.CONFIRM, award.pending - unearn))
    if want.points > award.given:
        moves.append((Reason.CREDIT if released else Reason.EARN, want.points - award.given))
    if over > unearn:
        moves.append((Reason.CLAW_BACK, over - unearn))
    return moves


def converge(award: Award, want: Deserved) -> None:
    """Set the award's target. A waiver ends as far as the points are deserved again."""
    award.deserved = want.points
    award.release_at = want.release_at
    award.waived = min(award.waived, max(award.given - want.points, 0))


def post(
    tx: Connection,
    merchant_id: MerchantId,
    wanted: Sequence[tuple[Award, Posting]],
    now: datetime,
) -> int:
    """Post and carry what really moved into the awards; then settle shortfalls from what was raised.

    The awards must be locked, and are written here. Returns how many transfers were written.
    """
    posted = ledger.post(tx, merchant_id, [posting for _, posting in wanted], now)
    raised: dict[MemberId, str] = {}
    for (award, posting), result in zip(wanted, posted, strict=True):
        _carry(award, posting.reason, result)
        if posting.reason in ledger.RAISES_AVAILABLE and result.points and not result.again:
            raised[posting.member_id] = posting.key
    write(tx, merchant_id, {(a.subject, a.rule): a for a, _ in wanted}.values())
    _wake(tx, merchant_id, wanted, raised, now)
    count = sum(1 for result in posted if result.n and not result.again)
    return count + settle(tx, merchant_id, raised, now)


def _wake(
    tx: Connection,
    merchant_id: MerchantId,
    wanted: Sequence[tuple[Award, Posting]],
    raised: Mapping[MemberId, str],
    now: datetime,
) -> None:
    """An order is past its return window: what waits for a first one is due now."""
    bought = {award.member_id for award, _ in wanted if award.rule == PURCHASE} & raised.keys()
    if bought:
        tx.execute(_WAITING, {"m": merchant_id, "ids": sorted(bought), "now": now})


_WAITING = (
    update(award_table)
    .where(
        award_table.c.merchant_id == bindparam("m"),
        award_table.c.member_id.in_(bindparam("ids", expanding=True)),
        award_table.c.rule == EVENT,
        award_table.c.pending > literal_column("0"),  # as the index of what is pending says it
        award_table.c.release_at.is_(None),
    )
    .values(release_at=bindparam("now"))
)


def _carry(award: Award, reason: Reason, result: ledger.Posted) -> None:
    if not result.again:
        given, pending = _EFFECT[reason]
        award.given += given * result.points
        award.pending += pending * result.points


def settle(
    tx: Connection, merchant_id: MerchantId, raised: Mapping[MemberId, str], now: datetime
) -> int:
    """Claw back what awards gave too much, oldest first, from members whose available just rose."""
    if not raised:
        return 0
    asked = {"merchant_id": merchant_id, "members": sorted(raised)}
    owing = [_award(row) for row in statements.OPEN_AWARDS.rows(tx, asked)]
    if not owing:
        return 0
    first = own_lots(tx, merchant_id, [award.subject for award in owing])
    postings = [
        Posting(
            member_id=award.member_id, reason=Reason.CLAW_BACK, points=award.over(), up_to=True,
            subject=award.subject, rule=award.rule, occurred_at=now,
            key=f"{award.subject}/{award.rule}/settle/{raised[award.member_id]}",
            expires_on=first.get((award.subject, award.rule)), programme=award.terms["programme"],
            basis={"state": "settled", "over": award.over(), "order": award.terms.get("number", "")},
        )
        for award in owing
    ]  # fmt: skip
    posted = ledger.post(tx, merchant_id, postings, now)
    for award, result in zip(owing, posted, strict=True):
        _carry(award, Reason.CLAW_BACK, result)
    write(tx, merchant_id, owing)
    return sum(1 for result in posted if result.n and not result.again)


def expiry(
    terms: Terms, life: Life, release_at: datetime, live_since: datetime, now: datetime
) -> date:
    """The day through which the award's points live; points of past orders live from go-live.

    Points that come after that day is over live as long as points that are given back.
    """
    ends, today = (
        life.ends_on(day_in(max(release_at, live_since), terms["zone"])),
        day_in(now, terms["zone"]),
    )
    return ends if ends >= today else today + GRACE


def load(
    tx: Connection, merchant_id: MerchantId, subjects: Iterable[str]
) -> dict[tuple[str, str], Award]:
    """The awards of these subjects, locked, by (subject, rule)."""
    wanted = sorted(set(subjects))
    if not wanted:
        return {}
    rows = statements.AWARDS.rows(tx, {"merchant_id": merchant_id, "subjects": wanted})
    return {(row.subject, row.rule): _award(row) for row in rows}


def own_lots(
    tx: Connection, merchant_id: MerchantId, subjects: Iterable[str]
) -> dict[tuple[str, str], date]:
    """Per award, the day on which the points it last made available expire."""
    wanted = sorted(set(subjects))
    if not wanted:
        return {}
    rows = statements.OWN_LOTS.rows(tx, {"merchant_id": merchant_id, "subjects": wanted})
    # Sorted here: asked to sort, SQLite would walk all transfers in that order instead.
    rows.sort(key=lambda row: (row.member_id, row.n))
    return {(row.subject, row.rule): date.fromisoformat(row.lots[0][0]) for row in rows}


def write(tx: Connection, merchant_id: MerchantId, awards: Iterable[Award]) -> None:
    rows = [
        {"merchant_id": merchant_id, "subject": award.subject, "rule": award.rule,
         "member_id": award.member_id, "terms": award.terms, "deserved": award.deserved,
         "given": award.given, "pending": award.pending, "release_at": award.release_at,
         "waived": award.waived}
        for award in awards
    ]  # fmt: skip
    statements.WRITE_AWARD.run(tx, *rows)


def _award(row: Any) -> Award:
    return Award(
        subject=row.subject, rule=row.rule, member_id=MemberId(row.member_id), terms=row.terms,
        deserved=row.deserved, given=row.given, pending=row.pending, release_at=row.release_at,
        waived=row.waived,
    )  # fmt: skip
