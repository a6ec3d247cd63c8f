"""The whole way in a real browser: the simulated shop, the app it has installed, and the real connector behind."""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from adapters.shopware.simulator.pages import EXPERIENCE
from connector import connecting, jobs, rulebook, sync
from connector.installation import Installation, open_installation
from connector.runners import embedded
from connector.tables import transfer
from tests.adapters.shopware import simulated
from tests.adapters.shopware.installed import Installed, installed
from tests.adapters.woocommerce import simulated as twin
from tests.browser import goodbye, listen
from tests.connected import config, connect
from tests.make import merged
from tests.widgets.test_access import violations
from tests.widgets.test_guests_in_a_shop import only_the_network

SLOW = 30_000
"""How long a machine may take for what the connector hears and works off beside the page."""
LOOKING_AGAIN = """([part, words]) => {
    document.dispatchEvent(new Event('stammkunde:refresh'));
    const shown = document.querySelector('stammkunde-balance').shadowRoot?.querySelector(part);
    return shown?.textContent.includes(words);
}"""
"""However long the connector takes to hear of it: the page asks until it is there."""
CODE = re.compile(r"[A-Z0-9]{5}-[A-Z0-9]{5}")
POINTS = re.compile(r"bringt dir ([\d.]+) Punkte")


@pytest.fixture(scope="module")
def there() -> Iterator[Installed]:
    """The demo's little shop has installed our app, and the connector works."""
    with simulated.running("--data", "small") as shop, installed(shop) as opened:
        sync.run(opened.inst, opened.inst.shop("demo"))
        jobs.run_due(opened.inst)
        scheduler = embedded.start(opened.inst)
        yield opened
        scheduler.shutdown()


@contextmanager
def visitor(browser: Browser, complaints: list[str], width: int = 1100) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(SLOW)
    page = context.new_page()
    listen(page, complaints)
    yield page
    goodbye(context)


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    with visitor(browser, complaints) as page:
        yield page


def log_in(page: Page, there: Installed, name: str) -> None:
    page.goto(f"{there.shop.url}/account/login")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name="Hallo")).to_be_visible()


def lay_in(page: Page, there: Installed, product: str) -> None:
    """From the shelf into the small cart at the side."""
    page.goto(there.shop.url)
    page.get_by_role("link", name=product).click()
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.get_by_role("dialog").get_by_role("link", name=product)).to_be_visible()


def order(page: Page) -> None:
    page.get_by_role("link", name="Zur Kasse").click()
    page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
    page.wait_for_url("**/checkout/finish?orderId=*")


def test_from_the_balance_over_a_voucher_to_the_order_and_out_again(
    page: Page, there: Installed, complaints: list[str]
) -> None:
    log_in(page, there, "Jonas Petersen")
    balance = page.locator("stammkunde-balance .number")
    expect(balance).to_have_text("500", timeout=SLOW)

    lay_in(page, there, "Espresso Feierabend")
    side = page.get_by_role("dialog").locator("stammkunde-redeem")
    expect(side.get_by_role("button", name="Für 500 Punkte")).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name="Warenkorb ansehen").click()
    expect(page.get_by_text("28,40 €")).to_be_visible()

    redeem = page.locator("stammkunde-redeem")
    redeem.get_by_role("button", name="Für 500 Punkte").click()
    redeem.get_by_role("button", name="Einlösen", exact=True).click()
    line = page.locator(".is-promotion")
    expect(line).to_contain_text(CODE, timeout=SLOW)  # the browser has sent the shop's own form
    expect(page.get_by_role("alert")).to_contain_text("liegt im Warenkorb")
    expect(page.get_by_text("23,40 €")).to_be_visible()
    expect(redeem).to_contain_text("Der Code liegt in deinem Warenkorb.", timeout=SLOW)

    order(page)
    expect(page.locator("stammkunde-order .sentence")).to_contain_text(POINTS, timeout=SLOW)
    expect(page.locator(".order")).to_contain_text("23,40 €")
    page.get_by_role("button", name="Bezahlen").click()
    page.wait_for_function(LOOKING_AGAIN, arg=[".card", "97 Punkte"], polling=500)
    expect(balance).to_have_text("0")

    assert complaints == []
    page.get_by_role("link", name="Abmelden").click()
    page.goto(f"{there.shop.url}/landingPage/{EXPERIENCE}")
    expect(page.get_by_role("link", name="Anmelden und Punkte sehen")).to_be_visible(timeout=SLOW)
    assert "Jonas" not in page.locator("body").inner_text()
    assert only_the_network(complaints)
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_a_guest_reads_on_the_finish_page_what_waits_for_him(
    page: Page, there: Installed, complaints: list[str]
) -> None:
    lay_in(page, there, "Handfilter")
    order(page)

    expect(page.locator("stammkunde-order .sentence")).to_contain_text(
        "warten 105 Punkte auf dich", timeout=SLOW
    )
    assert "Hallo" not in page.locator("body").inner_text()


def test_somebody_new_is_soon_known_to_the_programme(page: Page, there: Installed) -> None:
    log_in(page, there, "Jemand ganz Neues")

    page.wait_for_function(LOOKING_AGAIN, arg=[".number", "0"], polling=500)


def test_an_english_phone_shows_the_same_in_english(
    browser: Browser, there: Installed, complaints: list[str]
) -> None:
    with visitor(browser, complaints, width=390) as phone:
        phone.goto(f"{there.shop.url}/en/account/login")
        phone.get_by_role("button", name="Aylin Demir").click()

        expect(phone.locator("stammkunde-balance .number")).to_have_text("98", timeout=SLOW)
        expect(phone.get_by_role("heading", name="Your orders")).to_be_visible()
        expect(phone.locator("stammkunde-faq .question").first).to_contain_text("How")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert phone.evaluate(wide) == 0
    assert complaints == []


def test_a_shop_that_has_switched_the_app_off_shows_nothing_and_asks_nobody(
    page: Page, there: Installed, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    there.shop.control("POST", "/apps/Stammkunde/deactivate", {})
    try:
        log_in(page, there, "Aylin Demir")
        page.wait_for_load_state("networkidle")
        shown = page.content()
    finally:
        there.shop.control("POST", "/apps/Stammkunde/activate", {})

    assert "stammkunde" not in shown
    assert {url for url in asked if not url.startswith(there.shop.url)} == set()
    assert complaints == []


def test_everybody_can_use_every_page_by_day_or_by_night(page: Page, there: Installed) -> None:
    found = []
    schemes: Iterator[Literal["light", "dark"]] = itertools.cycle(("light", "dark"))

    def look() -> None:
        page.emulate_media(color_scheme=next(schemes))
        page.wait_for_load_state("networkidle")
        found.extend(violations(page))

    lay_in(page, there, "Emaillebecher")
    look()
    for path in ("/", "/checkout/cart", f"/landingPage/{EXPERIENCE}", "/checkout/confirm"):
        page.goto(there.shop.url + path)
        look()
    page.get_by_role("button", name="Zahlungspflichtig bestellen").click()
    page.wait_for_url("**/checkout/finish?orderId=*")
    look()
    log_in(page, there, "Mia Berger")
    look()

    assert found == []


def test_the_same_people_have_the_same_points_in_both_demo_shops() -> None:
    counting = merged(rulebook.preset("dach"), {"start": {"past_months": 480, "at_most": None}})
    told = []
    with simulated.running("--data", "small") as shop, empty() as inst:
        given = {"url": shop.url, "client_id": shop.client_id, "client_secret": shop.client_secret}
        connecting.add(inst, "shopware", "demo", given | {"ca_file": ""}, counting)
        told.append(credited(inst))
    with twin.running("--data", "small") as real, empty() as inst:
        connect(inst, real)
        told.append(credited(inst))

    assert told[0] == told[1] != []


@contextmanager
def empty() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory() as folder:
        inst = open_installation(config(Path(folder)))
        try:
            yield inst
        finally:
            inst.close()


def credited(inst: Installation) -> list[tuple[str, int]]:
    sync.run(inst, inst.shop("demo"))
    with inst.database.read() as tx:
        rows = tx.execute(select(transfer.c.reason, transfer.c.points))
        return sorted((reason, points) for reason, points in rows)
