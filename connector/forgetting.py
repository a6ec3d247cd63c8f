"""A shop that went with all its data: after thirty days nobody's name is left here, unless it comes back before.

What is erased are names and addresses. Points, orders and the books stay: they name nobody, and a merchant must keep
them. Nobody has asked to be forgotten for good: a shop that comes back a year later brings its customers along.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, bindparam, select, update

from connector import lanes, members, outbox, shops, tasks
from connector.installation import Installation, utc_now
from connector.outbox import Work
from connector.shops import Shop
from connector.tables import customer, identity
from connector.tables import outbox as table
from connector.values import day_in

QUARANTINE = timedelta(days=30)
AT_ONCE = 50

_CUSTOMERS = (
    select(customer.c.external_id)
    .where(
        customer.c.merchant_id == bindparam("m"),
        customer.c.shop_id == bindparam("s"),
        customer.c.erased_at.is_(None),
        customer.c.email != "",
    )
    .order_by(customer.c.external_id)
    .limit(AT_ONCE)
)
_GUESTS = (
    select(identity.c.value)
    .where(
        identity.c.merchant_id == bindparam("m"),
        identity.c.shop_id == bindparam("s"),
        identity.c.kind == members.GUEST,
        identity.c.until.is_(None),
    )
    .order_by(identity.c.value)
    .limit(AT_ONCE)
)


def begin(tx: Connection, shop: Shop, now: datetime) -> None:
    """From now on there are thirty days; a person is told until when. Again begins nothing anew."""
    until = now + QUARANTINE
    outbox.add(
        tx, shop.merchant_id, key=_key(shop), lane=lanes.BOOKS, kind="forget",
        args={"shop_id": shop.shop_id}, due_at=until, anew=True,
    )  # fmt: skip
    facts = {"slug": shop.slug, "on": day_in(until, shop.zone).isoformat()}
    tasks.open_task(tx, shop.merchant_id, "app_forgets", f"shop/{shop.slug}", facts, now)


def call_off(tx: Connection, shop: Shop, now: datetime) -> None:
    """The shop is there again."""
    mine = (table.c.merchant_id == shop.merchant_id, table.c.key == _key(shop))
    tx.execute(update(table).where(*mine, table.c.done_at.is_(None)).values(done_at=now))


def forget(inst: Installation, work: Work) -> None:
    """Erase whoever is left, a handful at a time. A shop that is asked again by now keeps everybody."""
    while True:
        with inst.database.read() as tx:
            shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
        if not shop.suspended:
            return
        if inst.database.write(partial(_some, inst=inst, shop=shop), batch=True) == 0:
            return


def _some(tx: Connection, *, inst: Installation, shop: Shop) -> int:
    here, now = {"m": shop.merchant_id, "s": shop.shop_id}, utc_now()
    at = (shop.merchant_id, shop.shop_id)
    people = list(tx.execute(_CUSTOMERS, here).scalars())
    for external_id in people:
        members.erase_customer(tx, *at, external_id, inst.keys, now, for_good=False)
    guests = list(tx.execute(_GUESTS, here).scalars())
    for digest in guests:
        members.erase_guest(tx, *at, digest, now, for_good=False)
    if not people and not guests:
        tasks.settle_all(tx, shop.merchant_id, [("app_forgets", f"shop/{shop.slug}")], now)
    return len(people) + len(guests)


def _key(shop: Shop) -> str:
    return f"shop/{shop.slug}/forget"
