"""The tests fit into twenty minutes of two cores; the table, the files and the recording agree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.budget import RECORDING, ROOT, TABLE, Group, group_of, groups, too_slow, used

ROWS = groups(TABLE.read_text("utf-8"))
FILES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py"))


def test_all_shares_together_are_twenty_minutes() -> None:
    shares = {group.name: group.minutes for group in ROWS}

    assert shares == {"kernel": 3, "adapters": 4, "web and widgets": 5, "faults": 5, "rest": 3}
    assert sum(shares.values()) == 20


@pytest.mark.parametrize("file", FILES)
def test_every_test_has_one_budget(file: str) -> None:
    assert group_of(file, ROWS) in ROWS


def test_every_file_that_the_table_names_is_there() -> None:
    named = [place for group in ROWS for place in group.places if place.endswith(".py")]

    assert [place for place in named if not list(ROOT.glob(place))] == []


def test_the_recorded_run_keeps_its_shares() -> None:
    recorded = json.loads(RECORDING.read_text("utf-8"))
    there = {file: lasted for file, lasted in recorded["files"].items() if file in FILES}

    assert too_slow(there, ROWS) == []
    assert recorded["seconds"] <= 20 * 60


def test_the_recording_is_of_these_tests() -> None:
    recorded = json.loads(RECORDING.read_text("utf-8"))["files"]
    missing = [file for file in FILES if file not in recorded]

    assert 4 * len(missing) <= len(FILES), "Record again: STAMMKUNDE_RECORD=1 make test"


KERNEL = Group("kernel", 1, ("tests/test_*.py",))
WEB = Group("web", 2, ("tests/test_web.py", "tests/widgets/"))


def test_a_file_that_is_named_leaves_the_folder_it_is_in() -> None:
    assert group_of("tests/test_lots.py", [KERNEL, WEB]) == KERNEL
    assert group_of("tests/test_web.py", [KERNEL, WEB]) == WEB
    assert group_of("tests/widgets/test_faq.py", [KERNEL, WEB]) == WEB


@pytest.mark.parametrize("file", ["tests/new/test_x.py", "tests/test_web.py"])
def test_a_file_of_no_group_or_of_two_is_named(file: str) -> None:
    with pytest.raises(ValueError, match=f"{file} belongs to one row"):
        group_of(file, [Group("kernel", 1, ("tests/test_web.py",)), WEB])


def test_a_group_that_is_over_its_share_is_told_what_to_make_faster() -> None:
    files = {"tests/test_a.py": 100.0, "tests/test_b.py": 21.0, "tests/widgets/test_c.py": 240.0}

    assert used(files, [KERNEL, WEB]) == {"kernel": 121.0, "web": 240.0}
    assert too_slow(files, [KERNEL, WEB]) == [
        "The tests of kernel took 121 s and may take 120 s. "
        "Make the slowest faster: tests/test_a.py 100 s, tests/test_b.py 21 s."
    ]


def test_more_test_processes_may_be_busy_longer_and_one_alone_as_long_as_two() -> None:
    assert [KERNEL.allowed(workers) for workers in (1, 2, 4)] == [120, 120, 240]


@dataclass
class Project:
    """A project of one test, with a budget of its own."""

    folder: Path

    def run(self, minutes: int, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
        table = f"## How long tests may take\n\n| kernel | {minutes} | `tests/` |\n"
        (self.folder / "CONTRIBUTING.md").write_text(table, "utf-8")
        clean = {name: value for name, value in os.environ.items() if "STAMMKUNDE" not in name}
        clean["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # most of the time went into plugins
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", *options],
            cwd=self.folder, env=clean | env, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    def recorded(self) -> list[str]:
        file = self.folder / "tests" / RECORDING.name
        return list(json.loads(file.read_text("utf-8"))["files"]) if file.exists() else []


@pytest.fixture
def small(tmp_path: Path) -> Project:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tmp_path / "setup.cfg").write_text("[tool:pytest]\ntestpaths = tests\n")
    (tests / "__init__.py").touch()
    (tests / "conftest.py").write_text("from tests.budget import begin as pytest_configure\n")
    (tests / "test_one.py").write_text("def test_one() -> None:\n    pass\n")
    shutil.copy(ROOT / "tests" / "budget.py", tests)
    return Project(tmp_path)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two"])
def test_a_whole_run_that_is_over_its_budget_says_so(
    small: Project, options: tuple[str, ...]
) -> None:
    over = small.run(0, *options)

    assert over.returncode == 0
    assert "The tests of kernel took 0 s and may take 0 s." in over.stdout


def test_a_whole_run_is_recorded_when_asked(small: Project) -> None:
    assert small.run(1).returncode == 0
    assert small.recorded() == []

    assert small.run(1, STAMMKUNDE_RECORD="1").returncode == 0
    assert small.recorded() == ["tests/test_one.py"]


@pytest.mark.parametrize(
    ("options", "env"),
    [(("tests/test_one.py",), {}), (("-k", "one"), {}), ((), {"STAMMKUNDE_ROUNDS": "34"})],
    ids=["a file", "a word", "a soak"],
)
def test_part_of_the_tests_and_a_soak_have_no_budget(
    small: Project, options: tuple[str, ...], env: dict[str, str]
) -> None:
    assert small.run(0, *options, STAMMKUNDE_RECORD="1", **env).returncode == 0
    assert small.recorded() == []
