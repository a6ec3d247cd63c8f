"""Only the shop's own fresh token says who a visitor is."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from adapters.woocommerce import identity
from connector.errors import BadDelivery
from connector.port import Delivery, Visitor, VisitorKind

SHOP = "https://shop.example"
SECRET = "s" * 40
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def claims(**changed: Any) -> dict[str, Any]:
    issued = int(NOW.timestamp())
    usual = {
        "iss": SHOP,
        "aud": "stammkunde",
        "sub": "2",
        "email": "erika@example.com",
        "email_verified": True,
        "iat": issued,
        "exp": issued + 300,
        "jti": "x",
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


def token(payload: Any, secret: str = SECRET, algorithm: str = "HS256") -> str:
    key = OctKey.import_key(secret)
    body = json.dumps(payload).encode()
    return jws.serialize_compact({"alg": algorithm}, body, key, algorithms=[algorithm])


def visit(bearer: str | None, now: datetime = NOW) -> Visitor:
    headers = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
    delivery = Delivery("GET", "/v1/demo/me", b"", headers, b"")
    return identity.visitor(delivery, SHOP, SECRET, now)


def test_a_logged_in_customer_is_known_by_the_shops_token() -> None:
    assert visit(token(claims())) == Visitor(
        VisitorKind.CUSTOMER,
        external_id="2",
        email="erika@example.com",
        email_verified=True,
        until=NOW + timedelta(minutes=5),
    )


def test_without_a_token_a_visitor_is_nobody() -> None:
    assert visit(None) == Visitor(VisitorKind.NOBODY)


def test_an_address_counts_as_verified_only_when_the_shop_says_so() -> None:
    assert not visit(token(claims(email_verified="true"))).email_verified
    assert not visit(token(claims(email_verified=None))).email_verified


WRONG: dict[str, dict[str, Any]] = {
    "of another shop": {"iss": "https://other.example"},
    "of the same shop with a slash": {"iss": SHOP + "/"},
    "for somebody else": {"aud": "else"},
    "for several": {"aud": ["stammkunde"]},
    "living an hour": {"exp": int(NOW.timestamp()) + 3600},
    "ending before it began": {"exp": int(NOW.timestamp()) - 1},
    "of tomorrow": {"iat": int(NOW.timestamp()) + 86400, "exp": int(NOW.timestamp()) + 86500},
    "without an end": {"exp": None},
    "without a beginning": {"iat": None},
    "with a text for a time": {"iat": "now"},
    "naming nobody": {"sub": None},
    "naming customer 0": {"sub": "0"},
    "naming a word": {"sub": "erika"},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_is_refused(what: str) -> None:
    with pytest.raises(BadDelivery):
        visit(token(claims(**WRONG[what])))


def test_a_stale_token_is_refused_and_a_clock_may_differ_a_little() -> None:
    good = token(claims())

    assert visit(good, NOW + timedelta(seconds=320)).external_id == "2"
    with pytest.raises(BadDelivery, match="too old"):
        visit(good, NOW + timedelta(seconds=331))


def test_a_token_signed_by_somebody_else_is_refused() -> None:
    with pytest.raises(BadDelivery):
        visit(token(claims(), secret="t" * 40))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_only_the_agreed_algorithm_is_accepted(algorithm: str) -> None:
    with pytest.raises(BadDelivery):
        visit(token(claims(), secret=SECRET, algorithm=algorithm))


def test_a_token_that_claims_to_need_no_signature_is_refused() -> None:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    with pytest.raises(BadDelivery):
        visit(f"{part({'alg': 'none'})}.{part(claims())}.")


@pytest.mark.parametrize("bearer", ["", "x", "a.b.c", "." * 9000, "é.é.é", token(["list"])])
def test_rubbish_is_refused(bearer: str) -> None:
    with pytest.raises(BadDelivery):
        visit(bearer)


def test_a_token_that_says_a_thing_twice_is_refused() -> None:
    twice = json.dumps(claims())[:-1] + ', "sub": "3"}'
    key = OctKey.import_key(SECRET)
    signed = jws.serialize_compact({"alg": "HS256"}, twice.encode(), key, algorithms=["HS256"])

    with pytest.raises(BadDelivery, match="not one that the shop has signed"):
        visit(signed)


def test_another_kind_of_authorization_is_refused() -> None:
    delivery = Delivery("GET", "/", b"", {"authorization": "Basic Zm9vOmJhcg=="}, b"")

    with pytest.raises(BadDelivery, match="Bearer"):
        identity.visitor(delivery, SHOP, SECRET, NOW)
