"""Work by the clock and from the inbox and outbox; the state is in the database, a run is only a hint.

Everything here may run twice, late or beside itself: claims are conditional updates with an end, and
what they lead to converges.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection

from connector import inbox, life, looking, outbox, shops, sync, tasks, verify
from connector.errors import (
    AccessLost,
    LedgerBroken,
    Refused,
    StammkundeError,
    TryLater,
    Unreadable,
)
from connector.inbox import Bell
from connector.installation import Installation, utc_now
from connector.outbox import Work
from connector.shops import Shop

AT_ONCE = 50
SYNC_EVERY = timedelta(minutes=5)

log = logging.getLogger("stammkunde")


@dataclass(slots=True)
class Done:
    """How much of each kind was done."""

    looks: int = 0
    works: int = 0
    releases: int = 0
    expiries: int = 0


def run_due(inst: Installation) -> Done:
    """Do everything that is due now, then stop."""
    done = Done()
    for step, name in ((look_once, "looks"), (work_once, "works"), (release_once, "releases"),
                       (expire_once, "expiries")):  # fmt: skip
        while count := step(inst):
            setattr(done, name, getattr(done, name) + count)
    return done


# ------------------------------------------------------------------ bells


def look_once(inst: Installation) -> int:
    """Look at what rang; how many bells were claimed."""
    now = utc_now()
    with inst.database.read() as tx:
        bells = inbox.due(tx, now, AT_ONCE)
    claimed = [
        bell for bell in bells if inst.database.write(lambda tx, b=bell: inbox.claim(tx, b, now))
    ]  # type: ignore[misc]
    for bell in claimed:
        _answer(inst, bell)
    return len(claimed)


def _answer(inst: Installation, bell: Bell) -> None:
    with inst.database.read() as tx:
        shop = shops.get(tx, bell.merchant_id, bell.shop_id)
    after: Callable[[Connection], None]
    try:
        looking.look(inst, shop, bell.stream, bell.external_id)
        after = lambda tx: inbox.done(tx, bell)  # noqa: E731
    except TryLater as busy:
        why, wait = str(busy), busy.after
        after = lambda tx: inbox.again(tx, bell, why, utc_now(), wait)  # noqa: E731
    except AccessLost as lost:
        suspend(inst, shop, str(lost))
        return
    except LedgerBroken:
        raise
    except Exception as unforeseen:  # one bad order must not hold up the rest; the only such place
        after = _misfit(bell, shop, unforeseen)
    inst.database.write(after)


def _misfit(bell: Bell, shop: Shop, unforeseen: Exception) -> Callable[[Connection], None]:
    """An hour away and a task, with what may be said: our own sentences, else only the kind."""
    known = isinstance(unforeseen, StammkundeError)
    said = str(unforeseen) if known else type(unforeseen).__name__
    log.error("%s %s of %s: %s", bell.stream.value, bell.external_id, shop.slug, said)
    facts = {"what": f"{bell.stream.value} {bell.external_id}", "error": said}
    subject = f"{bell.stream.value}/{shop.slug}/{bell.external_id}"

    def work(tx: Connection) -> None:
        now = utc_now()
        inbox.misfit(tx, bell, said, now)
        tasks.open_task(tx, shop.merchant_id, "unreadable", subject, facts, now)

    return work


def suspend(inst: Installation, shop: Shop, why: str) -> None:
    """Stop asking a shop that refuses us, and say so where a person looks."""

    def work(tx: Connection) -> None:
        shops.suspend(tx, shop, why)
        facts = {"slug": shop.slug, "error": why}
        tasks.open_task(tx, shop.merchant_id, "access_lost", f"shop/{shop.slug}", facts, utc_now())

    inst.database.write(work)


# ------------------------------------------------------------------ the outbox


def work_once(inst: Installation) -> int:
    """Do what is due outside, one thing per lane at a time; how many were claimed."""
    now = utc_now()
    with inst.database.read() as tx:
        due = outbox.due(tx, now, AT_ONCE)
    claimed = [
        work for work in due if inst.database.write(lambda tx, w=work: outbox.claim(tx, w, now))
    ]  # type: ignore[misc]
    if claimed:
        with ThreadPoolExecutor(min(len(claimed), 8)) as pool:
            list(pool.map(lambda work: _do(inst, work), claimed))
    return len(claimed)


def _webhooks(inst: Installation, work: Work) -> None:
    with inst.database.read() as tx:
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
    inst.platform(shop).ensure_webhooks(f"{inst.config.url}/hooks/{shop.slug}")


KINDS: dict[str, Callable[[Installation, Work], None]] = {"webhooks": _webhooks}


def _do(inst: Installation, work: Work) -> None:
    after: Callable[[Connection], None]
    try:
        KINDS[work.kind](inst, work)
        after = lambda tx: outbox.done(tx, work, utc_now())  # noqa: E731
    except TryLater as busy:
        why, wait = str(busy), busy.after
        after = lambda tx: outbox.again(tx, work, why, utc_now(), wait)  # noqa: E731
    except (AccessLost, Refused, Unreadable) as no:
        why = str(no)
        log.error("%s: %s", work.kind, why)
        after = lambda tx: outbox.again(tx, work, why, utc_now(), 3600)  # noqa: E731
    inst.database.write(after)


# ------------------------------------------------------------------ time


def release_once(inst: Installation) -> int:
    """Make due pending points available; how many transfers that took."""
    now = utc_now()
    with inst.database.read() as tx:
        due = life.due_awards(tx, now, AT_ONCE)
    return sum(
        inst.database.write(lambda tx, m=m, s=s: life.release(tx, m, s, now), batch=True)  # type: ignore[misc]
        for m, s in due.items()
    )


def expire_once(inst: Installation) -> int:
    """Let lots expire whose day is over; how many did."""
    now = utc_now()
    with inst.database.read() as tx:
        due = life.due_lots(tx, now, AT_ONCE)
    return sum(
        inst.database.write(lambda tx, lot=lot: life.expire(tx, *lot, now), batch=True)  # type: ignore[misc]
        for lot in due
    )


def nightly(inst: Installation) -> None:
    """Reconcile every shop, seal every merchant's books, and prove what was written since."""
    with inst.database.read() as tx:
        living = [shop for shop in shops.every(tx) if not shop.suspended]
    for shop in living:
        _reading(inst, shop, lambda: sync.reconcile(inst, shop))  # noqa: B023
    for merchant_id in sorted({shop.merchant_id for shop in living}):
        inst.database.write(
            lambda tx, m=merchant_id: verify.take_seal(tx, m, utc_now()), batch=True
        )  # type: ignore[misc]
    prove(inst)


def prove(inst: Installation, *, full: bool = False) -> verify.Report:
    """Verify the books; what was proven is remembered, what contradicts is logged."""
    with inst.database.read() as tx:
        report = verify.run(tx, full=full)
    for finding in report.findings:
        log.critical("verify: %s %s %s", finding.what, finding.where, finding.detail)
    if report.ok:
        inst.database.write(lambda tx: verify.checkpoint(tx, report.proven), batch=True)
    return report


def sync_all(inst: Installation) -> None:
    """Read what every shop changed since we last asked: what webhooks lost, this finds."""
    with inst.database.read() as tx:
        living = [shop for shop in shops.every(tx) if not shop.suspended]
    for shop in living:
        _reading(inst, shop, lambda: sync.run(inst, shop))  # noqa: B023


def _reading(inst: Installation, shop: Shop, read: Callable[[], object]) -> None:
    try:
        read()
    except AccessLost as lost:
        suspend(inst, shop, str(lost))
    except (TryLater, Unreadable) as failed:
        log.warning("%s: %s", shop.slug, failed)


def tick(inst: Installation) -> None:
    """What the scheduler does each second."""
    done = run_due(inst)
    if any(asdict(done).values()):
        log.info("%s", done)


def start(inst: Installation) -> BackgroundScheduler:
    """The one scheduler of an embedded installation; stop it with `shutdown()`."""
    scheduler = BackgroundScheduler(timezone="UTC")
    options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": 3600}
    scheduler.add_job(tick, "interval", [inst], seconds=1, id="tick", **options)
    scheduler.add_job(
        sync_all, "interval", [inst], seconds=SYNC_EVERY.total_seconds(), id="sync", **options
    )
    scheduler.add_job(nightly, "cron", [inst], hour=2, minute=30, id="nightly", **options)
    scheduler.start()
    return scheduler
