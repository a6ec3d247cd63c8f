"""One floating button, and behind it everything; before it is opened nothing personal is loaded."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation
from tests.widgets.test_requests import settled

PANEL = "stammkunde-launcher dialog"


def opened(visit: Visit, situation: str = "member", **query: str) -> Page:
    page = visit(situation, **({"widgets": "launcher"} | query))
    page.locator("#launch").click()
    page.locator(f"{PANEL}[open]").wait_for()
    return page


def complete(page: Page) -> Page:
    page.locator("stammkunde-balance .card > :not(.skeleton)").first.wait_for()
    page.locator("stammkunde-faq .question").first.wait_for()
    return page


def test_before_it_is_opened_nobody_is_asked_who_is_looking(visit: Visit, shop: Shop) -> None:
    page = visit.blank()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1].split("-")[0]))
    settled(visit.on(page, widgets="launcher")).locator("#launch").wait_for()
    assert shop.asked == [("member", "config")]
    assert not {"balance", "redeem", "referral", "faq"} & set(loaded)
    page.locator("#launch").click()
    complete(page)

    assert sorted(kind for _, kind in shop.asked) == ["config", "identity", "me"]


@pytest.mark.parametrize(
    ("lang", "name", "close"),
    [("de", "Treuepunkte", "Schließen"), ("en", "Loyalty points", "Close")],
)
def test_the_button_opens_everything_and_is_given_the_focus_back(
    visit: Visit, lang: str, name: str, close: str
) -> None:
    page = complete(opened(visit, lang=lang))
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    expect(page.locator("stammkunde-balance .number")).to_be_visible()
    expect(page.locator("stammkunde-redeem .title").first).to_be_visible()
    expect(page.locator("stammkunde-referral #copy")).to_be_visible()
    page.get_by_role("button", name=close).click()

    expect(page.locator(PANEL)).to_be_hidden()
    expect(page.locator("stammkunde-balance")).to_be_hidden()
    expect(page.locator("#launch")).to_be_focused()


def test_escape_closes_and_gives_the_focus_back(visit: Visit) -> None:
    page = complete(opened(visit))
    page.locator("stammkunde-faq .question").first.click()
    page.keyboard.press("Escape")

    expect(page.locator(PANEL)).to_be_hidden()
    expect(page.locator("#launch")).to_be_focused()


def test_a_press_beside_the_panel_closes_it_and_one_inside_does_not(visit: Visit) -> None:
    page = complete(opened(visit))
    page.locator("stammkunde-balance .number").click()
    expect(page.locator(PANEL)).to_be_visible()
    page.mouse.click(20, 300)

    expect(page.locator(PANEL)).to_be_hidden()


def test_the_focus_stays_inside_while_it_is_open(visit: Visit) -> None:
    page = complete(opened(visit))
    page.evaluate(
        "document.querySelector('main').prepend(Object.assign(document.createElement('button'), "
        "{ id: 'shops', textContent: 'Kaufen' }))"
    )
    # Once around, over the browser's own bar, and on.
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.localName"))

    assert "button" not in seen  # the shop's own
    assert {"stammkunde-launcher", "stammkunde-balance", "stammkunde-faq"} <= set(seen)
    page.locator("#shops").focus()
    assert page.evaluate("document.activeElement.id") != "shops"


@pytest.mark.parametrize(
    ("side", "left"), [("", False), ('side="left"', True), ('side="right"', False)]
)
def test_it_floats_at_its_side_and_leaves_room_below(visit: Visit, side: str, left: bool) -> None:
    page = visit.on(visit.blank(), widgets="launcher", launcher=side)
    page.locator("#launch").wait_for()
    for width in (1000, 320):
        page.set_viewport_size({"width": width, "height": 900})
        room = _room(page)
        assert (room["below"], room["left" if left else "right"]) == (80, 16)
    page.evaluate(
        "document.documentElement.style.setProperty('--stammkunde-launcher-bottom', '10px')"
    )
    assert _room(page)["below"] == 10


def _room(page: Page) -> dict[str, float]:
    """How far the button is from the window's edges."""
    room: dict[str, float] = page.locator("#launch").evaluate(
        """(button) => {
            const { left, right, bottom } = button.getBoundingClientRect();
            return { left, right: innerWidth - right, below: innerHeight - bottom };
        }"""
    )
    return room


def test_it_never_lies_over_a_button_that_stands_at_the_pages_foot(visit: Visit) -> None:
    """The button to withdraw from a contract has to be reachable all the time."""
    page = visit.on(visit.blank(width=320), widgets="launcher")
    page.locator("#launch").wait_for()
    page.add_style_tag(
        content="#withdraw { position: fixed; inset: auto 0 0 0; height: 72px; width: 100% }"
    )
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('button'), "
        "{ id: 'withdraw', textContent: 'Vertrag widerrufen', onclick: () => window.pressed = true }))"
    )
    for x, y in ((4, 890), (160, 864), (290, 864), (290, 835), (316, 890)):
        page.mouse.click(x, y)
        assert page.evaluate("window.pressed") is True
        page.evaluate("window.pressed = false")


def test_an_open_panel_stays_open_when_the_programme_changes_under_it(
    visit: Visit, shop: Shop
) -> None:
    page = complete(opened(visit))
    page.locator("stammkunde-launcher").evaluate(
        """(launcher) => {
            const { page } = launcher;
            page.config = { ...page.config, programme: { ...page.config.programme, name: 'Neu' } };
            launcher.update();
        }"""
    )
    expect(page.locator(PANEL)).to_be_visible()
    assert page.locator(PANEL).evaluate("(panel) => panel.matches(':modal')")
    page.keyboard.press("Escape")
    expect(page.locator("#launch")).to_be_focused()


def test_a_guest_finds_the_way_in_behind_it_and_causes_no_personal_request(
    visit: Visit, shop: Shop
) -> None:
    page = complete(opened(visit, "guest"))

    expect(page.get_by_role("link", name="Anmelden und Punkte sehen")).to_be_visible()
    assert shop.count("guest", "me") == 0


@pytest.mark.parametrize("situation", ["config-error", "nonsense"])
def test_without_a_config_there_is_no_button(visit: Visit, situation: str) -> None:
    page = visit(situation, widgets="launcher")
    page.locator("stammkunde-launcher[empty]").wait_for(state="attached")

    expect(page.locator("#launch")).to_have_count(0)


def test_opening_again_asks_for_nothing_new(visit: Visit, shop: Shop) -> None:
    page = complete(opened(visit))
    page.keyboard.press("Escape")
    page.locator("#launch").click()
    settled(page)

    assert page.evaluate("document.querySelector('stammkunde-launcher').children.length") == 4
    assert sorted(kind for _, kind in shop.asked) == ["config", "identity", "me"]


def test_nothing_moves_for_whoever_asked_for_rest(visit: Visit) -> None:
    page = opened(visit)

    assert page.locator(PANEL).evaluate("(one) => getComputedStyle(one).animationName") == "none"


def test_the_merchants_words_stand_on_the_button(read: Visit, shop: Shop) -> None:
    config = Answer(lambda lang: answers.config(lang, texts={"launcher.open": "Deine Herzen"}))
    page = read(shop.add("own-button", Situation(config=(config,))), widgets="launcher")

    expect(page.locator("#launch")).to_have_text("Deine Herzen")
