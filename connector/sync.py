"""Read a shop from where we left off: the cursor is saved with the rows of its page, or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select

from connector import comparing, db, health, inbox, looking, orders_rows
from connector.errors import TryLater, Unreadable
from connector.installation import Installation, utc_now
from connector.port import Change, Customer, Look, Order, Page, Product, Stream
from connector.shops import Shop
from connector.tables import order as order_table
from connector.tables import sync as table

Progress = Callable[[Stream, int, int | None], None]
"""Called after each page with the stream, the items seen so far, and about how many there are."""

T = TypeVar("T")

LONGEST_WAIT = 300.0
TRIES = 6


@dataclass(slots=True)
class Synced:
    """What a sync saw and did."""

    orders_seen: int = 0
    orders_changed: int = 0
    customers: int = 0
    products: int = 0
    transfers: int = 0


def run(
    inst: Installation,
    shop: Shop,
    *,
    full: bool = False,
    streams: Iterable[Stream] = Stream,
    progress: Progress = lambda _stream, _seen, _total: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Synced:
    """Read products, customers and orders from their cursors on, or from the beginning.

    A shop that cannot answer is asked again with growing patience; then TryLater says so, and the
    next run goes on from the last page that was saved.
    """
    synced = Synced()
    for stream in streams:
        cursor = None if full else left_off(inst, shop, stream)
        seen = 0
        for at, page in _pages(inst, shop, stream, cursor, sleep):
            _keep(inst, shop, stream, page, at, synced)
            seen += len(page.items)
            progress(stream, seen, page.total)
    return synced


def _pages(
    inst: Installation,
    shop: Shop,
    stream: Stream,
    cursor: str | None,
    sleep: Callable[[float], None],
) -> Iterator[tuple[datetime, Page]]:
    """The stream's pages, each with the moment it was asked for: while one is being written, the next
    is on its way. Beside us it is asked for once; patience is ours, so that a stop waits for one request.
    """

    def ask() -> tuple[datetime, Page]:
        at = utc_now()
        return at, inst.platform(shop).changes(stream, cursor)

    ahead: Future[tuple[datetime, Page]] | None = None
    with ThreadPoolExecutor(1, "next-page") as beside:
        while True:
            at, page = _patiently(ask, sleep, ahead)
            if page.more:
                cursor = page.cursor
                ahead = beside.submit(ask)
            yield at, page
            if not page.more:
                return


def _patiently(
    ask: Callable[[], T], sleep: Callable[[float], None], ahead: Future[T] | None = None
) -> T:
    """What is asked for, with growing patience; the first try may be under way already."""
    for tried in range(TRIES - 1):
        try:
            return ahead.result() if ahead is not None and not tried else ask()
        except TryLater as busy:
            sleep(min(busy.after or 2.0**tried, LONGEST_WAIT))
    return ask()


def _keep(
    inst: Installation, shop: Shop, stream: Stream, page: Page, at: datetime, synced: Synced
) -> None:
    """Write a page and its cursor in one transaction (orders: the cursor with the page's last unit).

    What the page could not show rings first: with the cursor saved, nobody would come back for it.
    """
    _ring(inst, shop, stream, page)
    if stream is Stream.ORDERS:
        looks = [Look(item.external_id, at, item) for item in page.items if isinstance(item, Order)]
        applied = looking.apply_looks(
            inst, shop, looks, lambda tx: keep_cursor(tx, shop, stream, page.cursor, at)
        )
        synced.orders_seen += len(looks)
        synced.orders_changed += applied.changed
        synced.transfers += applied.transfers
        return
    customers = [item for item in page.items if isinstance(item, Customer)]
    products = [item for item in page.items if isinstance(item, Product)]

    def work(tx: Connection) -> None:
        if customers:
            looking.take_customers(inst, tx, shop, customers)
        orders_rows.keep_products(tx, shop, products, at)
        keep_cursor(tx, shop, stream, page.cursor, at)

    inst.database.write(work, batch=True)
    synced.customers += len(customers)
    synced.products += len(products)


def _ring(inst: Installation, shop: Shop, stream: Stream, page: Page) -> None:
    """Look at what the page could not show: orders listed as gone that we hold as living, and what
    was not understood. A look decides what the first means, and makes a task of the second."""
    ids = list(page.unread)
    if page.gone:
        with inst.database.read() as tx:
            ids += tx.execute(_LIVING, {**_here(shop), "ids": list(page.gone)}).scalars()
    _look_later(inst, shop, stream, ids)


def _look_later(inst: Installation, shop: Shop, stream: Stream, ids: Sequence[str]) -> None:
    if ids:
        changes = [Change(stream, id_) for id_ in sorted(set(ids))]
        inst.database.write(
            lambda tx: inbox.ring(tx, shop.merchant_id, shop.shop_id, changes, utc_now()),
            batch=True,
        )


_LIVING = select(order_table.c.external_id).where(
    order_table.c.merchant_id == bindparam("m"),
    order_table.c.shop_id == bindparam("s"),
    order_table.c.external_id.in_(bindparam("ids", expanding=True)),
    order_table.c.cancelled_at.is_(None),
    order_table.c.gone_at.is_(None),
)


def keep_cursor(tx: Connection, shop: Shop, stream: Stream, cursor: str, at: datetime) -> None:
    statement = db.insert_or(tx, table).values(
        merchant_id=shop.merchant_id, shop_id=shop.shop_id, stream=stream.value, cursor=cursor,
        looked_at=at,
    )  # fmt: skip
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "shop_id", "stream"],
            set_={"cursor": statement.excluded.cursor, "looked_at": statement.excluded.looked_at},
        )
    )


_CURSOR = select(table.c.cursor).where(
    table.c.merchant_id == bindparam("m"),
    table.c.shop_id == bindparam("s"),
    table.c.stream == bindparam("stream"),
)


def left_off(inst: Installation, shop: Shop, stream: Stream) -> str | None:
    """The cursor we read to last; None: this was never read."""
    with inst.database.read() as tx:
        return tx.execute(_CURSOR, {**_here(shop), "stream": stream.value}).scalar()


def _here(shop: Shop) -> dict[str, str]:
    return {"m": shop.merchant_id, "s": shop.shop_id}


# ------------------------------------------------------------------ reconcile


@dataclass(slots=True)
class Reconciled:
    """`drift_found`: orders that were not as we had them, though nothing had told us."""

    orders_seen: int = 0
    drift_found: int = 0
    drift_repaired: int = 0


_RECENT = (
    select(order_table.c.external_id)
    .where(
        order_table.c.merchant_id == bindparam("m"),
        order_table.c.shop_id == bindparam("s"),
        order_table.c.placed_at >= bindparam("since"),
        order_table.c.external_id > bindparam("after"),
    )
    .order_by(order_table.c.external_id)
    .limit(orders_rows.ORDERS_AT_ONCE)
)


def reconcile(
    inst: Installation,
    shop: Shop,
    *,
    days: int = 90,
    progress: Progress = lambda _stream, _seen, _total: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Reconciled:
    """Catch up, then look once more at every order of the last `days`: deleted refunds ring no bell."""
    run(inst, shop, sleep=sleep)
    result = Reconciled()
    comparing.compare(inst, shop, partial(_look_later, inst, shop), progress)
    asked = {**_here(shop), "since": utc_now() - timedelta(days=days), "after": ""}
    while True:
        with inst.database.read() as tx:
            ids = list(tx.execute(_RECENT, asked).scalars())
        if not ids:
            _remember(inst, shop, result.drift_found)
            return result
        looks = _looks(inst, shop, ids, sleep)
        changed = looking.apply_looks(inst, shop, looks).changed
        result.orders_seen += len(ids)
        result.drift_found += changed
        result.drift_repaired += changed
        progress(Stream.ORDERS, result.orders_seen, None)
        asked["after"] = ids[-1]


def _remember(inst: Installation, shop: Shop, drift: int) -> None:
    inst.database.write(lambda tx: health.reconciled(tx, shop, drift, utc_now()))


def _looks(
    inst: Installation, shop: Shop, ids: Sequence[str], sleep: Callable[[float], None]
) -> list[Look]:
    """One look at each; what cannot be read gets a look of its own, which makes it a task."""
    looks, unread = [], []
    for id_ in ids:
        try:
            looks.append(_patiently(lambda: looking.order_look(inst, shop, id_), sleep))  # noqa: B023
        except Unreadable:
            unread.append(id_)
    _look_later(inst, shop, Stream.ORDERS, unread)
    return looks
