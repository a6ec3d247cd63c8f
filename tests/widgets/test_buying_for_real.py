"""From the product's page to the thank-you page, in a shop with the connector behind it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.widgets.test_redeem import Visit, Visitor, street, visit

__all__ = ["street", "visit"]

PROMISE = re.compile(r"Bringt dir mindestens ([\d.]+) Punkte")
BROUGHT = re.compile(r"Diese Bestellung bringt dir ([\d.]+) Punkte")


def product_page(mia: Visitor) -> Page:
    body = {"name": "Kaffee", "type": "simple", "regular_price": "19.99"}
    slug = mia.street.real.control("POST", "/products", body)["slug"]
    mia.page.goto(f"{mia.street.real.url}/product/{slug}/")
    mia.page.locator("stammkunde-earn .earn").wait_for()
    return mia.page


def said(words: re.Pattern[str], text: str) -> int:
    found = words.search(text)
    assert found, text
    return int(found[1].replace(".", ""))


def test_the_order_brings_what_the_page_had_promised(visit: Visit) -> None:
    mia = visit()
    page = product_page(mia)
    promise = page.locator("stammkunde-earn .earn")
    one = said(PROMISE, promise.inner_text())
    page.get_by_label("Menge").fill("3")
    expect(promise).not_to_contain_text(f"mindestens {one} Punkte")
    three = said(PROMISE, promise.inner_text())
    page.get_by_role("button", name="Bestellen").click()
    sentence = page.locator("stammkunde-order .sentence")
    expect(sentence).to_contain_text(BROUGHT, timeout=20_000)

    assert three == said(BROUGHT, sentence.inner_text()) > 2 * one > 0
    assert mia.complaints == []


def test_a_wrong_key_shows_no_order_and_proves_nothing(visit: Visit) -> None:
    mia = visit()
    page = product_page(mia)
    page.get_by_role("button", name="Bestellen").click()
    page.locator("stammkunde-order .sentence").wait_for()
    wrong = re.sub(r"key=wc_order_\w{13}", "key=wc_order_0000000000000", page.url)
    assert wrong != page.url
    page.goto(wrong)
    expect(page).to_have_url(re.compile(r"/my-account/"))
    number = re.findall(r"order-received/(\d+)", wrong)[0]
    answer = page.request.get(
        f"{mia.street.real.url}/?wc-ajax=stammkunde_order&order={number}&key=wc_order_0"
    )

    assert (answer.status, answer.json()) == (403, {"guest": True})


def test_a_question_reaches_the_merchant(visit: Visit) -> None:
    mia = visit()
    page = mia.page
    page.goto(f"{mia.street.real.url}/help/")
    page.locator("stammkunde-ask #open").click()
    page.get_by_label("Deine Frage").fill("Zählt auch ein Gutschein, den ich verschenke?")
    with page.expect_response("**/v1/demo/ask?*") as heard:
        page.get_by_role("button", name="Frage abschicken").click()

    expect(page.locator("stammkunde-ask .news")).to_be_visible()
    assert heard.value.json() == {"asked": True}
    assert mia.complaints == []
