"""Proof that no voucher has both its code and its points: its state against what its transfers moved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from connector.ledger import Reason
from connector.tables import transfer, voucher
from connector.voucher_rows import State

Found = Callable[[str, str, str], None]
AT_ONCE = 200

_VOUCHERS = select(voucher).where(
    voucher.c.merchant_id == bindparam("m"),
    voucher.c.member_id.in_(bindparam("ids", expanding=True)),
)
_COUNTS = case(
    (transfer.c.reason == Reason.HOLD.value, transfer.c.points),
    (transfer.c.reason == Reason.REDEEM.value, 0),
    else_=-transfer.c.points,
)
_AWAY = (
    select(transfer.c.subject, func.sum(_COUNTS).label("points"))
    .where(
        transfer.c.merchant_id == bindparam("m"),
        transfer.c.subject.in_(bindparam("subjects", expanding=True)),
    )
    .group_by(transfer.c.subject)
)


def check(tx: Connection, merchant_id: str, members: Collection[str], found: Found) -> None:
    """Every voucher of these members: its points are away while it may be used, and there when it ended."""
    rows = list(tx.execute(_VOUCHERS, {"m": merchant_id, "ids": sorted(members)}))
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        subjects = [f"voucher/{row.voucher_id}" for row in some]
        asked = {"m": merchant_id, "subjects": subjects}
        away = {row.subject: int(row.points) for row in tx.execute(_AWAY, asked)}
        for row in some:
            _check(row, away.get(f"voucher/{row.voucher_id}", 0), found)


def _check(row: Any, away: int, found: Found) -> None:
    right = 0 if row.state == State.ENDED else row.points
    if away != right:
        found("voucher", row.voucher_id, f"is {row.state}, and {away} points are away for it")
