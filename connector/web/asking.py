"""A customer's question to the merchant: only from somebody who is logged in, and only a few at a time."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.error_handler import ErrorSchema
from sqlalchemy import Connection

from connector import programmes, questions
from connector.installation import Installation, utc_now
from connector.web import schemas
from connector.web.storefront import language, refusal, seen_by
from connector.web.taking_part import proof_first

_TOO_MANY = {
    "de": "Du hast schon mehrere offene Fragen. Warte bitte, bis sie beantwortet sind.",
    "en": "You have several open questions already. Please wait until they are answered.",
}


def blueprint(inst: Installation) -> Blueprint:
    v1 = Blueprint("asking", __name__, url_prefix="/v1", description="Questions to the merchant.")

    @v1.route("/<slug>/ask")
    class Ask(MethodView):
        @proof_first(inst)
        @v1.arguments(schemas.Asked, location="query")
        @v1.arguments(schemas.QuestionShape)
        @v1.response(200, schemas.AskedShape)
        @v1.doc(security=[{"identity": []}])
        @v1.alt_response(401, schema=ErrorSchema, description="No token, or forged or stale.")
        @v1.alt_response(404, schema=ErrorSchema, description="No such shop.")
        @v1.alt_response(409, schema=ErrorSchema, description="Too many are open.")
        def post(self, asked: dict[str, str], said: dict[str, str], slug: str) -> Any:
            """The merchant gets the question as a task; the same question again is once."""
            shop, visitor = g.shop, g.visitor

            def work(tx: Connection) -> tuple[str, bool]:
                programme = programmes.versions(tx, shop.merchant_id, shop.currency)[-1]
                lang = language(asked, programme.languages)
                taken = questions.ask(
                    tx, shop, visitor.external_id, lang, said["question"].strip(), utc_now()
                )
                return lang, taken

            lang, taken = inst.database.write(work)
            if not taken:
                abort(refusal(409, _TOO_MANY[lang], why="too_many"))
            return {"asked": True}

    @v1.after_request
    def headers(response: Response) -> Response:
        return seen_by(inst, response)

    return v1
