"""Pictures of a Shopware shop with our app in it, into docs/pictures: every place, and the merchant's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from connector import jobs, sync
from tests.adapters.shopware import simulated
from tests.adapters.shopware.installed import Installed, installed
from tests.browser import chromium

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
DESKTOP: dict[str, Any] = {"width": 1200, "scheme": "light", "lang": ""}
PHONE: dict[str, Any] = {"width": 380, "scheme": "light", "lang": ""}
DARK: dict[str, Any] = {"width": 380, "scheme": "dark", "lang": "/en"}
REGULAR = "Jonas"
"""The customer of the sample shop with the most orders."""


class Visit:
    """The regular customer, or a stranger, in a browser of a certain size."""

    def __init__(
        self, browser: Browser, url: str, width: int, scheme: Any, lang: str, *, known: bool = True
    ) -> None:
        self.context: BrowserContext = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 1000},
            timezone_id="Europe/Berlin", reduced_motion="reduce",
        )  # fmt: skip
        self.page: Page = self.context.new_page()
        self.url = url + lang
        if known:
            self.to("/account/login")
            self.page.get_by_role("button", name=REGULAR).click()
            self.settle()

    def to(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(500)

    def lay_in(self) -> None:
        """A product, from its page."""
        self.to("/")
        self.page.locator("a[href*='/detail/']").first.click()
        self.settle()
        self.page.locator("form[action$='/checkout/line-item/add'] button").first.click()
        self.settle()

    def save(self, name: str) -> None:
        height = min(int(self.page.evaluate("document.documentElement.scrollHeight")), 1800)
        size = self.page.viewport_size or {"width": 1200, "height": 1000}
        self.page.set_viewport_size({"width": size["width"], "height": height})
        file = FOLDER / f"{name}.png"
        self.page.screenshot(path=file)
        self.context.close()
        print(f"{file.name}: {file.stat().st_size // 1024} KB", flush=True)


def account(visit: Visit) -> None:
    visit.to("/account")


def product(visit: Visit) -> None:
    visit.to("/")
    visit.page.locator("a[href*='/detail/']").first.click()
    visit.settle()


def cart(visit: Visit) -> None:
    visit.lay_in()
    visit.to("/checkout/cart")


def finish(visit: Visit) -> None:
    cart(visit)
    visit.to("/checkout/confirm")
    visit.page.locator("form[action$='/checkout/order'] button").first.click()
    visit.settle()


def service(visit: Visit) -> None:
    visit.to("/")
    visit.page.locator("a[href*='/landingPage/']").first.click()
    visit.settle()


PLACES: tuple[tuple[str, Callable[[Visit], None], dict[str, Any]], ...] = (
    ("shopware-account-de", account, DESKTOP),
    ("shopware-account-phone-dark-en", account, DARK),
    ("shopware-product-de", product, DESKTOP),
    ("shopware-product-phone-dark-en", product, DARK),
    ("shopware-cart-de", cart, DESKTOP),
    ("shopware-cart-phone-de", cart, PHONE),
    ("shopware-finish-de", finish, DESKTOP),
    ("shopware-finish-phone-dark-en", finish, DARK),
    ("shopware-service-guest-de", service, DESKTOP | {"known": False}),
)


def panel(browser: Browser, there: Installed) -> None:
    """What the merchant sees in Shopware's administration."""
    visit = Visit(browser, "", 1000, "light", "", known=False)
    visit.page.goto(there.shop.control("GET", "/apps/Stammkunde")["modules"][0])
    visit.settle()
    visit.save("shopware-panel-en")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    everything = {"start": {"past_months": 480, "at_most": None}}
    with simulated.running("--data", "small") as shop, installed(shop, everything) as there:
        sync.run(there.inst, there.inst.shop("demo"))
        jobs.run_due(there.inst)
        with chromium() as browser:
            for name, go, look in PLACES:
                visit = Visit(browser, shop.url, **look)
                go(visit)
                visit.save(name)
            panel(browser, there)


if __name__ == "__main__":
    main()
