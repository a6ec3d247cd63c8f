"""What an order looks like: every field, its sums, and the flags that follow from its status."""

from __future__ import annotations

import importlib.resources
import json
import string
from datetime import datetime
from decimal import Decimal

from adapters.woocommerce.simulator import customers
from adapters.woocommerce.simulator.money import SYMBOLS, ZERO
from adapters.woocommerce.simulator.shop import JSON, Shop

BLANK: JSON = json.loads(
    (importlib.resources.files(__package__) / "data" / "blank.json").read_text("utf-8")
)["order"]
BILLING = list(BLANK["billing"])
SHIPPING = list(BLANK["shipping"])
LISTS = [name for name, value in BLANK.items() if isinstance(value, list)]
SUMS = [name for name, value in BLANK.items() if value == "0.00"]
KEY_LETTERS = string.ascii_letters + string.digits


def blank(shop: Shop, moment: datetime, customer_id: int, currency: str) -> JSON:
    """Every field of an order, in the vendor's order (seen on 11.0.1 and 8.2.1: the same keys)."""
    oid = shop.ids.take("post")
    key = "wc_order_" + "".join(shop.dice.choices(KEY_LETTERS, k=13))
    body = BLANK | {name: [] for name in LISTS} | dict.fromkeys(SUMS, shop.money(ZERO))
    body |= {"billing": dict.fromkeys(BILLING, ""), "shipping": dict.fromkeys(SHIPPING, "")}
    shop.stamp(body, "date_created", moment)
    shop.stamp(body, "date_modified", moment)
    return body | {
        "id": oid,
        "number": str(oid),
        "currency": currency,
        "currency_symbol": SYMBOLS.get(currency, currency),
        "version": shop.version,
        "prices_include_tax": bool(shop.habits["prices_include_tax"]),
        "customer_id": customer_id,
        "order_key": key,
        "payment_url": f"{shop.url}/checkout/order-pay/{oid}/?pay_for_order=true&key={key}",
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
