"""The plugin's words: `python -m tests.plugin.catalogue` builds the file that WordPress loads from the .po.

The .po is written by people; the .mo beside it is committed, so that a shop needs no tool.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.plugin.wordpress import PLUGIN

PO = PLUGIN / "languages" / "stammkunde-de_DE.po"
MO = PO.with_suffix(".mo")
CALL = re.compile(r"\b(?:esc_html|esc_attr)?_{1,2}\(\s*'((?:[^'\\]|\\.)*)',\s*'stammkunde'\s*\)")
BLOCK_WORDS = {"title": "block title", "description": "block description"}
"""In which context WordPress looks for what a block.json says."""


def said() -> set[tuple[str, str]]:
    """Every text of the plugin as (context, text)."""
    found = set()
    for file in PLUGIN.rglob("*.php"):
        found |= {("", text.replace("\\'", "'")) for text in CALL.findall(file.read_text("utf-8"))}
    for file in PLUGIN.rglob("block.json"):
        block = json.loads(file.read_text("utf-8"))
        found |= {(context, block[name]) for name, context in BLOCK_WORDS.items()}
        found |= {("block keyword", word) for word in block["keywords"]}
    return found | {("", text) for text in _header(PLUGIN / "stammkunde.php")}


def _header(file: Path) -> list[str]:
    """WordPress translates the description in the list of plugins."""
    return re.findall(r"^ \* Description: (.+)$", file.read_text("utf-8"), re.MULTILINE)


def german() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="de_DE")


def words(catalogue: Catalog) -> dict[tuple[str, str], str]:
    """German for every text; the header names the tool that wrote it and is left out."""
    return {(_context(one), str(one.id)): str(one.string) for one in catalogue if one.id}


def _context(one: Message) -> str:
    """Babel leaves the contexts of a built file in bytes."""
    said: str | bytes = one.context or ""
    return said.decode() if isinstance(said, bytes) else said


def built() -> Catalog:
    with MO.open("rb") as file:
        return read_mo(file)


if __name__ == "__main__":
    with MO.open("wb") as file:
        write_mo(file, german())
    print(f"{MO.name}: {MO.stat().st_size} bytes")
