"""What the shop does for a voucher: HTTP first, the transaction after it, each safe to repeat.

Runs in the shop's own lane, so that a code is never made and taken away at the same time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, bindparam, select

from connector import members, port, shops, sync, vouchers
from connector.errors import CannotBind, Refused, TryLater
from connector.installation import Installation, utc_now
from connector.outbox import Work
from connector.port import Stream
from connector.shops import Shop
from connector.tables import customer, identity
from connector.values import Money, day_in
from connector.vouchers import State, Voucher

EXPIRED_EVERY = timedelta(hours=1)
EXPIRED_AT_ONCE = 50
LONGEST_LOOK = 20.0
"""Seconds of looking through changed orders, after which others in the lane have their turn."""
SOON = 5.0
_PRODUCT_FREE = 100

_ADDRESS = (
    select(customer.c.email)
    .join(
        identity,
        (identity.c.merchant_id == customer.c.merchant_id)
        & (identity.c.shop_id == customer.c.shop_id)
        & (identity.c.value == customer.c.external_id),
    )
    .where(
        customer.c.merchant_id == bindparam("m"),
        customer.c.shop_id == bindparam("s"),
        identity.c.member_id == bindparam("member"),
        identity.c.kind == members.CUSTOMER,
        identity.c.until.is_(None),
        customer.c.erased_at.is_(None),
    )
    .order_by(customer.c.external_id)
    .limit(1)
)


def make(inst: Installation, work: Work) -> None:
    """Have the shop make the code, then redeem what was held; what it refuses for good is released.

    A code that is good again (its order was cancelled) is made sure of in the same way."""
    with inst.database.read() as tx:
        one = vouchers.get(tx, work.merchant_id, work.args["voucher_id"])
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
        email = _address(tx, one) if one is not None else ""
    if one is None or one.state not in (State.WANTED, State.READY):
        return
    m, id_ = one.merchant_id, one.voucher_id
    try:
        _ensure(inst.platform(shop), wanted(one, email))
    except Refused as no:
        if one.state is State.READY:
            raise
        why = str(no)
        inst.database.write(lambda tx: vouchers.failed(tx, m, id_, why, utc_now()))
        return
    if not inst.database.write(lambda tx: vouchers.made(tx, m, id_, utc_now())):
        inst.platform(shop).revoke_voucher(one.code)  # taken back while the shop was making it


def _ensure(platform: port.ShopPlatform, voucher: port.Voucher) -> None:
    """A code that cannot be bound to its owner's address is still hard to guess and good once."""
    try:
        platform.ensure_voucher(voucher)
    except CannotBind:
        platform.ensure_voucher(replace(voucher, email=""))


def _address(tx: Connection, one: Voucher) -> str:
    """The owner's address in that shop, if the voucher is to be bound to it; never stored with it."""
    if not one.offer["bind"]:
        return ""
    asked = {"m": one.merchant_id, "s": one.shop_id, "member": one.member_id}
    return str(tx.execute(_ADDRESS, asked).scalar() or "")


def wanted(one: Voucher, email: str = "") -> port.Voucher:
    """The voucher as platforms understand it."""
    offer = one.offer
    currency, minimum, cap = offer["currency"], offer["minimum"], offer["cap"]
    free = offer["kind"] == "free_product"
    return port.Voucher(
        code=one.code,
        expires_on=one.expires_on,
        amount=None if one.value is None else Money(one.value, currency),
        percent=_PRODUCT_FREE if free else offer["percent"],
        free_shipping=offer["kind"] == "free_shipping",
        minimum=Money(minimum, currency) if minimum else None,
        email=email,
        combinable=offer["combinable"],
        cap=Money(cap, currency) if cap else None,
        product=offer["product"],
        description=next(iter(offer["title"].values())),
    )


def bring_back(inst: Installation, work: Work) -> None:
    """Take the code away, look whether an order has it, and only then give the points back."""
    with inst.database.read() as tx:
        one = vouchers.get(tx, work.merchant_id, work.args["voucher_id"])
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
    if one is None or one.state is not State.REVOKING:
        return
    inst.platform(shop).revoke_voucher(one.code)
    _look(inst, shop)
    m, id_ = one.merchant_id, one.voucher_id
    inst.database.write(lambda tx: vouchers.gave_back(tx, m, id_, utc_now()))


def _look(inst: Installation, shop: Shop) -> None:
    """Read every order that changed since we last read; each says which codes it uses."""
    until = time.monotonic() + LONGEST_LOOK

    def enough(_stream: Stream, _seen: int, _total: int | None) -> None:
        if inst.stopping.is_set() or time.monotonic() > until:
            raise TryLater("There are many changed orders to look through.", SOON)

    sync.run(inst, shop, streams=[Stream.ORDERS], progress=enough, sleep=_briefly)


def _briefly(seconds: float) -> None:
    """The lane is the shop's: what must wait for longer is tried again later."""
    if seconds > SOON:
        raise TryLater(f"The shop asks for a pause of {seconds:.0f} seconds.", seconds)
    time.sleep(seconds)


def end_expired(inst: Installation, work: Work) -> datetime:
    """Take back what nobody used in time; the points come back as from any other."""
    with inst.database.read() as tx:
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
    now = utc_now()
    found = inst.database.write(
        partial(
            vouchers.expired, merchant_id=shop.merchant_id, shop_id=shop.shop_id,
            today=day_in(now, shop.zone), now=now, most=EXPIRED_AT_ONCE,
        ),
        batch=True,
    )  # fmt: skip
    return now if found == EXPIRED_AT_ONCE else now + EXPIRED_EVERY
