"""Style and script of the admin: named after what is in them, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from flask import Blueprint, Response, abort, url_for

from connector.installation import Installation

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    """By name: the name with the digest in it, and the content."""
    found = {}
    for file in resources.files("connector.web.admin").joinpath("static").iterdir():
        stem, _, end = file.name.rpartition(".")
        if end in _KINDS:
            content = file.read_bytes()
            hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{end}"
            found[file.name] = hashed, content
    return found


def asset(name: str) -> str:
    """The address of a file."""
    return url_for("admin.asset", name=_files()[name][0])


def routes(admin: Blueprint, inst: Installation) -> None:
    contents = dict(_files().values())

    @admin.get("/static/<name>", endpoint="asset")
    def one(name: str) -> Response:
        if name not in contents:
            abort(404)
        response = Response(contents[name], mimetype=_KINDS[name.rpartition(".")[2]])
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
