"""What agencies and merchants type, and what is said when it cannot be used."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.shopware.address import credentials, draft, shop_url
from adapters.shopware.settings import load_document
from connector.errors import BadInput
from tests.adapters.documented import documented

GIVEN = {
    "url": "https://shop.example",
    "client_id": "SWIA" + "A1" * 11,
    "client_secret": "b" * 53,
    "ca_file": "",
}


def test_an_empty_document_is_a_german_shop_as_shopware_ships_it() -> None:
    document = load_document({})

    assert (document["zone"], document["prices"]) == ("Europe/Berlin", "gross")
    assert document["states"]["paid"] == ["paid"]
    assert load_document(document) == document


def test_the_documented_settings_are_the_defaults() -> None:
    written = documented("Shopware 6")

    assert load_document(written) == load_document({})
    assert set(written) == set(load_document({}))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"zone": "Berlin"}, "zone"),
        ({"prices": "brutto"}, "prices"),
        ({"states": {"payed": []}}, "states.payed"),
        ({"overlap_seconds": 0}, "overlap_seconds"),
        ({"orders_since": "gestern"}, "orders_since"),
        ({"gift_cards": "SW-1"}, "gift_cards"),
    ],
)
def test_a_mistake_is_named_with_its_path(wrong: Any, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        load_document(wrong)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shop.example", "https://shop.example"),
        ("https://shop.example/admin#/sw/dashboard/index", "https://shop.example"),
        ("https://shop.example/staging//admin", "https://shop.example/staging"),
        ("https://Shop.Example:443/api/", "https://shop.example"),
    ],
)
def test_what_people_paste_along_is_left_out(typed: str, meant: str) -> None:
    assert shop_url(typed) == meant


def test_an_access_key_makes_credentials_and_a_secret_for_the_app() -> None:
    made = credentials(GIVEN)

    assert (made["key"], made["key_secret"], made["registration"]) == (
        GIVEN["client_id"], GIVEN["client_secret"], None,
    )  # fmt: skip
    assert len(made["app_secret"]) >= 32
    assert made["app_secret"] != credentials(GIVEN)["app_secret"]


def test_a_shop_that_will_register_by_itself_begins_with_its_address_and_a_secret() -> None:
    begun = draft("shop.example/admin")

    assert (begun["url"], begun["key"], begun["registration"]) == ("https://shop.example", "", None)
    assert len(begun["app_secret"]) >= 32


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"url": ""}, "--url"),
        ({"url": "http://shop.example"}, "--url"),
        ({"url": "https://10.0.0.7"}, "--url"),
        ({"client_id": ""}, "--client-id"),
        ({"client_id": "ck_12345678901234567890"}, "--client-id"),
        ({"client_secret": ""}, "--client-secret"),
        ({"client_secret": "with blanks in it, and long"}, "--client-secret"),
        ({"ca_file": "/nowhere/ca.pem"}, "--ca-file"),
    ],
)
def test_what_cannot_be_credentials_is_named_and_never_repeated(wrong: Any, option: str) -> None:
    with pytest.raises(BadInput, match=option) as caught:
        credentials(GIVEN | wrong)

    assert GIVEN["client_secret"] not in str(caught.value)
    assert "with blanks" not in str(caught.value)
