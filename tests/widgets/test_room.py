"""What stands below a widget stays where it is while the widget comes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

import adapters.shopware
import adapters.woocommerce
import widgets
from tests.widgets.conftest import Visit

SHOP = Path(adapters.woocommerce.__file__).parent
APP = Path(adapters.shopware.__file__).parent / "app"
DOCUMENT = Path(widgets.__file__).parents[1] / "docs" / "widgets.md"
COPIES = (
    Path(widgets.__file__).parent / "gallery" / "page.css",
    SHOP / "plugin" / "assets" / "room.css",
    SHOP / "simulator" / "static" / "shop.css",
    APP / "Resources" / "public" / "room.css",
)
SHIFT = """
    window.shift = 0;
    new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) shift += value;
    }).observe({ type: 'layout-shift', buffered: true });
"""
SCREENS = {412: 823, 1280: 720}
"""A phone and a laptop, width to height. On a screen that is longer than the page its foot comes up a little."""
PAINTED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))"


def shifted(visit: Visit, width: int, situation: str, **query: str) -> tuple[Page, float]:
    """How far what was to be seen moved until everything was drawn, as browsers count it."""
    held: list[Route] = []
    page = visit.blank(reduced_motion="no-preference")
    page.set_viewport_size({"width": width, "height": SCREENS[width]})
    if situation == "member":
        page.context.add_cookies([{"name": "known", "value": "1", "url": visit.shop.url}])
    page.add_init_script(SHIFT)
    page.route(re.compile("/v1/.*/loader"), lambda route: held.append(route))
    page.goto(visit.address(situation, known="1", **query), wait_until="commit")
    expect(page.get_by_text("Impressum")).to_be_attached()
    page.evaluate(PAINTED)  # a page without us is painted first, as on a slow line
    page.wait_for_timeout(50)
    held.pop().continue_()
    page.locator("stammkunde-faq .question").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate(PAINTED)
    return page, page.evaluate("shift")


@pytest.mark.parametrize("width", SCREENS)
def test_a_guests_page_does_not_move(visit: Visit, width: int) -> None:
    page, shift = shifted(visit, width, "guest")

    expect(page.locator("stammkunde-balance .lead")).to_be_visible()
    assert shift == 0


@pytest.mark.parametrize("width", SCREENS)
def test_an_account_does_not_move(visit: Visit, width: int) -> None:
    page, shift = shifted(
        visit, width, "member", account="1", widgets="balance,redeem,referral,faq"
    )

    expect(page.locator("stammkunde-faq .question").first).to_be_visible()
    assert shift == 0


def rules(css: str) -> list[str]:
    """Each rule about the room, however it is laid out."""
    flat = re.sub(r"\s+", " ", css)
    found = re.findall(r"stammkunde-balance:not\(:defined\).*?--stammkunde-room: 100vh; \}", flat)
    return [rule.replace("( ", "(") for rule in found]


@pytest.mark.parametrize("copy", COPIES, ids=lambda file: "/".join(file.parts[-3:]))
def test_every_shop_keeps_the_room_that_is_documented(copy: Path) -> None:
    (documented,) = rules(DOCUMENT.read_text("utf-8"))

    assert rules(copy.read_text("utf-8")) == [documented]
