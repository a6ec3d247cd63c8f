"""Shops and how their connections do; looking again now, and going on after a repair."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from sqlalchemy import Connection

from connector import health, lanes, moving, rounds, tasks
from connector import shops as shops_
from connector.access import audit
from connector.errors import Refused
from connector.installation import Installation, utc_now
from connector.shops import Shop
from connector.web.admin import guard
from connector.web.admin.pages import back_to, page


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/<merchant_id>/shops", endpoint="shops")
    def show(merchant_id: str) -> Response:
        place = guard.here()
        with inst.database.read() as tx:
            mine = [(one, health.of(tx, one)) for one in shops_.of_merchant(tx, place.merchant_id)]
            stuck = health.stuck(tx, place.merchant_id)
        return page("shops.html", shops=mine, stuck=stuck)

    @admin.post("/<merchant_id>/shops/<slug>/look", endpoint="look_again")
    def look_again(merchant_id: str, slug: str) -> Response:
        one, by = _mine(inst, slug), guard.me()[0].user_id
        rounds.plan(inst)

        def work(tx: Connection) -> None:
            now = utc_now()
            health.hurry(tx, one, now)
            audit.write(tx, one.merchant_id, by, "shop.look", f"shop/{one.slug}", now)

        inst.database.write(work)
        inst.hint(lanes.walks_of(one))
        return back_to("shops", "look")

    @admin.post("/<merchant_id>/shops/<slug>/resume", endpoint="resume")
    def resume(merchant_id: str, slug: str) -> Response:
        one, by = _mine(inst, slug), guard.me()[0].user_id

        def work(tx: Connection) -> None:
            now = utc_now()
            shops_.suspend(tx, one, "")
            tasks.settle_all(tx, one.merchant_id, [("access_lost", f"shop/{one.slug}")], now)
            health.hurry(tx, one, now)
            audit.write(tx, one.merchant_id, by, "shop.resumed", f"shop/{one.slug}", now)

        inst.database.write(work)
        inst.hint(lanes.walks_of(one), lanes.of_shop(one))
        return back_to("shops", "resumed")

    @admin.post("/<merchant_id>/shops/<slug>/confirm", endpoint="confirm_move")
    def confirm_move(merchant_id: str, slug: str) -> Response:
        return _decide(inst, slug, agreed=True)

    @admin.post("/<merchant_id>/shops/<slug>/decline", endpoint="decline_move")
    def decline_move(merchant_id: str, slug: str) -> Response:
        return _decide(inst, slug, agreed=False)


def _decide(inst: Installation, slug: str, *, agreed: bool) -> Response:
    """Whether a shop that reports from another address is there now."""
    one, by = _mine(inst, slug), guard.me()[0].user_id
    with inst.database.read() as tx:
        todo = tasks.open_tasks(tx, one.merchant_id)
    if ("moved", f"shop/{slug}") not in [(task.kind, task.subject) for task in todo]:
        raise Refused("No new address of this shop waits for an answer.")
    moving.decide(inst, one, agreed=agreed)
    what = "shop.moved" if agreed else "shop.stayed"
    inst.database.write(
        lambda tx: audit.write(tx, one.merchant_id, by, what, f"shop/{one.slug}", utc_now())
    )
    return back_to("home", "task")


def _mine(inst: Installation, slug: str) -> Shop:
    """This merchant's shop of that name; another merchant's does not exist here."""
    with inst.database.read() as tx:
        found = shops_.find(tx, slug)
    if found is None or found.merchant_id != guard.here().merchant_id:
        abort(404)
    return found
