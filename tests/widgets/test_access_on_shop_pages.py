"""Everybody can use what stands on product pages, thank-you pages and behind the button, and ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.widgets.conftest import Scheme, Visit
from tests.widgets.test_access import violations

SMALL = "buttons => buttons.filter((one) => one.offsetHeight < 44 || one.offsetWidth < 44).length"
TO_PRESS = "button:visible, a:visible, textarea:visible, input:visible"


def waiting(page: Page) -> None:
    """A product, an order that waits for its buyer, a question that is too short."""
    page.locator("stammkunde-earn .earn, stammkunde-earn #ask").wait_for()
    page.locator("stammkunde-order .row").wait_for()
    page.locator("stammkunde-ask #open").click()
    page.locator("#send").click()
    page.locator("#problem").wait_for()


def asked(page: Page) -> None:
    """A product whose points could not be told, an order that is still being worked out."""
    page.locator("stammkunde-earn #ask").click()
    page.locator("stammkunde-earn .problem").wait_for()
    page.locator("stammkunde-order .sentence").wait_for()


def under_way(page: Page) -> None:
    page.locator("stammkunde-earn #ask").click()
    page.locator("stammkunde-earn .wait").wait_for()
    page.locator("stammkunde-order .skeleton").wait_for()


def a_guest_asks(page: Page) -> None:
    page.locator("stammkunde-order .sentence").wait_for()
    page.locator("stammkunde-ask #open").click()
    page.locator(".guest").wait_for()


def panel(page: Page) -> None:
    page.locator("#launch").click()
    page.locator("stammkunde-balance .card > :not(.skeleton)").first.wait_for()
    page.locator("stammkunde-faq .question").first.wait_for()
    page.wait_for_load_state("networkidle")


def button(page: Page) -> None:
    page.locator("#launch").wait_for()


STATES: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "rich": ("order-waiting", "earn,order,faq", waiting),
    "long": ("long", "earn,order,faq,launcher", waiting),
    "error": ("unpriced-error", "earn,order", asked),
    "loading": ("unpriced-slow", "earn,order", under_way),
    "guest": ("guest", "earn,order,faq", a_guest_asks),
    "panel": ("member", "launcher", panel),
    "panel of a guest": ("guest", "launcher", panel),
    "button": ("member", "earn,launcher", button),
}


def shown(visit: Visit, page: Page, state: str, **query: str) -> Page:
    situation, widgets, open_ = STATES[state]
    open_(visit.on(page, situation, widgets=widgets, **query))
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", list(STATES))
def test_axe_finds_nothing(read: Visit, standing_page: Page, state: str, scheme: Scheme) -> None:
    standing_page.emulate_media(color_scheme=scheme)
    shown(read, standing_page, state, lang="de" if scheme == "light" else "en")

    assert violations(standing_page) == []


@pytest.mark.parametrize("state", ["rich", "long", "error", "guest", "panel", "button"])
def test_at_four_hundred_percent_nothing_sticks_out_and_all_is_large_enough_to_press(
    visit: Visit, state: str
) -> None:
    """320 by 256 pixels are what is left of 1280 by 1024."""
    page = visit.blank(width=320)
    page.set_viewport_size({"width": 320, "height": 256})
    shown(visit, page, state)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    wide = "(all) => all.filter((one) => one.getBoundingClientRect().right > 320.5).length"
    assert page.locator("main *").evaluate_all(wide) == 0
    assert page.locator(TO_PRESS).evaluate_all(SMALL) == 0


def test_the_panel_can_be_scrolled_to_its_end_on_the_smallest_window(visit: Visit) -> None:
    page = visit.blank(width=320)
    page.set_viewport_size({"width": 320, "height": 256})
    shown(visit, page, "panel")
    page.locator("stammkunde-ask #open").click()
    page.locator("#question").wait_for()
    page.locator("#send").scroll_into_view_if_needed()

    expect(page.locator("#send")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Schließen")).to_be_in_viewport()


@pytest.mark.parametrize("state", ["rich", "panel"])
def test_high_contrast_shows_edges_and_where_one_is(visit: Visit, state: str) -> None:
    page = visit.blank(forced_colors="active")
    shown(visit, page, state)
    edges = page.locator("button[part~=primary]:visible, button[part~=plain]:visible").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).borderTopStyle)"
    )
    assert edges
    assert set(edges) == {"solid"}
    page.keyboard.press("Tab")
    outline = page.evaluate(
        """() => {
            let at = document.activeElement;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return getComputedStyle(at).outlineStyle;
        }"""
    )
    assert outline == "solid"


def test_everything_can_be_used_by_keyboard_alone(visit: Visit) -> None:
    page = visit.on(visit.blank(), "unpriced", widgets="earn,faq,launcher")
    page.locator("stammkunde-ask #open").wait_for()
    page.locator("#launch").wait_for()
    page.locator("stammkunde-earn #ask").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".earn")).to_be_focused()
    page.locator("stammkunde-ask #open").focus()
    page.keyboard.press("Space")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("Geht das auch ohne Maus?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".news")).to_be_focused()
    for at in ("stammkunde-ask #open", "#launch"):
        page.keyboard.press("Tab")
        expect(page.locator(at)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Schließen")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#launch")).to_be_focused()
