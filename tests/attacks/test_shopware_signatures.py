"""Only what the Shopware shop has signed rings a bell: over the whole application, and over a real socket.

The twin of `test_webhook_signatures`. Each forgery leaves the whole database as it was. What opens none of the shop's
other doors is in `tests/adapters/shopware/test_takeover.py`.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from adapters.shopware.signatures import SHOP, sign
from connector.port import JSON
from connector.tables import inbox
from connector.tables import sync as cursors
from tests.attacks.evidence import bells, contents, silence
from tests.attacks.test_webhook_signatures import chunks, signed, spoken
from tests.attacks.two_platforms import Corner, written

ID = "01a200849390738985eebf03ba74df8e"
OTHER_ID = "01a200849390738985eebf03ba74df8f"


@dataclass(frozen=True)
class Sent:
    """A request; as it is, it is genuine."""

    secret: str
    app_secret: str
    others_secret: str
    body: bytes
    signature: str | None = None
    path: str = "/hooks/demo"
    method: str = "POST"
    more: tuple[tuple[str, str], ...] = ()

    def signing(self, signature: str) -> Sent:
        return replace(self, signature=signature)

    def by(self, secret: str) -> Sent:
        return self.signing(sign(secret, self.body))

    def saying(self, body: bytes) -> Sent:
        """Another body under the signature of the first."""
        return replace(self, body=body)

    def header(self, name: str, value: str) -> Sent:
        return replace(self, signature=None, more=((name, value),))

    def claiming(self, **changes: Any) -> Sent:
        """The same message with something else in it, as bytes the shop would write."""
        said: JSON = json.loads(self.body) | changes
        return self.saying(json.dumps(said, separators=(",", ":")).encode())

    def to(self, corner: Corner) -> int:
        proof = {} if self.signature is None else {SHOP: self.signature}
        headers = {"Content-Type": "application/json"} | proof | dict(self.more)
        return corner.client.open(
            self.path, method=self.method, data=self.body, headers=headers
        ).status_code


@pytest.fixture
def genuine(corner: Corner) -> Iterator[Sent]:
    """A delivery the shop could have made just now."""
    silence(corner.inst)  # an earlier test may have bought something
    caller = corner.caller
    others = corner.credentials("other")["webhook_secret"]
    one = Sent(caller.secret, caller.app_secret, others, written(caller, ID))
    yield one.by(one.secret)
    silence(corner.inst)


Attack = Callable[[Sent], Sent]


def text(one: Sent) -> str:
    return one.signature or ""


def mistyped(at: int) -> Attack:
    """Another hex digit at this place."""

    def forge(one: Sent) -> Sent:
        other = "0" if text(one)[at] != "0" else "1"
        return one.signing(text(one)[:at] + other + text(one)[at + 1 :])

    return forge


def in_header(name: str, before: str = "") -> Attack:
    return lambda one: one.header(name, before + text(one))


FORGED: dict[str, Attack] = {
    "missing": lambda one: replace(one, signature=None),
    "empty": lambda one: one.signing(""),
    "blank": lambda one: one.signing("   "),
    "zeros": lambda one: one.signing("0" * 64),
    "of the shop across the street": lambda one: one.by(one.others_secret),
    "of the package's secret": lambda one: one.by(one.app_secret),
    "of an empty secret": lambda one: one.by(""),
    "of a guessed secret": lambda one: one.by("secret"),
    "of the secret in capitals": lambda one: one.by(one.secret.upper()),
    "of the secret with a newline": lambda one: one.by(one.secret + "\n"),
    "of half the secret": lambda one: one.by(one.secret[:48]),
    "of the secret as bytes": lambda one: one.by(repr(one.secret.encode())),
    "of both secrets in a row": lambda one: one.by(one.app_secret + one.secret),
    "the secret itself": lambda one: one.signing(one.secret),
    "of an empty body": lambda one: one.signing(sign(one.secret, b"")),
    "of the address": lambda one: one.signing(sign(one.secret, b"/hooks/demo")),
    "of the body and no key": lambda one: one.signing(hashlib.sha256(one.body).hexdigest()),
    "of secret and body in a row": lambda one: one.signing(
        hashlib.sha256(one.secret.encode() + one.body).hexdigest()
    ),
    "of the data alone": lambda one: one.signing(
        sign(one.secret, json.dumps(json.loads(one.body)["data"]).encode())
    ),
    "sha1": lambda one: one.signing(signed(one.secret, one.body, "sha1").hex()),
    "md5": lambda one: one.signing(signed(one.secret, one.body, "md5").hex()),
    "sha512": lambda one: one.signing(signed(one.secret, one.body, "sha512").hex()),
    "sha512, cut": lambda one: one.signing(signed(one.secret, one.body, "sha512").hex()[:64]),
    "sha3": lambda one: one.signing(signed(one.secret, one.body, "sha3_256").hex()),
    "base64, as WooCommerce writes it": lambda one: one.signing(
        base64.b64encode(signed(one.secret, one.body)).decode()
    ),
    "base64 of the hex": lambda one: one.signing(base64.b64encode(text(one).encode()).decode()),
    "hex of the hex": lambda one: one.signing(text(one).encode().hex()),
    "large letters": lambda one: one.signing(text(one).upper() + "A"),
    "backwards": lambda one: one.signing(text(one)[::-1]),
    "all but one": lambda one: one.signing(text(one)[:-1]),
    "all but the first": lambda one: one.signing(text(one)[1:]),
    "one more": lambda one: one.signing(text(one) + "0"),
    "one letter": lambda one: one.signing(text(one)[:1]),
    "twice in a row": lambda one: one.signing(text(one) * 2),
    "with 0x": lambda one: one.signing("0x" + text(one)),
    "with sha256=": lambda one: one.signing("sha256=" + text(one)),
    "with colons": lambda one: one.signing(":".join(text(one)[n : n + 2] for n in range(0, 64, 2))),
    "in quotes": lambda one: one.signing(f'"{text(one)}"'),
    "good and bad": lambda one: one.signing(f"{text(one)}, {'0' * 64}"),
    "bad and good": lambda one: one.signing(f"{'0' * 64}, {text(one)}"),
    "in wide digits": lambda one: one.signing("\uff10" * 64),
    "with a null byte": lambda one: one.signing(text(one) + "\x00"),
    "true": lambda one: one.signing("true"),
    "null": lambda one: one.signing("null"),
    "a very long one": lambda one: one.signing("a" * 60_000),
    "first digit": mistyped(0),
    "a middle digit": mistyped(31),
    "the last digit": mistyped(63),
    "a bit of the id": lambda one: one.saying(one.body.replace(ID.encode(), OTHER_ID.encode())),
    "the last bit": lambda one: one.saying(one.body[:-1] + bytes([one.body[-1] ^ 1])),
    "another event": lambda one: one.saying(one.body.replace(b"order.written", b"order.deleted")),
    "a newline behind": lambda one: one.saying(one.body + b"\n"),
    "a blank in front": lambda one: one.saying(b" " + one.body),
    "a byte order mark": lambda one: one.saying(b"\xef\xbb\xbf" + one.body),
    "UTF-16": lambda one: one.saying(one.body.decode().encode("utf-16")),
    "written again with blanks": lambda one: one.saying(json.dumps(json.loads(one.body)).encode()),
    "slashes escaped": lambda one: one.saying(one.body.replace(b"/", b"\\/")),
    "body twice": lambda one: one.saying(one.body * 2),
    "half a body": lambda one: one.saying(one.body[: len(one.body) // 2]),
    "no body": lambda one: one.saying(b""),
    "a later time": lambda one: one.claiming(timestamp=int(time.time()) + 5),
    "compressed": lambda one: replace(
        one, body=gzip.compress(one.body), more=(("Content-Encoding", "gzip"),)
    ),
    "as a form": lambda one: replace(
        one.saying(b"payload=" + one.body), more=(("Content-Type", "application/x-www-form-urlencoded"),)
    ),
    "in the app's header": in_header("shopware-app-signature"),
    "in the header for the old secret": in_header("shopware-shop-signature-previous"),
    "in WooCommerce's header": in_header("X-WC-Webhook-Signature"),
    "in Shopify's header": in_header("X-Shopify-Hmac-Sha256"),
    "as Authorization": in_header("Authorization", "Bearer "),
    "in a cookie": in_header("Cookie", "shopware-shop-signature="),
    "in the query": lambda one: replace(
        one, signature=None, path=f"/hooks/demo?shopware-shop-signature={text(one)}"
    ),
    "for the shop across the street": lambda one: replace(one, path="/hooks/other"),
    "from this machine, it says": lambda one: one.header("X-Forwarded-For", "127.0.0.1"),
    "already verified, it says": lambda one: one.header("X-Verified", "1"),
}  # fmt: skip

STALE: dict[str, dict[str, Any]] = {
    "of yesterday": {"timestamp": int(time.time()) - 86_400},
    "of tomorrow": {"timestamp": int(time.time()) + 86_400},
    "of no time": {"timestamp": None},
    "of a time in words": {"timestamp": "now"},
    "of a time that is true": {"timestamp": True},
    "of a broken second": {"timestamp": time.time()},
    "of the end of all time": {"timestamp": 10**300},
    "of a time with four hundred digits": {"timestamp": 10**400},
}
"""Signed, and not of this moment: a delivery that was recorded and is played again."""


@pytest.mark.parametrize("name", FORGED)
def test_what_the_shop_has_not_signed_changes_nothing(
    corner: Corner, genuine: Sent, name: str
) -> None:
    forged = FORGED[name](genuine)
    before = contents(corner.inst)

    assert forged != genuine
    assert forged.to(corner) == 401
    assert contents(corner.inst) == before


@pytest.mark.parametrize("name", STALE)
def test_what_the_shop_signed_at_another_time_changes_nothing(
    corner: Corner, genuine: Sent, name: str
) -> None:
    played = genuine.claiming(**STALE[name])
    before = contents(corner.inst)

    assert played.by(genuine.secret).to(corner) == 401
    assert contents(corner.inst) == before


def test_there_are_enough_ways_to_forge() -> None:
    assert len(FORGED) + len(STALE) >= 60


@pytest.mark.parametrize("lies", [{}, {"Host": "evil.example"}, {"sw-version": "9.9.9"},
                                  {"X-Original-URL": "/hooks/other"}], ids=str)  # fmt: skip
def test_what_is_signed_rings_for_this_shop_and_nothing_else(
    corner: Corner, genuine: Sent, lies: dict[str, str]
) -> None:
    """The control: an attack is turned away for its signature, not for anything else."""
    before = contents(corner.inst)

    assert replace(genuine, more=tuple(lies.items())).to(corner) == 200
    after = contents(corner.inst)
    changed = {table for table in after if after[table] != before[table]}
    assert changed - {cursors.name} == {inbox.name}  # `sync` says when it last rang, once a minute
    assert bells(corner.inst) == [(corner.demo.shop_id, "orders", ID)]


# ------------------------------------------------------------------ over a real socket

WIRE: dict[str, tuple[set[int], Callable[[Sent], tuple[list[str], bytes]]]] = {
    "good, then bad": ({401}, lambda one: (lines(one, text(one), "0" * 64), one.body)),
    "bad, then good": ({401}, lambda one: (lines(one, "0" * 64, text(one)), one.body)),
    "good twice": ({401}, lambda one: (lines(one, text(one), text(one)), one.body)),
    "folded": ({400, 401}, lambda one: (lines(one, text(one)[:20] + "\r\n " + text(one)[20:]), one.body)),
    "a line feed in it": ({400, 401}, lambda one: (lines(one, f"0\nX-A: {text(one)}"), one.body)),
    "bytes that are no text": ({400, 401}, lambda one: (lines(one, "\xff\xfe"), one.body)),
    "a length that is shorter": ({401}, lambda one: (lines(one, text(one), length=-1), one.body)),
    "forged, in pieces": ({401}, lambda one: (pieces(one, "0" * 64), chunks(one.body))),
    "a byte changed, in pieces": (
        {401}, lambda one: (pieces(one, text(one)), chunks(one.body.replace(b"01a2", b"01a3")))
    ),
}  # fmt: skip


def lines(one: Sent, *signatures: str, length: int = 0) -> list[str]:
    proof = [f"{SHOP}: {each}" for each in signatures]
    size = f"Content-Length: {len(one.body) + length}"
    return [f"POST {one.path} HTTP/1.1", "Host: points.example", "Connection: close", size, *proof]


def pieces(one: Sent, signature: str) -> list[str]:
    kept = [line for line in lines(one, signature) if "Content-Length" not in line]
    return [*kept, "Transfer-Encoding: chunked"]


@pytest.mark.parametrize("name", WIRE)
def test_no_trick_of_the_wire_makes_a_forged_delivery_genuine(
    corner: Corner, genuine: Sent, name: str
) -> None:
    statuses, attack = WIRE[name]
    before = contents(corner.inst)

    assert spoken(corner.url, *attack(genuine)) in statuses
    assert contents(corner.inst) == before


@pytest.mark.parametrize("how", [lines, pieces])
def test_a_genuine_delivery_rings_over_the_wire_too(
    corner: Corner, genuine: Sent, how: Callable[[Sent, str], list[str]]
) -> None:
    """The control."""
    body = chunks(genuine.body) if how is pieces else genuine.body

    assert spoken(corner.url, how(genuine, text(genuine)), body) == 200
    assert bells(corner.inst) == [(corner.demo.shop_id, "orders", ID)]
