"""`make mutants`: change the modules where a mistake is dear, a line at a time, and see who notices.

mutmut makes the changes and runs `tests/guarded.txt` against each, in a copy of the tree. The report,
docs/mutation.md, keeps the reason that somebody wrote for a change that lives; without one this fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.run import ROOT, copy_of_tree

REPORT = ROOT / "docs" / "mutation.md"
UNEXPLAINED = "Nobody said why."
NOTICED = {"killed", "timeout"}

_ROW = re.compile(r"^\| `(\S+)` \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) % \|$", re.MULTILINE)
_LIVES = re.compile(r"^- `(\w+)`: ``(.*?)`` → ``(.*?)``\. (.+)$", re.MULTILINE)

Change = tuple[str, str, str]
"""Function, line before, line after."""


@dataclass(frozen=True, slots=True)
class Row:
    """One module in the report."""

    module: str
    made: int
    noticed: int

    def score(self) -> float:
        return 100 * self.noticed / self.made


def rows(report: str) -> list[Row]:
    return [Row(m[1], int(m[2]), int(m[3])) for m in _ROW.finditer(report)]


def reasons(report: str) -> dict[Change, str]:
    """Why each change that lives may live."""
    return {(m[1], m[2], m[3]): m[4] for m in _LIVES.finditer(report)}


def written(
    head: str, counted: Iterable[Row], living: Mapping[str, list[Change]], why: Mapping[Change, str]
) -> str:
    """The report; `head` is what people wrote above the table."""
    table = "".join(
        f"| `{row.module}` | {row.made} | {row.noticed} | {row.made - row.noticed} "
        f"| {row.score():.1f} % |\n"
        for row in counted
    )
    lists = "".join(
        f"\n## {module}\n\n"
        + "".join(
            f"- `{one[0]}`: ``{one[1]}`` → ``{one[2]}``. {why.get(one, UNEXPLAINED)}\n"
            for one in changes
        )
        for module, changes in living.items()
    )
    return f"{head}| module | changes | noticed | live | score |\n|---|---|---|---|---|\n{table}{lists}"


def _mutmut(tree: Path, *words: str) -> str:
    asked = [sys.executable, "-m", "mutmut", *words]
    done = subprocess.run(asked, cwd=tree, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"mutmut {words[0]} ended with {done.returncode}: {done.stdout[-1500:]}")
    return done.stdout


def _changed(tree: Path, mutant: str) -> Change:
    function = re.sub(r"__mutmut_\d+$", "", mutant).rpartition(".")[2]
    lines = _mutmut(tree, "show", mutant).splitlines()
    before, after = (
        " ".join(line[1:].strip() for line in lines if re.match(rf"[{sign}](?![-+]{{2}})", line))
        for sign in ("-", "+")
    )
    return re.sub(r"^x_|^xǁ\w+ǁ", "", function), before, after


def main() -> int:
    old = REPORT.read_text("utf-8")
    made: defaultdict[str, int] = defaultdict(int)
    living: defaultdict[str, list[Change]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="stammkunde-mutants-") as folder:
        tree = copy_of_tree(Path(folder))
        _mutmut(tree, "run", "--max-children", "2")
        for line in _mutmut(tree, "results", "--all", "true").splitlines():
            mutant, _, status = line.strip().partition(": ")
            module = mutant.rpartition(".")[0].replace(".", "/") + ".py"
            made[module] += 1
            if status not in NOTICED:
                living[module].append(_changed(tree, mutant))
    counted = [Row(module, n, n - len(living[module])) for module, n in sorted(made.items())]
    head = old.partition("| module |")[0]
    new = written(head, counted, {m: c for m, c in sorted(living.items()) if c}, reasons(old))
    REPORT.write_text(new, "utf-8")
    print("\n".join(f"{row.module} {row.noticed} of {row.made}" for row in counted))
    return 1 if UNEXPLAINED in new else 0


if __name__ == "__main__":
    raise SystemExit(main())
