"""Doing what is due in a lane, one thing after the other; the state is in the database.

Everything here may run twice, late or beside itself: claims are conditional updates with an end, and
what they lead to converges. Who runs a lane, and when, is the business of `runners`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from connector import (
    clockwork,
    forgetting,
    handover,
    inbox,
    lanes,
    looking,
    outbox,
    reservations,
    rounds,
    shops,
    tasks,
)
from connector.errors import AccessLost, LedgerBroken, TryLater, said_of
from connector.inbox import Bell
from connector.installation import Installation, utc_now
from connector.lanes import Lane
from connector.outbox import Work
from connector.port import HasCompanion
from connector.rounds import prove, suspend
from connector.shops import Shop
from connector.values import ShopId

__all__ = ["Done", "Pace", "nightly", "prove", "run_due", "run_lane", "sync_all"]

WORKS_AT_ONCE, BELLS_AT_ONCE = 10, 20
"""How many of one kind a lane does before it looks for the other."""
THREADS = 8
PATIENCE = 5
"""Tries, in about a quarter of an hour, after which a person is told of what a shop owes somebody."""
WHILE_REFUSED = 3600
"""Seconds after which a shop that refuses us is asked again for what it owes somebody."""

log = logging.getLogger("stammkunde")


@dataclass(frozen=True, slots=True)
class Pace:
    """`lease`: after how long a dead man's work is anybody's. `turn`: how many seconds a lane may go
    on before it goes to the end of the queue."""

    lease: timedelta = inbox.LEASE
    turn: float = 10.0


@dataclass(slots=True)
class Done:
    """How much of each kind was done; `failures`: releases and expiries that were put aside."""

    looks: int = 0
    works: int = 0
    releases: int = 0
    expiries: int = 0
    failures: int = 0

    def count(self) -> int:
        return self.looks + self.works + self.releases + self.expiries + self.failures

    def add(self, other: Done) -> None:
        self.looks += other.looks
        self.works += other.works
        self.releases += other.releases
        self.expiries += other.expiries
        self.failures += other.failures


class Turn:
    """A lane's turn: it ends with its time, or when the process is to stop."""

    def __init__(self, pace: Pace, stopping: threading.Event | None = None) -> None:
        self.pace = pace
        self.done = Done()
        self._stopping = stopping or threading.Event()
        self._until = time.monotonic() + pace.turn

    def is_over(self) -> bool:
        return self._stopping.is_set() or time.monotonic() > self._until


def run_due(inst: Installation) -> Done:
    """Do everything that is due now, lanes side by side, then stop."""
    done = Done()
    while True:
        with inst.database.read() as tx:
            due = lanes.due(tx, utc_now())
        if not due:
            return done
        with ThreadPoolExecutor(min(len(due), THREADS)) as pool:
            turns = list(pool.map(partial(run_lane, inst), due))
        if not any(did.count() for did, _ in turns):
            return done  # somebody else is at it
        for did, _ in turns:
            done.add(did)


def sync_all(inst: Installation) -> Done:
    """Catch up with every shop now."""
    rounds.ring(inst, "sync")
    return run_due(inst)


def nightly(inst: Installation) -> Done:
    """Do the night's work now: look at every recent order, seal and prove the books, warn."""
    rounds.ring(inst, "reconcile", "books", "ends")
    return run_due(inst)


def run_lane(
    inst: Installation,
    lane: Lane,
    pace: Pace = Pace(),
    stopping: threading.Event | None = None,
) -> tuple[Done, bool]:
    """Do what is due in a lane while its turn lasts; what was done, and whether something is left."""
    turn = Turn(pace, stopping)
    while not turn.is_over():
        before = turn.done.count()
        _do_some(inst, lane, turn)
        if lane.rings is not None:
            _answer_some(inst, lane, turn)
        if lane.name == lanes.POINTS:
            _let_time_pass(inst, lane, turn.done)
        if turn.done.count() == before:
            return turn.done, False
    return turn.done, True


def _let_time_pass(inst: Installation, lane: Lane, done: Done) -> None:
    released, failed = clockwork.release_some(inst, lane.merchant_id)
    expired, failed_too = clockwork.expire_some(inst, lane.merchant_id)
    done.add(Done(releases=released, expiries=expired, failures=failed + failed_too))


# ------------------------------------------------------------------ bells


def _answer_some(inst: Installation, lane: Lane, turn: Turn) -> None:
    """Each is claimed when its turn comes: claimed all at once, the last would be anybody's again."""
    if lane.rings is None:
        return
    with inst.database.read() as tx:
        bells = inbox.due(tx, lane.merchant_id, lane.rings, utc_now(), BELLS_AT_ONCE)
    for bell in bells:
        if turn.is_over():
            return
        claim = partial(inbox.claim, bell=bell, now=utc_now(), lease=turn.pace.lease)
        if inst.database.write(claim):
            turn.done.looks += 1
            if not _answer(inst, bell):
                return


def _answer(inst: Installation, bell: Bell) -> bool:
    """False where the shop refuses us: its other bells wait until somebody repaired that."""
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
        return False
    except LedgerBroken:
        raise
    except Exception as unforeseen:  # one bad order must not hold up the rest
        after = _misfit(bell, shop, unforeseen)
    inst.database.write(after)
    return True


def _misfit(bell: Bell, shop: Shop, unforeseen: Exception) -> Callable[[Connection], None]:
    """An hour away, and a task."""
    said = said_of(unforeseen)
    log.error("%s %s of %s: %s", bell.stream.value, bell.external_id, shop.slug, said)
    facts = {"what": f"{bell.stream.value} {bell.external_id}", "error": said}
    subject = f"{bell.stream.value}/{shop.slug}/{bell.external_id}"

    def work(tx: Connection) -> None:
        now = utc_now()
        inbox.misfit(tx, bell, said, now)
        tasks.open_task(tx, shop.merchant_id, "unreadable", subject, facts, now)

    return work


# ------------------------------------------------------------------ the outbox


def _webhooks(inst: Installation, work: Work) -> None:
    with inst.database.read() as tx:
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
    inst.platform(shop).ensure_webhooks(f"{inst.config.url}/hooks/{shop.slug}")


def _companion(inst: Installation, work: Work) -> None:
    with inst.database.read() as tx:
        shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
    platform = inst.platform(shop)
    if isinstance(platform, HasCompanion):
        platform.ensure_companion(inst.config.url, shop.slug)


def _reservation(inst: Installation, work: Work) -> datetime | None:
    shop_id, cart = ShopId(work.args["shop_id"]), work.args["cart"]
    return inst.database.write(
        lambda tx: reservations.release_over(tx, work.merchant_id, shop_id, cart, utc_now())
    )


def _at_the_shop(doing: Doing) -> Doing:
    """What a shop must do waits while it refuses us; a person is told, and nothing is lost."""

    def do(inst: Installation, work: Work) -> datetime | None:
        try:
            due_at = doing(inst, work)
        except AccessLost as lost:
            with inst.database.read() as tx:
                shop = shops.get(tx, work.merchant_id, work.args["shop_id"])
            suspend(inst, shop, str(lost))
            raise TryLater(str(lost), WHILE_REFUSED) from lost
        except LedgerBroken:
            raise
        except Exception as failed:  # whose points wait that long does not wait unseen
            if work.tries >= PATIENCE:
                _stuck(inst, work, said_of(failed))
            raise
        if work.tries >= PATIENCE:
            _stuck(inst, work, "")
        return due_at

    return do


def _stuck(inst: Installation, work: Work, error: str) -> None:
    """Open the task that somebody's voucher does not get on; without an error close it."""
    name = f"{work.kind}/{work.args['voucher_id']}"

    def unit(tx: Connection) -> None:
        if error:
            facts = {"what": name, "error": error}
            tasks.open_task(tx, work.merchant_id, "stuck", name, facts, utc_now())
        else:
            tasks.settle_all(tx, work.merchant_id, [("stuck", name)], utc_now())

    inst.database.write(unit)


Doing = Callable[[Installation, Work], datetime | None]
"""Does it; gives when it comes round again, or None where it is done for good."""

KINDS: dict[str, Doing] = {
    "webhooks": _webhooks,
    "companion": _companion,
    "release": clockwork.again,
    "expire": clockwork.again,
    "reservation": _reservation,
    "voucher": _at_the_shop(handover.make),
    "voucher_back": _at_the_shop(handover.bring_back),
    "inactive": clockwork.again,
    "forget": forgetting.forget,
    **rounds.KINDS,
}


def _do_some(inst: Installation, lane: Lane, turn: Turn) -> None:
    """Do what has waited longest outside, one thing after the other."""
    with inst.database.read() as tx:
        works = outbox.due(tx, lane.merchant_id, lane.name, utc_now(), WORKS_AT_ONCE)
    lease = turn.pace.lease
    for work in works:
        claim = partial(outbox.claim, work=work, now=utc_now(), lease=lease)
        if turn.is_over() or not inst.database.write(claim):
            return  # another runner is in this lane
        with _kept(inst, work, lease):
            after = _done(inst, work)
        inst.database.write(after)
        turn.done.works += 1


def _done(inst: Installation, work: Work) -> Callable[[Connection], object]:
    """Do it; gives what is to be written of it."""
    try:
        due_at = KINDS[work.kind](inst, work)
    except TryLater as busy:
        return partial(_later, work=work, error=str(busy), after=busy.after)
    except LedgerBroken:
        raise
    except Exception as unforeseen:  # one thing that fails must not hold up the rest
        said = said_of(unforeseen)
        log.error("%s: %s", work.kind, said)
        return partial(_later, work=work, error=said, after=3600)
    if due_at is not None:
        return partial(outbox.next_time, work=work, due_at=due_at)
    return lambda tx: outbox.done(tx, work, utc_now())


def _later(tx: Connection, *, work: Work, error: str, after: float | None) -> None:
    outbox.again(tx, work, error, utc_now(), after)


@contextmanager
def _kept(inst: Installation, work: Work, lease: timedelta) -> Iterator[None]:
    """Stay its owner while we live: a walk through a shop may take longer than a lease."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(lease.total_seconds() / 3):
            try:
                inst.database.write(lambda tx: outbox.keep(tx, work, utc_now(), lease))
            except (DBAPIError, TryLater) as failed:
                log.warning("%s: the claim could not be kept (%s)", work.kind, said_of(failed))

    keeper = threading.Thread(target=keep, name="keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
