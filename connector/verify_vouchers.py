"""Proof that no voucher has both its code and its points: its state against what its transfers moved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector import held
from connector.tables import voucher
from connector.values import MemberId, MerchantId
from connector.voucher_rows import State

Found = Callable[[str, str, str], None]

_VOUCHERS = select(voucher).where(
    voucher.c.merchant_id == bindparam("m"),
    voucher.c.member_id.in_(bindparam("ids", expanding=True)),
)


def check(tx: Connection, merchant_id: MerchantId, members: Collection[str], found: Found) -> None:
    """Every voucher of these members: its points are away while it may be used, and there when it ended.

    Asked of its owner's own chain, which is another one after a merge.
    """
    for row in tx.execute(_VOUCHERS, {"m": merchant_id, "ids": sorted(members)}).all():
        open_ = held.open_of(tx, merchant_id, MemberId(row.member_id), row.hold)
        _check(row, sum(points for _, _, points in open_), found)


def _check(row: Any, away: int, found: Found) -> None:
    right = 0 if row.state == State.ENDED else row.points
    if away != right:
        found("voucher", row.voucher_id, f"is {row.state}, and {away} points are away for it")
