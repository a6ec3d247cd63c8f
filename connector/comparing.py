"""What a shop no longer has, where it lists no deletions: our ids are compared with its, a page at a time.

An answer only rings. Each thing that seems to be gone is then looked at by itself, so that one wrong list takes
nothing from anybody.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, select

from connector.installation import Installation
from connector.port import ListsMissing, Stream
from connector.shops import Shop
from connector.tables import customer, order

AT_ONCE = 500

_ORDERS = (
    select(order.c.external_id)
    .where(
        order.c.merchant_id == bindparam("m"),
        order.c.shop_id == bindparam("s"),
        order.c.gone_at.is_(None),
        order.c.external_id > bindparam("after"),
    )
    .order_by(order.c.external_id)
    .limit(AT_ONCE)
)
_CUSTOMERS = (
    select(customer.c.external_id)
    .where(
        customer.c.merchant_id == bindparam("m"),
        customer.c.shop_id == bindparam("s"),
        customer.c.erased_at.is_(None),
        customer.c.guest.is_(False),
        customer.c.external_id > bindparam("after"),
    )
    .order_by(customer.c.external_id)
    .limit(AT_ONCE)
)
_OURS = {Stream.ORDERS: _ORDERS, Stream.CUSTOMERS: _CUSTOMERS}

Ring = Callable[[Stream, list[str]], None]
Progress = Callable[[Stream, int, int | None], None]


def compare(inst: Installation, shop: Shop, ring: Ring, progress: Progress) -> int:
    """Ring for whatever of ours the shop no longer has; how many."""
    platform = inst.platform(shop)
    if not isinstance(platform, ListsMissing):
        return 0
    found = 0
    for stream, ours in _OURS.items():
        seen, after = 0, ""
        while True:
            asked = {"m": shop.merchant_id, "s": shop.shop_id, "after": after}
            with inst.database.read() as tx:
                ids = list(tx.execute(ours, asked).scalars())
            if not ids:
                break
            gone = list(platform.missing(stream, ids))
            ring(stream, gone)
            found, seen, after = found + len(gone), seen + len(ids), ids[-1]
            progress(stream, seen, None)
    return found
