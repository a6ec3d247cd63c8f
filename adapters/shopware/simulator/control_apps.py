"""The control door for apps: a ZIP comes in, the shop installs it; what a merchant then does with it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapters.shopware.simulator import admin_pages, apps
from adapters.shopware.simulator.control import answer, asked
from adapters.shopware.simulator.deliveries import Deliveries
from adapters.shopware.simulator.shop import Shop


def blueprint(shop: Shop, deliveries: Deliveries) -> Blueprint:
    pages = Blueprint("control_apps", __name__, url_prefix="/_simulator/apps")
    pages.register_error_handler(ValueError, lambda no: answer({"message": str(no)}, 400))

    @pages.post("")
    def install() -> Response:
        return answer(apps.install(shop, deliveries, request.get_data()), 201)

    @pages.get("/<name>")
    def show(name: str) -> Response:
        """With the signed addresses of the app's pages in the administration."""
        app = apps.find(shop, name)
        return answer(apps.shown(shop, app) | {"modules": admin_pages.addresses(shop, app)})

    @pages.post("/<name>/press")
    def press(name: str) -> Response:
        """`{"action": …, "ids": [...]}`: an action button; says what the app answered."""
        wanted = asked()
        ids = [str(one) for one in wanted.get("ids") or []]
        app = apps.find(shop, name)
        return answer(admin_pages.press(shop, app, str(wanted.get("action") or ""), ids))

    @pages.post("/<name>/<action>")
    def act(name: str, action: str) -> Response:
        if action not in apps.ACTIONS:
            return answer(
                {"message": f"There is no action {action}: {', '.join(apps.ACTIONS)}"}, 404
            )
        return answer(apps.ACTIONS[action](shop, deliveries, name, asked()))

    return pages
