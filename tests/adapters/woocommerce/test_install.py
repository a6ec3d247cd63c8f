"""Connecting in the browser: an unsigned callback may only ever bring a key that works."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from adapters import woocommerce
from connector.errors import BadInput, NotThere
from connector.port import JSON, Handshake
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Kept, Shop


class Remembered:
    """A handshake in memory: one state, good once."""

    def __init__(self, url: str) -> None:
        self.waiting = {"state-8f2c": url}
        self.connections: list[JSON] = []
        self.knocks = 0

    def draft(self, state: str) -> JSON:
        if state not in self.waiting:
            raise BadInput("The link is too old. Begin again.")
        return {"url": self.waiting[state]}

    def connected(self, state: str, credentials: JSON) -> None:
        self.draft(state)
        del self.waiting[state]
        self.connections.append(credentials)

    def knocked(self, slug: str) -> str:
        if slug != "demo":
            raise NotThere("There is no such shop here.")
        self.knocks += 1
        return "https://shop.example/folder"


@pytest.fixture
def handshake(shop: Shop) -> Remembered:
    return Remembered(shop.url)


@pytest.fixture
def browser(handshake: Remembered) -> Iterator[FlaskClient]:
    app = Flask(__name__)
    app.register_blueprint(woocommerce.install(cast(Handshake, handshake)))
    with app.test_client() as client:
        yield client


def callback(shop: Shop, **changed: Any) -> dict[str, Any]:
    """What a real shop sent, with the simulator's key in it."""
    sent: dict[str, Any] = recorded.recording("shop", "wc_auth_callback")["callback"]["body"]
    return sent | {"consumer_key": shop.key, "consumer_secret": shop.secret} | changed


def test_the_merchant_is_sent_to_the_shop_to_allow_it(browser: FlaskClient, shop: Shop) -> None:
    answer = browser.get("/connect/woocommerce/state-8f2c", base_url="https://points.example")

    there = urlsplit(answer.location)
    asked = {name: value[0] for name, value in parse_qs(there.query).items()}
    assert answer.status_code == 302
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{shop.url}/wc-auth/v1/authorize"
    recorded_names = recorded.recording("shop", "wc_auth_callback")["authorize_query"]
    assert set(asked) == set(recorded_names)
    assert asked["user_id"] == "state-8f2c"
    assert asked["scope"] == "read_write"
    assert asked["callback_url"] == "https://points.example/connect/woocommerce/callback"
    assert asked["return_url"] == "https://points.example/connect/woocommerce/return"


def test_an_unknown_link_goes_nowhere(browser: FlaskClient) -> None:
    answer = browser.get("/connect/woocommerce/guess")

    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_a_key_that_opens_the_shop_connects_it(
    browser: FlaskClient, handshake: Remembered, shop: Shop
) -> None:
    answer = browser.post("/connect/woocommerce/callback", json=callback(shop))

    assert answer.status_code == 200
    (made,) = handshake.connections
    assert (made["url"], made["key"]) == (shop.url, shop.key)
    assert len(made["webhook_secret"]) >= 32


def test_a_callback_works_once(browser: FlaskClient, handshake: Remembered, shop: Shop) -> None:
    for _ in range(2):
        answer = browser.post("/connect/woocommerce/callback", json=callback(shop))

    assert answer.status_code == 403
    assert len(handshake.connections) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"user_id": "guess"},
        {"user_id": 5},
        {"consumer_key": "ck_" + "0" * 40},
        {"consumer_secret": "cs_" + "0" * 40},
        {"consumer_key": None},
        {"consumer_key": "https://evil.example"},
    ],
    ids=str,
)
def test_a_made_up_callback_connects_nothing(
    browser: FlaskClient, handshake: Remembered, shop: Shop, changed: dict[str, Any]
) -> None:
    answer = browser.post("/connect/woocommerce/callback", json=callback(shop, **changed))

    assert answer.status_code == 403
    assert handshake.connections == []
    assert shop.secret not in answer.get_data(as_text=True)


def test_a_key_that_may_not_write_is_not_kept(
    browser: FlaskClient, handshake: Remembered, shop: Shop
) -> None:
    shop.habits(read_only_key=True)
    answer = browser.post("/connect/woocommerce/callback", json=callback(shop))

    assert (answer.status_code, handshake.connections) == (403, [])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"x" * 20_000, b"[" * 10_000])
def test_rubbish_connects_nothing(browser: FlaskClient, handshake: Remembered, body: bytes) -> None:
    answer = browser.post("/connect/woocommerce/callback", data=body)

    assert (answer.status_code, handshake.connections) == (403, [])


def test_nothing_connects_by_a_mere_link(browser: FlaskClient, shop: Shop) -> None:
    answer = browser.get("/connect/woocommerce/callback", query_string=callback(shop))

    assert answer.status_code in (404, 405)


def test_no_key_is_written_to_a_log(
    browser: FlaskClient, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    browser.post("/connect/woocommerce/callback", json=callback(shop))
    browser.post("/connect/woocommerce/callback", json=callback(shop, user_id="guess"))

    assert shop.key not in caplog.text
    assert shop.secret not in caplog.text


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("success=1&user_id=x", "de-DE,de;q=0.9", "Verbunden"),
        ("success=0&user_id=x", "de", "Nicht verbunden"),
        ("success=1", "en-GB", "Connected"),
        ("success=0", "en", "Not connected"),
        ("", "fr", "Nicht verbunden"),
        ("success=<script>", "en", "Not connected"),
    ],
)
def test_the_merchant_reads_how_it_ended(
    browser: FlaskClient, query: str, language: str, title: str
) -> None:
    answer = browser.get(
        f"/connect/woocommerce/return?{query}", headers={"Accept-Language": language}
    )

    page = answer.get_data(as_text=True)
    assert f"<h1>{title}</h1>" in page
    assert "<script" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_recorded_callback_has_the_fields_we_read() -> None:
    body = recorded.recording("shop", "wc_auth_callback")["callback"]["body"]

    assert {"user_id", "consumer_key", "consumer_secret"} <= set(json.loads(json.dumps(body)))


def test_the_whole_dance_between_three_programs(handshake: Remembered, shop: Shop) -> None:
    """The merchant's browser goes to the shop, which sends its keys to us while it waits."""
    app = Flask(__name__)
    app.register_blueprint(woocommerce.install(cast(Handshake, handshake)))
    ours = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=ours.serve_forever)
    thread.start()
    try:
        begin = f"http://127.0.0.1:{ours.port}/connect/woocommerce/state-8f2c"
        to_shop = requests.get(begin, allow_redirects=False, timeout=10).headers["Location"]
        wish = dict(parse_qsl(urlsplit(to_shop).query))
        assert requests.get(to_shop, timeout=10).status_code == 200
        granted = requests.post(f"{shop.url}/wc-auth/v1/access_granted", data=wish, timeout=20)
    finally:
        ours.shutdown()
        ours.server_close()
        thread.join()

    assert "Verbunden" in granted.text
    (made,) = handshake.connections
    document = woocommerce.load_document({})
    connected = woocommerce.open_shop(Kept({"credentials": made, "document": document}))
    assert [finding for finding in connected.preflight() if finding.blocks] == []


# ------------------------------------------------------------------ the companion plugin


def test_the_plugins_button_rings_and_leads_back_to_its_own_page(
    browser: FlaskClient, handshake: Remembered
) -> None:
    answer = browser.get("/connect/woocommerce/companion/demo")

    assert answer.status_code == 302
    assert (
        answer.headers["Location"]
        == "https://shop.example/folder/wp-admin/admin.php?page=stammkunde&told=asked"
    )
    assert handshake.knocks == 1


def test_a_shop_that_is_not_here_leads_nowhere(browser: FlaskClient, handshake: Remembered) -> None:
    answer = browser.get("/connect/woocommerce/companion/other")

    assert (answer.status_code, "Location" in answer.headers) == (404, False)
    assert handshake.knocks == 0
