"""Where in a YAML text a value stands, so that an error can name the line."""

from __future__ import annotations

from collections.abc import Iterator

import yaml


def lines(text: str) -> dict[str, int]:
    """Paths such as `rules.0.when.from` with the line each begins on, counted from 1.

    Raises yaml.YAMLError for text that is not YAML.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return dict(_walk(root, "")) if root is not None else {}


def _walk(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, below in node.value:
            where = f"{path}.{key.value}" if path else str(key.value)
            yield where, key.start_mark.line + 1
            yield from _walk(below, where)
    elif isinstance(node, yaml.SequenceNode):
        for n, below in enumerate(node.value):
            where = f"{path}.{n}" if path else str(n)
            yield where, below.start_mark.line + 1
            yield from _walk(below, where)


def line_of(path: str, known: dict[str, int]) -> int | None:
    """The line of a path, or of the nearest thing around it that the text has."""
    while path:
        if path in known:
            return known[path]
        path = path.rpartition(".")[0]
    return None
