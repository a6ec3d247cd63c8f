"""Which orders use which voucher: seen with each look at an order, whatever rang.

An order that is cancelled, or from which the code was taken, frees it and never gives points back: who
wants the points takes the code back.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from connector import codes, db, tasks, voucher_rows
from connector.port import Look
from connector.shops import Shop
from connector.tables import voucher_use
from connector.voucher_rows import State, Voucher


@dataclass(frozen=True, slots=True)
class Use:
    """An order as vouchers see it. `over`: cancelled, or no longer in the shop."""

    order_id: str
    codes: tuple[str, ...]
    over: bool


def uses(looks: Mapping[str, Look], ids: Iterable[str], known: Container[str]) -> list[Use]:
    """What these looks say of vouchers; an order seen for the first time without a code says nothing."""
    found = []
    for id_ in sorted(ids):
        order = looks[id_].order
        if order is None:
            found.append(Use(id_, (), over=True))
        elif order.voucher_codes or id_ in known:
            found.append(Use(id_, order.voucher_codes, over=order.cancelled_at is not None))
    return found


def seen(tx: Connection, shop: Shop, used: Sequence[Use], now: datetime) -> None:
    """Take in which orders use which codes now, and which no longer do. Again changes nothing."""
    if not used:
        return
    wanted = {codes.same(code) for use in used if not use.over for code in use.codes}
    found = voucher_rows.by_codes(tx, shop.merchant_id, shop.shop_id, wanted)
    known = {one.code: one.voucher_id for one in found}
    now_in = {
        (use.order_id, known[codes.same(code)])
        for use in used
        if not use.over
        for code in use.codes
        if codes.same(code) in known
    }
    before = _of_orders(tx, shop, [use.order_id for use in used])
    for order_id, voucher_id in sorted(before - now_in):
        _freed(tx, shop, voucher_id, order_id, now)
    for order_id, voucher_id in sorted(now_in):
        _used(tx, shop, voucher_id, order_id, now)


_HERE = (
    voucher_use.c.merchant_id == bindparam("m"),
    voucher_use.c.voucher_id == bindparam("v"),
)
_ORDERS = select(voucher_use.c.order_id).where(*_HERE).order_by(voucher_use.c.order_id)
_OF_ORDERS = select(voucher_use.c.order_id, voucher_use.c.voucher_id).where(
    voucher_use.c.merchant_id == bindparam("m"),
    voucher_use.c.shop_id == bindparam("s"),
    voucher_use.c.order_id.in_(bindparam("orders", expanding=True)),
)
_FORGET = delete(voucher_use).where(
    *_HERE, voucher_use.c.shop_id == bindparam("s"), voucher_use.c.order_id == bindparam("o")
)


def _of_orders(tx: Connection, shop: Shop, order_ids: Sequence[str]) -> set[tuple[str, str]]:
    """Which of these orders had which vouchers until now."""
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "orders": order_ids}
    return {(row.order_id, row.voucher_id) for row in tx.execute(_OF_ORDERS, asked)}


def _used(tx: Connection, shop: Shop, voucher_id: str, order_id: str, now: datetime) -> None:
    one = voucher_rows.get(tx, shop.merchant_id, voucher_id, lock=True)
    if one is None:
        return
    row = {"merchant_id": one.merchant_id, "shop_id": one.shop_id, "voucher_id": voucher_id,
           "order_id": order_id}  # fmt: skip
    tx.execute(db.insert_or(tx, voucher_use).values(row).on_conflict_do_nothing())
    if one.state is State.ENDED:
        facts = {"code": one.code, "order": order_id, "points": one.points}
        tasks.open_task(tx, one.merchant_id, "voucher_after_all", one.subject, facts, now)
        return
    voucher_rows.spend(tx, one, now)
    voucher_rows.change(tx, one, state=State.USED, used_in=order_id)
    _twice(tx, one, now)


def _freed(tx: Connection, shop: Shop, voucher_id: str, order_id: str, now: datetime) -> None:
    one = voucher_rows.get(tx, shop.merchant_id, voucher_id, lock=True)
    if one is None:
        return
    asked = {"m": one.merchant_id, "v": voucher_id, "s": shop.shop_id, "o": order_id}
    tx.execute(_FORGET, asked)
    left = _twice(tx, one, now)
    if not left:
        tasks.settle_all(tx, one.merchant_id, [("voucher_after_all", one.subject)], now)
    if one.state is State.USED and not one.by_hand:
        state = State.USED if left else State.READY
        voucher_rows.change(tx, one, state=state, used_in=left[-1] if left else "")
        if state is State.READY:  # some platforms keep a code used when its order is cancelled
            voucher_rows.at_the_shop(tx, one, "voucher", now)


def _twice(tx: Connection, one: Voucher, now: datetime) -> list[str]:
    """The orders that have the code now; a person looks while there are two."""
    orders = list(tx.execute(_ORDERS, {"m": one.merchant_id, "v": one.voucher_id}).scalars())
    if len(orders) > 1:
        facts = {"code": one.code, "orders": ", ".join(orders), "points": one.points}
        tasks.open_task(tx, one.merchant_id, "voucher_twice", one.subject, facts, now)
    else:
        tasks.settle_all(tx, one.merchant_id, [("voucher_twice", one.subject)], now)
    return orders
