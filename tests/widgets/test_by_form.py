"""In a shop that proves by POST and takes codes by a form: the same widgets, and no question too many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.widgets import answers
from tests.widgets import shop as pretend
from tests.widgets.by_form import APPLY, HELD, STRANGER, FormHandler
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import TOKEN, Answer, Situation, placed
from tests.widgets.test_guests_in_a_shop import only_the_network
from tests.widgets.test_requests import COME_BACK, settled, with_clock

CODE = "K7QP2-M9X4T"
FIELDS = [("code", CODE), ("redirectTo", "frontend.checkout.cart.page")]
NOBODY = "window.someoneIsLoggedIn = 0"
SOMEBODY = "window.someoneIsLoggedIn = 1"
LOGIN = 'data-login="someoneIsLoggedIn"'
KEPT_PAGE = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
MEMBER = Answer(answers.member)


@pytest.fixture(scope="module")
def running_shop() -> Iterator[Shop]:
    with pretend.running(pages=FormHandler) as shop:
        yield shop


@pytest.fixture
def shop(running_shop: Shop) -> Shop:
    running_shop.forget()
    running_shop.add("stranger", Situation(identity=(STRANGER,)))
    return running_shop


@pytest.fixture
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    visit = Visit(browser, shop)
    yield visit
    visit.close()


def personal(shop: Shop, situation: str) -> int:
    """How often the shop was asked who is looking."""
    return shop.count(situation, "identity")


def guests_view(page: Page) -> None:
    expect(page.get_by_role("link", name="Anmelden und Punkte sehen")).to_be_visible()


# ------------------------------------------------------------------ who is looking


def test_a_member_is_proven_by_one_post_for_the_whole_page(visit: Visit, shop: Shop) -> None:
    page = settled(visit(widgets="balance,redeem,referral"))

    expect(page.locator("stammkunde-balance .number")).to_have_text("1.250")
    assert personal(shop, "member") == 1
    assert visit.complaints == []


def test_the_token_is_kept_nowhere_but_in_memory(visit: Visit) -> None:
    page = settled(visit(widgets="balance"))
    page.locator(".number").wait_for()
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")

    assert kept == [0, 0, 0]


def test_a_stranger_sees_what_guests_see(visit: Visit, shop: Shop) -> None:
    page = settled(visit("stranger"))

    guests_view(page)
    assert shop.count("stranger", "me") == 0
    assert only_the_network(visit.complaints)


def test_a_shop_that_has_laid_the_app_aside_shows_guests_only(visit: Visit, shop: Shop) -> None:
    gone = Answer({"message": "Could not find app"}, status=404)
    page = settled(visit(shop.add("aside", Situation(identity=(gone,)))))

    guests_view(page)
    assert only_the_network(visit.complaints)


@pytest.mark.parametrize(
    "answer",
    [Answer({"message": "Internal"}, status=500), Answer("<!doctype html><h1>Back soon</h1>"),
     Answer("<!doctype html><h1>Maintenance</h1>", status=503), Answer(status=0)],
    ids=["500", "HTML", "503 in HTML", "nothing"],
)  # fmt: skip
def test_a_shop_in_trouble_is_said_to_be_in_trouble(
    visit: Visit, shop: Shop, answer: Answer
) -> None:
    page = visit(shop.add("trouble", Situation(identity=(answer,))))

    expect(page.locator("stammkunde-balance .error")).to_be_visible()
    expect(page.locator("stammkunde-faq .question").first).to_be_visible()
    assert shop.count("trouble", "me") == 0
    assert only_the_network(visit.complaints)


def test_a_token_that_has_run_out_is_replaced_once(visit: Visit, shop: Shop) -> None:
    late = Situation(me=(MEMBER, Answer({"code": 401}, status=401), MEMBER))
    page = settled(visit(shop.add("late", late), widgets="balance"))
    page.locator(".number").wait_for()
    with page.expect_response(lambda answer: "/me?" in answer.url and answer.ok):
        page.evaluate("document.dispatchEvent(new Event('stammkunde:refresh'))")

    expect(page.locator(".number")).to_have_text("1.250")
    assert personal(shop, "late") == 3  # the page came; it was refreshed; its token was refused


def test_who_logs_out_in_the_same_tab_leaves_nothing_behind(visit: Visit, shop: Shop) -> None:
    shop.add("leaving", Situation(identity=(TOKEN, STRANGER)))
    page = visit("leaving", widgets="balance")
    page.locator(".number").wait_for()
    visit.on(page, "leaving", widgets="balance")

    guests_view(settled(page))
    assert shop.count("leaving", "me") == 1


def test_a_page_that_was_kept_while_somebody_logged_out_asks_again(
    visit: Visit, shop: Shop
) -> None:
    shop.add("back", Situation(identity=(TOKEN, STRANGER)))
    page = visit("back", widgets="balance")
    page.locator(".number").wait_for()
    page.evaluate(KEPT_PAGE)

    guests_view(page)


# ------------------------------------------------------------------ where the page knows that nobody is


def test_where_the_page_says_that_nobody_is_logged_in_the_shop_is_not_asked(
    visit: Visit, shop: Shop
) -> None:
    page = settled(visit("stranger", more=LOGIN, script=NOBODY))

    guests_view(page)
    assert shop.asked == [("stranger", "config")]
    assert visit.complaints == []


@pytest.mark.parametrize("script", [SOMEBODY, ""], ids=["somebody is", "it does not say"])
def test_where_the_page_does_not_say_so_the_shop_is_asked(
    visit: Visit, shop: Shop, script: str
) -> None:
    page = visit("member", widgets="balance", more=LOGIN, script=script)

    expect(page.locator(".number")).to_have_text("1.250")


def test_what_an_old_page_says_is_not_believed_when_somebody_comes_back_to_it(
    visit: Visit, shop: Shop
) -> None:
    page = with_clock(visit, "member", widgets="balance", more=LOGIN, script=NOBODY)
    guests_view(page)
    page.clock.fast_forward(31_000)
    page.evaluate(COME_BACK)

    expect(page.locator(".number")).to_have_text("1.250")


# ------------------------------------------------------------------ an order without a key


def test_whoever_is_logged_in_proves_an_order_by_himself(visit: Visit, shop: Shop) -> None:
    page = visit.blank()
    with page.expect_request("**/v1/placed/order?*") as asked:
        visit.on(
            page, shop.add("placed", placed("coming")), widgets="order", order='order="0190af"'
        )

    expect(page.locator(".sentence")).to_contain_text("142 Punkte")
    assert asked.value.url.endswith("/order?order=0190af&lang=de")
    assert personal(shop, "placed") == 1


def test_an_order_of_a_stranger_shows_nothing(visit: Visit, shop: Shop) -> None:
    page = settled(visit("stranger", widgets="order", order='order="0190af"'))

    page.locator("stammkunde-order[empty]").wait_for(state="attached")
    assert shop.count("stranger", "order") == 0


# ------------------------------------------------------------------ a code into the cart


def in_the_cart(page: Page, shop: Shop) -> None:
    expect(page.get_by_role("heading", name="Warenkorb")).to_be_visible()
    assert ("cart", FIELDS) in shop.sent


def test_one_tap_sends_the_code_to_the_shops_own_form(visit: Visit, shop: Shop) -> None:
    page = visit(widgets="redeem", more=f'data-apply="{APPLY}"')
    page.get_by_role("button", name="In den Warenkorb").click()

    in_the_cart(page, shop)


def redeem(page: Page) -> None:
    page.locator("stammkunde-redeem .reward button").first.click()
    page.get_by_role("button", name="Einlösen", exact=True).click()


def redeeming() -> Situation:
    empty = Answer(lambda lang: answers.member(lang, vouchers=[]))
    made = Answer({"id": answers.voucher("de")["id"], "state": "wanted"})
    return Situation(me=(empty, MEMBER), redeem=(made,))


def test_what_is_redeemed_in_the_cart_is_laid_into_it(visit: Visit, shop: Shop) -> None:
    page = visit(shop.add("cart", redeeming()), widgets="redeem", redeem=f'apply="{APPLY}"')
    redeem(page)

    in_the_cart(page, shop)


def test_what_is_redeemed_elsewhere_leads_nobody_away(visit: Visit, shop: Shop) -> None:
    page = visit(shop.add("home", redeeming()), widgets="redeem", more=f'data-apply="{APPLY}"')
    redeem(page)

    expect(page.get_by_role("button", name="In den Warenkorb")).to_be_visible()
    expect(page.locator("stammkunde-redeem").get_by_role("status")).to_have_text(
        "Dein Code ist fertig."
    )
    assert [kind for kind, _ in shop.sent] == ["redeem"]


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/?code=", "javascript:hit()", "//elsewhere.example/"]
)
def test_a_code_is_sent_to_the_shop_and_nowhere_else(
    visit: Visit, shop: Shop, elsewhere: str
) -> None:
    page = settled(visit(widgets="redeem", redeem=f'apply="{elsewhere}"'))

    expect(page.get_by_role("button", name="Code kopieren")).to_be_visible()
    expect(page.get_by_role("button", name="In den Warenkorb")).to_have_count(0)


def test_a_code_that_lies_in_the_cart_is_not_laid_into_it_again(visit: Visit, shop: Shop) -> None:
    said = {"widgets": "redeem", "redeem": f'apply="{APPLY}"', "more": f'data-cart="{HELD}"'}
    page = visit(**said)
    page.get_by_role("button", name="In den Warenkorb").click()
    in_the_cart(page, shop)
    visit.on(page, **said)

    expect(page.locator("stammkunde-redeem .voucher")).to_contain_text(
        "Der Code liegt in deinem Warenkorb."
    )
    expect(page.get_by_role("button", name="In den Warenkorb")).to_have_count(0)
    assert visit.complaints == []


def test_where_the_shop_does_not_say_what_lies_in_the_cart_a_code_can_still_be_put_in(
    visit: Visit, shop: Shop
) -> None:
    nowhere = f'apply="{APPLY}"'
    page = visit(widgets="redeem", redeem=nowhere, more='data-cart="/page/member"')
    page.get_by_role("button", name="In den Warenkorb").click()

    in_the_cart(page, shop)


def test_the_shops_cart_may_be_tried_again_after_coming_back(visit: Visit, shop: Shop) -> None:
    page = visit(widgets="redeem", redeem=f'apply="{APPLY}"')
    page.evaluate(
        "void (HTMLFormElement.prototype.submit = () => { window.sent = (window.sent ?? 0) + 1; })"
    )
    for each in (1, 2):
        page.get_by_role("button", name="In den Warenkorb").click()
        page.wait_for_function("(n) => window.sent === n", arg=each)
        page.evaluate(KEPT_PAGE)
        page.wait_for_function("!document.querySelector('body > form')")

    assert page.evaluate("window.sent") == 2
