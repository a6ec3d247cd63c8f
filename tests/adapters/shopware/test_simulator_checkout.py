"""The demo storefront's cart, checkout, account and session: as in Shopware, by the rules of any order."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from adapters.shopware.simulator import texts
from tests.adapters.shopware.test_simulator_promotions import rule
from tests.adapters.shopware.test_simulator_world import JSON, VERSIONS, World
from tests.adapters.shopware.visiting import GUEST, Visitor, lay_in, parcel

CODE = "LOYAL-7K2M"


@pytest.fixture
def world() -> World:
    return World(shop="small")


@pytest.fixture
def mia(world: World) -> Visitor:
    visitor = Visitor(world)
    visitor.log_in("Mia")
    return visitor


@pytest.fixture
def stranger(world: World) -> Visitor:
    return Visitor(world)


def order(world: World, row: str) -> JSON:
    return world.shop.store.rows["order"][row]


def codes(visitor: Visitor) -> list[str]:
    lines = visitor.cart()["lineItems"]
    return [line["payload"]["code"] for line in lines if line["type"] == "promotion"]


def total(visitor: Visitor) -> Any:
    return visitor.cart()["price"]["totalPrice"]


def flash(name: str, code: str) -> str:
    return texts.DE[f"flash.{name}"].format(code=code)


# ------------------------------------------------------------------ the cart


def test_what_is_laid_in_is_changed_and_taken_out_again(stranger: Visitor) -> None:
    stranger.lay(0, pieces=2)
    stranger.lay(1)
    stranger.lay(0)
    seen = [total(stranger)]
    stranger.post(f"/checkout/line-item/change-quantity/{stranger.product(0)}", quantity="1")
    seen.append(total(stranger))
    stranger.post(f"/checkout/line-item/delete/{stranger.product(0)}")
    seen.append(total(stranger))
    stranger.post(f"/checkout/line-item/change-quantity/{stranger.product(1)}", quantity="0")

    assert seen == [67.1, 41.3, 28.4]  # with 3.90 for sending it
    assert stranger.cart()["lineItems"] == []
    assert texts.DE["cart_empty"] in stranger.page("/checkout/cart")


def test_a_cart_belongs_to_one_browser(world: World, stranger: Visitor) -> None:
    stranger.lay()

    assert Visitor(world).cart()["lineItems"] == []


def test_a_cart_comes_along_when_somebody_logs_in_and_waits_for_the_next_login(
    world: World, mia: Visitor
) -> None:
    mia.lay(1)
    mia.get("/account/logout")
    assert mia.cart()["lineItems"] == []
    mia.lay(0)
    mia.log_in("Mia")

    assert {line["id"] for line in mia.cart()["lineItems"]} == {mia.product(0), mia.product(1)}


@pytest.mark.parametrize("pieces", ["-3", "0", "x", "1000000"])
def test_a_silly_number_of_pieces_is_no_trouble(stranger: Visitor, pieces: str) -> None:
    stranger.post(
        "/checkout/line-item/add", **{f"lineItems[{stranger.product()}][quantity]": pieces}
    )
    stranger.post("/checkout/line-item/add", **{"lineItems[" + "0" * 32 + "][quantity]": "1"})

    assert all(1 <= line["quantity"] <= 99 for line in stranger.cart()["lineItems"])


# ------------------------------------------------------------------ codes


def test_a_code_takes_something_off_and_can_be_taken_out(world: World, mia: Visitor) -> None:
    world.promotion(CODE)
    mia.lay(1)
    page = mia.code("loyal-7k2m")
    line = next(line for line in mia.cart()["lineItems"] if line["type"] == "promotion")

    assert flash("code-added", "loyal-7k2m") in page
    assert flash("code-added", "loyal-7k2m") not in mia.page("/checkout/cart")
    assert (codes(mia), total(mia)) == ([CODE], 23.4)
    mia.post(f"/checkout/line-item/delete/{line['id']}")
    assert (codes(mia), total(mia)) == ([], 28.4)


def test_a_code_that_nothing_knows_is_refused_and_forgotten(stranger: Visitor) -> None:
    stranger.lay()
    page = stranger.code("<b>nix</b>")

    assert "&lt;b&gt;nix&lt;/b&gt; gibt es nicht" in page
    assert "<b>nix" not in page
    assert "nix" not in stranger.page("/checkout/cart")


def test_a_code_for_a_bigger_cart_waits_and_says_so(world: World, mia: Visitor) -> None:
    world.promotion(CODE, cartRules=[{"id": rule(world, "cartGoodsPrice", 40)}])
    mia.lay(1)
    small = [mia.code(CODE), mia.page("/checkout/offcanvas")]
    mia.lay(1)

    assert [page.count(flash("promotion-not-eligible", CODE)) for page in small] == [1, 1]
    assert flash("promotion-not-eligible", CODE) not in mia.page("/checkout/cart")
    assert (codes(mia), total(mia)) == ([CODE], 47.9)


def test_somebody_elses_voucher_takes_nothing_off(world: World, mia: Visitor) -> None:
    jonas = next(
        row for row in world.shop.store.rows["customer"].values() if row["firstName"] == "Jonas"
    )
    world.promotion(CODE, customerRestriction=True, personaCustomers=[{"id": jonas["id"]}])
    mia.lay(1)

    assert flash("promotion-not-eligible", CODE) in mia.code(CODE)
    assert codes(mia) == []


def test_two_codes_of_one_promotion_do_not_break_the_cart(world: World, mia: Visitor) -> None:
    world.promotion(CODE, "LOYAL-OTHER")
    mia.lay(1)
    mia.code(CODE)

    assert flash("error", "") in mia.code("LOYAL-OTHER")
    assert (codes(mia), total(mia)) == ([CODE], 23.4)


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/account", ""])
def test_a_form_leads_to_no_other_place_than_the_shop_knows(mia: Visitor, where: str) -> None:
    mia.lay()
    answer = mia.post("/checkout/promotion/add", code="x", redirectTo=where)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/checkout/cart")


# ------------------------------------------------------------------ ordering


def test_an_order_costs_what_the_cart_said_and_uses_the_code_up(world: World, mia: Visitor) -> None:
    world.promotion(CODE)
    mia.lay(1)
    mia.lay(5, pieces=2)
    mia.code(CODE)
    said = total(mia)
    rung: list[str] = []
    world.shop.ring = lambda events: rung.extend(event.name for event in events)
    row = mia.order()

    assert order(world, row)["amountTotal"] == said == 65.4
    assert "checkout.order.placed" in rung
    assert world.found("promotion-individual-code")[0]["payload"]["orderId"] == row
    assert (codes(mia), mia.cart()["lineItems"]) == ([], [])
    mia.lay(1)
    assert flash("promotion-not-found", CODE) in mia.code(CODE)


def test_a_code_for_everybody_has_to_be_put_into_the_next_cart_again(
    world: World, mia: Visitor
) -> None:
    world.promotion(useIndividualCodes=False, code="ALLE")
    mia.lay(1)
    mia.code("alle")
    row = mia.order()
    mia.lay(1)

    assert (order(world, row)["amountTotal"], total(mia)) == (23.4, 28.4)


def test_a_guest_becomes_a_customer_of_its_own_each_time(world: World) -> None:
    lay_in(world, parcel())
    found = []
    for _ in range(2):
        guest = Visitor(world)
        assert guest.token().status_code == 400
        guest.lay()
        row = guest.order(**GUEST)
        found.append(world.found("order", ids=[row], associations={"orderCustomer": {}})[0])
        assert guest.token().status_code == 200
        assert guest.get("/account").headers["Location"] == "/account/login"
        assert "Ines" not in guest.page("/account/login")
    people = {one["orderCustomer"]["customerId"] for one in found}

    assert len(people) == 2
    assert all(world.shop.store.rows["customer"][row]["guest"] for row in people)


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"last_name": " "}, {"email": ""}])
def test_a_guest_without_an_address_orders_nothing(
    world: World, stranger: Visitor, wrong: dict[str, str]
) -> None:
    stranger.lay()
    before = len(world.shop.store.rows["order"]), len(world.shop.store.rows["customer"])
    answer = stranger.post("/checkout/order", **(GUEST | wrong))

    assert answer.headers["Location"] == "/checkout/confirm"
    assert texts.DE["flash.address"] in stranger.page("/checkout/confirm")
    assert before == (len(world.shop.store.rows["order"]), len(world.shop.store.rows["customer"]))


def test_an_empty_cart_is_no_order(world: World, mia: Visitor) -> None:
    before = len(world.shop.store.rows["order"])

    assert mia.post("/checkout/order").headers["Location"] == "/checkout/cart"
    assert mia.get("/checkout/confirm").headers["Location"] == "/checkout/cart"
    assert len(world.shop.store.rows["order"]) == before


def test_the_page_after_ordering_is_shown_to_the_buyer_alone(world: World, mia: Visitor) -> None:
    mia.lay()
    path = f"/checkout/finish?orderId={mia.order()}"
    aylin = Visitor(world)
    aylin.log_in("Aylin")

    assert texts.DE["thanks"] in mia.page(path)
    assert aylin.get(path).headers["Location"] == "/checkout/cart"
    assert Visitor(world).get(path).headers["Location"] == "/account/login"


def test_a_recommendation_stays_in_the_session_and_ends_at_the_order(
    world: World, stranger: Visitor
) -> None:
    stranger.get("/?affiliateCode=K7QP2M9X")
    stranger.get("/?affiliateCode=%3Cscript%3E")
    stranger.lay()

    assert order(world, stranger.order(**GUEST))["affiliateCode"] == "K7QP2M9X"


# ------------------------------------------------------------------ who is there


def test_a_stranger_proves_nothing_and_gets_no_cookie(world: World, stranger: Visitor) -> None:
    lay_in(world, parcel())
    answers = [stranger.get("/"), stranger.get("/checkout/cart"), stranger.token()]

    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)
    assert not any("Set-Cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize("domain", ["", "/en"])
def test_the_shop_says_to_the_app_who_is_logged_in(world: World, domain: str) -> None:
    lay_in(world, parcel())
    visitor = Visitor(world, domain)
    row = visitor.log_in("Mia")["id"]
    answer = visitor.token()
    body = answer.get_json()["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))

    assert claims["customerId"] == row
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_session_is_for_the_shop_alone_and_new_with_every_login(mia: Visitor) -> None:
    before = mia.http.get_cookie("session-")
    answer = mia.post("/account/login", customer=mia.world.shop.brand.people[1])
    again = answer.headers["Set-Cookie"]

    assert all(word in again for word in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert before is not None
    assert before.value not in again
    assert before.value not in mia.world.front.sessions


def test_logging_out_ends_it(world: World, mia: Visitor) -> None:
    lay_in(world, parcel())
    assert mia.token().status_code == 200
    mia.get("/account/logout")

    assert mia.token().status_code == 400
    assert mia.get("/account").headers["Location"] == "/account/login"


def test_one_click_leads_into_the_shown_accounts_only(world: World, stranger: Visitor) -> None:
    row = world.ada()

    assert stranger.post("/account/login", customer=row).headers["Location"] == "/account/login"
    assert stranger.get("/account").headers["Location"] == "/account/login"


def test_somebody_new_registers_and_has_no_order_yet(world: World, stranger: Visitor) -> None:
    rung: list[str] = []
    world.shop.ring = lambda events: rung.extend(event.name for event in events)
    stranger.post("/account/register")

    assert "checkout.customer.register" in rung
    assert texts.DE["no_orders"] in stranger.page("/account")


# ------------------------------------------------------------------ behind the scenes


def test_an_order_goes_its_way_behind_the_scenes(world: World, mia: Visitor) -> None:
    mia.lay()
    row = mia.order()
    rung: list[str] = []
    world.shop.ring = lambda events: rung.extend(event.name for event in events)
    seen = []
    for action in ("pay", "ship", "deliver", "refund"):
        answer = mia.post(f"/demo/orders/{row}/{action}")
        assert answer.headers["Location"] == f"/account#order-{row}"
        seen.append(mia.page("/account").partition(f'id="order-{row}"')[2].partition("</li>")[0])

    states = ["status.paid", "status.shipped", "status.completed", "status.refunded"]
    assert [texts.DE[state] in text for state, text in zip(states, seen, strict=True)] == [True] * 4
    entered = [name.removeprefix("state_enter.") for name in rung if name.startswith("state_enter")]
    assert entered == [
        "order_transaction.state.paid", "order_delivery.state.shipped", "order.state.in_progress",
        "order.state.completed", "order_transaction.state.refunded",
    ]  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_sells_and_delivers(version: str) -> None:
    mia = Visitor(World(version, "small"))
    mia.log_in("Mia")
    mia.lay()
    row = mia.order()
    for action in ("pay", "deliver"):
        mia.post(f"/demo/orders/{row}/{action}")

    assert texts.DE["status.completed"] in mia.page(f"/checkout/finish?orderId={row}")


def test_a_guest_acts_on_the_page_after_ordering(world: World, stranger: Visitor) -> None:
    stranger.lay()
    row = stranger.order(**GUEST)
    answer = stranger.post(f"/demo/orders/{row}/pay")

    assert answer.headers["Location"] == f"/checkout/finish?orderId={row}"
    assert texts.DE["status.paid"] in stranger.page(answer.headers["Location"])


def test_nobody_touches_the_orders_of_others(world: World, mia: Visitor) -> None:
    rows = list(world.shop.store.rows["order"])
    before = {row: order(world, row)["stateId"] for row in rows}
    mine = world.found(
        "order-customer", filter=[{"type": "equals", "field": "firstName", "value": "Mia"}]
    )
    for row in rows:
        if row not in {note["orderId"] for note in mine}:
            mia.post(f"/demo/orders/{row}/cancel")
            Visitor(world).post(f"/demo/orders/{row}/cancel")

    assert {row: order(world, row)["stateId"] for row in rows} == before


def test_what_the_state_does_not_allow_is_not_done(world: World, mia: Visitor) -> None:
    mia.lay()
    row = mia.order()
    mia.post(f"/demo/orders/{row}/cancel")
    state = order(world, row)["stateId"]
    for action in ("pay", "ship", "deliver", "cancel", "delete", "nonsense"):
        assert mia.post(f"/demo/orders/{row}/{action}").status_code == 303

    assert order(world, row)["stateId"] == state


@pytest.mark.parametrize("path", [
    "/checkout/order", "/checkout/line-item/add", "/checkout/promotion/add", "/account/register",
    "/checkout/line-item/delete/x", "/demo/orders/x/cancel", "/app-system/Stammkunde/generate-token",
])  # fmt: skip
def test_looking_changes_nothing(mia: Visitor, path: str) -> None:
    assert mia.get(path).status_code == 405
