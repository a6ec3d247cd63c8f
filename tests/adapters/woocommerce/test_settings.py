"""What an agency writes is checked word by word, and a fault names its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from adapters.woocommerce import load_document
from connector.errors import BadInput
from tests.adapters.documented import documented


def test_an_empty_document_is_a_shop_as_woocommerce_ships_it() -> None:
    document = load_document({})

    assert document["states"] == {
        "paid": ["processing", "completed"],
        "shipped": ["completed"],
        "delivered": [],
        "cancelled": ["cancelled", "failed", "trash"],
    }
    assert (document["overlap_seconds"], document["orders_since"]) == (120, None)


def test_a_checked_document_checks_to_itself() -> None:
    once = load_document(
        {"orders_since": date(2026, 1, 1), "test_orders": {"emails": ["Chef@Shop.example "]}}
    )

    assert load_document(once) == once
    assert once["orders_since"] == "2026-01-01"
    assert once["test_orders"]["emails"] == ["chef@shop.example"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"state": {}}, "state"),
        ({"states": {"payed": []}}, "states.payed"),
        ({"states": {"paid": "processing"}}, "states.paid"),
        ({"states": {"paid": [1]}}, "states.paid.0"),
        ({"states": []}, "states"),
        ({"fields": {"delivered": 7}}, "fields.delivered"),
        ({"orders_since": "soon"}, "orders_since"),
        ({"requests_per_second": 0}, "requests_per_second"),
        ({"requests_per_second": "5"}, "requests_per_second"),
        ({"overlap_seconds": -1}, "overlap_seconds"),
        ({"test_orders": {"emails": [""]}}, "test_orders.emails.0"),
    ],
)
def test_a_wrong_setting_is_named_with_its_path(given: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_document(given)

    assert f"{named}: " in str(caught.value)
    assert "apply again" in str(caught.value)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        load_document({"state": {}, "orders_since": "soon"})

    assert "state: " in str(caught.value)
    assert "'soon' was given" in str(caught.value)


@pytest.mark.parametrize("given", [None, [], "states", 5])
def test_a_document_that_is_no_mapping_is_refused(given: Any) -> None:
    with pytest.raises(BadInput, match="mapping"):
        load_document(given)


def test_the_documented_settings_are_the_defaults() -> None:
    written = documented("WooCommerce")

    assert load_document(written) == load_document({})
    assert set(written) == set(load_document({}))
