"""How a shop's connection does: when it last rang, how much waits, when it was read, what had drifted.

The moments are rows of `sync` under names of their own, written where the thing happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, update

from connector import db
from connector.shops import Shop
from connector.tables import inbox, outbox, sync
from connector.values import MerchantId

BELL, RECONCILE = "bell", "reconcile"
OUTDATED, ELSEWHERE = "outdated", "elsewhere"
"""Bells that were genuine and counted for nothing: an old secret, another address."""
RANG_EVERY = timedelta(minutes=1)
"""How exactly the last webhook is remembered: not each is worth a write."""


@dataclass(frozen=True, slots=True)
class Health:
    """`drift`: orders that the last reconcile found changed unnoticed; None before the first.
    `refused`: bells that were genuine once, or somewhere else."""

    last_bell: datetime | None
    waiting: int
    oldest: datetime | None
    last_sync: datetime | None
    last_reconcile: datetime | None
    drift: int | None
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something to do outside that failed and is tried again."""

    kind: str
    error: str
    tries: int
    due_at: datetime


_HERE = (sync.c.merchant_id == bindparam("m"), sync.c.shop_id == bindparam("s"))
_STREAMS = select(sync.c.stream, sync.c.cursor, sync.c.looked_at).where(*_HERE)
_RANG = select(sync.c.looked_at).where(*_HERE, sync.c.stream == BELL)
_BELLS = select(func.count(), func.min(inbox.c.rung_at)).where(
    inbox.c.merchant_id == bindparam("m"), inbox.c.shop_id == bindparam("s")
)
_STUCK = (
    select(outbox.c.kind, outbox.c.error, outbox.c.tries, outbox.c.due_at)
    .where(outbox.c.merchant_id == bindparam("m"), outbox.c.done_at.is_(None), outbox.c.error != "")
    .order_by(outbox.c.due_at)
    .limit(50)
)


def of(tx: Connection, shop: Shop) -> Health:
    asked = {"m": shop.merchant_id, "s": shop.shop_id}
    streams = {row.stream: row for row in tx.execute(_STREAMS, asked)}
    waiting, oldest = tx.execute(_BELLS, asked).one()
    bell, reconciled = streams.pop(BELL, None), streams.pop(RECONCILE, None)
    refused = [streams.pop(OUTDATED, None), streams.pop(ELSEWHERE, None)]
    read = [row.looked_at for row in streams.values() if row.looked_at]
    return Health(
        last_bell=bell.looked_at if bell else None, waiting=waiting, oldest=oldest,
        last_sync=min(read, default=None),
        last_reconcile=reconciled.looked_at if reconciled else None,
        drift=int(reconciled.cursor) if reconciled and reconciled.cursor else None,
        refused=sum(int(row.cursor) for row in refused if row),
    )  # fmt: skip


def stuck(tx: Connection, merchant_id: MerchantId) -> list[Stuck]:
    """What fails outside, of all the merchant's shops, the next to be tried first."""
    return [Stuck(*row) for row in tx.execute(_STUCK, {"m": merchant_id})]


def rang(tx: Connection, shop: Shop, now: datetime) -> None:
    """A webhook of the shop was genuine. Looks before it writes: a busy shop has no hot row."""
    last = tx.execute(_RANG, {"m": shop.merchant_id, "s": shop.shop_id}).scalar()
    if last is None or now - last >= RANG_EVERY:
        _note(tx, shop, BELL, now, "")


def reconciled(tx: Connection, shop: Shop, drift: int, now: datetime) -> None:
    """A whole look at every recent order is over."""
    _note(tx, shop, RECONCILE, now, str(drift))


def counted(tx: Connection, shop: Shop, what: str, now: datetime) -> None:
    """One more of these."""
    asked = {"m": shop.merchant_id, "s": shop.shop_id}
    before = tx.execute(_COUNT, asked | {"what": what}).scalar()
    _note(tx, shop, what, now, str(int(before or 0) + 1))


_COUNT = select(sync.c.cursor).where(*_HERE, sync.c.stream == bindparam("what"))


def _note(tx: Connection, shop: Shop, stream: str, now: datetime, cursor: str) -> None:
    row = {"merchant_id": shop.merchant_id, "shop_id": shop.shop_id, "stream": stream}
    values = {"cursor": cursor, "looked_at": now}
    noted = db.insert_or(tx, sync).values(row | values)
    tx.execute(
        noted.on_conflict_do_update(
            index_elements=["merchant_id", "shop_id", "stream"], set_=values
        )
    )


def hurry(tx: Connection, shop: Shop, now: datetime, kind: str = "sync") -> bool:
    """Have the shop's next catching up (or night's look) be due now; False where none is planned yet."""
    key = f"round/{kind}/{shop.shop_id}"
    mine = (outbox.c.merchant_id == shop.merchant_id, outbox.c.key == key)
    wanted = update(outbox).where(*mine, outbox.c.done_at.is_(None), outbox.c.due_at > now)
    tx.execute(wanted.values(due_at=now))
    return tx.execute(select(outbox.c.id).where(*mine)).first() is not None
