"""One WordPress and one pretend connector for each test process; every test leaves both as it found them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import goodbye, listen
from tests.plugin import connector as pretend
from tests.plugin import wordpress as real
from tests.plugin.connector import Connector
from tests.plugin.shop import Shop
from tests.plugin.wordpress import WordPress


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    with real.running(tmp_path_factory.mktemp("shop") / "wordpress") as shop:
        yield shop


@pytest.fixture(scope="session")
def running_connector() -> Iterator[Connector]:
    with pretend.running() as connector:
        yield connector


@pytest.fixture(scope="session")
def opened(wordpress: WordPress, running_connector: Connector) -> Shop:
    return Shop(wordpress, running_connector)


@pytest.fixture
def unconnected(opened: Shop) -> Iterator[Shop]:
    """A shop whose plugin was activated and nothing more; PHP complains about nothing."""
    opened.clean()
    yield opened
    assert opened.wordpress.complaints() == ""


@pytest.fixture
def shop(opened: Shop) -> Iterator[Shop]:
    """The same, connected."""
    opened.clean(connected=True)
    yield opened
    assert opened.wordpress.complaints() == ""


@pytest.fixture
def connector(running_connector: Connector) -> Connector:
    return running_connector


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; a test that expects something takes it out."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A fresh visitor on loopback, and a browser that complains about nothing."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    context.set_default_timeout(60_000)
    # WordPress' own pages ask for avatars and fonts elsewhere.
    context.route(lambda url: "//127.0.0.1" not in url, lambda route: route.fulfill(body=""))
    page = context.new_page()
    listen(page, complaints)
    yield page
    goodbye(context)
    assert complaints == []
