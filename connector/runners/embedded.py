"""Embedded mode: lanes run in threads of this process, and its scheduler hands them over."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from connector.installation import Installation
from connector.jobs import Pace
from connector.lanes import Lane
from connector.runners import take_turn
from connector.runners.election import election_of
from connector.runners.scheduler import Scheduler

THREADS, LONG_THREADS = 8, 4


class Embedded:
    """A JobRunner of threads. Walks and books have threads of their own: bells never wait for them."""

    def __init__(self, inst: Installation, pace: Pace = Pace()) -> None:  # noqa: B008  frozen
        self._inst, self._pace = inst, pace
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._waiting: set[Lane] = set()
        self._running: dict[Lane, bool] = {}  # True: was hinted at again meanwhile
        self._pools = ThreadPoolExecutor(THREADS, "lane"), ThreadPoolExecutor(LONG_THREADS, "long")

    def hint(self, lanes: Collection[Lane]) -> None:
        with self._lock:
            for lane in lanes:
                if lane in self._running:
                    self._running[lane] = True
                elif lane not in self._waiting and not self._stopping.is_set():
                    self._waiting.add(lane)
                    self._pools[lane.is_long].submit(self._run, lane)

    def _run(self, lane: Lane) -> None:
        with self._lock:
            self._waiting.discard(lane)
            self._running[lane] = False
        left = take_turn(self._inst, lane, self._pace, self._stopping)
        with self._lock:
            left |= self._running.pop(lane)
        if left:
            self.hint([lane])

    def close(self) -> None:
        """Finish the one thing each lane is at, and no more."""
        self._inst.stopping.set()
        with self._lock:
            self._stopping.set()
        for pool in self._pools:
            pool.shutdown(cancel_futures=True)


class Running:
    """Runner and scheduler of one process; stop them with `shutdown()`."""

    def __init__(self, inst: Installation, pace: Pace = Pace()) -> None:  # noqa: B008  frozen
        self._runner = Embedded(inst, pace)
        self._scheduler = Scheduler(inst, self._runner, election_of(inst.database))
        self._inst = inst
        inst.runner = self._runner
        self._scheduler.start()

    def shutdown(self) -> None:
        self._scheduler.stop()
        self._inst.runner = None
        self._runner.close()


def start(inst: Installation) -> Running:
    """Let this process do what is due, until `shutdown()`."""
    return Running(inst)
