"""Everybody can use the widgets: WCAG 2.2 AA in every situation, light, dark and high contrast."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.widgets.conftest import Scheme, Visit

AXE = Axe()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SITUATIONS = [
    "member",
    "zero",
    "shortfall",
    "guest",
    "not_joined",
    "left",
    "waiting",
    "warned",
    "ending",
    "arriving",
    "slow",
    "error",
    "long",
]
RICH = ("member", "long")
SETTLED = "stammkunde-balance > .card > :not(.skeleton)"
TAKING_PART = {
    "member",
    "zero",
    "shortfall",
    "not_joined",
    "left",
    "waiting",
    "warned",
    "ending",
    "long",
}


def everything_open(page: Page, situation: str) -> None:
    page.locator(".skeleton" if situation == "slow" else SETTLED).first.wait_for()
    if situation in TAKING_PART:
        page.locator("#leave, #join").wait_for()
    page.locator(".question, #more, #toggle, #leave").evaluate_all(
        "(all) => all.forEach((one) => one.click())"
    )


def violations(page: Page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = AXE.run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_axe_finds_nothing(
    read: Visit, standing_page: Page, situation: str, scheme: Scheme
) -> None:
    standing_page.emulate_media(color_scheme=scheme)
    lang = "de" if scheme == "light" else "en"
    page = read(
        situation, lang=lang, widgets="balance,referral,faq" if situation in RICH else "balance"
    )
    everything_open(page, situation)

    assert violations(page) == []


@pytest.mark.parametrize("accent", ["#ffd400", "#000", "#e2001a", "#0a7d3b", "#7a3cff", "#767676"])
def test_words_on_any_accent_colour_can_be_read(read: Visit, accent: str) -> None:
    page = read(widgets="referral")
    page.locator(".primary").wait_for()
    page.evaluate(f"document.documentElement.style.setProperty('--stammkunde-accent', '{accent}')")

    assert violations(page) == []


def test_dark_follows_the_page_and_not_the_visitors_wish_alone(visit: Visit) -> None:
    page = visit.on(visit.blank(scheme="dark"), widgets="balance")
    card = page.locator("stammkunde-balance > .card")
    surface = "(card) => getComputedStyle(card).backgroundColor"
    assert card.evaluate(surface) == "rgb(28, 26, 25)"
    page.evaluate("document.querySelector('meta[name=color-scheme]').content = 'light'")

    assert card.evaluate(surface) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("options", [{}, {"forced_colors": "active"}])
def test_whoever_tabs_through_sees_where_they_are(visit: Visit, options: dict[str, Any]) -> None:
    page = visit.on(visit.blank(**options))
    everything_open(page, "member")
    page.locator("h1").click()
    outline = """() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(at);
        const { backgroundColor } = getComputedStyle(document.querySelector('stammkunde-faq').shadowRoot.querySelector('.card'));
        return [at.localName, outlineStyle, outlineWidth, outlineColor !== backgroundColor];
    }"""
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(outline))

    assert [name for name, *_ in seen] == [
        *["button"] * 4,  # all movements, leave, its two answers
        "input",
        *["button"] * 2,
        "input",
        *["button"] * 6,  # five questions, and another one
    ]
    assert all(how == ["solid", "2px", True] for _, *how in seen)


def test_everything_to_press_is_large_enough_for_a_thumb(visit: Visit) -> None:
    page = visit.on(visit.blank(width=360))
    everything_open(page, "member")
    sizes = page.locator("button:visible, input:visible, a:visible").evaluate_all(
        "(all) => all.map((one) => [one.offsetWidth, one.offsetHeight])"
    )

    assert len(sizes) == 14
    assert all(width >= 44 and height >= 44 for width, height in sizes)


@pytest.mark.parametrize("situation", ["member", "long"])
def test_nothing_sticks_out_on_the_narrowest_phone(visit: Visit, situation: str) -> None:
    page = visit.on(visit.blank(width=320), situation)
    everything_open(page, situation)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    wide = "(all) => all.filter((one) => one.getBoundingClientRect().right > 320).length"
    assert page.locator("stammkunde-balance *, stammkunde-faq *").evaluate_all(wide) == 0


def test_nothing_moves_for_whoever_asked_for_rest(read: Visit) -> None:
    page = read("slow", widgets="balance")
    page.locator(".skeleton").wait_for()
    name = "(bar) => getComputedStyle(bar).animationName"

    assert page.locator(".skeleton i").first.evaluate(name) == "none"


def test_high_contrast_keeps_edges_and_the_code(visit: Visit) -> None:
    page = visit.on(visit.blank(forced_colors="active"), widgets="referral")
    page.locator("#toggle").click()
    paper = page.locator("#code path").first

    expect(page.locator("#code")).to_be_visible()
    assert paper.evaluate("(path) => getComputedStyle(path).fill") == "rgb(255, 255, 255)"
    edge = "(button) => getComputedStyle(button).borderTopStyle"
    assert page.locator("#copy").evaluate(edge) == "solid"


def test_each_widget_speaks_its_own_language_on_a_foreign_page(read: Visit) -> None:
    page = read(lang="fr")

    for name in ("balance", "referral", "faq"):
        card = page.locator(f"stammkunde-{name} > .card")
        expect(card).to_have_attribute("lang", "de")


def test_a_shop_gives_its_own_colours_and_shapes(read: Visit) -> None:
    page = read(widgets="referral", theme="brand")
    primary = page.locator(".primary")
    primary.wait_for()
    style = (
        "(node) => { const s = getComputedStyle(node); return [s.backgroundColor, s.fontFamily] }"
    )
    colour, font = primary.evaluate(style)
    assert colour == "rgb(47, 93, 80)"
    assert "Pagella" in font
    page.evaluate(
        """const sheet = new CSSStyleSheet();
        sheet.replaceSync('stammkunde-referral::part(primary) { border-radius: 99px }');
        document.adoptedStyleSheets = [sheet]"""
    )

    assert primary.evaluate("(n) => getComputedStyle(n).borderTopLeftRadius") == "99px"


OWN_NAMES = {
    "balance": [(".card", "background-color", "rgb(253, 253, 255)"),
                (".card", "border-top-left-radius", "6px"),
                (".card", "border-top-color", "rgb(201, 205, 214)"),
                (".number", "color", "rgb(32, 36, 44)"),
                (".unit", "color", "rgb(86, 91, 102)")],
    "referral": [(".primary", "background-color", "rgb(59, 47, 160)"),
                 (".primary", "color", "rgb(254, 254, 254)"),
                 (".field", "background-color", "rgb(238, 240, 250)")],
}  # fmt: skip


@pytest.mark.parametrize("widget", list(OWN_NAMES))
def test_a_page_may_call_its_colours_as_it_likes_and_hand_them_on(read: Visit, widget: str) -> None:
    page = read(widgets=widget, theme="own-names")
    page.locator(".card > :not(.skeleton)").first.wait_for()

    for selector, what, value in OWN_NAMES[widget]:
        expect(page.locator(selector).first).to_have_css(what, value)
