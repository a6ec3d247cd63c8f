"""Lighthouse's performance score of pages that take turns: what a shop's owner will be shown by others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measure import Contest, Runs
from tests.browser import FLAGS
from tests.widgets.build import BUNDLED, ready, run

HERE = Path(__file__).parent
PATIENCE = 180


def contest(addresses: Mapping[str, str], floor: str, rounds: int, folder: Path) -> Contest:
    """Scores from 0 to 100, each page as often as `rounds` says, each first in turn."""
    if not ready(HERE):
        run("npm", "ci", where=HERE)
    names = list(addresses)
    result = Contest("Lighthouse, performance on a phone", "points", floor,
                     {name: Runs() for name in names})  # fmt: skip
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            _look(addresses[name], result.runs[name], folder / "report.json")
    return result


def _look(address: str, runs: Runs, report: Path) -> None:
    found = _report(address, report)
    audits = found["audits"]
    runs.per_second.append(found["categories"]["performance"]["score"] * 100)
    runs.cpu_us.append(audits["bootup-time"]["numericValue"] * 1000)
    runs.note("blocking ms", audits["total-blocking-time"]["numericValue"])
    runs.note("layout shift", audits["cumulative-layout-shift"]["numericValue"])


def _report(address: str, report: Path) -> dict[str, Any]:
    path = os.pathsep.join([os.environ.get("PATH", ""), str(BUNDLED)])
    browser = shutil.which("chromium") or "/usr/bin/chromium"
    subprocess.run(
        [
            str(HERE / "node_modules" / ".bin" / "lighthouse"), address, "--quiet", "--output=json",
            f"--output-path={report}", "--only-categories=performance",
            f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
        ],
        env=os.environ | {"PATH": path, "CHROME_PATH": browser}, check=True, timeout=PATIENCE,
        capture_output=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return found
