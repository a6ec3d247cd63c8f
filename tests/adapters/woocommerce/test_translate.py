"""Every recorded order, refund, customer and product reads as what the shop meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.woocommerce import translate
from adapters.woocommerce.settings import load_document
from connector.errors import Unreadable
from connector.port import Account, Guest, Order, Unknown
from tests.adapters.woocommerce import recorded

DOCUMENT = load_document({})
DAY = datetime(2026, 11, 21, tzinfo=UTC)


def order(name: str, refunds: Any = (), **document: Any) -> Order:
    return translate.order(recorded.body("orders", name), refunds, load_document(document))


def at(clock: str) -> datetime:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


# name: buyer, what was to pay, paid, shipped, cancelled
READ: dict[str, tuple[Any, int, datetime | None, datetime | None, datetime | None]] = {
    "order_after_customer_delete": (
        Guest("weg@example.com"), 1999, at("23:51:39"), at("23:51:39"), None,
    ),
    "order_after_full_refund": (Account("2"), 11737, at("23:35:23"), None, None),
    "order_after_partial_refund": (Account("2"), 11737, at("23:35:23"), None, None),
    "order_after_privacy_erasure": (Unknown(), 1999, at("23:51:35"), at("23:51:35"), None),
    "order_completed_with_native_review_request": (
        Account("2"), 1250, at("23:48:12"), at("23:48:12"), None,
    ),
    "order_delete_to_trash": (Account("3"), 1999, None, None, None),
    "order_from_block_checkout_guest": (Guest("gast2@example.com"), 3881, None, None, None),
    "order_from_block_checkout_registered": (Account("2"), 1774, at("23:44:54"), None, None),
    "order_guest_pending": (Guest("Gast@Example.com"), 1999, None, None, None),
    "order_other_currency": (Account("2"), 1999, at("23:51:29"), None, None),
    "order_prices_exclude_tax": (Account("2"), 2379, at("23:51:34"), None, None),
    "order_registered_processing": (Account("2"), 11737, at("23:35:23"), None, None),
    "order_status_to_refunded": (Account("3"), 1999, at("23:35:25"), None, None),
    "order_with_coupon_and_fee": (Account("2"), 6985, at("23:35:28"), None, None),
    "order_zero_decimals_jpy": (Account("2"), 60, at("23:51:31"), None, None),
    "status_auto-draft": (Account("3"), 1999, None, None, None),
    "status_cancelled": (Account("3"), 1999, None, None, at("23:35:26")),
    "status_checkout-draft": (Account("3"), 1999, None, None, None),
    "status_completed": (Account("3"), 1999, at("23:35:25"), at("23:35:25"), None),
    "status_failed": (Account("3"), 1999, None, None, at("23:35:27")),
    "status_on-hold": (Account("3"), 1999, None, None, None),
    "status_pending": (Account("3"), 1999, None, None, None),
    "status_processing": (Account("3"), 1999, at("23:35:24"), None, None),
    "status_refunded": (Account("3"), 1999, None, None, None),
    "wc8_2_order_after_partial_refund": (Account("2"), 5997, at("24:06:29"), None, None),
    "wc8_2_order_processing": (Account("2"), 5997, at("24:06:29"), None, None),
    "wc8_2_order_with_coupon": (Account("2"), 1499, at("24:06:32"), None, None),
}  # fmt: skip


@pytest.mark.parametrize("name", recorded.names("orders"))
def test_every_recorded_order_reads_as_the_shop_meant_it(name: str) -> None:
    seen = order(name)

    assert (
        seen.buyer,
        sum(line.net + line.tax for line in seen.lines) + seen.other,
        seen.paid_at,
        seen.shipped_at,
        seen.cancelled_at,
    ) == READ[name]


def test_every_line_of_an_order_says_what_was_paid_for_it() -> None:
    seen = order("order_with_coupon_and_fee")

    assert [(line.product, line.quantity, line.net, line.tax) for line in seen.lines] == [
        ("10", 3, 4724, 898),
        ("11", 1, 1051, 74),
    ]
    assert [line.discount for line in seen.lines] == [375, 125]  # 5 EUR off, tax included
    assert seen.other == 238  # gift wrap
    assert seen.voucher_codes == ("hw5eur",)


def test_a_variation_is_reported_as_its_product() -> None:
    assert [line.product for line in order("order_registered_processing").lines] == [
        "10", "11", "12",
    ]  # fmt: skip


def test_shipping_is_not_a_line() -> None:
    assert order("order_registered_processing").other == 490


def test_yen_have_no_cents() -> None:
    seen = order("order_zero_decimals_jpy")

    assert (seen.currency, seen.lines[0].net, seen.lines[0].tax) == ("JPY", 50, 10)


def test_erased_buyers_are_nobody_and_we_are_told() -> None:
    seen = order("order_after_privacy_erasure")

    assert (seen.buyer, seen.erased) == (Unknown(), True)
    assert not order("order_guest_pending").erased


def test_a_state_nobody_knows_proves_nothing() -> None:
    payload = recorded.body("orders", "status_completed") | {"status": "wc-teleported"}

    seen = translate.order(payload, [], DOCUMENT)
    assert (seen.paid_at, seen.shipped_at, seen.cancelled_at) == (None, None, None)


def test_a_state_of_a_plugin_counts_once_the_document_names_it() -> None:
    payload = recorded.body("orders", "status_processing") | {"status": "im-versand"}
    states = {"paid": ["processing", "im-versand"], "shipped": ["im-versand"]}

    seen = translate.order(payload, [], load_document({"states": states}))
    assert (seen.paid_at, seen.shipped_at) == (at("23:35:24"), at("23:35:24"))


def test_cash_on_delivery_keeps_its_day_when_somebody_edits_the_order() -> None:
    payload = recorded.body("orders", "order_from_block_checkout_registered")
    edited = payload | {"date_modified_gmt": "2026-12-24T10:00:00"}

    assert (
        translate.order(payload, [], DOCUMENT).paid_at
        == translate.order(edited, [], DOCUMENT).paid_at
    )


@pytest.mark.parametrize(
    "written",
    ["2026-11-24T12:00:00", "2026-11-24T13:00:00+01:00", "2026-11-24 12:00:00Z", "1795521600"],
)
def test_the_day_of_delivery_comes_from_the_field_the_document_names(written: str) -> None:
    payload = recorded.body("orders", "status_completed")
    payload["meta_data"] = [{"id": 1, "key": "_dhl_delivered", "value": written}]
    document = load_document({"fields": {"delivered": "_dhl_delivered"}})

    seen = translate.order(payload, [], document)
    assert seen.delivered_at == datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_an_unreadable_day_of_delivery_names_its_field() -> None:
    payload = recorded.body("orders", "status_completed")
    payload["meta_data"] = [{"id": 1, "key": "_delivered_at", "value": "gestern"}]

    with pytest.raises(Unreadable, match="_delivered_at") as caught:
        translate.order(payload, [], DOCUMENT)

    assert "gestern" not in str(caught.value)


def test_the_merchants_own_trials_earn_nothing() -> None:
    trials = {"emails": ["OTTO@example.com"]}

    assert order("status_completed", test_orders=trials).test
    assert order("order_registered_processing", test_orders={"payment_methods": ["bacs"]}).test
    assert not order("order_registered_processing", test_orders=trials).test


def test_only_channels_that_take_part_earn() -> None:
    assert order("status_completed", channels=["checkout", "store-api"]).test
    assert not order("order_from_block_checkout_guest", channels=["store-api"]).test


def test_a_referral_code_in_the_order_is_found() -> None:
    seen = order("order_registered_processing", fields={"referral": "_hw_ref"})

    assert seen.referral_code == "ABC"


@pytest.mark.parametrize(
    ("noted", "rate"),
    [("1.17085", "1.17085"), (1.25, "1.25"), (2, "2"), ("", None), ("0", None), ("-1", None),
     ("1,17", None), ("NaN", None), ({"USD": 1}, None)],
)  # fmt: skip
def test_the_rate_that_a_currency_plugin_noted_is_read(noted: Any, rate: str | None) -> None:
    payload = recorded.body("orders", "status_completed")
    payload["meta_data"] = [{"id": 1, "key": "_rate", "value": noted}]
    document = load_document({"fields": {"rate": "_rate"}})

    assert translate.order(payload, [], document).rate == (rate and Decimal(rate))


@pytest.mark.parametrize(
    ("changed", "product", "quantity", "discount"),
    [
        ({"quantity": 1.5}, "10", 2, 0),
        ({"product_id": 0}, "", 3, 0),
        ({"product_id": None}, "", 3, 0),
        ({"subtotal": "10.00", "subtotal_tax": "1.90"}, "10", 3, 0),
    ],
    ids=["by weight", "no product", "null product", "price raised by hand"],
)
def test_what_plugins_and_admins_do_to_a_line_is_read(
    changed: dict[str, Any], product: str, quantity: int, discount: int
) -> None:
    payload = recorded.body("orders", "order_registered_processing")
    payload["line_items"][0] |= changed

    line = translate.order(payload, [], DOCUMENT).lines[0]
    assert (line.product, line.quantity, line.discount) == (product, quantity, discount)
    assert line.net == 5039


def test_an_order_number_of_a_plugin_may_be_a_number() -> None:
    payload = recorded.body("orders", "order_registered_processing") | {"number": 2026001}

    assert translate.order(payload, [], DOCUMENT).number == "2026001"


BROKEN = {
    "total": "many",
    "currency": None,
    "status": ["completed"],
    "date_created_gmt": "yesterday",
    "customer_id": "two",
    "line_items": {"id": 1},
    "billing": "Erika",
    "id": True,
}


@pytest.mark.parametrize("field", BROKEN)
def test_an_unreadable_order_names_the_field_and_shows_no_value(field: str) -> None:
    payload = recorded.body("orders", "order_registered_processing") | {field: BROKEN[field]}

    with pytest.raises(Unreadable, match=field) as caught:
        translate.order(payload, [], DOCUMENT)

    assert "Erika" not in str(caught.value)


@pytest.mark.parametrize("name", ["customer_created", "customer_get"])
def test_a_customer_is_known_by_the_accounts_address(name: str) -> None:
    seen = translate.customer(recorded.body("customers", name), DOCUMENT)

    assert (seen.external_id, seen.email) == ("2", "Erika.Muster+tag@Example.com")
    assert (seen.first_name, seen.country, seen.group) == ("Erika", "DE", "customer")
    assert not seen.verified


def test_customers_without_names_and_addresses_are_read_too() -> None:
    listed = [
        translate.customer(item, DOCUMENT) for item in recorded.body("customers", "customers_list")
    ]
    gone = translate.customer(recorded.body("customers", "customer_deleted"), DOCUMENT)
    otto = translate.customer(recorded.body("customers", "customer_meta"), DOCUMENT)

    assert [customer.external_id for customer in listed] == ["2", "3"]
    assert (gone.email, gone.first_name, gone.country) == ("weg@example.com", "", "")
    assert otto.first_name == "Otto"


@pytest.mark.parametrize(
    ("name", "title"),
    [("product_simple", "Kaffee Röstung №1"), ("product_variable", "T-Shirt")],
)
def test_a_product_has_a_title_an_address_and_categories(name: str, title: str) -> None:
    seen = translate.product(recorded.body("products", name))

    assert (seen.title, seen.categories, seen.gift_card) == (title, ("15",), False)
    assert seen.url.startswith("https://")


def test_a_variation_asked_for_alone_can_be_read() -> None:
    assert translate.product(recorded.body("products", "product_variation")).title == "S"


def test_drafts_are_not_orders_yet() -> None:
    assert not translate.is_order(recorded.body("orders", "status_checkout-draft"))
    assert not translate.is_order(recorded.body("orders", "status_auto-draft"))
    assert translate.is_order(recorded.body("orders", "status_pending"))


@pytest.mark.parametrize("name", ["orders_list_page2", "orders_batch_create"])
def test_orders_in_lists_read_like_single_ones(name: str) -> None:
    found = recorded.body("lists", name)
    orders = found["create"] if isinstance(found, dict) else found

    seen = [translate.order(each, [], DOCUMENT) for each in orders if "error" not in each]
    assert seen
    assert all(each.lines for each in seen)


@pytest.mark.parametrize(
    ("typed", "day"),
    [("1990-02-28", (2, 28)), ("02-29", (2, 29)), ("1.2.1990", (2, 1)), ("23.04.", (4, 23)),
     ("19900423", (4, 23)), (" 2000-12-31 ", (12, 31)), ("1990-13-01", None), ("30.02.1990", None),
     ("gestern", None), ("", None), ("04/23/1990", None)],
)  # fmt: skip
def test_a_birthday_is_read_without_its_year(typed: str, day: tuple[int, int] | None) -> None:
    payload = recorded.body("customers", "customer_meta")
    payload["meta_data"] = [{"id": 40, "key": "born", "value": typed}]
    document = load_document({"fields": {"birthday": "born"}})

    assert translate.customer(payload, document).birthday == day


def test_an_account_says_since_when_it_exists() -> None:
    seen = translate.customer(recorded.body("customers", "customer_meta"), DOCUMENT)

    assert seen.registered_at is not None
    assert seen.birthday is None  # nobody said which field holds it
