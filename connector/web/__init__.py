"""The web shell: opens transactions, asks platforms who somebody is, and turns refusals into answers."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from connector import __version__, shops
from connector.connecting import StoredHandshake
from connector.errors import BadDelivery, NotThere, Refused, StammkundeError, TryLater
from connector.installation import Installation
from connector.web import (
    admin,
    asking,
    buying,
    hooks,
    privacy,
    redeeming,
    reporting,
    storefront,
    taking_part,
    terms_page,
    widget_files,
)

BIGGEST_BODY = 4 * 1024 * 1024
SOON = 5
"""Seconds after which somebody may ask again where nobody said when."""
log = logging.getLogger("stammkunde")


class _Discreet(Flask):
    """Logs where something unforeseen happened, never what it says: that may name a person."""

    def log_exception(self, exc_info: Any) -> None:
        places = "".join(traceback.format_tb(exc_info[2])).rstrip()
        log.error("%s %s: %s\n%s", request.method, request.url_rule, exc_info[0].__name__, places)


def create_app(inst: Installation) -> Flask:
    """The WSGI application of an open installation."""
    app = _Discreet("stammkunde", static_folder=None)
    app.url_map.merge_slashes = False  # one address for one thing: a doubled slash is another one
    app.config.update(
        API_TITLE="Stammkunde storefront API",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=BIGGEST_BODY,
        API_SPEC_OPTIONS={"info": {"version": __version__}},
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    api = Api(app)
    api.spec.components.security_scheme(
        "identity", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    )
    api.spec.components.security_scheme(
        "server", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    )
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.register_blueprint(storefront.blueprint(inst))
    api.register_blueprint(reporting.blueprint(inst))
    api.register_blueprint(redeeming.blueprint(inst))
    api.register_blueprint(taking_part.blueprint(inst))
    api.register_blueprint(asking.blueprint(inst))
    api.register_blueprint(buying.blueprint(inst))
    api.register_blueprint(privacy.blueprint(inst))
    api.register_blueprint(terms_page.blueprint(inst))
    app.register_blueprint(hooks.blueprint(inst))
    app.register_blueprint(widget_files.blueprint())
    app.register_blueprint(admin.blueprint(inst))
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json"))
    for platform in shops.PLATFORMS:
        if (dance := shops.adapter(platform).install(StoredHandshake(inst, platform))) is not None:
            app.register_blueprint(dance)
    _health(app, inst)
    _errors(app)
    app.wsgi_app = _public_address(app.wsgi_app, inst)  # type: ignore[method-assign, assignment]
    return app


def _public_address(
    inner: Callable[[dict[str, Any], Any], Any], inst: Installation
) -> Callable[[dict[str, Any], Any], Any]:
    """Links we hand out begin with STAMMKUNDE_URL, whatever a request says its host is: a forged
    Host header must not decide where a shop sends its keys."""

    def outer(environ: dict[str, Any], start: Any) -> Any:
        address = urlsplit(inst.config.url)
        environ["wsgi.url_scheme"], environ["HTTP_HOST"] = address.scheme, address.netloc
        return inner(environ, start)

    return outer


def _health(app: Flask, inst: Installation) -> None:
    @app.get("/health")
    def health() -> Response:
        with inst.database.read() as tx:
            tx.exec_driver_sql("SELECT 1")
        return jsonify(ok=True, version=__version__)


_STATUS = (
    (BadDelivery, 401), (NotThere, 404), (Refused, 409), (TryLater, 503), (StammkundeError, 500),
)  # fmt: skip


def _errors(app: Flask) -> None:
    @app.after_request
    def not_kept(response: Response) -> Response:
        """Caches may keep a 404 or 405 that says nothing else, and show it after the repair."""
        if response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    @app.errorhandler(StammkundeError)
    def said(error: StammkundeError) -> Response:
        status = next(code for kind, code in _STATUS if isinstance(error, kind))
        if status == 500:
            log.error("%s", error)
        # What a shop said may be read by its owner, not by everybody who calls the API.
        message = str(error) if status in (401, 404, 409) else "This cannot be answered now."
        answer = jsonify(code=status, status=type(error).__name__, message=message)
        answer.status_code = status
        if isinstance(error, TryLater):
            answer.headers["Retry-After"] = str(max(ceil(error.after or SOON), 1))
        return answer
