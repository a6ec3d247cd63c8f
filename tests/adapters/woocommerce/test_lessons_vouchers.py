"""What two real shops taught about coupons: lessons 15 to 19; the others are in `test_lessons`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import responses

from adapters.woocommerce import vouchers
from connector.errors import Refused
from connector.port import Voucher
from connector.values import Money
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Shop
from tests.adapters.woocommerce.test_client import SHOP, client
from tests.adapters.world import address

EUR = "EUR"
LATER = date(2027, 1, 31)
API = f"{SHOP}/wp-json/wc/v3"


def voucher(code: str, **wanted: Any) -> Voucher:
    plain = Voucher(code, LATER, amount=Money(500, EUR))
    return replace(plain, **wanted)


# Lesson 15: an address WooCommerce does not like is dropped, and the code is everybody's.
def test_a_personal_code_that_came_out_for_everybody_is_deleted() -> None:
    dropped = recorded.body("coupons", "surprising_coupon_bad_email")
    with responses.RequestsMock() as shop:
        shop.post(f"{API}/coupons", json=dropped, status=201)
        shop.get(f"{API}/coupons", json=[dropped])
        deleted = shop.delete(f"{API}/coupons/50", json=dropped)

        with pytest.raises(Refused, match="email_restrictions"):
            vouchers.ensure(client(), voucher("bademail", email="foo@example.com"), EUR)
    assert deleted.call_count == 1


# Lesson 15: umlauts in the domain travel as punycode; before the @ they are refused.
def test_umlauts_never_turn_into_another_address(shop: Shop) -> None:
    platform = shop.open()
    platform.ensure_voucher(voucher("IDN-1", email="A@Bücher.example"))

    (made_,) = shop.rest("GET", "/coupons?code=idn-1")
    assert made_["email_restrictions"] == ["a@xn--bcher-kva.example"]
    for bad in ("käse@example.com", "*@example.com", "nobody", "@example.com", "a b@example.com"):
        with pytest.raises(Refused):
            platform.ensure_voucher(voucher("IDN-2", email=bad))
    assert shop.rest("GET", "/coupons?code=idn-2") == []


# Lesson 16: five creations at once made two coupons with one code.
def test_two_coupons_with_one_code_become_one(shop: Shop) -> None:
    platform = shop.open()
    platform.ensure_voucher(voucher("TWIN"))
    shop.habits(duplicate_coupon={"times": 1})
    platform.ensure_voucher(voucher("TWIN"))

    assert len(shop.rest("GET", "/coupons?code=twin")) == 1


# Lesson 16: and taking the code back takes both.
def test_revoking_a_doubled_code_leaves_none(shop: Shop) -> None:
    for _ in range(2):
        shop.habits(duplicate_coupon={"times": 1})
        shop.rest("POST", "/coupons", {"code": "twin-2", "amount": "5"})
    assert len(shop.rest("GET", "/coupons?code=twin-2")) == 2
    shop.open().revoke_voucher("TWIN-2")

    assert shop.rest("GET", "/coupons?code=twin-2") == []


# Lesson 16: several workers at once, one code in the end.
def test_a_code_asked_for_by_several_at_once_exists_once(shop: Shop) -> None:
    with ThreadPoolExecutor(5) as pool:
        for done in [pool.submit(shop.open().ensure_voucher, voucher("RACE")) for _ in range(5)]:
            done.result()

    assert len(shop.rest("GET", "/coupons?code=race")) == 1


# Lesson 17: a bare date kills the code when its last day begins, and GMT is ignored.
def test_a_voucher_works_until_the_last_second_of_its_last_day(shop: Shop) -> None:
    shop.open().ensure_voucher(voucher("LAST-DAY"))

    (made_,) = shop.rest("GET", "/coupons?code=last-day")
    assert made_["date_expires"] == "2027-01-31T23:59:59"
    assert made_["date_expires_gmt"] == "2027-01-31T22:59:59"


# Lesson 18: limits count from the pending order on, and `individual_use` is not enforced by REST.
def test_a_voucher_works_once_and_alone(shop: Shop) -> None:
    shop.open().ensure_voucher(voucher("ONCE"))

    (made_,) = shop.rest("GET", "/coupons?code=once")
    assert (made_["usage_limit"], made_["individual_use"]) == (1, True)


# Lesson 18: a code that was used in the meantime is still the code we asked for.
def test_a_used_voucher_asked_for_again_is_left_alone(shop: Shop) -> None:
    platform = shop.open()
    platform.ensure_voucher(voucher("USED"))
    shop.order(email=address(), coupon_lines=[{"code": "USED"}])
    platform.ensure_voucher(voucher("USED"))

    (made_,) = shop.rest("GET", "/coupons?code=used")
    assert made_["usage_count"] == 1


# Lesson 19: a bound code asks guests for their address first; so binding is the caller's choice.
def test_a_voucher_is_bound_to_nobody_unless_asked(shop: Shop) -> None:
    shop.open().ensure_voucher(voucher("FREE-FOR-ALL"))

    (made_,) = shop.rest("GET", "/coupons?code=free-for-all")
    assert made_["email_restrictions"] == []
