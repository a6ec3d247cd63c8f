"""The admin: pages for merchants and agencies under /admin/, rendered here, usable without JavaScript.

What each address asks of whoever calls it stands in `routes`, and nowhere else.
"""

from __future__ import annotations

from flask import Blueprint

from connector.installation import Installation
from connector.web.admin import (
    assets,
    customers,
    guard,
    home,
    log,
    login,
    pages,
    people,
    profile,
    programme,
    questions,
    rewards,
    shops,
    team,
)


def blueprint(inst: Installation) -> Blueprint:
    admin = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
    guard.install(admin, inst)
    pages.install(admin)
    for part in (
        assets,
        login,
        home,
        customers,
        people,
        programme,
        rewards,
        questions,
        shops,
        log,
        team,
        profile,
    ):
        part.routes(admin, inst)
    return admin
