"""Orders: placing them and moving them from status to status; dates are stamped as seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from adapters.woocommerce.simulator import coupons, lines, money, products, refunds
from adapters.woocommerce.simulator.errors import RestError, invalid_id
from adapters.woocommerce.simulator.lines import Item
from adapters.woocommerce.simulator.money import ZERO
from adapters.woocommerce.simulator.order_form import (
    add_up,
    blank,
    links,
    refresh,
    touch,
    write_plain,
)
from adapters.woocommerce.simulator.shop import JSON, Shop

STATUSES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "checkout-draft": "Draft",
}
PAID = {"processing", "completed"}
SOLD = {"processing", "completed", "on-hold"}


def place(
    shop: Shop, wanted: JSON, at: datetime | None = None, created_via: str = "rest-api"
) -> JSON:
    """A new order from a REST body; `at` says when it was placed (the REST API always means now)."""
    customer_id = int(wanted.get("customer_id") or 0)
    if customer_id and customer_id not in shop.customers:
        raise RestError("woocommerce_rest_invalid_customer_id", "Customer ID is invalid.", 400)
    moment = at or shop.now()
    order = blank(shop, moment, customer_id, wanted.get("currency") or shop.habits["currency"])
    order["created_via"] = created_via
    write_plain(shop, order, wanted)
    items = [lines.read(shop, entry) for entry in wanted.get("line_items") or []]
    shop.orders[order["id"]] = order
    _discount(shop, order, items, wanted.get("coupon_lines") or [])
    _fill(shop, order, items, wanted)
    _enter(shop, order, wanted.get("status") or "pending", moment)
    if wanted.get("set_paid") and order["status"] not in PAID:
        pay(shop, order, moment, wanted.get("transaction_id", ""), quietly=True)
    # Seen on 11.0.1: one order fires created and updated, the block checkout the other way round.
    for event in ("updated", "created") if created_via == "store-api" else ("created", "updated"):
        shop.ring(f"order.{event}", order["id"])
    return order


def _discount(shop: Shop, order: JSON, items: Sequence[Item], wanted: list[JSON]) -> None:
    net = tax = ZERO
    for entry in wanted:
        basket = sum((i.subtotal.gross for i in items), ZERO)
        try:
            coupon = coupons.check(
                shop, entry["code"], order["billing"]["email"], order["customer_id"], basket
            )
        except coupons.Refusal as no:
            # Seen on 11.0.1: the refused order stays behind as a draft.
            order["status"] = "checkout-draft"
            refresh(order)
            data = {"status": 400, "new_draft_order_id": order["id"]}
            raise RestError("woocommerce_rest_invalid_coupon", str(no), 400, data) from no
        taken = coupons.apply(shop, coupon, list(items))
        order["coupon_lines"].append(lines.coupon_line(shop, coupon, taken))
        net, tax = net + taken.net, tax + taken.tax
    order["discount_total"], order["discount_tax"] = shop.money(net), shop.money(tax)


def _fill(shop: Shop, order: JSON, items: Sequence[Item], wanted: JSON) -> None:
    order["line_items"] = [lines.line(shop, item) for item in items]
    rate = lines.shipping_rate(items)
    posts = [lines.shipping(shop, s, rate) for s in wanted.get("shipping_lines") or []]
    fees = [lines.fee(shop, f) for f in wanted.get("fee_lines") or []]
    order["shipping_lines"] = [body for body, _ in posts]
    order["fee_lines"] = [body for body, _ in fees]
    taxes = [(i.rate, i.total.tax) for i in items]
    taxes += [(money.RATES[""], amount.tax) for _, amount in fees]
    shipping_tax = sum((amount.tax for _, amount in posts), ZERO)
    order["tax_lines"] = lines.tax_lines(shop, taxes, shipping_tax, rate)
    add_up(shop, order)


def find(shop: Shop, oid: int) -> JSON:
    if oid not in shop.orders:
        raise invalid_id("shop_order")
    return shop.orders[oid]


def update(shop: Shop, oid: int, wanted: JSON) -> JSON:
    """A PUT. One that changes nothing still fires order.updated (seen on 11.0.1)."""
    order = find(shop, oid)
    now = shop.now()
    was_in_trash = order["status"] == "trash"
    if "customer_id" in wanted:
        cid = int(wanted["customer_id"] or 0)
        if cid and cid not in shop.customers:
            raise RestError("woocommerce_rest_invalid_customer_id", "Customer ID is invalid.", 400)
        order["customer_id"] = cid
        order["_links"] = links(shop, oid, cid)
    write_plain(shop, order, wanted)
    if wanted.get("line_items"):
        edit_lines(shop, order, wanted["line_items"])
    touch(shop, order, now)
    if wanted.get("status") and wanted["status"] != order["status"]:
        _enter(shop, order, wanted["status"], now)
    if wanted.get("set_paid") and order["status"] not in PAID:
        pay(shop, order, now, wanted.get("transaction_id", ""), quietly=True)
    refresh(order)
    if was_in_trash:
        shop.trashed.pop(oid, None)
    else:  # seen under HPOS: leaving the trash by PUT is silent
        shop.ring("order.updated", oid)
    return order


def edit_lines(shop: Shop, order: JSON, wanted: list[JSON]) -> None:
    """Lines with an id change, `product_id: null` or quantity 0 removes, others are added."""
    for entry in wanted:
        old = next((li for li in order["line_items"] if li["id"] == entry.get("id")), None)
        if old is None and "id" in entry:
            raise RestError(
                "woocommerce_rest_invalid_item_id",
                "Order item ID provided is not associated with order.",
                400,
            )
        if old is None:
            order["line_items"].append(lines.line(shop, lines.read(shop, entry)))
        elif entry.get("quantity") == 0 or ("product_id" in entry and not entry["product_id"]):
            order["line_items"].remove(old)
        else:
            merged = {k: old[k] for k in ("product_id", "variation_id", "name", "quantity")} | entry
            old |= lines.line(shop, lines.read(shop, merged)) | {"id": old["id"]}
    goods = [(money.RATES[li["tax_class"]], Decimal(li["total_tax"])) for li in order["line_items"]]
    posted = order["shipping_lines"][0]["taxes"][0]["id"] if order["shipping_lines"] else 1
    rate = next(r for r in money.RATES.values() if r.id == posted)
    order["tax_lines"] = lines.tax_lines(shop, goods, Decimal(order["shipping_tax"]), rate)
    add_up(shop, order)


def _enter(shop: Shop, order: JSON, status: str, moment: datetime) -> None:
    """What a status brings with it: dates, stock, coupon counters, the refund of the rest."""
    order["status"] = status
    # Seen on 11.0.1: cash on delivery is processing without date_paid until it is completed.
    paid = {"completed"} if order["payment_method"] == "cod" else PAID
    if status in paid and not order["date_paid"]:
        shop.stamp(order, "date_paid", moment)
        _bought(shop, order, moment)
    if status == "completed":
        shop.stamp(order, "date_completed", moment)
        _schedule_review_request(shop, order, moment)
        shop.ring("action.woocommerce_order_status_completed", order["id"])
    if status in SOLD:
        _take_stock(shop, order)
    if status == "refunded":
        refunds.rest(shop, order, moment)
    coupons.count_use(shop, order)
    refresh(order)


def _schedule_review_request(shop: Shop, order: JSON, moment: datetime) -> None:
    """Seen on 11.0.1: with its own review mail on, the shop notes a Unix time seven days ahead."""
    if shop.modern and shop.habits["review_request_emails"] == "yes":
        at = int(moment.timestamp()) + 7 * 86_400
        order["meta_data"].append(shop.meta("_wc_review_request_scheduled_at", str(at)))


def _bought(shop: Shop, order: JSON, moment: datetime) -> None:
    """Seen on 11.0.1: the first paid order flips is_paying_customer."""
    customer = shop.customers.get(order["customer_id"])
    if customer is not None and not customer["is_paying_customer"]:
        customer["is_paying_customer"] = True
        shop.stamp(customer, "date_modified", moment)


def _take_stock(shop: Shop, order: JSON) -> None:
    for line in order["line_items"]:
        if any(m["key"] == "_reduced_stock" for m in line["meta_data"]):
            continue
        if products.sell(shop, line["product_id"], line["quantity"]):
            line["meta_data"].append(lines.item_meta(shop, "_reduced_stock", str(line["quantity"])))


def change(shop: Shop, order: JSON, status: str, moment: datetime | None = None) -> JSON:
    """Move an order to a status, announce it."""
    at = moment or shop.now()
    touch(shop, order, shop.now())
    _enter(shop, order, status, at)
    shop.ring("order.updated", order["id"])
    return order


def pay(
    shop: Shop,
    order: JSON,
    moment: datetime | None = None,
    transaction_id: str = "",
    quietly: bool = False,
) -> JSON:
    at = moment or shop.now()
    if transaction_id:
        order["transaction_id"] = transaction_id
    touch(shop, order, at if quietly else shop.now())
    if not order["date_paid"]:
        shop.stamp(order, "date_paid", at)
        _bought(shop, order, at)
    _enter(shop, order, "processing", at)
    if not quietly:
        shop.ring("order.updated", order["id"])
    return order
