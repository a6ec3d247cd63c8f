"""What customers ask: answered here, a question stands among the public ones; deleted, nobody sees it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from connector import questions
from connector.access import audit
from connector.installation import Installation, utc_now
from connector.web.admin import guard
from connector.web.admin.pages import back_to, page

LONGEST = 4000


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/<merchant_id>/questions", endpoint="questions")
    def show(merchant_id: str) -> Response:
        with inst.database.read() as tx:
            waiting = questions.waiting(tx, guard.here().merchant_id)
        return page("questions.html", questions=waiting)

    @admin.post("/<merchant_id>/questions/<entry>/answer", endpoint="answer")
    def answer(merchant_id: str, entry: str) -> AnyResponse:
        place, by, now = guard.here(), guard.me()[0], utc_now()
        question, text = (request.form.get(name, "")[:LONGEST] for name in ("question", "answer"))

        def work(tx: Connection) -> None:
            questions.answer(tx, place.merchant_id, entry, question, text, now)
            audit.write(
                tx, place.merchant_id, by.user_id, "question.answered", f"question/{entry}", now
            )

        inst.database.write(work)
        return back_to("questions", "answered")

    @admin.post("/<merchant_id>/questions/<entry>/drop", endpoint="drop_question")
    def drop(merchant_id: str, entry: str) -> AnyResponse:
        place, by, now = guard.here(), guard.me()[0], utc_now()

        def work(tx: Connection) -> None:
            questions.drop(tx, place.merchant_id, entry, now)
            audit.write(
                tx, place.merchant_id, by.user_id, "question.deleted", f"question/{entry}", now
            )

        inst.database.write(work)
        return back_to("questions", "dropped")
