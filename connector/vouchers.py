"""Points for a voucher: held, made in the shop, redeemed; or taken away, looked for, and given back.

Each step is one transaction that may be repeated; what the shop must do between two of them is a row
of the outbox, written with the first (see `handover`). Points come back only after the code is gone
and a look at the shop's orders found no use of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from connector import (
    codes,
    ledger,
    members,
    programmes,
    rewards,
    statements,
    tasks,
    voucher_rows,
)
from connector.declined import Declined
from connector.keys import Keys
from connector.ledger import Posting, Reason
from connector.rewards import Claim, Kind, Reward
from connector.shops import Shop
from connector.tables import voucher as table
from connector.values import NEVER, MemberId, MerchantId, ShopId, day_in
from connector.voucher_rows import State, Voucher, get, of_member, over, recent_of
from connector.voucher_uses import Use, seen, uses

__all__ = [
    "Asked",
    "State",
    "Use",
    "Voucher",
    "done_by_hand",
    "expired",
    "failed",
    "gave_back",
    "get",
    "made",
    "of_member",
    "over",
    "recent_of",
    "redeem",
    "seen",
    "take_back",
    "uses",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to have. The same `key` is the same wish; points only for a slider."""

    reward: str
    key: str
    points: int | None = None


def redeem(
    tx: Connection, shop: Shop, member_id: MemberId, asked: Asked, keys: Keys, now: datetime,
    by: str = "",
) -> Voucher:  # fmt: skip
    """Hold the points and have the shop make a code. Declined, with nothing changed, where it cannot be."""
    id_ = codes.voucher_id(keys, shop.merchant_id, member_id, asked.key)
    known = get(tx, shop.merchant_id, id_)
    if known is not None:
        if known.offer["asked"] != [shop.shop_id, asked.reward, asked.points]:
            raise Declined("key_reused")
        return known
    versions = programmes.versions(tx, shop.merchant_id, shop.currency)
    if not versions or shop.suspended:
        raise Declined("closed")
    if members.departed(tx, shop.merchant_id, [member_id]):
        raise Declined("left")
    reward = rewards.named(versions[-1].rewards, asked.reward)
    found = rewards.claim(reward, _available(tx, shop.merchant_id, member_id), asked.points)
    hold = Posting(
        member_id=member_id, reason=Reason.HOLD, points=found.points, subject=f"voucher/{id_}",
        rule=reward.id, key=f"voucher/{id_}/{Reason.HOLD.value}", occurred_at=now, by=by,
        basis=voucher_rows.basis(reward.id, found.value, shop.currency), programme=versions[-1].n,
    )  # fmt: skip
    (held,) = ledger.post(tx, shop.merchant_id, [hold], now)
    made_now = _write(tx, shop, hold, held.n, reward, found, asked, codes.code(
        keys, shop.merchant_id, id_), now)  # fmt: skip
    return _begin(tx, shop, made_now, now)


def _available(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> int:
    """What is there to spend; locked, for what others spend meanwhile would make the sentence wrong."""
    asked = {"merchant_id": merchant_id, "members": [member_id]}
    (row,) = statements.LOCK_MEMBERS.rows(tx, asked)
    return int(row.available)


def _write(
    tx: Connection, shop: Shop, hold: Posting, n: int, reward: Reward, found: Claim, asked: Asked,
    code: str, now: datetime,
) -> Voucher:  # fmt: skip
    today = day_in(now, shop.zone)
    by_hand = reward.kind is Kind.BY_HAND
    row: dict[str, Any] = {
        "merchant_id": shop.merchant_id, "voucher_id": hold.subject.partition("/")[2],
        "shop_id": shop.shop_id, "member_id": hold.member_id, "code": code, "reward": reward.id,
        "offer": _offer(reward, found, asked, shop), "points": found.points, "value": found.value,
        "state": State.READY if by_hand else State.WANTED,
        "expires_on": NEVER if by_hand else rewards.good_until(reward, today),
        "hold": n, "given_back": 0, "used_in": "", "error": "", "made_at": now,
    }  # fmt: skip
    tx.execute(insert(table).values(**row))
    return Voucher(**row)


def _offer(reward: Reward, found: Claim, asked: Asked, shop: Shop) -> dict[str, Any]:
    """All that making the code again needs, however the programme changes meanwhile."""
    return {
        "asked": [shop.shop_id, asked.reward, asked.points], "kind": reward.kind.value,
        "title": dict(reward.title), "currency": shop.currency, "percent": reward.percent,
        "cap": reward.cap, "product": reward.product, "minimum": found.minimum,
        "combinable": reward.combinable, "bind": reward.bind,
    }  # fmt: skip


def _begin(tx: Connection, shop: Shop, one: Voucher, now: datetime) -> Voucher:
    """Ask the shop for the code, or a person for what no shop can do."""
    if not one.by_hand:
        voucher_rows.at_the_shop(tx, one, "voucher", now)
        return one
    voucher_rows.spend(tx, one, now)
    facts = {"reward": one.reward, "points": one.points, "code": one.code}
    tasks.open_task(tx, one.merchant_id, "reward_by_hand", one.subject, facts, now)
    return one


# ------------------------------------------------------------------ what the shop did


def made(tx: Connection, merchant_id: MerchantId, voucher_id: str, now: datetime) -> bool:
    """The shop has the code: what was held is redeemed. False where it is not wanted any more."""
    one = get(tx, merchant_id, voucher_id, lock=True)
    if one is None or one.state not in (State.WANTED, State.READY, State.USED):
        return False
    if one.state is State.WANTED:
        voucher_rows.spend(tx, one, now)
        voucher_rows.change(tx, one, state=State.READY)
    return True


def failed(
    tx: Connection, merchant_id: MerchantId, voucher_id: str, why: str, now: datetime
) -> None:
    """The shop refused the code for good: the points are free again, and the reason is kept."""
    one = get(tx, merchant_id, voucher_id, lock=True)
    if one is not None and one.state is State.WANTED:
        voucher_rows.give_back(tx, one, now)
        voucher_rows.change(tx, one, state=State.ENDED, error=why[:500])


# ------------------------------------------------------------------ and back


def take_back(
    tx: Connection,
    merchant_id: MerchantId,
    voucher_id: str,
    now: datetime,
    *,
    member_id: MemberId | None = None,
    by: str = "",
) -> Voucher:
    """Begin to take a voucher back; the points follow when the shop has confirmed it.

    `member_id`: whose it must be (a customer asks); `by`: who asks for the merchant. Declined where
    it was used or never came to be; one that is being taken back, or is back, is left as it is.
    """
    one = get(tx, merchant_id, voucher_id, lock=True)
    if one is None or member_id not in (None, one.member_id):
        raise Declined("no_voucher")
    if one.state is State.USED:
        raise Declined("used")
    if one.state is State.ENDED and not one.given_back:
        raise Declined("ended")
    if one.by_hand and member_id is not None:
        raise Declined("by_hand")
    if one.state in (State.WANTED, State.READY):
        if one.by_hand:
            return _end(tx, one, now, by)
        voucher_rows.change(tx, one, state=State.REVOKING, error="")
        voucher_rows.at_the_shop(tx, one, "voucher_back", now)
    return get(tx, merchant_id, voucher_id) or one


def gave_back(tx: Connection, merchant_id: MerchantId, voucher_id: str, now: datetime) -> bool:
    """The code is gone and no order has it: the points come back. False where it was used after all."""
    one = get(tx, merchant_id, voucher_id, lock=True)
    if one is None or one.state is not State.REVOKING:
        return False
    _end(tx, one, now)
    return True


def _end(tx: Connection, one: Voucher, now: datetime, by: str = "") -> Voucher:
    voucher_rows.give_back(tx, one, now, by)
    voucher_rows.change(tx, one, state=State.ENDED, given_back=one.points)
    tasks.settle_all(tx, one.merchant_id, [("reward_by_hand", one.subject)], now)
    return get(tx, one.merchant_id, one.voucher_id) or one


def done_by_hand(
    tx: Connection, merchant_id: MerchantId, voucher_id: str, now: datetime
) -> Voucher:
    """The merchant handed over what no shop can give."""
    one = get(tx, merchant_id, voucher_id, lock=True)
    if one is None or not one.by_hand:
        raise Declined("no_voucher")
    if one.state is State.ENDED:
        raise Declined("ended")
    voucher_rows.change(tx, one, state=State.USED)
    tasks.settle_all(tx, merchant_id, [("reward_by_hand", one.subject)], now)
    return get(tx, merchant_id, voucher_id) or one


def expired(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, today: date, now: datetime, most: int
) -> int:
    """Begin to take back what nobody used in time; how many."""
    found = over(tx, merchant_id, shop_id, today, most)
    for one in found:
        take_back(tx, merchant_id, one.voucher_id, now)
    return len(found)
