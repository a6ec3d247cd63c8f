"""A page of the administration and a button in it are believed for their secret, their moment and their address."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.shopware import proof, signatures
from adapters.shopware.registration import FRESH, Access, Registration
from connector.errors import BadDelivery, Elsewhere, Outdated
from connector.port import Delivery
from tests.adapters.shopware.test_deliveries import NOW, SECRET, SHOP_ID, URL, raw

TIMELESS = "^The request says no time.$"
STALE = "^The request is too old, or the clocks differ.$"
KNOWN = Registration(SHOP_ID, live=Access(URL, SECRET, "SWIA", "k"))
STAMP = int(NOW.timestamp())


def page(secret: str = SECRET, **changes: str) -> Delivery:
    said = {
        "shop-id": SHOP_ID,
        "shop-url": URL,
        "timestamp": str(STAMP),
        "sw-version": "",
    } | changes
    query = urlencode(said)
    whole = f"{query}&{signatures.SHOP}={signatures.sign(secret, query.encode())}"
    return Delivery("GET", "/connect/shopware/demo/panel", whole.encode(), {}, b"")


def button(**changes: Any) -> Delivery:
    said = {"source": {"url": URL, "shopId": SHOP_ID}, "meta": {"timestamp": STAMP}} | changes
    return raw(json.dumps(said).encode())


def test_a_page_says_what_was_signed_and_what_is_empty_too() -> None:
    found = proof.asked(page(), KNOWN, NOW)

    assert found["shop-url"] == URL
    assert found["sw-version"] == ""


def test_a_page_of_a_shop_whose_address_ends_in_a_slash_is_its_own() -> None:
    assert proof.asked(page(**{"shop-url": URL + "/"}), KNOWN, NOW)


def test_a_page_says_words_that_nobody_can_read_and_is_the_shops_own() -> None:
    query = urlencode({"shop-id": SHOP_ID, "shop-url": URL, "timestamp": STAMP}).encode()
    query += b"&sw-version=\xff"
    whole = query + f"&{signatures.SHOP}={signatures.sign(SECRET, query)}".encode()

    assert proof.asked(Delivery("GET", "/", whole, {}, b""), KNOWN, NOW)["sw-version"] == "\ufffd"


def test_an_address_may_end_in_any_letter() -> None:
    known = replace(KNOWN, live=Access(URL + "/X", SECRET, "SWIA", "k"))

    assert proof.asked(page(**{"shop-url": URL + "/X/"}), known, NOW)


def test_a_page_may_be_signed_with_the_secret_before_for_a_minute() -> None:
    before = replace(KNOWN, previous="p" * 96, rotated_at=NOW)

    assert proof.asked(page("p" * 96), before, NOW + timedelta(seconds=59))
    with pytest.raises(Outdated):
        proof.asked(page("p" * 96), before, NOW + timedelta(seconds=60))


@pytest.mark.parametrize(
    "moment", ["", "now", "-1795348800", "0", "1795348800.0", "१७९५३४८८००", str(STAMP) + "00", "9" * 5000]
)  # fmt: skip
def test_a_page_without_a_usable_moment_is_refused(moment: str) -> None:
    old = moment == "0"
    with pytest.raises(BadDelivery, match=STALE if old else TIMELESS):
        proof.asked(page(timestamp=moment), KNOWN, NOW)


def test_a_page_that_says_no_moment_at_all_is_told_so() -> None:
    query = urlencode({"shop-id": SHOP_ID, "shop-url": URL})
    whole = f"{query}&{signatures.SHOP}={signatures.sign(SECRET, query.encode())}"

    with pytest.raises(BadDelivery, match=TIMELESS):
        proof.asked(Delivery("GET", "/", whole.encode(), {}, b""), KNOWN, NOW)


def just(seconds: int) -> datetime:
    return NOW + seconds / abs(seconds) * FRESH + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [1, -1])
def test_ten_minutes_are_fresh_and_a_second_more_is_not(seconds: int) -> None:
    edge = just(seconds) - timedelta(seconds=seconds)

    assert proof.asked(page(), KNOWN, edge)
    assert proof.said(button(), KNOWN, edge)
    for stale in (proof.asked, proof.said):
        with pytest.raises(BadDelivery, match=STALE):
            stale(page() if stale is proof.asked else button(), KNOWN, just(seconds))


@pytest.mark.parametrize("seconds", [1, -1])
def test_half_a_second_more_is_not_fresh_either(seconds: int) -> None:
    late = just(seconds) - timedelta(seconds=seconds / 2)

    with pytest.raises(BadDelivery, match=STALE):
        proof.said(button(), KNOWN, late)


@pytest.mark.parametrize(
    "moment", [None, "1795348800", True, 1.5, 0, -STAMP, 1 << 40, 1 << 4000, {}]
)
def test_a_button_without_a_usable_moment_is_refused(moment: Any) -> None:
    says = STALE if type(moment) is int else TIMELESS
    with pytest.raises(BadDelivery, match=says):
        proof.said(button(meta={"timestamp": moment}), KNOWN, NOW)


@pytest.mark.parametrize(
    ("changes", "where"),
    [({"shop-url": "https://staging.example"}, "https://staging.example"), ({"shop-id": "other"}, URL),
     ({"shop-url": "https://x.example/" + "x" * 500}, "https://x.example/" + "x" * 182)],
    ids=["address", "id", "long"],
)  # fmt: skip
def test_a_page_of_a_copy_is_told_from_the_shops_own(changes: dict[str, str], where: str) -> None:
    with pytest.raises(Elsewhere) as copy:
        proof.asked(page(**changes), KNOWN, NOW)

    assert copy.value.url == where


def test_a_page_that_says_no_address_is_no_page_of_this_shop() -> None:
    query = urlencode({"shop-id": SHOP_ID, "timestamp": STAMP})
    whole = f"{query}&{signatures.SHOP}={signatures.sign(SECRET, query.encode())}"

    with pytest.raises(Elsewhere) as copy:
        proof.asked(Delivery("GET", "/", whole.encode(), {}, b""), KNOWN, NOW)
    assert copy.value.url == ""


def test_another_secret_shows_no_page() -> None:
    with pytest.raises(BadDelivery, match="not signed"):
        proof.asked(page("s" * 95), KNOWN, NOW)


@pytest.mark.parametrize("source", [None, [], "shop", 7], ids=repr)
def test_a_genuine_request_that_does_not_say_whose_it_is_says_nothing(source: Any) -> None:
    assert proof.said(button(source=source), KNOWN, NOW) == {}


def test_whether_a_secret_signed_it_is_answered_without_a_word() -> None:
    assert proof.signed_by(page(), SECRET) is True
    assert proof.signed_by(page(), "s" * 95) is False
