"""The same in a shop with the connector behind it: what the widgets send is what it understands."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.widgets import answers
from tests.widgets.test_redeem import Visit, street, visit

__all__ = ["street", "visit"]


def test_two_clicks_lead_out_and_one_tap_back_in_with_everything(visit: Visit) -> None:
    mia = visit()
    page = mia.open("en")
    membership = page.locator("stammkunde-membership")
    membership.locator("#leave").click()
    expect(membership.locator("#lost")).to_contain_text("you lose 10,000 points")
    membership.locator("#sure").click()
    expect(page.locator("stammkunde-balance .lead")).to_contain_text("You no longer take part")
    assert mia.erika.available == 0
    membership.locator("#join").click()

    expect(membership.locator("#news")).to_contain_text("have everything back")
    expect(page.locator("stammkunde-balance .number")).to_have_text("10,000")
    assert mia.erika.available == 10_000
    assert mia.complaints == []


def test_the_connector_hears_what_was_read(visit: Visit) -> None:
    mia = visit()

    def warned(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"warnings": answers.warnings("de")})

    mia.page.route("**/v1/demo/me?*", warned)
    with mia.page.expect_response("**/v1/demo/seen?*") as heard:
        mia.open()

    assert heard.value.status == 200
    assert heard.value.json() == {"seen": 0}  # it never gave these warnings, so they are nobody's
    assert mia.complaints == []


def test_the_terms_are_a_page_that_can_be_read(visit: Visit) -> None:
    mia = visit()
    page = mia.open()
    membership = page.locator("stammkunde-membership")
    membership.locator("#leave").click()
    membership.locator("#sure").click()
    membership.locator("#terms").wait_for()
    with page.expect_popup() as opened:
        membership.locator("#terms").click()

    expect(opened.value.locator("h1")).to_be_visible()
