"""Only what the shop has signed rings a bell, over the whole application and over a real socket."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from connector import jobs, shops, sync
from connector.port import JSON
from connector.tables import inbox, transfer
from connector.tables import sync as cursors
from connector.web import create_app
from tests.adapters.woocommerce import recorded
from tests.attacks.conftest import Street
from tests.attacks.evidence import bells, contents, silence
from tests.connected import Connected, connected

ORDER = {"id": 4711, "status": "processing", "total": "23.80", "note": "Grüße"}
BODY = json.dumps(ORDER, ensure_ascii=False, separators=(",", ":")).encode()


def signed(secret: str, body: bytes, algorithm: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), body, algorithm).digest()


@dataclass(frozen=True)
class Sent:
    """A request; as it is, it is genuine."""

    secret: str
    others_secret: str
    signature: str | None
    body: bytes = BODY
    method: str = "POST"
    path: str = "/hooks/demo"
    more: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def signing(self, digest: bytes | str) -> Sent:
        text = digest if isinstance(digest, str) else base64.b64encode(digest).decode()
        return replace(self, signature=text)

    @property
    def headers(self) -> dict[str, str]:
        usual = {
            "User-Agent": "WooCommerce/11.0.1 Hookshot (WordPress/7.1)",
            "Content-Type": self.content_type,
            "X-WC-Webhook-Source": "https://shop.example/",
            "X-WC-Webhook-Topic": "order.updated",
            "X-WC-Webhook-Resource": "order",
            "X-WC-Webhook-Event": "updated",
            "X-WC-Webhook-ID": "1",
            "X-WC-Webhook-Delivery-ID": "a6a6ec9caf06eb41bc69fb5dba784cec",
        }
        proof = {} if self.signature is None else {"X-WC-Webhook-Signature": self.signature}
        return usual | proof | self.more

    def to(self, client: FlaskClient) -> int:
        return client.open(
            self.path, method=self.method, data=self.body, headers=self.headers
        ).status_code


Attack = Callable[[Sent], Sent]


def text(one: Sent) -> str:
    return one.signature or ""


def flipped(one: Sent, at: float) -> Sent:
    place = int(at * (len(one.body) - 1))
    return replace(
        one, body=one.body[:place] + bytes([one.body[place] ^ 1]) + one.body[place + 1 :]
    )


def mistyped(one: Sent, place: int) -> Sent:
    other = "B" if text(one)[place] == "A" else "A"
    return one.signing(text(one)[:place] + other + text(one)[place + 1 :])


def body(new: bytes) -> Attack:
    return lambda one: replace(one, body=new)


def header(**named: str) -> Attack:
    return lambda one: replace(one, more={n.replace("_", "-"): v for n, v in named.items()})


UNSIGNED: dict[str, Attack] = {
    "missing": lambda one: replace(one, signature=None),
    "empty": lambda one: one.signing(""),
    "blank": lambda one: one.signing("   "),
    "of the shop next door": lambda one: one.signing(signed(one.others_secret, one.body)),
    "of an empty secret": lambda one: one.signing(signed("", one.body)),
    "of a guessed secret": lambda one: one.signing(signed("secret", one.body)),
    "of the secret in capitals": lambda one: one.signing(signed(one.secret.upper(), one.body)),
    "of the secret with a newline": lambda one: one.signing(signed(one.secret + "\n", one.body)),
    "of the secret as base64 says": lambda one: one.signing(
        signed(base64.b64encode(one.secret.encode()).decode(), one.body)
    ),
    "of half the secret": lambda one: one.signing(signed(one.secret[:24], one.body)),
    "the secret itself": lambda one: one.signing(one.secret),
    "of an empty body": lambda one: one.signing(signed(one.secret, b"")),
    "of the body and no key": lambda one: one.signing(hashlib.sha256(one.body).digest()),
    "of secret and body in a row": lambda one: one.signing(
        hashlib.sha256(one.secret.encode() + one.body).digest()
    ),
    "of the address": lambda one: one.signing(signed(one.secret, b"/hooks/demo")),
    "sha1": lambda one: one.signing(signed(one.secret, one.body, "sha1")),
    "sha512": lambda one: one.signing(signed(one.secret, one.body, "sha512")),
    "sha384": lambda one: one.signing(signed(one.secret, one.body, "sha384")),
    "md5": lambda one: one.signing(signed(one.secret, one.body, "md5")),
    "hex": lambda one: one.signing(signed(one.secret, one.body).hex()),
    "HEX": lambda one: one.signing(signed(one.secret, one.body).hex().upper()),
    "base64 of the hex": lambda one: one.signing(
        base64.b64encode(signed(one.secret, one.body).hex().encode()).decode()
    ),
    "base64 for addresses": lambda one: one.signing(
        "-_" + base64.urlsafe_b64encode(signed(one.secret, one.body)).decode()[2:]
    ),
    "without padding": lambda one: one.signing(text(one).rstrip("=")),
    "with more padding": lambda one: one.signing(text(one) + "="),
    "base64 twice": lambda one: one.signing(base64.b64encode(text(one).encode()).decode()),
    "base32": lambda one: one.signing(base64.b32encode(signed(one.secret, one.body)).decode()),
    "small letters": lambda one: one.signing(text(one).lower()),
    "capitals": lambda one: one.signing(text(one).upper()),
    "swapped case": lambda one: one.signing(text(one).swapcase()),
    "backwards": lambda one: one.signing(text(one)[::-1]),
    "first half": lambda one: one.signing(text(one)[:22]),
    "all but one": lambda one: one.signing(text(one)[:-1]),
    "all but the first": lambda one: one.signing(text(one)[1:]),
    "one letter": lambda one: one.signing(text(one)[:1]),
    "twice in a row": lambda one: one.signing(text(one) * 2),
    "a space inside": lambda one: one.signing(text(one)[:20] + " " + text(one)[20:]),
    "with sha256=": lambda one: one.signing("sha256=" + text(one)),
    "with v1=": lambda one: one.signing("t=1,v1=" + text(one)),
    "in quotes": lambda one: one.signing(f'"{text(one)}"'),
    "as bytes": lambda one: one.signing(f"b'{text(one)}'"),
    "good and bad": lambda one: one.signing(f"{text(one)}, AAAA"),
    "bad and good": lambda one: one.signing(f"AAAA, {text(one)}"),
    "good and good": lambda one: one.signing(f"{text(one)},{text(one)}"),
    "beyond ASCII": lambda one: one.signing("ü" * 44),
    "the same in wide letters": lambda one: one.signing("\u00c3" + text(one)),
    "null byte behind": lambda one: one.signing(text(one) + "\x00"),
    "null byte instead": lambda one: one.signing("\x00" * 44),
    "NaN": lambda one: one.signing("NaN"),
    "null": lambda one: one.signing("null"),
    "true": lambda one: one.signing("true"),
    "zero": lambda one: one.signing("0"),
    "a very long one": lambda one: one.signing("A" * 60_000),
    "first letter": lambda one: mistyped(one, 0),
    "a middle letter": lambda one: mistyped(one, 21),
    "the last letter": lambda one: mistyped(one, 42),
    "the last sign": lambda one: one.signing(text(one)[:-1] + "A"),
    "first bit of the body": lambda one: flipped(one, 0),
    "a bit of the id": lambda one: replace(one, body=one.body.replace(b"4711", b"4710")),
    "a middle bit of the body": lambda one: flipped(one, 0.5),
    "the last bit of the body": lambda one: flipped(one, 1),
    "written again with blanks": body(json.dumps(ORDER).encode()),
    "written again in order": body(
        json.dumps(ORDER, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    ),
    "written again with escapes": body(json.dumps(ORDER, separators=(",", ":")).encode()),
    "a newline behind": body(BODY + b"\n"),
    "a carriage return behind": body(BODY + b"\r\n"),
    "a newline in front": body(b"\n" + BODY),
    "a byte order mark": body(b"\xef\xbb\xbf" + BODY),
    "another charset": body(BODY.decode().encode("latin-1")),
    "UTF-16": body(BODY.decode().encode("utf-16")),
    "a null byte in the body": body(BODY + b"\x00"),
    "body twice": body(BODY * 2),
    "half a body": body(BODY[: len(BODY) // 2]),
    "no body": body(b""),
    "another order": body(b'{"id":1}'),
    "a signed body, compressed": lambda one: replace(
        one, body=gzip.compress(one.body), more={"Content-Encoding": "gzip"}
    ),
    "as a form": lambda one: replace(
        one, body=b"payload=" + one.body, content_type="application/x-www-form-urlencoded"
    ),
    "as a form with files": lambda one: replace(
        one,
        body=b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + one.body + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    ),
    "a ping in disguise": body(b"webhook_id=1"),
    "in a header of another name": lambda one: replace(
        one, signature=None, more={"X-Webhook-Signature": text(one)}
    ),
    "in Shopify's header": lambda one: replace(
        one, signature=None, more={"X-Shopify-Hmac-Sha256": text(one)}
    ),
    "in GitHub's header": lambda one: replace(
        one, signature=None, more={"X-Hub-Signature-256": "sha256=" + text(one)}
    ),
    "in the query": lambda one: replace(
        one, signature=None, path=f"/hooks/demo?X-WC-Webhook-Signature={text(one)}"
    ),
    "in a cookie": lambda one: replace(
        one, signature=None, more={"Cookie": f"X-WC-Webhook-Signature={text(one)}"}
    ),
    "as Authorization": lambda one: replace(
        one, signature=None, more={"Authorization": f"Bearer {text(one)}"}
    ),
    "for the shop next door": lambda one: replace(one, path="/hooks/other"),
    "from this machine, it says": lambda one: replace(
        one, signature=None, more={"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}
    ),
    "already verified, it says": lambda one: replace(
        one, signature=None, more={"X-Verified": "1", "X-WC-Webhook-Verified": "true"}
    ),
}  # fmt: skip

ELSEWHERE: dict[str, tuple[int, Attack]] = {
    "GET": (405, lambda one: replace(one, method="GET")),
    "HEAD": (405, lambda one: replace(one, method="HEAD")),
    "PUT": (405, lambda one: replace(one, method="PUT")),
    "PATCH": (405, lambda one: replace(one, method="PATCH")),
    "DELETE": (405, lambda one: replace(one, method="DELETE")),
    "TRACE": (405, lambda one: replace(one, method="TRACE")),
    "invented method": (405, lambda one: replace(one, method="RING")),
    "GET that says it is POST": (
        405,
        lambda one: replace(one, method="GET", more={"X-HTTP-Method-Override": "POST"}),
    ),
    "no such shop": (404, lambda one: replace(one, path="/hooks/nobody")),
    "no shop": (404, lambda one: replace(one, path="/hooks/")),
    "a slash behind": (404, lambda one: replace(one, path="/hooks/demo/")),
    "a slash inside": (404, lambda one: replace(one, path="/hooks//demo")),
    "a folder up": (404, lambda one: replace(one, path="/hooks/x/../demo")),
    "a folder up in disguise": (404, lambda one: replace(one, path="/hooks/x/%2e%2e/demo")),
    "this folder in disguise": (404, lambda one: replace(one, path="/hooks/%2e/demo")),
    "an encoded slash": (404, lambda one: replace(one, path="/hooks/demo%2f")),
    "a null byte": (404, lambda one: replace(one, path="/hooks/demo%00")),
    "a blank": (404, lambda one: replace(one, path="/hooks/demo%20")),
    "capitals": (404, lambda one: replace(one, path="/hooks/DEMO")),
    "a wildcard": (404, lambda one: replace(one, path="/hooks/%25")),
    "a quote": (404, lambda one: replace(one, path="/hooks/demo'--")),
    "too large": (413, lambda one: replace(one, body=b" " * (4 * 1024 * 1024 + 1))),
}  # fmt: skip

HARMLESS: dict[str, Attack] = {
    # Signed by the shop. What the headers add is not signed and not believed, so it may lie.
    "as it should be": lambda one: one,
    "a query": lambda one: replace(one, path="/hooks/demo?slug=other&id=1"),
    "another method, it says": header(X_HTTP_Method_Override="DELETE"),
    "another host": header(Host="evil.example"),
    "another host, it says": header(X_Forwarded_Host="evil.example", X_Forwarded_Proto="http"),
    "another path, it says": header(X_Original_URL="/hooks/other", X_Rewrite_URL="/hooks/other"),
    "another shop's source": header(X_WC_Webhook_Source="https://other.example/"),
    "another resource": header(X_WC_Webhook_Resource="customer"),
    "another event": header(X_WC_Webhook_Event="deleted"),
    "an older delivery": header(Date="Mon, 01 Jan 2024 00:00:00 GMT"),
    "another delivery id": header(X_WC_Webhook_Delivery_ID="x" * 500),
    "another content type": lambda one: replace(one, content_type="text/plain"),
    "no content type": lambda one: replace(one, content_type=""),
    "a form, it says": lambda one: replace(one, content_type="application/x-www-form-urlencoded"),
}


@pytest.fixture
def genuine(street: Street) -> Iterator[Sent]:
    """A delivery the shop could have made."""
    silence(street.inst)  # an earlier test may have bought something
    secret = street.credential(street.demo, "webhook_secret")
    others = street.credential(street.other, "webhook_secret")
    one = Sent(secret, others, None)
    yield one.signing(signed(secret, one.body))
    silence(street.inst)


def ring_of(street: Street, number: str = "4711") -> list[tuple[str, str, str]]:
    return [(street.demo.shop_id, "orders", number)]


@pytest.mark.parametrize("name", UNSIGNED)
def test_what_the_shop_has_not_signed_changes_nothing(
    client: FlaskClient, street: Street, genuine: Sent, name: str
) -> None:
    forged = UNSIGNED[name](genuine)
    before = contents(street.inst)

    assert forged != genuine
    assert forged.to(client) == 401
    assert contents(street.inst) == before


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_signed_delivery_at_the_wrong_door_changes_nothing(
    client: FlaskClient, street: Street, genuine: Sent, name: str
) -> None:
    status, attack = ELSEWHERE[name]
    before = contents(street.inst)

    assert attack(genuine).to(client) == status
    assert contents(street.inst) == before


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_signed_rings_for_this_shop_and_nothing_else_whatever_its_headers_say(
    client: FlaskClient, street: Street, genuine: Sent, name: str
) -> None:
    """The control: an attack is turned away for its signature, not for anything else."""
    before = contents(street.inst)

    assert HARMLESS[name](genuine).to(client) == 200
    after = contents(street.inst)
    changed = {table for table in after if after[table] != before[table]}
    assert changed - {cursors.name} == {inbox.name}  # `sync` says when it last rang, once a minute
    assert bells(street.inst) == ring_of(street)


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("customer.updated", "customers"),
        ("product.deleted", "products"),
        ("order.deleted", "orders"),
    ],
)
def test_a_topic_that_lies_only_makes_us_look_at_something_of_this_shop(
    client: FlaskClient, street: Street, genuine: Sent, topic: str, kind: str
) -> None:
    """The topic is not signed. Whatever rings, the shop is asked how the thing is now."""
    assert header(X_WC_Webhook_Topic=topic)(genuine).to(client) == 200
    assert bells(street.inst) == [(street.demo.shop_id, kind, "4711")]


def test_there_are_enough_ways_to_forge() -> None:
    assert len(UNSIGNED) + len(ELSEWHERE) >= 60


# ------------------------------------------------------------------ over a real socket


def spoken(server: str, lines: Sequence[str], payload: bytes = b"") -> int:
    """Send these very bytes; the status that comes back, or 0 where the connection is cut."""
    where = urlsplit(server)
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as wire:
        wire.sendall(head)
        with contextlib.suppress(OSError):  # the server may have heard enough
            wire.sendall(payload)
        answer = wire.makefile("rb").readline().decode("latin-1").split()
    return int(answer[1]) if len(answer) > 1 else 0


def chunks(body: bytes, size: int = 7) -> bytes:
    pieces = [body[n : n + size] for n in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


def lines_of(
    one: Sent, *more: str, signature: str | None = None, length: int | None = None
) -> list[str]:
    proof = [f"X-WC-Webhook-Signature: {text(one)}"] if signature is None else [signature]
    size = [] if length == -1 else [f"Content-Length: {length or len(one.body)}"]
    named = ["X-WC-Webhook-Topic: order.updated", "Content-Type: application/json"]
    start = [f"{one.method} {one.path} HTTP/1.1", "Host: points.example", "Connection: close"]
    return [*start, *named, *size, *[each for each in proof if each], *more]


S = "X-WC-Webhook-Signature"
WIRE: dict[str, tuple[set[int], Callable[[Sent], tuple[list[str], bytes]]]] = {
    "good, then bad": ({401}, lambda one: (lines_of(one, f"{S}: AAAA"), one.body)),
    "bad, then good": (
        {401}, lambda one: (lines_of(one, f"{S}: {text(one)}", signature=f"{S}: AAAA"), one.body)
    ),
    "good twice": ({401}, lambda one: (lines_of(one, f"{S}: {text(one)}"), one.body)),
    "with underscores": (
        {401}, lambda one: (lines_of(one, signature=f"X_WC_Webhook_Signature: {text(one)}"), one.body)
    ),
    "folded inside": (
        {400, 401},
        lambda one: (
            lines_of(one, f" {text(one)[20:]}", signature=f"{S}: {text(one)[:20]}"), one.body
        ),
    ),
    "folded into another header": (
        {400, 401}, lambda one: (lines_of(one, signature=f"X-Other: a\r\n {S}: {text(one)}"), one.body)
    ),
    "a blank before the colon": (
        {400, 401}, lambda one: (lines_of(one, signature=f"{S} : {text(one)}"), one.body)
    ),
    "a null byte in it": (
        {400, 401}, lambda one: (lines_of(one, signature=f"{S}: {text(one)}\x00"), one.body)
    ),
    "bytes that are no text": (
        {400, 401}, lambda one: (lines_of(one, signature=f"{S}: \xff\xfe\xfd"), one.body)
    ),
    "a bare line feed in it": (
        {400, 401}, lambda one: (lines_of(one, signature=f"{S}: AAAA\nX-A: {text(one)}"), one.body)
    ),
    "a header of 300 kB": (
        {400, 401, 431}, lambda one: (lines_of(one, signature=f"{S}: {'A' * 300_000}"), one.body)
    ),
    "forged, in pieces": (
        {401},
        lambda one: (lines_of(one, "Transfer-Encoding: chunked", signature=f"{S}: AAAA", length=-1),
                     chunks(one.body)),
    ),
    "a byte changed, in pieces": (
        {401},
        lambda one: (lines_of(one, "Transfer-Encoding: chunked", length=-1),
                     chunks(one.body.replace(b"4711", b"4712"))),
    ),
    "the sizes of pieces lie": (
        {400, 401, 0},
        lambda one: (lines_of(one, "Transfer-Encoding: chunked", length=-1),
                     b"zz\r\n" + one.body + b"\r\n0\r\n\r\n"),
    ),
    "pieces and a length": (
        {400, 401},
        lambda one: (lines_of(one, "Transfer-Encoding: chunked", signature=f"{S}: AAAA"),
                     chunks(one.body)),
    ),
    "two lengths": (
        {400, 401}, lambda one: (lines_of(one, f"Content-Length: {len(one.body) + 5}"), one.body)
    ),
    "a length below zero": ({400, 401}, lambda one: (lines_of(one, length=-7), one.body)),
    "a length that is shorter": (
        {401}, lambda one: (lines_of(one, length=len(one.body) - 1), one.body)
    ),
    "compressed, signed before": (
        {401},
        lambda one: (lines_of(one, "Content-Encoding: gzip", length=len(gzip.compress(one.body))),
                     gzip.compress(one.body)),
    ),
    "larger than anything": (
        {413, 0}, lambda one: (lines_of(one, length=5 * 1024 * 1024), b" " * (5 * 1024 * 1024))
    ),
    "said to be larger than anything": (
        {413, 401, 400, 0}, lambda one: (lines_of(one, length=1 << 62), b"")
    ),
    "larger than anything, in pieces": (
        {413, 401, 0},
        lambda one: (lines_of(one, "Transfer-Encoding: chunked", length=-1),
                     chunks(b" " * (5 * 1024 * 1024), 1 << 20)),
    ),
    "no HTTP at all": ({400, 401, 0}, lambda one: (["ring /hooks/demo"], one.body)),
}  # fmt: skip


@pytest.mark.parametrize("name", WIRE)
def test_no_trick_of_the_wire_makes_a_forged_delivery_genuine(
    server: str, street: Street, genuine: Sent, name: str
) -> None:
    statuses, attack = WIRE[name]
    before = contents(street.inst)

    assert spoken(server, *attack(genuine)) in statuses
    assert contents(street.inst) == before


HOW = [
    "at once",
    "in pieces",
    "blanks around",
    "header in capitals",
    "two slashes",
    "whole address",
]


@pytest.mark.parametrize("how", HOW)
def test_a_genuine_delivery_rings_over_the_wire_too(
    server: str, street: Street, genuine: Sent, how: str
) -> None:
    """The control."""
    sent: dict[str, Any] = {
        "at once": (lines_of(genuine), genuine.body),
        "in pieces": (
            lines_of(genuine, "Transfer-Encoding: chunked", length=-1), chunks(genuine.body)
        ),
        "blanks around": (
            lines_of(genuine, signature=f"{S}: \t {text(genuine)}  "), genuine.body
        ),
        "header in capitals": (
            lines_of(genuine, signature=f"{S.upper()}: {text(genuine)}"), genuine.body
        ),
        # waitress reads both as /hooks/demo; what counts is that the shop has signed
        "two slashes": (lines_of(replace(genuine, path="//hooks/demo")), genuine.body),
        "whole address": (lines_of(replace(genuine, path="http://x.example/hooks/demo")), genuine.body),
    }  # fmt: skip

    assert spoken(server, *sent[how]) == 200
    assert bells(street.inst) == ring_of(street)


# ------------------------------------------------------------------ replayed, rotated, recorded


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    """A shop of its own, for what does change something."""
    with connected(tmp_path_factory.mktemp("hooks") / "data") as opened:
        yield opened


def swap(own: Connected, name: str, value: str) -> None:
    """The shop's credential changes in the database, as another process would do it."""
    stored = shops.StoredSettings(own.inst.database, own.inst.keys, own.shop)
    settings, version = stored.load()
    changed: JSON = settings | {"credentials": settings["credentials"] | {name: value}}
    assert stored.swap(version, changed)


def test_the_same_delivery_again_is_welcome_and_changes_nothing_twice(own: Connected) -> None:
    client = create_app(own.inst).test_client()
    erika = int(own.real.customer("erika@example.com"))
    order = own.real.order(customer_id=erika, paid=True)
    stored, _ = shops.StoredSettings(own.inst.database, own.inst.keys, own.shop).load()
    secret = stored["credentials"]["webhook_secret"]
    raw = json.dumps({"id": int(order)}).encode()
    one = Sent(secret, "", None, raw).signing(signed(secret, raw))
    sync.run(own.inst, own.shop)
    jobs.run_due(own.inst)
    points, transfers = own.points(str(erika)), own.count(transfer)

    for _ in range(5):
        assert one.to(client) == 200
        jobs.run_due(own.inst)

    assert points > 0
    assert (own.points(str(erika)), own.count(transfer)) == (points, transfers)
    assert bells(own.inst) == []


def test_a_secret_that_was_taken_back_rings_nothing(own: Connected) -> None:
    client = create_app(own.inst).test_client()
    old, new = (f"a-secret-that-the-shop-was-told-{day}-and-nobody-else" for day in ("once", "now"))
    swap(own, "webhook_secret", old)
    sent = {each: Sent(each, "", None).signing(signed(each, BODY)) for each in (old, new)}
    assert [sent[old].to(client), sent[new].to(client)] == [200, 401]
    silence(own.inst)

    swap(own, "webhook_secret", new)
    before = contents(own.inst)

    assert sent[old].to(client) == 401
    assert contents(own.inst) == before
    assert sent[new].to(client) == 200
    silence(own.inst)


@pytest.mark.parametrize("secret", ["", "x"])
def test_a_shop_whose_secret_was_lost_believes_nobody(own: Connected, secret: str) -> None:
    """With an empty secret anybody could sign; with any other, whoever knows it (the control)."""
    swap(own, "webhook_secret", secret)
    anybody = Sent("", "", None).signing(signed(secret, BODY))

    assert anybody.to(create_app(own.inst).test_client()) == (200 if secret else 401)
    silence(own.inst)


@pytest.mark.parametrize(
    "name", [each for each in recorded.names("webhooks") if each != "ping_on_create"]
)
def test_every_recorded_delivery_of_a_real_shop_is_welcome(own: Connected, name: str) -> None:
    found = recorded.webhook(name)
    swap(own, "webhook_secret", found.secret)
    client = create_app(own.inst).test_client()

    answer = client.post("/hooks/demo", data=found.delivery.body, headers=found.delivery.headers)
    altered = client.post(
        "/hooks/demo", data=found.delivery.body + b" ", headers=found.delivery.headers
    )

    assert (answer.status_code, altered.status_code) == (200, 401)
    silence(own.inst)


def test_the_ping_of_a_new_webhook_is_welcome_and_says_nothing(own: Connected) -> None:
    before = contents(own.inst)
    found = recorded.webhook("ping_on_create").delivery
    answer = create_app(own.inst).test_client().post(
        "/hooks/demo", data=found.body, content_type="application/x-www-form-urlencoded"
    )  # fmt: skip

    assert answer.status_code == 200
    assert contents(own.inst) == before
