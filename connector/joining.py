"""Joining: who, how, where, when and under which terms; and what waits for whom before that.

An address that a shop has proven claims what was ordered under it as a guest, in every shop of the
merchant, and finds the same person there. What waits is a fold over stored orders; it writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from connector import (
    accounts,
    coming_back,
    events,
    leaving,
    members,
    merging,
    orders,
    orders_rows,
    programmes,
    shops,
)
from connector.earning import Standing, foreseen
from connector.errors import Refused
from connector.events import SIGNUP, Happened
from connector.keys import Keys
from connector.members import CUSTOMER, GUEST
from connector.orders_rows import Row, row_of
from connector.port import Product, Visitor
from connector.programme import Programme, counts, in_force
from connector.shops import Shop
from connector.tables import identity, member
from connector.tables import order as order_table
from connector.tables import shop as shop_table
from connector.values import MemberId

VERIFIED = "verified address"


@dataclass(frozen=True, slots=True)
class Joined:
    """Who takes part now; `again`: did before. `transfers`: what his orders brought at once."""

    member_id: MemberId
    transfers: int = 0
    again: bool = False
    back: bool = False
    """He had left a short while ago and has his points again."""


def join(
    tx: Connection, shop: Shop, visitor: Visitor, how: str, where: str, keys: Keys, now: datetime
) -> Joined:
    """Let an account holder take part; his counting orders follow at once. Twice is once.

    Raises Refused where he has no account or it was erased, or the programme is being wound down.
    """
    buyer = f"{CUSTOMER}:{visitor.external_id}"
    known = members.find(tx, shop.merchant_id, shop.shop_id, [buyer]).get(buyer)
    left = known is not None and bool(members.departed(tx, shop.merchant_id, [known]))
    if (known is None or left) and programmes.last_day(tx, shop.merchant_id) is not None:
        raise Refused("The programme is ending; nobody can join any more.")
    if (
        known is None
        and not visitor.account
        and not accounts.there(tx, shop.merchant_id, shop.shop_id, visitor.external_id)
    ):
        raise Refused("The shop has not said that this is an account; guests cannot take part.")
    if known is not None and left:
        return _rejoin(tx, shop, known, (how, where), keys, now)
    joined = members.join(tx, shop.merchant_id, shop.shop_id, [buyer], how, now, where=where)
    if buyer not in joined:
        raise Refused("This account was erased in the shop and cannot take part.")
    if visitor.email_verified and visitor.email:
        _claim(tx, shop, joined[buyer], visitor.email, keys, now)
    if known is None:
        _welcome(tx, shop, joined[buyer], now)
    written = _reapply(tx, _buyers(tx, shop, buyer, visitor, keys), keys, now)
    member_id = members.find(tx, shop.merchant_id, shop.shop_id, [buyer])[buyer]
    return Joined(member_id, written, again=known is not None)


def _welcome(tx: Connection, shop: Shop, member_id: MemberId, now: datetime) -> None:
    versions = programmes.versions(tx, shop.merchant_id, shop.currency)
    if versions and versions[-1].event(SIGNUP):
        events.give(tx, shop.merchant_id, Happened(member_id, SIGNUP, "", now), now)


def _rejoin(
    tx: Connection, shop: Shop, known: MemberId, how: tuple[str, str], keys: Keys, now: datetime
) -> Joined:
    """Soon after leaving everything is as it was; later he starts anew, as somebody else."""
    if coming_back.possible(tx, shop.merchant_id, known, now):
        written = _undo(tx, shop, known, keys, now)
        return Joined(known, written, back=True)
    fresh = members.start_anew(tx, shop.merchant_id, known, *how, now)
    return Joined(fresh)


def _undo(tx: Connection, shop: Shop, known: MemberId, keys: Keys, now: datetime) -> int:
    """Also what was ordered meanwhile counts again: those orders are let go, and computed anew."""
    asked = {"m": shop.merchant_id, "id": known}
    left_at = leaving.left_at(tx, shop.merchant_id, known)
    written = coming_back.come_back(tx, shop.merchant_id, known, now)
    tx.execute(
        update(order_table)
        .where(order_table.c.merchant_id == shop.merchant_id, order_table.c.member_id == known,
               order_table.c.placed_at >= left_at)
        .values(member_id=None)
    )  # fmt: skip
    every = [
        (shops.get(tx, shop.merchant_id, row.shop_id), f"{row.kind}:{row.value}")
        for row in tx.execute(_IDENTITIES, asked).all()
    ]
    return written + _reapply(tx, every, keys, now)


_IDENTITIES = (
    select(identity.c.shop_id, identity.c.kind, identity.c.value)
    .where(
        identity.c.merchant_id == bindparam("m"),
        identity.c.member_id == bindparam("id"),
        identity.c.until.is_(None),
    )
    .order_by(identity.c.shop_id, identity.c.kind, identity.c.value)
)
_SHOPS = select(shop_table.c.shop_id).where(shop_table.c.merchant_id == bindparam("m"))
_GUESTS = (
    select(identity.c.shop_id, identity.c.member_id, identity.c.until, member.c.joined_at,
           member.c.left_at)
    .join(member, (member.c.merchant_id == identity.c.merchant_id)
          & (member.c.member_id == identity.c.member_id))
    .where(identity.c.merchant_id == bindparam("m"), identity.c.kind == GUEST,
           identity.c.value == bindparam("digest"))
)  # fmt: skip


def _claim(
    tx: Connection, shop: Shop, mine: MemberId, email: str, keys: Keys, now: datetime
) -> None:
    """What is ordered under a proven address is its holder's, and whoever had it is the same person."""
    digest = keys.address_digest(email)
    if members.suppressed(tx, shop.merchant_id, "erased", [digest]):
        return
    asked = {"m": shop.merchant_id, "digest": digest}
    known = {row.shop_id: row for row in tx.execute(_GUESTS, asked)}
    rows = [
        {"merchant_id": shop.merchant_id, "shop_id": shop_id, "kind": GUEST, "value": digest,
         "member_id": mine, "since": now, "proof": VERIFIED}
        for shop_id in tx.execute(_SHOPS, asked).scalars().all() if shop_id not in known
    ]  # fmt: skip
    if rows:
        tx.execute(insert(identity), rows)
    others = {
        row.member_id: row.joined_at or now
        for row in known.values()
        if row.member_id != mine and not row.until and not row.left_at
    }
    for other, _ in sorted(others.items(), key=lambda one: one[1]):
        merging.merge(tx, shop.merchant_id, mine, MemberId(other), VERIFIED, now)
        mine = MemberId(other)


def _buyers(
    tx: Connection, shop: Shop, buyer: str, visitor: Visitor, keys: Keys
) -> list[tuple[Shop, str]]:
    """Under which keys the visitor may have ordered: his account, and his address as a guest."""
    found = [(shop, buyer)]
    if not visitor.email_verified or not visitor.email:
        return found
    guest = f"{GUEST}:{keys.address_digest(visitor.email)}"
    ids = tx.execute(_SHOPS, {"m": shop.merchant_id}).scalars().all()
    return found + [(shops.get(tx, shop.merchant_id, id_), guest) for id_ in sorted(ids)]


def _reapply(tx: Connection, buyers: Iterable[tuple[Shop, str]], keys: Keys, now: datetime) -> int:
    return sum(orders.reapply(tx, one, key, keys, now).transfers for one, key in buyers)


# ------------------------------------------------------------------ what waits


def waits(tx: Connection, shop: Shop, visitor: Visitor, keys: Keys) -> int:
    """Points that would be his if he joined now, from the orders we know."""
    versions = programmes.versions(tx, shop.merchant_id, shop.currency)
    used = points = 0
    buyer = f"{CUSTOMER}:{visitor.external_id}"
    for one, key in _buyers(tx, shop, buyer, visitor, keys):
        rows = _rows(tx, one, key)
        products = orders_rows.products(tx, one, {line for row in rows for line in row.products})
        for row in rows:
            more, limit = _worth(one, versions, row, products, used)
            points, used = points + more, used + limit
    return points


_ORDERS = (
    select(order_table)
    .where(
        order_table.c.merchant_id == bindparam("m"),
        order_table.c.shop_id == bindparam("s"),
        order_table.c.buyer == bindparam("b"),
        order_table.c.member_id.is_(None),
    )
    .order_by(order_table.c.placed_at, order_table.c.external_id)
)


def _rows(tx: Connection, shop: Shop, buyer: str) -> list[Row]:
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "b": buyer}
    return [row_of(found) for found in tx.execute(_ORDERS, asked)]


def _worth(
    shop: Shop,
    versions: tuple[Programme, ...],
    row: Row,
    products: Mapping[str, Product],
    used: int,
) -> tuple[int, int]:
    """What the order would bring, and how much of it counts against the limit for the start."""
    order = row.order
    if order is None:
        return 0, 0
    rules = in_force(versions, order.placed_at)
    if rules is None or not counts(versions, order.placed_at):
        return 0, 0
    standing = Standing(
        zone=shop.zone, currency=shop.currency, gross=shop.gross, live_since=shop.live_since,
        products=products, start_used=used,
    )  # fmt: skip
    return foreseen(order, rules, standing)
