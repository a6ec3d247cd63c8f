"""The storefront widgets as built files, with the manifest that names and hashes them.

Only what the manifest names can be read, so a name from a web address needs no further check.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

LOADER = "loader.js"
"""The one name that never changes; all others carry the hash of their content."""


def names() -> frozenset[str]:
    """The files a browser may ask for."""
    return frozenset(_manifest())


def integrity(name: str) -> str:
    """The SRI hash of a built file: what `integrity="…"` on a script tag says."""
    return _manifest()[_known(name)]


def read(name: str) -> bytes:
    """A built file's content. LookupError for any name that is not in the manifest."""
    return files(__name__).joinpath("built", _known(name)).read_bytes()


def _known(name: str) -> str:
    if name not in _manifest():
        raise LookupError(
            f"there is no widget file {name!r}; there are {', '.join(sorted(names()))}"
        )
    return name


@cache
def _manifest() -> dict[str, str]:
    text = files(__name__).joinpath("built", "manifest.json").read_text(encoding="utf-8")
    return {name: entry["integrity"] for name, entry in json.loads(text).items()}
