"""How long the tests may take: a whole run measures each group and says which is over its share.

The shares are the table in CONTRIBUTING.md and nowhere else. They are minutes of a machine with two
cores, so a group may keep two test processes busy for that long. A run only says it, because a busy
machine is no fault of the tests; what fails is a test that holds a recorded run against the table.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "CONTRIBUTING.md"
RECORDING = ROOT / "tests" / "durations.json"
CORES = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that share a budget: files by name, or folders."""

    name: str
    minutes: int
    places: tuple[str, ...]

    def allowed(self, workers: int = CORES) -> int:
        """Seconds, summed over all test processes."""
        return self.minutes * 60 * max(workers, CORES)


def groups(table: str) -> list[Group]:
    """The rows `| name | minutes | places |` below the heading `## How long tests may take`."""
    section = table.partition("## How long tests may take")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| ([^|]+) \|$", section, re.MULTILINE)
    return [Group(name, int(n), tuple(re.findall(r"`([^`]+)`", where))) for name, n, where in rows]


def group_of(file: str, rows: Sequence[Group]) -> Group:
    """The one group that names this file, else the one whose folder it is in."""
    named = [group for group in rows if file in group.places]
    inside = [group for group in rows if any(_is_in(file, place) for place in group.places)]
    found = named or inside
    if len(found) != 1:
        names = ", ".join(group.name for group in found) or "none"
        raise ValueError(f"{file} belongs to one row of the table in {TABLE.name}, not to: {names}")
    return found[0]


def _is_in(file: str, place: str) -> bool:
    return fnmatch(file, place + "*" if place.endswith("/") else place)


def used(files: Mapping[str, float], rows: Sequence[Group]) -> dict[str, float]:
    """Seconds of each group."""
    seconds = {group.name: 0.0 for group in rows}
    for file, lasted in files.items():
        seconds[group_of(file, rows).name] += lasted
    return seconds


def too_slow(files: Mapping[str, float], rows: Sequence[Group], workers: int = CORES) -> list[str]:
    """A sentence for each group that is over its share, with the files to begin with."""
    said = []
    for group in rows:
        mine = {file: n for file, n in files.items() if group_of(file, rows) == group}
        if sum(mine.values()) > group.allowed(workers):
            slowest = ", ".join(f"{file} {mine[file]:.0f} s" for file in _slowest(mine))
            said.append(
                f"The tests of {group.name} took {sum(mine.values()):.0f} s and may take "
                f"{group.allowed(workers)} s. Make the slowest faster: {slowest}."
            )
    return said


def _slowest(files: Mapping[str, float]) -> list[str]:
    return sorted(files, key=lambda file: -files[file])[:3]


class Clock:
    """Measures a run, whoever of its processes a test runs in."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.files: defaultdict[str, float] = defaultdict(float)
        self.began = time.monotonic()
        self.said: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.files[report.nodeid.partition("::")[0]] += report.duration

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus > pytest.ExitCode.TESTS_FAILED or not _is_whole(session.config):
            return
        self.said = too_slow(self.files, groups(TABLE.read_text("utf-8")), self.workers)
        if os.environ.get("STAMMKUNDE_RECORD"):
            self._record()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for sentence in self.said:
            terminalreporter.write_line(sentence, red=True)

    def _record(self) -> None:
        files = {file: round(lasted, 1) for file, lasted in sorted(self.files.items())}
        recorded = {"seconds": round(time.monotonic() - self.began), "files": files}
        RECORDING.write_text(json.dumps(recorded, indent=1) + "\n", "utf-8")


def _is_whole(config: pytest.Config) -> bool:
    """Part of the tests, or more rounds than usual, have no budget."""
    chosen = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    chosen = chosen or bool(config.option.keyword or config.option.markexpr)
    return not chosen and os.environ.get("STAMMKUNDE_ROUNDS", "1") == "1"


def begin(config: pytest.Config) -> None:
    """Measure this run; the processes that xdist starts report to the one that started them."""
    if not hasattr(config, "workerinput"):
        workers = getattr(config.option, "numprocesses", None) or 1
        config.pluginmanager.register(Clock(int(workers)), "budget")
