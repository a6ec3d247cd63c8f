"""A worker process: runs the lanes it is handed until it is told to stop, and then ends clean."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from procrastinate import App

from connector.errors import TryLater
from connector.installation import Installation
from connector.jobs import Pace
from connector.lanes import Lane
from connector.runners import engine, take_turn
from connector.values import MerchantId

THREADS = {engine.SHORT: 8, engine.LONG: 4}
AGAIN = 2.0
"""Seconds until a worker that lost its database looks for it again."""

log = logging.getLogger("stammkunde")


class Worker:
    """Two queues, so that walks and books never take the place of bells."""

    def __init__(
        self,
        inst: Installation,
        pace: Pace = Pace(),  # noqa: B008  frozen
        stalled: float = engine.STALLED,
    ) -> None:
        self._inst, self._pace, self._stalled = inst, pace, stalled
        self._runner = engine.Workers(inst.database)
        self._told = threading.Event()
        self._stopping = self._told
        self._wake: Callable[[], object] = self._told.set

    def run(self, *, on_signals: bool = True) -> None:
        """Work until `stop()`, with `on_signals` also until SIGTERM or Ctrl-C; begin anew where the
        database was lost, or where others took us for dead."""
        if on_signals:
            for name in (signal.SIGINT, signal.SIGTERM):
                signal.signal(name, lambda *_: self.stop())
        log.info("the worker is ready")
        while not self._told.is_set():
            try:
                with engine.lost_database():
                    asyncio.run(self._run())
            except TryLater as lost:
                log.warning("%s", lost)
                self._told.wait(AGAIN)

    def stop(self) -> None:
        """Finish the one thing each lane is at, and give back the rest. From any thread."""
        self._told.set()
        self._inst.stopping.set()
        self._wake()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        # The default has as many threads as cores; ours wait for shops, not for cores.
        loop.set_default_executor(ThreadPoolExecutor(sum(THREADS.values()), "lane"))
        app = engine.app_of(self._inst.database)
        app.task(name=engine.TASK)(self._take_turn)
        self._stopping = threading.Event()
        async with app.open_async():
            queues = [asyncio.create_task(self._serve(app, queue)) for queue in THREADS]
            told = asyncio.Event()
            self._wake = partial(loop.call_soon_threadsafe, told.set)
            if self._told.is_set():
                told.set()
            waits = asyncio.create_task(told.wait())
            # One queue that ends ends both: half a worker looks alive and is not.
            await asyncio.wait([*queues, waits], return_when=asyncio.FIRST_COMPLETED)
            self._wake = self._told.set
            await self._end(queues, waits)

    async def _end(self, queues: Sequence[asyncio.Task[None]], waits: asyncio.Task[Any]) -> None:
        self._stopping.set()
        for one in (*queues, waits):
            one.cancel()  # a queue then fetches no more, and waits for what runs
        ended = await asyncio.gather(*queues, waits, return_exceptions=True)
        for failed in ended:
            if isinstance(failed, Exception):
                raise failed
        if not self._told.is_set():
            raise TryLater("The engine stopped by itself; it begins anew.")

    async def _serve(self, app: App, queue: str) -> None:
        await app.run_worker_async(
            queues=[queue],
            concurrency=THREADS[queue],
            install_signal_handlers=False,
            fetch_job_polling_interval=1.0,  # a lane whose lock was freed is found by looking only
            delete_jobs="always",
            update_heartbeat_interval=self._stalled / 3,
            stalled_worker_timeout=self._stalled,
        )

    def _take_turn(self, merchant_id: str, name: str) -> None:
        lane = Lane(MerchantId(merchant_id), name)
        if take_turn(self._inst, lane, self._pace, self._stopping):
            self._runner.hint([lane])
