"""`make bench [parts]`: contests against floors and peers, a table, results.json and results.html."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import page
from benchmarks.measure import Contest, Runs, middle

RESULTS = Path(__file__).with_name("results.json")
PARTS = ("posting", "hot", "posting_postgres", "applying", "backfill", "growth", "widgets")
"""What runs if nothing is named; `million` takes a quarter of an hour alone and runs when it is."""


def shown(contest: Contest) -> Table:
    table = Table(title=contest.what, title_justify="left", title_style="bold")
    for title in ("contender", f"{contest.unit} a second", "CPU each", "of the floor", "more"):
        table.add_column(title, justify="left" if title == "contender" else "right")
    for name, runs in contest.runs.items():
        rate = "{:,.0f} ({:,.0f} - {:,.0f})".format(*middle(runs.per_second))
        ratio = "{:.2f} ({:.2f} - {:.2f})".format(*contest.ratio(name))
        cpu = f"{middle(runs.cpu_us)[0]:,.0f} µs"
        table.add_row(name, rate, cpu, "floor" if name == contest.floor else ratio, _more(runs))
    return table


def _more(runs: Runs) -> str:
    said = []
    if runs.p99_ms:
        said.append(f"p99 {middle(runs.p99_ms)[0]:,.0f} ms")
    if runs.slowest:
        said.append(f"slowest client {middle(runs.slowest)[0]:.2f}")
    if runs.megabytes:
        said.append(f"{max(runs.megabytes):,.0f} MB")
    said += [f"{what} {middle(figures)[0]:,.3g}" for what, figures in runs.noted.items()]
    return ", ".join(said)


def written(contest: Contest) -> dict[str, Any]:
    """A contest as JSON; each figure is [median, least, most] of the rounds."""
    figures = ("per_second", "cpu_us", "p99_ms", "slowest", "megabytes")
    return {
        "what": contest.what,
        "unit": contest.unit,
        "floor": contest.floor,
        "contenders": {
            name: {"ratio": list(contest.ratio(name))}
            | {each: list(middle(getattr(runs, each))) for each in figures if getattr(runs, each)}
            | (
                {"noted": {what: list(middle(seen)) for what, seen in runs.noted.items()}}
                if runs.noted
                else {}
            )
            for name, runs in contest.runs.items()
        },
    }


def kept() -> dict[str, Any]:
    """What earlier runs found, so that one part can be measured again."""
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    return found


def main(parts: list[str]) -> None:
    console, results = Console(), kept()
    with tempfile.TemporaryDirectory(prefix="stammkunde-bench-") as folder:
        for part in parts or PARTS:
            console.print(f"measuring {part} …")
            own = Path(folder) / part
            own.mkdir()
            contests = importlib.import_module(f"benchmarks.{part}").contests(own)
            for contest in contests:
                console.print(shown(contest))
            results[part] = {
                "when": f"{datetime.now(UTC):%Y-%m-%d}",
                "machine": {"cpus": os.cpu_count(), "python": platform.python_version(),
                            "sqlite": sqlite3.sqlite_version,
                            "load at the end": round(os.getloadavg()[0], 1)},
                "contests": [written(contest) for contest in contests],
            }  # fmt: skip
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
            page.write(results)


if __name__ == "__main__":
    main(sys.argv[1:])
