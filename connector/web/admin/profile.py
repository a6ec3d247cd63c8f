"""One's own login: name, language, password, and where one is logged in."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from connector.access import attempts, audit, passwords, sessions, users
from connector.errors import BadInput
from connector.installation import Installation, utc_now
from connector.web.admin import guard
from connector.web.admin.login import remote
from connector.web.admin.pages import back_to, page, words
from connector.web.admin.texts import LANGUAGES


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/profile", endpoint="profile")
    def show() -> Response:
        return _page(inst)

    @admin.post("/profile", endpoint="change_profile")
    def change() -> Response:
        user, lang = guard.me()[0], request.form.get("lang", "")
        name, chosen = request.form.get("name", "").strip()[:80], lang if lang in LANGUAGES else ""
        inst.database.write(partial(users.change, user_id=user.user_id, name=name, lang=chosen))
        return back_to("profile", "saved")

    @admin.post("/profile/password", endpoint="change_password")
    def change_password() -> Response:
        wrong = _new_password(inst)
        return _page(inst, wrong) if wrong else back_to("profile", "password")

    @admin.post("/profile/sessions/<session_id>/end", endpoint="end_session")
    def end(session_id: str) -> Response:
        _end(inst, "session.ended", lambda tx, user_id: sessions.end(tx, session_id, user_id))
        return back_to("profile", "session")

    @admin.post("/profile/sessions/end", endpoint="end_sessions")
    def end_others() -> Response:
        mine = guard.me()[1].id
        _end(inst, "sessions.ended", lambda tx, user_id: sessions.end_all(tx, user_id, but=mine))
        return back_to("profile", "sessions")


def _page(inst: Installation, wrong: str = "") -> Response:
    user, session = guard.me()
    with inst.database.read() as tx:
        mine = sessions.of_user(tx, user.user_id, utc_now())
    return page("profile.html", 400 if wrong else 200, sessions=mine, mine=session.id, wrong=wrong)


def _new_password(inst: Installation) -> str:
    """Set it, and end every other session; a sentence where that cannot be."""
    (user, session), now = guard.me(), utc_now()
    tried = attempts.tried(inst.keys, user.email, remote())
    if inst.database.write(lambda tx: attempts.count(tx, tried, now)):
        return words()("profile.wait")
    with inst.database.read() as tx:
        found = users.find(tx, user.email)
    if found is None or not passwords.matches(found[1], request.form.get("current", "")):
        return words()("profile.wrong")
    try:
        kept = passwords.hashed(request.form.get("password", ""))
    except BadInput:
        return words()("login.weak")

    def work(tx: Connection) -> None:
        attempts.forgive(tx, tried, now)
        users.change(tx, user.user_id, password=kept)
        sessions.end_all(tx, user.user_id, but=session.id)
        audit.of_user(tx, user.user_id, user.user_id, "password.set", now)

    inst.database.write(work)
    return ""


def _end(inst: Installation, what: str, ending: object) -> None:
    user = guard.me()[0]

    def work(tx: Connection) -> None:
        ending(tx, user.user_id)  # type: ignore[operator]
        audit.of_user(tx, user.user_id, user.user_id, what, utc_now())

    inst.database.write(work)
