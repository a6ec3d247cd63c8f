"""What the admin says: both languages have every text, every text is used, and gaps are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connector import tasks
from connector.access import audit
from connector.access.roles import Role
from connector.web.admin import assets
from connector.web.admin.texts import LANGUAGES, table

ROOT = Path(assets.__file__).parent
MADE = re.compile(r"^((nav|done|role|what|refused|voucher)\.|campaigns\.(running|planned|over)$)")
"""Texts whose name is put together where they are used."""


def used() -> set[str]:
    sources = [*ROOT.rglob("*.html"), *ROOT.glob("*.py")]
    found: set[str] = set()
    for file in sources:
        found |= set(re.findall(r"""["']([a-z]+\.[a-z_0-9]+)["']""", file.read_text("utf-8")))
    return found


def test_both_languages_have_every_text_with_the_same_gaps() -> None:
    german, english = (table(lang) for lang in LANGUAGES)

    assert german.keys() == english.keys()
    for key, text in german.items():
        gaps = set(re.findall(r"{(\w+)}", text))
        assert gaps == set(re.findall(r"{(\w+)}", english[key])), key
        assert text.strip(), key
        assert isinstance(english[key], str), key


def test_no_text_is_without_use() -> None:
    there = {key.removesuffix(".1") for key in table("en") if not MADE.match(key)}

    assert there - used() == set()


def test_no_text_that_is_used_is_missing() -> None:
    sections = {key.partition(".")[0] for key in table("en")}
    wanted = {key for key in used() if key.partition(".")[0] in sections - {"what"}}

    files = {key for key in wanted if key.endswith(".html")}
    assert {key for key in wanted - files - audit.WHAT if key not in table("en")} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_change_and_every_role_has_words(lang: str) -> None:
    assert {
        key.removeprefix("what.") for key in table(lang) if key.startswith("what.")
    } == audit.WHAT
    assert {f"role.{role}" for role in Role} | {f"role.{role}_may" for role in Role} <= set(
        table(lang)
    )


def test_every_notice_after_a_change_is_one_that_exists() -> None:
    said = "".join(file.read_text("utf-8") for file in ROOT.glob("*.py"))
    given = set(re.findall(r'back_to\("\w+", "(\w+)"', said)) | set(
        re.findall(r'done="(\w+)"', said)
    )

    assert {f"done.{one}" for one in given} <= set(table("en"))
    assert len(given) >= 8


def test_every_task_is_said_in_both_languages_with_the_same_facts() -> None:
    assert tasks.SENTENCES.keys() == tasks.GERMAN.keys()
    for kind, sentence in tasks.SENTENCES.items():
        gaps = [set(re.findall(r"{(\w+)}", text)) for text in (sentence, tasks.GERMAN[kind])]
        assert gaps[0] == gaps[1], kind
