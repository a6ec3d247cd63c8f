"""Plain http: only a signature lets a key in, once and within a quarter of an hour."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.woocommerce.simulator import oauth
from adapters.woocommerce.simulator.shop import Key
from tests.adapters.woocommerce.test_simulator_world import KEY, SECRET, World, recording

URL = "https://shop.example/wp-json/wc/v3/orders"


@pytest.fixture
def world() -> World:
    world = World()
    world.authorization = {}
    world.shop.habits.change({"is_ssl": False})
    return world


def signed(world: World, secret: str = SECRET, **changes: str) -> dict[str, str]:
    given = {
        "oauth_consumer_key": KEY,
        "oauth_nonce": "n1",
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(world.shop.now().timestamp())),
        "search": "a b&c",
    } | changes
    mark = oauth.sign("GET", URL, given, Key(1, KEY, secret))
    return given | {"oauth_signature": mark}


def ask(world: World, query: dict[str, str]) -> Any:
    return world.rest("GET", "orders", None, **query)


def refused_like(answer: Any, name: str) -> None:
    expected = recording(f"errors/{name}")["response"]

    assert answer.status_code == expected["status"]
    assert answer.get_json() == expected["body"]


def test_the_signature_is_the_one_of_the_standard() -> None:
    given = {"oauth_consumer_key": "a", "oauth_signature_method": "HMAC-SHA1", "q": "r b"}
    mark = oauth.sign("get", "http://example.com/r", given, Key(1, "a", "s"))

    # openssl dgst -sha1 -hmac 's&' over
    # GET&http%3A%2F%2Fexample.com%2Fr&oauth_consumer_key%3Da%26oauth_signature_method%3DHMAC-SHA1%26q%3Dr%2520b
    assert mark == "ljuC/Qtr8QJh5kl/O+eudtVB4wE="


def test_a_genuine_signature_is_let_in_over_http(world: World) -> None:
    assert ask(world, signed(world)).status_code == 200


def test_a_wrong_signature_is_refused(world: World) -> None:
    refused_like(ask(world, signed(world, secret="cs_other")), "oauth_bad_signature")


def test_a_nonce_works_once(world: World) -> None:
    query = signed(world)
    ask(world, query)

    refused_like(ask(world, query), "oauth_nonce_reused")


def test_an_old_signature_is_refused(world: World) -> None:
    early = str(int(world.shop.now().timestamp()) - 901)

    refused_like(ask(world, signed(world, oauth_timestamp=early)), "oauth_old_timestamp")
