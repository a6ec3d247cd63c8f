"""Two taps and the voucher is in the cart, one tap and the points are back: in a real browser, in a
shop with a cart, with the connector behind it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from connector.web import serving
from tests.browser import goodbye, listen, press_twice
from tests.connected import IDENTITY_SECRET, Connected, connected
from tests.purse import REWARDS
from tests.test_handover import Erika
from tests.widgets.test_access import violations

_NUMBERS = itertools.count()
CART = "/wp-json/wc/store/v1/cart"
ADD = """async ([path, id]) => {
    const look = await fetch(path);
    const headers = {'Content-Type': 'application/json', Nonce: look.headers.get('Nonce')};
    await fetch(path + '/add-item', {method: 'POST', headers, body: JSON.stringify({id, quantity: 1})});
}"""
FIVE = "Für 500 Punkte"
NO_CLIPBOARD = "navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    """The shop, its plugin set up, and a connector that works."""
    with (
        connected(tmp_path_factory.mktemp("widget") / "data", rewards=REWARDS) as opened,
        serving.running(opened.inst, "127.0.0.1", 0) as url,
    ):
        plugin = {"connector": url, "shop_slug": "demo", "identity_secret": IDENTITY_SECRET}
        opened.real.control("PUT", "/plugin", plugin)
        yield opened


@dataclass
class Visitor:
    """A customer with 10,000 points in the shop's account page."""

    street: Connected
    context: BrowserContext
    erika: Erika
    page: Page
    complaints: list[str] = field(default_factory=list)

    def lay_in(self, price: str = "19.99") -> None:
        body = {"name": "Kaffee", "type": "simple", "regular_price": price}
        number = self.street.real.control("POST", "/products", body)["id"]
        self.page.evaluate(ADD, [CART, number])

    def cart(self) -> Any:
        return self.page.evaluate("async (path) => (await fetch(path)).json()", CART)

    def codes(self) -> list[str]:
        return [each["code"] for each in self.cart()["coupons"]]

    def open(self, lang: str = "de") -> Page:
        self.page.goto(f"{self.street.real.url}/my-account/?lang={lang}")
        self.page.locator("stammkunde-redeem .title").first.wait_for()
        # Its file comes later and makes the card above longer: what is pressed must not move away.
        self.page.locator("stammkunde-membership .card > *").first.wait_for()
        return self.page

    def tap(self, name: str) -> None:
        widget = self.page.locator("stammkunde-redeem")
        widget.get_by_role("button", name=name, exact=True).click()

    def status(self) -> Any:
        return self.page.locator("stammkunde-redeem").get_by_role("status")


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(street: Connected, browser: Browser) -> Iterator[Visit]:
    opened: list[Visitor] = []

    def enter(**options: Any) -> Visitor:
        erika = Erika(street, f"erika{next(_NUMBERS)}@example.com")
        context = browser.new_context(viewport={"width": 1000, "height": 1400}, **options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        visitor = Visitor(street, context, erika, page)
        listen(page, visitor.complaints)
        page.goto(f"{street.real.url}/my-account/")
        answer = page.request.post(
            f"{street.real.url}/demo/login", form={"customer": erika.id}, max_redirects=0
        )
        assert answer.status == 303
        opened.append(visitor)
        return visitor

    yield enter
    street.real.good_again()
    for visitor in opened:
        goodbye(visitor.context)


# ------------------------------------------------------------------ the good way


def test_two_taps_and_the_voucher_is_in_the_cart(visit: Visit) -> None:
    mia = visit()
    mia.lay_in()
    page = mia.open()
    mia.tap(FIVE)
    expect(page.get_by_role("button", name="Einlösen", exact=True)).to_be_focused()
    mia.tap("Einlösen")

    expect(mia.status()).to_have_text("Der Code liegt in deinem Warenkorb.")
    code = page.locator("stammkunde-redeem .code").inner_text()
    assert mia.codes() == [code.lower()]
    assert mia.cart()["totals"]["total_price"] == "1499"
    expect(page.locator("stammkunde-balance .number")).to_have_text("9.500")
    assert mia.complaints == []


def test_one_tap_takes_it_out_again_and_brings_the_points_back(visit: Visit) -> None:
    mia = visit()
    mia.lay_in()
    page = mia.open()
    mia.tap(FIVE)
    mia.tap("Einlösen")
    expect(mia.status()).to_have_text("Der Code liegt in deinem Warenkorb.")
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    mia.tap("Zurückgeben")

    expect(mia.status()).to_have_text("Deine Punkte hast du wieder.", timeout=15_000)
    expect(page.locator("stammkunde-balance .number")).to_have_text("10.000")
    expect(page.locator("stammkunde-redeem .voucher")).to_have_count(0)
    assert (mia.codes(), mia.erika.available) == ([], 10_000)
    changes = [url.rpartition("/")[2] for url in asked if url.endswith(("coupon", "take-back"))]
    assert changes == ["remove-coupon", "take-back"]  # the shop complains of a code it has lost


def test_it_speaks_english_and_works_with_the_keyboard_alone(visit: Visit) -> None:
    mia = visit()
    mia.lay_in()
    page = mia.open("en")
    page.locator("stammkunde-redeem #pick-five-500").focus()
    page.keyboard.press("Enter")
    expect(page.locator("stammkunde-redeem .confirm")).to_contain_text(
        "Redeem 500 points: €5.00 off?"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # cancel
    expect(page.locator("stammkunde-redeem #pick-five-500")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(mia.status()).to_have_text("The code is in your cart.")
    assert len(mia.codes()) == 1


def test_a_reward_by_hand_needs_no_cart(visit: Visit) -> None:
    mia = visit()
    page = mia.open()
    mia.tap("Für 300 Punkte")
    mia.tap("Einlösen")

    expect(page.locator("stammkunde-redeem .voucher")).to_contain_text("Der Shop weiß Bescheid.")
    expect(page.locator("stammkunde-redeem .code")).to_have_count(0)
    assert mia.erika.tasks().count("reward_by_hand") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_any_step(visit: Visit, scheme: str) -> None:
    mia = visit(color_scheme=scheme, reduced_motion="reduce")
    page = mia.open()
    alone = "document.body.replaceChildren(document.querySelector('stammkunde-redeem'))"
    page.evaluate(alone)
    seen = violations(page)
    mia.tap(FIVE)
    seen += violations(page)
    mia.tap("Einlösen")
    page.locator("stammkunde-redeem .code").wait_for()
    seen += violations(page)

    structure = ("region", "landmark-one-main", "page-has-heading-one")  # the page's, which is gone
    assert [one for one in seen if not one.startswith(structure)] == []


# ------------------------------------------------------------------ what goes wrong


def test_a_cart_that_is_too_small_gets_the_shops_own_sentence_and_keeps_the_code(
    visit: Visit,
) -> None:
    mia = visit()
    page = mia.open()
    mia.tap("5,00\u00a0€ für 500 Punkte")
    mia.tap("Einlösen")
    problem = page.locator("stammkunde-redeem .problem")
    expect(problem).to_contain_text("The minimum spend for coupon")
    expect(problem).not_to_contain_text("<")
    expect(problem).not_to_contain_text("&")

    mia.lay_in()
    mia.tap("In den Warenkorb")

    expect(page.locator("stammkunde-redeem .voucher")).to_contain_text("liegt in deinem Warenkorb")
    assert len(mia.codes()) == 1


def test_a_shop_that_is_slow_is_waited_for_and_two_quick_taps_are_one_wish(visit: Visit) -> None:
    mia = visit()
    mia.lay_in()
    page = mia.open()
    looks = itertools.count()

    def later(route: Route) -> None:
        """The shop is at it for three more looks."""
        answer = route.fetch()
        me = answer.json()
        if next(looks) < 3:
            me["vouchers"] = [one | {"state": "wanted"} for one in me["vouchers"]]
        route.fulfill(response=answer, json=me)

    page.route("**/v1/demo/me?*", later)
    mia.tap(FIVE)
    press_twice(page.locator("stammkunde-redeem #confirm"), "**/v1/demo/redeem?*")

    expect(mia.status()).to_have_text("Der Code liegt in deinem Warenkorb.", timeout=15_000)
    assert next(looks) > 3
    assert mia.erika.available == 9500


def test_what_the_shop_refuses_costs_nothing_and_is_said(visit: Visit) -> None:
    mia = visit()
    page = mia.open()
    page.route("**/v1/demo/me?*", _refused_by_the_shop)
    mia.tap(FIVE)
    mia.tap("Einlösen")

    expect(page.locator("stammkunde-redeem .problem")).to_have_text(
        "Das hat im Shop nicht geklappt. Deine Punkte hast du wieder."
    )


def _refused_by_the_shop(route: Route) -> None:
    answer = route.fetch()
    me = answer.json()
    me["vouchers"] = [one | {"state": "ended"} for one in me["vouchers"]]
    route.fulfill(response=answer, json=me)


def test_points_that_were_spent_elsewhere_are_a_sentence(visit: Visit) -> None:
    mia = visit()
    page = mia.open()
    mia.tap(FIVE)
    asked = {"reward": "discount", "points": 9900}
    spent = page.evaluate(
        """async ([url, body]) => {
            const { token } = await (await fetch('/?wc-ajax=stammkunde_identity')).json();
            const headers = {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json',
                'Idempotency-Key': 'another-window'};
            return (await fetch(url, {method: 'POST', headers, body})).status;
        }""",
        [f"{_connector(page)}/v1/demo/redeem", json.dumps(asked)],
    )
    assert spent == 202
    mia.tap("Einlösen")

    expect(page.locator("stammkunde-redeem .problem")).to_have_text(
        "Dafür brauchst du 500 Punkte, du hast 100 Punkte. Es fehlen noch 400 Punkte."
    )
    expect(page.locator("stammkunde-redeem")).to_contain_text("Es fehlen noch 400 Punkte.")


def _connector(page: Page) -> str:
    source = page.locator("script[data-identity]").first.get_attribute("src")
    assert source
    return source.partition("/v1/")[0]


def test_a_connector_that_cannot_answer_loses_nothing(visit: Visit) -> None:
    mia = visit()
    page = mia.open()
    mia.tap(FIVE)
    page.route(
        "**/v1/demo/redeem?*", lambda route: route.fulfill(status=500, json={"message": "no"})
    )
    mia.tap("Einlösen")
    expect(page.locator("stammkunde-redeem .problem")).to_contain_text("Das geht gerade nicht.")

    page.unroute("**/v1/demo/redeem?*")
    mia.tap("Einlösen")

    expect(page.locator("stammkunde-redeem .code")).to_have_count(1)
    assert mia.erika.available == 9500


def test_a_nonce_that_a_cache_kept_too_long_is_replaced(visit: Visit) -> None:
    mia = visit()
    mia.lay_in()
    mia.open()
    stale = itertools.count()

    def old(route: Route) -> None:
        answer = route.fetch()
        headers = answer.headers | ({"nonce": "0000000000"} if not next(stale) else {})
        route.fulfill(response=answer, headers=headers)

    mia.page.route(f"**{CART}", old)
    mia.tap(FIVE)
    mia.tap("Einlösen")

    expect(mia.status()).to_have_text("Der Code liegt in deinem Warenkorb.")


# ------------------------------------------------------------------ without a cart


@pytest.mark.parametrize("how", ["another platform", "another origin", "no such address"])
def test_without_a_cart_the_code_is_copied(visit: Visit, how: str) -> None:
    mia = visit(permissions=["clipboard-read", "clipboard-write"])
    changes = {"another platform": {"platform": "shopware"},
               "another origin": {"url": "https://elsewhere.example"},
               "no such address": {"url": f"{mia.street.real.url}/nowhere"}}[how]  # fmt: skip

    said = {"platform": "woocommerce", "url": mia.street.real.url}

    def loader(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        for name, value in changes.items():
            assert f'"{name}":"{said[name]}"' in body
            body = body.replace(f'"{name}":"{said[name]}"', f'"{name}":"{value}"')
        route.fulfill(response=answer, body=body)

    mia.page.route("**/v1/demo/loader.js?*", loader)
    page = mia.open()
    mia.tap(FIVE)
    mia.tap("Einlösen")
    expect(mia.status()).to_have_text("Dein Code ist fertig.")
    expect(page.get_by_role("button", name="In den Warenkorb")).to_have_count(0)
    mia.tap("Code kopieren")

    expect(mia.status()).to_have_text("Code kopiert")
    shown = page.locator("stammkunde-redeem .code").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == shown


def test_where_copying_is_refused_the_code_is_selected(visit: Visit) -> None:
    mia = visit()
    mia.page.add_init_script(NO_CLIPBOARD)
    page = mia.open()
    mia.tap(FIVE)
    mia.tap("Einlösen")
    page.locator("stammkunde-redeem .code").wait_for()
    mia.tap("Code kopieren")

    expect(mia.status()).to_contain_text("Der Code ist markiert")


def test_who_is_not_logged_in_sees_what_points_are_for_and_nothing_of_it_in_a_cart(
    street: Connected, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{street.real.url}/my-account/")
    page.evaluate("""for (const name of ['here', 'members-only']) {
        const element = document.createElement('stammkunde-redeem');
        element.setAttribute(name, '');
        document.body.append(element);
    }""")

    seen = page.locator("stammkunde-redeem[here]")
    expect(seen.get_by_role("heading")).to_have_text("Das gibt es für Punkte")
    expect(seen).to_contain_text("5,00\u00a0€ Rabatt ab 10,00\u00a0€ Einkauf · 500 Punkte")
    expect(seen.get_by_role("button")).to_have_count(0)
    expect(page.locator("stammkunde-redeem[members-only][empty]")).to_have_count(1)
    context.close()


def test_the_address_that_moves_points_is_never_asked_by_looking(
    street: Connected, visit: Visit
) -> None:
    mia = visit()
    mia.open()
    answer = requests.get(f"{_connector(mia.page)}/v1/demo/redeem", timeout=10)

    assert answer.status_code == 405
    assert mia.erika.available == 10_000
