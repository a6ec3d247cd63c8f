"""What clients of a ledger do all day: who is served, what moves, and under which key; the same for all.

70 in 100 earn, 20 hold points for a reward, 5 hold and redeem, 5 lose points to a refund. Members are
picked by Zipf's law (the k-th is k times as rare as the first) or evenly.
"""

from __future__ import annotations

import itertools
import random
import time
from bisect import bisect
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from benchmarks.measure import Done

FUNDS = 1_000_000
"""Points everybody has before the first round, so that nobody is refused."""


@dataclass(frozen=True, slots=True)
class Step:
    """One movement: `earn`, `hold`, `redeem` (ends the hold before it) or `refund`."""

    member: str
    kind: str
    points: int
    key: str


Post = Callable[[Step, int], int]
"""Writes a step, given what the step before it returned; returns what the next one needs to know."""

SIGNS = {"earn": (1, 0), "hold": (-1, 1), "redeem": (0, -1), "refund": (-1, 0)}
"""What a kind of step does to the points that are available and to those that are held."""

_KINDS = [("earn",)] * 70 + [("hold",)] * 20 + [("hold", "redeem")] * 5 + [("refund",)] * 5


def name(number: int) -> str:
    return f"5f0c9a52-7d3e-4b1a-9c56-{number:012}"


def names(members: int) -> list[str]:
    return [name(number) for number in range(members)]


def steps(seed: int, client: int, count: int, members: int, *, zipf: bool) -> list[Step]:
    """What one client does; a hold is followed by what ends it."""
    picks = random.Random(f"{seed}/{client}")
    weights = list(itertools.accumulate(1 / k for k in range(1, members + 1))) if zipf else []
    done: list[Step] = []
    while len(done) < count:
        who = bisect(weights, picks.random() * weights[-1]) if zipf else picks.randrange(members)
        points = picks.randrange(5, 200)
        for kind in picks.choice(_KINDS):
            key = f"order/demo/{seed}{client:03}{len(done):05}/points/1/{kind}"
            done.append(Step(name(min(who, members - 1)), kind, points, key))
    return done[:count]


def threads(plans: Sequence[Sequence[Step]], post: Post) -> list[list[float]]:
    """All clients at once in this process, each with his own plan; how long each step took."""
    gate = Barrier(len(plans))

    def client(plan: Sequence[Step]) -> list[float]:
        gate.wait()
        return follow(plan, post)

    with ThreadPoolExecutor(len(plans)) as pool:
        return list(pool.map(client, plans))


def follow(plan: Sequence[Step], post: Post) -> list[float]:
    """The steps one after the other; how long each took."""
    waits, last, began = list[float](), 0, time.perf_counter()
    for step in plan:
        last = post(step, last)
        ended = time.perf_counter()
        waits.append(ended - began)
        began = ended
    return waits


def done(waits: Sequence[Sequence[float]], elsewhere: float = 0.0) -> Done:
    return Done(
        operations=sum(map(len, waits)),
        elsewhere=elsewhere,
        waits=sorted(itertools.chain.from_iterable(waits)),
        rates=[len(one) / sum(one) for one in waits],
    )
