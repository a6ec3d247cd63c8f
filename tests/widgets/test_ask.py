"""Below the questions a customer asks the shop his own; nobody is asked who is looking before that."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import press_twice
from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import GUEST, TOKEN, Answer, Situation
from tests.widgets.test_requests import settled

OPEN = "Andere Frage stellen"
LABEL = "Deine Frage"
SEND = "Frage abschicken"
QUESTION = "Zählt auch ein Gutschein, den ich verschenke?"
ERROR = "Das hat nicht geklappt. Versuch es gleich noch einmal."


def opened(visit: Visit, situation: str = "member", **query: str) -> Page:
    page = visit(situation, **({"widgets": "faq"} | query))
    page.locator("stammkunde-ask #open").click()
    page.locator("stammkunde-ask #form").wait_for()
    return page


def field(page: Page) -> Locator:
    return page.get_by_label(LABEL)


def status(page: Page) -> Locator:
    return page.locator("stammkunde-ask").get_by_role("status")


def test_only_the_press_asks_who_is_looking(visit: Visit, shop: Shop) -> None:
    page = settled(visit(widgets="faq"))
    page.get_by_role("button", name=OPEN).wait_for()
    assert shop.asked == [("member", "config")]
    page.get_by_role("button", name=OPEN).click()

    expect(field(page)).to_be_focused()
    assert shop.asked == [("member", "config"), ("member", "identity")]


@pytest.mark.parametrize(
    ("lang", "send", "thanks"),
    [
        ("de", SEND, "Danke. Deine Frage ist beim Shop."),
        ("en", "Send question", "Thank you. The shop has your question."),
    ],
)
def test_a_question_is_sent_once_however_often_it_is_pressed(
    visit: Visit, shop: Shop, lang: str, send: str, thanks: str
) -> None:
    page = opened(visit, lang=lang)
    page.locator("#question").fill(f"  {QUESTION}\n")
    press_twice(page.get_by_role("button", name=send), "**/ask?*")

    expect(page.locator(".news")).to_have_text(thanks)
    expect(page.locator(".news")).to_be_focused()
    expect(page.locator("#question")).to_have_count(0)
    assert shop.sent == [("ask", {"question": QUESTION})]
    page.locator("#open").click()
    expect(page.locator("#question")).to_have_value("")


def test_too_short_a_question_is_not_sent_and_says_so(visit: Visit, shop: Shop) -> None:
    page = opened(visit)
    for typed in ("", "Warum?", "         x         ", "\n" * 12):
        field(page).fill(typed)
        page.get_by_role("button", name=SEND).click()
        expect(page.locator("#problem")).to_have_text("Schreib bitte mindestens 10 Zeichen.")
        expect(status(page)).to_contain_text("Schreib bitte mindestens 10 Zeichen.")
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        expect(field(page)).to_be_focused()
        expect(field(page)).to_have_value(typed)

    assert shop.sent == []


def test_the_counter_says_how_much_is_left_and_there_it_ends(visit: Visit) -> None:
    page = opened(visit)
    expect(page.locator("#count")).to_have_text("Noch 1.000 Zeichen")
    field(page).fill("x" * 995)
    expect(page.locator("#count")).to_have_text("Noch 5 Zeichen")
    field(page).press("End")
    field(page).press_sequentially("yyyyyyyy")

    expect(page.locator("#count")).to_have_text("Noch 0 Zeichen")
    expect(field(page)).to_have_value("x" * 995 + "y" * 5)


def test_a_refusal_is_the_connectors_sentence_and_what_was_typed_stays(
    visit: Visit, shop: Shop
) -> None:
    said = "Du hast heute schon fünf Fragen gestellt."
    no = Answer({"code": 409, "message": said}, status=409)
    page = opened(visit, shop.add("five", Situation(ask=(no,))))
    field(page).fill(QUESTION)
    page.get_by_role("button", name=SEND).click()

    expect(page.locator("#problem")).to_have_text(said)
    expect(field(page)).to_have_value(QUESTION)
    expect(status(page)).to_have_text(said)


@pytest.mark.parametrize(
    "answer", [Answer({}, status=500), Answer(status=0), Answer({}), Answer([])]
)
def test_what_did_not_arrive_is_not_thanked_for(visit: Visit, shop: Shop, answer: Answer) -> None:
    page = opened(visit, shop.add("lost", Situation(ask=(answer,))))
    field(page).fill(QUESTION)
    page.get_by_role("button", name=SEND).click()

    expect(page.locator("#problem")).to_have_text(ERROR)
    expect(field(page)).to_have_value(QUESTION)


def test_a_guest_who_presses_is_told_to_log_in(visit: Visit, shop: Shop) -> None:
    page = opened(visit, "guest")

    expect(page.locator(".guest")).to_have_text("Zum Fragen musst du angemeldet sein.")
    expect(page.locator(".guest")).to_be_focused()
    expect(page.get_by_role("link", name="Anmelden")).to_be_visible()
    expect(page.locator("#question")).to_have_count(0)
    assert shop.count("guest", "me") == 0


@pytest.mark.parametrize("situation", ["guest", "nobody"])
def test_where_another_widget_knows_that_it_is_a_guest_there_is_no_button(
    visit: Visit, situation: str
) -> None:
    page = visit(situation, widgets="balance,faq")
    page.locator("stammkunde-balance .lead").wait_for()
    page.locator(".question").first.wait_for()

    expect(page.locator("stammkunde-ask")).to_be_hidden()


def test_a_shop_without_identity_has_nobody_who_could_ask(visit: Visit) -> None:
    page = settled(visit(widgets="faq", identity="none"))

    expect(page.locator("stammkunde-ask")).to_be_hidden()


def test_who_has_logged_out_meanwhile_is_told(visit: Visit, shop: Shop) -> None:
    gone = Situation(identity=(TOKEN, GUEST), ask=(Answer({"code": 401}, status=401),))
    page = opened(visit, shop.add("gone", gone))
    field(page).fill(QUESTION)
    page.get_by_role("button", name=SEND).click()

    expect(page.locator(".guest")).to_be_visible()


def test_a_shop_that_does_not_answer_who_is_looking_is_an_error_that_can_be_tried_again(
    visit: Visit, shop: Shop
) -> None:
    shaky = Situation(identity=(Answer({}, status=500), TOKEN))
    page = visit(shop.add("shaky", shaky), widgets="faq")
    page.get_by_role("button", name=OPEN).click()
    expect(page.locator(".news")).to_have_text(ERROR)
    page.get_by_role("button", name=OPEN).click()

    expect(field(page)).to_be_focused()


def test_what_was_typed_stays_while_the_page_learns_something_new(visit: Visit, shop: Shop) -> None:
    page = opened(visit, widgets="balance,faq")
    field(page).fill(QUESTION)
    with page.expect_response("**/me?*"):
        page.evaluate("document.dispatchEvent(new Event('stammkunde:refresh'))")

    expect(field(page)).to_have_value(QUESTION)
    expect(field(page)).to_be_focused()


def test_without_questions_there_is_no_place_to_ask(read: Visit, shop: Shop) -> None:
    config = Answer(lambda lang: answers.config(lang, faq=[]))
    page = read(shop.add("unasked", Situation(config=(config,))), widgets="faq")
    page.locator("stammkunde-faq[empty]").wait_for(state="attached")

    expect(page.locator("stammkunde-ask")).to_have_count(0)
