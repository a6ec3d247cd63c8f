"""`web`, `worker`, `scheduler`, `jobs`: an installation of several processes, and what waits in it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from connector import logs, waiting
from connector.cli.common import answer, as_json, installation
from connector.config import Config
from connector.installation import Installation, utc_now
from connector.runners import scale


@contextmanager
def _ready(*packages: str) -> Iterator[Installation]:
    config = Config.from_env(os.environ)
    scale.require(config, "procrastinate", *packages)
    from connector.runners import engine

    logs.to_stderr()
    with installation(config) as inst:
        engine.require_tables(inst.database)
        yield inst


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8710, show_default=True)
@click.option("--processes", default=4, show_default=True, help="Web processes.")
@click.option("--threads", default=8, show_default=True, help="Threads in each of them.")
def web(host: str, port: int, processes: int, threads: int) -> None:
    """Answer shops and widgets from several processes (PostgreSQL); jobs are the workers' business."""
    with _ready("gunicorn"):
        pass  # what is missing is said here, once, and not by each process
    command = ["-m", "gunicorn", "connector.web.wsgi:app()", "--bind", f"{host}:{port}",
               "--workers", str(processes), "--threads", str(threads)]  # fmt: skip
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606


@click.command()
def worker() -> None:
    """Do what is due, beside other workers (PostgreSQL). Ends clean on SIGTERM."""
    with _ready() as inst:
        from connector.runners.worker import Worker

        Worker(inst).run()


@click.command()
def scheduler() -> None:
    """Hand over to the workers what is due; start two, one stands by (PostgreSQL)."""
    with _ready() as inst:
        from connector.runners.scheduler import for_workers

        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        running = for_workers(inst)
        running.start()
        stop.wait()
        running.stop()


@click.command("jobs")
@as_json
def show_jobs(as_json: bool) -> None:
    """Show what waits and what failed, lane by lane, and who is the scheduler."""
    with installation() as inst, inst.database.read() as tx:
        found = waiting.of(tx, utc_now())
    answer(waiting.plain(found), as_json, lambda: waiting.table(found))
