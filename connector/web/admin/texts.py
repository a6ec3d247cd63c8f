"""What the admin says, in German and English: one table each, with the same keys."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

LANGUAGES = ("de", "en")


@cache
def table(lang: str) -> dict[str, str]:
    """Every text of a language; `section.key` names it."""
    file = resources.files("connector.web.admin").joinpath("texts", f"{lang}.yaml")
    sections = yaml.safe_load(file.read_text("utf-8"))
    return {
        f"{section}.{key}": text
        for section, texts in sections.items()
        for key, text in texts.items()
    }


def say(lang: str, key: str, **values: Any) -> str:
    """The text, with its gaps filled; `n` chooses between `key.1` and `key`."""
    texts = table(lang)
    if values.get("n") in (1, "1") and f"{key}.1" in texts:
        key = f"{key}.1"
    return texts[key].format(**values) if values else texts[key]
