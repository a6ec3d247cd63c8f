"""Where something of ours is, where nothing is, and that no page says who looks at it."""

from __future__ import annotations

import re

import pytest

from tests.plugin.shop import PLACES, Shop

THANKS = "/checkout/order-received/101/?key=wc_order_mia"
PAGES = [
    "/",
    "/about/",
    "/product/espresso/",
    "/product/filter/",
    "/cart/",
    "/checkout/",
    "/cart-block/",
    "/by-blocks/",
    "/by-shortcodes/",
    "/my-account/",
    THANKS,
]


def tag(html: str) -> str:
    """The script tag of the loader; there is one or none."""
    found = re.findall(r"<script[^>]*/v1/demo/loader\.js[^>]*>", html)
    assert len(found) <= 1
    return found[0] if found else ""


def ours(html: str) -> list[str]:
    return re.findall(r"<stammkunde-[^>]*>", html)


@pytest.mark.parametrize("path", PAGES)
def test_a_shop_that_is_not_connected_shows_nothing_at_all(unconnected: Shop, path: str) -> None:
    unconnected.everywhere()

    for who in ("", "mia"):
        html = unconnected.get(path, unconnected.as_(who) if who else None).text
        said = html.replace("/by-blocks/", "").replace("/wp-content/plugins/stammkunde/assets", "")
        assert ours(html) == []
        assert tag(html) == ""
        assert "stammkunde" not in said


@pytest.mark.parametrize(
    ("path", "elements"),
    [
        ("/product/espresso/", ["earn"]),
        ("/cart/", ["redeem"]),
        ("/checkout/", ["redeem"]),
        ("/by-blocks/", ["balance", "faq"]),
        ("/by-shortcodes/", ["balance", "redeem", "referral", "faq"]),
        (THANKS, ["order"]),
    ],
)
def test_each_place_has_its_elements_and_the_one_script(
    shop: Shop, path: str, elements: list[str]
) -> None:
    html = shop.get(path).text

    assert [re.split(r"[ >]", one[1:])[0] for one in ours(html)] == [
        f"stammkunde-{name}" for name in elements
    ]
    assert tag(html)


@pytest.mark.parametrize(
    "path", ["/", "/about/", "/my-account/", "/product/book/", "/product/sample/"]
)
def test_a_page_without_an_element_has_no_script(shop: Shop, path: str) -> None:
    html = shop.get(path).text

    assert ours(html) == []
    assert tag(html) == ""


@pytest.mark.parametrize("off", PLACES)
def test_each_place_is_switched_off_by_itself(shop: Shop, off: str) -> None:
    where = {
        "account": "/my-account/stammkunde/",
        "product": "/product/espresso/",
        "cart": "/cart/",
        "thankyou": THANKS,
        "launcher": "/about/",
    }
    shop.places(**dict.fromkeys(PLACES, True) | {off: False, "launcher": off == "nothing"})
    shown = {
        place: ours(shop.get(path, shop.as_("mia")).text) != [] for place, path in where.items()
    }

    assert shown == {place: place not in {off, "launcher"} for place in where}


def test_the_launcher_is_on_every_page_when_switched_on_and_off_before(shop: Shop) -> None:
    before = shop.get("/about/").text
    shop.places(launcher=True)
    after = shop.get("/about/").text

    assert ours(before) == []
    assert ours(after) == ["<stammkunde-launcher>"]
    assert tag(after)


def test_the_script_is_deferred_named_and_left_alone_by_optimisers(shop: Shop) -> None:
    said = tag(shop.get("/product/espresso/").text)

    assert f'src="{shop.connector.url}/v1/demo/loader.js?lang=en"' in said
    assert re.search(r"\sdefer[\s>]", said)
    for attribute in (
        'data-identity="/?wc-ajax=stammkunde_identity"',
        'data-known="stammkunde_known"',
        'data-no-optimize="1"',
        'data-cfasync="false"',
    ):
        assert attribute in said
    assert "data-order" not in said


def test_the_script_stands_at_the_end_of_the_page(shop: Shop) -> None:
    html = shop.get("/product/espresso/").text

    assert html.index("</main>") < html.index(tag(html))


def test_the_thank_you_page_names_the_order_and_where_to_ask(shop: Shop) -> None:
    html = shop.get(THANKS).text

    assert ours(html) == ['<stammkunde-order order="101" key="wc_order_mia">']
    assert 'data-order="/?wc-ajax=stammkunde_order"' in tag(html)


def test_the_thank_you_page_of_a_wrong_key_says_nothing(shop: Shop) -> None:
    html = shop.get("/checkout/order-received/101/?key=wc_order_max").text

    assert ours(html) == []
    assert "wc_order_mia" not in html


@pytest.mark.parametrize(
    ("currency", "gross", "net"), [("EUR", 1999, 1680), ("JPY", 20, 17), ("KWD", 19990, 16800)]
)
def test_a_product_names_both_prices_in_minor_units_of_its_currency(
    shop: Shop, currency: str, gross: int, net: int
) -> None:
    shop.php(f"return update_option('imitated_currency', '{currency}');")
    number = shop.php("return get_page_by_path('espresso', OBJECT, 'product')->ID;")

    assert ours(shop.get("/product/espresso/").text) == [
        f'<stammkunde-earn product="{number}" gross="{gross}" net="{net}" currency="{currency}">'
    ]


CACHEABLE = [
    "/",
    "/about/",
    "/product/espresso/",
    "/product/filter/",
    "/by-blocks/",
    "/by-shortcodes/",
]


@pytest.mark.parametrize("path", CACHEABLE)
def test_two_customers_get_the_same_page_to_the_byte(shop: Shop, path: str) -> None:
    shop.everywhere()
    shop.php(
        "foreach (get_users() as $one) { update_user_meta($one->ID, 'show_admin_bar_front', 'false'); } return 1;"
    )
    pages = [shop.get(path, shop.as_(who)).text for who in ("mia", "max")]

    assert pages[0] == pages[1]
    assert ours(pages[0])


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_token_an_address_or_a_number_of_a_customer(shop: Shop, path: str) -> None:
    shop.everywhere()
    html = shop.get(path, shop.as_("mia")).text
    mine = " ".join(ours(html)) + tag(html)

    assert "eyJ" not in html
    assert "mia@example.com" not in html
    assert "mia@" not in mine
    assert f'"{shop.ids["mia"]}"' not in mine


def test_an_order_without_a_key_shows_nothing(shop: Shop) -> None:
    shown = shop.php("ob_start(); \\Stammkunde\\show_order(104); return ob_get_clean();")

    assert shown == ""


def test_whatever_stands_in_an_attribute_stays_in_it(shop: Shop) -> None:
    made = shop.php(
        """return \\Stammkunde\\element('order', ['key' => '"><script>alert(1)</script>']);"""
    )

    assert "<script>" not in made
    assert made.count('"') == 2


def test_nonsense_that_another_plugin_leaves_in_a_filter_breaks_no_page(shop: Shop) -> None:
    asked = shop.php(
        """$asked = [];
        $moments = ['init', 'admin_init', 'admin_menu', 'rest_api_init', 'wp_loaded', 'wp_footer',
            'before_woocommerce_init'];
        foreach ($GLOBALS['wp_filter'] as $hook => $listeners) {
            if (in_array($hook, $moments, true)) continue;
            foreach ($listeners->callbacks as $callbacks) {
                foreach ($callbacks as $one) {
                    $name = is_string($one['function']) ? $one['function'] : '';
                    if (strpos($name, 'Stammkunde') === 0 && strpos($name, '\\\\act_') === false
                        && strpos($name, '\\\\answer_') === false) {
                        ob_start();
                        foreach ([null, false, 7, '', [], new stdClass()] as $nonsense) {
                            call_user_func_array($name, array_fill(0, $one['accepted_args'], $nonsense));
                        }
                        ob_end_clean();
                        $asked[] = $hook;
                    }
                }
            }
        }
        return $asked;"""
    )

    assert len(asked) > 15


def test_without_woocommerce_the_shop_still_stands_and_shows_nothing(shop: Shop) -> None:
    shop.php("update_option('active_plugins', ['stammkunde/stammkunde.php']); return 1;")
    try:
        answers = [shop.get(path) for path in ("/", "/about/", "/by-shortcodes/")]
        settings = shop.get("/wp-admin/plugins.php", shop.as_("boss"))
    finally:
        shop.php(
            "update_option('active_plugins', ['woocommerce/woocommerce.php',"
            "'stammkunde/stammkunde.php']); return 1;"
        )

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [ours(answer.text) for answer in answers] == [[], [], []]
    assert settings.status_code == 200


def test_the_page_keeps_room_before_anything_of_it_is_painted(unconnected: Shop) -> None:
    head, _, _ = unconnected.get("/product/espresso/").text.partition("</head>")
    assert "stammkunde-room" not in head
    unconnected.connect()
    head, _, _ = unconnected.get("/product/espresso/").text.partition("</head>")

    assert "@keyframes stammkunde-room" in head
