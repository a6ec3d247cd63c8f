"""Only the shop's own fresh token opens a customer's page; everything else learns nothing."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask.testing import FlaskClient
from joserfc import jwe
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from connector import jobs, shops, sync
from connector.web import create_app
from tests.attacks.conftest import OTHER_SECRET, Street
from tests.attacks.evidence import contents, silence
from tests.attacks.people import ERIKA, MALLORY, NEIGHBOUR, shops_with
from tests.attacks.tokens import b64, claims, part, token
from tests.connected import IDENTITY_SECRET, Connected, connected

PLAIN_OF = {"demo": "/v1/demo/me?lang=en", "other": "/v1/other/me?lang=en"}
PEOPLE = (ERIKA, MALLORY, NEIGHBOUR)
PERSONAL = ("first_name", "points", "movements", "referral", "pending_next", "next_expiry")
NOW = int(time.time())


@dataclass(frozen=True)
class Known:
    """What a forger may know: everything but the secret; Mallory also has a token of her own."""

    url: str
    erika: str
    mallory: str
    neighbour: str
    others_url: str

    def of(self, customer: str, **changed: Any) -> dict[str, Any]:
        return claims(self.url, customer, **changed)

    @property
    def good(self) -> str:
        """Mallory's own, which is genuine."""
        return token(self.of(self.mallory), IDENTITY_SECRET)

    @property
    def erikas(self) -> str:
        return token(self.of(self.erika), IDENTITY_SECRET)

    @property
    def neighbours(self) -> str:
        return token(claims(self.others_url, self.neighbour), OTHER_SECRET)


Forged = Callable[[Known], str]
HEAD = {"alg": "HS256", "typ": "JWT"}
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
PEM = RSA.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def none(spelled: str, signature: str = "") -> Forged:
    return lambda known: f"{part({'alg': spelled})}.{part(known.of(known.erika))}.{signature}"


def headed(header: Any, secret: str | bytes = b"guess", algorithm: str = "sha256") -> Forged:
    """Signed by a key of the forger's, which the header praises."""
    return lambda known: token(known.of(known.erika), secret, header, algorithm)


def by_rsa(known: Known) -> str:
    said = f"{part({'alg': 'RS256'})}.{part(known.of(known.erika))}"
    return f"{said}.{b64(RSA.sign(said.encode(), PKCS1v15(), SHA256()))}"


def by_ec(known: Known) -> str:
    said = f"{part({'alg': 'ES256'})}.{part(known.of(known.erika))}"
    return f"{said}.{b64(EC.sign(said.encode(), ec.ECDSA(SHA256())))}"


def swapped(**changed: Any) -> Forged:
    """Mallory's own token with other claims under her signature."""

    def forge(known: Known) -> str:
        head, _, signature = known.good.split(".")
        return f"{head}.{part(known.of(known.mallory, **changed))}.{signature}"

    return forge


def cut(which: int, text: str) -> Forged:
    def forge(known: Known) -> str:
        parts = known.erikas.split(".")
        parts[which] = text
        return ".".join(parts)

    return forge


def flipped(at: int) -> Forged:
    def forge(known: Known) -> str:
        head, body, signature = known.erikas.split(".")
        raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
        raw[at] ^= 1
        return f"{head}.{body}.{b64(bytes(raw))}"

    return forge


def encrypted(known: Known) -> str:
    key = OctKey.import_key(b"0" * 32)
    inside = known.erikas.encode()
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM", "cty": "JWT"}, inside, key)


FORGED: dict[str, Forged] = {
    # algorithms
    "alg none": none("none"),
    "alg None": none("None"),
    "alg NONE": none("NONE"),
    "alg nOnE": none("nOnE"),
    "alg empty": none(""),
    "alg none with a signature": none("none", "AAAA"),
    "alg hs256": headed({"alg": "hs256"}, IDENTITY_SECRET),
    "alg HS384": headed({"alg": "HS384"}, IDENTITY_SECRET, "sha384"),
    "alg HS512": headed({"alg": "HS512"}, IDENTITY_SECRET, "sha512"),
    "alg HS1": headed({"alg": "HS1"}, IDENTITY_SECRET, "sha1"),
    "alg RS256, signed with a key of his": by_rsa,
    "alg ES256, signed with a key of his": by_ec,
    "alg RS256, and a public key for a secret": headed({"alg": "RS256"}, PEM),
    "a public key for a secret": headed(HEAD, PEM),
    "alg missing": headed({"typ": "JWT"}, IDENTITY_SECRET),
    "alg a list": headed({"alg": ["HS256"]}, IDENTITY_SECRET),
    "alg null": headed({"alg": None}, IDENTITY_SECRET),
    "alg true": headed({"alg": True}, IDENTITY_SECRET),
    "alg a number": headed({"alg": 256}, IDENTITY_SECRET),
    # keys that a header praises
    "kid of a file": headed(HEAD | {"kid": "/dev/null"}, b""),
    "kid of a folder up": headed(HEAD | {"kid": "../../../../dev/null"}, b""),
    "kid with a quote": headed(HEAD | {"kid": "x' UNION SELECT 'guess"}),
    "jwk": headed(HEAD | {"jwk": {"kty": "oct", "k": b64(b"guess")}}),
    "jku": headed(HEAD | {"jku": "http://127.0.0.1:9/keys.json"}),
    "x5u": headed(HEAD | {"x5u": "http://127.0.0.1:9/cert.pem"}),
    "x5c": headed(HEAD | {"x5c": [base64.b64encode(PEM).decode()]}),
    "crit": headed(HEAD | {"crit": ["x"], "x": 1}, IDENTITY_SECRET),
    "b64 off": headed(HEAD | {"b64": False, "crit": ["b64"]}, IDENTITY_SECRET),
    "compressed": headed(HEAD | {"zip": "DEF"}),
    # secrets
    "an empty secret": headed(HEAD, b""),
    "a null byte for a secret": headed(HEAD, b"\x00"),
    "the word secret": headed(HEAD, "secret"),
    "the neighbour's secret": headed(HEAD, OTHER_SECRET),
    "the secret in capitals": headed(HEAD, IDENTITY_SECRET.upper()),
    "the secret and a blank": headed(HEAD, IDENTITY_SECRET + " "),
    "the secret as base64 says": headed(HEAD, base64.b64encode(IDENTITY_SECRET.encode())),
    "half the secret": headed(HEAD, IDENTITY_SECRET[:20]),
    # signatures
    "no signature": cut(2, ""),
    "no signature and no dot": lambda known: known.erikas.rpartition(".")[0],
    "a signature of blanks": cut(2, "    "),
    "a signature of zeros": cut(2, b64(b"\x00" * 32)),
    "a signature of one letter": cut(2, "A"),
    "a short signature": lambda known: known.erikas[:-6],
    "the first bit of the signature": flipped(0),
    "the last bit of the signature": flipped(31),
    "the signature of another": lambda known: ".".join(
        [*known.erikas.split(".")[:2], known.good.split(".")[2]]
    ),
    "the signature as hex": lambda known: ".".join(
        [*known.erikas.split(".")[:2], b64(known.erikas.split(".")[2].encode().hex().encode())]
    ),
    "a null byte in the signature": lambda known: known.erikas + "\x00",
    "small letters": lambda known: known.erikas.lower(),
    "capitals": lambda known: known.erikas.upper(),
    # swapped claims under a genuine signature
    "another customer": lambda known: swapped(sub=known.erika)(known),
    "another address": swapped(email=ERIKA.email),
    "another end": swapped(exp=NOW + 290),
    "another shop": swapped(iss="https://other.example"),
    # parts
    "no claims": cut(1, ""),
    "an empty set of claims": lambda known: token({}, IDENTITY_SECRET),
    "no header": cut(0, ""),
    "a header that is a list": cut(0, part([HEAD])),
    "a header that is no JSON": cut(0, b64(b"HS256")),
    "claims that are a list": lambda known: token([known.of(known.erika)], IDENTITY_SECRET),
    "claims that are a text": lambda known: token('"erika"', IDENTITY_SECRET),
    "claims that are null": lambda known: token("null", IDENTITY_SECRET),
    "claims that are no JSON": lambda known: token("{", IDENTITY_SECRET),
    "claims without an end": lambda known: token("[" * 5000, IDENTITY_SECRET),
    "claims in UTF-16": lambda known: token(
        json.dumps(known.of(known.erika)).encode("utf-16-be")[1:], IDENTITY_SECRET
    ),
    "four parts": lambda known: known.erikas + ".AAAA",
    "a dot behind": lambda known: known.erikas + ".",
    "a dot in front": lambda known: "." + known.erikas,
    "two dots": lambda known: known.erikas.replace(".", "..", 1),
    "five parts, as if encrypted": encrypted,
    "a token in a token": lambda known: token(known.erikas, IDENTITY_SECRET),
    "another base64": lambda known: known.erikas.replace(".", "+."),
    "a JSON token": lambda known: json.dumps(
        {"payload": part(known.of(known.erika)), "signatures": []}
    ),
    "a blank inside": lambda known: known.erikas.replace(".", ". ", 1),
    "a line break inside": lambda known: known.erikas[:30] + "\t" + known.erikas[30:],
    "two tokens": lambda known: f"{known.erikas} {known.good}",
    "two tokens and a comma": lambda known: f"{known.good}, {known.erikas}",
    "Bearer twice": lambda known: f"Bearer {known.erikas}",
    "in quotes": lambda known: f'"{known.erikas}"',
    "larger than any": lambda known: token(
        known.of(known.erika, jti="x" * 9000), IDENTITY_SECRET
    ),
    # of others
    "of the shop next door": lambda known: known.neighbours,
    "of the shop next door, made for this one": lambda known: token(
        known.of(known.erika), OTHER_SECRET
    ),
    "for the shop next door, by this one's secret": lambda known: token(
        claims(known.others_url, known.erika), IDENTITY_SECRET
    ),
}  # fmt: skip


def lying(**changed: Any) -> Callable[[Known], str]:
    return lambda known: token(known.of(known.erika, **changed), IDENTITY_SECRET)


def raw(text: str) -> Forged:
    """Claims as text, so that they can say a thing twice."""
    return lambda known: token(
        json.dumps(known.of(known.mallory))[:-1] + text.replace("ERIKA", known.erika) + "}",
        IDENTITY_SECRET,
    )


WRONG: dict[str, Forged] = {
    # signed by the shop's own secret: a broken or careless shop must not open doors either
    "expired a minute ago": lying(iat=NOW - 300, exp=NOW - 60),
    "expired a year ago": lying(iat=NOW - 31_536_100, exp=NOW - 31_536_000),
    "of tomorrow": lying(iat=NOW + 86_400, exp=NOW + 86_500),
    "living an hour": lying(exp=NOW + 3_600),
    "living for ever": lying(exp=1 << 39),
    "ending beyond time": lying(exp=1 << 62),
    "ending beyond numbers": lying(exp=10**400),
    "ending never": lying(exp=None),
    "without a beginning": lying(iat=None),
    "ending before it began": lying(exp=NOW - 1),
    "beginning before time": lying(iat=-1),
    "an end in words": lying(exp="tomorrow"),
    "an end as text": lying(exp=str(NOW + 200)),
    "an end with a fraction": lying(exp=NOW + 200.5),
    "an end that is true": lying(exp=True),
    "an end that is a list": lying(exp=[NOW + 200]),
    "an end that is no number": lambda known: token(
        json.dumps(known.of(known.erika, exp=float("nan"))), IDENTITY_SECRET
    ),
    "not valid yet": lying(nbf=NOW + 3_600),
    "valid from a text": lying(nbf="now"),
    "no issuer": lying(iss=None),
    "issuer with a slash": lambda known: lying(iss=known.url + "/")(known),
    "issuer in capitals": lambda known: lying(iss=known.url.upper())(known),
    "issuers in a list": lambda known: lying(iss=[known.url])(known),
    "no audience": lying(aud=None),
    "audience in a list": lying(aud=["stammkunde"]),
    "another audience": lying(aud="stammkunden"),
    "audience in capitals": lying(aud="STAMMKUNDE"),
    "nobody": lying(sub=None),
    "customer 0": lying(sub="0"),
    "customer below zero": lying(sub="-1"),
    "customer below zero, a number": lying(sub=-1),
    "customer true": lying(sub=True),
    "customer with a fraction": lying(sub=2.0),
    "customers in a list": lambda known: lying(sub=[known.erika])(known),
    "a customer and his likes": lying(sub={"$gt": 0}),
    "customer of twenty-one digits": lying(sub="1" * 21),
    "customer of five thousand digits": lying(sub="9" * 5000),
    "customer in Arabic digits": lying(sub="٢"),
    "customer in wide digits": lying(sub="２"),
    "customer with a blank": lying(sub=" 2"),
    "customer with a plus": lying(sub="+2"),
    "customer in hex": lying(sub="0x2"),
    "customer with a quote": lying(sub="2' OR '1'='1"),
    "customer with a null byte": lying(sub="2\x00"),
    "customer anybody": lying(sub="*"),
    "customer by address": lying(sub=ERIKA.email),
    "a claim said twice": raw(', "sub": "ERIKA"'),
    "an end said twice": raw(f', "exp": {NOW + 200}'),
}  # fmt: skip


@pytest.fixture(scope="session")
def known(street: Street) -> Known:
    return Known(street.demo.url, street.erika, street.mallory, street.neighbour, street.other.url)


def asked(client: FlaskClient, authorization: str, path: str = PLAIN_OF["demo"]) -> TestResponse:
    return client.get(path, headers={"Authorization": authorization})


def learns_nothing(answer: TestResponse) -> None:
    """Nothing about anybody, and nobody may keep it."""
    said = answer.get_json()

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers
    assert [name for name in PERSONAL if name in said] == []
    assert [word for one in PEOPLE for word in one.everything if word in answer.text] == []


@pytest.mark.parametrize("name", [*FORGED, *WRONG])
def test_no_forged_token_opens_anybodys_page(
    client: FlaskClient, street: Street, known: Known, name: str
) -> None:
    forged = (FORGED | WRONG)[name](known)
    before = contents(street.inst)
    answer = asked(client, f"Bearer {forged}")

    assert answer.status_code == 401
    learns_nothing(answer)
    assert contents(street.inst) == before


def test_there_are_enough_ways_to_forge_and_one_to_be_let_in(
    client: FlaskClient, known: Known
) -> None:
    """The control: a genuine token opens the page of its customer, and of nobody else."""
    assert len(FORGED) + len(WRONG) >= 40
    assert asked(client, f"Bearer {known.erikas}").get_json()["first_name"] == ERIKA.first_name
    mine = asked(client, f"Bearer {known.good}")

    assert mine.get_json()["first_name"] == MALLORY.first_name
    assert [word for word in ERIKA.everything if word in mine.text] == []


@pytest.mark.parametrize(
    "scheme",
    ["Basic", "Token", "JWT", "Digest", "bearer:", "Bearer:", "Negotiate", "", "Bear er"],
)
def test_no_other_kind_of_authorization_opens_it(
    client: FlaskClient, known: Known, scheme: str
) -> None:
    answer = asked(client, f"{scheme} {known.erikas}")

    assert answer.status_code == 401
    learns_nothing(answer)


@pytest.mark.parametrize(
    ("path", "headers", "cookies"),
    [
        ("?token=TOKEN", {}, {}),
        ("?access_token=TOKEN", {}, {}),
        ("?Authorization=Bearer%20TOKEN", {}, {}),
        ("?lang=TOKEN", {}, {}),
        ("", {"X-Authorization": "Bearer TOKEN"}, {}),
        ("", {"X-Forwarded-Authorization": "Bearer TOKEN"}, {}),
        ("", {"Proxy-Authorization": "Bearer TOKEN"}, {}),
        ("", {"X-Forwarded-User": "2", "Remote-User": "2", "X-User-Id": "2"}, {}),
        ("", {"Cookie": "Authorization=Bearer TOKEN"}, {}),
        ("?sub=2&customer=2&id=2", {}, {}),
    ],
)
def test_a_token_counts_in_its_header_only(
    client: FlaskClient, known: Known, path: str, headers: dict[str, str], cookies: dict[str, str]
) -> None:
    said = {name: value.replace("TOKEN", known.erikas) for name, value in headers.items()}
    answer = client.get("/v1/demo/me" + path.replace("TOKEN", known.erikas), headers=said)

    assert answer.status_code in (200, 422)
    assert answer.get_json().get("state", "nobody") == "nobody"
    learns_nothing(answer)


def test_a_genuine_token_opens_nothing_next_door(client: FlaskClient, known: Known) -> None:
    for slug, bearer in (("other", known.erikas), ("demo", known.neighbours)):
        answer = asked(client, f"Bearer {bearer}", PLAIN_OF[slug])

        assert answer.status_code == 401
        learns_nothing(answer)
    assert asked(client, f"Bearer {known.neighbours}", PLAIN_OF["other"]).status_code == 200


def test_every_door_that_asks_for_a_token_is_tried_here(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").get_json()["paths"]
    guarded = {
        path for path, methods in paths.items() for one in methods.values()
        if isinstance(one, dict) and any("identity" in each for each in one.get("security", ()))
    }  # fmt: skip

    mine = {"/v1/{slug}/me", "/v1/{slug}/order"}
    assert guarded == {*mine, *(f"/v1/{{slug}}/{door}" for door in DOORS)}


DOORS: dict[str, dict[str, Any]] = {
    "ask": {"question": "Wann kommt mein Paket an?"},
    "join": {"terms_version": 1},
    "leave": {"sure": True},
    "seen": {"warnings": ["a/b"]},
    "redeem": {"reward": "discount", "points": 500},
    "vouchers/{voucher_id}/take-back": {},
    "carts/{cart}/reserve": {"points": 500},
    "carts/{cart}/commit": {},
    "carts/{cart}/release": {},
}
"""What a proven customer changes, and what he says for it."""


@pytest.mark.parametrize("door", DOORS)
def test_no_forged_token_changes_anything(
    client: FlaskClient, street: Street, known: Known, door: str
) -> None:
    before = contents(street.inst)
    for name, make in (FORGED | WRONG).items():
        bearer = {"Authorization": f"Bearer {make(known)}", "Idempotency-Key": "k" * 12}
        path = door.format(cart="c1", voucher_id="v1")
        answer = client.post(f"/v1/demo/{path}", json=DOORS[door], headers=bearer)
        assert answer.status_code == 401, name
    assert contents(street.inst) == before


# ------------------------------------------------------------------ what changes later


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Connected]:
    with connected(tmp_path / "data") as opened:
        yield opened


def test_a_secret_that_was_taken_back_opens_nothing(own: Connected) -> None:
    client = create_app(own.inst).test_client()
    erika = shops_with(own.real, ERIKA)
    sync.run(own.inst, own.shop)
    bearer = {
        secret: f"Bearer {token(claims(own.shop.url, erika), secret)}"
        for secret in (IDENTITY_SECRET, OTHER_SECRET)
    }
    assert asked(client, bearer[IDENTITY_SECRET]).get_json()["state"] == "member"

    stored = shops.StoredSettings(own.inst.database, own.inst.keys, own.shop)
    value, version = stored.load()
    value["credentials"]["identity_secret"] = OTHER_SECRET
    assert stored.swap(version, value)

    refused = asked(client, bearer[IDENTITY_SECRET])
    assert refused.status_code == 401
    learns_nothing(refused)
    assert asked(client, bearer[OTHER_SECRET]).get_json()["state"] == "member"


def test_who_was_erased_is_shown_nothing_by_a_token_that_is_still_fresh(own: Connected) -> None:
    client = create_app(own.inst).test_client()
    erika = shops_with(own.real, ERIKA)
    own.inst.platform(own.shop).ensure_webhooks("http://127.0.0.1:9/hooks/demo")
    sync.run(own.inst, own.shop)
    bearer = f"Bearer {token(claims(own.shop.url, erika), IDENTITY_SECRET)}"
    assert ERIKA.first_name in asked(client, bearer).text

    own.real.rest("DELETE", f"/customers/{erika}?force=true")
    ring(own, erika)
    jobs.run_due(own.inst)

    for _ in range(2):
        gone = asked(client, bearer)
        assert gone.get_json()["state"] == "guest"
        learns_nothing(gone)
        jobs.run_due(own.inst)


def ring(own: Connected, customer: str) -> None:
    from connector import inbox
    from connector.installation import utc_now
    from connector.port import Change, Stream

    silence(own.inst)
    ids = own.shop.merchant_id, own.shop.shop_id
    bell = [Change(Stream.CUSTOMERS, customer)]
    own.inst.database.write(lambda tx: inbox.ring(tx, *ids, bell, utc_now()))
