"""Joining in one tap, leaving in two, coming back: by mouse and keyboard, and when the line is dead."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import press_twice
from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation
from tests.widgets.test_access import violations

MEMBER = Answer(answers.member)
OUTSIDE = Answer(answers.waiting)
LEFT = Answer(lambda lang: answers.outsider("left", lang))
REFUSED = Answer({"code": 409, "status": "Conflict", "message": "No."}, status=409)
BROKEN = Answer({"code": 500}, status=500)
NEW_TERMS = Answer(lambda lang: answers.config(lang, terms=answers.terms(4, lang)))
FOCUSED = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at.id;
}"""


def membership(page: Page) -> Locator:
    return page.locator("stammkunde-membership")


def outside(visit: Visit, situation: str, **query: str) -> Page:
    page = visit(situation, widgets="balance", **query)
    membership(page).locator("#join").wait_for()
    return page


def inside(visit: Visit, situation: str = "member", **query: str) -> Page:
    page = visit(situation, widgets="balance", **query)
    membership(page).locator("#leave").wait_for()
    return page


# ------------------------------------------------------------------ joining


def test_one_tap_joins_under_the_terms_that_were_shown(visit: Visit, shop: Shop) -> None:
    shop.add("joining", Situation(me=(OUTSIDE, MEMBER)))
    page = outside(visit, "joining", strict="1")
    press_twice(membership(page).locator("#join"), "**/v1/joining/join?*")

    expect(page.locator("stammkunde-balance .number")).to_have_text("1.250")
    expect(membership(page).locator("#news")).to_have_text("Du machst jetzt mit.")
    assert page.evaluate(FOCUSED) == "news"
    assert shop.sent == [("join", {"terms_version": 3})]
    assert visit.complaints == []


def test_the_terms_open_in_a_tab_of_their_own(read: Visit) -> None:
    link = outside(read, "waiting", lang="en").get_by_role("link")

    expect(link).to_have_accessible_name("terms of participation (new tab)")
    expect(link).to_have_attribute("href", "https://connector.example/v1/demo/terms?lang=en")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener")


def test_other_terms_are_shown_and_asked_about_again(read: Visit, shop: Shop) -> None:
    changed = Situation(
        me=(OUTSIDE, OUTSIDE, MEMBER),
        config=(Answer(answers.config), NEW_TERMS),
        join=(REFUSED, Answer({"state": "member", "again": False, "back": False})),
    )
    page = outside(read, shop.add("changed", changed))
    membership(page).locator("#join").click()
    expect(membership(page).get_by_role("status")).to_contain_text("sind inzwischen neu")
    expect(membership(page).locator(".problem")).to_be_visible()
    assert page.evaluate(FOCUSED) == "join"
    membership(page).locator("#join").click()

    expect(membership(page).locator("#news")).to_have_text("Du machst jetzt mit.")
    assert [body for _, body in shop.sent] == [{"terms_version": 3}, {"terms_version": 4}]


@pytest.mark.parametrize("no", [REFUSED, BROKEN])
def test_a_no_is_said_and_joining_stays_possible(read: Visit, shop: Shop, no: Answer) -> None:
    yes = Answer({"state": "member", "again": False, "back": False})
    page = outside(read, shop.add("no", Situation(me=(OUTSIDE, OUTSIDE, MEMBER), join=(no, yes))))
    membership(page).locator("#join").click()
    expect(membership(page).get_by_role("status")).to_have_text(
        "Das hat nicht geklappt. Versuch es gleich noch einmal."
    )
    membership(page).locator("#join").click()

    expect(membership(page).locator("#news")).to_have_text("Du machst jetzt mit.")
    expect(membership(page).locator(".problem")).to_have_count(0)


def test_an_answer_that_is_lost_on_the_way_is_no_error_once_me_knows_it(
    read: Visit, shop: Shop
) -> None:
    lost = Situation(me=(OUTSIDE, MEMBER), join=(Answer(status=0),))
    page = outside(read, shop.add("lost", lost))
    membership(page).locator("#join").click()

    expect(page.locator("stammkunde-balance .number")).to_have_text("1.250")
    expect(membership(page).locator(".problem")).to_have_count(0)


def test_a_look_that_was_under_way_is_not_believed(read: Visit, shop: Shop) -> None:
    page = outside(read, shop.add("late", Situation(me=(OUTSIDE, OUTSIDE, MEMBER))))
    membership(page).locator("#join").click()
    expect(membership(page).locator("#news")).to_be_visible()
    assert membership(page).locator("#join").count() == 0  # now, not only once `me` knows

    expect(page.locator("stammkunde-balance .number")).to_have_text("1.250")
    assert len(shop.sent) == 1


def test_who_comes_back_in_time_reads_that_everything_is_back(read: Visit, shop: Shop) -> None:
    back = Answer({"state": "member", "again": False, "back": True})
    page = outside(read, shop.add("back", Situation(me=(LEFT, MEMBER), join=(back,))), lang="en")
    expect(membership(page)).to_contain_text("within 30 days has everything again")
    membership(page).locator("#join").click()

    expect(membership(page).locator("#news")).to_have_text(
        "You are taking part again and have everything back."
    )


@pytest.mark.parametrize(
    "config", [{"terms": None}, {"terms": {"version": 3, "url": "javascript:1"}}]
)
def test_nobody_joins_what_he_cannot_read(read: Visit, shop: Shop, config: answers.JSON) -> None:
    bare = Answer(lambda lang: answers.config(lang, **config))
    page = read(shop.add("bare", Situation(me=(OUTSIDE,), config=(bare,))), widgets="balance")

    expect(page.locator("stammkunde-balance")).to_contain_text("320 Punkte warten auf dich.")
    page.wait_for_function("!!customElements.get('stammkunde-membership')")
    expect(page.locator("stammkunde-membership[empty]")).to_have_count(1)


def test_nobody_is_asked_to_join_a_programme_that_is_ending(read: Visit, shop: Shop) -> None:
    late = Situation(me=(OUTSIDE,), config=(Answer(answers.closing),))
    page = read(shop.add("too-late", late), widgets="balance")

    expect(page.locator("stammkunde-balance .notice")).to_contain_text("Das Programm endet")
    expect(page.locator("stammkunde-membership[empty]")).to_have_count(1)


# ------------------------------------------------------------------ leaving


def test_leaving_says_what_is_lost_and_takes_two_clicks(visit: Visit, shop: Shop) -> None:
    page = inside(visit, shop.add("leaving", Situation(me=(MEMBER, LEFT))), strict="1")
    membership(page).locator("#leave").click()
    expect(membership(page).locator(".confirm")).to_contain_text("verlierst du 1.250 Punkte")
    assert shop.sent == []
    leave = membership(page).get_by_role("button", name="Ja, nicht mehr teilnehmen")
    press_twice(leave, "**/v1/leaving/leave?*")

    expect(page.locator("stammkunde-balance .lead")).to_have_text("Du hast das Programm verlassen.")
    expect(membership(page).locator("#news")).to_contain_text("innerhalb von 30 Tagen")
    expect(membership(page).locator("#join")).to_be_visible()
    assert page.evaluate(FOCUSED) == "news"
    assert shop.sent == [("leave", {"sure": True})]
    assert visit.complaints == []


@pytest.mark.parametrize("way", ["Enter", "Escape"])
def test_with_the_keyboard_staying_is_the_nearest_answer(read: Visit, shop: Shop, way: str) -> None:
    page = inside(read)
    leave = membership(page).locator("#leave")
    expect(leave).to_have_attribute("aria-expanded", "false")
    leave.focus()
    page.keyboard.press("Enter")
    expect(leave).to_have_attribute("aria-expanded", "true")
    stay = membership(page).get_by_role("button", name="Dabei bleiben")
    expect(stay).to_be_focused()
    expect(stay).to_have_accessible_description(answers.member("de")["leaving"])
    page.keyboard.press("Tab")
    expect(membership(page).locator("#sure")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press(way)

    expect(leave).to_be_focused()
    expect(membership(page).locator(".confirm")).to_have_count(0)
    assert shop.sent == []


def test_leaving_that_fails_is_said_and_the_question_stays(read: Visit, shop: Shop) -> None:
    page = inside(read, shop.add("stuck", Situation(leave=(BROKEN,))))
    membership(page).locator("#leave").click()
    membership(page).locator("#sure").click()

    expect(membership(page).get_by_role("status")).to_contain_text("Das hat nicht geklappt.")
    expect(membership(page).locator("#sure")).to_be_focused()


def test_offline_is_said_and_leaving_works_when_the_line_is_back(visit: Visit, shop: Shop) -> None:
    page = inside(visit, shop.add("tunnel-out", Situation(me=(MEMBER, LEFT))))
    membership(page).locator("#leave").click()
    page.context.set_offline(True)
    membership(page).locator("#sure").click()
    expect(membership(page).get_by_role("status")).to_contain_text("Das hat nicht geklappt.")
    page.context.set_offline(False)
    membership(page).locator("#sure").click()

    expect(membership(page).locator("#join")).to_be_visible()


def test_a_connector_that_says_nothing_about_leaving_has_no_link(read: Visit, shop: Shop) -> None:
    older = Answer(lambda lang: answers.member(lang, leaving=""))
    page = read(shop.add("older", Situation(me=(older,))), widgets="balance")

    expect(page.locator("stammkunde-membership[empty]")).to_have_count(1)


# ------------------------------------------------------------------ all of it


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_when_something_was_said(visit: Visit, shop: Shop, scheme: str) -> None:
    again = Situation(me=(MEMBER, LEFT), join=(BROKEN,))
    page = visit.blank(scheme="dark" if scheme == "dark" else "light")
    visit.on(page, shop.add("all-of-it", again), widgets="balance", lang="en")
    membership(page).locator("#leave").click()
    membership(page).locator("#sure").click()
    membership(page).locator("#join").wait_for()
    seen = violations(page)
    membership(page).locator("#join").click()
    membership(page).locator(".problem").wait_for()

    assert seen + violations(page) == []


def test_a_shops_own_words_are_used_and_a_lost_place_keeps_the_link(
    read: Visit, shop: Shop
) -> None:
    words = {"membership.join": "Dabei sein", "membership.agree": "Bitte lies zuerst:"}
    own = Answer(lambda lang: answers.config(lang, texts=words))
    page = outside(read, shop.add("own-join", Situation(me=(OUTSIDE,), config=(own,))))

    expect(membership(page).get_by_role("button")).to_have_text("Dabei sein")
    expect(membership(page).locator(".terms")).to_have_text(
        "Bitte lies zuerst: Teilnahmebedingungen (neuer Tab)"
    )


def test_guests_never_load_it(visit: Visit) -> None:
    page = visit.blank()
    files = itertools.count()

    def count(route: Route) -> None:
        next(files)
        route.continue_()

    page.route("**/w/membership-*", count)
    visit.on(page, "guest", widgets="balance")
    page.locator("stammkunde-balance .lead").wait_for()
    page.wait_for_load_state("networkidle")

    assert next(files) == 0


WHERE = "document.querySelector('stammkunde-faq').getBoundingClientRect().top"


@pytest.mark.parametrize("situation", ["member", "not_joined"])
def test_room_is_kept_for_the_file_that_comes_later(visit: Visit, situation: str) -> None:
    held: list[Route] = []
    page = visit.blank(width=1000)
    page.route("**/w/membership-*", lambda route: held.append(route))
    visit.on(page, situation, widgets="balance,faq")
    page.locator("stammkunde-faq .question").first.wait_for()
    before = page.evaluate(WHERE)
    page.wait_for_function("document.querySelector('stammkunde-membership')")
    while not held:
        page.wait_for_timeout(50)
    held.pop().continue_()
    page.locator("stammkunde-membership .card > *").first.wait_for()

    assert page.evaluate(WHERE) == pytest.approx(before, abs=2)
