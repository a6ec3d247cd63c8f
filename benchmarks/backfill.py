"""Reading a shop's past over HTTP: ours with rules, ledger, lots and explanations, dlt's plain load."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import Contest, Done, Run, contest

ORDERS, ROUNDS = 10_000, 3
OURS, FLOOR, DLT = "Stammkunde", "fetched, parsed, forgotten", "dlt into SQLite"
READERS = {OURS: "ours", FLOOR: "parsed", DLT: "dlt"}


def contests(folder: Path) -> list[Contest]:
    with shop(ORDERS) as address:
        names = [name for name in READERS if name != DLT or importlib.util.find_spec("dlt")]
        result = contest(
            "reading a shop over HTTP", "orders", ROUNDS, FLOOR,
            {name: prepared(name, address, folder, ORDERS) for name in names},
        )  # fmt: skip
    return [result]


@contextmanager
def shop(orders: int) -> Iterator[str]:
    """A shop with that many orders, in a process of its own; its address and keys as JSON."""
    command = [sys.executable, "-m", "benchmarks.endless_shop", str(orders)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline()
        finally:
            process.terminate()


def prepared(name: str, address: str, folder: Path, orders: int) -> Callable[[int], Run]:
    """A contender who reads that shop in a process of its own, and must find every order."""

    def prepare(number: int) -> Run:
        own = folder / f"{READERS[name]}-{number}"
        own.mkdir()
        start = reader(READERS[name], address, own)

        def run() -> Done:
            took = start()
            done = Done(took["orders"], elsewhere=took["cpu"], megabytes=took["megabytes"])
            if took["orders"] != orders:
                raise RuntimeError(f"{name} read {took['orders']} of {orders} orders")
            return done

        return run

    return prepare


def reader(name: str, address: str, folder: Path) -> Callable[[], dict[str, Any]]:
    """A reader in a process of its own, ready to go; then what it took."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.readers", name, address, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    asked, told = process.stdin, process.stdout
    if told.readline().strip() != "ready":
        raise RuntimeError(f"the reader {name} did not start")

    def start() -> dict[str, Any]:
        asked.write("go\n")
        asked.flush()
        took: dict[str, Any] = json.loads(told.readline())
        process.wait()
        return took

    return start
