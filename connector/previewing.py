"""What a purchase would bring before anybody buys: a table where the programme fits one, else reckoned.

Both say what it brings at least: who buys is not known, so a bonus for a first order or a comeback,
another rate for a group, and whatever has a budget are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector import orders_rows, programmes
from connector.earning import Standing, promised
from connector.port import Line, Order, Unknown
from connector.programme import Programme, Tax, counts, in_force
from connector.shops import Shop
from connector.tables import product

MOST_EXCEPTED = 200
"""More products that bring nothing than this are asked of the server: every guest loads the table."""


def table(tx: Connection, shop: Shop, programme: Programme) -> dict[str, Any] | None:
    """The programme as a sum that a page can do by itself; None where it is not that simple."""
    earn = programme.earn
    if programme.rules or earn.exclude.categories or earn.exclude.tags or earn.exclude.channels:
        return None
    excepted = set(earn.exclude.products)
    if earn.exclude.gift_cards:
        asked = {"m": shop.merchant_id, "s": shop.shop_id, "most": MOST_EXCEPTED + 1}
        excepted |= set(tx.execute(_GIFT_CARDS, asked).scalars())
    if len(excepted) > MOST_EXCEPTED:
        return None
    gross = shop.gross if earn.tax is Tax.DISPLAYED else earn.tax is Tax.GROSS
    return {
        "points": earn.points,
        "per": earn.per,
        "basis": "gross" if gross else "net",
        "rounding": earn.rounding.value,
        "steps": earn.steps,
        "except": sorted(excepted),
    }


_GIFT_CARDS = (
    select(product.c.external_id)
    .where(
        product.c.merchant_id == bindparam("m"),
        product.c.shop_id == bindparam("s"),
        product.c.gift_card,
    )
    .limit(bindparam("most"))
)


def of(tx: Connection, shop: Shop, lines: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Points for these lines bought now. A line: product, gross and net of a piece in minor units,
    quantity."""
    versions = programmes.versions(tx, shop.merchant_id, shop.currency)
    rules = in_force(versions, now)
    if rules is None or not counts(versions, now):
        return 0
    order = Order(
        external_id="", number="", currency=shop.currency, placed_at=now, buyer=Unknown(),
        lines=tuple(_line(n, line) for n, line in enumerate(lines)),
    )  # fmt: skip
    known = orders_rows.products(tx, shop, {line["product"] for line in lines})
    standing = Standing(
        zone=shop.zone, currency=shop.currency, gross=shop.gross, live_since=shop.live_since,
        products=known, last_order=now,
    )  # fmt: skip
    want = promised(order, rules, standing, now)
    return 0 if want is None else want.points


def _line(n: int, line: Mapping[str, Any]) -> Line:
    """A page that mixes up its two prices gets the smaller promise."""
    pieces, net = line["quantity"], min(line["net"], line["gross"])
    return Line(id=str(n), product=line["product"], quantity=pieces,
                net=net * pieces, tax=(line["gross"] - net) * pieces)  # fmt: skip
