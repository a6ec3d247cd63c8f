"""Rounds in which contenders take turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Done:
    """What a run did. `elsewhere`: seconds of processor time that other processes spent on it."""

    operations: int
    elsewhere: float = 0.0
    waits: list[float] = field(default_factory=list)
    """Seconds each operation took, shortest first; empty where nobody waits for a single one."""
    rates: list[float] = field(default_factory=list)
    """How many operations each client got done in a second."""
    megabytes: float = 0.0
    """The largest memory a reader in a process of its own ever had."""


Run = Callable[[], Done]
"""Does the work once; preparing it was not its business."""


@dataclass(slots=True)
class Runs:
    """What one contender took in each round."""

    per_second: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    """Microseconds of processor time for one operation: this process, its servers and its clients."""
    p99_ms: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    """The slowest client's rate as a part of the fastest's: 0 is a client that starves."""

    megabytes: list[float] = field(default_factory=list)
    noted: dict[str, list[float]] = field(default_factory=dict)
    """Whatever else one contest looks at, by its name."""

    def note(self, what: str, figure: float) -> None:
        self.noted.setdefault(what, []).append(figure)

    def add(self, run: Run) -> None:
        began, cpu = time.perf_counter(), time.process_time()
        done = run()
        self.per_second.append(done.operations / (time.perf_counter() - began))
        spent = time.process_time() - cpu + done.elsewhere
        self.cpu_us.append(spent / done.operations * 1e6)
        if done.waits:
            self.p99_ms.append(done.waits[int(len(done.waits) * 0.99)] * 1e3)
        if done.megabytes:
            self.megabytes.append(done.megabytes)
        if done.rates:
            self.slowest.append(min(done.rates) / max(done.rates))


@dataclass(slots=True)
class Contest:
    """One thing that was measured, each contender beside the floor: the least that could do it."""

    what: str
    unit: str
    floor: str
    runs: dict[str, Runs]

    def ratio(self, name: str, other: str = "") -> tuple[float, float, float]:
        """Its rate divided by the floor's (or another's) of the same round: median, least, most."""
        mine, theirs = self.runs[name].per_second, self.runs[other or self.floor].per_second
        return middle([a / b for a, b in zip(mine, theirs, strict=True)])


def contest(
    what: str, unit: str, rounds: int, floor: str, contenders: Mapping[str, Callable[[int], Run]]
) -> Contest:
    """Each contender prepares a round and gives what is to be timed; each goes first in turn."""
    result = Contest(what, unit, floor, {name: Runs() for name in contenders})
    names = list(contenders)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            result.runs[name].add(contenders[name](number))
    return result


def middle(figures: list[float]) -> tuple[float, float, float]:
    """(median, least, most)"""
    return statistics.median(figures), min(figures), max(figures)
