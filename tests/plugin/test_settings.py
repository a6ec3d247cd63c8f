"""The merchant's page: words, switches, and buttons that ask who presses and where."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import unquote

import pytest
import requests

from tests.plugin.shop import Shop
from tests.plugin.wordpress import PATIENCE

PAGE = "/wp-admin/admin.php?page=stammkunde"


def nonce(page: str, action: str) -> str:
    """The nonce of the form for an action."""
    form = page.split(f'value="stammkunde_{action}"')[1]
    found = re.search(r'name="_wpnonce" value="([0-9a-f]+)"', form)
    assert found
    return found[1]


def press(there: Shop, action: str, who: str = "boss", /, **fields: object) -> requests.Response:
    """The form of the page, sent as the page sends it."""
    page = there.get(PAGE, there.as_(who)).text
    form = {"action": f"stammkunde_{action}", "_wpnonce": nonce(page, action)} | fields
    return post(there, form, who)


def post(shop: Shop, form: dict[str, object], who: str) -> requests.Response:
    return shop.as_(who).post(
        f"{shop.url}/wp-admin/admin-post.php", form, timeout=PATIENCE, allow_redirects=False
    )


def package(there: Shop, /, **said: object) -> None:
    (there.wordpress.plugin / "connection.json").write_text(json.dumps(said), "utf-8")


def test_a_shop_that_is_not_connected_says_so_and_offers_to_connect(unconnected: Shop) -> None:
    page = unconnected.get(PAGE, unconnected.as_("boss")).text

    assert "Your shop is not connected yet." in page
    assert 'value="Connect"' in page
    assert "Disconnect" not in page
    assert "Where customers see something" not in page


def test_a_connected_shop_says_to_what(shop: Shop) -> None:
    page = html.unescape(shop.get(PAGE, shop.as_("clerk")).text)

    assert f"Your shop is connected to {shop.connector.url}, where it is called “demo”." in page
    assert 'value="Connect again"' in page
    assert 'name="connector"' not in page
    assert 'value="Disconnect"' in page


def test_connect_leads_the_merchant_to_the_connector_and_the_shop_asks_nobody(
    unconnected: Shop,
) -> None:
    connector = unconnected.connector.url
    answer = press(unconnected, "connect", connector=f" {connector}/ ", shop="demo")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{connector}/connect/woocommerce/companion/demo"
    assert unconnected.connector.asked == []


def test_connecting_again_leads_to_the_connector_that_is_connected(shop: Shop) -> None:
    package(shop, connector="https://other.example", shop="other", link="https://other.example/x")

    assert press(shop, "connect").headers["Location"] == (
        f"{shop.connector.url}/connect/woocommerce/companion/demo"
    )


def test_a_package_that_knows_no_shop_asks_for_it(unconnected: Shop) -> None:
    package(unconnected, connector="https://connector.example", shop="", link="")

    assert 'name="shop"' in unconnected.get(PAGE, unconnected.as_("boss")).text


def test_a_package_that_knows_its_connector_needs_one_press(unconnected: Shop) -> None:
    package(unconnected, connector="https://connector.example", shop="myshop", link="")
    page = unconnected.get(PAGE, unconnected.as_("boss")).text
    answer = press(unconnected, "connect")

    assert 'name="connector"' not in page
    assert answer.headers["Location"] == (
        "https://connector.example/connect/woocommerce/companion/myshop"
    )


def test_a_package_with_a_link_leads_there(unconnected: Shop) -> None:
    link = "https://connector.example/connect/woocommerce/start?state=abc%2Fdef"
    package(unconnected, connector="https://connector.example", shop="", link=link)

    assert press(unconnected, "connect").headers["Location"] == link


@pytest.mark.parametrize(
    "said",
    [
        {"connector": "https://connector.example", "shop": "a", "link": "https://evil.example/x"},
        {"connector": "https://connector.example", "shop": "a", "link": "javascript:alert(1)"},
        {
            "connector": "https://connector.example",
            "shop": "a",
            "link": "https://connector.example.evil.example/",
        },
        {
            "connector": "https://connector.example",
            "shop": "a",
            "link": "https://connector.example/\r\nX: 1",
        },
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(unconnected: Shop, said: object) -> None:
    (unconnected.wordpress.plugin / "connection.json").write_text(json.dumps(said), "utf-8")

    assert press(unconnected, "connect").headers["Location"] == (
        "https://connector.example/connect/woocommerce/companion/a"
    )


@pytest.mark.parametrize("said", ["", "{", "[]", "7", '{"connector": 7, "shop": [], "link": {}}'])
def test_a_broken_package_is_one_that_says_nothing(unconnected: Shop, said: str) -> None:
    (unconnected.wordpress.plugin / "connection.json").write_text(said, "utf-8")
    page = unconnected.get(PAGE, unconnected.as_("boss"))

    assert page.status_code == 200
    assert 'name="connector"' in page.text


PAYLOADS = [
    '"><script>alert(1)</script>',
    "javascript:alert(1)",
    "https://x.example/'onmouseover=alert(1)",
    "//evil.example",
    "https://evil.example@connector.example",
    "http://connector.example",
    "https://connector.example?x=\r\nX-Evil: 1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["connector", "shop"])
def test_what_is_typed_into_the_fields_leads_nowhere_and_is_shown_nowhere(
    unconnected: Shop, field: str, payload: str
) -> None:
    typed: dict[str, object] = {"connector": "https://connector.example", "shop": "demo"}
    answer = press(unconnected, "connect", **typed | {field: payload})
    page = unconnected.as_("boss").get(answer.headers["Location"], timeout=PATIENCE).text

    assert answer.headers["Location"].startswith(f"{unconnected.url}/wp-admin/admin.php")
    assert payload not in page
    assert "alert(1)" not in page
    assert 'class="notice notice-error"' in page


@pytest.mark.parametrize(
    "told", ["<script>alert(1)</script>", "nothing", "saved[]=1", "saved&told[]=x"]
)
def test_the_address_chooses_a_sentence_and_never_brings_one(shop: Shop, told: str) -> None:
    page = shop.get(f"{PAGE}&told={told}", shop.as_("boss"))

    assert page.status_code == 200
    assert "alert(1)" not in page.text


def test_the_merchant_switches_places(shop: Shop) -> None:
    answer = press(shop, "save", **{"places[]": ["account", "launcher", "unknown"]})
    page = shop.as_("boss").get(answer.headers["Location"], timeout=PATIENCE).text
    ticked = re.findall(r'value="(\w+)" checked', page.replace(" checked='checked'", " checked"))

    assert "Saved." in page
    assert ticked == ["account", "launcher"]
    assert set(shop.option("stammkunde_places")) == {
        "account", "product", "cart", "thankyou", "mail", "launcher",
    }  # fmt: skip


def test_nothing_ticked_switches_everything_off(shop: Shop) -> None:
    press(shop, "save")

    assert set(shop.option("stammkunde_places").values()) == {False}


def test_disconnecting_forgets_the_connection_and_shows_nothing_any_more(shop: Shop) -> None:
    answer = press(shop, "disconnect")

    assert "told=parted" in answer.headers["Location"]
    assert shop.option("stammkunde_connection") is None
    assert "stammkunde" not in shop.get("/product/espresso/").text


ACTIONS: dict[str, dict[str, object]] = {
    "connect": {"connector": "https://connector.example", "shop": "demo"},
    "disconnect": {},
    "save": {"places[]": []},
}


def test_every_action_and_address_that_the_plugin_registers_is_tested_below(shop: Shop) -> None:
    registered = shop.php(
        """
        $hooks = array_keys($GLOBALS['wp_filter']);
        $routes = array_keys(rest_get_server()->get_routes());
        return [
            array_values(preg_grep('/^(admin_post|wp_ajax|wc_ajax|admin_action|load)_.*stammkunde/', $hooks)),
            array_values(preg_grep('/stammkunde/', $routes)),
        ];"""
    )

    assert sorted(registered[0]) == sorted(
        [f"admin_post_stammkunde_{action}" for action in ACTIONS]
        + ["wc_ajax_stammkunde_identity", "wc_ajax_stammkunde_order"]
    )
    assert registered[1] == ["/wc-stammkunde/v1", "/wc-stammkunde/v1/connection"]


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_without_the_forms_own_nonce_does_nothing(shop: Shop, action: str) -> None:
    page = shop.get(PAGE, shop.as_("boss")).text
    others = [nonce(page, other) for other in ACTIONS if other != action]
    before = shop.option("stammkunde_connection"), shop.option("stammkunde_places")

    for wrong in ["", "x", *others]:
        form = {"action": f"stammkunde_{action}", "_wpnonce": wrong} | ACTIONS[action]
        answer = post(shop, form, "boss")

        assert answer.status_code == 403
        assert "Location" not in answer.headers
    assert (shop.option("stammkunde_connection"), shop.option("stammkunde_places")) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_for_whoever_manages_the_shop(shop: Shop, action: str) -> None:
    before = shop.option("stammkunde_connection"), shop.option("stammkunde_places")
    mine = shop.php(
        f"""
        wp_set_current_user({shop.ids["mia"]});
        $cookie = wp_parse_auth_cookie('{_login(shop)}', 'logged_in');
        $_COOKIE[LOGGED_IN_COOKIE] = '{_login(shop)}';
        return wp_create_nonce('stammkunde_{action}');"""
    )
    form = {"action": f"stammkunde_{action}", "_wpnonce": mine} | ACTIONS[action]
    answer = post(shop, form, "mia")

    assert answer.status_code == 403
    assert "Only who manages the shop may do this." in answer.text
    assert (shop.option("stammkunde_connection"), shop.option("stammkunde_places")) == before


def _login(shop: Shop) -> str:
    """Mia's own cookie: with it, WordPress makes a nonce that is genuinely hers."""
    cookies = shop.as_("mia").cookies
    return unquote(
        next(one.value or "" for one in cookies if one.name.startswith("wordpress_logged_in"))
    )


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_needs_a_login(shop: Shop, action: str) -> None:
    form = {"action": f"stammkunde_{action}"} | ACTIONS[action]
    requests.post(
        f"{shop.url}/wp-admin/admin-post.php", form, timeout=PATIENCE, allow_redirects=False
    )

    assert shop.option("stammkunde_connection")["shop"] == "demo"
    assert shop.option("stammkunde_places") is None


def test_customers_do_not_see_the_page(shop: Shop) -> None:
    assert shop.get(PAGE, shop.as_("mia")).status_code == 403


def test_the_list_of_plugins_leads_to_the_page(shop: Shop) -> None:
    page = shop.get("/wp-admin/plugins.php", shop.as_("boss")).text

    assert f'<a href="{shop.url}{PAGE}">Settings</a>' in page


def test_woocommerce_is_told_what_the_plugin_gets_along_with(shop: Shop) -> None:
    declared = shop.php("return \\Automattic\\WooCommerce\\Utilities\\FeaturesUtil::$declared;")

    assert declared == {
        "custom_order_tables": [["stammkunde/stammkunde.php", True]],
        "cart_checkout_blocks": [["stammkunde/stammkunde.php", True]],
    }
