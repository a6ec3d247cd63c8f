"""What only the whole adapter shows: telling balances, comparing ids, and what stands in the way."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.shopware.shop import Shopware
from adapters.shopware.tokens import Tokens
from connector.errors import NotThere
from connector.port import Balance, Stream
from tests.adapters.shopware.simulated import Shop
from tests.adapters.world import address

NOBODY = "0" * 32


def custom_fields(shop: Shop, customer: str) -> Any:
    return shop.api("POST", "/search/customer", {"ids": [customer]})["data"][0]["customFields"]


def test_points_stand_beside_the_customer_and_what_else_stood_there_stays(shop: Shop) -> None:
    mia = shop.customer(address())
    shop.api("PATCH", f"/customer/{mia}", {"customFields": {"newsletter": "yes"}})

    shop.open().publish_balances([Balance(mia, 120, "gold")])
    assert custom_fields(shop, mia) == {
        "newsletter": "yes", "stammkunde_points": 120, "stammkunde_tier": "gold",
    }  # fmt: skip


def test_who_left_has_none(shop: Shop) -> None:
    mia = shop.customer(address())
    for points in (120, None):
        shop.open().publish_balances([Balance(mia, points)])

    assert custom_fields(shop, mia)["stammkunde_points"] is None


def test_one_customer_who_is_gone_does_not_hold_up_the_others(shop: Shop) -> None:
    mia = shop.customer(address())
    shop.open().publish_balances([Balance(NOBODY, 5), Balance(mia, 7), Balance("none", 9)])

    assert custom_fields(shop, mia)["stammkunde_points"] == 7


def test_telling_nobody_asks_nothing(shop: Shop) -> None:
    shop.habits(lost_access=True)

    shop.open().publish_balances([])
    assert list(shop.open().missing(Stream.ORDERS, [])) == []


def test_what_the_shop_no_longer_has_is_named(shop: Shop) -> None:
    kept, gone = shop.order(), shop.order()
    shop.act(gone, "delete")
    mia = shop.customer(address())

    platform = shop.open()
    assert list(platform.missing(Stream.ORDERS, [kept, gone, NOBODY])) == [gone, NOBODY]
    assert list(platform.missing(Stream.CUSTOMERS, [mia, NOBODY])) == [NOBODY]


@pytest.mark.parametrize("how", ["guest", "unconfirmed", "gone"])
def test_who_has_no_account_is_not_there(shop: Shop, how: str) -> None:
    if how == "guest":
        customer = shop.control("POST", "/customers", {"email": address(), "guest": True})["id"]
    elif how == "unconfirmed":
        customer = shop.customer(address(), double_opt_in=True)
    else:
        customer = shop.customer(address())
        shop.control("POST", f"/customers/{customer}/delete")

    with pytest.raises(NotThere):
        shop.open().customer(customer)


def test_a_deleted_customer_leaves_his_order_under_his_address(shop: Shop) -> None:
    email = address()
    mia = shop.customer(email)
    order = shop.order(customer_id=mia)
    shop.control("POST", f"/customers/{mia}/delete")

    assert getattr(shop.open().order(order).buyer, "email", "") == email


def test_a_personal_link_carries_its_code_as_shopware_notes_it(shop: Shop) -> None:
    facts = shop.open().facts()
    order = shop.order(customer_id=shop.customer(address()))
    shop.api("PATCH", f"/order/{order}", {"affiliateCode": "SQYF57ST"})

    assert facts.referral_parameter == "affiliateCode"
    assert shop.open().order(order).referral_code == "SQYF57ST"


# ------------------------------------------------------------------ what stands in the way


def findings(shop: Shop, *rights: str, **document: Any) -> dict[str, str]:
    """By code, for an access key with these rights; with all if none is named."""
    settings = shop.settings(**document)
    if rights:
        made = shop.control("POST", "/integrations", {"privileges": list(rights)})
        new = {"key": made["client_id"], "key_secret": made["client_secret"]}
        settings.value["credentials"] |= new
    return {one.code: one.what for one in Shopware(settings, tokens=Tokens()).preflight()}


READING = (
    "order", "order_customer", "order_line_item", "order_transaction", "order_transaction_capture",
    "order_transaction_capture_refund", "order_transaction_capture_refund_position", "order_delivery",
    "order_address", "state_machine_state", "currency", "language", "locale", "sales_channel",
    "sales_channel_domain", "product", "product_media", "media", "customer", "customer_address", "country",
    "promotion", "promotion_individual_code",
)  # fmt: skip


def test_an_access_key_alone_is_said_to_be_less_than_the_app(shop: Shop) -> None:
    assert list(findings(shop)) == ["no_app"]


def test_a_right_that_is_missing_is_named(shop: Shop) -> None:
    reading = [f"{each}:read" for each in READING if each != "order_delivery"]
    found = findings(shop, *reading)

    assert "order_delivery:read" in found["missing_privilege"]


@pytest.mark.parametrize("kind", ["clock", "unknown_channel", "wrong_key"])
def test_what_stands_in_the_way_has_a_name(shop: Shop, kind: str) -> None:
    if kind == "clock":
        shop.habits(clock_offset_seconds=4000)
    if kind == "wrong_key":
        shop.habits(lost_access=True)
    document = {"channels": ["Amazon"]} if kind == "unknown_channel" else {}

    assert kind in findings(shop, **document)


def test_whoever_looks_again_sees_what_is_true_now(own_shop: Shop) -> None:
    """Neither a refusal of a moment ago nor a token from before answers for the shop."""
    platform = Shopware(own_shop.settings(), tokens=Tokens())

    def seen() -> set[str]:
        return {one.code for one in platform.preflight()}

    assert seen() == {"no_app"}
    own_shop.habits(lost_access=True)
    assert seen() == {"wrong_key"}
    own_shop.good_again()
    assert seen() == {"no_app"}


def test_a_shop_that_is_down_is_a_finding_and_no_error(shop: Shop) -> None:
    shop.habits(busy={"status": 503, "times": 20})

    assert "shop_down" in findings(shop)
