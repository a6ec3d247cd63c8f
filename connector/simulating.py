"""What a programme would bring if it went live now: the same two functions, folded over past orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from connector import members, orders_rows, programmes
from connector.earning import Standing, foreseen
from connector.orders_rows import Row, row_of
from connector.port import Product
from connector.programme import Programme, TakingPart
from connector.shops import Shop
from connector.tables import order as table
from connector.values import Money

AT_ONCE = 500


@dataclass(slots=True)
class Simulated:
    """`orders`: those that would earn; `points` together, and by person."""

    orders: int = 0
    points: int = 0
    people: dict[str, int] = field(default_factory=dict)
    promised: dict[str, int] = field(default_factory=dict)

    def worth(self, programme: Programme, currency: str) -> Money:
        return Money(self.points * programme.worth.amount // programme.worth.points, currency)


def run(
    tx: Connection, shop: Shop, document: Mapping[str, Any], now: datetime
) -> tuple[Simulated, Programme]:
    """What this shop's stored orders would bring under the document; nothing is written."""
    programme = programmes.as_if_live(document, shop.currency, now)
    result = Simulated()
    for page in _pages(tx, shop):
        wanted = {line.product for row in page if row.order for line in row.order.lines}
        products = orders_rows.products(tx, shop, wanted)
        buyers = {row.buyer for row in page} if programme.asks_for_group else ()
        groups = {buyer: orders_rows.group_of(tx, shop, buyer) for buyer in buyers}
        for row in page:
            _add(shop, programme, row, products, groups, result)
    return result, programme


def _pages(tx: Connection, shop: Shop) -> Iterator[list[Row]]:
    """The shop's orders, oldest first, by hundreds."""
    asked = (
        select(table)
        .where(table.c.merchant_id == shop.merchant_id, table.c.shop_id == shop.shop_id)
        .order_by(table.c.placed_at, table.c.external_id)
    )
    for page in tx.execution_options(yield_per=AT_ONCE).execute(asked).partitions():
        yield [row_of(found) for found in page]


def _add(
    shop: Shop,
    programme: Programme,
    row: Row,
    products: Mapping[str, Product],
    groups: Mapping[str, str],
    result: Simulated,
) -> None:
    order, person = row.order, _person(row, programme.taking_part)
    if order is None or not person or order.placed_at < programme.counts_from:
        return
    # Every order of the past is from before the start: no campaign, first or late order asks for it.
    standing = Standing(
        zone=shop.zone, currency=shop.currency, gross=shop.gross, live_since=programme.valid_from,
        products=products, group=groups.get(person, ""),
        start_used=result.promised.get(person, 0),
    )  # fmt: skip
    points, promised = foreseen(order, programme, standing)
    if points <= 0:
        return
    result.orders += 1
    result.points += points
    result.people[person] = result.people.get(person, 0) + points
    result.promised[person] = result.promised.get(person, 0) + promised


def _person(row: Row, taking: TakingPart) -> str:
    """Who would get the points; under `ask` everybody who has an account could."""
    kind = row.buyer.partition(":")[0]
    guests_too = taking is TakingPart.EVERYONE
    return row.buyer if kind == members.CUSTOMER or (kind and guests_too) else ""
