"""The programme: its rules as a text, what a change would do, and putting it in force."""

from __future__ import annotations

from typing import Any

import yaml
from flask import Blueprint, Response, abort, request
from sqlalchemy import Connection, select

from connector import programmes, rulebook, shops, simulating
from connector.access import audit
from connector.errors import BadInput, Mistake, Refused, Unsound
from connector.installation import Installation, utc_now
from connector.shops import Shop
from connector.tables import programme as table
from connector.values import MerchantId
from connector.web.admin import guard
from connector.web.admin.pages import back_to, is_part, page, words

LONGEST = 200_000


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/<merchant_id>/programme", endpoint="programme")
    def show(merchant_id: str) -> Response:
        with inst.database.read() as tx:
            known = history(tx, guard.here().merchant_id)
            text = written(known[0].document) if known else rulebook.preset_text("dach")
            mine = shops.of_merchant(tx, guard.here().merchant_id)
        return page("programme.html", text=text, versions=known, shops=mine, checked=None)

    @admin.get("/<merchant_id>/programme/<int:n>", endpoint="version")
    def version(merchant_id: str, n: int) -> Response:
        with inst.database.read() as tx:
            known = {row.n: row for row in history(tx, guard.here().merchant_id)}
        if n not in known:
            abort(404)
        before = rulebook.complete(known[n - 1].document) if n - 1 in known else {}
        changes = rulebook.diff(before, rulebook.complete(known[n].document)) if before else []
        return page("version.html", row=known[n], text=written(known[n].document), changes=changes)

    @admin.post("/<merchant_id>/programme/check", endpoint="check_programme")
    def check(merchant_id: str) -> Response:
        return _check(inst)

    @admin.post("/<merchant_id>/programme/apply", endpoint="apply_programme")
    def apply(merchant_id: str) -> Response:
        text = request.form.get("text", "")[:LONGEST]
        if request.form.get("sure") != "yes":
            return _check(inst)
        try:
            document = rulebook.parse(text)
        except Unsound:
            return _check(inst)
        return back_to("programme", "applied" if _apply(inst, document) else "same")


def _check(inst: Installation) -> Response:
    text = request.form.get("text", "")[:LONGEST]
    with inst.database.read() as tx:
        known = history(tx, guard.here().merchant_id)
        mine = shops.of_merchant(tx, guard.here().merchant_id)
        checked = _checked(tx, text, known, mine)
    template = "_checked.html" if is_part() else "programme.html"
    return page(template, text=text, versions=known, shops=mine, checked=checked)


def _apply(inst: Installation, document: dict[str, Any]) -> int:
    """Put it in force, unless somebody put another version in force since it was checked."""
    base, user, place = request.form.get("base", type=int), guard.me()[0], guard.here()
    meanwhile = words()("programme.meanwhile")

    def work(tx: Connection) -> int:
        now = utc_now()
        n = programmes.apply(tx, place.merchant_id, document, user.said, now)
        if n and n - 1 != base:
            raise Refused(meanwhile)
        if n:
            subject = f"programme/{n}"
            audit.write(tx, place.merchant_id, user.user_id, "programme.applied", subject, now)
        return n

    return inst.database.write(work)


def history(tx: Connection, merchant_id: MerchantId) -> list[Any]:
    """Every version, the newest first."""
    asked = select(table).where(table.c.merchant_id == merchant_id).order_by(table.c.n.desc())
    return list(tx.execute(asked))


def written(document: dict[str, Any]) -> str:
    """A stored document as a text, with every key there is now, in the order of the preset."""
    ordered = _in_order_of(rulebook.preset("dach"), rulebook.complete(document))
    return yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False)


def _in_order_of(pattern: Any, given: Any) -> Any:
    """The same values, keys in the pattern's order, those it does not have behind them."""
    if not isinstance(pattern, dict) or not isinstance(given, dict):
        return given
    order = [key for key in pattern if key in given]
    order += [key for key in given if key not in pattern]
    return {key: _in_order_of(pattern.get(key), given[key]) for key in order}


def _checked(tx: Connection, text: str, known: list[Any], mine: list[Shop]) -> dict[str, Any]:
    """What is wrong with the text, else what it would change, and on request what it would bring."""
    try:
        new = rulebook.parse(text)
    except Unsound as wrong:
        return {"mistakes": wrong.mistakes}
    old = rulebook.complete(known[0].document) if known else {}
    checked: dict[str, Any] = {
        "mistakes": [], "changes": rulebook.diff(old, new), "base": known[0].n if known else 0,
    }  # fmt: skip
    asked = next((one for one in mine if one.slug == request.form.get("simulate")), None)
    if asked is not None:
        try:
            found, rules = simulating.run(tx, asked, new, utc_now())
        except BadInput as unfit:
            return {"mistakes": [Mistake(str(unfit))]}
        checked |= {"shop": asked, "found": found, "worth": found.worth(rules, asked.currency)}
    return checked
