"""Web processes for the big run: the real application and one more address, at which jobs are wished for."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, request
from sqlalchemy import select, update

from connector.config import Config
from connector.installation import Installation, open_installation, utc_now
from connector.runners import engine
from connector.tables import outbox
from connector.web import wsgi
from tests.runners import bench

LANES = 40


def app() -> Flask:
    """Every fifth delivery loses its hints: the scheduler has to find what it brought."""
    application = wsgi.app()
    bench.witness(Path(os.environ["BENCH_PROCESSES"]), str(os.getpid()))
    database = open_installation(Config.from_env(os.environ)).database
    runner = engine.Workers(database)

    @application.post("/wish/<int:first>/<int:count>")
    def wish(first: int, count: int) -> str:
        lanes = {bench.lane(f"lane-{n % LANES}") for n in range(first, first + count)}
        for of in sorted(lanes):
            keys = [f"{n}" for n in range(first, first + count) if of.name == f"lane-{n % LANES}"]
            bench.wish(database, *keys, of=of, file=request.args["file"])
        if first // count % 5:
            runner.hint(lanes)
        return ""

    return application


def naive() -> Flask:
    """The control: as it is often done, a scheduler in each web process, and a look before the deed."""
    inst = open_installation(Config.from_env(os.environ))
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(_naive_tick, "interval", [inst], seconds=0.2, max_instances=1, coalesce=True)
    scheduler.start()
    bench.witness(Path(os.environ["BENCH_PROCESSES"]), str(os.getpid()))
    return Flask("naive")


def _naive_tick(inst: Installation) -> None:
    with inst.database.read() as tx:
        due = tx.execute(select(outbox).where(outbox.c.done_at.is_(None))).all()
    for row in due:
        bench.witness(Path(row.args["file"]), row.args["key"])
        threading.Event().wait(0.05)  # asking a shop takes a moment
        done = update(outbox).where(outbox.c.merchant_id == row.merchant_id, outbox.c.id == row.id)
        inst.database.write(lambda tx, done=done: tx.execute(done.values(done_at=utc_now())))  # type: ignore[misc]
