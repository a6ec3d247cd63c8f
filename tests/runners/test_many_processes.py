"""The big run: four web processes, two schedulers, two workers, and every job is done exactly once.

STAMMKUNDE_JOBS or STAMMKUNDE_ROUNDS say how many jobs; `make soak` comes to 10,000.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from connector.installation import Installation
from connector.runners import election
from connector.tables import outbox
from tests.conftest import ROUNDS
from tests.faults.run import ROOT
from tests.runners import bench
from tests.runners.conftest import STALLED, surroundings

JOBS = int(os.environ.get("STAMMKUNDE_JOBS") or min(500 * ROUNDS, 10_000))
A_DELIVERY = 50
WEB_PROCESSES = 4
LONGEST = 600.0

pytestmark = pytest.mark.postgres


@contextmanager
def process(*arguments: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends on SIGTERM, as an operator would have it, and then well."""
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | env) as started:
        try:
            yield started
        finally:
            started.terminate()
            ended = started.wait(bench.PATIENCE)
    assert ended in (0, -9)  # -9: the test killed it


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def web(application: str, env: dict[str, str]) -> Iterator[str]:
    """As `stammkunde web` starts it, with one more address."""
    bind = f"127.0.0.1:{free_port()}"
    with process("gunicorn", f"tests.runners.web:{application}()", "--bind", bind, "--workers",
                 str(WEB_PROCESSES), "--threads", "8", "--log-level", "warning", env=env):  # fmt: skip
        bench.until(lambda: len(bench.seen(Path(env["BENCH_PROCESSES"]))) == WEB_PROCESSES)
        yield f"http://{bind}"


def left(inst: Installation) -> int:
    with inst.database.read() as tx:
        asked = select(func.count()).select_from(outbox).where(outbox.c.done_at.is_(None))
        return int(tx.execute(asked).scalar_one())


def deliver(url: str, file: Path) -> None:
    """Many at once, as shops do."""

    def one(first: int) -> None:
        ask = f"{url}/wish/{first}/{A_DELIVERY}?file={file}"
        urllib.request.urlopen(urllib.request.Request(ask, method="POST"), timeout=60).read()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(0, JOBS, A_DELIVERY)))


def scheduler_of(inst: Installation) -> int:
    """The process that is the scheduler; 0 while there is none."""
    with inst.database.read() as tx:
        who = election.elected(tx)
    return int(who.name.rpartition(":")[2]) if who else 0


def test_every_job_is_done_once_by_many_processes_though_the_scheduler_is_killed(
    inst: Installation, tmp_path: Path
) -> None:
    env, file = surroundings(inst, tmp_path), tmp_path / "witness"
    with ExitStack() as stack:
        parts = [
            stack.enter_context(
                process("tests.runners.process", part, "120", str(STALLED), env=env)
            )
            for part in ("scheduler", "scheduler", "worker", "worker")
        ]
        address = stack.enter_context(web("app", env))
        bench.until(lambda: scheduler_of(inst))
        first = scheduler_of(inst)
        began = time.monotonic()
        deliver(address, file)
        next(part for part in parts if part.pid == first).kill()
        while left(inst) and time.monotonic() < began + LONGEST:
            time.sleep(0.1)
        took = time.monotonic() - began
        bench.until(lambda: scheduler_of(inst) not in (0, first))
        second = scheduler_of(inst)
    done = Counter(bench.seen(file))
    print(f"{JOBS} jobs in {took:.1f} s, {JOBS / took:.0f} a second")

    assert set(done.values()) == {1}
    assert done.keys() == {str(n) for n in range(JOBS)}
    assert {first, second} == {parts[0].pid, parts[1].pid}


def test_the_web_command_answers_and_ends_clean(inst: Installation, tmp_path: Path) -> None:
    port = free_port()
    answers: list[bytes] = []

    def healthy() -> bool:
        try:
            asked = urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60)
        except OSError:
            return False  # not there yet
        with asked:
            answers.append(asked.read())
        return True

    command = ("connector", "web", "--port", str(port), "--processes", "2")
    with process(*command, env=surroundings(inst, tmp_path)):
        bench.until(healthy)

    assert b'"ok":true' in answers[0].replace(b" ", b"")


def test_a_scheduler_in_each_web_process_does_jobs_several_times(
    inst: Installation, tmp_path: Path
) -> None:
    """The control: without election and claim the run above would fail."""
    env, file = surroundings(inst, tmp_path), tmp_path / "witness"
    with web("naive", env):
        bench.wish(inst.database, *map(str, range(20)), of=bench.lane("a"), file=str(file))
        bench.until(lambda: left(inst) == 0)

    assert max(Counter(bench.seen(file)).values()) > 1
