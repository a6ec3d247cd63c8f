"""The plugin in the shop is told where we are; a shop without it is a shop like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from connector import connecting, jobs
from connector.web import create_app
from tests.connected import IDENTITY_SECRET, Connected, connected

HOME = "https://connector.example"


@pytest.fixture
def street(tmp_path: Path) -> Any:
    with connected(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def client(street: Connected) -> FlaskClient:
    return create_app(street.inst).test_client()


def told(street: Connected) -> dict[str, Any]:
    answer = requests.get(
        f"{street.real.url}/wp-json/wc-stammkunde/v1/connection",
        auth=(street.real.key, street.real.secret), timeout=10,
    )  # fmt: skip
    return dict(answer.json())


def test_connecting_a_shop_tells_its_plugin_where_we_are(street: Connected) -> None:
    jobs.run_due(street.inst)

    assert told(street) == {
        "version": "1.0.0", "connected": True,
        "connector": street.inst.config.url, "shop": street.shop.slug,
    }  # fmt: skip


def test_the_plugin_signs_what_we_believe_from_then_on(
    street: Connected, client: FlaskClient
) -> None:
    jobs.run_due(street.inst)
    erika = street.real.customer("erika@example.com")
    visit = requests.Session()
    visit.post(f"{street.real.url}/demo/login", data={"customer": erika}, timeout=10)
    proof = visit.get(f"{street.real.url}/?wc-ajax=stammkunde_identity", timeout=10).json()
    answer = client.get("/v1/demo/me", headers={"Authorization": f"Bearer {proof['token']}"})

    assert (answer.status_code, answer.get_json()["state"]) == (200, "arriving")


def test_a_shop_without_the_plugin_is_connected_all_the_same(street: Connected) -> None:
    street.real.habits(without_companion=True)
    done = jobs.run_due(street.inst)

    assert done.failures == 0
    assert connecting.check(street.inst, street.shop)["companion"] is False


def test_the_check_tells_a_plugin_that_was_installed_later(street: Connected) -> None:
    street.real.habits(without_companion=True)
    jobs.run_due(street.inst)
    street.real.habits(without_companion=False)
    assert told(street)["connected"] is False

    assert connecting.check(street.inst, street.shop)["companion"] is True
    assert told(street)["connected"] is True


def test_whoever_knocks_often_is_answered_once(street: Connected, client: FlaskClient) -> None:
    jobs.run_due(street.inst)
    for _ in range(5):
        assert client.get("/connect/woocommerce/companion/demo").status_code == 302

    assert jobs.run_due(street.inst).works == 1


def test_the_secret_is_told_to_nobody_who_asks(street: Connected) -> None:
    jobs.run_due(street.inst)

    assert IDENTITY_SECRET not in str(told(street))


@pytest.mark.parametrize(
    "wrong",
    [{"connector": "http://connector.example"}, {"connector": "javascript:alert(1)"},
     {"secret": "short"}, {"shop": "../x"}, {"url": 5}],
)  # fmt: skip
def test_what_is_no_connection_leaves_the_old_one(street: Connected, wrong: Any) -> None:
    jobs.run_due(street.inst)
    good = {"connector": HOME, "shop": "demo", "secret": "s" * 40, "url": street.real.url}
    answer = requests.put(
        f"{street.real.url}/wp-json/wc-stammkunde/v1/connection", json=good | wrong,
        auth=(street.real.key, street.real.secret), timeout=10,
    )  # fmt: skip

    assert answer.status_code == 400
    assert told(street)["connector"] == street.inst.config.url
