"""What a member set aside or spent for vouchers and carts, given up here and taken up by another.

A hold can be ended only in the chain it stands in: so it is released, its points go over with the
rest, and the same voucher is paid for again there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, or_, select, update

from connector import ledger
from connector.ledger import Posting, Reason
from connector.tables import reservation, transfer, voucher
from connector.values import MemberId, MerchantId

BASIS = {"state": "merged"}


@dataclass(frozen=True, slots=True)
class Held:
    """A voucher or a cart by its key, and its points that are held and spent."""

    table: Table
    key: Mapping[str, str]
    held: int = 0
    spent: int = 0

    @property
    def subject(self) -> str:
        """What its movements are about, here and there."""
        kind = "voucher" if self.table is voucher else "cart"
        return "/".join([kind, *self.key.values()])


_VOUCHERS = select(voucher.c.voucher_id, voucher.c.hold).where(
    voucher.c.merchant_id == bindparam("m"), voucher.c.member_id == bindparam("id")
)
_CARTS = select(reservation.c.shop_id, reservation.c.cart, reservation.c.hold).where(
    reservation.c.merchant_id == bindparam("m"), reservation.c.member_id == bindparam("id")
)
_ABOUT = (
    select(transfer.c.n, transfer.c.reason, transfer.c.points, transfer.c.undoes)
    .where(
        transfer.c.merchant_id == bindparam("m"),
        transfer.c.member_id == bindparam("id"),
        or_(transfer.c.n.in_(bindparam("ns", expanding=True)),
            transfer.c.undoes.in_(bindparam("ns", expanding=True))),
    )
    .order_by(transfer.c.n)
)  # fmt: skip


def give_up(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, about: str, now: datetime
) -> list[Held]:
    """End all of a member's holds, so that their points are available and can move."""
    asked = {"m": merchant_id, "id": member_id}
    rows = [(voucher, row._asdict()) for row in tx.execute(_VOUCHERS, asked)]
    rows += [(reservation, row._asdict()) for row in tx.execute(_CARTS, asked)]
    found, postings = [], []
    for table, row in rows:
        hold = row.pop("hold")
        open_ = open_of(tx, merchant_id, member_id, hold)
        sums = {reason: points for reason, _, points in open_}
        spent = sum(points for reason, _, points in open_ if reason is Reason.GIVE_BACK)
        one = Held(table, row, sums.get(Reason.RELEASE, 0), spent)
        found.append(one)
        postings += [
            Posting(member_id=member_id, reason=reason, points=points, subject=one.subject,
                    undoes=n, key=f"{about}/{reason.value}/{n}", occurred_at=now, basis=BASIS)
            for reason, n, points in open_
        ]  # fmt: skip
    ledger.post(tx, merchant_id, postings, now)
    return found


def open_of(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, hold: int | None
) -> list[tuple[Reason, int, int]]:
    """(reason, transfer to undo, points) of what would bring the points of a hold back: release what
    is still held, give back what was redeemed. Their sum is what is away for it."""
    if hold is None:
        return []
    asked = {"m": merchant_id, "id": member_id}
    first = tx.execute(_ABOUT, asked | {"ns": [hold]}).all()
    redeemed = [row.n for row in first if row.reason == Reason.REDEEM]
    rows = {row.n: row for row in [*first, *tx.execute(_ABOUT, asked | {"ns": redeemed or [-1]})]}
    ends = {Reason.HOLD: Reason.RELEASE, Reason.REDEEM: Reason.GIVE_BACK}
    left = [
        (ends[Reason(row.reason)], row.n,
         row.points - sum(one.points for one in rows.values() if one.undoes == row.n))
        for row in rows.values() if row.reason in ends
    ]  # fmt: skip
    return [one for one in left if one[2] > 0]


def take_up(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    about: str,
    carried: Sequence[Held],
    now: datetime,
) -> None:
    """Hold and spend the same points in this member's chain, and let the vouchers be his."""
    for one in carried:
        values: dict[str, Any] = {"member_id": member_id}
        if one.held + one.spent:
            values["hold"] = _hold(tx, merchant_id, member_id, about, one, now)
        here = [one.table.c[name] == value for name, value in one.key.items()]
        tx.execute(
            update(one.table).where(one.table.c.merchant_id == merchant_id, *here).values(**values)
        )


def _hold(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    about: str,
    one: Held,
    now: datetime,
) -> int:
    key = f"{about}/{one.subject}"
    hold = Posting(member_id=member_id, reason=Reason.HOLD, points=one.held + one.spent,
                   subject=one.subject, key=f"{key}/hold", occurred_at=now, basis=BASIS)  # fmt: skip
    (posted,) = ledger.post(tx, merchant_id, [hold], now)
    if one.spent:
        redeem = Posting(member_id=member_id, reason=Reason.REDEEM, points=one.spent,
                         subject=one.subject, undoes=posted.n, key=f"{key}/redeem",
                         occurred_at=now, basis=BASIS)  # fmt: skip
        ledger.post(tx, merchant_id, [redeem], now)
    return posted.n
