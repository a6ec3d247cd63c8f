"""A token says who is logged in or whose order it is, is believed by the connector, and is kept nowhere."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from adapters.woocommerce import identity
from connector.errors import BadDelivery
from connector.port import Delivery, Visitor, VisitorKind
from tests.plugin.shop import SECRET, SHOP, Shop
from tests.plugin.wordpress import PATIENCE


def visit(token: str, *, shop: str = SHOP, secret: str = SECRET, late: int = 0) -> Visitor:
    """What the connector makes of it."""
    headers = {"authorization": f"Bearer {token}"}
    now = datetime.now(UTC) + timedelta(seconds=late)
    return identity.visitor(Delivery("GET", "/v1/demo/me", b"", headers, b""), shop, secret, now)


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


def test_the_connector_knows_a_logged_in_customer_by_the_plugins_token(shop: Shop) -> None:
    visitor = visit(shop.token("mia"))

    assert visitor.kind is VisitorKind.CUSTOMER
    assert visitor.external_id == str(shop.ids["mia"])
    assert visitor.email == "mia@example.com"


def test_a_token_says_exactly_what_was_agreed(shop: Shop) -> None:
    before = int(time.time())
    said = claims(shop.token("mia"))

    assert {name: said[name] for name in ("iss", "aud", "sub", "email", "email_verified")} == {
        "iss": SHOP,
        "aud": "stammkunde",
        "sub": str(shop.ids["mia"]),
        "email": "mia@example.com",
        "email_verified": False,
    }
    assert said["exp"] - said["iat"] == 300
    assert before <= said["iat"] <= time.time()
    assert len(said) == 8


def test_no_two_tokens_are_the_same(shop: Shop) -> None:
    assert claims(shop.token())["jti"] != claims(shop.token())["jti"]


@pytest.mark.parametrize(
    "changed",
    [{"secret": "x" * 40}, {"shop": "https://other.example"}, {"late": 600}],
    ids=["another secret", "another shop", "ten minutes later"],
)
def test_the_connector_refuses_a_token_that_is_not_for_it_now(
    shop: Shop, changed: dict[str, Any]
) -> None:
    token = shop.token()

    with pytest.raises(BadDelivery):
        visit(token, **changed)


def test_the_connector_refuses_a_token_whose_claims_were_changed(shop: Shop) -> None:
    head, body, mark = shop.token("mia").split(".")
    forged = json.dumps(claims(f"{head}.{body}.{mark}") | {"sub": str(shop.ids["max"])}).encode()
    body = base64.urlsafe_b64encode(forged).rstrip(b"=").decode()

    with pytest.raises(BadDelivery):
        visit(f"{head}.{body}.{mark}")


def test_a_token_for_the_servers_is_refused_from_a_browser(shop: Shop) -> None:
    made = (
        "return \\Stammkunde\\token(['sub' => '7', 'email' => 'a@b.example'], 'stammkunde-server');"
    )

    with pytest.raises(BadDelivery):
        visit(shop.php(made))


def test_whoever_is_not_logged_in_is_a_guest(shop: Shop) -> None:
    answer = shop.identity()

    assert answer.json() == {"guest": True}


def test_without_a_connection_everybody_is_a_guest(unconnected: Shop) -> None:
    assert unconnected.identity("mia").json() == {"guest": True}
    assert unconnected.order(101, "wc_order_mia", "mia").json() == {"guest": True}


ADDRESSES = [
    "/?wc-ajax=stammkunde_identity",
    "/?wc-ajax=stammkunde_order&order=101&key=wc_order_mia",
    "/?wc-ajax=stammkunde_order&order=101&key=wrong",
]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("who", ["", "mia"])
def test_nobody_keeps_an_answer_and_no_other_origin_reads_it(
    shop: Shop, path: str, who: str
) -> None:
    session = shop.as_(who) if who else requests.Session()
    # WordPress lets the shop's own host in over both schemes, without its port.
    ours = {"Origin": shop.url.rpartition(":")[0]}
    answer = session.get(shop.url + path, headers=ours, timeout=PATIENCE)

    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_a_shop_in_a_folder_is_asked_in_its_folder(shop: Shop) -> None:
    asked = shop.php(
        """add_filter('pre_option_home', fn() => 'https://shop.example/coffee');
        return \\Stammkunde\\ask_address('stammkunde_identity');"""
    )

    assert asked == "/coffee/?wc-ajax=stammkunde_identity"


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_token_is_given_to_get_only(shop: Shop, path: str, method: str) -> None:
    answer = shop.as_("mia").request(method, shop.url + path, timeout=PATIENCE)

    assert answer.status_code == 405
    assert "token" not in answer.text


def test_the_key_of_an_order_brings_a_token_for_that_order_only(shop: Shop) -> None:
    answer = shop.order(103, "wc_order_guest")
    said = claims(answer.json()["token"])

    assert answer.status_code == 200
    assert said["order"] == "103"
    assert "sub" not in said
    assert "email" not in said


def test_the_buyer_who_is_logged_in_is_named_in_the_orders_token(shop: Shop) -> None:
    said = claims(shop.order(101, "wc_order_mia", "mia").json()["token"])

    assert (said["order"], said["sub"]) == ("101", str(shop.ids["mia"]))


def test_whoever_was_only_given_the_link_is_not_named_as_its_buyer(shop: Shop) -> None:
    for who in ("", "max"):
        said = claims(shop.order(101, "wc_order_mia", who).json()["token"])

        assert "sub" not in said
        assert "email" not in said


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (101, "wc_order_max"),
        (101, "wc_order_guest"),
        (101, ""),
        (101, "wc_order_mi"),
        (104, ""),
        (105, "wc_order_refund"),
        (999, "wc_order_mia"),
        (0, ""),
        ("101[]", "wc_order_mia"),
        ("x", "wc_order_mia"),
        ("-999", ""),
    ],
    ids=lambda value: str(value) or "none",
)
@pytest.mark.parametrize("who", ["", "max"])
def test_without_the_orders_own_key_there_is_no_token(
    shop: Shop, number: object, key: str, who: str
) -> None:
    answer = shop.order(number, key, who)

    assert answer.status_code == 403
    assert answer.json() == {"guest": True}


def test_a_key_that_is_no_text_opens_nothing(shop: Shop) -> None:
    answer = shop.get("/?wc-ajax=stammkunde_order&order=101&key[]=wc_order_mia")

    assert answer.status_code == 403


def test_an_address_counts_as_verified_after_woocommerce_proved_it_and_until_it_changes(
    shop: Shop,
) -> None:
    before = claims(shop.token("mia"))["email_verified"]
    shop.php(f"do_action('woocommerce_customer_email_verified', {shop.ids['mia']}); return 1;")
    proven = claims(shop.token("mia"))["email_verified"]
    other = f"['ID' => {shop.ids['mia']}, 'user_email' => 'max.2@example.com']"
    shop.php(f"return wp_update_user({other});")
    changed = claims(shop.token("mia"))["email_verified"]

    assert (before, proven, changed) == (False, True, False)
    assert claims(shop.token("max"))["email_verified"] is False


@pytest.mark.parametrize("given", ["0", "'x'", "[]", "null", "999999"])
def test_anything_else_said_to_be_verified_verifies_nobody(shop: Shop, given: str) -> None:
    shop.php(f"do_action('woocommerce_customer_email_verified', {given}); return 1;")

    assert claims(shop.token("mia"))["email_verified"] is False
