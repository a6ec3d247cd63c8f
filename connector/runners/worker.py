"""A worker process: runs the lanes it is handed until it is told to stop, and then ends clean."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from procrastinate import App

from connector.installation import Installation
from connector.jobs import Pace
from connector.lanes import Lane
from connector.runners import engine, take_turn
from connector.values import MerchantId

THREADS = {engine.SHORT: 8, engine.LONG: 4}


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
        self._stopping = threading.Event()
        self._stop: Callable[[], object] = self._stopping.set

    def run(self, *, on_signals: bool = True) -> None:
        """Work until `stop()`, or with `on_signals` until SIGTERM or Ctrl-C. Raises TryLater where the
        database is lost: whoever watches over us starts us again."""
        with engine.lost_database():
            asyncio.run(self._run(on_signals=on_signals))

    def stop(self) -> None:
        """Finish the one thing each lane is at, and give back the rest. From any thread."""
        self._stopping.set()
        self._stop()

    async def _run(self, *, on_signals: bool) -> None:
        loop = asyncio.get_running_loop()
        # The default has as many threads as cores; ours wait for shops, not for cores.
        loop.set_default_executor(ThreadPoolExecutor(sum(THREADS.values()), "lane"))
        app = engine.app_of(self._inst.database)
        app.task(name=engine.TASK)(self._take_turn)
        async with app.open_async():
            running = [asyncio.create_task(self._serve(app, queue)) for queue in THREADS]
            over = partial(self._end, running)
            self._stop = partial(loop.call_soon_threadsafe, over)
            if on_signals:
                for name in (signal.SIGINT, signal.SIGTERM):
                    loop.add_signal_handler(name, over)
            if self._stopping.is_set():
                over()
            try:
                # One that fails ends both: half a worker looks alive and is not.
                await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
            finally:
                self._stop = self._stopping.set
                over()
            for ended in await asyncio.gather(*running, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended

    def _end(self, running: list[asyncio.Task[None]]) -> None:
        self._stopping.set()
        for queue in running:
            queue.cancel()  # fetches no more, and waits for what runs

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
