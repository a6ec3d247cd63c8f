"""Vouchers as they are kept, and the movements of points that belong to one; see `vouchers`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from connector import awards, held, ledger, outbox
from connector.ledger import Posting, Reason
from connector.tables import voucher
from connector.values import MemberId, MerchantId, ShopId


class State(StrEnum):
    """How far a voucher is; docs/rewards.md draws it."""

    WANTED = "wanted"
    """The points are held; the shop is to make the code."""
    READY = "ready"
    """The code works and nobody has used it."""
    REVOKING = "revoking"
    """The code is being taken away; then we look whether somebody was faster."""
    USED = "used"
    ENDED = "ended"
    """The code is gone, or never came to be; the points are back."""


OPEN = (State.WANTED, State.READY, State.REVOKING)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A row of `voucher`."""

    merchant_id: MerchantId
    voucher_id: str
    shop_id: ShopId
    member_id: MemberId
    code: str
    reward: str
    offer: dict[str, Any]
    """The reward as it was when it was redeemed."""
    points: int
    value: int | None
    state: State
    expires_on: date
    hold: int
    given_back: int
    used_in: str
    """The order that used it last."""
    error: str
    made_at: datetime

    @property
    def by_hand(self) -> bool:
        return bool(self.offer["kind"] == "by_hand")

    @property
    def subject(self) -> str:
        return f"voucher/{self.voucher_id}"


_MERCHANT = voucher.c.merchant_id == bindparam("m")
_ONE = select(voucher).where(_MERCHANT, voucher.c.voucher_id == bindparam("id"))
_LOCKED = _ONE.with_for_update()
_OF_MEMBER = (
    select(voucher)
    .where(_MERCHANT, voucher.c.member_id == bindparam("member"))
    .order_by(voucher.c.made_at.desc(), voucher.c.voucher_id)
)
_RECENT_OF = _OF_MEMBER.where(voucher.c.shop_id == bindparam("s")).limit(bindparam("most"))
_BY_CODES = (
    select(voucher)
    .where(
        _MERCHANT,
        voucher.c.shop_id == bindparam("s"),
        voucher.c.code.in_(bindparam("codes", expanding=True)),
    )
    .order_by(voucher.c.voucher_id)
    .with_for_update()
)
_OVER = (
    select(voucher)
    .where(
        _MERCHANT,
        voucher.c.state.not_in(["used", "ended"]),  # as the index says it
        voucher.c.expires_on < bindparam("today"),
        voucher.c.shop_id == bindparam("s"),
        voucher.c.state != State.REVOKING,
    )
    .order_by(voucher.c.expires_on, voucher.c.voucher_id)
    .limit(bindparam("most"))
)


def get(
    tx: Connection, merchant_id: MerchantId, voucher_id: str, *, lock: bool = False
) -> Voucher | None:
    row = tx.execute(_LOCKED if lock else _ONE, {"m": merchant_id, "id": voucher_id}).first()
    return None if row is None else _voucher(row)


def of_member(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> list[Voucher]:
    """A member's vouchers, the newest first."""
    asked = {"m": merchant_id, "member": member_id}
    return [_voucher(row) for row in tx.execute(_OF_MEMBER, asked)]


def recent_of(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, member_id: MemberId, most: int
) -> list[Voucher]:
    """A member's newest vouchers in a shop, the newest first."""
    asked = {"m": merchant_id, "member": member_id, "s": shop_id, "most": most}
    return [_voucher(row) for row in tx.execute(_RECENT_OF, asked)]


def by_codes(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, codes: Collection[str]
) -> list[Voucher]:
    """A shop's vouchers with these codes, locked."""
    asked = {"m": merchant_id, "s": shop_id, "codes": sorted(codes)}
    return [_voucher(row) for row in tx.execute(_BY_CODES, asked)] if codes else []


def over(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, today: date, most: int
) -> list[Voucher]:
    """A shop's open vouchers whose last day is past."""
    asked = {"m": merchant_id, "s": shop_id, "today": today, "most": most}
    return [_voucher(row) for row in tx.execute(_OVER, asked)]


def change(tx: Connection, one: Voucher, **values: Any) -> bool:
    """Change the row while it is still in the state in which we read it."""
    mine = (
        voucher.c.merchant_id == one.merchant_id,
        voucher.c.voucher_id == one.voucher_id,
        voucher.c.state == one.state,
    )
    return tx.execute(update(voucher).where(*mine).values(**values)).rowcount == 1


def _voucher(row: Any) -> Voucher:
    values = {field.name: getattr(row, field.name) for field in fields(Voucher)}
    return Voucher(**values | {"state": State(row.state)})


# ------------------------------------------------------------------ points


def spend(tx: Connection, one: Voucher, now: datetime) -> None:
    """What was held is redeemed; again changes nothing."""
    _post(tx, one, Reason.REDEEM, one.hold, now)


def give_back(tx: Connection, one: Voucher, now: datetime, by: str = "") -> None:
    """The points come back, whether they were only held or already redeemed; again changes nothing."""
    for reason, undoes, _ in held.open_of(tx, one.merchant_id, one.member_id, one.hold):
        _post(tx, one, reason, undoes, now, by)


def _post(
    tx: Connection, one: Voucher, reason: Reason, undoes: int, now: datetime, by: str = ""
) -> None:
    posting = Posting(
        member_id=one.member_id, reason=reason, points=one.points, subject=one.subject,
        rule=one.reward, key=f"{one.subject}/{reason.value}", occurred_at=now, undoes=undoes,
        basis=basis(one.reward, one.value, one.offer["currency"]), by=by,
    )  # fmt: skip
    (posted,) = ledger.post(tx, one.merchant_id, [posting], now)
    if reason in ledger.RAISES_AVAILABLE and not posted.again:
        awards.settle(tx, one.merchant_id, {one.member_id: posting.key}, now)


def basis(reward: str, value: int | None, currency: str) -> dict[str, Any]:
    """What a movement for a reward records."""
    return {"reward": reward, "value": value, "currency": currency}


def at_the_shop(tx: Connection, one: Voucher, kind: str, now: datetime) -> None:
    """The shop is to make the code (again), or to take it away; once, however often it is wanted."""
    outbox.add(
        tx, one.merchant_id, key=f"{one.subject}/{kind}", lane=f"shop/{one.shop_id}/api", kind=kind,
        args={"shop_id": one.shop_id, "voucher_id": one.voucher_id}, due_at=now, anew=True,
    )  # fmt: skip
