"""What a purchase brings stands beside its price: by the table, or by asking once somebody wants to know."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import press_twice
from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import Answer, Situation
from tests.widgets.test_earn_vectors import VECTORS
from tests.widgets.test_requests import settled, with_clock

EARN = "stammkunde-earn"
SAID = re.compile(r"^Bringt dir mindestens ([\d.]+) Punkte?$")
QUESTION = "Wie viele Punkte bringt das?"


def choose(page: Page, **attributes: object) -> None:
    """What a shop's page does when a variation or a number of pieces is chosen."""
    page.locator(EARN).evaluate(
        "(widget, said) => { for (const name in said) widget.setAttribute(name, said[name]) }",
        attributes,
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [("de", "Bringt dir mindestens 99 Punkte"), ("en", "Earns you at least 99 points")],
)
def test_a_guest_reads_what_it_brings_and_nobody_is_asked_who_he_is(
    visit: Visit, shop: Shop, lang: str, words: str
) -> None:
    page = settled(visit("guest", widgets="earn", lang=lang))

    expect(page.locator(".earn")).to_have_text(words)
    assert shop.asked == [("guest", "config")]


def test_one_point_is_one_point(read: Visit) -> None:
    page = read(widgets="earn", earn='product="17" gross="20" net="17" currency="EUR"')

    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 1 Punkt")


def test_the_widget_and_the_connector_reckon_alike(read: Visit) -> None:
    """Every vector that the connector agrees to, in the file that is shipped."""
    page = read(widgets="earn")
    page.locator(".earn").wait_for()
    shown: list[str] = page.locator(EARN).evaluate(
        """(widget, vectors) => vectors.map(({ table, purchase }) => {
            const { config } = widget.page;
            widget.page.config = { ...config, preview: table };
            for (const name in purchase) widget.setAttribute(name, purchase[name]);
            return widget.shadowRoot.querySelector('.earn')?.textContent ?? '';
        })""",
        VECTORS,
    )
    found = [int(m[1].replace(".", "")) if (m := SAID.match(said)) else 0 for said in shown]

    assert dict(zip((v["name"] for v in VECTORS), found, strict=True)) == {
        v["name"]: v["points"] for v in VECTORS
    }


def test_another_variation_or_number_of_pieces_is_reckoned_anew_and_said(
    read: Visit, shop: Shop
) -> None:
    page = read(widgets="earn")
    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 99 Punkte")
    expect(page.get_by_role("status")).to_have_text("")
    choose(page, quantity=3)
    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 299 Punkte")
    expect(page.get_by_role("status")).to_have_text("Bringt dir mindestens 299 Punkte")
    choose(page, product=18, gross=500, net=420)

    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 75 Punkte")
    assert shop.count("member", "preview") == 0


@pytest.mark.parametrize(
    "said",
    [
        'product="17" gross="1999" net="1680" currency="CHF"',
        'product="17" gross="1999" net="1680"',
        'gross="1999" net="1680" currency="EUR"',
        'product="17" net="1680" currency="EUR"',
        'product="17" gross="19.99" net="16.80" currency="EUR"',
        'product="17" gross="1999" net="1680" currency="EUR" quantity="0"',
        'product="17" gross="-1999" net="-1680" currency="EUR"',
        'product="17" gross="9007199254740993" net="1" currency="EUR"',
        'product="17" gross="0" net="0" currency="EUR"',
        "",
    ],
)
def test_what_cannot_be_reckoned_exactly_is_not_shown(read: Visit, said: str) -> None:
    page = read(widgets="earn", earn=said)
    page.locator(f"{EARN}[empty]").wait_for(state="attached")

    expect(page.locator(EARN)).to_be_hidden()


@pytest.mark.parametrize("preview", [answers.TABLE, None])
def test_a_programme_that_is_ending_promises_nothing(
    read: Visit, shop: Shop, preview: answers.JSON | None
) -> None:
    config = Answer(lambda lang: answers.closing(lang) | {"preview": preview})
    page = read(shop.add("closing-earn", Situation(config=(config,))), widgets="earn")
    page.locator(f"{EARN}[empty]").wait_for(state="attached")

    expect(page.locator(EARN)).to_be_hidden()


def test_a_product_that_brings_nothing_shows_nothing(read: Visit, shop: Shop) -> None:
    table = answers.TABLE | {"except": ["17"]}
    config = Answer(lambda lang: answers.config(lang, preview=table))
    page = read(shop.add("except", Situation(config=(config,))), widgets="earn")

    page.locator(f"{EARN}[empty]").wait_for(state="attached")
    choose(page, product="18")
    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 99 Punkte")


def test_the_merchants_words_win(read: Visit, shop: Shop) -> None:
    texts = {"earn.brings": "+ {points}", "earn.points": "Herzen"}
    config = Answer(lambda lang: answers.config(lang, texts=texts))
    page = read(shop.add("hearts", Situation(config=(config,))), widgets="earn")

    expect(page.locator(".earn")).to_have_text("+ 99 Herzen")


# ------------------------------------------------------------------ where there is no table


def test_without_a_table_nothing_is_asked_before_somebody_wants_to_know(
    visit: Visit, shop: Shop
) -> None:
    page = settled(visit("unpriced", widgets="earn"))
    ask = page.get_by_role("button", name=QUESTION)
    expect(ask).to_be_visible()
    choose(page, quantity=2)
    assert shop.asked == [("unpriced", "config")]
    press_twice(ask, "**/preview?*")

    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 99 Punkte")
    expect(page.locator(".earn")).to_be_focused()
    line = {"product": "17", "gross": 1999, "net": 1680, "quantity": 2}
    assert shop.sent == [("preview", {"lines": [line]})]
    assert shop.asked == [("unpriced", "config"), ("unpriced", "preview")]


def test_what_is_chosen_after_that_is_asked_for_by_itself_and_once(
    visit: Visit, shop: Shop
) -> None:
    said = tuple(Answer({"points": points}) for points in (99, 495))
    config = (Answer(lambda lang: answers.config(lang, preview=None)),)
    page = visit(shop.add("turning", Situation(config=config, preview=said)), widgets="earn")
    page.get_by_role("button", name=QUESTION).click()
    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 99 Punkte")
    page.locator(EARN).evaluate(
        "(widget) => { for (const n of [2, 3, 4, 5]) widget.setAttribute('quantity', n) }"
    )
    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 495 Punkte")

    assert [body["lines"][0]["quantity"] for _, body in shop.sent] == [1, 5]


def test_the_answer_for_what_was_chosen_before_is_not_shown(visit: Visit) -> None:
    page = visit("unpriced", widgets="earn")
    held: list[Route] = []

    def by_quantity(route: Route) -> None:
        quantity = (route.request.post_data_json or {})["lines"][0]["quantity"]
        if quantity == 1:
            held.append(route)
        else:
            route.fulfill(json={"points": 777}, headers={"Access-Control-Allow-Origin": "*"})

    page.route("**/preview?*", by_quantity)
    with page.expect_request("**/preview?*"):
        page.get_by_role("button", name=QUESTION).click()
    choose(page, quantity=7)
    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 777 Punkte")
    with page.expect_response("**/preview?*"):
        held[0].fulfill(json={"points": 1}, headers={"Access-Control-Allow-Origin": "*"})
    page.evaluate("new Promise((done) => setTimeout(done))")

    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 777 Punkte")


@pytest.mark.parametrize("answer", [{}, [], {"points": "99"}, {"points": 1.5}, None])
def test_an_answer_we_do_not_understand_is_no_answer(visit: Visit, shop: Shop, answer: Any) -> None:
    config = (Answer(lambda lang: answers.config(lang, preview=None)),)
    name = shop.add("odd", Situation(config=config, preview=(Answer(answer),)))
    page = visit(name, widgets="earn")
    page.get_by_role("button", name=QUESTION).click()

    expect(page.locator(".problem")).to_be_visible()
    assert visit.complaints == []


def test_a_refusal_is_said_and_can_be_tried_again(visit: Visit, shop: Shop) -> None:
    config = (Answer(lambda lang: answers.config(lang, preview=None)),)
    tries = (Answer({}, status=503), Answer({"points": 99}))
    page = visit(shop.add("hiccup-earn", Situation(config=config, preview=tries)), widgets="earn")
    ask = page.get_by_role("button", name=QUESTION)
    ask.click()
    expect(page.get_by_role("status")).to_contain_text("Versuch es gleich noch einmal")
    expect(ask).to_be_focused()
    ask.click()

    expect(page.locator(".earn")).to_have_text("Bringt dir mindestens 99 Punkte")


def test_nothing_where_it_was_asked_for_is_said(visit: Visit, shop: Shop) -> None:
    config = (Answer(lambda lang: answers.config(lang, preview=None)),)
    name = shop.add("nothing", Situation(config=config, preview=(Answer({"points": 0}),)))
    page = visit(name, widgets="earn", lang="en")
    page.get_by_role("button", name="How many points does this earn?").click()

    expect(page.locator(".earn")).to_have_text("This earns no points.")


def test_after_five_seconds_without_an_answer_it_may_be_asked_again(visit: Visit) -> None:
    page = with_clock(visit, "unpriced-slow", widgets="earn")
    with page.expect_request("**/preview?*"):
        page.get_by_role("button", name=QUESTION).click()
    expect(page.locator(".wait")).to_be_visible()
    page.clock.fast_forward(5500)

    expect(page.get_by_role("button", name=QUESTION)).to_be_focused()
