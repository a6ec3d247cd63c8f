"""`make bench`: three comparisons, a table for people, and results.json beside this file."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import applying, posting, reading
from benchmarks.measure import Comparison, Runs, middle

RESULTS = Path(__file__).with_name("results.json")


def shown(comparisons: list[Comparison]) -> Table:
    table = Table()
    for title in ("what", "per second: median (least - most)", "CPU each", "of its floor"):
        table.add_column(title, justify="left" if title == "what" else "right")
    for one in comparisons:
        table.add_row(one.what, *_cells(one.ours), "{:.2f} ({:.2f} - {:.2f})".format(*one.ratio()))
        table.add_row("  its floor", *_cells(one.floor), "", end_section=True)
    return table


def _cells(runs: Runs) -> tuple[str, str]:
    rate = "{:,.0f} ({:,.0f} - {:,.0f})".format(*middle(runs.per_second))
    return rate, f"{middle(runs.cpu_us)[0]:,.0f} µs"


def written(comparisons: list[Comparison]) -> dict[str, Any]:
    def figures(runs: Runs) -> dict[str, list[float]]:
        return {"per_second": list(middle(runs.per_second)), "cpu_us": list(middle(runs.cpu_us))}

    return {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(),
                    "sqlite": sqlite3.sqlite_version},
        "each figure": ["median", "least", "most"],
        "comparisons": [
            {"what": one.what, "unit": one.unit, "ratio": list(one.ratio()),
             "ours": figures(one.ours), "floor": figures(one.floor)}
            for one in comparisons
        ],
    }  # fmt: skip


def main() -> None:
    console = Console()
    with tempfile.TemporaryDirectory(prefix="stammkunde-bench-") as folder:
        comparisons = []
        for part in (posting, applying, reading):
            console.print(f"measuring {part.__name__.rpartition('.')[2]} …")
            where = Path(folder) / part.__name__
            where.mkdir()
            comparisons.append(part.compared(where))
    console.print(shown(comparisons))
    RESULTS.write_text(json.dumps(written(comparisons), indent=1), "utf-8")


if __name__ == "__main__":
    main()
