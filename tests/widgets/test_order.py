"""The thank-you page says what the order that was just placed brings, to whoever can prove it is his."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.widgets import answers
from tests.widgets.conftest import Visit
from tests.widgets.shop import KEY, Shop
from tests.widgets.situations import Answer, Situation, placed
from tests.widgets.test_guests_in_a_shop import only_the_network
from tests.widgets.test_requests import settled, with_clock

ORDER = "stammkunde-order"
PAUSES = (2000, 4000, 8000, 16_000)


def nothing_shown(page: Page) -> None:
    page.locator(f"{ORDER}[empty]").wait_for(state="attached")
    expect(page.locator(ORDER)).to_be_hidden()


@pytest.mark.parametrize(
    ("situation", "lang", "words"),
    [
        ("member", "de", "Diese Bestellung bringt dir 142 Punkte, deine ab 12. Januar 2027."),
        ("member", "en", "This order brings you 142 points, yours from 12 January 2027."),
        ("order-given", "de", "Diese Bestellung hat dir 142 Punkte gebracht."),
    ],
)
def test_the_buyer_reads_what_the_order_brings(
    read: Visit, shop: Shop, situation: str, lang: str, words: str
) -> None:
    page = settled(read(situation, widgets="order", lang=lang))

    expect(page.locator(".sentence")).to_have_text(words)
    expect(page.get_by_role("link")).to_have_count(0)
    assert {kind for _, kind in shop.asked} <= {"config", "order", "proof"}


def test_whoever_takes_no_part_yet_reads_what_is_in_it_and_the_way_in(read: Visit) -> None:
    page = read("order-waiting", widgets="order")
    expect(page.locator(".sentence")).to_have_text("Diese Bestellung würde dir 142 Punkte bringen.")
    account = page.get_by_role("link", name="Im Konto mitmachen")
    terms = page.get_by_role("link", name="Teilnahmebedingungen (neuer Tab)")

    expect(page.locator(ORDER)).to_contain_text("100 Punkte sind 1,00\u00a0€ wert.")
    expect(account).to_have_attribute("href", "https://shop.example/my-account/")
    expect(terms).to_have_attribute("href", "https://connector.example/v1/demo/terms?lang=de")
    expect(terms).to_have_attribute("rel", "noopener")


def test_nobody_is_asked_to_join_what_is_ending(read: Visit, shop: Shop) -> None:
    closing = placed("waiting", config=(Answer(answers.closing),))
    page = read(shop.add("closing-order", closing), widgets="order")
    page.locator(".sentence").wait_for()

    expect(page.get_by_role("link")).to_have_count(0)


@pytest.mark.parametrize("situation", ["order-nothing", "order-foreign", "order-error"])
def test_an_order_without_points_or_of_somebody_else_shows_nothing(
    visit: Visit, situation: str
) -> None:
    page = visit(situation, widgets="order")

    nothing_shown(page)
    assert only_the_network(visit.complaints)


INCOMPLETE = [
    {},
    {"order": "1042"},
    {"key": KEY},
    {"order": "1042", "key": KEY, "identity": ""},
    {"order": "1042", "key": KEY, "identity": "https://elsewhere.example/order"},
    {"order": "1042", "key": KEY, "identity": "//elsewhere.example/order"},
    {"order": "1042", "key": KEY, "identity": "javascript:hit()"},
]
APPEND = """(all) => all.forEach((said) => {
    const widget = document.createElement('stammkunde-order');
    for (const name in said) widget.setAttribute(name, said[name]);
    document.querySelector('main').append(widget);
})"""


def test_the_orders_key_goes_to_the_shop_and_nowhere_else(visit: Visit, shop: Shop) -> None:
    page = visit.blank()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit.on(page, widgets="earn").locator(".earn").wait_for()
    page.evaluate(APPEND, INCOMPLETE)
    page.wait_for_function(
        "(n) => document.querySelectorAll('stammkunde-order[empty]').length === n",
        arg=len(INCOMPLETE),
    )
    settled(page)

    assert shop.asked == [("member", "config")]
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}


def test_the_connector_never_sees_the_key(visit: Visit, shop: Shop) -> None:
    page = visit.blank()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(f"{request.url} {request.headers}"))
    settled(visit.on(page, widgets="order", order=f'order="1042" key="{KEY}"'))
    page.locator(".sentence").wait_for()
    keyed = [
        each for each in seen if KEY in each.replace("%5F", "_") and "/page/" not in each.split()[0]
    ]

    # The page's own address holds the key here, as a thank-you page's does.
    asked = [url for url in (each.split()[0] for each in keyed) if KEY in url]
    assert len(asked) == 1
    assert asked[0].startswith(f"{shop.url}/order?")
    to_connector = [each for each in seen if each.startswith(shop.connector)]
    assert to_connector
    assert not any(KEY in each for each in to_connector)


def test_the_shop_may_name_the_address_itself(read: Visit, shop: Shop) -> None:
    said = f'order="1042" key="{KEY}" identity="/order?as=order-given&from=mail"'
    page = read("member", widgets="order", order=said)

    page.locator(f"{ORDER}[empty]").wait_for(state="attached")
    assert shop.count("order-given", "proof") > 0  # asked there; its proof opens no other shop
    assert shop.count("member", "proof") == 0


def test_an_order_we_have_not_heard_of_is_asked_for_gently_until_it_is_known(
    visit: Visit, shop: Shop
) -> None:
    shop.add("soon", placed("later", "later", "coming"))
    page = with_clock(visit, "soon", widgets="order")
    expect(page.locator(".sentence")).to_have_text(
        "Die Punkte für diese Bestellung werden gerade ausgerechnet …"
    )
    for pause in PAUSES[:2]:
        _pass(page, pause)

    expect(page.locator(".sentence")).to_contain_text("142 Punkte")
    expect(page.get_by_role("status")).to_contain_text("142 Punkte")
    assert shop.count("soon", "proof") == 1


def test_the_asking_for_an_order_comes_to_a_quiet_end(visit: Visit, shop: Shop) -> None:
    page = with_clock(visit, "order-later", widgets="order")
    page.locator(".sentence").wait_for()
    for pause in PAUSES:
        _pass(page, pause)
    nothing_shown(page)
    page.clock.fast_forward(600_000)

    assert shop.count("order-later", "order") == 5


def test_a_stale_proof_is_replaced_once(visit: Visit, shop: Shop) -> None:
    said = (Answer({"code": 401}, status=401), Answer(partial(answers.placed, "coming")))
    page = visit(shop.add("stale-order", Situation(order=said)), widgets="order")

    expect(page.locator(".sentence")).to_contain_text("142 Punkte")
    assert shop.count("stale-order", "proof") == 2


def test_offline_shows_nothing_and_goes_on_by_itself(visit: Visit, shop: Shop) -> None:
    said = (Answer(status=0), Answer(status=0), Answer(partial(answers.placed, "coming")))
    page = visit(shop.add("tunnel", Situation(order=said)), widgets="order")
    nothing_shown(page)
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator(".sentence")).to_contain_text("142 Punkte")
    assert only_the_network(visit.complaints)


def test_another_order_on_the_same_page_is_not_mixed_up_with_the_first(
    visit: Visit, shop: Shop
) -> None:
    page = visit.blank()
    with page.expect_request("**/v1/order-slow/order?*"):
        visit.on(page, "order-slow", widgets="order")
    page.locator(".skeleton").wait_for()
    with page.expect_response("**/order?*order=7*"):
        page.locator(ORDER).evaluate("(widget) => widget.setAttribute('order', '7')")

    nothing_shown(page)  # the shop does not give a proof for that one
    assert shop.count("order-slow", "order") <= 1  # the first; for the other one nobody asked us


def test_nothing_of_an_order_is_kept(visit: Visit) -> None:
    page = visit("order-waiting", widgets="order,faq")
    page.locator(".sentence").wait_for()
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")

    assert kept == [0, 0, 0]


def _pass(page: Page, pause: int) -> None:
    page.wait_for_function(f"timers.includes({pause})")
    with page.expect_response("**/v1/*/order?*"):
        page.clock.fast_forward(pause)
