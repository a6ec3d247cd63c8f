"""What an order looks like: every field, its sums, and the flags that follow from its status."""

from __future__ import annotations

import string
from datetime import datetime
from decimal import Decimal

from adapters.woocommerce.simulator import customers
from adapters.woocommerce.simulator.clock import gmt
from adapters.woocommerce.simulator.money import SYMBOLS, ZERO
from adapters.woocommerce.simulator.shop import JSON, Shop

BILLING = [
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
    "email",
    "phone",
]
SHIPPING = [field for field in BILLING if field != "email"]
KEY_LETTERS = string.ascii_letters + string.digits


def blank(shop: Shop, moment: datetime, customer_id: int, currency: str) -> JSON:
    """Every field of an order, in the vendor's order (seen on 11.0.1 and 8.2.1: the same keys)."""
    oid = shop.ids.take("post")
    key = "wc_order_" + "".join(shop.dice.choices(KEY_LETTERS, k=13))
    local, utc = shop.clock.local(moment), gmt(moment)
    nothing = shop.money(ZERO)
    return {
        "id": oid,
        "parent_id": 0,
        "status": "pending",
        "currency": currency,
        "version": shop.version,
        "prices_include_tax": bool(shop.habits["prices_include_tax"]),
        "date_created": local,
        "date_modified": local,
        "discount_total": nothing,
        "discount_tax": nothing,
        "shipping_total": nothing,
        "shipping_tax": nothing,
        "cart_tax": nothing,
        "total": nothing,
        "total_tax": nothing,
        "customer_id": customer_id,
        "order_key": key,
        "billing": dict.fromkeys(BILLING, ""),
        "shipping": dict.fromkeys(SHIPPING, ""),
        "payment_method": "",
        "payment_method_title": "",
        "transaction_id": "",
        "customer_ip_address": "",
        "customer_user_agent": "",
        "created_via": "rest-api",
        "customer_note": "",
        "date_completed": None,
        "date_paid": None,
        "cart_hash": "",
        "number": str(oid),
        "meta_data": [],
        "line_items": [],
        "tax_lines": [],
        "shipping_lines": [],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        "payment_url": f"{shop.url}/checkout/order-pay/{oid}/?pay_for_order=true&key={key}",
        "is_editable": True,
        "needs_payment": False,
        "needs_processing": True,
        "date_created_gmt": utc,
        "date_modified_gmt": utc,
        "date_completed_gmt": None,
        "date_paid_gmt": None,
        "currency_symbol": SYMBOLS.get(currency, currency),
        "_links": links(shop, oid, customer_id),
    }


def links(shop: Shop, oid: int, customer_id: int) -> JSON:
    body = shop.links(f"orders/{oid}")
    if shop.modern:
        href = shop.rest(f"orders/{oid}/actions/email_templates")
        body["email_templates"] = [{"embeddable": True, "href": href}]
    if customer_id:
        body["customer"] = [{"href": shop.rest(f"customers/{customer_id}")}]
    return body


def write_plain(shop: Shop, order: JSON, wanted: JSON) -> None:
    for name in ("billing", "shipping"):
        known = order[name]
        known.update({k: v for k, v in (wanted.get(name) or {}).items() if k in known})
    for name in ("payment_method", "payment_method_title", "transaction_id", "customer_note"):
        if name in wanted:
            order[name] = wanted[name]
    for entry in wanted.get("meta_data") or []:
        customers.put_meta(shop, order["meta_data"], entry)


def add_up(shop: Shop, order: JSON) -> None:
    """Totals out of the rounded figures of the positions, as a default shop does."""
    cart = [*order["line_items"], *order["fee_lines"]]
    net = sum((Decimal(line["total"]) for line in cart), ZERO)
    cart_tax = sum((Decimal(line["total_tax"]) for line in cart), ZERO)
    shipping = sum((Decimal(line["total"]) for line in order["shipping_lines"]), ZERO)
    shipping_tax = sum((Decimal(line["total_tax"]) for line in order["shipping_lines"]), ZERO)
    order["cart_tax"] = shop.money(cart_tax)
    order["shipping_total"], order["shipping_tax"] = shop.money(shipping), shop.money(shipping_tax)
    order["total_tax"] = shop.money(cart_tax + shipping_tax)
    order["total"] = shop.money(net + cart_tax + shipping + shipping_tax)


def touch(shop: Shop, order: JSON, moment: datetime) -> None:
    shop.stamp(order, "date_modified", moment)


def refresh(order: JSON) -> None:
    """The flags that follow from the status (seen on 11.0.1 for each status)."""
    status = order["status"]
    order["is_editable"] = status in ("pending", "on-hold", "auto-draft")
    owed = status in ("pending", "failed", "checkout-draft") and Decimal(order["total"]) > 0
    order["needs_payment"] = owed
    order["needs_processing"] = bool(order["line_items"])
