"""The page after ordering: the page names the order, the token a customer, and only his own is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from connector import jobs, sync
from connector.web import create_app
from tests.adapters.shopware import simulated
from tests.adapters.shopware.installed import Installed, installed
from tests.adapters.world import address


@pytest.fixture(scope="module")
def there() -> Iterator[Installed]:
    with simulated.running() as shop, installed(shop) as there:
        yield there


@pytest.fixture
def client(there: Installed) -> FlaskClient:
    there.shop.good_again()
    return create_app(there.inst).test_client()


def shown(there: Installed, client: FlaskClient, customer: str, order: str) -> Any:
    """What this customer's browser is told of an order."""
    headers = {"Authorization": f"Bearer {_token(there, customer)}"}
    return client.get(
        "/v1/demo/order", query_string={"lang": "de", "order": order}, headers=headers
    )


def guest_order(shop: simulated.Shop) -> tuple[str, str]:
    """An order without an account, and the customer that Shopware makes for it."""
    line = {"product_id": shop.product("Kaffee"), "quantity": 1, "gross": "40.00"}
    made = shop.control(
        "POST", "/orders", {"email": address(), "line_items": [line], "paid": True}
    )  # fmt: skip
    return made["customerId"], made["id"]


def test_a_buyer_is_told_what_his_order_brings(there: Installed, client: FlaskClient) -> None:
    mia = there.shop.customer(address())
    order = there.shop.order(customer_id=mia, paid=True)

    before = shown(there, client, mia, order).get_json()
    sync.run(there.inst, there.inst.shop("demo"))
    jobs.run_due(there.inst)
    assert before["state"] == "coming"
    assert before["points"] > 0
    assert shown(there, client, mia, order).get_json() == before


def test_once_we_know_the_order_the_shop_is_not_asked(
    there: Installed, client: FlaskClient
) -> None:
    mia = there.shop.customer(address())
    order = there.shop.order(customer_id=mia, paid=True)
    sync.run(there.inst, there.inst.shop("demo"))
    there.shop.habits(lost_access=True)

    headers = {"Authorization": f"Bearer {_token(there, mia)}"}
    said = client.get(f"/v1/demo/order?order={order}", headers=headers).get_json()
    assert said["state"] == "coming"


def test_a_guest_is_told_what_waits_for_him(there: Installed, client: FlaskClient) -> None:
    guest, order = guest_order(there.shop)

    said = shown(there, client, guest, order).get_json()
    assert (said["state"], said["points"]) == ("waiting", 200)
    assert "Kundenkonto" in said["sentence"]


def test_nobody_is_told_of_anothers_order(there: Installed, client: FlaskClient) -> None:
    mia, tom = there.shop.customer(address()), there.shop.customer(address())
    order = there.shop.order(customer_id=mia, paid=True)
    guest, guests = guest_order(there.shop)

    assert shown(there, client, tom, order).status_code == 401
    assert shown(there, client, guest, order).status_code == 401
    assert shown(there, client, mia, guests).status_code == 401
    sync.run(there.inst, there.inst.shop("demo"))
    assert shown(there, client, tom, order).status_code == 401


@pytest.mark.parametrize("order", ["", "0" * 32, "1 OR 1=1", "../customer", "A" * 32])
def test_an_order_that_is_none_proves_nothing(
    there: Installed, client: FlaskClient, order: str
) -> None:
    assert shown(there, client, there.shop.customer(address()), order).status_code == 401


def test_without_a_token_nobody_is_told(there: Installed, client: FlaskClient) -> None:
    order = there.shop.order(customer_id=there.shop.customer(address()), paid=True)

    assert client.get(f"/v1/demo/order?order={order}").status_code == 401


def test_a_shop_that_cannot_answer_now_is_asked_again_by_the_page(
    there: Installed, client: FlaskClient
) -> None:
    mia = there.shop.customer(address())
    order, token = there.shop.order(customer_id=mia, paid=True), _token(there, mia)
    there.shop.habits(busy={"status": 503, "times": 5})

    headers = {"Authorization": f"Bearer {token}"}
    said = client.get(f"/v1/demo/order?order={order}", headers=headers)
    assert (said.status_code, said.get_json()["state"]) == (200, "later")


def _token(there: Installed, customer: str) -> str:
    browser = requests.Session()
    at = f"{there.shop.url}/_simulator/sessions"
    browser.post(at, json={"customer_id": customer}, timeout=30).raise_for_status()
    path = "/app-system/Stammkunde/generate-token"
    return str(browser.post(there.shop.url + path, timeout=30).json()["token"])
