"""Nothing expires that nobody was warned of: only what was really readable is told, and only once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation

BOTH = ("seen", {"warnings": ["2027-12-31/2027-12-31", "2028-12-31/2028-12-31"]})
SECOND = 1000
REFRESH = "document.dispatchEvent(new Event('stammkunde:refresh'))"
TURN = """(state) => {
    Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""
FRAMES = """() => new Promise((done) => {
    const eye = new IntersectionObserver(() => { eye.disconnect(); done(); });
    eye.observe(document.body);
})"""
PUSH_DOWN = "document.querySelector('h1').style.marginBottom = '3000px'"


def warned(visit: Visit, situation: str = "warned", **query: str) -> Page:
    """The warnings are drawn and the clock stands still."""
    return shown(visit.on(still(visit), situation, widgets="balance", **query), 2)


def still(visit: Visit) -> Page:
    """A page on which time passes only when a test says so."""
    page = visit.blank()
    page.clock.install(time=0)
    page.clock.pause_at(1)
    return page


def shown(page: Page, count: int) -> Page:
    page.locator("stammkunde-warnings").first.wait_for(state="attached")
    page.evaluate(FRAMES)
    page.clock.run_for(150)  # the loader looks at new elements a tenth of a second later
    page.locator("stammkunde-warnings .warning").nth(count - 1).wait_for(state="attached")
    return page


def wait(page: Page, ms: int) -> None:
    """The browser has looked at what is on the screen; then so much time passes."""
    page.evaluate(FRAMES)
    page.evaluate(FRAMES)
    page.clock.run_for(ms)


def told(page: Page, ms: int = SECOND + 200) -> None:
    with page.expect_response("**/seen?*"):
        wait(page, ms)


def quiet(page: Page, shop: Shop, sent: list[Any]) -> None:
    """Whatever was on its way has arrived."""
    page.wait_for_load_state("networkidle")
    said = [(kind, {"warnings": sorted(body["warnings"])}) for kind, body in shop.sent]
    assert said == sent


def test_what_is_on_the_screen_for_a_second_is_told_once_and_together(
    visit: Visit, shop: Shop
) -> None:
    page = warned(visit, strict="1")
    wait(page, SECOND - 300)
    quiet(page, shop, [])
    told(page)
    quiet(page, shop, [BOTH])

    page.evaluate(TURN, "hidden")
    page.evaluate(TURN, "visible")
    page.evaluate(REFRESH)
    wait(page, 5 * SECOND)
    quiet(page, shop, [BOTH])
    assert visit.complaints == []


def test_what_is_below_the_screen_is_not_told_until_somebody_scrolls(
    visit: Visit, shop: Shop
) -> None:
    page = still(visit)
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {PUSH_DOWN} }})")
    shown(visit.on(page, "warned", widgets="balance"), 2)
    wait(page, 5 * SECOND)
    quiet(page, shop, [])
    page.locator("stammkunde-warnings .warning").nth(1).scroll_into_view_if_needed()
    told(page)

    quiet(page, shop, [BOTH])


def test_a_page_that_is_not_looked_at_tells_nothing(visit: Visit, shop: Shop) -> None:
    page = warned(visit)
    wait(page, SECOND // 2)
    page.evaluate(TURN, "hidden")
    wait(page, 5 * SECOND)
    quiet(page, shop, [])
    page.evaluate(TURN, "visible")
    wait(page, SECOND - 300)
    quiet(page, shop, [])
    told(page)

    quiet(page, shop, [BOTH])


@pytest.mark.parametrize("way", ["opacity: 0", "visibility: hidden", "height: 0; overflow: hidden"])
def test_what_the_shop_has_hidden_is_not_told(visit: Visit, shop: Shop, way: str) -> None:
    page = still(visit)
    page.add_init_script(
        f"""addEventListener('DOMContentLoaded', () => {{
            const sheet = new CSSStyleSheet();
            sheet.replaceSync('stammkunde-balance {{ display: block; {way} }}');
            document.adoptedStyleSheets = [sheet]; }})"""
    )
    shown(visit.on(page, "warned", widgets="balance"), 2)
    wait(page, 5 * SECOND)

    quiet(page, shop, [])


@pytest.mark.parametrize("no", [Answer(status=0), Answer({"code": 500}, status=500),
                                Answer({"code": 409}, status=409)])  # fmt: skip
def test_what_was_not_heard_is_told_by_the_next_page_and_nobody_is_bothered(
    visit: Visit, shop: Shop, no: Answer
) -> None:
    shop.add("deaf", Situation(me=(Answer(_warned),), seen=(no,)))
    page = warned(visit, "deaf")
    with page.expect_request("**/seen?*"):
        wait(page, SECOND + 200)
    wait(page, 5 * SECOND)
    page.wait_for_load_state("networkidle")
    first = len(shop.sent)
    assert first in (1, 2)  # a dead line is tried once more
    expect(page.locator("stammkunde-balance")).to_contain_text("300 Punkte verfallen")
    wait(page, 5 * SECOND)
    quiet(page, shop, [BOTH] * first)

    page = warned(visit, "deaf")
    with page.expect_request("**/seen?*") as again:
        wait(page, SECOND + 200)
    again.value.response()  # it outlives the page: on its way still, it would count in the next test


def test_a_new_warning_is_told_by_itself(visit: Visit, shop: Shop) -> None:
    one = Answer(lambda lang: answers.member(lang, warnings=answers.warnings(lang)[:1]))
    shop.add("growing", Situation(me=(one, Answer(_warned))))
    page = still(visit)
    shown(visit.on(page, "growing", widgets="balance"), 1)
    told(page)
    page.evaluate(REFRESH)
    page.locator("stammkunde-warnings .warning").nth(1).wait_for()
    told(page)

    quiet(page, shop, [("seen", {"warnings": [id_]}) for id_ in BOTH[1]["warnings"]])


def test_two_balances_on_one_page_tell_it_once(visit: Visit, shop: Shop) -> None:
    page = still(visit)
    page.set_viewport_size({"width": 1000, "height": 3000})
    shown(visit.on(page, "warned", widgets="balance,balance"), 4)
    told(page)
    wait(page, 5 * SECOND)
    page.wait_for_load_state("networkidle")

    assert sorted(id_ for _, body in shop.sent for id_ in body["warnings"]) == BOTH[1]["warnings"]


def _warned(lang: str) -> answers.JSON:
    return answers.member(lang, warnings=answers.warnings(lang))
