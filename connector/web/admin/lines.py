"""Where in a YAML text a place of the document stands, so that a mistake is named with its line."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from connector import rulebook
from connector.errors import BadInput


@dataclass(frozen=True, slots=True)
class Mistake:
    """`line` counts from 1; None where the text does not hold the place."""

    line: int | None
    sentence: str


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
