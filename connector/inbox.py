"""Things to look at again: one row per thing however often it rings, gone once it was looked at.

A shop's bells are asked for shop by shop: however many ring in one, the others are not behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from connector import statements
from connector.port import Change, Stream
from connector.tables import inbox, shop
from connector.values import MerchantId, ShopId

LEASE = timedelta(minutes=2)
_FIRST_RETRY, _LAST_RETRY = timedelta(seconds=30), timedelta(hours=6)
_MISFIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bell:
    """A thing that rang. `rung_at` tells whether it rang again while somebody was looking."""

    merchant_id: MerchantId
    shop_id: ShopId
    stream: Stream
    external_id: str
    rung_at: datetime
    tries: int


def ring(
    tx: Connection,
    merchant_id: MerchantId,
    shop_id: ShopId,
    changes: list[Change],
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Note that these changed. Ten deliveries of one thing are one look."""
    rows = [
        {"merchant_id": merchant_id, "shop_id": shop_id, "kind": change.stream.value,
         "external_id": change.external_id, "rung_at": now, "due_at": due_at or now}
        for change in changes
    ]  # fmt: skip
    statements.RING.run(tx, *rows)


_DUE = (
    select(inbox)
    .join(shop, (shop.c.merchant_id == inbox.c.merchant_id) & (shop.c.shop_id == inbox.c.shop_id))
    .where(
        inbox.c.merchant_id == bindparam("m"),
        inbox.c.shop_id == bindparam("s"),
        inbox.c.due_at <= bindparam("now"),
        shop.c.suspended == "",
        inbox.c.lease_until.is_(None) | (inbox.c.lease_until < bindparam("now")),
    )
    .order_by(inbox.c.due_at)
    .limit(bindparam("most"))
)


def due(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, now: datetime, most: int
) -> list[Bell]:
    """A shop's bells that are due, the oldest first."""
    asked = {"m": merchant_id, "s": shop_id, "now": now, "most": most}
    return [
        Bell(MerchantId(row.merchant_id), ShopId(row.shop_id), Stream(row.kind), row.external_id,
             row.rung_at, row.tries)
        for row in tx.execute(_DUE, asked)
    ]  # fmt: skip


def claim(tx: Connection, bell: Bell, now: datetime, lease: timedelta = LEASE) -> bool:
    """True for the one who may look; the claim ends by itself, in case he dies."""
    row = {**_is(bell), "now": now, "lease_until": now + lease}
    return statements.CLAIM_BELL.run(tx, row) == 1


def done(tx: Connection, bell: Bell) -> None:
    """Looked at: gone, unless it rang again meanwhile; then it is due at once."""
    here = [inbox.c[key] == value for key, value in _is(bell).items()]
    tx.execute(delete(inbox).where(*here, inbox.c.rung_at == bell.rung_at))
    tx.execute(update(inbox).where(*here).values(lease_until=None))


def again(tx: Connection, bell: Bell, error: str, now: datetime, after: float | None) -> None:
    """The shop could not answer: later, and later each time, but not before `after` seconds."""
    wait = min(_FIRST_RETRY * 2 ** min(bell.tries, 12), _LAST_RETRY)
    _postpone(tx, bell, error, now + max(wait, timedelta(seconds=after or 0)))


def misfit(tx: Connection, bell: Bell, error: str, now: datetime) -> None:
    """Something unforeseen: an hour away, so that one bad order never holds up the rest."""
    _postpone(tx, bell, error, now + _MISFIT)


def _postpone(tx: Connection, bell: Bell, error: str, due_at: datetime) -> None:
    here = [inbox.c[key] == value for key, value in _is(bell).items()]
    tx.execute(
        update(inbox).where(*here).values(due_at=due_at, lease_until=None, error=error[:500])
    )


def _is(bell: Bell) -> dict[str, str]:
    return {
        "merchant_id": bell.merchant_id,
        "shop_id": bell.shop_id,
        "kind": bell.stream.value,
        "external_id": bell.external_id,
    }
