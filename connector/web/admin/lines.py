"""Where in a YAML text a place of the document stands, so that a mistake is named with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

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
    (r"It must be more than 0\.", "Es muss mehr als 0 sein."),
    (r"(\w{3}) has (\d) decimal digits\.", r"\1 hat \2 Nachkommastellen."),
)  # fmt: skip
"""What the rules' schema says, and how it reads in German."""


def mistakes(text: str) -> list[Mistake]:
    """Everything that is wrong with a programme's text; empty where it can be applied."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as unreadable:
        mark = getattr(unreadable, "problem_mark", None)
        said = getattr(unreadable, "problem", None) or "This is not YAML."
        return [Mistake(mark.line + 1 if mark else None, said)]
    try:
        rulebook.parse(text)
    except BadInput as wrong:
        return [
            Mistake(line_of(root, said.partition(": ")[0]), said)
            for said in str(wrong).splitlines()
        ]
    return []


def line_of(root: yaml.Node | None, place: str) -> int | None:
    """The line of `earn.per`, or of what holds it where it is missing itself; None for neither."""
    node, line = root, None
    for part in place.split("."):
        below = _below(node, part)
        if below is None:
            break
        key, node = below
        line = key.start_mark.line + 1
    return line


def _below(node: yaml.Node | None, part: str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        return node.value[int(part)], node.value[int(part)]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key, value
    return None
