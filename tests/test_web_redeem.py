"""Redeeming over HTTP: who may, what comes back, what is kept of it, and what a browser is allowed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.installation import utc_now
from connector.web import create_app
from tests.attacks.tokens import claims, token
from tests.connected import IDENTITY_SECRET, Connected, connected
from tests.purse import REWARDS
from tests.test_handover import Erika

_NUMBERS = itertools.count()


class Browser:
    """Erika's browser in the shop."""

    def __init__(self, shop: Connected, client: FlaskClient) -> None:
        self.erika = Erika(shop, f"erika{next(_NUMBERS)}@example.com")
        self.client, self.shop = client, shop

    def proof(self) -> dict[str, str]:
        made = token(claims(self.shop.real.url, self.erika.id), IDENTITY_SECRET)
        return {"Authorization": f"Bearer {made}"}

    def me(self, lang: str = "en") -> Any:
        return self.client.get(f"/v1/demo/me?lang={lang}", headers=self.proof()).get_json()

    def post(self, path: str, body: Any = None, lang: str = "en", **headers: str) -> TestResponse:
        given = self.proof() | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/v1/demo/{path}?lang={lang}", json=body, headers=given)

    def redeem(self, key: str = "key 12345".replace(" ", "-"), **wish: Any) -> TestResponse:
        return self.post("redeem", {"reward": "five"} | wish, Idempotency_Key=key)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    with connected(tmp_path_factory.mktemp("redeem") / "data", rewards=REWARDS) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(shop: Connected) -> FlaskClient:
    return create_app(shop.inst).test_client()


@pytest.fixture
def browser(shop: Connected, client: FlaskClient) -> Browser:
    return Browser(shop, client)


# ------------------------------------------------------------------ what there is


def test_everybody_sees_what_points_are_for(client: FlaskClient, shop: Connected) -> None:
    config = client.get("/v1/demo/config?lang=de").get_json()

    assert [one["id"] for one in config["rewards"]] == ["discount", "five", "mug"]
    assert config["rewards"][0] == {
        "id": "discount", "title": "Rabatt", "kind": "slider", "points": 500,
        "value": {"minor": 500, "currency": "EUR", "text": "5,00\xa0€"}, "text": "5,00\xa0€ Rabatt ab 10,00\xa0€ Einkauf",
    }  # fmt: skip
    assert (config["platform"], config["url"]) == ("woocommerce", shop.real.url)


def test_a_member_sees_what_he_can_choose_and_what_he_is_missing(browser: Browser) -> None:
    mine = {one["id"]: one for one in browser.me()["rewards"]}

    assert [one["points"] for one in mine["discount"]["choices"]] == [
        500, 5000, 10000]  # fmt: skip
    assert (mine["five"]["missing"], len(mine["five"]["choices"])) == (0, 1)

    browser.redeem(reward="discount", points=10000)

    left = {one["id"]: one for one in browser.me()["rewards"]}
    assert (left["five"]["missing"], left["five"]["choices"]) == (500, [])


# ------------------------------------------------------------------ redeeming


def test_a_wish_is_taken_at_once_and_ready_when_the_shop_is(browser: Browser) -> None:
    answer = browser.redeem()
    first = answer.get_json()
    assert (answer.status_code, first["state"]) == (202, "wanted")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert first["sentence"] == "The shop is making your code."

    browser.erika.shop_works()

    (ready,) = browser.me()["vouchers"]
    assert (ready["state"], ready["code"], ready["points"]) == ("ready", first["code"], 500)
    assert ready["can_be_taken_back"] is True
    assert browser.redeem().status_code == 200


def test_a_key_that_is_sent_twice_redeems_once(browser: Browser) -> None:
    assert browser.redeem().get_json()["id"] == browser.redeem().get_json()["id"]
    assert browser.erika.available == 9500
    other = browser.redeem(reward="mug")
    assert (other.status_code, other.get_json()["why"]) == (409, "key_reused")


def test_a_voucher_is_given_back_with_one_request(browser: Browser) -> None:
    one = browser.redeem().get_json()
    browser.erika.shop_works()
    back = browser.post(f"vouchers/{one['id']}/take-back")
    assert (back.status_code, back.get_json()["state"]) == (202, "revoking")

    browser.erika.shop_works()

    (last,) = browser.me()["vouchers"]
    assert (last["state"], last["can_be_taken_back"]) == ("ended", False)
    assert browser.erika.available == 10_000
    again = browser.post(f"vouchers/{one['id']}/take-back")
    assert (again.status_code, again.get_json()["state"]) == (200, "ended")


def test_nobody_gives_back_or_sees_what_is_somebody_elses(
    browser: Browser, shop: Connected, client: FlaskClient
) -> None:
    mallory = Browser(shop, client)
    one = browser.redeem().get_json()
    answer = mallory.post(f"vouchers/{one['id']}/take-back")

    assert (answer.status_code, answer.get_json()["why"]) == (409, "no_voucher")
    assert mallory.me()["vouchers"] == []
    assert mallory.redeem().get_json()["id"] != one["id"]  # the same key, another person


@pytest.mark.parametrize(
    ("wish", "status", "said"),
    [
        ({"reward": "gold"}, 409, "Die Prämie gold gibt es nicht. Es gibt: discount, five, mug."),
        ({"reward": "discount", "points": 99999}, 409, "Dafür brauchst du 99.900 Punkte"),
        ({"reward": "discount", "points": -5}, 422, ""),
        ({"reward": "discount", "points": 500.5}, 422, ""),
        ({"reward": 7}, 422, ""),
        ({}, 422, ""),
        ({"reward": "five", "member": "somebody-else"}, 422, ""),
    ],
)
def test_a_bad_wish_gets_a_sentence_and_loses_nothing(
    browser: Browser, wish: dict[str, Any], status: int, said: str
) -> None:
    answer = browser.post("redeem", wish, "de", Idempotency_Key="a-fine-key")

    assert answer.status_code == status
    assert said in answer.get_json().get("message", "")
    assert (browser.erika.available, browser.me()["vouchers"]) == (10_000, [])


@pytest.mark.parametrize("key", ["", "short", "with blanks in it", "x" * 101, "ümläute-überall"])
def test_a_wish_needs_a_key_of_its_own(browser: Browser, key: str) -> None:
    assert browser.redeem(key=key.encode().decode("latin-1")).status_code == 422
    assert browser.post("redeem", {"reward": "five"}).status_code == 422
    assert browser.erika.available == 10_000


@pytest.mark.parametrize(
    "path", ["redeem", "vouchers/1/take-back", "carts/c/reserve", "carts/c/commit", "carts/c/release"]
)  # fmt: skip
def test_only_who_the_shop_vouches_for_moves_points(
    client: FlaskClient, browser: Browser, path: str
) -> None:
    body = {"redeem": {"reward": "five"}, "carts/c/reserve": {"points": 5}}.get(path)
    key = {"Idempotency-Key": "a-fine-key"}
    forged = browser.proof()["Authorization"][:-4] + "AAAA"

    assert client.post(f"/v1/demo/{path}", json=body, headers=key).status_code == 401
    answer = client.post(f"/v1/demo/{path}", json=body, headers=key | {"Authorization": forged})
    assert answer.status_code == 401
    assert client.get(f"/v1/demo/{path}", headers=browser.proof()).status_code == 405


def test_only_the_shops_own_pages_may_ask(browser: Browser, client: FlaskClient) -> None:
    own = browser.shop.shop.origins[0]
    asked = {"Origin": own, "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization,content-type,idempotency-key"}  # fmt: skip
    allowed = client.options("/v1/demo/redeem", headers=asked)
    foreign = client.options("/v1/demo/redeem", headers=asked | {"Origin": "https://evil.example"})

    assert allowed.headers["Access-Control-Allow-Origin"] == own
    assert "Idempotency-Key" in allowed.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in foreign.headers
    refused = browser.post("redeem", {"reward": "gold"}, Origin=own, Idempotency_Key="a-fine-key")
    assert refused.headers["Access-Control-Allow-Origin"] == own  # else its sentence is not read


# ------------------------------------------------------------------ carts


def test_points_are_kept_for_a_cart_and_committed_once(browser: Browser) -> None:
    kept = browser.post("carts/c1/reserve", {"points": 700}).get_json()
    assert (kept["state"], browser.me()["points"]["available"]) == ("reserved", 9300)
    assert kept["until"] > utc_now().isoformat()

    for _ in range(2):
        assert browser.post("carts/c1/commit").get_json()["state"] == "committed"
    assert browser.post("carts/c1/release").get_json()["state"] == "committed"
    assert browser.me()["points"]["available"] == 9300


def test_a_cart_nobody_reserved_is_a_sentence(browser: Browser) -> None:
    answer = browser.post("carts/nobody-s/commit", lang="de")

    assert (answer.status_code, answer.get_json()["message"]) == (
        409, "Für diesen Warenkorb sind keine Punkte reserviert.")  # fmt: skip
    assert browser.post(f"carts/{'x' * 65}/reserve", {"points": 5}).status_code == 409
