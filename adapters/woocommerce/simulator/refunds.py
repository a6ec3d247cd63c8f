"""Refunds: money given back, by line, by amount, or the rest; the order's total never changes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from adapters.woocommerce.simulator import lines, money
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.money import RATES, ZERO
from adapters.woocommerce.simulator.shop import JSON, Shop

CANNOT = "woocommerce_rest_cannot_create_order_refund"


def given_back(order: JSON) -> Decimal:
    return -sum((Decimal(r["total"]) for r in order["refunds"]), ZERO)


def create(shop: Shop, order: JSON, wanted: JSON, at: datetime | None = None) -> JSON:
    """Seen on 11.0.1: errors are 500 with `data: 500`; an amount of 0 is accepted."""
    entries = wanted.get("line_items") or []
    amount = _amount(wanted, entries)
    if amount < 0 or amount > Decimal(order["total"]) - given_back(order):
        raise RestError(CANNOT, "Invalid refund amount.", 500, data=500)
    if _asks_gateway(wanted):
        raise RestError(
            CANNOT,
            "The payment gateway for this order does not support automatic refunds.",
            500,
            data=500,
        )
    moment = at or shop.now()
    full = amount >= Decimal(order["total"]) - given_back(order)
    body = blank(shop, order["id"], amount, str(wanted.get("reason") or ""), moment, full)
    for entry in wanted.get("meta_data") or []:
        body["meta_data"].append(shop.meta(entry["key"], entry["value"]))
    body["line_items"] = [_line(shop, order, entry) for entry in entries]
    tax = _tax_lines(shop, body)
    keep(shop, order, body, tax, moment)
    if full and order["status"] != "refunded":
        order["status"] = "refunded"
        order["is_editable"] = order["needs_payment"] = False
    shop.ring("action.woocommerce_order_refunded", order["id"])
    shop.ring("order.updated", order["id"])
    return body


def _amount(wanted: JSON, entries: list[JSON]) -> Decimal:
    """Without an amount the lines are added up (seen on 11.0.1: 16.80 + 3.19 = 19.99)."""
    if wanted.get("amount") is None:
        total = ZERO
        for entry in entries:
            total += Decimal(str(entry.get("refund_total") or 0))
            total += _entry_tax(entry)
        return total
    try:
        return Decimal(str(wanted["amount"]))
    except InvalidOperation:
        raise RestError(CANNOT, "Invalid refund amount.", 500, data=500) from None


def _entry_tax(entry: JSON) -> Decimal:
    return sum(
        (Decimal(str(t.get("refund_total") or 0)) for t in entry.get("refund_tax") or []), ZERO
    )


def _asks_gateway(wanted: JSON) -> bool:
    """`api_refund` is on unless switched off, and no gateway here can (seen: 500)."""
    return wanted.get("api_refund", True) not in (False, "false", "0", 0)


def blank(
    shop: Shop, order_id: int, amount: Decimal, reason: str, moment: datetime, full: bool
) -> JSON:
    rid = shop.ids.take("post")
    body: JSON = {"id": rid}
    shop.stamp(body, "date_created", moment)
    body |= {
        "amount": shop.money(amount),
        "reason": reason,
        "refunded_by": 1,
        "refunded_payment": False,
        # 8.2 keeps no _refund_type (seen on both).
        "meta_data": [shop.meta("_refund_type", "full" if full else "partial")]
        if shop.modern
        else [],
        "line_items": [],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": shop.links(f"orders/{order_id}/refunds/{rid}", "GET DELETE")
        | {"up": [{"href": shop.rest(f"orders/{order_id}")}]},
    }
    return body


def _line(shop: Shop, order: JSON, entry: JSON) -> JSON:
    origin = next((li for li in order["line_items"] if li["id"] == entry.get("id")), None)
    if origin is None:
        raise RestError(CANNOT, "Invalid refund item.", 500, data=500)
    net, tax = Decimal(str(entry.get("refund_total") or 0)), _entry_tax(entry)
    quantity = int(entry.get("quantity") or 0)
    body = dict(origin)
    body |= {
        "id": shop.ids.take("item"),
        "quantity": -quantity,
        "subtotal": shop.money(-net),
        "subtotal_tax": shop.money(-tax),
        "total": shop.money(-net),
        "total_tax": shop.money(-tax),
        "taxes": [
            {
                "id": RATES[origin["tax_class"]].id,
                "total": shop.money(-tax),
                "subtotal": shop.money(-tax),
            }
        ],
        "meta_data": [lines.item_meta(shop, "_refunded_item_id", str(origin["id"]))],
        "price": float(net) / quantity if quantity else 0,
    }
    return body


def _tax_lines(shop: Shop, body: JSON) -> Decimal:
    taxes = [(RATES[li["tax_class"]], Decimal(li["total_tax"])) for li in body["line_items"]]
    body["tax_lines"] = lines.tax_lines(shop, taxes, ZERO)
    return sum((tax for _, tax in taxes), ZERO)


def keep(shop: Shop, order: JSON, body: JSON, tax: Decimal, moment: datetime) -> None:
    """The order lists the newest refund first, with negative strings, even -0.00 (seen)."""
    entry: JSON = {"id": body["id"], "reason": body["reason"], "total": f"-{body['amount']}"}
    if shop.modern:
        entry["total_tax"] = shop.money(tax)
    order["refunds"].insert(0, entry)
    shop.refunds[body["id"]] = body
    shop.refund_parent[body["id"]] = order["id"]
    shop.stamp(order, "date_modified", moment)


def rest(shop: Shop, order: JSON, moment: datetime) -> None:
    """Seen on 11.0.1: the status refunded gives back what is left, without lines."""
    left = Decimal(order["total"]) - given_back(order)
    if left <= 0:
        return
    body = blank(shop, order["id"], left, "Order fully refunded.", moment, full=True)
    keep(shop, order, body, ZERO, moment)
    shop.ring("action.woocommerce_order_refunded", order["id"])


def of(shop: Shop, order: JSON) -> list[JSON]:
    return [shop.refunds[entry["id"]] for entry in order["refunds"]]


def find(shop: Shop, order: JSON, rid: int) -> JSON:
    if rid not in shop.refunds or shop.refund_parent[rid] != order["id"]:
        raise RestError("woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404)
    return shop.refunds[rid]


def delete(shop: Shop, order: JSON, rid: int) -> JSON:
    """Seen on 11.0.1: works without force, rings no webhook, leaves status and date_modified."""
    body = find(shop, order, rid)
    order["refunds"] = [entry for entry in order["refunds"] if entry["id"] != rid]
    del shop.refunds[rid]
    return body


def line_refund(order: JSON, line: JSON, quantity: int) -> JSON:
    """The REST body that gives back some pieces of one line."""
    share = Decimal(quantity) / line["quantity"]
    gross = money.rounded((Decimal(line["total"]) + Decimal(line["total_tax"])) * share, 2)
    net = money.rounded(Decimal(line["total"]) * share, 2)
    tax = gross - net
    return {
        "amount": str(net + tax),
        "api_refund": False,
        "line_items": [
            {
                "id": line["id"],
                "quantity": quantity,
                "refund_total": float(net),
                "refund_tax": [{"id": line["taxes"][0]["id"], "refund_total": float(tax)}],
            }
        ],
    }


def line_to_refund(shop: Shop, order: JSON) -> int | None:
    """The first line of which at least one piece was not given back yet."""
    back: dict[str, int] = {}
    for refund in of(shop, order):
        for line in refund["line_items"]:
            origin = line["meta_data"][0]["value"]
            back[origin] = back.get(origin, 0) - line["quantity"]
    for position, line in enumerate(order["line_items"]):
        if back.get(str(line["id"]), 0) < line["quantity"]:
            return position
    return None
