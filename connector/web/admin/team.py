"""The merchant's people: who has which role, inviting, changing, removing, ending their sessions."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import Connection

from connector import db
from connector.access import audit, links, roles, sessions, users
from connector.access.roles import Role
from connector.errors import Refused
from connector.installation import Installation, utc_now
from connector.values import MerchantId
from connector.web.admin import guard
from connector.web.admin.pages import back_to, page, words


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/<merchant_id>/team", endpoint="team")
    def show(merchant_id: str) -> Response:
        return _page(inst)

    @admin.post("/<merchant_id>/team/invite", endpoint="invite")
    def invite(merchant_id: str) -> Response:
        """The link is shown once and never stored; whoever follows it decides about the password."""
        role, by, place = roles.named(request.form.get("role", "")), guard.me()[0], guard.here()

        def work(tx: Connection) -> str:
            now = utc_now()
            audit.write(tx, place.merchant_id, by.user_id, "user.invited", f"role/{role}", now)
            return links.invite(tx, place.merchant_id, role, now)

        secret = inst.database.write(work)
        path = url_for("admin.invitation", merchant_id=place.merchant_id, secret=secret)
        return _page(inst, inst.config.url + path)

    @admin.post("/<merchant_id>/team/<user_id>/role", endpoint="change_role")
    def change_role(merchant_id: str, user_id: str) -> Response:
        role = roles.named(request.form.get("role", ""))
        _change(inst, user_id, "user.role", role)
        return back_to("team", "role")

    @admin.post("/<merchant_id>/team/<user_id>/remove", endpoint="remove_user")
    def remove(merchant_id: str, user_id: str) -> Response:
        _change(inst, user_id, "user.removed", None)
        return back_to("team", "removed")

    @admin.post("/<merchant_id>/team/<user_id>/sessions", endpoint="end_sessions_of")
    def end_sessions(merchant_id: str, user_id: str) -> Response:
        by, place = guard.me()[0], guard.here()

        def work(tx: Connection) -> None:
            _require(tx, place.merchant_id, user_id)
            sessions.end_all(tx, user_id)
            subject = f"user/{user_id}"
            audit.write(tx, place.merchant_id, by.user_id, "sessions.ended", subject, utc_now())

        inst.database.write(work)
        return back_to("team", "sessions")


def _page(inst: Installation, link: str = "") -> Response:
    with inst.database.read() as tx:
        operators = users.operators(tx)
        people = users.of_merchant(tx, guard.here().merchant_id)
        now = utc_now()
        rows = [(user, role, sessions.of_user(tx, user.user_id, now)) for user, role in people]
    return page("team.html", people=rows, operators=operators, roles=list(Role), link=link)


def _change(inst: Installation, user_id: str, what: str, role: Role | None) -> None:
    """Give another role, or none; somebody who may give roles must be left."""
    by, place, alone = guard.me()[0], guard.here(), words()("team.last_owner")

    def work(tx: Connection) -> None:
        db.alone(tx, f"team/{place.merchant_id}")  # else two owners could remove each other at once
        held = _require(tx, place.merchant_id, user_id)
        owners = [
            one for one, role_ in users.of_merchant(tx, place.merchant_id) if role_ is Role.OWNER
        ]
        if held is Role.OWNER and role is not Role.OWNER and len(owners) == 1:
            raise Refused(alone)
        if role is None:
            users.take(tx, user_id, place.merchant_id)
        else:
            users.give(tx, user_id, place.merchant_id, role)
        facts = {"role": role.value} if role else {}
        audit.write(tx, place.merchant_id, by.user_id, what, f"user/{user_id}", utc_now(), facts)

    inst.database.write(work)


def _require(tx: Connection, merchant_id: MerchantId, user_id: str) -> Role:
    """The role of one of this merchant's people; nobody else's can be touched from here."""
    role = users.role_at(tx, user_id, merchant_id)
    if role is None:
        abort(404)
    return role
