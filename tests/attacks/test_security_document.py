"""SECURITY.md promises nothing that no test holds."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| threat")
]


def test_every_threat_names_what_stops_it_and_a_test_that_exists() -> None:
    assert len(ROWS) >= 12
    for threat, answer, proof in ROWS:
        named = re.findall(r"`(tests/[^`]+)`", proof)
        assert answer, threat
        assert named, threat
        assert [each for each in named if not (ROOT / each).is_file()] == [], threat


def test_every_attack_is_in_the_table() -> None:
    here = {f"tests/attacks/{file.name}" for file in Path(__file__).parent.glob("test_*.py")}
    named = {each for row in ROWS for each in re.findall(r"`(tests/[^`]+)`", row[2])}

    assert here - named == {"tests/attacks/test_security_document.py"}
