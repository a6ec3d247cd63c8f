"""The personal link can be copied, shared and shown as a code, and promises nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation

CLIPBOARD = ["clipboard-read", "clipboard-write"]
NO_CLIPBOARD = "navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))"
NO_SELECTION = "document.execCommand = () => false"
SHARE = "navigator.share = (given) => { window.shared = given; return Promise.resolve(); }"


def referral(visit: Visit, situation: str = "member", *scripts: str, **query: str) -> Page:
    page = visit.blank(permissions=CLIPBOARD)
    for script in scripts:
        page.add_init_script(script)
    return visit.on(page, situation, widgets="referral", **query)


@pytest.mark.parametrize(
    ("lang", "title", "label", "copy", "copied"),
    [
        (
            "de",
            "Zeig anderen, wo du einkaufst",
            "Dein persönlicher Link",
            "Link kopieren",
            "Link kopiert",
        ),
        ("en", "Show others where you shop", "Your personal link", "Copy link", "Link copied"),
    ],
)
def test_copying_puts_the_link_on_the_clipboard_and_says_so(
    visit: Visit, lang: str, title: str, label: str, copy: str, copied: str
) -> None:
    page = referral(visit, lang=lang)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_label(label, exact=True)).to_have_value(answers.LINK)
    page.get_by_role("button", name=copy).click()

    expect(page.get_by_role("status")).to_have_text(copied)
    expect(page.get_by_role("button", name=copied)).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()") == answers.LINK


def test_without_a_clipboard_the_selection_is_copied(visit: Visit) -> None:
    page = referral(visit, "member", NO_CLIPBOARD)
    page.get_by_role("button", name="Link kopieren").click()

    expect(page.get_by_role("status")).to_have_text("Link kopiert")
    assert page.evaluate("navigator.clipboard.readText()") == answers.LINK


def test_where_nothing_may_be_copied_the_link_is_selected_instead(visit: Visit) -> None:
    page = referral(visit, "member", NO_CLIPBOARD, NO_SELECTION)
    page.get_by_role("button", name="Link kopieren").click()

    expect(page.get_by_role("status")).to_have_text(
        "Der Link ist markiert, du kannst ihn jetzt kopieren."
    )
    expect(page.get_by_label("Dein persönlicher Link", exact=True)).to_be_focused()
    selected = "(field) => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert (
        page.get_by_label("Dein persönlicher Link", exact=True).evaluate(selected) == answers.LINK
    )


def test_share_is_offered_only_where_the_browser_can(visit: Visit) -> None:
    without = referral(visit, "member", "delete Navigator.prototype.share")
    expect(without.get_by_role("button", name="Link kopieren")).to_be_visible()
    expect(without.get_by_role("button", name="Teilen")).to_have_count(0)

    with_share = referral(visit, "member", SHARE)
    with_share.get_by_role("button", name="Teilen").click()
    assert with_share.evaluate("window.shared") == {"text": "Schau mal", "url": answers.LINK}


def test_the_code_is_drawn_as_answered_named_and_shown_on_request(visit: Visit) -> None:
    page = referral(visit)
    toggle = page.get_by_role("button", name="QR-Code")
    code = page.get_by_role("img", name="QR-Code mit deinem persönlichen Link")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(code).to_be_hidden()
    toggle.click()

    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(code).to_be_visible()
    expect(code.locator("path").last).to_have_attribute("d", answers.qr(answers.LINK)["path"])
    size = answers.qr(answers.LINK)["size"]
    expect(code).to_have_attribute("viewBox", f"-4 -4 {size + 8} {size + 8}")


@pytest.mark.parametrize(
    "situation", ["guest", "nobody", "not_joined", "left", "arriving", "error"]
)
def test_whoever_has_no_link_sees_nothing_and_no_gap(read: Visit, situation: str) -> None:
    page = read(situation, widgets="referral,balance")
    page.locator("stammkunde-balance .card:not(:has(.skeleton))").first.wait_for()

    expect(page.locator("stammkunde-referral")).to_be_hidden()


def test_a_link_that_is_no_web_address_is_not_shown(read: Visit, shop: Shop) -> None:
    script = {"link": "javascript:alert(1)", "code": "X", "qr": answers.qr("x")}
    me = Answer(lambda lang: answers.member(lang, referral=script))
    page = read(shop.add("script-link", Situation(me=(me,))), widgets="referral,balance")
    page.locator(".number").wait_for()

    expect(page.locator("stammkunde-referral")).to_be_hidden()


@pytest.mark.parametrize("lang", ["de", "en"])
def test_it_promises_no_reward(visit: Visit, lang: str) -> None:
    card = referral(visit, lang=lang).locator("stammkunde-referral .card")

    expect(card).to_contain_text(re.compile("link", re.IGNORECASE))
    promise = re.compile(r"punkt|point|gutschein|voucher|prämie|reward|bonus|€|%", re.IGNORECASE)
    expect(card).not_to_have_text(promise)
