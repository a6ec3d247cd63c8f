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


def test_a_guest_proves_his_order_and_nothing_else() -> None:
    assert visit(token(claims(sub=None, order="1001"))) == Visitor(
        VisitorKind.GUEST, until=NOW + timedelta(minutes=5), order="1001"
    )


def test_a_customer_proves_who_he_is_and_his_order() -> None:
    visitor = visit(token(claims(order="1001")))

    assert (visitor.kind, visitor.external_id, visitor.order) == (VisitorKind.CUSTOMER, "2", "1001")


@pytest.mark.parametrize("order", [0, "0", "", "x", "1 OR 1", -1, 1.5, True, ["1001"], {}])
def test_an_order_that_is_none_proves_nothing(order: Any) -> None:
    with pytest.raises(BadDelivery, match="names no order"):
        visit(token(claims(sub=None, order=order)))


def test_without_an_order_a_token_must_name_its_customer() -> None:
    with pytest.raises(BadDelivery, match="names no customer"):
        visit(token(claims(sub=None)))


def test_without_a_token_a_visitor_is_nobody() -> None:
    assert visit(None) == Visitor(VisitorKind.NOBODY)


def test_an_address_counts_as_verified_only_when_the_shop_says_so() -> None:
    assert not visit(token(claims(email_verified="true"))).email_verified
    assert not visit(token(claims(email_verified=None))).email_verified


@pytest.mark.parametrize("email", [None, 5, ["erika@example.com"]])
def test_a_customer_without_a_readable_address_is_known_all_the_same(email: Any) -> None:
    assert visit(token(claims(email=email))).email == ""


ISSUED = int(NOW.timestamp())
FAR = 1 << 40
"""The first second that is no time any more."""

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "of another shop": ({"iss": "https://other.example"}, "was made for another shop."),
    "of the same shop with a slash": ({"iss": SHOP + "/"}, "was made for another shop."),
    "for somebody else": ({"aud": "else"}, "was made for somebody else."),
    "for several": ({"aud": ["stammkunde"]}, "was made for somebody else."),
    "living an hour": ({"exp": ISSUED + 3600}, "claims to live longer than five minutes."),
    "living a second too long": ({"exp": ISSUED + 301}, "claims to live longer than five minutes."),
    "ending as it begins": ({"exp": ISSUED}, "claims to live longer than five minutes."),
    "ending before it began": ({"exp": ISSUED - 1}, "claims to live longer than five minutes."),
    "of tomorrow": (
        {"iat": ISSUED + 86400, "exp": ISSUED + 86500},
        "is too old or from the future. Ask for a new one.",
    ),
    "not yet valid": ({"nbf": ISSUED + 31}, "is too old or from the future. Ask for a new one."),
    "valid in ages": ({"nbf": FAR - 1}, "is too old or from the future. Ask for a new one."),
    "valid never": ({"nbf": FAR}, "has no usable nbf."),
    "valid from a word on": ({"nbf": "now"}, "has no usable nbf."),
    "without an end": ({"exp": None}, "has no usable exp."),
    "without a beginning": ({"iat": None}, "has no usable iat."),
    "beginning with time itself": ({"iat": 0}, "has no usable iat."),
    "with a text for a time": ({"iat": "now"}, "has no usable iat."),
    "naming nobody": ({"sub": None}, "names no customer."),
    "naming customer 0": ({"sub": "0"}, "names no customer."),
    "naming a word": ({"sub": "erika"}, "names no customer."),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_is_refused(what: str) -> None:
    changed, why = WRONG[what]

    assert refused(token(claims(**changed))) == f"The identity token {why}"


def refused(bearer: str) -> str:
    """Why."""
    with pytest.raises(BadDelivery) as error:
        visit(bearer)
    return str(error.value)


def test_the_shortest_life_and_the_first_second_of_time_are_good_enough() -> None:
    first = datetime.fromtimestamp(1, UTC)

    assert visit(token(claims(iat=1, exp=2)), first).external_id == "2"


def test_a_token_is_good_from_thirty_seconds_before_it_begins_to_thirty_after_it_ends() -> None:
    good = token(claims(nbf=ISSUED + 60))

    assert visit(good, NOW + timedelta(seconds=30)).external_id == "2"
    assert visit(good, NOW + timedelta(seconds=329.9)).external_id == "2"
    for seconds in (29.9, 330):
        with pytest.raises(BadDelivery, match="too old or from the future"):
            visit(good, NOW + timedelta(seconds=seconds))


def test_a_long_token_is_read_and_a_longer_one_is_not() -> None:
    lengths = {len(long := token(claims(jti="x" * n))): long for n in range(5_800, 6_100)}

    assert visit(lengths[identity.LONGEST_TOKEN]).external_id == "2"
    longer = min(length for length in lengths if length > identity.LONGEST_TOKEN)
    assert refused(lengths[longer]) == "The identity token is too long."


def test_blanks_around_a_token_do_no_harm() -> None:
    assert visit(f"  {token(claims())} ").external_id == "2"


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


@pytest.mark.parametrize("bearer", ["", "x", "a.b.c", "é.é.é"])
def test_rubbish_is_refused(bearer: str) -> None:
    assert refused(bearer) == "The identity token is not one that the shop has signed."


def test_a_list_is_no_token() -> None:
    assert refused(token(["list"])) == "The identity token is not a set of claims."


def test_a_token_that_says_a_thing_twice_is_refused() -> None:
    twice = json.dumps(claims())[:-1] + ', "sub": "3"}'
    key = OctKey.import_key(SECRET)
    signed = jws.serialize_compact({"alg": "HS256"}, twice.encode(), key, algorithms=["HS256"])

    with pytest.raises(BadDelivery, match="not one that the shop has signed"):
        visit(signed)


def test_another_kind_of_authorization_is_refused() -> None:
    delivery = Delivery("GET", "/", b"", {"authorization": "Basic Zm9vOmJhcg=="}, b"")

    with pytest.raises(BadDelivery, match=r"^The Authorization header is not a Bearer token\.$"):
        identity.visitor(delivery, SHOP, SECRET, NOW)


# ------------------------------------------------------------------ the shop's own server


def asks(bearer: str | None) -> str:
    headers = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
    delivery = Delivery("POST", "/v1/demo/privacy/erase", b"", headers, b"")
    return identity.person(delivery, SHOP, SECRET, NOW)


def of_the_server(**changed: Any) -> dict[str, Any]:
    return claims(aud="stammkunde-server", sub=None, email_verified=None, **changed)


def test_the_shops_server_names_the_person_it_asks_about() -> None:
    assert asks(token(of_the_server())) == "erika@example.com"


@pytest.mark.parametrize("email", ["a@b", "a@" + "x" * 252])
def test_the_shortest_and_the_longest_address_are_addresses(email: str) -> None:
    assert asks(token(of_the_server(email=email))) == email


@pytest.mark.parametrize(
    "email", [None, "", "@", 5, ["erika@example.com"], "erika", "a@" + "x" * 253]
)
def test_a_server_that_names_nobody_is_refused(email: Any) -> None:
    with pytest.raises(BadDelivery, match=r"^The token names no e-mail address.$"):
        asks(token(of_the_server(email=email)))


def test_a_token_that_a_page_can_get_is_not_the_servers_and_the_other_way_round() -> None:
    with pytest.raises(BadDelivery, match="for somebody else"):
        asks(token(claims()))
    with pytest.raises(BadDelivery, match="for somebody else"):
        visit(token(claims(aud="stammkunde-server")))


@pytest.mark.parametrize("bearer", [None, "", "a.b.c"])
def test_without_a_proof_the_server_is_nobody(bearer: str | None) -> None:
    with pytest.raises(BadDelivery):
        asks(bearer)
