"""Every signature that real shops and Shopware's own test suites made is known, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.shopware import signatures
from connector.errors import BadDelivery
from connector.port import Delivery

SIGNED: Any = json.loads(Path(__file__).with_name("recordings").joinpath("signed.json").read_text())
APP: str = SIGNED["app"]["secret"]
REQUESTS = SIGNED["requests"]
NAMES = [f"{one['shop']} {one['event'] or one['path'].partition('?')[0]}" for one in REQUESTS]
OTHER = "another-secret-of-another-installation"


def delivery(one: Any) -> Delivery:
    path, _, query = one["path"].partition("?")
    return Delivery(one["method"], path, query.encode(), one["headers"], one["body"].encode())


def believed(one: Any, given: Delivery, secret: str = "") -> bool:
    try:
        if one["secret"] == "app":
            signatures.query_signed_by(secret or APP, signatures.APP, given)
        else:
            signatures.check(given, [secret or one["secret"]])
    except BadDelivery:
        return False
    return True


@pytest.mark.parametrize("one", SIGNED["vectors"], ids=lambda one: one["use"])
def test_signatures_are_those_of_shopwares_own_suites(one: Any) -> None:
    message = one["message"].encode()

    assert signatures.sign(one["secret"], message) == one["hex"]
    assert signatures.fits(one["hex"], one["secret"], message)
    assert not signatures.fits(one["hex"], OTHER, message)
    assert not signatures.fits(one["hex"], one["secret"], message + b" ")


@pytest.mark.parametrize("one", REQUESTS, ids=NAMES)
def test_what_real_shops_sent_is_believed(one: Any) -> None:
    assert believed(one, delivery(one))


def _header(change: Callable[[str], str]) -> Callable[[Delivery], Delivery]:
    def forged(given: Delivery) -> Delivery:
        return replace(given, headers={name: change(text) for name, text in given.headers.items()})

    return forged


def _content(change: Callable[[bytes], bytes]) -> Callable[[Delivery], Delivery]:
    def forged(given: Delivery) -> Delivery:
        if given.method == "GET":
            return replace(given, query=change(given.query))
        return replace(given, body=change(given.body))

    return forged


FORGERIES: dict[str, Callable[[Delivery], Delivery]] = {
    "no signature": lambda given: replace(given, headers={}),
    "an empty one": _header(lambda text: ""),
    "in large letters": _header(str.upper),
    "one digit changed": _header(lambda text: ("0" if text[0] != "0" else "1") + text[1:]),
    "cut short": _header(lambda text: text[:63]),
    "with a line's end": _header(lambda text: text + "\n"),
    "one byte more": _content(lambda content: content + b"0"),
    "one byte less": _content(lambda content: content[:-1]),
    "another shop": _content(
        lambda content: content.replace(b"shop-id=", b"shop-id=x").replace(
            b'"shopId":"', b'"shopId":"x'
        )
    ),
    "nothing": _content(lambda content: b""),
}


@pytest.mark.parametrize("how", FORGERIES)
@pytest.mark.parametrize("one", REQUESTS, ids=NAMES)
def test_what_was_changed_on_the_way_is_not(one: Any, how: str) -> None:
    forged = FORGERIES[how](delivery(one))

    assert forged != delivery(one)
    assert not believed(one, forged)


@pytest.mark.parametrize("secret", [OTHER, "app-secret-la", "app-secret-lab "])
@pytest.mark.parametrize("one", REQUESTS, ids=NAMES)
def test_another_secret_opens_nothing(one: Any, secret: str) -> None:
    assert not believed(one, delivery(one), secret)


def test_no_secret_signs_nothing() -> None:
    given = Delivery("POST", "/", b"", {signatures.SHOP: signatures.sign("", b"x")}, b"x")

    for secrets in ([], [""]):
        with pytest.raises(
            BadDelivery, match=r"^This request is not signed with the shop's secret.$"
        ):
            signatures.check(given, secrets)
    said = "^This request is not signed with the secret that the two of us share.$"
    with pytest.raises(BadDelivery, match=said):
        signatures.query_signed_by("", signatures.SHOP, given)


def page(query: str, secret: str = "shop-secret", more: str = "") -> Delivery:
    signature = signatures.sign(secret, query.encode())
    whole = f"{query}&{signatures.SHOP}={signature}{more}"
    return Delivery("GET", "/shopware/admin", whole.encode(), {}, b"")


def test_a_page_in_the_shops_admin_is_signed_in_its_address() -> None:
    query = "shop-id=kx98&shop-url=http%3A%2F%2Fshop.example&timestamp=1795304968&new-in-6-8=yes"

    signatures.check(page(query), ["older", "shop-secret"])


@pytest.mark.parametrize(
    "given",
    [
        page("shop-id=kx98", "other"),
        page("shop-id=kx98", more="&shop-id=other"),
        page("shop-id=kx98", more="0"),
        page(f"shop-id=kx98&{signatures.SHOP}={'0' * 64}"),
        Delivery("GET", "/", b"shop-id=kx98", {signatures.SHOP: signatures.sign("shop-secret", b"shop-id=kx98")}, b""),
        Delivery("GET", "/", b"", {}, b""),
    ],
    ids=["another secret", "more behind it", "longer", "twice", "in a header", "nothing"],
)  # fmt: skip
def test_a_page_whose_address_was_changed_is_refused(given: Delivery) -> None:
    with pytest.raises(BadDelivery):
        signatures.check(given, ["shop-secret"])


def test_what_we_answer_is_signed_and_nothing_needs_no_signature() -> None:
    assert signatures.answered("test", b"Hello, World!") == {
        "shopware-app-signature": "52589bd80ccfa4acbb3f9512dfaf4f700fa5195008aae0b77a9e47dcca75beac"
    }
    assert signatures.answered("test", b"") == {}


def test_a_proxy_that_escapes_the_address_breaks_nothing() -> None:
    one = delivery(REQUESTS[0])
    escaped = one.query.replace(b"http://", b"http%3A%2F%2F")

    query = signatures.query_signed_by(APP, signatures.APP, replace(one, query=escaped))
    assert query == one.query
