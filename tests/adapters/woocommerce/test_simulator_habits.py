"""The lessons of the real shops that no recording shows, and the simulator's own switches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.woocommerce.test_simulator_world import KEY, SECRET, World, basic

LINES = {"line_items": [{"product_id": 10, "quantity": 1}]}


@pytest.fixture
def world() -> World:
    world = World()
    world.furnish()
    return world


def made(world: World, **fields: Any) -> dict[str, Any]:
    answer = world.client.post("/_simulator/orders", json=LINES | fields)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def test_an_address_with_umlauts_is_cut_and_a_gmt_expiry_is_ignored(world: World) -> None:
    body = {
        "code": "K",
        "email_restrictions": ["käse@example.com", "a@bücher.example"],
        "date_expires_gmt": "2027-01-31T00:00:00",
    }
    coupon = world.rest("POST", "coupons", body).get_json()

    assert coupon["email_restrictions"] == ["kse@example.com", "a@bcher.example"]
    assert coupon["date_expires"] is None


def test_a_coupon_is_dead_when_its_local_moment_has_come(world: World) -> None:
    world.client.put("/_simulator/clock", json={"now": "2027-01-31T23:59:00"})
    body = {"code": "last-day", "amount": "5", "date_expires": "2027-01-31T23:59:59"}
    world.rest("POST", "coupons", body)
    with_coupon = LINES | {"coupon_lines": [{"code": "LAST-DAY"}]}

    alive = world.rest("POST", "orders", with_coupon).status_code
    world.client.put("/_simulator/clock", json={"now": "2027-02-01T00:00:01"})
    dead = world.rest("POST", "orders", with_coupon)

    assert (alive, dead.status_code) == (201, 400)
    assert dead.get_json()["code"] == "woocommerce_rest_invalid_coupon"


def test_two_at_once_can_make_one_code_twice(world: World) -> None:
    world.shop.habits.change({"duplicate_coupon": {"times": 1}})
    answers = [world.rest("POST", "coupons", {"code": "twin"}).status_code for _ in range(3)]

    assert answers == [201, 201, 400]
    assert len(world.rest("GET", "coupons", None, code="TWIN").get_json()) == 2


@pytest.mark.parametrize(
    ("status", "uses"),
    [("cancelled", 0), ("failed", 0), ("refunded", 1), ("completed", 1), ("on-hold", 1)],
)
def test_the_usage_counter_follows_the_status(world: World, status: str, uses: int) -> None:
    coupon = world.rest("POST", "coupons", {"code": "c", "amount": "5"}).get_json()["id"]
    number = world.rest("POST", "orders", LINES | {"coupon_lines": [{"code": "c"}]}).get_json()[
        "id"
    ]
    pending = world.rest("GET", f"coupons/{coupon}").get_json()["usage_count"]

    world.rest("PUT", f"orders/{number}", {"status": status})

    assert pending == 1
    assert world.rest("GET", f"coupons/{coupon}").get_json()["usage_count"] == uses


def test_no_coupon_takes_off_more_than_the_basket(world: World) -> None:
    world.rest("POST", "coupons", {"code": "huge", "amount": "500"})

    order = world.rest("POST", "orders", LINES | {"coupon_lines": [{"code": "huge"}]}).get_json()

    assert (order["total"], order["discount_total"], order["discount_tax"]) == (
        "0.00",
        "16.80",
        "3.19",
    )


def test_other_decimals_change_how_old_orders_read(world: World) -> None:
    number = made(world)["id"]
    world.shop.habits.change({"decimals": 0})

    plain = world.rest("GET", f"orders/{number}").get_json()
    padded = world.rest("GET", f"orders/{number}", None, dp="2").get_json()

    assert (plain["total"], padded["total"]) == ("20", "20.00")
    assert plain["line_items"][0]["total"] == "17"


def test_deleting_a_refund_leaves_no_trace_but_its_absence(world: World) -> None:
    number = made(world, paid=True, at="2026-06-10T10:00:00Z")["id"]
    world.client.post(f"/_simulator/orders/{number}/refund", json={})
    refunded = world.rest("GET", f"orders/{number}").get_json()
    refund = refunded["refunds"][0]["id"]

    world.client.put("/_simulator/clock", json={"advance_seconds": 60})
    world.rest("DELETE", f"orders/{number}/refunds/{refund}")
    after = world.rest("GET", f"orders/{number}").get_json()

    assert (after["status"], after["refunds"]) == ("refunded", [])
    assert after["date_modified"] == refunded["date_modified"]


def test_keys_in_the_query_work_and_the_rest_route_address_never_authenticates(
    world: World,
) -> None:
    keys = {"consumer_key": KEY, "consumer_secret": SECRET}
    world.authorization = {}
    by_query = world.rest("GET", "orders", None, **keys).status_code
    plain = world.client.get(
        "/", query_string={"rest_route": "/wc/v3/orders"}, headers=basic(KEY, SECRET)
    )
    index = world.client.get("/index.php/wp-json/wc/v3/orders", headers=basic(KEY, SECRET))

    assert (by_query, plain.status_code, index.status_code) == (200, 401, 200)


def test_plain_permalinks_hide_the_api(world: World) -> None:
    world.shop.habits.change({"plain_permalinks": True})

    answer = world.rest("GET", "orders")

    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@pytest.mark.parametrize(
    ("habits", "status", "code"),
    [
        ({"lost_access": True}, 401, "woocommerce_rest_cannot_view"),
        ({"is_ssl": False}, 401, "woocommerce_rest_cannot_view"),
    ],
)
def test_lost_access_looks_like_a_stranger(
    world: World, habits: dict[str, Any], status: int, code: str
) -> None:
    world.shop.habits.change(habits)

    answer = world.rest("GET", "orders")

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_read_only_key_reads_but_does_not_write(world: World) -> None:
    world.shop.habits.change({"read_only_key": True})

    assert world.rest("GET", "orders").status_code == 200
    assert world.rest("POST", "coupons", {"code": "x"}).status_code == 401


def test_a_busy_shop_says_for_how_long_and_recovers(world: World) -> None:
    busy = {"busy": {"status": 429, "retry_after": 7, "times": 2}}
    world.client.put("/_simulator/habits", json=busy)
    answers = [world.rest("GET", "orders") for _ in range(3)]

    assert [a.status_code for a in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_html_and_half_answers_come_when_asked_for(world: World) -> None:
    world.shop.habits.change({"html": {"status": 200, "times": 1}})
    page = world.rest("GET", "orders")
    world.shop.habits.change({"truncated": {"times": 1}})
    half = world.rest("GET", "data/currencies/current")

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert half.get_json(silent=True) is None


def test_the_clock_of_the_shop_can_be_wrong(world: World) -> None:
    world.client.put("/_simulator/clock", json={"now": "2026-11-22T12:00:00Z"})
    world.client.put("/_simulator/habits", json={"clock_offset_seconds": -3600})

    answer = world.rest("GET", "orders")

    assert answer.headers["Date"] == "Sun, 22 Nov 2026 11:00:00 GMT"


def test_an_unknown_habit_is_named(world: World) -> None:
    answer = world.client.put("/_simulator/habits", json={"bzsy": True})

    assert answer.status_code == 400
    assert "bzsy" in answer.get_json()["message"]


def test_a_counted_habit_wants_an_object(world: World) -> None:
    answer = world.client.put("/_simulator/habits", json={"busy": True})

    assert (answer.status_code, "busy" in answer.get_json()["message"]) == (400, True)


@pytest.mark.parametrize("lines", ["x", [1], {"a": 1}])
def test_lines_of_the_wrong_type_are_refused_by_name(world: World, lines: Any) -> None:
    answer = world.rest("POST", "orders", {"line_items": lines})

    assert answer.status_code == 400
    assert answer.get_json()["data"]["params"].keys() == {"line_items"}


def test_disabled_coupons_show_in_the_settings_and_at_the_order(world: World) -> None:
    world.rest("POST", "coupons", {"code": "c", "amount": "5"})
    world.shop.habits.change({"coupons_disabled": True})

    setting = world.rest("GET", "settings/general/woocommerce_enable_coupons").get_json()
    order = world.rest("POST", "orders", LINES | {"coupon_lines": [{"code": "c"}]})

    assert (setting["value"], order.status_code) == ("no", 400)


def test_the_review_request_group_is_absent_while_the_feature_is_off(world: World) -> None:
    answer = world.rest("GET", "settings/email_customer_review_request")

    assert answer.status_code == 404
    assert answer.get_json()["code"] == "rest_setting_setting_group_invalid"


def test_the_control_route_makes_an_order_exactly_as_told(world: World) -> None:
    order = made(
        world,
        at="2026-03-01T09:30:00",
        email="Gast@Example.com",
        paid=True,
        delivered_at="2026-03-04T09:30:00",
        line_items=[{"product_id": 10, "quantity": 2, "gross": "29.99"}],
    )
    net, tax = float(order["line_items"][0]["total"]), float(order["line_items"][0]["total_tax"])

    assert (order["total"], round(net + tax, 2)) == ("29.99", 29.99)
    assert (order["customer_id"], order["billing"]["email"]) == (0, "Gast@Example.com")
    assert (order["date_paid"], order["date_completed"]) == (
        "2026-03-01T09:30:00",
        "2026-03-04T09:30:00",
    )
    assert order["meta_data"][0]["value"] == "2026-03-04T08:30:00Z"


def test_the_trash_and_back(world: World) -> None:
    number = made(world, paid=True)["id"]
    path = f"/_simulator/orders/{number}"
    world.client.post(f"{path}/trash")
    trashed = world.rest("GET", f"orders/{number}").get_json()["status"]
    world.client.post(f"{path}/untrash")

    assert trashed == "trash"
    assert world.rest("GET", f"orders/{number}").get_json()["status"] == "processing"


def test_items_edited_on_the_order_screen_leave_date_modified_alone(world: World) -> None:
    before = made(world, at="2026-06-10T10:00:00Z")
    world.client.post(f"/_simulator/orders/{before['id']}/edit", json={"line": 0, "quantity": 3})
    after = world.rest("GET", f"orders/{before['id']}").get_json()

    assert (before["total"], after["total"]) == ("19.99", "59.97")
    assert after["date_modified_gmt"] == before["date_modified_gmt"]


def test_a_verified_address_brings_its_guest_orders_along(world: World) -> None:
    guest = made(world, email="Otto@Example.com")
    answer = world.client.post("/_simulator/customers/3/verify")

    assert answer.get_json() == {"linked": [guest["id"]]}
    assert world.rest("GET", f"orders/{guest['id']}").get_json()["customer_id"] == 3
