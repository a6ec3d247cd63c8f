"""What a merchant sees first: how many take part, what they hold, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from connector.programme import Worth
from connector.tables import campaign, member, task, voucher
from connector.values import MerchantId
from connector.voucher_rows import Voucher, get


@dataclass(frozen=True, slots=True)
class Figures:
    """Whole numbers of points; `members`: those who take part now."""

    members: int
    available: int
    pending: int
    held: int

    def worth(self, rate: Worth) -> int:
        """What all points that are out would cost if they were redeemed, in minor units."""
        return (self.available + self.pending + self.held) * rate.amount // rate.points


_FIGURES = select(
    func.count().filter(member.c.left_at.is_(None), member.c.merged_into.is_(None)),
    func.coalesce(func.sum(member.c.available), 0),
    func.coalesce(func.sum(member.c.pending), 0),
    func.coalesce(func.sum(member.c.held), 0),
).where(member.c.merchant_id == bindparam("m"))
_OPEN = (
    select(task.c.merchant_id, func.count().label("n"))
    .where(task.c.done_at.is_(None), task.c.merchant_id.in_(bindparam("m", expanding=True)))
    .group_by(task.c.merchant_id)
)


def of(tx: Connection, merchant_id: MerchantId) -> Figures:
    return Figures(*(int(n) for n in tx.execute(_FIGURES, {"m": merchant_id}).one()))


def open_tasks(tx: Connection, merchants: list[MerchantId]) -> dict[str, int]:
    """How many tasks are open at each of these merchants."""
    return {row.merchant_id: row.n for row in tx.execute(_OPEN, {"m": merchants})}


_GRANTED = select(campaign.c.campaign_id, campaign.c.granted).where(
    campaign.c.merchant_id == bindparam("m")
)
_NEWEST = (
    select(voucher.c.voucher_id)
    .where(voucher.c.merchant_id == bindparam("m"))
    .order_by(voucher.c.made_at.desc(), voucher.c.voucher_id)
    .limit(bindparam("most"))
)


def granted(tx: Connection, merchant_id: MerchantId) -> dict[str, int]:
    """How many points each limited campaign has granted so far."""
    return {row.campaign_id: row.granted for row in tx.execute(_GRANTED, {"m": merchant_id})}


def newest_vouchers(tx: Connection, merchant_id: MerchantId, most: int) -> list[Voucher]:
    """The merchant's vouchers that were made last, the newest first."""
    ids = tx.execute(_NEWEST, {"m": merchant_id, "most": most}).scalars().all()
    return [one for id_ in ids if (one := get(tx, merchant_id, id_)) is not None]
