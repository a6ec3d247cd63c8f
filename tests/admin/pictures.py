"""Pictures of the admin, into docs/pictures: two merchants, a few customers, and what a day brings."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from sqlalchemy import Connection

from connector import health, questions, tasks
from connector.installation import utc_now
from connector.web import serving
from tests.admin import people
from tests.admin.people import Office, member_of
from tests.browser import chromium

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DESKTOP: dict[str, Any] = {"color_scheme": "light", "locale": "de-DE", "width": 1200}
PHONE: dict[str, Any] = {"color_scheme": "dark", "locale": "en-GB", "width": 380}
PICTURES = (
    ("admin-home-de", "/", DESKTOP),
    ("admin-customer-de", "/customers/{max}", DESKTOP),
    ("admin-programme-de", "/programme", DESKTOP),
    ("admin-shops-de", "/shops", DESKTOP),
    ("admin-questions-de", "/questions", DESKTOP),
    ("admin-questions-phone-dark-en", "/questions", PHONE),
    ("admin-home-phone-dark-en", "/", PHONE),
    ("admin-customer-phone-dark-en", "/customers/{max}", PHONE),
    ("admin-team-phone-dark-en", "/team", PHONE),
)


def a_day(office: Office) -> None:
    """Tasks, questions, and a shop that rang and was read."""
    one, now = office.demo, utc_now()
    office.task("order/1017")

    def work(tx: Connection) -> None:
        facts = {"what": "webhooks", "error": "The shop answers 503."}
        tasks.open_task(tx, one.merchant_id, "stuck", "webhooks", facts, now)
        questions.ask(tx, one, "8", "de", "Gibt es den Kaffee auch in größeren Tüten?", now)
        questions.ask(tx, one, "7", "de", "Zählen meine alten Bestellungen auch?", now)
        health.rang(tx, one, now - timedelta(minutes=3))
        health.reconciled(tx, one, 2, now - timedelta(hours=7))

    office.inst.database.write(work)


def take(browser: Browser, office: Office, name: str, path: str, look: dict[str, Any]) -> None:
    size = {"width": look["width"], "height": 800}
    context = browser.new_context(
        color_scheme=look["color_scheme"],
        locale=look["locale"],
        viewport=size,  # type: ignore[arg-type]
    )
    token = office.desk("owner").token
    context.add_cookies([{"name": "stammkunde", "value": token, "url": office.inst.config.url}])
    page = context.new_page()
    page.goto(office.inst.config.url + office.here + path.format(max=member_of(office, "8")))
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), 1300)
    page.set_viewport_size({"width": look["width"], "height": height})
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    print(f"{file.name}: {file.stat().st_size // 1024} KB", flush=True)
    context.close()


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        office = stack.enter_context(people.office(folder))
        url = stack.enter_context(serving.running(office.inst, "127.0.0.1", 0, work=False))
        browser = stack.enter_context(chromium())
        office.inst.config = replace(office.inst.config, url=url)
        a_day(office)
        for name, path, look in PICTURES:
            take(browser, office, name, path, look)


if __name__ == "__main__":
    main()
