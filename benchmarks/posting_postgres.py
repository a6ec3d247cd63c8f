"""Posts on one PostgreSQL by 8 and 64 clients in other processes: ours, one raw statement, hordak."""

from __future__ import annotations

import importlib.util
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks import crowd, hordak, ours, raw_postgres
from benchmarks.crowd import Post, Step
from benchmarks.measure import Contest, Done, Run, contest
from benchmarks.postgres import Server, server

MEMBERS, ROUNDS, PROCESSES = 5_000, 5, 4
HORDAK_MEMBERS = 300
"""Its balances are sums and its accounts a tree; with more of them making them takes minutes."""
OURS, FLOOR, HORDAK = "Stammkunde", "raw psycopg, one statement", "django-hordak"
POSTS = {OURS: 3_200, FLOOR: 12_800, HORDAK: 640}

Posters = Callable[[str, int], list[Post]]
"""Given a database's URL and a number of clients, what each of them posts with."""


def _ours(url: str, clients: int) -> list[Post]:
    return [ours.poster(ours.opened(url))] * clients


def _raw(url: str, clients: int) -> list[Post]:
    return [raw_postgres.poster(url) for _ in range(clients)]


def _hordak(url: str, clients: int) -> list[Post]:
    return [hordak.poster(url, HORDAK_MEMBERS)] * clients


POSTERS: dict[str, Posters] = {OURS: _ours, FLOOR: _raw, HORDAK: _hordak}


def contests(_folder: Path) -> list[Contest]:
    with server() as running:
        urls = {OURS: running.create("ours"), FLOOR: running.create("floor")}
        database = ours.opened(urls[OURS])
        ours.fund(database, MEMBERS)
        database.close()
        raw_postgres.fund(urls[FLOOR], MEMBERS)
        if importlib.util.find_spec("hordak"):
            urls[HORDAK] = running.create("hordak")
            _apart(hordak.fund, urls[HORDAK], HORDAK_MEMBERS)
        return [
            contest(f"posts on PostgreSQL, {clients} clients", "posts", ROUNDS, FLOOR,
                    {name: _crowds(running, name, url, clients) for name, url in urls.items()})
            for clients in (8, 64)
        ]  # fmt: skip


def _apart(work: Callable[[str, int], None], url: str, members: int) -> None:
    """In a process of its own: Django is configured once in a process."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=(url, members))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__module__} could not be prepared")


def _crowds(running: Server, name: str, url: str, clients: int) -> Callable[[int], Run]:
    members = HORDAK_MEMBERS if name == HORDAK else MEMBERS
    each = POSTS[name] // clients
    processes = 1 if name == HORDAK and clients < PROCESSES else PROCESSES

    def prepare(number: int) -> Run:
        plans = [
            crowd.steps(number * 1000 + clients, client, each, members, zipf=True)
            for client in range(clients)
        ]
        gates = [_start(name, url, plans[part::processes]) for part in range(processes)]
        for gate in gates:
            gate.recv()  # connected and warm

        def run() -> Done:
            before = running.seconds()
            for gate in gates:
                gate.send("go")
            answers = [gate.recv() for gate in gates]
            spent = running.seconds() - before + sum(seconds for seconds, _ in answers)
            return crowd.done([waits for _, some in answers for waits in some], spent)

        return run

    return prepare


def _start(name: str, url: str, plans: list[list[Step]]) -> Connection:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    spawn.Process(target=_clients, args=(name, url, plans, there), daemon=True).start()
    return here


def _clients(name: str, url: str, plans: list[list[Step]], gate: Connection) -> None:
    """Threads that follow their plans once the gate opens; their waits and our processor time."""
    posts = POSTERS[name](url, len(plans))
    gate.send("ready")
    gate.recv()
    cpu = time.process_time()
    with ThreadPoolExecutor(len(plans)) as pool:
        waits = list(pool.map(crowd.follow, plans, posts))
    gate.send((time.process_time() - cpu, waits))
