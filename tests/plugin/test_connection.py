"""The connector gives the shop its connection, and nothing that is not one replaces it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugin.shop import OF_A_CUSTOMER, READ_ONLY, SECRET, Shop


def test_the_connector_connects_reads_and_forgets(unconnected: Shop) -> None:
    put = unconnected.rest("PUT", unconnected.connection())
    read = unconnected.rest("GET")
    forgotten = unconnected.rest("DELETE")

    assert put.json() == {"version": "1.0.0", "connected": True}
    assert read.json() == {
        "version": "1.0.0",
        "connected": True,
        "connector": unconnected.connector.url,
        "shop": "demo",
    }
    assert forgotten.json() == {"version": "1.0.0", "connected": False}
    assert unconnected.rest("GET").json()["connected"] is False
    assert "no-store" in read.headers["Cache-Control"]


def test_the_secret_is_never_told_and_not_loaded_with_all_options(shop: Shop) -> None:
    autoloaded = shop.php("return array_keys(wp_load_alloptions());")

    assert SECRET not in shop.rest("GET").text
    assert SECRET not in shop.get("/wp-admin/admin.php?page=stammkunde", shop.as_("boss")).text
    assert "stammkunde_connection" not in autoloaded
    assert shop.option("stammkunde_connection")["secret"] == SECRET


BROKEN: dict[str, Any] = {
    "connector": [
        "http://connector.example",
        "ftp://connector.example",
        "https://",
        "//connector.example",
        "https://mia@connector.example",
        "https://connector.example?x=1",
        "https://connector.example/#x",
        "https://connector.example:99999",
        'https://connector.example/"><script>alert(1)</script>',
        "javascript:alert(1)",
        "https://connector.example\n",
        "http://localhost.example",
        "",
        17,
        None,
        ["https://connector.example"],
    ],
    "shop": [
        "",
        "Demo",
        "a b",
        "-demo",
        "demo-",
        "a" * 41,
        '"><script>alert(1)</script>',
        "demo\n",
        7,
    ],
    "secret": ["", "s" * 31, "s" * 257, "s" * 31 + " ", "ä" * 40, 7, None],
    "url": ["", "shop.example", "http://shop.example", "https://shop.example/?a=b", None],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BROKEN.items() for value in values]
)
def test_what_is_no_connection_is_refused_in_a_sentence_and_the_old_one_stays(
    shop: Shop, name: str, value: Any
) -> None:
    before = shop.option("stammkunde_connection")
    answer = shop.rest("PUT", shop.connection(**{name: value}))

    assert answer.status_code == 400
    assert answer.json()["message"].endswith((".", "."))
    assert shop.option("stammkunde_connection") == before


@pytest.mark.parametrize("body", ["", "[]", "7", '"text"', "null", "{", "{}"])
def test_what_is_no_object_is_refused_and_the_old_connection_stays(shop: Shop, body: str) -> None:
    answer = shop.rest("PUT", body)

    assert answer.status_code == 400
    assert answer.json()["message"]
    assert shop.rest("GET").json()["connected"] is True


def test_what_is_sent_besides_is_not_kept(shop: Shop) -> None:
    shop.connect(extra="<script>")

    assert set(shop.option("stammkunde_connection")) == {"connector", "shop", "secret", "url"}


def test_addresses_are_kept_without_a_slash_at_the_end(shop: Shop) -> None:
    shop.connect(connector="https://connector.example/points/", url="https://shop.example/")
    kept = shop.option("stammkunde_connection")

    assert kept["connector"] == "https://connector.example/points"
    assert kept["url"] == "https://shop.example"


@pytest.mark.parametrize(
    ("method", "key", "status"),
    [
        ("PUT", "", 401),
        ("GET", "", 401),
        ("DELETE", "", 401),
        ("PUT", "ck_unknown", 401),
        ("PUT", OF_A_CUSTOMER, 403),
        ("GET", OF_A_CUSTOMER, 403),
        ("DELETE", OF_A_CUSTOMER, 403),
        ("PUT", READ_ONLY, 401),
        ("DELETE", READ_ONLY, 401),
    ],
)
def test_only_the_key_of_somebody_who_manages_the_shop_changes_or_reads_it(
    shop: Shop, method: str, key: str, status: int
) -> None:
    answer = shop.rest(method, shop.connection(shop="stolen"), key)

    assert answer.status_code == status
    assert shop.option("stammkunde_connection")["shop"] == "demo"


@pytest.mark.parametrize(
    "stored",
    [
        "['connector' => '\"><script>alert(1)</script>', 'shop' => 'demo', 'secret' => str_repeat('s', 40), 'url' => 'https://shop.example']",
        "['connector' => 'https://connector.example', 'shop' => '\"><img src=x>', 'secret' => str_repeat('s', 40), 'url' => 'https://shop.example']",
        "['connector' => 'https://connector.example']",
        "'a text'",
    ],
)
def test_what_somebody_else_wrote_into_the_option_is_no_connection(shop: Shop, stored: str) -> None:
    shop.php(f"return update_option('stammkunde_connection', {stored});")
    product = shop.get("/product/espresso/").text
    settings = shop.get("/wp-admin/admin.php?page=stammkunde", shop.as_("boss")).text

    assert "stammkunde" not in product
    assert "alert(1)" not in settings
    assert "<img src=x>" not in settings
    assert "not connected yet" in settings
