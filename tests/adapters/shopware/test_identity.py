"""Who a token proves, and every way in which one proves nobody."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.shopware import identity, registration
from adapters.shopware.registration import Access, Registration
from connector.errors import BadDelivery
from connector.port import JSON, Delivery, Visitor, VisitorKind

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP_ID, SECRET, BEFORE = "kx98eQAelVsm2mJ1", "s" * 96, "p" * 96
ID = "01a200848cd17023a8ec1826baf337be"
KNOWN = registration.dumped(
    Registration(SHOP_ID, live=Access("https://shop.example", SECRET, "SWIA", "k"))
)
AT = NOW.timestamp() + 0.217843


def claims(**changes: Any) -> JSON:
    """As a real one: times with fractions, and ids of what the page is about."""
    usual = {"iss": SHOP_ID, "iat": AT, "nbf": AT, "exp": AT + 600, "customerId": ID,
             "salesChannelId": "98432def39fc4624b33213a56b8c944d", "currencyId": "b7d2554b0ce847cd82f3ac9bd1c0dfca",
             "languageId": "2fbb5fe2e29a4d70aa5854ce7ce3e20b"}  # fmt: skip
    return {name: value for name, value in (usual | changes).items() if value is not ...}


def part(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def token(said: Any, *, secret: str = SECRET, head: Any = None, how: str = "sha256") -> str:
    made = f"{part(head or {'typ': 'JWT', 'alg': 'HS256'})}.{part(said)}"
    signature = hmac.new(secret.encode(), made.encode(), getattr(hashlib, how)).digest()
    return f"{made}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def visitor(text: str, known: JSON | None = KNOWN, now: datetime = NOW) -> Visitor:
    headers = {"authorization": f"Bearer {text}"}
    return identity.visitor(Delivery("GET", "/v1/demo/me", b"", headers, b""), known, now)


def test_a_customer_is_known_by_the_shops_own_token() -> None:
    found = visitor(token(claims()))

    assert (found.kind, found.external_id, found.email) == (VisitorKind.CUSTOMER, ID, "")
    assert found.until == datetime.fromtimestamp(AT + 600, UTC)
    assert found.account is False  # a guest of the checkout shows the same


def test_a_token_without_a_customer_is_nobodys() -> None:
    assert visitor(token(claims(customerId=...))).kind is VisitorKind.NOBODY


def test_without_a_token_one_is_nobody() -> None:
    bare = Delivery("GET", "/v1/demo/me", b"", {}, b"")

    for known in (KNOWN, None):
        assert identity.visitor(bare, known, NOW).kind is VisitorKind.NOBODY


def test_what_the_two_clocks_differ_is_borne() -> None:
    for seconds in (-29, 600, 629):
        assert visitor(token(claims()), now=NOW + timedelta(seconds=seconds)).external_id == ID


def test_the_secret_before_is_good_for_a_minute() -> None:
    def rotated(seconds: int) -> JSON:
        at = NOW - timedelta(seconds=seconds)
        return KNOWN | {"previous": BEFORE, "rotated_at": at.isoformat()}

    old = token(claims(), secret=BEFORE)

    assert visitor(old, rotated(59)).external_id == ID
    assert visitor(token(claims()), rotated(59)).external_id == ID
    with pytest.raises(BadDelivery):
        visitor(old, rotated(60))


TWICE = json.dumps(claims())[:-1] + f', "customerId": "{"0" * 32}"}}'
FORGED: dict[str, Any] = {
    "another secret": token(claims(), secret="x" * 96),
    "no secret": token(claims(), secret=""),
    "another algorithm": token(claims(), head={"typ": "JWT", "alg": "HS512"}, how="sha512"),
    "no algorithm": f"{part({'alg': 'none'})}.{part(claims())}.",
    "an algorithm that is not the signature's": token(claims(), head={"alg": "RS256"}),
    "another shop's": token(claims(iss="other")),
    "nobody's": token(claims(iss=...)),
    "a list of shops": token(claims(iss=[SHOP_ID])),
    "another customer put in": token(claims()).split(".")[0]
    + "."
    + part(claims(customerId="0" * 32))
    + "."
    + token(claims()).split(".")[2],
    "a claim said twice": token(TWICE),
    "ended": token(claims(iat=AT - 700, nbf=AT - 700, exp=AT - 100)),
    "not begun": token(claims(iat=AT + 100, nbf=AT + 100, exp=AT + 600)),
    "not before later": token(claims(nbf=AT + 100)),
    "too long a life": token(claims(exp=AT + 601)),
    "a life that ends before it begins": token(claims(exp=AT - 1)),
    "without an end": token(claims(exp=...)),
    "without a beginning": token(claims(iat=...)),
    "an end as text": token(claims(exp=str(AT + 600))),
    "an end that is true": token(claims(exp=True)),
    "no end of time": token(json.dumps(claims()).replace(str(AT + 600), "Infinity")),
    "not a time": token(json.dumps(claims()).replace(str(AT), "NaN")),
    "a time beyond all": token(claims(iat=1e300, nbf=1e300, exp=1e300)),
    "a number for a customer": token(claims(customerId=7)),
    "no id for a customer": token(claims(customerId="../x")),
    "a customer in large letters": token(claims(customerId=ID.upper())),
    "an empty customer": token(claims(customerId="")),
    "no customer": token(claims(customerId=None)),
    "a list": token([claims()]),
    "no JSON": token("{"),
    "half": token(claims())[:80],
    "nothing": "",
    "very long": token(claims(more="x" * 9000)),
    "deep": token("[" * 5000),
}


UNSIGNED = "The identity token is not one that the shop has signed."
ANOTHERS = "The identity token was made by another shop."
UNTIMELY = "The identity token is too old or from the future. Ask for a new one."
TOO_LONG = "The identity token claims to live longer than ten minutes."
NO_END, NO_START = (f"The identity token has no usable {name}." for name in ("exp", "iat"))
NAMELESS = "The identity token names no customer."
SAYS = {
    **dict.fromkeys(["another shop's", "nobody's", "a list of shops"], ANOTHERS),
    **dict.fromkeys(["ended", "not begun", "not before later"], UNTIMELY),
    **dict.fromkeys(["too long a life", "a life that ends before it begins"], TOO_LONG),
    **dict.fromkeys(["without an end", "an end as text", "an end that is true", "no end of time"], NO_END),
    **dict.fromkeys(["without a beginning", "not a time", "a time beyond all"], NO_START),
    **dict.fromkeys(["a number for a customer", "no id for a customer", "a customer in large letters",
                     "an empty customer", "no customer"], NAMELESS),
    "very long": "The identity token is too long.",
}  # fmt: skip
"""What is wrong with it; all others nobody has signed."""


def refused(text: str, known: JSON | None = KNOWN, now: datetime = NOW) -> str:
    with pytest.raises(BadDelivery) as no:
        visitor(text, known, now)
    return str(no.value)


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_proves_nobody(how: str) -> None:
    assert refused(FORGED[how]) == SAYS.get(how, UNSIGNED)


def test_a_token_may_be_as_long_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    given = token(claims())
    monkeypatch.setattr(identity, "LONGEST_TOKEN", len(given))
    assert visitor(given).external_id == ID
    monkeypatch.setattr(identity, "LONGEST_TOKEN", len(given) - 1)

    assert refused(given) == "The identity token is too long."


def test_a_token_need_not_say_from_when() -> None:
    assert visitor(token(claims(nbf=...))).external_id == ID


@pytest.mark.parametrize(("life", "good"), [(0, False), (1, True), (600, True), (600.0004, True), (600.4, False)])  # fmt: skip
def test_a_life_is_ten_minutes_to_the_millisecond(life: float, good: bool) -> None:
    given = token(claims(exp=AT + life))

    assert (visitor(given).external_id == ID) if good else (refused(given) == TOO_LONG)


def test_the_clocks_differ_by_thirty_seconds_and_no_more() -> None:
    at = int(NOW.timestamp())
    given = token(claims(iat=at, nbf=at, exp=at + 600))
    begins, ends = NOW - timedelta(seconds=30), NOW + timedelta(seconds=630)
    instant = timedelta(microseconds=1)

    assert visitor(given, now=begins).external_id == ID
    assert visitor(given, now=ends - instant).external_id == ID
    assert refused(given, now=begins - instant) == UNTIMELY
    assert refused(given, now=ends) == UNTIMELY


@pytest.mark.parametrize(
    ("moment", "says"), [(0, NO_START), (1, TOO_LONG), ((1 << 40) - 1, TOO_LONG), (1 << 40, NO_START)]
)  # fmt: skip
def test_a_moment_that_no_clock_shows_is_none(moment: int, says: str) -> None:
    assert refused(token(claims(iat=moment))) == says


NO_BEARER = "The Authorization header is not a Bearer token."


@pytest.mark.parametrize(
    ("header", "says"),
    [("Basic abc", NO_BEARER), (token(claims()), NO_BEARER), (f"Token {token(claims())}", NO_BEARER),
     ("Bearer", UNSIGNED), (f"Bearer x {token(claims())}", UNSIGNED)],
)  # fmt: skip
def test_another_header_is_not_taken_for_none(header: str, says: str) -> None:
    with pytest.raises(BadDelivery, match=f"^{says}$"):
        identity.visitor(Delivery("GET", "/", b"", {"authorization": header}, b""), KNOWN, NOW)


def test_a_shop_without_the_app_proves_nobody() -> None:
    said = refused(token(claims()), None)

    assert said == "This shop has not installed the app, so nobody can be proven."


def test_a_secret_that_was_lost_proves_nobody() -> None:
    empty = registration.dumped(Registration(SHOP_ID, live=Access("https://shop.example", "")))

    with pytest.raises(BadDelivery):
        visitor(token(claims(), secret=""), empty)
