"""`make pictures`: every page people look at, into docs/pictures, from the running demo.

Desktop and phone, light and dark, German and English; not every product of these, one of each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from tests import demo
from tests.adapters.shopware import pictures as shopware
from tests.admin import pictures as admin
from tests.browser import chromium
from tests.plugin import pictures as plugin
from tests.widgets import pictures as gallery

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it."""

    name: str
    shop: str
    path: str
    width: int = 1200
    scheme: Literal["light", "dark"] = "light"
    logged_in: bool = False
    crop: str = ""


PICTURES = [
    Picture("storefront-home-de", "plattenkiste", "/"),
    Picture("storefront-account-de", "plattenkiste", "/my-account/", logged_in=True),
    Picture(
        "storefront-account-dark-en",
        "plattenkiste",
        "/my-account/?lang=en",
        scheme="dark",
        logged_in=True,
    ),
    Picture("storefront-account-phone-de", "kaffeerad", "/my-account/", width=360, logged_in=True),
    Picture("storefront-help-phone-dark-de", "kaffeerad", "/help/", width=360, scheme="dark"),
    Picture("storefront-help-en", "kaffeerad", "/help/?lang=en"),
    Picture("api-docs", "API", "/"),
    Picture(
        "balance",
        "plattenkiste",
        "/my-account/?lang=en",
        width=820,
        logged_in=True,
        crop="stammkunde-balance",
    ),
]


def take(browser: Browser, addresses: dict[str, str], picture: Picture) -> None:
    context = browser.new_context(
        color_scheme=picture.scheme, viewport={"width": picture.width, "height": 1000},
        timezone_id="Europe/Berlin", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    address = addresses[picture.shop].rstrip("/")
    if picture.logged_in:
        page.goto(f"{address}/my-account/")
        page.locator("form button").nth(1).click()
    page.goto(address + picture.path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    save(page, picture)
    context.close()


def save(page: Page, picture: Picture) -> None:
    file = FOLDER / f"{picture.name}.png"
    if picture.crop:
        page.locator(picture.crop).screenshot(path=file)
    else:
        height = min(int(page.evaluate("document.documentElement.scrollHeight")), 1500)
        page.set_viewport_size({"width": picture.width, "height": height})
        page.screenshot(path=file)
    print(f"{file.name}: {file.stat().st_size // 1024} KB", flush=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo.running() as addresses, chromium() as browser:
        for picture in PICTURES:
            take(browser, addresses, picture)
    gallery.main()
    admin.main()
    plugin.main()
    shopware.main()


if __name__ == "__main__":
    main()
