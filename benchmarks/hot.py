"""64 clients who all serve one member, or five, or everybody: no balance is a row that all wait for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks import crowd, ours
from benchmarks.crowd import Post
from benchmarks.measure import Contest, Done, Run, contest

MEMBERS, CLIENTS, EACH, ROUNDS = 5_000, 64, 100, 5
EVERYBODY = "all members"


def contests(folder: Path) -> list[Contest]:
    database = ours.opened(f"sqlite:///{folder / 'hot.sqlite3'}")
    ours.fund(database, MEMBERS)
    post = ours.poster(database)
    crowds = {"1 member": 1, "5 members": 5, EVERYBODY: MEMBERS}
    try:
        return [
            contest("posts on SQLite, 64 clients serve", "posts", ROUNDS, EVERYBODY,
                    {name: _crowds(members, post) for name, members in crowds.items()})
        ]  # fmt: skip
    finally:
        database.close()


def _crowds(members: int, post: Post) -> Callable[[int], Run]:
    def prepare(number: int) -> Run:
        seed = f"{number}{members:05}"
        plans = [
            crowd.steps(int(seed), client, EACH, members, zipf=False) for client in range(CLIENTS)
        ]

        def run() -> Done:
            return crowd.done(crowd.threads(plans, post))

        return run

    return prepare
