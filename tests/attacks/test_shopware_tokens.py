"""Only a Shopware shop's own fresh token opens its customer's page, over the whole application.

The twin of `test_visitor_tokens`. What a token may say, claim by claim, is in `tests/adapters/shopware/test_identity.py`;
here the forger knows everything but the shop's secret, and has a genuine token of his own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.test import TestResponse

from tests.attacks import tokens
from tests.attacks.evidence import contents
from tests.attacks.people import ERIKA, MALLORY, NEIGHBOUR
from tests.attacks.test_visitor_tokens import DOORS, HEAD, PEM, RSA, learns_nothing
from tests.attacks.tokens import b64, part, token
from tests.attacks.two_platforms import Corner
from tests.connected import IDENTITY_SECRET


@dataclass(frozen=True)
class Known:
    """What a forger may use; `secret` only where a careless shop has signed nonsense itself."""

    corner: Corner
    secret: str
    app_secret: str
    good: str
    erikas: str

    def claims(self, **changed: Any) -> dict[str, Any]:
        """What a genuine token of Erika's says; None takes a claim away."""
        now = time.time()
        usual = {"iss": self.corner.caller.shop_id, "iat": now, "nbf": now, "exp": now + 600,
                 "customerId": self.corner.erika} | changed  # fmt: skip
        return {name: value for name, value in usual.items() if value is not None}


Forged = Callable[[Known], str]


def none(spelled: str, signature: str = "") -> Forged:
    return lambda known: f"{part({'alg': spelled})}.{part(known.claims())}.{signature}"


def by(secret: str | bytes, header: Any = HEAD, algorithm: str = "sha256") -> Forged:
    return lambda known: token(known.claims(), secret, header, algorithm)


def by_the_shop(header: Any = HEAD, algorithm: str = "sha256", **changed: Any) -> Forged:
    """Signed by the shop itself, so that nothing but what it says can be wrong."""
    return lambda known: token(known.claims(**changed), known.secret, header, algorithm)


def later(**seconds: float) -> Forged:
    def forge(known: Known) -> str:
        changed = {name: time.time() + by for name, by in seconds.items()}
        return token(known.claims(**changed), known.secret)

    return forge


def said(old: str, new: str) -> Forged:
    """Claims in which a number is spelled as JSON alone can."""

    def forge(known: Known) -> str:
        text = json.dumps(known.claims(exp=1)).replace(old, new)
        return token(text, known.secret)

    return forge


def mixed(known: Known) -> str:
    """Erika's claims under Mallory's signature."""
    return ".".join([*known.erikas.split(".")[:2], known.good.split(".")[2]])


def by_rsa(known: Known) -> str:
    text = f"{part({'alg': 'RS256'})}.{part(known.claims())}"
    return f"{text}.{b64(RSA.sign(text.encode(), PKCS1v15(), SHA256()))}"


FORGED: dict[str, Forged] = {
    **{f"alg {each or 'empty'}": none(each) for each in ("none", "None", "NONE", "nOnE", "")},
    "alg none with a signature": none("none", "AAAA"),
    "alg HS384": by_the_shop({"alg": "HS384"}, "sha384"),
    "alg HS512": by_the_shop({"alg": "HS512"}, "sha512"),
    "alg hs256": by_the_shop({"alg": "hs256"}),
    "alg a list": by_the_shop({"alg": ["HS256"]}),
    "alg RS256 by the shop's secret": by_the_shop({"alg": "RS256"}),
    "alg RS256, signed with a key of his": by_rsa,
    "a public key for a secret": by(PEM),
    "a public key for a secret, and RS256": by(PEM, {"alg": "RS256"}),
    "kid of a file": by(b"", HEAD | {"kid": "/dev/null"}),
    "jwk": by(b"guess", HEAD | {"jwk": {"kty": "oct", "k": b64(b"guess")}}),
    "jku": by(b"guess", HEAD | {"jku": "http://127.0.0.1:9/keys.json"}),
    "crit": by_the_shop(HEAD | {"crit": ["x"], "x": 1}),
    "an empty secret": by(b""),
    "a guessed secret": by("secret"),
    "the package's secret": lambda known: by(known.app_secret)(known),
    "half the secret": lambda known: by(known.secret[:48])(known),
    "the secret as bytes": lambda known: by(repr(known.secret.encode()))(known),
    "the secret of the shop across the street": by(IDENTITY_SECRET),
    "no signature": lambda known: known.erikas.rpartition(".")[0] + ".",
    "a signature of zeros": lambda known: known.erikas.rpartition(".")[0] + "." + b64(b"\x00" * 32),
    "half a signature": lambda known: known.erikas[:-20],
    "another's signature": mixed,
    "a blank inside": lambda known: known.erikas.replace(".", ". ", 1),
    "two tokens": lambda known: f"{known.good}, {known.erikas}",
    "a token in a token": lambda known: token(known.erikas, known.secret),
    "of the shop across the street": lambda known: token(
        tokens.claims(known.corner.other.url, known.corner.neighbour), IDENTITY_SECRET
    ),
    "as the shop across the street writes it": lambda known: token(
        tokens.claims(known.corner.real.url, known.corner.erika), known.secret
    ),
    "another shop's": by_the_shop(iss="anothershopsid00"),
    "nobody's": by_the_shop(iss=None),
    "of shops in a list": lambda known: by_the_shop(iss=[known.corner.caller.shop_id])(known),
    "expired a minute ago": later(iat=-660, nbf=-660, exp=-60),
    "of tomorrow": later(iat=86_400, nbf=86_400, exp=87_000),
    "living for a second too long": later(exp=602),
    "living for a day": later(exp=86_400),
    "ending never": by_the_shop(exp=None),
    "ending at infinity": said('"exp": 1', '"exp": 1e999'),
    "ending at no number": said('"exp": 1', '"exp": NaN'),
    "ending at a number with a thousand digits": said('"exp": 1', '"exp": ' + "9" * 1000),
    "ending at a number of ten thousand digits": said('"exp": 1', '"exp": ' + "9" * 10_000),
    "ending next to nothing": said('"exp": 1', '"exp": 1e-320'),
    "an end as text": lambda known: by_the_shop(exp=str(time.time() + 300))(known),
    "an end that is true": by_the_shop(exp=True),
    "a customer by address": by_the_shop(customerId=ERIKA.email),
    "a customer and his likes": by_the_shop(customerId={"$gt": ""}),
    "a customer with a quote": by_the_shop(customerId="' OR '1'='1"),
    "a customer of this shop's in large letters": lambda known: by_the_shop(
        customerId=known.corner.erika.upper()
    )(known),
    "the customer across the street": lambda known: by_the_shop(
        customerId=known.corner.neighbour
    )(known),
    "an empty set of claims": lambda known: token({}, known.secret),
    "claims without a bottom": lambda known: token("[" * 5000, known.secret),
}  # fmt: skip


@pytest.fixture(scope="module")
def known(corner: Corner) -> Known:
    kept = corner.caller
    mine, hers = corner.token(corner.mallory), corner.token(corner.erika)
    return Known(corner, kept.secret, kept.app_secret, mine, hers)


def asked(corner: Corner, bearer: str, slug: str = "demo") -> TestResponse:
    headers = {"Authorization": f"Bearer {bearer}"}
    return corner.client.get(f"/v1/{slug}/me?lang=en", headers=headers)


@pytest.mark.parametrize("name", FORGED)
def test_no_forged_token_opens_anybodys_page(corner: Corner, known: Known, name: str) -> None:
    before = contents(corner.inst)
    answer = asked(corner, FORGED[name](known))

    assert answer.status_code == 401
    learns_nothing(answer)
    assert contents(corner.inst) == before


def test_a_genuine_token_opens_the_page_of_its_customer_and_nobody_elses(
    corner: Corner, known: Known
) -> None:
    """The control."""
    hers, his = asked(corner, known.erikas), asked(corner, known.good)

    assert hers.get_json()["first_name"] == ERIKA.first_name
    assert his.get_json()["first_name"] == MALLORY.first_name
    assert [word for word in MALLORY.everything if word in hers.text] == []
    assert asked(corner, token(known.claims(), known.secret)).status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_no_forged_token_changes_anything(corner: Corner, known: Known, door: str) -> None:
    before = contents(corner.inst)
    for name, make in FORGED.items():
        headers = {"Authorization": f"Bearer {make(known)}", "Idempotency-Key": "k" * 12}
        path = door.format(cart="c1", voucher_id="v1")
        answer = corner.client.post(f"/v1/demo/{path}", json=DOORS[door], headers=headers)
        assert answer.status_code == 401, name
    assert contents(corner.inst) == before


def test_each_token_opens_its_own_shop_only(corner: Corner, known: Known) -> None:
    neighbours = token(tokens.claims(corner.other.url, corner.neighbour), IDENTITY_SECRET)

    for slug, bearer in (("other", known.erikas), ("demo", neighbours)):
        answer = asked(corner, bearer, slug)
        assert answer.status_code == 401
        learns_nothing(answer)
    assert asked(corner, neighbours, "other").get_json()["first_name"] == NEIGHBOUR.first_name


@pytest.mark.parametrize("minutes", [-11, 2])
def test_a_token_of_the_shops_own_making_counts_while_it_is_fresh(
    corner: Corner, minutes: int
) -> None:
    """Made by the shop itself eleven minutes ago, and by one whose clock is ahead."""
    then = datetime.now(UTC) + timedelta(minutes=minutes)
    corner.real.control("PUT", "/clock", {"now": then.isoformat()})
    bearer = corner.token(corner.erika)
    corner.real.control("PUT", "/clock", {"now": None})

    answer = asked(corner, bearer)
    assert answer.status_code == 401
    learns_nothing(answer)


def test_a_guest_of_the_checkout_is_shown_nobody(corner: Corner) -> None:
    """His token is as genuine as a customer's, and his address is Erika's."""
    order = corner.real.order(email=ERIKA.email)
    guest = corner.real.api("POST", "/search/order-customer", {
        "filter": [{"type": "equals", "field": "orderId", "value": order}]})  # fmt: skip
    answer = asked(corner, corner.token(guest["data"][0]["customerId"]))
    corner.real.act(order, "delete")

    assert answer.get_json()["state"] in ("arriving", "guest")
    learns_nothing(answer)
