"""What was given back, of which line, and how much without saying for what."""

from __future__ import annotations

import pytest

from adapters.woocommerce import translate
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.test_translate import DOCUMENT, order


def test_a_refund_names_the_line_and_the_rest_stays_loose() -> None:
    seen = order("order_after_full_refund", recorded.body("refunds", "order_refunds_list"))

    coffee = seen.lines[0]
    assert (coffee.refunded_net, coffee.refunded_tax) == (3360, 638)
    assert seen.refunded_loose == 7739
    back = seen.refunded_loose + 3360 + 638
    assert back == sum(line.net + line.tax for line in seen.lines) + seen.other


@pytest.mark.parametrize(
    ("name", "net", "tax", "loose"),
    [
        ("refund_partial_amount_only", 0, 0, 500),
        ("refund_partial_line", 1680, 319, 0),
        ("refund_remaining", 0, 0, 7239),
        ("surprising_refund_line_without_amount", 1680, 319, 0),
        ("surprising_refund_zero", 0, 0, 0),
        ("surprising_refund_delete_without_force", 0, 0, 1999),
        ("wc8_2_refund_partial_line", 1680, 319, 0),
    ],
)
def test_every_recorded_refund_is_counted_once(name: str, net: int, tax: int, loose: int) -> None:
    seen = order("order_registered_processing", [recorded.body("refunds", name)])

    first = seen.lines[0]
    assert (first.refunded_net, first.refunded_tax, seen.refunded_loose) == (net, tax, loose)
    assert seen.refunded_other == 0


def test_the_list_of_all_refunds_reads_like_an_orders_own() -> None:
    newest = recorded.body("refunds", "refunds_list_top_level")

    seen = order("order_registered_processing", newest)
    assert seen.lines[0].refunded_net == 3360


def test_refunded_shipping_and_fees_are_not_goods() -> None:
    refund = recorded.body("refunds", "refund_partial_amount_only") | {
        "amount": "7.28",
        "shipping_lines": [{"id": 4, "total": "-4.12", "total_tax": "-0.78"}],
        "fee_lines": [{"id": 9, "total": "-2.00", "total_tax": "-0.38"}],
    }

    seen = order("order_registered_processing", [refund])
    assert (seen.refunded_other, seen.refunded_loose) == (728, 0)


def test_a_refund_whose_lines_claim_more_than_its_amount_counts_by_its_amount() -> None:
    refund = recorded.body("refunds", "refund_partial_line") | {"amount": "5.00"}

    seen = order("order_registered_processing", [refund])
    assert (seen.lines[0].refunded_net, seen.refunded_loose) == (0, 500)


def test_a_refund_for_a_line_that_is_gone_still_counts() -> None:
    payload = recorded.body("orders", "order_registered_processing")
    payload["line_items"] = payload["line_items"][1:]

    seen = translate.order(payload, [recorded.body("refunds", "refund_partial_line")], DOCUMENT)
    assert seen.refunded_loose == 1999
