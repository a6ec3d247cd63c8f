"""Whatever a shop, a plugin or a stranger sends: an answer or one of our errors, never a traceback."""

from __future__ import annotations

import contextlib
import copy
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.wire import Raw
from adapters.woocommerce import answers, deliveries, identity, load_document, translate
from adapters.woocommerce.address import shop_url
from connector.errors import BadDelivery, BadInput, StammkundeError, Unreadable
from connector.port import Delivery
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.test_deliveries import made

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DOCUMENT = load_document({})
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "-", "1e999", "NaN", "Infinity", "٣", "²", "\x00",
    "9" * 5000, [], {}, [None], [[]], [{}], {"id": None}, "2026-13-45T99:99:99", "0000-00-00T00:00:00",
]  # fmt: skip


def places(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every spot in a JSON value."""
    if path:
        yield path
    inner = thing.items() if isinstance(thing, dict) else enumerate(thing)
    for key, value in inner:
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


def changed(thing: Any, path: tuple[Any, ...], value: Any) -> Any:
    copied = copy.deepcopy(thing)
    spot = copied
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    return copied


@pytest.mark.parametrize(
    "name", ["order_with_coupon_and_fee", "order_after_full_refund", "wc8_2_order_with_coupon"]
)
def test_an_order_with_any_field_spoilt_is_read_or_unreadable(name: str) -> None:
    chance = random.Random(name)
    payload = recorded.body("orders", name)
    for path in places(payload):
        for odd in chance.sample(ODD, 8):
            with contextlib.suppress(Unreadable):
                translate.order(changed(payload, path, odd), [], DOCUMENT)


def test_a_refund_with_any_field_spoilt_is_read_or_unreadable() -> None:
    order = recorded.body("orders", "order_after_full_refund")
    refunds = recorded.body("refunds", "order_refunds_list")
    for path in places(refunds):
        for odd in ODD:
            spoilt = [each for each in changed(refunds, path, odd) if isinstance(each, dict)]
            with contextlib.suppress(Unreadable):
                translate.order(order, spoilt, DOCUMENT)


@pytest.mark.parametrize(
    ("folder", "name", "read"),
    [
        ("customers", "customer_get", lambda payload: translate.customer(payload, DOCUMENT)),
        ("products", "product_simple", translate.product),
    ],
)
def test_customers_and_products_with_any_field_spoilt_too(
    folder: str, name: str, read: Any
) -> None:
    payload = recorded.body(folder, name)
    for path in places(payload):
        for odd in ODD:
            with contextlib.suppress(Unreadable):
                read(changed(payload, path, odd))


@settings(max_examples=200, deadline=None)
@given(
    status=st.sampled_from([200, 201, 204, 304, 400, 401, 403, 404, 409, 410, 429, 500, 503]),
    body=st.one_of(st.binary(max_size=60), st.sampled_from([b"{}", b"[]", b"null", b'{"code":5}'])),
    header=st.text(max_size=30),
)
def test_any_answer_is_an_answer_or_one_of_our_errors(
    status: int, body: bytes, header: str
) -> None:
    headers = {"Retry-After": header, "Date": header, "X-WP-Total": header}

    with contextlib.suppress(StammkundeError):
        answers.read(Raw(status, headers, body), "GET /x", NOW)


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=80), topic=st.text(max_size=30), signed=st.booleans())
def test_any_delivery_is_changes_or_refused(body: bytes, topic: str, signed: bool) -> None:
    delivery = made(topic, body) if signed else Delivery("POST", "/", b"", {"a": topic}, body)

    with contextlib.suppress(BadDelivery):
        deliveries.changes(delivery, "hw-secret-ß1")


@settings(max_examples=200, deadline=None)
@given(header=st.one_of(st.text(max_size=80), st.text(max_size=80).map("Bearer {}".format)))
def test_any_token_is_somebody_or_refused(header: str) -> None:
    delivery = Delivery("GET", "/", b"", {"authorization": header}, b"")

    with contextlib.suppress(BadDelivery):
        identity.visitor(delivery, "https://shop.example", "s" * 40, NOW)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=40), st.text(max_size=40).map("https://{}".format)))
def test_any_address_is_https_or_refused(text: str) -> None:
    with contextlib.suppress(BadInput):
        assert shop_url(text).startswith(
            ("https://", "http://127.", "http://localhost", "http://[")
        )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from([*DOCUMENT, "states.paid", "typo"]),
    value=JSON_VALUES,
)
def test_any_document_is_checked_or_refused(name: str, value: Any) -> None:
    with contextlib.suppress(BadInput):
        once = load_document({name: value})
        assert load_document(once) == once
