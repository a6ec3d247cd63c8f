"""Logging in and out, and the two links that lead there: to set a password, to take up a role."""

from __future__ import annotations

import re
from functools import partial
from math import ceil

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from connector.access import attempts, audit, links, passwords, sessions, users
from connector.access.attempts import Tried
from connector.access.roles import Role
from connector.access.users import User
from connector.errors import BadInput, Refused
from connector.installation import Installation, utc_now
from connector.tables import merchant
from connector.values import MerchantId
from connector.web.admin import guard
from connector.web.admin.pages import page, to, words

_OURS = re.compile(r"/admin/(?!/)(?!.*\.\.)[A-Za-z0-9/_.?=&%-]*")
"""Where a login may lead: a page of ours, never another host."""


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/login", endpoint="login")
    def ask() -> AnyResponse:
        if guard.visitor().user is not None:
            return redirect(_next(), 303)
        return page("login.html", next=_next())

    @admin.post("/login", endpoint="log_in")
    def log_in() -> AnyResponse:
        return _log_in(inst, request.form.get("email", ""), request.form.get("password", ""))

    @admin.post("/logout", endpoint="log_out")
    def log_out() -> AnyResponse:
        user, session = guard.me()
        inst.database.write(lambda tx: sessions.end(tx, session.id, user.user_id))
        response = redirect(to("login", done="logged_out"), 303)
        guard.drop_cookie(inst, response, guard.cookie_names(inst)[0])
        return response

    _password_routes(admin, inst)
    _invitation_routes(admin, inst)


def _next() -> str:
    wanted = request.values.get("next", "")
    return wanted if _OURS.fullmatch(wanted) else to("start")


def remote() -> str:
    """Where the request comes from: what the proxy on this machine saw, else who called us himself."""
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    direct = request.remote_addr or ""
    return seen if seen and direct in ("127.0.0.1", "::1") else direct


def _log_in(inst: Installation, email: str, password: str) -> AnyResponse:
    now = utc_now()
    tried = attempts.tried(inst.keys, email, remote())
    wait = inst.database.write(lambda tx: attempts.count(tx, tried, now))
    if wait:
        return _too_often(ceil(wait.total_seconds()), email)
    with inst.database.read() as tx:
        found = users.find(tx, email)
    kept = found[1] if found else None
    if not passwords.matches(kept, password) or found is None:
        return page("login.html", 401, wrong=words()("login.wrong"), email=email, next=_next())
    return let_in(inst, found[0], _next(), tried, passwords.renewed(found[1], password))


def _too_often(seconds: int, email: str) -> Response:
    said = words()("login.wait", n=ceil(seconds / 60))
    response = page("login.html", 429, wrong=said, email=email, next=_next())
    response.headers["Retry-After"] = str(seconds)
    return response


def let_in(
    inst: Installation, user: User, where: str, tried: Tried | None = None, anew: str = ""
) -> AnyResponse:
    """Begin a session under a new token; whatever the browser had before is over."""
    token, before = sessions.fresh_token(), guard.visitor().session
    agent, now = request.user_agent.string, utc_now()

    def work(tx: Connection) -> None:
        if tried is not None:
            attempts.forgive(tx, tried, now)
        if before is not None:
            sessions.end(tx, before.id, before.user_id)
        if anew:
            users.change(tx, user.user_id, password=anew)
        sessions.begin(tx, token, user.user_id, agent, now)
        audit.of_user(tx, user.user_id, user.user_id, "login", now)

    inst.database.write(work)
    response = redirect(where, 303)
    own, start = guard.cookie_names(inst)
    guard.set_cookie(inst, response, own, token)
    guard.drop_cookie(inst, response, start)
    return response


# ------------------------------------------------------------------ a link to set a password


def _password_routes(admin: Blueprint, inst: Installation) -> None:
    def whose(secret: str) -> User:
        with inst.database.read() as tx:
            user = links.of_password(tx, inst.keys, secret, utc_now())
        if user is None:
            raise Refused(words()("login.link_over"))
        return user

    @admin.get("/password/<secret>", endpoint="password")
    def ask(secret: str) -> Response:
        return page("password.html", user=whose(secret))

    @admin.post("/password/<secret>", endpoint="set_password")
    def set_password(secret: str) -> AnyResponse:
        user, given = whose(secret), request.form.get("password", "")
        try:
            kept = passwords.hashed(given)
        except BadInput:
            return page("password.html", 400, user=user, wrong=words()("login.weak"))
        inst.database.write(partial(new_password, user_id=user.user_id, kept=kept, secret=secret, inst=inst))  # fmt: skip
        return redirect(to("login", done="password"), 303)


def new_password(tx: Connection, inst: Installation, user_id: str, kept: str, secret: str) -> None:
    """Set it unless the link was used meanwhile; every session of before is over."""
    now = utc_now()
    if links.of_password(tx, inst.keys, secret, now) is None:
        raise Refused("This link was used already.")
    users.change(tx, user_id, password=kept)
    sessions.end_all(tx, user_id)
    audit.of_user(tx, user_id, user_id, "password.set", now)


# ------------------------------------------------------------------ an invitation


def _invitation_routes(admin: Blueprint, inst: Installation) -> None:
    def offered(merchant_id: str, secret: str) -> tuple[str, Role]:
        with inst.database.read() as tx:
            role = links.invitation(tx, merchant_id, secret, utc_now())
            asked = select(merchant.c.name).where(merchant.c.merchant_id == merchant_id)
            name = tx.execute(asked).scalar() or ""
        if role is None:
            raise Refused(words()("login.link_over"))
        return name, role

    @admin.get("/invitation/<merchant_id>/<secret>", endpoint="invitation")
    def ask(merchant_id: str, secret: str) -> Response:
        name, role = offered(merchant_id, secret)
        return page("invitation.html", name=name, role=role)

    @admin.post("/invitation/<merchant_id>/<secret>", endpoint="take_up")
    def take_up(merchant_id: str, secret: str) -> AnyResponse:
        name, role = offered(merchant_id, secret)
        user = guard.visitor().user
        try:
            user = user or _new_user(inst, merchant_id, secret)
        except BadInput as wrong:
            said = words()(_WRONG[str(wrong).partition(":")[0]])
            return page("invitation.html", 400, name=name, role=role, wrong=said)
        inst.database.write(partial(_join, user=user, merchant_id=MerchantId(merchant_id), secret=secret))  # fmt: skip
        where = to("home", merchant_id=merchant_id)
        return redirect(where, 303) if guard.visitor().user else let_in(inst, user, where)


_WRONG = {"email": "login.address", "password": "login.weak", "taken": "login.taken"}
"""What to say of the field that cannot be used."""


def _new_user(inst: Installation, merchant_id: str, secret: str) -> User:
    """A login for whoever holds a link that still counts."""
    form, now = request.form, utc_now()
    email, name = users.address(form.get("email", "")), form.get("name", "")
    kept = passwords.hashed(form.get("password", ""))

    def work(tx: Connection) -> User:
        if links.invitation(tx, merchant_id, secret, now) is None:
            raise Refused("This invitation was used already.")
        try:
            return users.add(tx, email, kept, now, name=name)
        except Refused as taken:
            raise BadInput("taken: log in first, then open the link again.") from taken

    return inst.database.write(work)


def _join(tx: Connection, user: User, merchant_id: MerchantId, secret: str) -> None:
    now = utc_now()
    role = links.use(tx, merchant_id, secret, now)
    if role is None:
        raise Refused("This invitation was used already.")
    users.give(tx, user.user_id, merchant_id, role)
    facts = {"role": role.value}
    audit.write(tx, merchant_id, user.user_id, "user.joined", f"user/{user.user_id}", now, facts)
