"""Posts by 1, 8 and 64 clients at once on SQLite, beside a writer that knows a balance and an entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks import crowd, ours
from benchmarks.crowd import Post
from benchmarks.measure import Contest, Done, Run, contest
from benchmarks.raw_sqlite import RawSqlite

MEMBERS, POSTS, ROUNDS = 5_000, 6_400, 5
OURS, FLOOR, LONE = "Stammkunde", "raw sqlite3, commits shared", "raw sqlite3, a commit each"


def contests(folder: Path) -> list[Contest]:
    database = ours.opened(f"sqlite:///{folder / 'ours.sqlite3'}")
    ours.fund(database, MEMBERS)
    floor = RawSqlite(folder / "floor.sqlite3", MEMBERS, together=True)
    lone = RawSqlite(folder / "lone.sqlite3", MEMBERS, together=False)
    posts = {OURS: ours.poster(database), FLOOR: floor.post, LONE: lone.post}
    try:
        return [
            contest(
                f"posts on SQLite, {clients} {'client' if clients == 1 else 'clients'}",
                "posts", ROUNDS, FLOOR,
                {name: _crowds(clients, post) for name, post in posts.items()},
            )
            for clients in (1, 8, 64)
        ]  # fmt: skip
    finally:
        floor.close()
        lone.close()
        database.close()


def _crowds(clients: int, post: Post) -> Callable[[int], Run]:
    """In each round every contender serves the same clients with the same plans."""

    def prepare(number: int) -> Run:
        seed, each = number * 1000 + clients, max(POSTS // clients // (8 if clients == 1 else 1), 1)
        plans = [crowd.steps(seed, client, each, MEMBERS, zipf=True) for client in range(clients)]

        def run() -> Done:
            return crowd.done(crowd.threads(plans, post))

        return run

    return prepare
