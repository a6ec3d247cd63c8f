"""Go and see: the request first, the transaction after it, never the one inside the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from connector import accounts, events, inbox, members, orders, orders_rows, programmes
from connector.errors import NotThere
from connector.events import Happened
from connector.installation import Installation, utc_now
from connector.orders import Applied
from connector.port import Change, Customer, Look, Product, Stream
from connector.programme import TakingPart
from connector.shops import Shop
from connector.values import MemberId


def look(inst: Installation, shop: Shop, stream: Stream, external_id: str) -> Applied:
    """Look at one thing as it is now and let the consequences follow."""
    if stream is Stream.ORDERS:
        return apply_looks(inst, shop, [order_look(inst, shop, external_id)])
    if stream is Stream.CUSTOMERS:
        return _look_at_customer(inst, shop, external_id)
    found = inst.platform(shop).products([external_id])
    keep_products(inst, shop, found)
    return Applied()


def order_look(inst: Installation, shop: Shop, external_id: str) -> Look:
    at = utc_now()  # before the request: what changes during it is newer than what we saw
    try:
        return Look(external_id, at, inst.platform(shop).order(external_id))
    except NotThere:
        return Look(external_id, at, None)


def apply_looks(
    inst: Installation,
    shop: Shop,
    looks: Sequence[Look],
    also: Callable[[Connection], None] | None = None,
) -> Applied:
    """Apply looks in units the writer can bear; `also` (a cursor to save) goes with the last one."""
    _learn_products(inst, shop, looks)
    total = Applied()
    units = [
        looks[start : start + orders_rows.ORDERS_AT_ONCE]
        for start in range(0, len(looks), orders_rows.ORDERS_AT_ONCE)
    ] or [[]]
    for number, unit in enumerate(units, start=1):
        last = number == len(units)

        def work(tx: Connection, unit: Sequence[Look] = unit, last: bool = last) -> Applied:
            now = utc_now()
            applied = orders.apply(tx, shop, unit, inst.keys, now)
            people = [Change(Stream.CUSTOMERS, id_) for id_ in applied.people]
            inbox.ring(tx, shop.merchant_id, shop.shop_id, people, now)
            if also is not None and last:
                also(tx)
            return applied

        applied = inst.database.write(work, batch=also is not None)
        total.changed += applied.changed
        total.transfers += applied.transfers
    return total


def _learn_products(inst: Installation, shop: Shop, looks: Sequence[Look]) -> None:
    """Ask for products of these orders that we never saw: terms freeze what they are."""
    seen = [one.order for one in looks if one.order]
    with inst.database.read() as tx:
        unknown = orders_rows.unknown_products(tx, shop, seen)
    if unknown:
        keep_products(inst, shop, inst.platform(shop).products(unknown))


def keep_products(inst: Installation, shop: Shop, found: Sequence[Product]) -> None:
    inst.database.write(
        lambda tx: orders_rows.keep_products(tx, shop, found, utc_now()), batch=True
    )


def _look_at_customer(inst: Installation, shop: Shop, external_id: str) -> Applied:
    try:
        customer = inst.platform(shop).customer(external_id)
    except NotThere:

        def work(tx: Connection) -> None:
            at = (shop.merchant_id, shop.shop_id, external_id)
            members.erase_customer(tx, *at, inst.keys, utc_now())
            accounts.none(tx, *at)

        inst.database.write(work)
        return Applied()
    keep_customers(inst, shop, [customer])
    return Applied()


def keep_customers(inst: Installation, shop: Shop, customers: Sequence[Customer]) -> None:
    inst.database.write(lambda tx: take_customers(inst, tx, shop, customers), batch=True)


def take_customers(
    inst: Installation, tx: Connection, shop: Shop, customers: Sequence[Customer]
) -> None:
    """Keep customers; where holders of an account take part, they become members here."""
    now = utc_now()
    kept = members.keep_customers(tx, shop.merchant_id, shop.shop_id, customers, inst.keys, now)
    versions = programmes.versions(tx, shop.merchant_id, shop.currency)
    if versions and versions[-1].taking_part is not TakingPart.ASK:
        buyers = [f"{members.CUSTOMER}:{id_}" for id_ in kept]
        how = versions[-1].taking_part.value
        joined = members.join(tx, shop.merchant_id, shop.shop_id, buyers, how, now)
        if versions[-1].event(events.SIGNUP):
            _welcome(tx, shop, customers, joined, now)


def _welcome(
    tx: Connection,
    shop: Shop,
    customers: Sequence[Customer],
    joined: Mapping[str, MemberId],
    now: datetime,
) -> None:
    """Points for new accounts; those from before the start have joined nothing."""
    fresh = events.newcomers(
        tx, shop.merchant_id, shop.shop_id, [one.external_id for one in customers]
    )
    for one in customers:
        if one.external_id not in fresh:
            continue
        member_id = joined.get(f"{members.CUSTOMER}:{one.external_id}")
        if member_id is not None and one.registered_at and one.registered_at >= shop.live_since:
            signup = Happened(member_id, events.SIGNUP, "", one.registered_at)
            events.give(tx, shop.merchant_id, signup, now)
