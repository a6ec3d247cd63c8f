"""What comes round for every shop and merchant: catching up, the night's look, the seal of the books.

Each is one row of the outbox for ever, done again and again: what was missed while nobody was there
is due when somebody comes, and no two who plan make two of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from connector import (
    balances,
    birthdays,
    clockwork,
    habits,
    handover,
    lanes,
    outbox,
    seals,
    shops,
    sync,
    tasks,
    verify,
)
from connector.errors import AccessLost, TryLater
from connector.installation import Installation, utc_now
from connector.outbox import Work
from connector.port import Stream
from connector.shops import Shop
from connector.tables import outbox as table
from connector.values import MerchantId

SYNC_EVERY = timedelta(minutes=5)
NIGHT = timedelta(hours=2, minutes=30)
"""When the night's work begins, after midnight UTC; it is spread over the two hours that follow."""
NIGHT_LASTS = timedelta(hours=2)
LONGEST_PAUSE = 5.0
LONGEST_WALK = 30.0
"""Seconds after which a walk lets others go first; the next goes on from the page it came to."""

log = logging.getLogger("stammkunde")


class Round(NamedTuple):
    merchant_id: MerchantId
    kind: str
    lane: str
    shop_id: str = ""

    @property
    def key(self) -> str:
        return f"round/{self.kind}/{self.shop_id}"


def plan(inst: Installation) -> None:
    """Give every shop and merchant the rows they lack."""
    with inst.database.read() as tx:
        wanted = list(_rounds(shops.every(tx)))
        there = {(row.merchant_id, row.key) for row in tx.execute(_THERE)}
    missing = [one for one in wanted if (one.merchant_id, one.key) not in there]

    def unit(tx: Connection) -> None:
        now = utc_now()
        for one in missing:
            due_at = now if one.kind == "sync" else next_night(now, one.key)
            outbox.add(tx, one.merchant_id, key=one.key, lane=one.lane, kind=one.kind,
                       args={"shop_id": one.shop_id}, due_at=due_at)  # fmt: skip

    if missing:
        inst.database.write(unit, batch=True)


def _rounds(every: Collection[Shop]) -> Iterator[Round]:
    for one in every:
        lane = lanes.walks_of(one).name
        yield Round(one.merchant_id, "sync", lane, one.shop_id)
        yield Round(one.merchant_id, "reconcile", lane, one.shop_id)
        yield Round(one.merchant_id, "vouchers", lane, one.shop_id)
    for merchant_id in sorted({one.merchant_id for one in every}):
        yield Round(merchant_id, "books", lanes.BOOKS)
        yield Round(merchant_id, "day", lanes.BOOKS)
        yield Round(merchant_id, "ends", lanes.BOOKS)


def ring(inst: Installation, *kinds: str) -> None:
    """Have these come round now, whenever they would."""
    plan(inst)
    now_due = update(table).where(table.c.kind.in_(kinds), table.c.done_at.is_(None))
    inst.database.write(lambda tx: tx.execute(now_due.values(due_at=utc_now())))


def next_night(now: datetime, key: str) -> datetime:
    """Half past two and a while that depends on the key, so that not all begin at once."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    part = int.from_bytes(sha256(key.encode()).digest()[:4]) / 2**32
    tonight = midnight + NIGHT + NIGHT_LASTS * part
    return tonight if tonight > now else tonight + timedelta(days=1)


# ------------------------------------------------------------------ what is done


def catch_up(inst: Installation, work: Work) -> datetime:
    """Read what a shop changed since we last asked: what webhooks lost, this finds."""
    until = time.monotonic() + LONGEST_WALK

    def enough(_stream: Stream, _seen: int, _total: int | None) -> None:
        if inst.stopping.is_set() or time.monotonic() > until:
            raise _Enough

    def walk(shop: Shop) -> None:
        sync.run(inst, shop, progress=enough, sleep=_briefly)
        balances.publish(inst, shop, lambda: inst.stopping.is_set() or time.monotonic() > until)

    try:
        _with_shop(inst, work, walk)
    except _Enough:
        return utc_now()
    return utc_now() + SYNC_EVERY


def set_bells(tx: Connection, shop: Shop, now: datetime) -> None:
    """Have the shop ring here; again and again, because shops give webhooks up and tell nobody."""
    outbox.add(
        tx, shop.merchant_id, key=f"shop/{shop.slug}/webhooks/1", lane=lanes.of_shop(shop).name,
        kind="webhooks", args={"shop_id": shop.shop_id}, due_at=now, anew=True,
    )  # fmt: skip


class _Enough(Exception):
    """The page is saved, and others wait, or the process is to end."""


def look_again(inst: Installation, work: Work) -> datetime:
    """The night's look: what the shop says of itself, and every recent order once more."""

    def enough(_stream: Stream, _seen: int, _total: int | None) -> None:
        if inst.stopping.is_set():
            raise _Enough

    def walk(shop: Shop) -> None:
        _learn_facts(inst, shop)
        sync.reconcile(inst, shop, progress=enough, sleep=_briefly)
        inst.database.write(lambda tx: set_bells(tx, shop, utc_now()))

    try:
        _with_shop(inst, work, walk)
    except _Enough:
        return utc_now()
    return _tonight(work)


def books(inst: Installation, work: Work) -> datetime:
    """Seal a merchant's books and prove what was written since."""
    merchant_id = work.merchant_id
    inst.database.write(partial(seals.take, merchant_id=merchant_id, now=utc_now()), batch=True)
    prove(inst, merchants=[merchant_id])
    return _tonight(work)


def new_day(inst: Installation, work: Work) -> datetime:
    """What each day brings: birthdays, and a look at whether offers have become a habit."""
    merchant_id = work.merchant_id
    with inst.database.read() as tx:
        days = birthdays.recent(tx, merchant_id, utc_now())
    for day in days:
        after = ""
        while True:
            give = partial(
                birthdays.give, merchant_id=merchant_id, day=day, after=after, now=utc_now()
            )
            _, after = inst.database.write(give, batch=True)
            if not after:
                break
    inst.database.write(partial(habits.look, merchant_id=merchant_id, now=utc_now()), batch=True)
    return _tonight(work)


def ends(inst: Installation, work: Work) -> datetime:
    """Warn of points that end soon, and end what inactivity ends."""
    clockwork.foresee(inst, work.merchant_id)
    return _tonight(work)


def prove(
    inst: Installation, *, full: bool = False, merchants: Collection[str] | None = None
) -> verify.Report:
    """Verify the books; what was proven is remembered, what contradicts is logged."""
    with inst.database.read() as tx:
        report = verify.run(tx, full=full, merchants=merchants)
    for finding in report.findings:
        log.critical("verify: %s %s %s", finding.what, finding.where, finding.detail)
    if report.ok:
        inst.database.write(lambda tx: verify.checkpoint(tx, report.proven), batch=True)
    return report


def _tonight(work: Work) -> datetime:
    return next_night(utc_now(), f"round/{work.kind}/{work.args['shop_id']}")


def _with_shop(inst: Installation, work: Work, walk: Callable[[Shop], None]) -> None:
    """A shop that is suspended is left alone until its turn comes round again."""
    with inst.database.read() as tx:
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
    if shop.suspended:
        return
    try:
        walk(shop)
    except AccessLost as lost:
        suspend(inst, shop, str(lost))


def suspend(inst: Installation, shop: Shop, why: str) -> None:
    """Stop asking a shop that refuses us, and say so where a person looks."""

    def work(tx: Connection) -> None:
        shops.suspend(tx, shop, why)
        facts = {"slug": shop.slug, "error": why}
        tasks.open_task(tx, shop.merchant_id, "access_lost", f"shop/{shop.slug}", facts, utc_now())

    inst.database.write(work)


def _learn_facts(inst: Installation, shop: Shop) -> None:
    """Shops move: another zone, another name, prices shown with or without tax."""
    facts = inst.platform(shop).facts()
    inst.database.write(partial(shops.keep_facts, one=shop, facts=facts), batch=True)


def _briefly(seconds: float) -> None:
    """A job waits a moment, not minutes: it would hold up the end of the process, and what was read
    is saved, so that the next run goes on from there."""
    if seconds > LONGEST_PAUSE:
        raise TryLater(f"The shop asks for a pause of {seconds:.0f} seconds.", seconds)
    time.sleep(seconds)


KINDS = {
    "sync": catch_up,
    "reconcile": look_again,
    "vouchers": handover.end_expired,
    "books": books,
    "day": new_day,
    "ends": ends,
}
_THERE = select(table.c.merchant_id, table.c.key).where(table.c.kind.in_(list(KINDS)))
