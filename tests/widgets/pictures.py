"""Takes the pictures in docs/pictures: `python -m tests.widgets.pictures`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.browser import chromium
from tests.widgets import shop as pretend
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LOADED = """[...document.querySelectorAll('stammkunde-launcher > *')].every((widget) =>
    widget.shadowRoot && !widget.shadowRoot.querySelector('.skeleton'))"""
SCREEN = 760
"""How high the window is where a picture shows the window and not the whole page."""
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
    ("earn-de", "member", 480, {"lang": "de", "widgets": "earn"}),
    ("earn-asked-blocks-en", "unpriced-error", 620,
     {"lang": "en", "widgets": "earn", "theme": "blocks", "click": "stammkunde-earn #ask"}),
    ("order-de", "member", 760, {"lang": "de", "widgets": "order", "theme": "brand"}),
    ("order-waiting-blocks-de", "order-waiting", 900,
     {"lang": "de", "widgets": "order", "theme": "blocks"}),
    ("order-waiting-phone-dark-en", "order-waiting", 320,
     {"lang": "en", "widgets": "order", "scheme": "dark"}),
    ("order-waiting-loud-de", "order-waiting", 760,
     {"lang": "de", "widgets": "order", "theme": "loud"}),
    ("ask-de", "member", 760, {"lang": "de", "widgets": "faq", "click": "#open,#send"}),
    ("ask-contrast-en", "member", 360,
     {"lang": "en", "widgets": "faq", "click": "#open,#send", "contrast": "1"}),
    ("launcher-de", "member", 1000,
     {"lang": "de", "widgets": "faq,launcher", "click": "#launch", "screen": "1"}),
    ("launcher-button-dense-de", "member", 760,
     {"lang": "de", "widgets": "earn,launcher", "theme": "dense", "screen": "1"}),
    ("launcher-phone-night-en", "guest", 320,
     {"lang": "en", "widgets": "launcher", "theme": "night", "click": "#launch", "screen": "1"}),
]  # fmt: skip


def take(
    browser: Browser, shop: Shop, name: str, situation: str, width: int, how: dict[str, str]
) -> None:
    dark, opened = how.pop("scheme", "") == "dark", how.pop("open", "")
    leaving, clicks, screen = how.pop("leave", ""), how.pop("click", ""), how.pop("screen", "")
    colours: dict[str, Any] = {"forced_colors": "active"} if how.pop("contrast", "") else {}
    visit = Visit(browser, shop)
    page = visit.blank(scheme="dark" if dark else "light", width=width, **colours)
    visit.on(page, situation, **how)
    page.wait_for_load_state("networkidle")
    page.set_viewport_size({"width": width, "height": SCREEN if screen else 100})
    for each in filter(None, clicks.split(",")):
        page.locator(each).click()
        page.wait_for_function(LOADED)
        page.wait_for_load_state("networkidle")
    if opened:
        page.locator("stammkunde-referral [aria-controls]").click()
        page.locator("stammkunde-faq .question").first.click()
    if leaving:
        page.locator("stammkunde-membership #leave").click()
    page.screenshot(path=FOLDER / f"widgets-{name}.png", full_page=not screen)
    visit.close()


def main(wanted: Sequence[str] = ()) -> None:
    """All of them, or those whose name begins as asked for."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with pretend.running() as shop, chromium() as browser:
        for name, situation, width, how in PICTURES:
            if wanted and not name.startswith(tuple(wanted)):
                continue
            take(browser, shop, name, situation, width, dict(how))


if __name__ == "__main__":
    main(sys.argv[1:])
