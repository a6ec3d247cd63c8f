"""The storefront widgets as built files, with the manifest that names and hashes them.

Only what the manifest names can be read, so a name from a web address needs no further check.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

_PLACE = b"CONFIG"


def names() -> frozenset[str]:
    """The files a browser may ask for by name; each carries the hash of its content."""
    return frozenset(_manifest())


def integrity(name: str) -> str:
    """The SRI hash of a built file: what `integrity="…"` on a script tag says."""
    return _manifest()[_known(name)]


def read(name: str) -> bytes:
    """A built file's content. LookupError for any name that is not in the manifest."""
    return _built(_known(name))


def loader(config: str) -> bytes:
    """The script of a shop's tag with the answer of `config` in it (JSON), so that nobody asks for that."""
    return _built("loader.js").replace(_PLACE, config.encode(), 1)


def _known(name: str) -> str:
    if name not in _manifest():
        raise LookupError(
            f"there is no widget file {name!r}; there are {', '.join(sorted(names()))}"
        )
    return name


def _built(name: str) -> bytes:
    return files(__name__).joinpath("built", name).read_bytes()


@cache
def _manifest() -> dict[str, str]:
    text = _built("manifest.json").decode("utf-8")
    return {name: entry["integrity"] for name, entry in json.loads(text).items()}
