"""Each second the one scheduler hands over every lane in which something is due, also what was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import DBAPIError

from connector import lanes, rounds
from connector.errors import StammkundeError, said_of
from connector.installation import Installation, utc_now
from connector.runners import JobRunner
from connector.runners.election import Election, SessionLock

TICK, PLAN = 1.0, 60.0

log = logging.getLogger("stammkunde")


class Scheduler:
    """Hands over what is due while it is the elected one. `chores`: more to do, each so many seconds."""

    def __init__(
        self,
        inst: Installation,
        runner: JobRunner,
        election: Election,
        chores: tuple[tuple[Callable[[], object], float], ...] = (),
    ) -> None:
        self._inst, self._runner, self._election = inst, runner, election
        self._clock = BackgroundScheduler(timezone="UTC")
        for do, seconds in ((self.tick, TICK), (self.plan, PLAN), *chores):
            # One at a time, and what was missed is made up for once.
            self._clock.add_job(
                partial(self._if_elected, do), "interval", seconds=seconds, max_instances=1,
                coalesce=True, misfire_grace_time=3600, next_run_time=utc_now(),
            )  # fmt: skip

    def start(self) -> None:
        self._clock.start()

    def stop(self) -> None:
        self._clock.shutdown()
        self._election.resign()

    def tick(self) -> None:
        with self._inst.database.read() as tx:
            due = lanes.due(tx, utc_now())
        self._runner.hint(due)

    def plan(self) -> None:
        rounds.plan(self._inst)

    def _if_elected(self, do: Callable[[], object]) -> None:
        try:
            if self._election.is_won():
                do()
        except (DBAPIError, StammkundeError) as failed:  # the next second may be better
            log.warning("the scheduler could not look: %s", said_of(failed))


def for_workers(inst: Installation, stalled: float | None = None) -> Scheduler:
    """The scheduler of an installation with workers: it also frees the lanes of those that died."""
    from connector.runners import engine

    log.info("this process stands by to be the scheduler")
    after = stalled or engine.STALLED
    chores = ((partial(engine.rescue, inst.database, after), after / 3),)
    return Scheduler(inst, engine.Workers(inst.database), SessionLock(inst.database), chores)
