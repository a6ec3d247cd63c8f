"""Where a day begins: what needs a person, and how the programme stands."""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from connector import figures, programmes, shops, tasks
from connector.access import audit
from connector.installation import Installation, utc_now
from connector.web.admin import guard
from connector.web.admin.pages import back_to, is_part, page, to


def routes(admin: Blueprint, inst: Installation) -> None:
    @admin.get("/", endpoint="start")
    def start() -> AnyResponse:
        """An agency chooses a merchant; whoever has only one is there."""
        places = guard.visitor().places
        if len(places) == 1:
            return redirect(to("home", merchant_id=places[0].merchant_id), 303)
        with inst.database.read() as tx:
            waiting = figures.open_tasks(tx, [one.merchant_id for one in places])
        return page("start.html", waiting=waiting)

    @admin.get("/<merchant_id>/", endpoint="home")
    def home(merchant_id: str) -> Response:
        place = guard.here()
        with inst.database.read() as tx:
            found = figures.of(tx, place.merchant_id)
            versions = programmes.versions(tx, place.merchant_id, place.currency)
            todo = tasks.open_tasks(tx, place.merchant_id)
            mine = shops.of_merchant(tx, place.merchant_id)
        return page("home.html", figures=found, rules=versions[-1] if versions else None,
                    tasks=todo, shops=mine)  # fmt: skip

    @admin.post("/<merchant_id>/tasks/<task_id>/done", endpoint="task_done")
    def task_done(merchant_id: str, task_id: str) -> Response:
        user, place = guard.me()[0], guard.here()

        def work(tx: Connection) -> list[tasks.Task]:
            now = utc_now()
            tasks.close_at(tx, place.merchant_id, task_id, user.said, now)
            audit.write(tx, place.merchant_id, user.user_id, "task.done", f"task/{task_id}", now)
            return tasks.open_tasks(tx, place.merchant_id)

        left = inst.database.write(work)
        return page("_tasks.html", tasks=left) if is_part() else back_to("home", "task")
