"""What the shop may do to us on the wire, and what we make of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
import requests
import responses
from responses import matchers

from adapters.wire import LIMITS, Limits
from adapters.woocommerce.answers import Denied, NoRoute, Rejected
from adapters.woocommerce.client import Client
from connector.errors import AccessLost, NotThere, TryLater, Unreadable
from tests.adapters.woocommerce import recorded

KEY, SECRET = "ck_" + "1" * 40, "cs_" + "2" * 40
SHOP = "https://shop.example"
ORDERS = f"{SHOP}/wp-json/wc/v3/orders"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def client(url: str = SHOP, limits: Limits = LIMITS) -> Client:
    credentials = {"url": url, "key": KEY, "secret": SECRET, "ca_file": ""}
    return Client(credentials, 1000, lambda: NOW, limits)


@pytest.fixture
def shop() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mocked:
        yield mocked


def test_a_good_answer_brings_body_total_and_the_servers_clock(
    shop: responses.RequestsMock,
) -> None:
    clock = {"X-WP-Total": "8", "Date": "Sun, 22 Nov 2026 11:59:00 GMT"}
    shop.get(ORDERS, json=[{"id": 1}], headers=clock)

    answer = client().get("/orders", per_page=1)
    assert (answer.body, answer.total) == ([{"id": 1}], 8)
    assert answer.at == datetime(2026, 11, 22, 11, 59, tzinfo=UTC)
    assert shop.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_every_request_has_a_time_limit(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, json=[], match=[matchers.request_kwargs_matcher({"timeout": (5.0, 30.0)})])

    assert client().get("/orders").body == []


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_fault_of_the_shop_passes(shop: responses.RequestsMock, status: int) -> None:
    shop.get(ORDERS, body="<html>oops</html>", status=status)

    with pytest.raises(TryLater, match=str(status)):
        client().get("/orders")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("86400", 300.0),
        ("999999999999", 300.0),
        (format_datetime(datetime(2026, 11, 22, 12, 0, 40, tzinfo=UTC), usegmt=True), 40.0),
        (format_datetime(datetime(2027, 1, 1, tzinfo=UTC), usegmt=True), 300.0),
        (format_datetime(datetime(2026, 1, 1, tzinfo=UTC), usegmt=True), 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_a_shop_may_send_us_away_but_never_for_long(
    shop: responses.RequestsMock, header: str, seconds: float | None
) -> None:
    shop.get(ORDERS, json={"code": "slow"}, status=429, headers={"Retry-After": header})

    with pytest.raises(TryLater) as caught:
        client().get("/orders")

    assert caught.value.after == seconds


def test_a_page_instead_of_data_passes(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, body="<!doctype html><title>Wartung</title>")

    with pytest.raises(TryLater, match="other than JSON"):
        client().get("/orders")


@pytest.mark.parametrize("body", ["5", '"text"', "true"])
def test_json_that_is_no_answer_is_unreadable(shop: responses.RequestsMock, body: str) -> None:
    shop.get(ORDERS, body=body)

    with pytest.raises(Unreadable):
        client().get("/orders")


def test_a_bottomless_answer_is_not_parsed_to_death(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, body="[" * 200_000)

    with pytest.raises(TryLater):
        client().get("/orders")


def test_an_answer_too_large_is_not_read_to_the_end(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, body="[" + " " * 2000 + "]")

    with pytest.raises(Unreadable, match="more than 1000 bytes"):
        client(limits=Limits(size=1000)).get("/orders")


@pytest.mark.parametrize(
    "fault",
    [
        requests.exceptions.ReadTimeout(f"{ORDERS}?consumer_secret={SECRET}"),
        requests.exceptions.ConnectTimeout(f"{ORDERS}?consumer_secret={SECRET}"),
        requests.exceptions.ConnectionError(f"{ORDERS}?consumer_secret={SECRET}"),
        requests.exceptions.ChunkedEncodingError(f"{ORDERS}?consumer_secret={SECRET}"),
        requests.exceptions.SSLError(f"{ORDERS}?consumer_secret={SECRET}"),
        requests.exceptions.InvalidURL(f"{ORDERS}?consumer_secret={SECRET}"),
        ConnectionResetError(SECRET),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_secrets_in_an_address_never_reach_an_error(
    shop: responses.RequestsMock, fault: Exception
) -> None:
    shop.get(ORDERS, body=fault)

    with pytest.raises(TryLater) as caught:
        client().get("/orders", consumer_secret=SECRET)

    shown = f"{caught.value} {caught.value!r} {caught.value.__cause__}"
    assert SECRET not in shown
    assert "consumer_secret" not in shown


REFUSED: dict[str, str] = {
    "auth_bad_key": "wrong_key",
    "auth_none": "wrong_key",
    "auth_basic_over_http": "wrong_key",
    "auth_query_over_http": "wrong_key",
    "auth_bad_secret": "wrong_secret",
    "auth_read_key_write": "wrong_secret",
    "auth_write_key_read": "wrong_secret",
    "oauth_bad_signature": "wrong_secret",
    "oauth_nonce_reused": "wrong_secret",
    "oauth_old_timestamp": "wrong_secret",
}


@pytest.mark.parametrize("name", recorded.names("errors"))
def test_every_recorded_error_means_one_of_ours(shop: responses.RequestsMock, name: str) -> None:
    found = recorded.recording("errors", name)
    method, answer = found["request"]["method"], found["response"]
    shop.add(method, ORDERS, json=answer["body"], status=answer["status"])
    ask = {"GET": client().get, "DELETE": client().delete}
    write = {"POST": client().post, "PUT": client().put}

    with pytest.raises((Denied, NotThere, Rejected, TryLater, Unreadable)) as caught:
        ask[method]("/orders") if method in ask else write[method]("/orders", {})

    error = caught.value
    if name in REFUSED:
        assert isinstance(error, Denied)
        assert error.code == REFUSED[name]
    elif name == "no_route":
        assert isinstance(error, NoRoute)
    elif answer["status"] == 404:
        assert isinstance(error, NotThere)
    elif answer["status"] in (500, 501):
        assert isinstance(error, TryLater)
    else:
        assert isinstance(error, Unreadable if method == "GET" else Rejected)
        assert answer["body"]["code"] in str(error)
    assert "otto@example.com" not in str(error)
    assert "&quot;" not in str(error)


def test_a_user_without_rights_is_told_from_a_wrong_key(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, json={"code": "woocommerce_rest_cannot_view"}, status=403)

    with pytest.raises(Denied) as caught:
        client().get("/orders")

    assert caught.value.code == "user_without_rights"


@pytest.mark.parametrize("status", [401, 403])
def test_a_password_page_before_the_shop_is_named(
    shop: responses.RequestsMock, status: int
) -> None:
    shop.get(ORDERS, body="<h1>Staging</h1>", status=status)

    with pytest.raises(Denied) as caught:
        client().get("/orders")

    assert caught.value.code == "firewall"


def test_a_shop_without_readable_addresses_is_named(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, body="<h1>Not found</h1>", status=404)

    with pytest.raises(Denied, match="permalinks"):
        client().get("/orders")


def test_a_redirect_to_another_host_is_not_followed(shop: responses.RequestsMock) -> None:
    target = f"https://evil.example/?stolen={SECRET}"
    shop.get(ORDERS, status=301, headers={"Location": target})
    elsewhere = shop.get("https://evil.example/", json=[])
    shop.assert_all_requests_are_fired = False

    with pytest.raises(AccessLost, match=r"redirects to https://evil\.example\.") as caught:
        client().get("/orders")

    assert elsewhere.call_count == 0
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("target", ["http://shop.example/orders", "https://shop.example:8443/"])
def test_another_scheme_or_port_is_another_host(shop: responses.RequestsMock, target: str) -> None:
    shop.get(ORDERS, status=302, headers={"Location": target})

    with pytest.raises(AccessLost):
        client().get("/orders")


def test_a_redirect_within_the_shop_is_followed(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, status=301, headers={"Location": "/shop/wp-json/wc/v3/orders?page=1"})
    shop.get(f"{SHOP}/shop/wp-json/wc/v3/orders", json=[{"id": 7}])

    assert client().get("/orders").body == [{"id": 7}]


def test_a_circle_of_redirects_ends(shop: responses.RequestsMock) -> None:
    shop.get(ORDERS, status=302, headers={"Location": ORDERS})

    with pytest.raises(AccessLost, match="circle"):
        client().get("/orders")


def test_writing_is_never_redirected(shop: responses.RequestsMock) -> None:
    shop.post(ORDERS, status=301, headers={"Location": f"{ORDERS}/"})

    with pytest.raises(AccessLost, match="POST"):
        client().post("/orders", {})


def test_the_shop_is_not_asked_faster_than_agreed(shop: responses.RequestsMock) -> None:
    shop.get("https://slow.example/wp-json/wc/v3/orders", json=[])
    credentials = {"url": "https://slow.example", "key": KEY, "secret": SECRET, "ca_file": ""}

    began = time.monotonic()
    for _ in range(6):  # opened anew each time: the pace belongs to the shop
        Client(credentials, 5).get("/orders")
    assert time.monotonic() - began >= 0.9
