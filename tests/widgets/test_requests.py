"""All widgets of a page share few requests, and what fails is tried again quietly or let be."""

from __future__ import annotations

import time

from playwright.sync_api import Page, Route, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import GUEST, TOKEN, Answer, Situation

MEMBER = Answer(answers.member)
RICHER = Answer(lambda lang: answers.member(lang, points=answers.points(1300)))
ARRIVING = Answer(lambda lang: answers.outsider("arriving", lang))
REFRESH = "document.dispatchEvent(new Event('stammkunde:refresh'))"
NOTE_TIMERS = """
    window.timers = [];
    const set = setTimeout;
    window.setTimeout = (act, ms) => { timers.push(ms); return set(act, ms); };
    // Playwright's clock does not know this one: by its own timers it goes with that clock.
    AbortSignal.timeout = (ms) => {
        const stop = new AbortController();
        set(() => stop.abort(), ms);
        return stop.signal;
    };"""
COME_BACK = """
    for (const state of ['hidden', 'visible']) {
        Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""


ANOTHER_BALANCE = (
    "document.querySelector('main').append(document.createElement('stammkunde-balance'))"
)


def with_clock(visit: Visit, situation: str, **query: str) -> Page:
    page = visit.blank()
    page.clock.install()
    page.add_init_script(NOTE_TIMERS)
    return visit.on(page, situation, **query)


def pass_time(page: Page, pause: int) -> None:
    """The page waits this long until it asks again; now that time has passed."""
    page.wait_for_function(f"timers.includes({pause})")
    with page.expect_response("**/me?*"):
        page.clock.fast_forward(pause)


def settled(page: Page) -> Page:
    """Everything the page asked for has been answered."""
    page.wait_for_load_state("networkidle")
    return page


def test_three_widgets_share_one_config_one_identity_and_one_me(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.locator(".number").wait_for()
    expect(page.locator("stammkunde-referral .card .primary")).to_be_visible()
    expect(page.locator("stammkunde-faq .question").first).to_be_visible()

    assert sorted(kind for _, kind in shop.asked) == ["config", "identity", "me"]


def test_questions_alone_ask_nobody_who_is_looking(visit: Visit, shop: Shop) -> None:
    settled(visit(widgets="faq")).locator(".question").first.wait_for()

    assert shop.asked == [("member", "config")]


def test_a_guest_causes_no_personal_request(visit: Visit, shop: Shop) -> None:
    settled(visit("guest")).locator(".lead").wait_for()

    assert shop.count("guest", "me") == 0
    assert shop.count("guest", "identity") == 1


def test_a_guest_whom_the_shop_has_no_cookie_for_costs_two_files_and_no_question(
    visit: Visit, shop: Shop
) -> None:
    page = visit.blank()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(shop.connector)))
    settled(visit.on(page, "guest", known="1")).locator(".lead").wait_for()

    assert [path for path in asked if path.startswith("/")] == [
        "/v1/guest/loader.js?lang=de",
        next(path for path in asked if path.startswith("/w/core-")),
    ]
    assert shop.asked == [("guest", "config")]  # given with the loader


def test_whom_the_shop_has_a_cookie_for_is_asked_about(visit: Visit, shop: Shop) -> None:
    page = visit.blank()
    page.context.add_cookies([{"name": "known", "value": "1", "url": shop.url}])
    visit.on(page, known="1")

    expect(page.locator(".number")).to_have_text("1.250")


def test_who_logs_in_elsewhere_is_known_when_he_comes_back(visit: Visit, shop: Shop) -> None:
    page = with_clock(visit, "member", known="1")
    page.get_by_role("link", name="Anmelden und Punkte sehen").wait_for()
    page.context.add_cookies([{"name": "known", "value": "1", "url": shop.url}])
    page.clock.fast_forward(31_000)
    page.evaluate(COME_BACK)

    expect(page.locator(".number")).to_have_text("1.250")


def test_a_tag_without_a_language_asks_again_only_where_the_page_speaks_another(
    visit: Visit, shop: Shop
) -> None:
    german = visit(tag="")
    german.locator(".number").wait_for()
    assert shop.count("member", "config") == 1
    english = visit(tag="", lang="en")

    expect(english.get_by_role("heading", name="Frequently asked questions")).to_be_visible()
    assert shop.langs == ["", "", "en"]


def test_a_shop_without_identity_has_guests_only(visit: Visit, shop: Shop) -> None:
    page = settled(visit(identity="none"))

    expect(page.get_by_role("link", name="Anmelden und Punkte sehen")).to_be_visible()
    assert shop.asked == [("member", "config")]


def test_a_refused_token_is_replaced_once(visit: Visit, shop: Shop) -> None:
    shop.add("stale", Situation(me=(Answer({"code": 401}, status=401), MEMBER)))
    expect(visit("stale").locator(".number")).to_have_text("1.250")

    assert shop.count("stale", "identity") == 2
    assert shop.count("stale", "me") == 2


def test_a_token_that_is_refused_again_ends_the_asking(visit: Visit, shop: Shop) -> None:
    page = visit("unauthorised")
    expect(page.locator("stammkunde-balance .error")).to_be_visible()

    assert shop.count("unauthorised", "identity") == 2
    assert shop.count("unauthorised", "me") == 2


def test_a_dead_line_is_tried_once_more(visit: Visit, shop: Shop) -> None:
    shop.add("bumpy", Situation(me=(Answer(status=0), MEMBER)))

    expect(visit("bumpy").locator(".number")).to_have_text("1.250")


def test_a_broken_server_is_not_asked_again_by_itself(visit: Visit, shop: Shop) -> None:
    page = with_clock(visit, "error")
    expect(page.locator("stammkunde-balance .error")).to_be_visible()
    page.clock.fast_forward(20_000)

    assert shop.count("error", "me") == 1


def test_after_five_seconds_we_stop_waiting(visit: Visit, shop: Shop) -> None:
    page = with_clock(visit, "slow", widgets="balance")
    with page.expect_request("**/me?*"):
        page.reload()
    page.clock.fast_forward(2000)
    expect(page.locator(".skeleton")).to_be_visible()
    page.clock.fast_forward(3500)

    expect(page.locator(".error")).to_be_visible()


def test_what_is_known_early_waits_for_what_would_push_it_away(visit: Visit, shop: Shop) -> None:
    page = with_clock(visit, "slow", widgets="balance,faq", tag="?none")
    with page.expect_response("**/config?*"), page.expect_request("**/me?*"):
        page.reload()
    page.locator("stammkunde-faq .skeleton").wait_for(state="attached")
    hidden = page.locator("stammkunde-faq").evaluate(
        "(faq) => [getComputedStyle(faq).animationName, getComputedStyle(faq).animationDelay]"
    )
    assert hidden == ["late", "1s"]  # for so long it is only room, and nobody sees it jump
    assert page.locator(".question").count() == 0
    page.clock.fast_forward(5500)

    expect(page.locator(".error")).to_be_visible()
    expect(page.locator(".question").first).to_be_visible()


def test_whoever_arrives_is_asked_for_gently_until_known(visit: Visit, shop: Shop) -> None:
    shop.add("coming", Situation(me=(ARRIVING, ARRIVING, MEMBER)))
    page = with_clock(visit, "coming")
    expect(page.locator(".lead")).to_have_text("Wir holen gerade deine Bestellungen …")
    for pause in (3000, 6000):
        pass_time(page, pause)

    expect(page.locator(".number")).to_have_text("1.250")
    assert shop.count("coming", "identity") == 1


def test_the_asking_for_whoever_arrives_comes_to_an_end(visit: Visit, shop: Shop) -> None:
    page = with_clock(visit, "arriving", widgets="balance")
    page.locator(".dots").wait_for()
    for pause in (3000, 6000, 12_000, 24_000):
        pass_time(page, pause)
    expect(page.locator(".lead")).to_have_text(
        "Das dauert etwas länger. Schau später wieder vorbei."
    )
    page.clock.fast_forward(600_000)

    assert shop.count("arriving", "me") == 5


def test_coming_back_to_the_page_refreshes_at_most_each_thirty_seconds(
    visit: Visit, shop: Shop
) -> None:
    shop.add("back", Situation(me=(MEMBER, RICHER)))
    page = with_clock(visit, "back")
    expect(page.locator(".number")).to_have_text("1.250")
    page.evaluate(COME_BACK)
    assert shop.count("back", "me") == 1
    page.clock.fast_forward(31_000)
    page.evaluate(COME_BACK)

    expect(page.locator(".number")).to_have_text("1.300")
    assert shop.count("back", "me") == 2


def test_many_refreshes_at_once_are_one_request(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.locator(".number").wait_for()
    with page.expect_response("**/me?*"):
        page.evaluate(f"for (let n = 0; n < 20; n++) {REFRESH}")

    assert shop.count("member", "me") == 2


def test_who_has_logged_out_elsewhere_is_a_guest_after_the_refresh(
    visit: Visit, shop: Shop
) -> None:
    shop.add("leaving", Situation(identity=(TOKEN, GUEST)))
    page = visit("leaving")
    page.locator(".number").wait_for()
    page.evaluate(REFRESH)

    expect(page.get_by_role("link", name="Anmelden und Punkte sehen")).to_be_visible()
    expect(page.locator(".number")).to_have_count(0)
    expect(page.locator("stammkunde-referral")).to_be_hidden()


def test_a_failed_refresh_keeps_what_is_known(visit: Visit, shop: Shop) -> None:
    shop.add("hiccup", Situation(me=(MEMBER, Answer({}, status=503))))
    page = visit("hiccup")
    page.locator(".number").wait_for()
    with page.expect_response("**/me?*"):
        page.evaluate(REFRESH)

    expect(page.locator(".number")).to_have_text("1.250")


def test_only_what_the_page_uses_is_loaded(visit: Visit) -> None:
    page = visit.blank()
    loaded: list[str] = []
    page.on(
        "request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1].partition("-")[0])
    )
    settled(visit.on(page, widgets=""))
    assert not {"core", "ask"} & set(loaded)
    page.evaluate("document.querySelector('main').append(document.createElement('stammkunde-faq'))")
    page.locator("stammkunde-ask #open").wait_for()

    assert {"core", "ask"} <= set(loaded)
    assert not {"membership", "redeem"} & set(loaded)


def test_a_widget_that_comes_later_uses_the_answers_that_are_there(
    visit: Visit, shop: Shop
) -> None:
    page = visit(widgets="balance")
    page.locator(".number").wait_for()
    page.evaluate(
        "for (const name of ['balance', 'referral']) "
        "document.querySelector('main').append(document.createElement(`stammkunde-${name}`))"
    )

    expect(page.locator(".number")).to_have_count(2)
    expect(page.locator("stammkunde-referral .primary")).to_be_visible()
    assert sorted(kind for _, kind in shop.asked) == ["config", "identity", "me"]


def test_a_widget_that_comes_later_does_not_ask_again_for_what_has_just_failed(
    visit: Visit, shop: Shop
) -> None:
    page = with_clock(visit, "error", widgets="balance")
    expect(page.locator("stammkunde-balance .error")).to_be_visible()
    page.evaluate(ANOTHER_BALANCE)
    expect(page.locator("stammkunde-balance .error")).to_have_count(2)
    page.clock.fast_forward(31_000)
    with page.expect_response("**/me?*"):
        page.evaluate(ANOTHER_BALANCE)

    assert shop.count("error", "me") == 2


def test_a_tag_that_is_pasted_twice_counts_once(visit: Visit, shop: Shop) -> None:
    settled(visit(twice="1")).locator(".number").wait_for()

    assert sorted(kind for _, kind in shop.asked) == ["config", "identity", "me"]
    assert visit.complaints == []


def test_files_may_arrive_in_any_order(visit: Visit) -> None:
    def late(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    page = visit.blank()
    page.route("**/w/core-*", late)
    visit.on(page, widgets="balance,faq,earn,order,launcher")

    expect(page.locator(".number")).to_be_visible()
    expect(page.locator(".question").first).to_be_visible()
    for there in (".earn", "stammkunde-order .sentence", "#launch", "stammkunde-ask #open"):
        expect(page.locator(there)).to_be_visible()
    assert visit.complaints == []


def test_a_language_we_do_not_speak_is_left_to_the_programme(visit: Visit, shop: Shop) -> None:
    page = visit(lang="fr-CA")

    expect(page.get_by_role("heading", name="Häufige Fragen")).to_be_visible()
    assert shop.langs == ["fr-CA"]


def test_the_same_answer_again_disturbs_nobody(visit: Visit) -> None:
    page = visit()
    number = page.locator(".number")
    number.evaluate("node => { node.dataset.same = 'yes' }")
    with page.expect_response("**/me?*"):
        page.evaluate(REFRESH)
    page.wait_for_load_state("networkidle")

    expect(number).to_have_attribute("data-same", "yes")
