"""In a real browser: elements come alive, nothing is stored, and a shop works without its connector."""

from __future__ import annotations

import re
import socket

import pytest
from playwright.sync_api import Page, expect

from tests.plugin.shop import Shop

pytestmark = pytest.mark.browser


def log_in(page: Page, shop: Shop, who: str = "mia") -> None:
    page.goto(f"{shop.url}/wp-login.php")
    page.fill("#user_login", who)
    page.fill("#user_pass", "secret")
    page.click("#wp-submit")
    page.wait_for_url(re.compile("wp-admin"))


def test_a_logged_in_customer_sees_the_points_and_the_connector_gets_her_token(
    shop: Shop, page: Page
) -> None:
    log_in(page, shop)
    page.goto(f"{shop.url}/my-account/stammkunde/")
    expect(page.locator("stammkunde-balance")).to_contain_text("1,250", timeout=60_000)
    (me,) = [one for one in shop.connector.asked if one.path.startswith("/v1/demo/me")]

    assert me.token.count(".") == 2
    assert me.headers["origin"] == shop.url


def test_a_guest_costs_the_shop_no_question_and_the_connector_two_files(
    shop: Shop, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{shop.url}/by-shortcodes/")
    expect(page.locator("stammkunde-balance")).to_contain_text("points", timeout=60_000)
    page.wait_for_load_state("networkidle")

    assert [url for url in asked if "wc-ajax=stammkunde" in url] == []
    ours = [one.path for one in shop.connector.asked]
    assert ours[0] == "/v1/demo/loader.js?lang=en"
    assert not [path for path in ours[1:] if not path.startswith("/w/")]


def known(page: Page) -> list[tuple[str, bool]]:
    found = page.context.cookies()
    return [(one["value"], one["httpOnly"]) for one in found if one["name"] == "stammkunde_known"]


def test_a_login_leaves_a_cookie_that_says_nothing_and_goes_with_it(shop: Shop, page: Page) -> None:
    log_in(page, shop)
    assert known(page) == [("1", False)]
    leave = page.locator("#wp-admin-bar-logout a").get_attribute("href")
    # The dashboard still asks for this and that, and would complain if the login ended meanwhile.
    page.goto(f"{shop.url}/about/", wait_until="networkidle")
    page.goto(str(leave))

    assert known(page) == []


def test_who_was_logged_in_before_the_plugin_came_is_known_from_the_next_page_on(
    shop: Shop, page: Page
) -> None:
    log_in(page, shop)
    page.context.clear_cookies(name="stammkunde_known")
    page.goto(f"{shop.url}/about/")

    assert known(page) == [("1", False)]


def test_a_cookie_without_a_login_goes_with_the_next_page(shop: Shop, page: Page) -> None:
    page.context.add_cookies([{"name": "stammkunde_known", "value": "1", "url": shop.url}])
    page.goto(f"{shop.url}/about/")

    assert known(page) == []


STORED = """async () => [document.cookie, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length, (await caches.keys()).length]"""


def test_nothing_is_stored_in_the_browser(shop: Shop, page: Page) -> None:
    shop.everywhere()
    for path in ("/by-shortcodes/", "/product/filter/", "/cart/"):
        page.goto(shop.url + path)
        page.wait_for_load_state("networkidle")

        # WordPress itself notes in the session whether the browser can draw emojis.
        page.evaluate("sessionStorage.removeItem('wpEmojiSettingsSupports')")
        assert page.evaluate(STORED) == ["", 0, 0, 0, 0]
    assert page.context.cookies() == []


@pytest.mark.parametrize("block", ["cart", "checkout"])
def test_the_blocks_get_the_redeeming_element_without_the_cart_in_it(
    shop: Shop, page: Page, block: str
) -> None:
    page.goto(f"{shop.url}/{block}-block/")
    element = page.locator(f".wp-block-woocommerce-{block} stammkunde-redeem")
    expect(element).to_be_attached(timeout=60_000)

    told = element.evaluate("element => element.getAttributeNames()")
    # What it says of itself, and nothing of the cart.
    assert set(told) <= {"members-only", "empty", "late"}
    expect(page.locator("script[src*='/v1/demo/loader.js']")).to_have_count(1)


def test_a_chosen_variation_changes_the_prices_and_clearing_brings_the_first_back(
    shop: Shop, page: Page
) -> None:
    page.goto(f"{shop.url}/product/filter/")
    earn = page.locator("stammkunde-earn")

    def said() -> list[str | None]:
        return [earn.get_attribute("gross"), earn.get_attribute("net")]

    first = said()
    page.evaluate(
        """() => {
            const form = jQuery(".variations_form");
            form.trigger("found_variation", [form.data("product_variations")[1]]);
        }"""
    )
    chosen = said()
    page.evaluate("jQuery('.variations_form').trigger('found_variation', [{}])")
    unknown = said()
    page.evaluate("jQuery('.variations_form').trigger('reset_data')")

    assert first == ["950", "798"]
    assert chosen == unknown == ["3490", "2933"]
    assert said() == first


def test_the_editor_shows_a_labelled_place_for_each_block(shop: Shop, page: Page) -> None:
    log_in(page, shop, "boss")
    page.goto(f"{shop.url}/wp-admin/post-new.php?post_type=page")
    page.wait_for_function("window.wp && wp.data && wp.data.select('core/block-editor')")
    blocks = page.evaluate(
        """() => ["balance", "redeem", "referral", "faq"].map((name) => {
            const block = wp.blocks.createBlock("stammkunde/" + name);
            wp.data.dispatch("core/block-editor").insertBlock(block);
            return [wp.blocks.getBlockType(block.name).title, wp.blocks.serialize(block)];
        })"""
    )

    assert blocks == [
        ["Points balance", "<!-- wp:stammkunde/balance /-->"],
        ["Redeem points", "<!-- wp:stammkunde/redeem /-->"],
        ["Personal link", "<!-- wp:stammkunde/referral /-->"],
        ["Questions about points", "<!-- wp:stammkunde/faq /-->"],
    ]
    place = page.get_by_text("Each customer sees their own link to pass on here.")
    expect(place).to_be_attached(timeout=60_000)


def test_a_shop_whose_connector_is_gone_works_and_shows_nothing(
    shop: Shop, page: Page, complaints: list[str]
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        shop.connect(connector=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        page.goto(f"{shop.url}/product/espresso/")
        expect(page.get_by_text("19.99")).to_be_visible(timeout=60_000)

    assert page.locator("stammkunde-earn").inner_text() == ""
    assert "ERR_CONNECTION_REFUSED" in complaints.pop()
