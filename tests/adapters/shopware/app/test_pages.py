"""What a shop's pages hold of ours: drawn by the real Twig, and again by Jinja, with nothing of a person in it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.adapters.shopware.app.pages import (
    APPLY,
    PLACES,
    Case,
    Context,
    Elements,
    by_jinja,
    by_twig,
    context,
    opened,
    ours,
    theirs,
)  # fmt: skip

PACKED = opened()
NAMES = sorted(ours(PACKED))
ON = dict.fromkeys(PLACES, True)
OFF = dict.fromkeys(PLACES, False)
EMPTY = {"cart": {"token": "MARKED-cart", "lineItems": []}}


def price(unit: float, tax: float, quantity: int = 1) -> dict[str, Any]:
    return {"unitPrice": unit, "quantity": quantity, "calculatedTaxes": {"amount": tax}}


def product(calculated: dict[str, Any], *steps: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "0190aa00",
        "parentId": None,
        "calculatedPrice": calculated,
        "calculatedPrices": list(steps),
    }


def buying(goods: dict[str, Any], tax: str = "gross", currency: str = "EUR") -> Context:
    usual = context()
    return usual | {
        "product": goods, "page": usual["page"] | {"product": goods},
        "context": usual["context"] | {"taxState": tax, "currency": {"isoCode": currency}},
    }  # fmt: skip


PRICES = {
    "gross": (buying(product(price(19.99, 3.19))), "1999", "1680", "EUR"),
    "net": (buying(product(price(16.80, 3.19)), "net"), "1999", "1680", "EUR"),
    "free of tax": (buying(product(price(16.80, 0)), "tax-free"), "1680", "1680", "EUR"),
    "by steps": (
        buying(product(price(8, 0), price(10, 19, 12), price(8, 30, 24))), "1000", "842", "EUR",
    ),
    "yen": (buying(product(price(1999, 182)), currency="JPY"), "1999", "1817", "JPY"),
    "dinar": (buying(product(price(1.5, 0)), currency="KWD"), "1500", "1500", "KWD"),
    "an odd tenth": (buying(product(price(0.29, 0.05))), "29", "24", "EUR"),
}  # fmt: skip
CASES: list[Case] = [
    *((name, context(), ON) for name in NAMES),
    *((name, context(), OFF) for name in NAMES),
    *((name, given, ON) for (given, *_), name in itertools.product(
        PRICES.values(), ("component/buy-widget/buy-widget", "page/product-detail/buy-widget"))),
    ("component/checkout/offcanvas-cart", context(page=context()["page"] | EMPTY), ON),
    ("base", context(app={"request": {"locale": "en-GB"}, "user": {}}), ON),
]  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    return by_twig(PACKED, CASES)


@pytest.fixture
def page(drawn: list[str]) -> Any:
    def find(name: str, switches: dict[str, bool] = ON, given: Context | None = None) -> Elements:
        at = CASES.index((name, context() if given is None else given, switches))
        return Elements(drawn[at])

    return find


def test_jinja_draws_what_twig_draws(drawn: list[str]) -> None:
    for (name, given, switches), html in zip(CASES, drawn, strict=True):
        assert by_jinja(PACKED, name, given, switches).split() == html.split(), name


def test_nothing_of_a_person_is_in_any_page(drawn: list[str]) -> None:
    assert "MARKED" in str(context())
    for (name, *_), html in zip(CASES, drawn, strict=True):
        assert "MARKED" not in html, name


def test_everybody_gets_the_same_page(drawn: list[str]) -> None:
    """A page that a cache has kept for one may be shown to another."""
    stranger = context()
    stranger["context"] |= {"customer": None, "token": "another"}
    stranger["page"] |= {"customer": None}
    stranger["app"] |= {"user": None}
    for name in NAMES:
        if not name.startswith("page/checkout/finish"):
            assert by_jinja(PACKED, name, stranger, ON) == by_jinja(PACKED, name, context(), ON)


def test_what_the_shop_draws_itself_is_all_there(drawn: list[str]) -> None:
    parents = theirs()
    for (name, *_), html in zip(CASES, drawn, strict=True):
        parent = "block/cms-block-text" if name.startswith("block/") else name

        own = parents[f"@Storefront/storefront/{parent}.html.twig"]
        assert own.split("%}")[1].split("{%")[0] in html, name


SHOWN = {
    "base": ["launcher"],
    "block/cms-block-stammkunde-faq-component": ["faq"],
    "block/cms-block-stammkunde-points-component": ["balance", "redeem", "referral"],
    "component/buy-widget/buy-widget": ["earn"],
    "component/checkout/offcanvas-cart": ["redeem"],
    "layout/meta": [],
    "page/account/index": ["balance", "redeem", "referral", "faq"],
    "page/checkout/cart/index": ["redeem"],
    "page/checkout/finish/index": ["order"],
    "page/product-detail/buy-widget": ["earn"],
}


@pytest.mark.parametrize("name", NAMES)
def test_each_place_shows_its_own(page: Any, name: str) -> None:
    assert page(name).tags() == SHOWN[name]


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("block/")])
def test_what_is_switched_off_is_not_there(page: Any, name: str) -> None:
    assert page(name, OFF).tags() == []


def test_the_script_is_the_connectors_and_speaks_the_pages_language(page: Any) -> None:
    english = CASES[-1][1]
    (german,) = page("base").of("script")
    (other,) = page("base", ON, english).of("script")

    assert german == {
        "defer": None,
        "src": "https://connector.example/v1/demo/loader.js?lang=de",
        "data-identity": "/app-system/Stammkunde/generate-token",
        "data-method": "post",
        "data-login": "customerLoggedInState",
        "data-apply": APPLY,
        "data-cart": "/checkout/cart.json",
        "data-cfasync": "false",
    }
    assert str(other["src"]).endswith("?lang=en")


def test_the_room_is_kept_by_a_file_of_the_shops_own(page: Any) -> None:
    assert page("layout/meta").of("link") == [
        {"rel": "stylesheet", "href": "/bundles/stammkunde/room.css"}
    ]


@pytest.mark.parametrize("name", ["page/checkout/cart/index", "component/checkout/offcanvas-cart"])
def test_a_cart_says_how_it_takes_a_code_and_shows_guests_nothing(page: Any, name: str) -> None:
    assert page(name).of("stammkunde-redeem") == [{"members-only": None, "apply": APPLY}]


def test_an_empty_cart_asks_for_nothing(page: Any) -> None:
    empty = CASES[-2][1]

    assert page("component/checkout/offcanvas-cart", ON, empty).tags() == []


def test_the_thank_you_page_names_its_order(page: Any) -> None:
    assert page("page/checkout/finish/index").of("stammkunde-order") == [{"order": "0190af6c"}]


@pytest.mark.parametrize("folder", ["component/buy-widget", "page/product-detail"])
@pytest.mark.parametrize("how", PRICES)
def test_a_product_says_both_its_prices_in_minor_units(page: Any, how: str, folder: str) -> None:
    given, gross, net, currency = PRICES[how]
    (said,) = page(f"{folder}/buy-widget", ON, given).of("stammkunde-earn")

    assert said == {"product": "0190aa00", "gross": gross, "net": net, "currency": currency}


@pytest.mark.parametrize(
    "name", ["component/buy-widget/buy-widget", "page/product-detail/buy-widget"]
)
def test_a_variant_is_named_by_its_parent_as_rules_know_it(name: str) -> None:
    given = context()
    for product in (given["product"], given["page"]["product"]):
        product["parentId"] = "0190bb00"

    for html in (*by_twig(PACKED, [(name, given, ON)]), by_jinja(PACKED, name, given, ON)):
        assert [one["product"] for one in Elements(html).of("stammkunde-earn")] == ["0190bb00"]


def test_what_a_shop_says_cannot_become_markup() -> None:
    wild = context()
    wild["page"]["order"]["id"] = '"><script>hit()</script>'
    case = ("page/checkout/finish/index", wild, ON)

    for html in (*by_twig(PACKED, [case]), by_jinja(PACKED, *case)):
        assert Elements(html).of("stammkunde-order") == [{"order": wild["page"]["order"]["id"]}]
        assert Elements(html).of("script") == []
