"""What the shop may do to us on the wire, and what we make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import responses

from adapters.shopware.answers import Denied, Rejected, Twice
from adapters.shopware.client import Client
from adapters.shopware.tokens import Tokens, client_of
from connector.errors import AccessLost, NotThere, TryLater, Unreadable
from tests.adapters.shopware.orders import ANSWERS, an_id

SHOP = "https://shop.example/staging"
API = f"{SHOP}/api"
KEY, SECRET = "SWIA" + "K" * 22, "s" * 53
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(clock)


@pytest.fixture
def shop() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield mocked


def client(tokens: Tokens, secret: str = SECRET, url: str = SHOP) -> Client:
    credentials = {"url": url, "key": KEY, "key_secret": secret, "ca_file": ""}
    return Client(credentials, 1000, lambda: NOW, tokens=tokens)


def gives_token(shop: responses.RequestsMock, *texts: str) -> None:
    for text in texts or ("one",):
        given = {"token_type": "Bearer", "expires_in": 600, "access_token": text}
        shop.post(f"{API}/oauth/token", json=given)


def recorded(name: str, version: str = "6.6") -> Any:
    return ANSWERS[version]["errors"][name]


def says(
    shop: responses.RequestsMock, method: str, path: str, name: str, version: str = "6.6"
) -> None:
    one = recorded(name, version)
    shop.add(method, f"{API}{path}", body=json.dumps(one["body"]), status=one["status"])


def logins(shop: responses.RequestsMock) -> int:
    return sum(call.request.url == f"{API}/oauth/token" for call in shop.calls)


# ------------------------------------------------------------------ tokens


def test_a_token_is_fetched_once_and_sent_with_every_question(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop)
    shop.post(f"{API}/search/order", json={"total": 0, "data": []})

    for _ in range(3):
        client(tokens).search("order", {})

    assert logins(shop) == 1
    assert shop.calls[-1].request.headers["Authorization"] == "Bearer one"


def test_a_token_is_renewed_before_it_ends(
    shop: responses.RequestsMock, tokens: Tokens, clock: Clock
) -> None:
    gives_token(shop)
    shop.get(f"{API}/_info/version", json={"version": "6.6.7.1"})
    client(tokens).get("/_info/version")

    clock.now += 539
    client(tokens).get("/_info/version")
    assert logins(shop) == 1
    clock.now += 1
    client(tokens).get("/_info/version")
    assert logins(shop) == 2


def test_another_secret_never_gets_anothers_token(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop, "one", "two")
    shop.get(f"{API}/_info/version", json={"version": "6.6.7.1"})
    client(tokens).get("/_info/version")

    client(tokens, secret="t" * 53).get("/_info/version")
    assert shop.calls[-1].request.headers["Authorization"] == "Bearer two"


def test_a_forgotten_token_is_replaced_once_and_the_question_repeated(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop, "old", "new")
    says(shop, "POST", "/search/order", "bad token")
    shop.post(f"{API}/search/order", json={"total": 0, "data": []})

    assert client(tokens).search("order", {}).items == []
    assert logins(shop) == 2


def test_a_shop_that_forgets_every_token_is_asked_twice_and_no_more(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop, "old", "new")
    says(shop, "POST", "/search/order", "bad token")

    with pytest.raises(AccessLost):
        client(tokens).search("order", {})

    assert len(shop.calls) == 4


def test_a_refused_key_is_not_tried_again_for_a_while(
    shop: responses.RequestsMock, tokens: Tokens, clock: Clock
) -> None:
    """Ten failures lock out everybody at our address."""
    says(shop, "POST", "/oauth/token", "oauth wrong secret")

    for _ in range(20):
        with pytest.raises(Denied) as caught:
            client(tokens).get("/_info/version")
        assert caught.value.code == "wrong_key"
    assert logins(shop) == 1
    clock.now += 31
    with pytest.raises(Denied):
        client(tokens).get("/_info/version")
    assert logins(shop) == 2


def test_a_key_that_was_seen_to_open_the_shop_is_believed_at_once(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    """An app's key is refused until the app is switched on."""
    says(shop, "POST", "/oauth/token", "oauth wrong secret")
    gives_token(shop)
    shop.get(f"{API}/_info/version", json={"version": "6.6.7.1"})
    with pytest.raises(Denied):
        client(tokens).get("/_info/version")

    tokens.forget(client_of(SHOP, KEY, SECRET))
    assert client(tokens).get("/_info/version").body


def test_a_lock_on_logins_is_waited_for_without_knocking(
    shop: responses.RequestsMock, tokens: Tokens, clock: Clock
) -> None:
    error = {
        "code": "FRAMEWORK__AUTH_THROTTLED", "status": "429", "title": "Too Many Requests",
        "detail": "Auth throttled for 10 seconds.", "meta": {"parameters": {"seconds": 10}},
    }  # fmt: skip
    shop.post(f"{API}/oauth/token", json={"errors": [error]}, status=429)

    with pytest.raises(TryLater) as caught:
        client(tokens).get("/_info/version")
    assert caught.value.after == 10
    clock.now += 4
    with pytest.raises(TryLater) as caught:  # with another key too: the lock is on our address
        client(tokens, secret="t" * 53).get("/_info/version")
    assert caught.value.after == 6
    assert logins(shop) == 1


@pytest.mark.parametrize(
    "given", [{}, [], {"access_token": "", "expires_in": 600}, {"access_token": "x"}]
)
def test_a_login_without_a_token_is_something_else_answering(
    shop: responses.RequestsMock, tokens: Tokens, given: object
) -> None:
    shop.post(f"{API}/oauth/token", json=given)

    with pytest.raises(TryLater):
        client(tokens).get("/_info/version")


# ------------------------------------------------------------------ answers


def test_amounts_come_without_the_noise_of_floats(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop)
    shop.post(f"{API}/search/order", body=b'{"total":1,"data":[{"amountTotal":0.1}]}')

    (found,) = client(tokens).search("order", {}).items
    assert found["amountTotal"] == Decimal("0.1")


@pytest.mark.parametrize("version", ["6.5", "6.6"])
def test_a_code_that_exists_is_a_conflict_and_no_fault_of_the_shop(
    shop: responses.RequestsMock, tokens: Tokens, version: str
) -> None:
    gives_token(shop)
    says(shop, "POST", "/promotion-individual-code", "duplicate code", version)

    with pytest.raises(Twice) as caught:
        client(tokens).post("/promotion-individual-code", {})

    assert "REC2" not in str(caught.value)


def test_a_refusal_says_where(shop: responses.RequestsMock, tokens: Tokens) -> None:
    gives_token(shop)
    says(shop, "POST", "/_action/sync", "sync with a bad row")

    with pytest.raises(Rejected, match="/codes/1/code"):
        client(tokens).upsert(codes=("promotion_individual_code", [{}]))


@pytest.mark.parametrize("name", ["bad field"])
def test_a_question_the_shop_does_not_understand_is_ours_to_repair(
    shop: responses.RequestsMock, tokens: Tokens, name: str
) -> None:
    gives_token(shop)
    says(shop, "POST", "/search/order", name)

    with pytest.raises(Unreadable, match="UNMAPPED_FIELD"):
        client(tokens).search("order", {})


def test_an_association_nobody_knows_is_ours_to_repair_though_it_is_a_500(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop)
    error = {"code": "FRAMEWORK__ASSOCIATION_NOT_FOUND", "status": "500"}
    shop.post(f"{API}/search/order", json={"errors": [error]}, status=500)

    with pytest.raises(Unreadable):
        client(tokens).search("order", {})


def test_what_is_gone_is_not_there(shop: responses.RequestsMock, tokens: Tokens) -> None:
    gives_token(shop)
    says(shop, "GET", "/order/1", "not found")

    with pytest.raises(NotThere):
        client(tokens).get("/order/1")


def test_a_missing_right_is_named(shop: responses.RequestsMock, tokens: Tokens) -> None:
    gives_token(shop)
    detail = json.dumps({"message": "Missing privilege", "missingPrivileges": ["rule:create"]})
    error = {"code": "FRAMEWORK__MISSING_PRIVILEGE_ERROR", "status": "403", "detail": detail}
    shop.post(f"{API}/rule", json={"errors": [error]}, status=403)

    with pytest.raises(Denied, match="rule:create") as caught:
        client(tokens).post("/rule", {})

    assert caught.value.code == "missing_privilege"


@pytest.mark.parametrize("detail", [None, "no json", "[]", '{"missingPrivileges": 7}'])
def test_a_missing_right_that_is_not_named_is_said_so(
    shop: responses.RequestsMock, tokens: Tokens, detail: object
) -> None:
    gives_token(shop)
    error = {"code": "FRAMEWORK__MISSING_PRIVILEGE_ERROR", "status": "403", "detail": detail}
    shop.post(f"{API}/rule", json={"errors": [error]}, status=403)

    with pytest.raises(Denied, match="does not say which"):
        client(tokens).post("/rule", {})


@pytest.mark.parametrize("status", [200, 400, 502, 503])
def test_a_page_for_people_means_later(
    shop: responses.RequestsMock, tokens: Tokens, status: int
) -> None:
    gives_token(shop)
    shop.get(f"{API}/_info/version", body="<html>Wartung</html>", status=status)

    with pytest.raises(TryLater):
        client(tokens).get("/_info/version")


def test_a_page_of_a_firewall_is_told_from_a_missing_right(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop)
    shop.get(f"{API}/_info/version", body="<html>Forbidden</html>", status=403)

    with pytest.raises(Denied) as caught:
        client(tokens).get("/_info/version")

    assert caught.value.code == "firewall"


def test_a_shop_that_is_not_shopware_is_told(shop: responses.RequestsMock, tokens: Tokens) -> None:
    shop.post(f"{API}/oauth/token", body="<html>Not found</html>", status=404)

    with pytest.raises(Denied) as caught:
        client(tokens).get("/_info/version")

    assert caught.value.code == "no_api"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed_and_no_secret_goes_along(
    shop: responses.RequestsMock, tokens: Tokens, status: int
) -> None:
    there = {"Location": "https://elsewhere.example/api/oauth/token"}
    shop.post(f"{API}/oauth/token", status=status, headers=there)

    with pytest.raises(Denied) as caught:
        client(tokens).get("/_info/version")

    assert caught.value.code == "redirect"
    assert len(shop.calls) == 1


def test_a_search_without_a_list_is_unreadable(
    shop: responses.RequestsMock, tokens: Tokens
) -> None:
    gives_token(shop)
    shop.post(f"{API}/search/order", json={"total": 0})
    shop.post(f"{API}/search-ids/order", json={"total": 0})

    with pytest.raises(Unreadable):
        client(tokens).search("order", {})
    with pytest.raises(Unreadable):
        client(tokens).there("order", [an_id()])


@pytest.mark.parametrize("name", ["bad token", "duplicate code", "bad field", "not found"])
def test_no_error_shows_what_we_sent_or_what_the_shop_wrote(
    shop: responses.RequestsMock, tokens: Tokens, name: str
) -> None:
    gives_token(shop, "token-one", "token-two")
    says(shop, "POST", "/search/order", name)

    with pytest.raises((AccessLost, Rejected, Unreadable, NotThere)) as caught:
        client(tokens).search("order", {"filter": [{"value": "mia@example.com"}]})

    shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    detail = str(recorded(name)["body"]["errors"][0].get("detail"))
    for secret in (SECRET, "token-", "mia@", detail):
        assert secret not in shown
