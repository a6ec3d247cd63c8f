"""One pretend shop a worker; every visit is a fresh visitor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import goodbye, listen
from tests.widgets import shop as pretend
from tests.widgets.shop import Shop

Scheme = Literal["light", "dark"]
SETTLED = """[...document.querySelectorAll('main > :not(h1)')].every((widget) =>
    widget.shadowRoot && !widget.shadowRoot.querySelector('.skeleton'))"""


@pytest.fixture(scope="session")
def running_shop() -> Iterator[Shop]:
    with pretend.running() as shop:
        yield shop


@pytest.fixture
def shop(running_shop: Shop) -> Shop:
    running_shop.forget()
    return running_shop


class Visit:
    """Opens pages of the pretend shop and remembers what the browser complained about."""

    def __init__(self, browser: Browser, shop: Shop, page: Page | None = None) -> None:
        self.page = page
        self.browser = browser
        self.shop = shop
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []

    def blank(self, *, scheme: Scheme = "light", width: int = 1000, **options: Any) -> Page:
        usual = {"timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
        context = self.browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, **(usual | options)
        )
        context.set_default_timeout(5000)
        self.contexts.append(context)
        page = context.new_page()
        listen(page, self.complaints)
        return page

    def __call__(self, situation: str = "member", **query: str) -> Page:
        """The page of a situation; `query` picks language, widgets, a strict policy."""
        page = self.on(self.page or self.blank(), situation, **query)
        if self.page and "slow" not in situation:
            page.wait_for_function(SETTLED)
        return page

    def on(self, page: Page, situation: str = "member", **query: str) -> Page:
        page.goto(self.address(situation, **query))
        return page

    def address(self, situation: str, anchor: str = "", **query: str) -> str:
        return f"{self.shop.url}/page/{situation}?{urlencode(query)}{anchor}"

    def close(self) -> None:
        for context in self.contexts:
            goodbye(context)


@pytest.fixture
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    visit = Visit(browser, shop)
    yield visit
    visit.close()


@pytest.fixture(scope="session")
def standing_page(browser: Browser, running_shop: Shop) -> Iterator[Page]:
    visit = Visit(browser, running_shop)
    yield visit.blank()
    visit.close()


@pytest.fixture
def read(browser: Browser, shop: Shop, standing_page: Page) -> Visit:
    """Visits in one window, for tests that only look at what a page shows: twice as fast."""
    standing_page.emulate_media(color_scheme="light")
    return Visit(browser, shop, standing_page)
