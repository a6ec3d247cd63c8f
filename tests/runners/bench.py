"""What the tests of runners share: an installation, lanes, things to do, and a file as witness.

What is done appends a line with O_APPEND: outside the database, so that nothing rolls it back, and
whole even from many processes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from connector import jobs, outbox
from connector.config import Config
from connector.db import Database
from connector.installation import Installation, utc_now
from connector.keys import Keys
from connector.lanes import Lane
from connector.outbox import Work
from connector.values import MerchantId
from tests.make import M

PATIENCE = 90.0
"""Seconds until a test that waits gives up; a working one needs a fraction."""


def installation(database: Database, keys: Keys, folder: Path) -> Installation:
    config = Config(folder, str(database.url), (), "http://127.0.0.1:8710")
    return Installation(config, database, keys)


def witness(file: Path, line: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def seen(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def until(is_so: Callable[[], object]) -> None:
    """Wait for something to become so; the assertion after it says what was missing."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not is_so() and time.monotonic() < end:
        pause.wait(0.02)


def lane(name: str, merchant_id: MerchantId = M) -> Lane:
    return Lane(merchant_id, name)


def wish(database: Database, *keys: str, of: Lane, kind: str = "append", **args: str) -> None:
    """Write in one transaction that these are to be done."""
    now = utc_now()

    def work(tx: object) -> None:
        for key in keys:
            outbox.add(tx, of.merchant_id, key=key, lane=of.name, kind=kind,  # type: ignore[arg-type]
                       args={"key": key, **args}, due_at=now)  # fmt: skip

    database.write(work)


def append(_inst: Installation, work: Work) -> None:
    """Leaves a line in the file that `file` names."""
    witness(Path(work.args["file"]), work.args["key"])


def hang_once(inst: Installation, work: Work) -> None:
    """Begins, and the first time never ends: as long as its process lives."""
    begun_before = f"began/{work.args['key']}" in seen(Path(work.args["file"]))
    witness(Path(work.args["file"]), f"began/{work.args['key']}")
    if not begun_before:
        threading.Event().wait()
    append(inst, work)


def slow_append(inst: Installation, work: Work) -> None:
    threading.Event().wait(0.05)
    append(inst, work)


def fail(_inst: Installation, work: Work) -> None:
    raise KeyError(work.args["key"])


KINDS: dict[str, jobs.Doing] = {
    "append": append,
    "slow_append": slow_append,
    "hang_once": hang_once,
    "fail": fail,
}
"""What tests have done; `jobs.KINDS` learns it for as long as a test or its process lasts."""
