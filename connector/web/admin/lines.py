"""What is wrong with a programme's text, each mistake with its line and in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connector import rulebook
from connector.errors import BadInput


@dataclass(frozen=True, slots=True)
class Mistake:
    """`line` counts from 1; None where the text does not hold the place."""

    line: int | None
    sentence: str

    def said(self, lang: str) -> str:
        """The sentence in this language; what no pattern knows stays as it was said."""
        text = self.sentence
        for pattern, german in _GERMAN if lang == "de" else ():
            text = re.sub(pattern, german, text)
        return text


_GERMAN = (
    (r"cannot be used\.", "geht so nicht."),
    (r"Not a valid integer\.", "Es muss eine ganze Zahl sein."),
    (r"Not a valid string\.", "Es muss ein Text sein."),
    (r"Not a valid boolean\.", "Es muss true oder false sein."),
    (r"Not a valid list\.", "Es muss eine Liste sein."),
    (r"Not a valid mapping type\.|Invalid input type\.", "Es müssen Schlüssel mit Werten sein."),
    (r"Unknown field\.", "Diesen Schlüssel gibt es nicht."),
    (r"Missing data for required field\.|Field may not be null\.", "Hier fehlt ein Wert."),
    (r"Must be one of: (.*?)\.(?= |$)", r"Möglich ist: \1."),
    (r"Must be greater than or equal to ([\d.]+) and less than or equal to ([\d.]+)\.",
     r"Es muss zwischen \1 und \2 liegen."),
    (r"Must be greater than or equal to ([\d.]+)\.", r"Es muss mindestens \1 sein."),
    (r"Must be less than or equal to ([\d.]+)\.", r"Es darf höchstens \1 sein."),
    (r"Length must be between (\d+) and (\d+)\.", r"Es müssen \1 bis \2 Zeichen sein."),
    (r"Shorter than minimum length (\d+)\.", r"Es muss mindestens \1 davon geben."),
    (r"Write an amount in quotes:", "Schreib einen Betrag in Anführungszeichen:"),
    (r"Write a day as (\S+), or a moment as (\S+)\.",
     r"Schreib einen Tag wie \1 oder einen Zeitpunkt wie \2."),
    (r"Write a number from 0 to 99\.99 in quotes:", "Schreib eine Zahl von 0 bis 99.99 in Anführungszeichen:"),
    (r"It must be more than 0\.", "Es muss mehr als 0 sein."),
    (r"(\w{3}) has (\d) decimal digits\.", r"\1 hat \2 Nachkommastellen."),
)  # fmt: skip
"""What the rules' schema says, and how it reads in German."""


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
