"""Where a mistake is dear, nine of ten changed lines are noticed, and the report says so of itself."""

from __future__ import annotations

from configparser import ConfigParser

import pytest

from tests.faults.run import ROOT
from tests.mutants import REPORT, UNEXPLAINED, Row, reasons, rows, written

REPORTED = REPORT.read_text("utf-8")


def listed(section: str, name: str) -> list[str]:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg")
    return settings.get(section, name).split()


def test_the_same_modules_are_covered_changed_and_reported() -> None:
    changed = sorted(listed("mutmut", "only_mutate"))

    assert sorted(listed("coverage:run", "include")) == changed
    assert [row.module for row in rows(REPORTED)] == changed


@pytest.mark.parametrize("row", rows(REPORTED), ids=lambda row: row.module)
def test_nine_of_ten_changed_lines_are_noticed(row: Row) -> None:
    assert row.score() >= 90


def test_whatever_lives_has_a_reason() -> None:
    living = sum(row.made - row.noticed for row in rows(REPORTED))

    assert UNEXPLAINED not in REPORTED
    assert REPORTED.count("\n- `") == living


def test_a_reason_is_kept_when_the_report_is_written_anew() -> None:
    said, new = ("post", "a < b", "a <= b"), ("post", "x = 1", "x = 2")
    once = written("Head\n\n", [Row("m.py", 20, 18)], {"m.py": [said]}, {said: "It may."})
    again = written("Head\n\n", [Row("m.py", 20, 18)], {"m.py": [said, new]}, reasons(once))

    assert rows(again) == [Row("m.py", 20, 18)]
    assert reasons(again) == {said: "It may.", new: UNEXPLAINED}
