"""Points kept for a cart while somebody shops: reserved for half an hour, then committed or released.

One reservation for each cart of a shop. Reserving again moves it to the new number of points and begins
the half hour anew; what is over is released by the clock, and committing it then is declined.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from connector import awards, db, lanes, ledger, members, outbox, statements
from connector.declined import Declined
from connector.ledger import Posting, Reason
from connector.shops import Shop
from connector.tables import reservation
from connector.values import MemberId, MerchantId, ShopId

LASTS = timedelta(minutes=30)


class State(StrEnum):
    RESERVED = "reserved"
    COMMITTED = "committed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A row of `reservation`."""

    merchant_id: MerchantId
    shop_id: ShopId
    cart: str
    member_id: MemberId
    points: int
    hold: int
    state: State
    until: datetime


_ONE = select(reservation).where(
    reservation.c.merchant_id == bindparam("m"),
    reservation.c.shop_id == bindparam("s"),
    reservation.c.cart == bindparam("cart"),
)
_LOCKED = _ONE.with_for_update()


def reserve(
    tx: Connection, shop: Shop, member_id: MemberId, cart: str, points: int, now: datetime
) -> Reservation:
    """Keep so many points for this cart. Declined, with all as it was, where there are too few."""
    available = _lock(tx, shop, member_id)
    if members.departed(tx, shop.merchant_id, [member_id]):
        raise Declined("left")
    one = _find(tx, shop, cart)
    if one is not None and one.member_id != member_id:
        raise Declined("other_cart")
    if one is not None and one.state is State.COMMITTED:
        raise Declined("reservation_spent")
    kept = one.points if one is not None and one.state is State.RESERVED else 0
    if points > available + kept:
        raise Declined("too_few", points=points, available=available + kept,
                       missing=points - available - kept)  # fmt: skip
    if one is not None and kept == points:
        return _keep(tx, one, until=now + LASTS)
    if one is not None and kept:
        _post(tx, one, Reason.RELEASE, now)
    return _hold(tx, shop, member_id, cart, points, one.hold if one else 0, now)


def _lock(tx: Connection, shop: Shop, member_id: MemberId) -> int:
    """What he has to spend. The member first and the cart after him, whoever moves his points."""
    asked = {"merchant_id": shop.merchant_id, "members": [member_id]}
    return sum(row.available for row in statements.LOCK_MEMBERS.rows(tx, asked))


def _hold(
    tx: Connection,
    shop: Shop,
    member_id: MemberId,
    cart: str,
    points: int,
    before: int,
    now: datetime,
) -> Reservation:
    subject = f"cart/{shop.shop_id}/{cart}"
    posting = Posting(
        member_id=member_id, reason=Reason.HOLD, points=points, subject=subject,
        key=f"{subject}/{before}/hold", occurred_at=now, basis={"cart": cart},
    )  # fmt: skip
    (held,) = ledger.post(tx, shop.merchant_id, [posting], now)
    row: dict[str, Any] = {
        "merchant_id": shop.merchant_id, "shop_id": shop.shop_id, "cart": cart,
        "member_id": member_id, "points": points, "hold": held.n, "state": State.RESERVED,
        "until": now + LASTS,
    }  # fmt: skip
    written = db.insert_or(tx, reservation).values(row)
    tx.execute(
        written.on_conflict_do_update(
            index_elements=["merchant_id", "shop_id", "cart"],
            set_={name: row[name] for name in ("points", "hold", "state", "until")},
        )
    )
    outbox.add(
        tx, shop.merchant_id, key=subject, lane=lanes.POINTS, kind="reservation",
        args={"shop_id": shop.shop_id, "cart": cart}, due_at=now + LASTS, anew=True,
    )  # fmt: skip
    return Reservation(**row)


def commit(
    tx: Connection, shop: Shop, member_id: MemberId, cart: str, now: datetime
) -> Reservation:
    """The order is placed: the points are redeemed. Declined where the half hour is over."""
    one = _mine(tx, shop, member_id, cart)
    if one.state is State.COMMITTED:
        return one
    if one.state is State.RELEASED or one.until <= now:
        raise Declined("reservation_over")
    _post(tx, one, Reason.REDEEM, now)
    return _keep(tx, one, state=State.COMMITTED)


def release(
    tx: Connection, shop: Shop, member_id: MemberId, cart: str, now: datetime
) -> Reservation:
    """The cart is given up: the points are free again. After a commit nothing changes."""
    return _release(tx, _mine(tx, shop, member_id, cart), now)


def release_over(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, cart: str, now: datetime
) -> datetime | None:
    """What the clock does: release what is over; when to come again where it is not over yet."""
    row = tx.execute(_LOCKED, {"m": merchant_id, "s": shop_id, "cart": cart}).first()
    one = None if row is None else _reservation(row)
    if one is None or one.state is not State.RESERVED:
        return None
    if one.until > now:
        return one.until
    _release(tx, one, now)
    return None


def _release(tx: Connection, one: Reservation, now: datetime) -> Reservation:
    if one.state is not State.RESERVED:
        return one
    _post(tx, one, Reason.RELEASE, now)
    return _keep(tx, one, state=State.RELEASED)


def _mine(tx: Connection, shop: Shop, member_id: MemberId, cart: str) -> Reservation:
    _lock(tx, shop, member_id)
    one = _find(tx, shop, cart)
    if one is None or one.member_id != member_id:
        raise Declined("no_reservation")
    return one


def _find(tx: Connection, shop: Shop, cart: str) -> Reservation | None:
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "cart": cart}
    row = tx.execute(_LOCKED, asked).first()
    return None if row is None else _reservation(row)


def _reservation(row: Any) -> Reservation:
    return Reservation(
        merchant_id=row.merchant_id, shop_id=row.shop_id, cart=row.cart, member_id=row.member_id,
        points=row.points, hold=row.hold, state=State(row.state), until=row.until,
    )  # fmt: skip


def _post(tx: Connection, one: Reservation, reason: Reason, now: datetime) -> None:
    """End the hold; the key names it, so that it ends once."""
    subject = f"cart/{one.shop_id}/{one.cart}"
    posting = Posting(
        member_id=one.member_id, reason=reason, points=one.points, subject=subject,
        key=f"{subject}/{one.hold}/{reason.value}", occurred_at=now, undoes=one.hold,
        basis={"cart": one.cart},
    )  # fmt: skip
    ledger.post(tx, one.merchant_id, [posting], now)
    if reason is Reason.RELEASE:
        awards.settle(tx, one.merchant_id, {one.member_id: posting.key}, now)


def _keep(tx: Connection, one: Reservation, **values: Any) -> Reservation:
    mine = (
        reservation.c.merchant_id == one.merchant_id,
        reservation.c.shop_id == one.shop_id,
        reservation.c.cart == one.cart,
    )
    tx.execute(update(reservation).where(*mine).values(**values))
    return Reservation(**{f: getattr(one, f) for f in one.__slots__} | values)
