"""The built widget files: their names are hashes of their content, so they are kept for ever."""

from __future__ import annotations

from flask import Blueprint, Response, abort

import widgets


def blueprint() -> Blueprint:
    files = Blueprint("widget_files", __name__)
    names = widgets.names()

    @files.get("/w/<name>")
    def file(name: str) -> Response:
        if name not in names:
            abort(404)
        response = Response(widgets.read(name), mimetype="text/javascript")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Access-Control-Allow-Origin"] = "*"  # SRI needs CORS; these are public
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.add_etag()
        return response

    return files
