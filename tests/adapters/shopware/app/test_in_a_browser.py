"""The app's own pages in a real browser: what the templates say is what the widgets understand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.adapters.shopware.app.pages import PLACES, by_jinja, context, opened
from tests.widgets import answers
from tests.widgets import shop as pretend
from tests.widgets.by_form import CART, HELD, STRANGER, FormHandler
from tests.widgets.conftest import Visit
from tests.widgets.shop import Shop
from tests.widgets.situations import TOKEN as PROVEN
from tests.widgets.situations import Answer, Situation, placed
from tests.widgets.test_guests_in_a_shop import only_the_network
from tests.widgets.test_requests import settled

ON = dict.fromkeys(PLACES, True)
CODE = "K7QP2-M9X4T"
WHERE = {
    "account": "page/account/index",
    "cart": "page/checkout/cart/index",
    "offcanvas": "component/checkout/offcanvas-cart",
    "finish": "page/checkout/finish/index",
    "product": "component/buy-widget/buy-widget",
}
AS = "as-"
OPEN_OFFCANVAS = """async (address) => {
    const part = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html');
    document.querySelector('main').append(...part.querySelector('main').childNodes);
}"""


class Storefront(FormHandler):
    """Pages made of the app's own templates; `state` is what Shopware says of a login where there is a wish list."""

    def do_POST(self) -> None:  # noqa: N802
        """Whose page it is stands before the token's address, as the language does in a shop."""
        if self.path.startswith(f"/{AS}"):
            situation, _, rest = self.path.removeprefix(f"/{AS}").partition("/")
            self.path = f"/{rest}?as={situation}"
        super().do_POST()

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        if self.path.partition("?")[0] == "/bundles/stammkunde/room.css":
            self.send(opened().read("Stammkunde/Resources/public/room.css"), "text/css")
        else:
            super().do_GET()

    def page(self, situation: str, query: dict[str, str]) -> str:
        packed = opened(connector=self.shop.connector, shop=situation)
        routes = {
            "frontend.home.page": f"/{AS}{situation}/",
            "frontend.checkout.promotion.add": CART,
            "frontend.checkout.cart.json": HELD,
        }

        def draw(name: str) -> str:
            return by_jinja(packed, name, context(), ON, routes.__getitem__)

        own = f"<script>window.customerLoggedInState = {query['state']}</script>"
        return f"""<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Shop</title>
{own if query["state"] else ""}{draw("layout/meta")}</head>
<body><main><h1>Shop</h1>{draw(WHERE[query["place"]])}</main>{draw("base")}</body></html>"""


@pytest.fixture(scope="module")
def running_shop() -> Iterator[Shop]:
    with pretend.running(pages=Storefront) as shop:
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


def enter(visit: Visit, situation: str, place: str, state: str = "", **query: str) -> Page:
    return settled(visit.on(visit.blank(), situation, place=place, state=state, **query))


@pytest.mark.parametrize("state", ["1", ""], ids=["a wish list", "no wish list"])
def test_a_customer_sees_everything_in_the_account(visit: Visit, shop: Shop, state: str) -> None:
    page = enter(visit, "member", "account", state)

    expect(page.locator("stammkunde-balance .number")).to_have_text("1.250")
    expect(page.locator("stammkunde-referral .card .primary")).to_be_visible()
    expect(page.locator("stammkunde-redeem .reward").first).to_be_visible()
    expect(page.locator("stammkunde-faq .question").first).to_be_visible()
    assert shop.count("member", "identity") == 1
    assert visit.complaints == []


@pytest.mark.parametrize("place", ["cart", "product", "offcanvas"])
def test_a_stranger_costs_the_shop_nothing_where_its_page_knows_one(
    visit: Visit, shop: Shop, place: str
) -> None:
    page = enter(visit, "stranger", place, "0")
    page.locator("stammkunde-launcher").get_by_role("button").wait_for()

    assert shop.asked == [("stranger", "config")]
    assert visit.complaints == []


def test_a_stranger_on_a_products_page_costs_the_shop_nothing_anywhere(
    visit: Visit, shop: Shop
) -> None:
    page = enter(visit, "stranger", "product")

    expect(page.locator("stammkunde-earn .earn")).to_contain_text("Punkte")
    assert shop.asked == [("stranger", "config")]


def test_a_stranger_sees_no_rewards_in_the_cart(visit: Visit, shop: Shop) -> None:
    page = enter(visit, "stranger", "cart")

    page.locator("stammkunde-redeem[empty]").wait_for(state="attached")
    assert shop.count("stranger", "identity") == 1
    assert shop.count("stranger", "me") == 0
    assert only_the_network(visit.complaints)


def in_the_cart(page: Page, shop: Shop) -> None:
    expect(page.get_by_role("heading", name="Warenkorb")).to_be_visible()
    assert ("cart", [("code", CODE), ("redirectTo", "frontend.checkout.cart.page")]) in shop.sent


@pytest.mark.parametrize("place", ["cart", "account"])
def test_a_voucher_is_laid_into_the_cart_by_shopwares_own_form(
    visit: Visit, shop: Shop, place: str
) -> None:
    page = enter(visit, "member", place)
    page.locator("main").get_by_role("button", name="In den Warenkorb").click()

    in_the_cart(page, shop)
    settled(visit.on(page, "member", place=place, state=""))
    expect(page.locator("stammkunde-redeem")).to_contain_text("Der Code liegt in deinem Warenkorb.")


def test_the_small_cart_that_opens_later_redeems_too(visit: Visit, shop: Shop) -> None:
    page = enter(visit, "member", "product")
    page.evaluate(OPEN_OFFCANVAS, visit.address("member", place="offcanvas", state=""))
    page.locator("main").get_by_role("button", name="In den Warenkorb").click()

    in_the_cart(page, shop)


def test_the_thank_you_page_says_what_the_order_brings(visit: Visit, shop: Shop) -> None:
    shop.add("bought", placed("coming"))
    page = enter(visit, "bought", "finish", "0")  # a guest of the checkout is no stranger

    expect(page.locator("stammkunde-order .sentence")).to_contain_text("142 Punkte")
    assert shop.count("bought", "identity") == 1


def test_whoever_logs_out_in_the_same_tab_leaves_nothing_to_the_next(
    visit: Visit, shop: Shop
) -> None:
    richer = Answer(lambda lang: answers.member(lang, points=answers.points(77)))
    two = Situation(identity=(PROVEN, STRANGER, PROVEN), me=(Answer(answers.member), richer))
    page = enter(visit, shop.add("two", two), "account", "1")
    expect(page.locator("stammkunde-balance .number")).to_have_text("1.250")
    settled(visit.on(page, "two", place="account", state=""))
    expect(page.get_by_role("link", name="Anmelden und Punkte sehen")).to_be_visible()
    settled(visit.on(page, "two", place="account", state="1"))

    expect(page.locator("stammkunde-balance .number")).to_have_text("77")
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


@pytest.mark.parametrize("place", WHERE)
def test_a_strict_policy_forbids_nothing_of_ours(visit: Visit, shop: Shop, place: str) -> None:
    """Neither inline styles nor inline scripts, and nothing from anywhere but the shop and the connector."""
    page = enter(visit, "member", place, strict="1")
    page.locator("stammkunde-launcher").get_by_role("button").wait_for()

    assert visit.complaints == []


def test_the_button_on_every_page_opens_everything(visit: Visit, shop: Shop) -> None:
    page = enter(visit, "member", "product")
    assert shop.asked == [("member", "config")]
    page.locator("stammkunde-launcher").get_by_role("button").click()

    expect(page.locator("stammkunde-launcher stammkunde-balance .number")).to_have_text("1.250")


def test_room_is_kept_until_the_script_has_come(visit: Visit) -> None:
    page = visit.blank(reduced_motion="no-preference")
    page.route("**/loader.js*", lambda route: route.abort())
    visit.on(page, "member", place="product", state="")

    page.wait_for_function("document.querySelector('stammkunde-earn').offsetHeight >= 44")
