"""The questions can be searched, opened and walked through, by mouse, keyboard and link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation


def faq(read: Visit, situation: str = "member", **query: str) -> Page:
    page = read(situation, widgets="faq", **query)
    page.locator("stammkunde-faq > .card").wait_for()
    return page


@pytest.mark.parametrize(
    ("lang", "title", "question"),
    [
        ("de", "Häufige Fragen", "Wie sammle ich Punkte?"),
        ("en", "Frequently asked questions", "How do I collect points?"),
    ],
)
def test_a_question_opens_its_answer_in_paragraphs(
    read: Visit, lang: str, title: str, question: str
) -> None:
    page = faq(read, lang=lang)
    expect(page.get_by_role("heading", level=2, name=title)).to_be_visible()
    button = page.get_by_role("heading", level=3).get_by_role("button", name=question)
    answer = page.locator(f"#{button.get_attribute('aria-controls')}")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(answer).to_be_hidden()
    button.click()

    expect(button).to_have_attribute("aria-expanded", "true")
    expect(answer.locator("p")).to_have_count(2)
    expect(answer).to_be_visible()
    button.click()
    expect(answer).to_be_hidden()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rück", 2),
        ("rueck", 2),
        ("ruck", 2),
        ("RÜCK", 2),
        ("ru\u0308ck", 2),
        ("punkte rück", 2),
        ("rest zurück", 1),
        ("Ruckgabefrist", 1),
        ("gutscheine", 1),
        ("  ", 5),
    ],
)
def test_search_finds_words_as_people_type_them(read: Visit, typed: str, found: int) -> None:
    page = faq(read)
    page.get_by_label("Fragen durchsuchen").fill(typed)

    expect(page.locator(".question:visible")).to_have_count(found)
    words = "1 Frage gefunden" if found == 1 else f"{found} Fragen gefunden"
    expect(page.locator("stammkunde-faq > [role=status]")).to_have_text(words)


def test_search_finds_words_that_were_stored_with_loose_dots(read: Visit, shop: Shop) -> None:
    loose = {"id": "a", "question": "Wie schicke ich etwas zuru\u0308ck?", "answer": "So."}
    config = Answer(lambda lang: answers.config(lang, faq=[loose]))
    page = faq(read, shop.add("loose", Situation(config=(config,))))
    page.get_by_label("Fragen durchsuchen").fill("zurueck")

    expect(page.locator(".question:visible")).to_have_count(1)


def test_a_search_without_result_says_so(read: Visit) -> None:
    page = faq(read, lang="en")
    page.get_by_label("Search the questions").fill("zeppelin")

    expect(page.locator(".question:visible")).to_have_count(0)
    expect(page.locator(".none")).to_have_text("Nothing found. Please try another word.")
    page.get_by_label("Search the questions").fill("")
    expect(page.locator(".none")).to_be_hidden()
    expect(page.locator(".question:visible")).to_have_count(5)


def test_arrows_home_and_end_move_between_the_questions(read: Visit) -> None:
    page = faq(read)
    questions = page.locator(".question")
    questions.first.focus()
    for key, at in [
        ("ArrowDown", 1),
        ("ArrowDown", 2),
        ("ArrowUp", 1),
        ("End", 4),
        ("ArrowDown", 4),
        ("Home", 0),
        ("ArrowUp", 0),
    ]:
        page.keyboard.press(key)
        expect(questions.nth(at)).to_be_focused()


def test_arrows_skip_what_the_search_hides(read: Visit) -> None:
    page = faq(read)
    page.get_by_label("Fragen durchsuchen").fill("rück")
    seen = page.locator(".question:visible")
    seen.first.focus()
    page.keyboard.press("ArrowDown")

    expect(seen.nth(1)).to_be_focused()


def test_everything_can_be_reached_and_used_with_tab_enter_and_space(read: Visit) -> None:
    page = faq(read)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Fragen durchsuchen")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".question").first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".question").nth(1)).to_have_attribute("aria-expanded", "true")


def test_keys_of_the_shops_page_stay_with_the_page(read: Visit) -> None:
    page = faq(read)
    page.evaluate(
        "window.seen = []; addEventListener('keydown', (e) => window.seen.push([e.key, e.defaultPrevented]))"
    )
    page.locator(".question").first.focus()
    for key in ("/", "a", "Control+Home", "Alt+ArrowDown"):
        page.keyboard.press(key)

    expect(page.locator(".question").first).to_be_focused()
    assert page.evaluate("window.seen.every(([, prevented]) => !prevented)")
    assert page.evaluate("window.seen.some(([key]) => key === '/')")


def test_a_link_to_a_question_opens_it(visit: Visit) -> None:
    page = visit.blank()
    page.goto(visit.address("member", "#faq-return", widgets="faq"))
    question = page.get_by_role("button", name="Was passiert, wenn ich etwas zurückschicke?")

    expect(question).to_have_attribute("aria-expanded", "true")
    expect(question).to_be_focused()
    page.evaluate("location.hash = '#faq-worth'")
    expect(page.get_by_role("button", name="Was sind meine Punkte wert?")).to_be_focused()


def test_what_was_typed_stays_when_the_balance_is_refreshed(read: Visit) -> None:
    page = read(widgets="balance,faq")
    field = page.get_by_label("Fragen durchsuchen")
    field.fill("rück")
    with page.expect_response("**/me?*"):
        page.evaluate("document.dispatchEvent(new Event('stammkunde:refresh'))")

    expect(field).to_have_value("rück")
    expect(page.locator(".question:visible")).to_have_count(2)


def test_without_questions_there_is_nothing_to_see(read: Visit) -> None:
    page = read("no-faq", widgets="faq,balance")
    page.locator(".number").wait_for()

    expect(page.locator("stammkunde-faq")).to_be_hidden()
