"""Takes the pictures in docs/pictures: `python -m tests.widgets.pictures`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import chromium
from tests.widgets import shop as pretend
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PICTURES: list[tuple[str, str, int, dict[str, str]]] = [
    ("desktop-de", "member", 1200, {"lang": "de", "open": "1"}),
    ("phone-de", "member", 360, {"lang": "de", "widgets": "balance"}),
    ("desktop-dark-en", "member", 1200, {"lang": "en", "scheme": "dark"}),
    ("phone-dark-en", "guest", 360, {"lang": "en", "scheme": "dark"}),
    ("brand-en", "shortfall", 760, {"lang": "en", "theme": "brand"}),
    ("warned-de", "warned", 1200, {"lang": "de", "widgets": "balance,redeem"}),
    ("waiting-de", "waiting", 760, {"lang": "de", "widgets": "balance"}),
    (
        "waiting-phone-dark-en",
        "waiting",
        360,
        {"lang": "en", "widgets": "balance", "scheme": "dark"},
    ),
    (
        "leaving-phone-dark-en",
        "warned",
        360,
        {"lang": "en", "widgets": "balance", "scheme": "dark", "leave": "1"},
    ),
    ("ending-de", "ending", 760, {"lang": "de", "widgets": "balance"}),
    ("outside-de", "guest", 760, {"lang": "de", "widgets": "balance"}),
]


def take(
    browser: Browser, shop: Shop, name: str, situation: str, width: int, how: dict[str, str]
) -> None:
    dark, opened = how.pop("scheme", "") == "dark", how.pop("open", "")
    leaving = how.pop("leave", "")
    visit = Visit(browser, shop)
    page = visit.blank(scheme="dark" if dark else "light", width=width)
    visit.on(page, situation, **how)
    page.wait_for_load_state("networkidle")
    page.set_viewport_size({"width": width, "height": 100})
    if opened:
        page.locator("stammkunde-referral [aria-controls]").click()
        page.locator("stammkunde-faq .question").first.click()
    if leaving:
        page.locator("stammkunde-membership #leave").click()
    page.screenshot(path=FOLDER / f"widgets-{name}.png", full_page=True)
    visit.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with pretend.running() as shop, chromium() as browser:
        for name, situation, width, how in PICTURES:
            take(browser, shop, name, situation, width, dict(how))


if __name__ == "__main__":
    main()
