"""What limited rules have granted: budgets that are never exceeded, and caps by day, week and member.

A budget counts what was granted and gets nothing back: a refund takes points from the member, not the
campaign's decision for him. Whoever asks holds the campaign's row until his transaction ends, so two
pages that meet cannot both spend the last points.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, select, update

from connector import db
from connector.errors import LedgerBroken
from connector.rules import Left, Limits, Tally, left
from connector.tables import campaign, campaign_use
from connector.values import MemberId, MerchantId

EVERYBODY = MemberId("")
EVER = ""

_CAMPAIGN = select(campaign.c.granted).where(
    campaign.c.merchant_id == bindparam("m"), campaign.c.campaign_id == bindparam("c")
)
_USES = select(campaign_use).where(
    campaign_use.c.merchant_id == bindparam("m"),
    campaign_use.c.campaign_id == bindparam("c"),
    campaign_use.c.member_id.in_([EVERYBODY, bindparam("id")]),
    campaign_use.c.period.in_([EVER, bindparam("day"), bindparam("week")]),
)
_GRANT = (
    update(campaign)
    .where(campaign.c.merchant_id == bindparam("m"), campaign.c.campaign_id == bindparam("c"))
    .where(campaign.c.budget.is_(None) | (campaign.c.granted + bindparam("p") <= campaign.c.budget))
    .values(granted=campaign.c.granted + bindparam("p"))
)


def of_day(day: date) -> str:
    return f"day/{day.isoformat()}"


def of_week(day: date) -> str:
    """The ISO week: Monday to Sunday, and the year it belongs to."""
    return f"week/{day:%G-W%V}"


def open_to(
    tx: Connection,
    merchant_id: MerchantId,
    campaign_id: str,
    limits: Limits,
    member_id: MemberId,
    day: date,
) -> Left:
    """What can still be granted to this member for something of that day. Locks the campaign."""
    _ensure(tx, merchant_id, campaign_id, limits.budget)
    granted = tx.execute(
        _CAMPAIGN.with_for_update(), {"m": merchant_id, "c": campaign_id}
    ).scalar_one()
    return _left(tx, merchant_id, campaign_id, limits, member_id, day, granted)


def at_a_look(
    tx: Connection,
    merchant_id: MerchantId,
    campaign_id: str,
    limits: Limits,
    member_id: MemberId,
    day: date,
) -> Left:
    """The same for whoever only wants to say it: locks and keeps nothing. EVERYBODY is nobody yet."""
    granted = tx.execute(_CAMPAIGN, {"m": merchant_id, "c": campaign_id}).scalar() or 0
    return _left(tx, merchant_id, campaign_id, limits, member_id, day, granted)


def _left(
    tx: Connection,
    merchant_id: MerchantId,
    campaign_id: str,
    limits: Limits,
    member_id: MemberId,
    day: date,
    granted: int,
) -> Left:
    asked = {"m": merchant_id, "c": campaign_id, "id": member_id, "day": of_day(day),
             "week": of_week(day)}  # fmt: skip
    uses = {(row.member_id, row.period): row for row in tx.execute(_USES, asked)}

    def had(who: MemberId, period: str) -> int:
        return uses[who, period].points if (who, period) in uses else 0

    mine = uses.get((member_id, EVER))
    tally = Tally(
        granted=granted,
        day=had(EVERYBODY, of_day(day)),
        week=had(EVERYBODY, of_week(day)),
        member=mine.points if mine else 0,
        uses=mine.uses if mine else 0,
    )
    return left(limits, tally)


def take(
    tx: Connection,
    merchant_id: MerchantId,
    campaign_id: str,
    member_id: MemberId,
    day: date,
    points: int,
) -> None:
    """Count points as granted, in the transaction that gives them."""
    asked = {"m": merchant_id, "c": campaign_id, "p": points}
    if tx.execute(_GRANT, asked).rowcount != 1:
        raise LedgerBroken(f"The budget of {campaign_id} was exceeded while it was locked.")
    periods = ((member_id, EVER), (EVERYBODY, of_day(day)), (EVERYBODY, of_week(day)))
    statement = db.insert_or(tx, campaign_use)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "campaign_id", "member_id", "period"],
            set_={"uses": campaign_use.c.uses + 1,
                  "points": campaign_use.c.points + statement.excluded.points},
        ),
        [{"merchant_id": merchant_id, "campaign_id": campaign_id, "member_id": who, "period": period,
          "uses": 1, "points": points} for who, period in periods],
    )  # fmt: skip


def _ensure(tx: Connection, merchant_id: MerchantId, campaign_id: str, budget: int | None) -> None:
    """The campaign's row with today's budget; one below what was granted ends the granting."""
    row = {"merchant_id": merchant_id, "campaign_id": campaign_id, "budget": budget}
    tx.execute(db.insert_or(tx, campaign).values(row).on_conflict_do_nothing())
    here = [campaign.c.merchant_id == merchant_id, campaign.c.campaign_id == campaign_id,
            campaign.c.budget.is_distinct_from(budget)]  # fmt: skip
    if budget is not None:
        here.append(campaign.c.granted <= budget)
    tx.execute(update(campaign).where(*here).values(budget=budget))
