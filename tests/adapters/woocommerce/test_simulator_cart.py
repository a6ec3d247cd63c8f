"""The visitor's cart as the real shop's Store API behaves: nonces, minor units, a no with a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.woocommerce.simulator import coupons, customers, products
from adapters.woocommerce.simulator.shop import JSON
from tests.adapters.woocommerce.test_simulator_world import World

CART = "/wp-json/wc/store/v1/cart"


@pytest.fixture
def world() -> World:
    return World()


def nonce(world: World) -> dict[str, str]:
    return {"Nonce": world.client.get(CART).headers["Nonce"]}


def write(world: World, path: str, **body: Any) -> Any:
    return world.client.post(f"{CART}/{path}", json=body, headers=nonce(world))


def laid_in(world: World, price: str = "19.99", pieces: int = 1) -> int:
    number = int(products.create(world.shop, {"name": "Kaffee", "regular_price": price})["id"])
    assert write(world, "add-item", id=number, quantity=pieces).status_code == 200
    return number


def coupon(world: World, code: str = "treue-5", **more: Any) -> JSON:
    wanted = {"code": code, "amount": "5.00", "discount_type": "fixed_cart"} | more
    return coupons.create(world.shop, wanted)


def test_writing_without_a_nonce_is_refused_as_the_real_shop_refuses_it(world: World) -> None:
    answer = world.client.post(f"{CART}/apply-coupon", json={"code": "x"})

    assert (answer.status_code, answer.get_json()["code"]) == (
        401,
        "woocommerce_rest_missing_nonce",
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_visitors_nonce_is_invalid(world: World) -> None:
    theirs = nonce(world)
    world.client.delete_cookie("wp_woocommerce_session")
    answer = world.client.post(f"{CART}/apply-coupon", json={"code": "x"}, headers=theirs)

    assert (answer.status_code, answer.get_json()["code"]) == (
        403,
        "woocommerce_rest_invalid_nonce",
    )


def test_amounts_are_whole_minor_units(world: World) -> None:
    laid_in(world, "19.99", 3)
    coupon(world)
    cart = write(world, "apply-coupon", code="TREUE-5").get_json()

    assert cart["totals"] == {
        "total_items": "5997", "total_discount": "500", "total_price": "5497",
        "currency_code": "EUR", "currency_minor_unit": 2,
    }  # fmt: skip
    assert [each["code"] for each in cart["coupons"]] == ["treue-5"]


@pytest.mark.parametrize(
    ("code", "more", "said"),
    [
        ("nobody", {}, "Coupon &quot;nobody&quot; does not exist!"),
        ("treue-5", {"minimum_amount": "50.00"}, "The minimum spend for coupon"),
        ("treue-5", {"usage_limit": 1, "used": 1}, "Usage limit for coupon"),
        ("treue-5", {"email_restrictions": ["mia@example.com"]}, "Please enter a valid email"),
    ],
)
def test_a_no_is_a_400_with_the_shops_own_sentence(
    world: World, code: str, more: JSON, said: str
) -> None:
    laid_in(world)
    made = coupon(world, **{name: value for name, value in more.items() if name != "used"})
    made["usage_count"] = more.get("used", 0)
    answer = write(world, "apply-coupon", code=code)

    assert (answer.status_code, answer.get_json()["code"]) == (
        400, "woocommerce_rest_cart_coupon_error")  # fmt: skip
    assert said in answer.get_json()["message"]
    assert world.client.get(CART).get_json()["coupons"] == []


def test_a_code_that_stands_alone_pushes_others_out_and_lets_none_in(world: World) -> None:
    laid_in(world)
    for code, alone in (("first", False), ("second", True), ("third", False)):
        coupon(world, code, individual_use=alone, amount="1.00")
    assert write(world, "apply-coupon", code="first").status_code == 200
    assert write(world, "apply-coupon", code="second").status_code == 200

    assert write(world, "apply-coupon", code="third").status_code == 400
    assert [each["code"] for each in world.client.get(CART).get_json()["coupons"]] == ["second"]


def test_a_code_is_taken_out_once(world: World) -> None:
    laid_in(world)
    coupon(world)
    write(world, "apply-coupon", code="treue-5")

    assert write(world, "remove-coupon", code="treue-5").get_json()["coupons"] == []
    again = write(world, "remove-coupon", code="treue-5")
    assert (again.status_code, again.get_json()["code"]) == (
        409, "woocommerce_rest_cart_coupon_invalid_code")  # fmt: skip


def test_a_deleted_code_drops_out_of_the_cart_and_cannot_be_taken_out(world: World) -> None:
    laid_in(world)
    made = coupon(world)
    write(world, "apply-coupon", code="treue-5")
    coupons.delete(world.shop, made["id"], force=True)

    assert write(world, "remove-coupon", code="treue-5").status_code == 400
    assert world.client.get(CART).get_json()["coupons"] == []


def test_a_code_in_the_cart_is_used_by_the_visitors_next_order(world: World) -> None:
    number = laid_in(world)
    person = {"email": "mia@example.com", "first_name": "Mia", "last_name": "Berger"}
    who = customers.create(world.shop, person)["id"]
    world.client.post("/demo/login", data={"customer": who})
    write(world, "add-item", id=number)
    made = coupon(world)
    write(world, "apply-coupon", code="treue-5")
    world.client.post("/demo/order", data={"product": number, "quantity": 1})

    assert made["usage_count"] == 1
    assert world.shop.orders[max(world.shop.orders)]["coupon_lines"][0]["code"] == "treue-5"
