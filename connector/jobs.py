"""Work by the clock and from the inbox and outbox; the state is in the database, a run is only a hint.

Everything here may run twice, late or beside itself: claims are conditional updates with an end, and
what they lead to converges.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection

from connector import inbox, life, looking, outbox, seals, shops, sync, tasks, verify
from connector.errors import AccessLost, LedgerBroken, StammkundeError, TryLater
from connector.inbox import Bell
from connector.installation import Installation, utc_now
from connector.outbox import Work
from connector.shops import Shop

AT_ONCE = 50
THREADS = 8
LONGEST_PAUSE = 5.0
SYNC_EVERY = timedelta(minutes=5)

log = logging.getLogger("stammkunde")
T = TypeVar("T")


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
    """Look at what rang, shops side by side, one thing of a shop at a time; how many were looked at."""
    now = utc_now()
    with inst.database.read() as tx:
        bells = inbox.due(tx, now, AT_ONCE)
    lanes: dict[str, list[Bell]] = {}
    for bell in bells:
        lanes.setdefault(bell.shop_id, []).append(bell)
    return sum(_side_by_side(lanes.values(), lambda lane: _answer_all(inst, lane)))


def _side_by_side(items: Collection[T], work: Callable[[T], int]) -> list[int]:
    if not items:
        return []
    with ThreadPoolExecutor(min(len(items), THREADS)) as pool:
        return list(pool.map(work, items))


def _answer_all(inst: Installation, bells: Sequence[Bell]) -> int:
    """Each is claimed when its turn comes: claimed all at once, the last would be anybody's again."""
    answered = 0
    for bell in bells:
        if inst.database.write(partial(inbox.claim, bell=bell, now=utc_now())):
            _answer(inst, bell)
            answered += 1
    return answered


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
    except Exception as unforeseen:  # one bad order must not hold up the rest
        after = _misfit(bell, shop, unforeseen)
    inst.database.write(after)


def _said(unforeseen: Exception) -> str:
    """What may be said of it: our own sentences, else only the kind; the rest may name a person."""
    known = isinstance(unforeseen, StammkundeError)
    return str(unforeseen) if known else type(unforeseen).__name__


def _misfit(bell: Bell, shop: Shop, unforeseen: Exception) -> Callable[[Connection], None]:
    """An hour away, and a task."""
    said = _said(unforeseen)
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
    return sum(_side_by_side(due, lambda work: _do(inst, work)))


def _webhooks(inst: Installation, work: Work) -> None:
    with inst.database.read() as tx:
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
    inst.platform(shop).ensure_webhooks(f"{inst.config.url}/hooks/{shop.slug}")


KINDS: dict[str, Callable[[Installation, Work], None]] = {"webhooks": _webhooks}


def _do(inst: Installation, work: Work) -> int:
    if not inst.database.write(partial(outbox.claim, work=work, now=utc_now())):
        return 0
    try:
        KINDS[work.kind](inst, work)
    except TryLater as busy:
        _later(inst, work, str(busy), busy.after)
    except LedgerBroken:
        raise
    except Exception as unforeseen:  # one thing that fails must not hold up the rest
        said = _said(unforeseen)
        log.error("%s: %s", work.kind, said)
        _later(inst, work, said, 3600)
    else:
        inst.database.write(lambda tx: outbox.done(tx, work, utc_now()))
    return 1


def _later(inst: Installation, work: Work, error: str, after: float | None) -> None:
    inst.database.write(lambda tx: outbox.again(tx, work, error, utc_now(), after))


# ------------------------------------------------------------------ time


def release_once(inst: Installation) -> int:
    """Make due pending points available; how many transfers that took."""
    now = utc_now()
    with inst.database.read() as tx:
        due = life.due_awards(tx, now, AT_ONCE)
    return sum(
        inst.database.write(
            partial(life.release, merchant_id=merchant_id, subjects=subjects, now=now), batch=True
        )
        for merchant_id, subjects in due.items()
    )


def expire_once(inst: Installation) -> int:
    """Let lots expire whose day is over; how many did."""
    now = utc_now()
    with inst.database.read() as tx:
        due = life.due_lots(tx, now, AT_ONCE)
    return sum(
        inst.database.write(
            partial(life.expire, merchant_id=m, member_id=id_, expires_on=day, now=now), batch=True
        )
        for m, id_, day in due
    )


def nightly(inst: Installation) -> None:
    """Reconcile every shop, seal every merchant's books, and prove what was written since."""
    with inst.database.read() as tx:
        living = [shop for shop in shops.every(tx) if not shop.suspended]
    for shop in living:
        _reading(inst, shop, partial(_learn_facts, inst, shop))
        _reading(inst, shop, partial(sync.reconcile, inst, shop, sleep=_briefly))
    for merchant_id in sorted({shop.merchant_id for shop in living}):
        inst.database.write(partial(seals.take, merchant_id=merchant_id, now=utc_now()), batch=True)
    prove(inst)


def _briefly(seconds: float) -> None:
    """A job waits a moment, not minutes: it would hold up the end of the process, and what was read
    is saved, so that the next run goes on from there."""
    if seconds > LONGEST_PAUSE:
        raise TryLater(f"The shop asks for a pause of {seconds:.0f} seconds.", seconds)
    time.sleep(seconds)


def _learn_facts(inst: Installation, shop: Shop) -> None:
    """Shops move: another zone, another name, prices shown with or without tax."""
    facts = inst.platform(shop).facts()
    inst.database.write(partial(shops.keep_facts, one=shop, facts=facts), batch=True)


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
        _reading(inst, shop, partial(sync.run, inst, shop, sleep=_briefly))


def _reading(inst: Installation, shop: Shop, read: Callable[[], object]) -> None:
    try:
        read()
    except AccessLost as lost:
        suspend(inst, shop, str(lost))
    except LedgerBroken:
        raise
    except Exception as failed:  # one shop must not hold up the others, nor the seal of the night
        log.warning("%s: %s", shop.slug, _said(failed))


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
        sync_all,
        "interval",
        [inst],
        seconds=SYNC_EVERY.total_seconds(),
        id="sync",
        next_run_time=utc_now(),  # whatever happened while we were not there comes first
        **options,
    )
    scheduler.add_job(nightly, "cron", [inst], hour=2, minute=30, id="nightly", **options)
    scheduler.start()
    return scheduler
