"""What two real shops taught, one lesson after the other; 15 to 19 are in `test_lessons_vouchers`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import responses
from responses import matchers

from adapters.woocommerce import deliveries, streams
from adapters.woocommerce.settings import load_document
from connector.errors import BadDelivery, NotThere, Refused
from connector.port import Change, Customer, Order, Stream
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Shop
from tests.adapters.woocommerce.test_client import SHOP, client
from tests.adapters.woocommerce.test_deliveries import made
from tests.adapters.world import address, walk

API = f"{SHOP}/wp-json/wc/v3"


def bells(name: str) -> list[Change]:
    found = recorded.webhook(name)
    return list(deliveries.changes(found.delivery, found.secret))


# Lesson 1: X-WC-Webhook-Delivery-ID is the same for several orders of one second.
def test_two_orders_with_one_delivery_id_both_ring() -> None:
    first, second = (
        recorded.webhook(f"same_delivery_id_{which}").delivery for which in ("first", "second")
    )

    assert first.headers["x-wc-webhook-delivery-id"] == second.headers["x-wc-webhook-delivery-id"]
    assert bells("same_delivery_id_first") != bells("same_delivery_id_second")


# Lesson 2: a correctly signed body may be an error object.
@pytest.mark.parametrize(
    "name", ["error_body_order_gone", "error_body_owner_lost_rights", "error_body_owner_deleted"]
)
def test_a_signed_error_rings_no_bell_and_is_no_forgery(name: str) -> None:
    assert bells(name) == []


# Lesson 3: the payload is the state at delivery, so the order is looked at, never believed.
def test_an_order_cancelled_before_its_created_webhook_arrives_is_cancelled(shop: Shop) -> None:
    order = shop.order(paid=True)
    told = made("order.created", json.dumps({"id": int(order), "status": "processing"}).encode())
    shop.control("POST", f"/orders/{order}/cancel", {})

    (change,) = deliveries.changes(told, "hw-secret-ß1")
    assert shop.open().order(change.external_id).cancelled_at is not None


# Lesson 4: nothing is delivered twice, and a webhook that failed seven times is switched off.
def test_a_switched_off_webhook_is_found_and_switched_on_again(shop: Shop) -> None:
    url, platform = "http://127.0.0.1:9/hooks/lesson4", shop.open()
    platform.ensure_webhooks(url)
    hook = next(h for h in shop.rest("GET", "/webhooks?per_page=100") if h["delivery_url"] == url)
    shop.rest("PUT", f"/webhooks/{hook['id']}", {"status": "disabled"})

    assert "webhooks_disabled" in [finding.code for finding in platform.preflight()]
    platform.ensure_webhooks(url)
    assert shop.rest("GET", f"/webhooks/{hook['id']}")["status"] == "active"


# Lesson 5: WooCommerce takes a redirect for success and does not follow it: our own address must
# answer itself. On our side, a shop that redirects elsewhere is not followed either.
def test_a_callback_that_is_no_web_address_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="https://"):
        shop.open().ensure_webhooks("connector.example/hooks/demo")


# Lesson 6: drafts ring like orders, and `updated` may come before `created`.
def test_a_draft_rings_but_is_not_an_order_yet(shop: Shop) -> None:
    draft = shop.rest("POST", "/orders", {"status": "checkout-draft"})["id"]

    assert bells("order_created_checkout_draft") == [Change(Stream.ORDERS, "183")]
    with pytest.raises(NotThere, match="draft"):
        shop.open().order(str(draft))


# Lesson 7: deleting for good sends nothing; trashing sends only the id; trash is in no list.
def test_trashed_orders_are_found_without_any_webhook(shop: Shop) -> None:
    order, platform = shop.order(paid=True), shop.open()
    _, cursor = walk(platform, Stream.ORDERS)
    shop.control("POST", f"/orders/{order}/trash", {})

    found: list[Order] = []
    more = True
    while more:
        page = platform.changes(Stream.ORDERS, cursor)
        cursor, more = page.cursor, page.more
        found += [item for item in page.items if isinstance(item, Order)]
    (trashed,) = [each for each in found if each.external_id == order]
    assert trashed.cancelled_at is not None
    assert platform.order(order).cancelled_at is not None
    assert bells("order_trash__order_deleted") == [Change(Stream.ORDERS, "40")]


# Lesson 7, where an agency has decided that trash is no cancellation.
def test_where_trash_is_no_cancellation_a_trashed_order_is_gone(shop: Shop) -> None:
    order = shop.order(paid=True)
    platform = shop.open(states={"cancelled": ["cancelled", "failed"]})
    _, cursor = walk(platform, Stream.ORDERS)
    shop.control("POST", f"/orders/{order}/trash", {})

    gone: list[str] = []
    more = True
    while more:
        page = platform.changes(Stream.ORDERS, cursor)
        cursor, more = page.cursor, page.more
        gone += page.gone
    assert order in gone
    with pytest.raises(NotThere):
        platform.order(order)


# Lesson 8: deleting a refund changes neither state nor date and rings nothing.
def test_a_deleted_refund_no_longer_counts(shop: Shop) -> None:
    order, platform = shop.order(paid=True), shop.open()
    shop.control("POST", f"/orders/{order}/refund", {"amount": "5.00"})
    assert platform.order(order).refunded_loose == 500
    (refund,) = shop.rest("GET", f"/orders/{order}/refunds")
    shop.rest("DELETE", f"/orders/{order}/refunds/{refund['id']}?force=true")

    assert platform.order(order).refunded_loose == 0


# Lesson 9: an item edited on the order screen leaves the date of change alone and rings nothing; so
# looking again shows it, and nothing here compares dates to decide whether to look.
def test_an_item_edited_without_a_new_date_is_seen_when_we_look(shop: Shop) -> None:
    order, platform = shop.order(paid=True), shop.open()
    before = platform.order(order)
    shop.control("POST", f"/orders/{order}/edit", {"line": 0, "quantity": 3})

    after = platform.order(order)
    assert after.changed_at == before.changed_at
    assert (before.lines[0].quantity, after.lines[0].quantity) == (2, 3)
    assert after.lines[0].net > before.lines[0].net


# Lesson 10: `modified_after` is strictly greater and has one second.
def test_orders_of_the_second_of_the_mark_are_read_again(own_shop: Shop) -> None:
    own_shop.control("PUT", "/clock", {"now": "2026-12-01T10:00:00+00:00"})
    first, platform = own_shop.order(), own_shop.open()
    _, cursor = walk(platform, Stream.ORDERS)
    second = own_shop.order()

    found, _ = walk(platform, Stream.ORDERS, cursor)
    assert {first, second} <= set(found)


# Lesson 10: an import stamps more orders with one second than fit a page.
def test_more_orders_in_one_second_than_a_page_holds_are_all_read(own_shop: Shop) -> None:
    platform = own_shop.open(overlap_seconds=1)
    own_shop.order()
    _, cursor = walk(platform, Stream.ORDERS)
    crowd = {own_shop.order(modified_at="2026-12-02T10:00:00+00:00") for _ in range(203)}
    last = own_shop.order(modified_at="2026-12-02T10:00:01+00:00")

    found, _ = walk(platform, Stream.ORDERS, cursor)
    assert crowd | {last} <= set(found)


# Lesson 11: naive GMT with the flag is the only spelling that is right everywhere.
def test_the_question_for_changes_is_asked_in_gmt() -> None:
    wanted = {"modified_after": "2026-11-21T23:33:20", "dates_are_gmt": "true"}
    state = {"phase": "modified", "mark": "2026-11-21T23:35:20", "began": "2026-11-21T23:35:20"}
    with responses.RequestsMock() as shop:
        matcher = matchers.query_param_matcher(wanted, strict_match=False)
        shop.get(f"{API}/orders", json=[], match=[matcher])

        found = streams.orders(
            client(), state | {"since": "2026-11-21T23:33:20"}, load_document({})
        )
    assert found.items == []


# Lesson 12: a page past the end says 200, [], and a total of 0.
def test_a_page_past_the_end_is_no_empty_shop(shop: Shop) -> None:
    beyond = recorded.recording("lists", "surprising_orders_list_beyond_last")["response"]
    assert (beyond["status"], beyond["body"], beyond["headers"]["X-WP-Total"]) == (200, [], "0")
    order, platform = shop.order(), shop.open()
    _, cursor = walk(platform, Stream.ORDERS)
    lost = streams.write({"phase": "walk", "mark": streams.LONG_AGO, "offset": 90_000, "last": 0})

    page = platform.changes(Stream.ORDERS, lost)
    assert page.more
    assert cursor
    assert order in walk(platform, Stream.ORDERS)[0]


# Lesson 13: the usual list hides trash and drafts, and `any,trash` still does.
def test_drafts_are_never_items_of_a_walk(shop: Shop) -> None:
    draft = str(shop.rest("POST", "/orders", {"status": "checkout-draft"})["id"])

    assert draft not in walk(shop.open(), Stream.ORDERS)[0]


# Lesson 14: the list of customers has no filter for changes and ignores one silently.
def test_new_customers_come_by_id_and_nobody_twice(shop: Shop) -> None:
    platform = shop.open()
    shop.customer(address())
    _, cursor = walk(platform, Stream.CUSTOMERS)
    email = address()
    new = shop.customer(email)

    page = platform.changes(Stream.CUSTOMERS, cursor)
    (seen,) = page.items
    assert isinstance(seen, Customer)
    assert replace(seen, registered_at=None) == Customer(new, email, group="customer")


# Lesson 20: an order refused for its coupon stays behind as a draft.
def test_the_draft_left_by_a_refused_coupon_is_no_order() -> None:
    left = recorded.body("errors", "order_coupon_limit")["data"]["new_draft_order_id"]

    rung = deliveries.changes(
        made("order.created", json.dumps({"id": left}).encode()), "hw-secret-ß1"
    )
    assert list(rung) == [Change(Stream.ORDERS, "30")]


# Lesson 21: other decimals change how old orders read. The adapter reads what the shop says now and
# keeps the sum right; preflight warns; amounts first seen are frozen by the connector's terms.
def test_a_shop_that_rounds_old_orders_is_named_and_sums_stay_right(shop: Shop) -> None:
    order, platform = shop.order(paid=True), shop.open()
    shop.habits(decimals=0)

    seen = platform.order(order)
    assert sum(line.net + line.tax for line in seen.lines) + seen.other == 4500  # 44.88 before
    findings = {finding.code: finding for finding in platform.preflight()}
    assert not findings["decimals"].blocks


# Lesson 22: plain permalinks never accept a key.
def test_plain_permalinks_are_named(shop: Shop) -> None:
    shop.habits(plain_permalinks=True)

    (finding,) = shop.open().preflight()
    assert finding.code == "permalinks"
    assert "Post name" in finding.fix


def test_a_forged_webhook_is_refused_whatever_it_says() -> None:
    forged = made("order.updated", b'{"id":1}', secret="guess")

    with pytest.raises(BadDelivery):
        deliveries.changes(forged, "hw-secret-ß1")
