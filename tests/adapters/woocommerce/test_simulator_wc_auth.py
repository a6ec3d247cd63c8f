"""Connecting in the browser: the shop hands a fresh key to the callback and comes back."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.adapters.woocommerce.test_simulator_shapes import differences
from tests.adapters.woocommerce.test_simulator_world import Ear, World, basic, recording

RETURN = "https://points.example/return?x=1"


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.server.shutdown()
    ear.server.server_close()


def asked(callback: str, **changes: str) -> dict[str, str]:
    query = {"app_name": "Treue", "scope": "read_write", "user_id": "state-8f2c"}
    return query | {"return_url": RETURN, "callback_url": callback} | changes


def open_page(world: World, query: dict[str, str]) -> Any:
    return world.client.get(f"/wc-auth/v1/authorize?{urlencode(query)}")


def grant(world: World, query: dict[str, str]) -> Any:
    """What the button on the page does, with what the page holds."""
    text = open_page(world, query).get_data(as_text=True)
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
    form = {name: html.unescape(value) for name, value in fields}
    return world.client.post("/wc-auth/v1/access_granted", data=form)


def test_the_callback_gets_the_recorded_body_and_a_key_that_works(ear: Ear) -> None:
    world = World()
    answer = grant(world, asked(ear.url))
    headers, body = ear.heard[0]
    given = json.loads(body)
    recorded = recording("wc_auth_callback")

    assert list(differences(recorded["callback"]["body"], given)) == []
    assert (given["user_id"], given["key_permissions"]) == ("state-8f2c", "read_write")
    assert headers["Content-Type"] == dict(recorded["callback"]["headers"])["Content-Type"]
    assert answer.headers["Location"] == f"{RETURN}&success=1&user_id=state-8f2c"
    world.authorization = basic(given["consumer_key"], given["consumer_secret"])
    assert world.rest("GET", "orders").status_code == 200


def test_a_callback_that_does_not_answer_200_makes_no_key(ear: Ear) -> None:
    world = World()
    ear.status = 204
    answer = grant(world, asked(ear.url))

    assert (answer.status_code, len(world.shop.keys)) == (401, 1)


def test_saying_no_leads_back_without_a_key(ear: Ear) -> None:
    world = World()
    text = html.unescape(open_page(world, asked(ear.url)).get_data(as_text=True))

    assert f'href="{RETURN}&success=0&user_id=state-8f2c"' in text
    assert (ear.heard, len(world.shop.keys)) == ([], 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"callback_url": "http://points.example/callback"},
        {"callback_url": ""},
        {"scope": "everything"},
        {"user_id": ""},
    ],
)
def test_a_request_the_real_shop_refuses_is_refused(changes: dict[str, str]) -> None:
    answer = open_page(World(), asked("https://points.example/cb") | changes)

    assert answer.status_code == 401
    assert "access_granted" not in answer.get_data(as_text=True)


def test_what_the_address_says_cannot_write_into_the_page(ear: Ear) -> None:
    answer = open_page(World(), asked(ear.url, app_name="<script>alert(1)</script>"))

    assert "<script>alert" not in answer.get_data(as_text=True)
