"""What a shop can rely on is written down: properties, events, parts and texts of every widget."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import widgets

SOURCES = Path(widgets.__file__).parent / "src"
DOCUMENT = Path(widgets.__file__).parents[1] / "docs" / "widgets.md"


def code(*patterns: str) -> str:
    files = [file for pattern in patterns for file in sorted(SOURCES.glob(pattern))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def readme(name: str) -> str:
    return (SOURCES / name / "README.md").read_text(encoding="utf-8")


def test_every_property_is_documented() -> None:
    used = set(re.findall(r"--stammkunde-[\w-]+", code("**/*.css.ts")))

    assert used == set(re.findall(r"--stammkunde-[\w-]+", DOCUMENT.read_text(encoding="utf-8")))


def test_a_widgets_own_properties_can_never_be_a_pages() -> None:
    """A shop hands on `--stammkunde-accent: var(--accent)`: our own --accent would end in a circle."""
    styles = re.sub(r"//.*", "", code("**/*.css.ts"))
    used = set(re.findall(r"(?<![\w-])--[\w-]+", styles))

    assert {name for name in used if not re.match("--(sk|stammkunde)-", name)} == set()


def test_every_event_is_documented() -> None:
    emitted = {f"stammkunde:{name}" for name in re.findall(r'emit\("(\w+)"', code("**/*.ts"))}
    heard = set(re.findall(r'"(stammkunde:\w+)"', code("page.ts")))
    documented = set(re.findall(r"stammkunde:\w+", DOCUMENT.read_text(encoding="utf-8")))

    assert emitted | heard == documented


@pytest.mark.parametrize("name", sorted(file.parent.name for file in SOURCES.glob("*/README.md")))
def test_every_text_and_part_of_a_widget_is_documented(name: str) -> None:
    parts_line, texts_line = re.split(r"\*\*Texts\*\*", readme(name).split("**Parts**")[1])
    keys = re.findall(r"^    (\w+): ", code(f"{name}/*.texts.ts"), re.MULTILINE)
    told = set(re.findall(r"`(\w+)`", texts_line))
    assert told == set(keys)

    documented = set(re.findall(r"`(\w+)`", parts_line))
    own, shared = code(f"{name}/*.ts"), code("element.ts")
    made = re.findall(r'(?:\bel\(\s*"\w+",\s*|\bbutton\()"([\w ]+)"', own)
    assert {word for words in made for word in words.split()} <= documented

    quoted = re.findall(r'"([\w ]+)"', own + shared)
    assert documented <= {word for words in quoted for word in words.split()}
