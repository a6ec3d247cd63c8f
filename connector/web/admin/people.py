"""What a person does about a customer: correct points, make two customers one, and two again."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from connector import corrections, finding, merging, standing
from connector.access import audit
from connector.access.users import Place, User
from connector.installation import Installation, utc_now
from connector.tables import member, merge, note
from connector.values import MemberId, MerchantId
from connector.web.admin import guard
from connector.web.admin.pages import page, to


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.post("/<merchant_id>/customers/<member_id>/correct", endpoint="correct")
    def correct(merchant_id: str, member_id: str) -> AnyResponse:
        form, place, by = request.form, guard.here(), guard.me()[0]
        _there(inst, place, member_id)
        points = _whole(form.get("points", ""))
        key = f"admin/{form.get('key', '')}"
        inst.database.write(
            partial(_correct, place=place, member_id=MemberId(member_id), points=points, by=by,
                    text=form.get("reason", ""), key=key, shortfall="shortfall" in form)
        )  # fmt: skip
        return redirect(to("customer", member_id=member_id, done="corrected"), 303)

    @admin.post("/<merchant_id>/customers/<member_id>/twins", endpoint="find_twin")
    def find_twin(merchant_id: str, member_id: str) -> Response:
        """Who else it may be, and what both have, before anything is done."""
        place, asked = guard.here(), request.form.get("q", "")[:255]
        _there(inst, place, member_id)
        with inst.database.read() as tx:
            found = finding.customers(tx, place.merchant_id, asked, inst.keys)
            ids = dict.fromkeys(one.member_id for one in found if one.member_id)
            twins = [_twin(tx, place, id_) for id_ in ids if id_ != member_id]
            kept = _twin(tx, place, MemberId(member_id))
        return page("twins.html", member_id=member_id, asked=asked, twins=twins, kept=kept)

    @admin.post("/<merchant_id>/customers/<member_id>/merge", endpoint="merge")
    def merge_two(merchant_id: str, member_id: str) -> AnyResponse:
        place, by, other = guard.here(), guard.me()[0], request.form.get("other", "")
        for id_ in (member_id, other):
            _there(inst, place, id_)
        if request.form.get("sure") != "yes":
            return redirect(to("customer", member_id=member_id), 303)
        inst.database.write(
            partial(_merge, place=place, gone=MemberId(other), into=MemberId(member_id), by=by)
        )
        return redirect(to("customer", member_id=member_id, done="merged"), 303)

    @admin.post("/<merchant_id>/customers/<member_id>/part", endpoint="part")
    def part(merchant_id: str, member_id: str) -> AnyResponse:
        place, by, other = guard.here(), guard.me()[0], request.form.get("other", "")
        for id_ in (member_id, other):
            _there(inst, place, id_)
        inst.database.write(partial(_part, place=place, gone=MemberId(other), by=by))
        return redirect(to("customer", member_id=other, done="parted"), 303)


def _whole(text: str) -> int:
    """A whole number, also with a typographic minus; 0 is refused further down."""
    plain = text.strip().replace("−", "-").replace("+", "")
    return int(plain) if plain.lstrip("-").isdecimal() and len(plain) < 12 else 0


def _there(inst: Installation, place: Place, member_id: str) -> None:
    """404 unless it is a member of this merchant."""
    mine = member.c.merchant_id == place.merchant_id, member.c.member_id == member_id
    with inst.database.read() as tx:
        if tx.execute(select(member.c.member_id).where(*mine)).first() is None:
            abort(404)


def _correct(
    tx: Connection, place: Place, member_id: MemberId, points: int, by: User, text: str, key: str,
    shortfall: bool,
) -> None:  # fmt: skip
    """Write the correction and that it was made; its text stays where it can be erased."""
    now = utc_now()
    done = corrections.correct(
        tx, place.merchant_id, member_id, points, text, by.said, key, now, shortfall=shortfall
    )
    if not done.again:
        subject, facts = f"member/{member_id}", {"points": points}
        audit.write(tx, place.merchant_id, by.user_id, "points.corrected", subject, now, facts)


def _merge(tx: Connection, place: Place, gone: MemberId, into: MemberId, by: User) -> None:
    now = utc_now()
    if not merging.merge(tx, place.merchant_id, gone, into, by.said, now).again:
        facts = {"into": into}
        audit.write(
            tx, place.merchant_id, by.user_id, "members.merged", f"member/{gone}", now, facts
        )


def _part(tx: Connection, place: Place, gone: MemberId, by: User) -> None:
    now = utc_now()
    if not merging.unmerge(tx, place.merchant_id, gone, by.said, now).again:
        audit.write(tx, place.merchant_id, by.user_id, "members.parted", f"member/{gone}", now)


def _twin(tx: Connection, place: Place, member_id: MemberId) -> dict[str, Any]:
    known = finding.known_as(tx, place.merchant_id, member_id)
    has = standing.of(tx, place.merchant_id, member_id, place.zone)
    return {"id": member_id, "known": known, "has": has}


# ------------------------------------------------------------------ what the customer's page asks


def of_page(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> dict[str, Any]:
    """A fresh key for the next correction, and who became one with this customer."""
    joined = select(merge.c.member_id, merge.c.at, merge.c.by).where(
        merge.c.merchant_id == merchant_id,
        merge.c.survivor == member_id,
        merge.c.undone_at.is_(None),
    )
    return {"key": str(uuid4()), "merges": tx.execute(joined.order_by(merge.c.at.desc())).all()}


def notes(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> dict[int, str]:
    """Why points were corrected, by the number of the movement."""
    mine = note.c.merchant_id == merchant_id, note.c.member_id == member_id
    return {row.n: row.text for row in tx.execute(select(note.c.n, note.c.text).where(*mine))}
