"""The demo storefront: the shop's own pages, and on them exactly what the installed app's package brings."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from zipfile import ZipFile

import pytest

from adapters.shopware.simulator import texts
from tests.adapters.shopware.test_simulator_world import World
from tests.adapters.shopware.visiting import (
    CONNECTOR,
    GUEST,
    SERVICE,
    Visitor,
    changed,
    lay_in,
    parcel,
    tags,
)

ALL = ["balance", "redeem", "referral", "faq"]
Way = Callable[[Visitor], str]
"""Somebody on the way to a page."""


def home(visitor: Visitor) -> str:
    return "/"


def product(visitor: Visitor) -> str:
    return f"/detail/{visitor.product()}"


def cart(visitor: Visitor) -> str:
    visitor.lay()
    return "/checkout/cart"


def offcanvas(visitor: Visitor) -> str:
    visitor.lay()
    return "/checkout/offcanvas"


def confirm(visitor: Visitor) -> str:
    visitor.lay()
    return "/checkout/confirm"


def service(visitor: Visitor) -> str:
    return SERVICE


def login(visitor: Visitor) -> str:
    return "/account/login"


def account(visitor: Visitor) -> str:
    return "/account"


def finish(visitor: Visitor) -> str:
    visitor.lay()
    return f"/checkout/finish?orderId={visitor.order(**GUEST)}"


SHOWN: list[tuple[str, Way, list[str]]] = [
    *[(who, home, []) for who in ("stranger", "Mia", "guest")],
    *[(who, product, ["earn"]) for who in ("stranger", "Mia", "guest")],
    *[(who, cart, ["redeem"]) for who in ("stranger", "Mia", "guest")],
    *[(who, offcanvas, ["redeem"]) for who in ("stranger", "Mia", "guest")],
    *[(who, confirm, []) for who in ("stranger", "Mia", "guest")],
    *[(who, service, ALL) for who in ("stranger", "Mia", "guest")],
    *[(who, login, []) for who in ("stranger", "guest")],
    *[(who, finish, ["order"]) for who in ("stranger", "Mia", "guest")],
    ("Mia", account, ALL),
]


@pytest.fixture
def world() -> World:
    return World(shop="small")


@pytest.fixture
def with_app(world: World) -> World:
    lay_in(world, parcel())
    return world


def somebody(world: World, who: str, domain: str = "") -> Visitor:
    visitor = Visitor(world, domain)
    if who == "guest":
        finish(visitor)
    elif who != "stranger":
        visitor.log_in(who)
    return visitor


@pytest.mark.parametrize("domain", ["", "/en"], ids=["de", "en"])
@pytest.mark.parametrize(("who", "way", "shown"), SHOWN)
def test_a_page_shows_what_the_app_brings_and_without_it_nothing_of_it(
    world: World, who: str, way: Way, shown: list[str], domain: str
) -> None:
    visitor = somebody(world, who, domain)
    path = way(visitor)
    without = visitor.page(path)
    lay_in(world, parcel())
    with_it = visitor.page(path)
    world.shop.store.change("app", world.shop.apps["Stammkunde"].row, active=False)

    assert (tags(without), tags(with_it), tags(visitor.page(path))) == ([], shown, [])
    assert "stammkunde" not in without.lower()
    assert "stammkunde" not in visitor.page(path).lower()
    assert (CONNECTOR in with_it) == (way is not offcanvas)


@pytest.mark.parametrize("domain", ["", "/en"], ids=["de", "en"])
@pytest.mark.parametrize(("who", "way"), [case[:2] for case in SHOWN if case[0] != "stranger"])
def test_nothing_of_a_person_stands_where_the_app_draws(
    world: World, who: str, way: Way, domain: str
) -> None:
    visitor = somebody(world, who, domain)
    path = way(visitor)
    without = set(visitor.page(path).splitlines())
    lay_in(world, parcel())
    drawn = "\n".join(line for line in visitor.page(path).splitlines() if line not in without)
    person = world.front.sessions[visitor.http.get_cookie("session-").value].customer  # type: ignore[union-attr]
    row = world.shop.store.rows["customer"][person]

    names = ("id", "email", "firstName", "lastName", "customerNumber", "defaultBillingAddressId")
    assert [name for name in names if row[name] in drawn] == []
    assert drawn != "" or way is not account


def test_the_pages_stay_private_and_let_nobody_in_but_the_connector(with_app: World) -> None:
    answer = Visitor(with_app).get("/")
    policy = answer.headers["Content-Security-Policy"]

    assert "no-store" in answer.headers["Cache-Control"]
    assert set(re.findall(r"https?://\S+?(?=[ ;])", policy)) == {CONNECTOR}
    assert "unsafe" not in policy
    assert set(re.findall(r'(?:src|href)="(https?://[^"/]+)', answer.text)) == {CONNECTOR}


def test_without_an_app_no_address_but_the_shops_own_is_allowed(world: World) -> None:
    assert "http" not in Visitor(world).get("/").headers["Content-Security-Policy"]


def test_what_is_shown_comes_out_of_the_package(world: World) -> None:
    mark = "<b>{{ 'stammkunde.account.title'|trans|escape }} aus dem Paket</b>"
    packed = changed(
        "account/index.html.twig",
        lambda text: text.replace("<section", f"{mark}<section"),
        parcel(),
    )
    lay_in(world, packed)
    german, english = (somebody(world, "Mia", domain) for domain in ("", "/en"))

    assert "<b>Punkte aus dem Paket</b>" in german.page("/account")
    assert "<b>Points aus dem Paket</b>" in english.page("/account")


def test_a_public_file_is_served_as_it_lies_in_the_package(with_app: World) -> None:
    page = Visitor(with_app).page("/")
    packed = ZipFile(io.BytesIO(parcel())).read("Stammkunde/Resources/public/room.css")
    answer = Visitor(with_app).get("/bundles/stammkunde/room.css")

    assert 'href="/bundles/stammkunde/room.css"' in page
    assert (answer.get_data(), answer.mimetype) == (packed, "text/css")
    for path in ("../config/config.xml", "", "room.css/../../manifest.xml"):
        assert Visitor(with_app).get(f"/bundles/stammkunde/{path}").status_code == 404


@pytest.mark.parametrize(("place", "way"), [("account", account), ("product", product),
                                            ("cart", cart), ("offcanvas", offcanvas),
                                            ("finish", finish)])  # fmt: skip
def test_the_merchants_switch_turns_a_place_off(with_app: World, place: str, way: Way) -> None:
    visitor = somebody(with_app, "Mia")
    path = way(visitor)
    with_app.control("PUT", "/settings", {f"Stammkunde.config.{place}": False})

    assert tags(visitor.page(path)) == []


def test_the_button_on_every_page_is_there_where_the_merchant_wants_it(with_app: World) -> None:
    with_app.control("PUT", "/settings", {"Stammkunde.config.launcher": True})

    assert tags(Visitor(with_app).page("/")) == ["launcher"]


def test_two_apps_both_add_to_the_same_block(with_app: World) -> None:
    out = io.BytesIO()
    view = "Zweite/Resources/views/storefront/page/account/index.html.twig"
    with ZipFile(out, "w") as packed:
        packed.writestr(
            view,
            "{% sw_extends '@Storefront/storefront/page/account/index.html.twig' %}"
            "{% block page_account_overview_main %}{{ parent() }}<i>zweite</i>{% endblock %}",
        )
    lay_in(with_app, out.getvalue(), "Zweite")
    page = somebody(with_app, "Mia").page("/account")

    assert (tags(page), page.count("<i>zweite</i>")) == (ALL, 1)
    assert page.count('id="orders-title"') == 1


@pytest.mark.parametrize(("who", "state"), [("stranger", "0"), ("guest", "0"), ("Mia", "1")])
def test_the_page_knows_who_is_logged_in_only_where_there_is_a_wish_list(
    with_app: World, who: str, state: str
) -> None:
    visitor = somebody(with_app, who)
    before = visitor.page("/")
    with_app.control("PUT", "/settings", {"core.cart.wishlistEnabled": True})
    answer = visitor.get("/")
    nonce = re.findall(r'<script nonce="([^"]+)">', answer.text)

    assert "window.customerLoggedInState" not in before
    assert f"window.customerLoggedInState = {state};" in answer.text
    assert f"'nonce-{nonce[0]}'" in answer.headers["Content-Security-Policy"]


def test_every_product_has_a_picture_of_its_own(world: World) -> None:
    page = Visitor(world).page("/").partition('id="shelf"')[2]
    pictures = re.findall(r"<svg class=\"art\".*?</svg>", page, re.DOTALL)
    drawn = {re.sub(r'aria-label="[^"]*"', "", picture) for picture in pictures}

    assert len(drawn) == len(pictures) == 8
    assert not [picture for picture in drawn if "#b9a88f" in picture]  # the box for unknown goods


def test_nobody_in_particular_is_named_on_the_home_page(world: World) -> None:
    names = {row["firstName"] for row in world.shop.store.rows["customer"].values()}

    assert not [name for name in names if name in Visitor(world).page("/")]


def test_english_is_one_click_away_and_stays(world: World) -> None:
    page = Visitor(world).page(product(Visitor(world)))
    english = re.findall(r'href="(/en/detail/[^"]+)"', page)
    there = Visitor(world).page(english[0])

    assert '<html lang="en-GB">' in there
    assert texts.EN["add"] in there
    assert 'action="/en/checkout/line-item/add"' in there
    assert 'href="/en/account"' in there


def test_both_languages_say_the_same_things() -> None:
    assert texts.DE.keys() == texts.EN.keys()


def test_what_is_not_there_is_said_in_the_shops_own_page(world: World) -> None:
    answer = Visitor(world).get("/detail/0")

    assert (answer.status_code, texts.DE["not_here"] in answer.text) == (404, True)


def test_an_empty_shop_has_pages_too() -> None:
    visitor = Visitor(World())

    assert [visitor.get(path).status_code for path in ("/", "/checkout/cart", SERVICE)] == [200] * 3
