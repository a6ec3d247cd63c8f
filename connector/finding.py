"""Find a customer as a person asks: by the beginning of an address, or by an order's number."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from connector.keys import Keys
from connector.members import CUSTOMER, GUEST
from connector.tables import customer, identity, order, shop
from connector.values import MemberId, MerchantId

MOST = 25


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be meant; without `member_id` they have an account and have not joined."""

    slug: str
    email: str
    first_name: str
    member_id: MemberId | None
    order: str = ""


def customers(tx: Connection, merchant_id: MerchantId, asked: str, keys: Keys) -> list[Found]:
    """Whoever it may mean, at most `MOST`; nobody for an empty question."""
    asked = asked.strip()
    if not asked:
        return []
    if "@" in asked:
        return _accounts(tx, merchant_id, asked.lower()) + _guests(tx, merchant_id, asked, keys)
    return _orders(tx, merchant_id, asked.lstrip("#")) or _accounts(tx, merchant_id, asked.lower())


def _accounts(tx: Connection, merchant_id: MerchantId, start: str) -> list[Found]:
    asked = (
        select(shop.c.slug, customer.c.email, customer.c.first_name, identity.c.member_id)
        .join(shop, and_(shop.c.merchant_id == customer.c.merchant_id,
                         shop.c.shop_id == customer.c.shop_id))
        .join(identity, and_(identity.c.merchant_id == customer.c.merchant_id,
                             identity.c.shop_id == customer.c.shop_id,
                             identity.c.kind == CUSTOMER,
                             identity.c.value == customer.c.external_id,
                             identity.c.until.is_(None)), isouter=True)
        .where(customer.c.merchant_id == merchant_id, customer.c.erased_at.is_(None),
               customer.c.email.startswith(start, autoescape=True))
        .order_by(customer.c.email, shop.c.slug).limit(MOST)
    )  # fmt: skip
    rows = tx.execute(asked)
    return [Found(row.slug, row.email, row.first_name, row.member_id) for row in rows]


def _guests(tx: Connection, merchant_id: MerchantId, email: str, keys: Keys) -> list[Found]:
    """Guests are known by a digest, so only the whole address finds them."""
    asked = (
        select(shop.c.slug, identity.c.member_id)
        .join(shop, and_(shop.c.merchant_id == identity.c.merchant_id,
                         shop.c.shop_id == identity.c.shop_id))
        .where(identity.c.merchant_id == merchant_id, identity.c.kind == GUEST,
               identity.c.value == keys.address_digest(email), identity.c.until.is_(None))
    )  # fmt: skip
    return [Found(row.slug, email, "", row.member_id) for row in tx.execute(asked)]


def _orders(tx: Connection, merchant_id: MerchantId, number: str) -> list[Found]:
    asked = (
        select(shop.c.slug, order.c.number, order.c.member_id)
        .join(shop, and_(shop.c.merchant_id == order.c.merchant_id,
                         shop.c.shop_id == order.c.shop_id))
        .where(order.c.merchant_id == merchant_id,
               (order.c.number == number) | (order.c.external_id == number))
        .order_by(shop.c.slug).limit(MOST)
    )  # fmt: skip
    return [Found(row.slug, "", "", row.member_id, row.number) for row in tx.execute(asked)]


@dataclass(frozen=True, slots=True)
class Known:
    """Under what a member is known in a shop; guests by no more than that they are one."""

    slug: str
    kind: str
    email: str
    first_name: str


def known_as(tx: Connection, merchant_id: MerchantId, member_id: str) -> list[Known]:
    """Every identity of a member that has not ended."""
    asked = (
        select(shop.c.slug, identity.c.kind, customer.c.email, customer.c.first_name)
        .join(shop, and_(shop.c.merchant_id == identity.c.merchant_id,
                         shop.c.shop_id == identity.c.shop_id))
        .join(customer, and_(customer.c.merchant_id == identity.c.merchant_id,
                             customer.c.shop_id == identity.c.shop_id,
                             identity.c.kind == CUSTOMER,
                             customer.c.external_id == identity.c.value), isouter=True)
        .where(identity.c.merchant_id == merchant_id, identity.c.member_id == member_id,
               identity.c.until.is_(None))
        .order_by(shop.c.slug, identity.c.kind)
    )  # fmt: skip
    return [
        Known(row.slug, row.kind, row.email or "", row.first_name or "")
        for row in tx.execute(asked)
    ]
