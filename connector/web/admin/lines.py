"""What is wrong with a programme's text, each mistake with its line and in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connector import rulebook
from connector.errors import BadInput
from connector.web.admin.german import said_in


@dataclass(frozen=True, slots=True)
class Mistake:
    """`line` counts from 1; None where the text does not hold the place."""

    line: int | None
    sentence: str

    def said(self, lang: str) -> str:
        """The sentence in this language."""
        return said_in(lang, self.sentence)


_WHERE = re.compile(r"line (\d+)(?:, column \d+)?: (.*)")


def mistakes(text: str) -> list[Mistake]:
    """Everything that is wrong with a programme's text; empty where it can be applied."""
    try:
        rulebook.parse(text)
    except BadInput as wrong:
        return [_mistake(said) for said in str(wrong).splitlines()]
    return []


def _mistake(said: str) -> Mistake:
    found = _WHERE.fullmatch(said)
    return Mistake(int(found[1]), found[2]) if found else Mistake(None, said)
