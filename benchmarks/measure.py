"""Rounds in which a contender and its floor take turns, so that a busy machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Run = Callable[[], int]
"""Does the work once and says how many operations that were; preparing it was not its business."""


@dataclass(slots=True)
class Runs:
    """What one contender took in each round."""

    per_second: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    """Microseconds of this process's processor time for one operation, all threads together."""

    def add(self, run: Run) -> None:
        began, cpu = time.perf_counter(), time.process_time()
        operations = run()
        self.per_second.append(operations / (time.perf_counter() - began))
        self.cpu_us.append((time.process_time() - cpu) / operations * 1e6)


@dataclass(slots=True)
class Comparison:
    """One thing that was measured, beside its floor."""

    what: str
    unit: str
    ours: Runs
    floor: Runs

    def ratios(self) -> list[float]:
        """Ours divided by the floor of the same round."""
        return [a / b for a, b in zip(self.ours.per_second, self.floor.per_second, strict=True)]

    def ratio(self) -> tuple[float, float, float]:
        return middle(self.ratios())


def compare(
    what: str, unit: str, rounds: int, ours: Callable[[int], Run], floor: Callable[[int], Run]
) -> Comparison:
    """`ours` and `floor` prepare a round and give what is to be timed; each goes first in turn."""
    compared = Comparison(what, unit, Runs(), Runs())
    for number in range(rounds):
        turns = [(ours, compared.ours), (floor, compared.floor)]
        for prepare, runs in turns if number % 2 else reversed(turns):
            runs.add(prepare(number))
    return compared


def middle(figures: list[float]) -> tuple[float, float, float]:
    """(median, least, most)"""
    return statistics.median(figures), min(figures), max(figures)
