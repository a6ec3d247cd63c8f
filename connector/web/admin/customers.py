"""Customers: one search, and for each one page with every movement and why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from connector import finding, standing, vouchers
from connector.access.users import Place
from connector.installation import Installation
from connector.ledger import OWN
from connector.tables import member, warning
from connector.values import MemberId
from connector.web.admin import guard, people
from connector.web.admin.pages import is_part, page, to
from connector.web.admin.rewards import said_of_vouchers

AT_ONCE = 25


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/<merchant_id>/customers", endpoint="customers")
    def ask(merchant_id: str) -> Response:
        return page("customers.html", found=None, asked="")

    @admin.post("/<merchant_id>/customers", endpoint="find_customers")
    def find(merchant_id: str) -> AnyResponse:
        """By POST although it changes nothing: an address belongs into no log and no history."""
        asked = request.form.get("q", "")[:255]
        with inst.database.read() as tx:
            found = finding.customers(tx, guard.here().merchant_id, asked, inst.keys)
        if len(found) == 1 and found[0].member_id and not is_part():
            return redirect(to("customer", member_id=found[0].member_id), 303)
        template = "_found.html" if is_part() else "customers.html"
        return page(template, found=found, asked=asked)

    @admin.get("/<merchant_id>/customers/<member_id>", endpoint="customer")
    def customer(merchant_id: str, member_id: str) -> Response:
        place = guard.here()
        before = request.args.get("before", type=int) or 1 << 62
        with inst.database.read() as tx:
            moved = timeline(tx, place, MemberId(member_id), before)
            if is_part():
                return page("_movements.html", member_id=member_id, **moved)
            shown = about(tx, place, MemberId(member_id))
        return page("customer.html", member_id=member_id, newest="before" not in request.args,
                    **shown, **moved)  # fmt: skip


def timeline(tx: Connection, place: Place, member_id: MemberId, before: int) -> dict[str, Any]:
    """Movements from `before` on, and whether there are older ones."""
    rows = standing.movements(tx, place.merchant_id, member_id, AT_ONCE + 1, before)
    said = people.notes(tx, place.merchant_id, member_id)
    for row in rows:
        row["note"] = said.get(row["n"], "")
        mine, theirs = row["to"] in OWN, row["from"] in OWN
        row["direction"] = "none" if mine and theirs else "in" if mine else "out"
    return {"movements": rows[:AT_ONCE], "more": len(rows) > AT_ONCE}


def about(tx: Connection, place: Place, member_id: MemberId) -> dict[str, Any]:
    """Everything of a member but the movements; 404 where there is no such member here."""
    mine = (member.c.merchant_id == place.merchant_id, member.c.member_id == member_id)
    row = tx.execute(select(member).where(*mine)).first()
    if row is None:
        abort(404)
    has = standing.of(tx, place.merchant_id, member_id, place.zone)
    warned = select(warning).where(
        warning.c.merchant_id == place.merchant_id, warning.c.member_id == member_id
    )
    return {
        "row": row, "has": has, "sentence": standing.sentence(has, guard.visitor().lang),
        "lifetime": standing.lifetime(tx, place.merchant_id, member_id, has),
        "known": finding.known_as(tx, place.merchant_id, member_id),
        "vouchers": vouchers.of_member(tx, place.merchant_id, member_id),
        "warnings": tx.execute(warned.order_by(warning.c.expires_on.desc()).limit(20)).all(),
    } | said_of_vouchers(guard.visitor().lang) | people.of_page(tx, place.merchant_id, member_id)  # fmt: skip
