"""The one gate of the admin: who calls, from where, and whether `routes` lets them; then the headers."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import NoReturn, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from connector.access import sessions, users
from connector.access.roles import Role
from connector.access.sessions import Session
from connector.access.users import Place, User
from connector.installation import Installation, utc_now
from connector.web.admin.routes import NEEDS, Need

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(slots=True)
class Visitor:
    """Who calls. `token`: of the session, or of somebody who is about to log in."""

    token: str
    csrf: str
    lang: str
    session: Session | None = None
    user: User | None = None
    places: tuple[Place, ...] = ()
    place: Place | None = None

    def may(self, role: str) -> bool:
        return self.place is not None and self.place.role.may(Role(role))


def visitor() -> Visitor:
    return cast(Visitor, g.visitor)


def me() -> tuple[User, Session]:
    """Whoever is logged in; only for addresses that ask for it."""
    found = visitor()
    if found.user is None or found.session is None:
        abort(403)
    return found.user, found.session


def here() -> Place:
    """The merchant of this address, and what the caller may there."""
    found = visitor().place
    if found is None:
        abort(404)
    return found


def cookie_names(inst: Installation) -> tuple[str, str]:
    """Of the session, and of whoever has none yet. `__Host-` binds a cookie to this very host and to
    TLS, which a loopback address in plain http does not have."""
    prefix = "__Host-" if _is_tls(inst) else ""
    return f"{prefix}stammkunde", f"{prefix}stammkunde-start"


def _is_tls(inst: Installation) -> bool:
    return urlsplit(inst.config.url).scheme == "https"


def set_cookie(inst: Installation, response: AnyResponse, name: str, value: str) -> None:
    """Ends with the browser; how long it is good for at most is the session's business."""
    response.set_cookie(
        name, value, path="/", secure=_is_tls(inst), httponly=True, samesite="Lax"
    )  # fmt: skip


def drop_cookie(inst: Installation, response: AnyResponse, name: str) -> None:
    response.delete_cookie(name, path="/", secure=_is_tls(inst), httponly=True, samesite="Lax")


def install(admin: Blueprint, inst: Installation) -> None:
    @admin.before_request
    def gate() -> AnyResponse | None:
        need = NEEDS.get(request.endpoint or "")
        if need is None:
            abort(403)
        g.visitor = _recognised(inst)
        if need is not Need.NOTHING and visitor().user is None:
            return _to_login()
        if request.method not in SAFE:
            _came_from_our_page(inst)
        if isinstance(need, Role):
            _has_role(need)
        return None

    @admin.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if response.headers.get("Cache-Control") is None:
            response.headers["Cache-Control"] = "no-store"
        if request.endpoint != "admin.asset" and NEEDS.get(request.endpoint or "") is Need.NOTHING:
            _remember_start(inst, response)
        return response


def _remember_start(inst: Installation, response: Response) -> None:
    """Give whoever may log in something that the login form can be bound to."""
    found: Visitor | None = g.get("visitor")
    name = cookie_names(inst)[1]
    if found and found.user is None and request.cookies.get(name) != found.token:
        set_cookie(inst, response, name, found.token)


def _recognised(inst: Installation) -> Visitor:
    own, start = (request.cookies.get(name, "") for name in cookie_names(inst))
    now = utc_now()
    with inst.database.read() as tx:
        session = sessions.find(tx, own, now) if own else None
        user = users.get(tx, session.user_id) if session else None
        places = tuple(users.places(tx, user)) if user else ()
    if session is None or user is None:
        token = start if len(start) >= 40 else sessions.fresh_token()
        return Visitor(token, sessions.csrf(inst.keys, token), _language(""))
    if now - session.seen_at > sessions.SEEN_EVERY:
        inst.database.write(lambda tx: sessions.seen(tx, session, now))
    return Visitor(
        own, sessions.csrf(inst.keys, own), _language(user.lang), session, user, places
    )  # fmt: skip


def _language(chosen: str) -> str:
    return chosen or request.accept_languages.best_match(["de", "en"]) or "en"


def _to_login() -> AnyResponse:
    """To the login and back; what a form would have changed is not carried along."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    login = url_for("admin.login", next=wanted if wanted != "/admin/" else None)
    if "HX-Request" in request.headers:
        return Response("", 401, {"HX-Redirect": login})
    if request.method in SAFE:
        return redirect(login, 303)
    return Response("", 401)


def _came_from_our_page(inst: Installation) -> None:
    """Whoever changes something proves twice that one of our pages asked: by what the browser says of
    where the request began, and by the token that only our pages of this session know."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = site == "same-origin" if site is not None else origin == inst.config.url
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not ours or not hmac.compare_digest(given.encode(), visitor().csrf.encode()):
        _refuse_form()


def _refuse_form() -> NoReturn:
    abort(403, "form")


def _has_role(wanted: Role) -> None:
    """Another merchant's address does not exist; what the role does not allow is refused."""
    merchant_id = (request.view_args or {}).get("merchant_id")
    found = visitor()
    found.place = next((one for one in found.places if one.merchant_id == merchant_id), None)
    if found.place is None:
        abort(404)
    if not found.place.role.may(wanted):
        abort(403)
