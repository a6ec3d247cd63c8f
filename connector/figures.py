"""What a merchant sees first: how many take part, what they hold, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from connector.programme import Worth
from connector.tables import member, task
from connector.values import MerchantId


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
