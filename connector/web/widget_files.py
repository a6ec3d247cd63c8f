"""The built widget files: hashed names are kept for ever, the loader is asked for again."""

from __future__ import annotations

from flask import Blueprint, Response, abort

import widgets


def blueprint() -> Blueprint:
    files = Blueprint("widget_files", __name__)
    names = frozenset(widgets.names())

    @files.get("/w/<name>")
    def file(name: str) -> Response:
        if name not in names:
            abort(404)
        kind = "application/json" if name.endswith(".json") else "text/javascript"
        hashed = name not in ("loader.js", "manifest.json")
        response = Response(widgets.read(name), mimetype=kind)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "public, max-age=300"
        )
        response.headers["Access-Control-Allow-Origin"] = "*"  # SRI needs CORS; these are public
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.add_etag()
        return response

    return files
