"""Orders as we keep them: what was seen last, so that an order can be computed again without asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector import db, statements
from connector.port import Account, Line, Look, Order, Product, Unknown
from connector.shops import Shop
from connector.tables import award as award_table
from connector.tables import customer as customer_table
from connector.tables import order as order_table
from connector.tables import product as product_table
from connector.values import MemberId

ORDERS_AT_ONCE = 50
"""More would keep the writer longer than its 20 ms."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `order`; amounts are minor units of `currency`."""

    number: str
    buyer: str
    member_id: MemberId | None
    currency: str
    lines: list[list[Any]]
    goods: int
    refunded: int | None
    other: int
    refunded_other: int
    refunded_loose: int | None
    trial: bool
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    withdrawn_at: datetime | None
    gone_at: datetime | None
    facts: dict[str, Any] | None
    """What rules ask of an order: channel, group, country, voucher codes, referral code, rate."""
    looked_at: datetime
    external_id: str
    revision: int = 0

    @property
    def products(self) -> set[str]:
        """The products of its lines, none once the shop no longer has it."""
        return set() if self.gone_at else {line[1] for line in self.lines}

    @property
    def order(self) -> Order | None:
        """The order as it was seen; None once the shop no longer has it."""
        if self.gone_at is not None:
            return None
        kind, _, value = self.buyer.partition(":")
        return Order(
            external_id=self.external_id, number=self.number, currency=self.currency,
            placed_at=self.placed_at, buyer=Account(value) if kind == "customer" else Unknown(),
            lines=tuple(Line(*line) for line in self.lines), other=self.other,
            refunded_other=self.refunded_other, refunded_loose=self.refunded_loose,
            paid_at=self.paid_at, shipped_at=self.shipped_at, delivered_at=self.delivered_at,
            cancelled_at=self.cancelled_at, withdrawn_at=self.withdrawn_at, test=self.trial,
            **_told(self.facts),
        )  # fmt: skip


def _facts(order: Order) -> dict[str, Any] | None:
    """The facts that are there; most orders have few, and an empty one costs nothing."""
    facts = {
        "channel": order.channel,
        "group": order.group,
        "country": order.country,
        "codes": list(order.voucher_codes),
        "referral": order.referral_code,
        "rate": "" if order.rate is None else str(order.rate),
    }
    return {name: value for name, value in facts.items() if value} or None


def _told(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    """The facts as an order names them."""
    if not facts:
        return {}
    rate = facts.get("rate")
    return {
        "channel": facts.get("channel", ""),
        "group": facts.get("group", ""),
        "country": facts.get("country", ""),
        "voucher_codes": tuple(facts.get("codes", ())),
        "referral_code": facts.get("referral", ""),
        "rate": Decimal(rate) if rate else None,
    }


_SEEN = tuple(f.name for f in fields(Row) if f.name not in ("looked_at", "revision", "external_id"))


def load(tx: Connection, shop: Shop, external_ids: Iterable[str]) -> dict[str, Row]:
    """Orders as they were seen last, locked."""
    asked = _here(shop) | {"orders": sorted(external_ids)}
    if not asked["orders"]:
        return {}
    return {row.external_id: row_of(row) for row in statements.KNOWN_ORDERS.rows(tx, asked)}


def one(tx: Connection, shop: Shop, external_id: str) -> Row | None:
    """An order as it was seen last, for whoever only reads."""
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "id": external_id}
    found = tx.execute(_ONE, asked).first()
    return None if found is None else row_of(found)


_ONE = select(order_table).where(
    order_table.c.merchant_id == bindparam("m"),
    order_table.c.shop_id == bindparam("s"),
    order_table.c.external_id == bindparam("id"),
)


def row_of(found: Any) -> Row:
    """What was read from the table `order`, as a Row; further columns are left out."""
    return Row(**{name: getattr(found, name) for name in _COLUMNS})


_COLUMNS = tuple(f.name for f in fields(Row))


def of_buyer(tx: Connection, shop: Shop, buyer: str) -> list[str]:
    """The orders of a buyer, oldest first."""
    return list(
        tx.execute(_OF_BUYER, {"m": shop.merchant_id, "s": shop.shop_id, "b": buyer}).scalars()
    )


_OF_BUYER = (
    select(order_table.c.external_id)
    .where(
        order_table.c.merchant_id == bindparam("m"),
        order_table.c.shop_id == bindparam("s"),
        order_table.c.buyer == bindparam("b"),
    )
    .order_by(order_table.c.placed_at, order_table.c.external_id)
)


def rows(
    fresh: Mapping[str, Look],
    known: Mapping[str, Row],
    buyers: Mapping[str, str],
    whose: Mapping[str, MemberId],
) -> dict[str, Row]:
    """How the orders are to be kept. An order stays with the member it once belonged to."""
    kept: dict[str, Row] = {}
    for id_, look in fresh.items():
        before = known.get(id_)
        member_id = (before and before.member_id) or whose.get(buyers[id_])
        if look.order is not None:
            kept[id_] = _row(look.order, look.at, buyers[id_], member_id)
        elif before is not None:
            kept[id_] = replace(before, looked_at=look.at, gone_at=before.gone_at or look.at)
    return kept


def _row(order: Order, at: datetime, buyer: str, member_id: MemberId | None) -> Row:
    unknown = order.refunded_loose is None or any(line.refunded_net is None for line in order.lines)
    back = sum((line.refunded_net or 0) + (line.refunded_tax or 0) for line in order.lines)
    return Row(
        number=order.number, buyer=buyer, member_id=member_id, currency=order.currency,
        lines=[
            [line.id, line.product, line.quantity, line.net, line.tax, line.discount,
             line.refunded_net, line.refunded_tax]
            for line in order.lines
        ],
        goods=sum(line.net + line.tax for line in order.lines),
        refunded=None if unknown else back + order.refunded_other + (order.refunded_loose or 0),
        other=order.other, refunded_other=order.refunded_other, refunded_loose=order.refunded_loose,
        trial=order.test, placed_at=order.placed_at, paid_at=order.paid_at,
        shipped_at=order.shipped_at, delivered_at=order.delivered_at,
        cancelled_at=order.cancelled_at, withdrawn_at=order.withdrawn_at, gone_at=None,
        facts=_facts(order), looked_at=at, external_id=order.external_id,
    )  # fmt: skip


def write(
    tx: Connection, shop: Shop, kept: Mapping[str, Row], known: Mapping[str, Row]
) -> dict[str, int]:
    """Write what changed, mark the rest as seen; revisions of those that changed and are ours.

    A newer look of another process may have come first: then ours is stale and is not returned.
    """
    changed = [id_ for id_, row in kept.items() if id_ not in known or _differs(row, known[id_])]
    seen = [_here(shop) | {"external_id": id_, "looked_at": row.looked_at}
            for id_, row in kept.items() if id_ not in changed]  # fmt: skip
    statements.SEEN_ORDER.run(tx, *seen)
    if not changed:
        return {}
    statements.WRITE_ORDER.run(
        tx,
        *(
            _here(shop)
            | {name: getattr(kept[id_], name) for name in _COLUMNS if name != "revision"}
            for id_ in sorted(changed)
        ),
    )
    asked = _here(shop) | {"orders": sorted(changed)}
    return {
        row.external_id: row.revision
        for row in statements.REVISIONS.rows(tx, asked)
        if row.looked_at == kept[row.external_id].looked_at
    }


def _differs(row: Row, before: Row) -> bool:
    return any(getattr(row, name) != getattr(before, name) for name in _SEEN)


def _here(shop: Shop) -> dict[str, Any]:
    return {"merchant_id": shop.merchant_id, "shop_id": shop.shop_id}


# ------------------------------------------------------------------ products


def products(tx: Connection, shop: Shop, external_ids: Iterable[str]) -> dict[str, Product]:
    """What we know of these products; those never seen are left out."""
    wanted = sorted({id_ for id_ in external_ids if id_})
    if not wanted:
        return {}
    found = tx.execute(_PRODUCTS, {"m": shop.merchant_id, "s": shop.shop_id, "ids": wanted})
    return {
        row.external_id: Product(
            external_id=row.external_id, title=row.title, url=row.url, image=row.image,
            categories=tuple(row.categories), tags=tuple(row.tags), gift_card=row.gift_card,
        )
        for row in found
    }  # fmt: skip


def unknown_products(tx: Connection, shop: Shop, seen: Iterable[Order]) -> list[str]:
    """Products of these orders that we never saw: what earns depends on what they are."""
    wanted = {line.product for order in seen for line in order.lines} - {""}
    return sorted(wanted - products(tx, shop, wanted).keys())


_PRODUCTS = select(product_table).where(
    product_table.c.merchant_id == bindparam("m"),
    product_table.c.shop_id == bindparam("s"),
    product_table.c.external_id.in_(bindparam("ids", expanding=True)),
)


def keep_products(tx: Connection, shop: Shop, seen: Sequence[Product], now: datetime) -> None:
    if not seen:
        return
    statement = db.insert_or(tx, product_table)
    names = ("title", "url", "image", "categories", "tags", "gift_card", "looked_at")
    statement = statement.on_conflict_do_update(
        index_elements=["merchant_id", "shop_id", "external_id"],
        set_={name: statement.excluded[name] for name in names},
    )
    tx.execute(
        statement,
        [
            _here(shop) | {"external_id": p.external_id, "title": p.title, "url": p.url,
                           "image": p.image, "categories": list(p.categories), "tags": list(p.tags),
                           "gift_card": p.gift_card, "looked_at": now}
            for p in seen
        ],
    )  # fmt: skip


# ------------------------------------------------------------------ who buys


def last_order(
    tx: Connection, shop: Shop, member_id: MemberId, buyer: str, before: datetime
) -> datetime | None:
    """When the last paid order before this moment was placed, in any of the merchant's shops.

    Also of the same buyer as another member: whoever leaves and joins anew buys nothing for the
    first time.
    """
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "id": member_id, "buyer": buyer,
             "before": before}  # fmt: skip
    found = [tx.execute(statement, asked).scalar() for statement in _LAST_ORDERS]
    return max((at for at in found if at is not None), default=None)


_LAST_ORDERS = [
    select(order_table.c.placed_at)
    .where(
        order_table.c.merchant_id == bindparam("m"),
        *whose,
        order_table.c.placed_at < bindparam("before"),
        order_table.c.paid_at.is_not(None),
        order_table.c.cancelled_at.is_(None),
        order_table.c.gone_at.is_(None),
        ~order_table.c.trial,
    )
    .order_by(order_table.c.placed_at.desc())
    .limit(1)
    for whose in (
        (order_table.c.member_id == bindparam("id"),),
        (order_table.c.shop_id == bindparam("s"), order_table.c.buyer == bindparam("buyer")),
    )
]


def group_of(tx: Connection, shop: Shop, buyer: str) -> str:
    """The customer's group as the shop said it last; "" for guests and those never seen."""
    kind, _, value = buyer.partition(":")
    if kind != "customer":
        return ""
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "id": value}
    return tx.execute(_GROUP, asked).scalar() or ""


_GROUP = select(customer_table.c.group).where(
    customer_table.c.merchant_id == bindparam("m"),
    customer_table.c.shop_id == bindparam("s"),
    customer_table.c.external_id == bindparam("id"),
)


# ------------------------------------------------------------------ the start


def start_used(tx: Connection, shop: Shop, members: Sequence[MemberId]) -> dict[MemberId, int]:
    """Points already promised for orders from before the start, per member.

    Reads all awards of these members, which is bounded: only orders from before the start ask. Locks
    the members, because what is promised to one by two pages at once must not exceed the limit.
    """
    if not members:
        return {}
    asked = {"merchant_id": shop.merchant_id, "members": list(members)}
    statements.LOCK_MEMBERS.rows(tx, asked)
    used: dict[MemberId, int] = {}
    for row in tx.execute(_TERMS, {"m": shop.merchant_id, "members": list(members)}):
        limit = row.terms.get("limit")
        used[MemberId(row.member_id)] = used.get(MemberId(row.member_id), 0) + (limit or 0)
    return used


_TERMS = select(award_table.c.member_id, award_table.c.terms).where(
    award_table.c.merchant_id == bindparam("m"),
    award_table.c.member_id.in_(bindparam("members", expanding=True)),
)
