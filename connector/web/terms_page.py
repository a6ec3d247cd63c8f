"""Public pages that print as they are: the participation terms of every version, and the accessibility
statement of the widgets, in every language of the programme."""

from __future__ import annotations

from typing import Any

from flask import Response, abort
from flask.views import MethodView
from flask_smorest import Blueprint

from connector import accessible, programmes, terms
from connector.installation import Installation
from connector.terms import Terms
from connector.web import schemas
from connector.web.storefront import language, refusal, shop_of


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("terms", __name__, url_prefix="/v1", description="The participation terms.")

    @v1.route("/<slug>/terms")
    class Page(MethodView):
        @v1.arguments(schemas.TermsAsked, location="query")
        @v1.response(200, content_type="text/html", description="A page that prints as it is.")
        @v1.alt_response(404, description="No such shop or version.")
        def get(self, asked: dict[str, Any], slug: str) -> Any:
            """The terms in force, or those of an older version."""
            shop = shop_of(inst, slug)
            with inst.database.read() as tx:
                versions = programmes.versions(tx, shop.merchant_id, shop.currency)
            n = asked["version"] or len(versions)
            if n > len(versions):
                abort(refusal(404, f"There is no version {n} of these terms."))
            rules = versions[n - 1]
            return _printed(terms.of(shop, rules, language(asked, rules.languages)))

    @v1.route("/<slug>/accessibility")
    class Statement(MethodView):
        @v1.arguments(schemas.Asked, location="query")
        @v1.response(200, content_type="text/html", description="A page that prints as it is.")
        @v1.alt_response(404, description="No such shop.")
        def get(self, asked: dict[str, str], slug: str) -> Any:
            """What the widgets keep to, how that is known, and what is not."""
            shop = shop_of(inst, slug)
            with inst.database.read() as tx:
                rules = programmes.versions(tx, shop.merchant_id, shop.currency)[-1]
            return _printed(accessible.statement(shop, rules, language(asked, rules.languages)))

    return v1


def _printed(said: Terms) -> Response:
    response = Response(terms.as_page(said), mimetype="text/html")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response
