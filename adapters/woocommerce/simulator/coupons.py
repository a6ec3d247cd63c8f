"""Coupons with every quirk the product can meet: silent losses, counters, no combination check."""

from __future__ import annotations

import re
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

from adapters.woocommerce.simulator import customers, money
from adapters.woocommerce.simulator.clock import from_gmt
from adapters.woocommerce.simulator.errors import RestError, invalid_id
from adapters.woocommerce.simulator.lines import Item
from adapters.woocommerce.simulator.money import ZERO, Amount
from adapters.woocommerce.simulator.shop import JSON, Shop

BLANK: JSON = {
    "amount": "0.00",
    "status": "publish",
    "discount_type": "fixed_cart",
    "description": "",
    "date_expires": None,
    "date_expires_gmt": None,
    "usage_count": 0,
    "individual_use": False,
    "product_ids": [],
    "excluded_product_ids": [],
    "usage_limit": None,
    "usage_limit_per_user": None,
    "limit_usage_to_x_items": None,
    "free_shipping": False,
    "product_categories": [],
    "excluded_product_categories": [],
    "exclude_sale_items": False,
    "minimum_amount": "0.00",
    "maximum_amount": "0.00",
    "email_restrictions": [],
    "used_by": [],
    "meta_data": [],
}
PLAIN = [
    "status",
    "description",
    "individual_use",
    "usage_limit",
    "usage_limit_per_user",
    "limit_usage_to_x_items",
    "free_shipping",
    "product_ids",
    "excluded_product_ids",
    "product_categories",
    "discount_type",
    "excluded_product_categories",
    "exclude_sale_items",
]
USED_IN = {"pending", "on-hold", "processing", "completed"}
FREED_IN = {"cancelled", "failed", "trash"}


def clean_code(code: object) -> str:
    """Seen: codes are lower-cased and lose their tags on save; look-ups ignore case."""
    return re.sub(r"<[^>]*>", "", str(code)).strip().lower()


def by_code(shop: Shop, code: object) -> list[JSON]:
    wanted = clean_code(code)
    return [c for c in shop.coupons.values() if c["code"] == wanted and c["status"] != "trash"]


def create(shop: Shop, wanted: JSON) -> JSON:
    code = clean_code(wanted["code"])
    # Seen on 11.0.1: five creations at once made two coupons with one code.
    if by_code(shop, code) and shop.habits.due("duplicate_coupon") is None:
        raise RestError(
            "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists", 400
        )
    changes = _changes(shop, wanted, str(wanted.get("discount_type", "fixed_cart")))
    cid = shop.ids.take("post")
    body: JSON = {"id": cid, "code": code, "amount": "0.00", "status": "publish"}
    shop.stamp(body, "date_created", shop.now())
    shop.stamp(body, "date_modified", shop.now())
    body |= {k: list(v) if isinstance(v, list) else v for k, v in BLANK.items()}
    body |= changes
    for entry in wanted.get("meta_data") or []:
        customers.put_meta(shop, body["meta_data"], entry)
    body["_links"] = shop.links(f"coupons/{cid}")
    shop.coupons[cid] = body
    shop.ring("coupon.created", cid)
    return body


def _changes(shop: Shop, wanted: JSON, kind: str) -> JSON:
    changes: JSON = {k: wanted[k] for k in PLAIN if k in wanted}
    if "amount" in wanted:
        changes["amount"] = shop.money(_amount(wanted["amount"], kind))
    for name in ("minimum_amount", "maximum_amount"):
        if name in wanted:
            changes[name] = shop.money(_number(wanted[name]))
    if "email_restrictions" in wanted:
        changes["email_restrictions"] = clean_emails(wanted["email_restrictions"])
    if "date_expires" in wanted:
        # Seen on 11.0.1: date_expires is site-local; date_expires_gmt in a request is ignored.
        shop.stamp(changes, "date_expires", _expiry(shop, wanted["date_expires"]))
    for name in ("usage_limit", "usage_limit_per_user", "limit_usage_to_x_items"):
        if changes.get(name) == 0:
            changes[name] = None
    return changes


def _amount(value: object, kind: str) -> Decimal:
    amount = _number(value)
    # Seen on 11.0.1 for percent over 100; negative amounts answer the same.
    if amount < 0 or (kind == "percent" and amount > 100):
        raise RestError("coupon_invalid_amount", "Invalid discount amount.", 400)
    return amount


def _number(value: object) -> Decimal:
    """What is no number counts as nothing."""
    try:
        return Decimal(str(value or "0"))
    except InvalidOperation:
        return ZERO


def clean_emails(wanted: list[Any]) -> list[str]:
    """Seen: a bad address is dropped without a word, and umlauts are cut out of the others."""
    kept = []
    for address in wanted or []:
        plain = re.sub(r"[^\x21-\x7e]", "", str(address)).lower()
        if customers.is_email(plain):
            kept.append(plain)
    return kept


def _expiry(shop: Shop, value: object) -> datetime | None:
    if not value:
        return None
    parsed = datetime.fromisoformat(str(value))
    if len(str(value)) == 10:
        parsed = datetime.combine(parsed.date(), time())
    return parsed if parsed.tzinfo else shop.clock.from_local(parsed)


def find(shop: Shop, cid: int) -> JSON:
    if cid not in shop.coupons:
        raise invalid_id("shop_coupon")
    return shop.coupons[cid]


def update(shop: Shop, cid: int, wanted: JSON) -> JSON:
    body = find(shop, cid)
    if "code" in wanted:
        others = [c for c in by_code(shop, wanted["code"]) if c["id"] != cid]
        if others:
            raise RestError(
                "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists", 400
            )
        body["code"] = clean_code(wanted["code"])
    body.update(_changes(shop, wanted, str(wanted.get("discount_type", body["discount_type"]))))
    for entry in wanted.get("meta_data") or []:
        customers.put_meta(shop, body["meta_data"], entry)
    shop.stamp(body, "date_modified", shop.now())
    shop.ring("coupon.updated", cid)
    return body


def delete(shop: Shop, cid: int, force: bool) -> JSON:
    """Only the trash is announced; deleting for good sends nothing (seen on 11.0.1)."""
    body = find(shop, cid)
    before = dict(body)
    if force:
        del shop.coupons[cid]
    else:
        body["status"] = "trash"
        shop.stamp(body, "date_modified", shop.now())
        shop.ring("coupon.deleted", cid)
    return before


def check(shop: Shop, code: str, email: str, customer_id: int, basket: Decimal) -> JSON:
    """The coupon if it may be used here; individual_use is not looked at over REST (seen)."""
    found = [c for c in by_code(shop, code) if c["status"] == "publish"]
    shown = escape(clean_code(code))
    if shop.habits["coupons_disabled"]:
        raise Refusal("Coupons are disabled.")
    if not found:
        raise Refusal(f"Coupon &quot;{shown}&quot; does not exist!")
    coupon = found[0]
    used_by_me = sum(u in (str(customer_id), email.lower()) for u in coupon["used_by"])
    per_user = coupon["usage_limit_per_user"]
    if coupon["usage_limit"] and coupon["usage_count"] >= coupon["usage_limit"]:
        raise Refusal(f"Usage limit for coupon &quot;{shown}&quot; has been reached.")
    if per_user and used_by_me >= per_user:
        raise Refusal(f"Usage limit for coupon &quot;{shown}&quot; has been reached.")
    expires = coupon["date_expires_gmt"]
    if expires and shop.now() > from_gmt(expires):
        raise Refusal(f"Coupon &quot;{shown}&quot; has expired.")
    if Decimal(coupon["minimum_amount"]) > basket:
        least = coupon["minimum_amount"].replace(".", ",")
        raise Refusal(f"The minimum spend for coupon &quot;{shown}&quot; is <span>{least}</span>.")
    most = Decimal(coupon["maximum_amount"])
    if most and most < basket:
        shown_most = coupon["maximum_amount"].replace(".", ",")
        raise Refusal(
            f"The maximum spend for coupon &quot;{shown}&quot; is <span>{shown_most}</span>."
        )
    if coupon["email_restrictions"] and not _allowed(shop, coupon, email, customer_id):
        raise Refusal(
            f"Please enter a valid email at checkout to use coupon code &quot;{shown}&quot;."
        )
    return coupon


class Refusal(Exception):
    """The coupon cannot be used; the text is the vendor's, HTML-escaped as it comes."""


def _allowed(shop: Shop, coupon: JSON, email: str, customer_id: int) -> bool:
    mine = {email.lower()}
    if customer_id in shop.customers:
        mine.add(shop.customers[customer_id]["email"].lower())
    return any(
        address in mine or (address.startswith("*") and any(m.endswith(address[1:]) for m in mine))
        for address in coupon["email_restrictions"]
    )


def apply(shop: Shop, coupon: JSON, items: list[Item]) -> Amount:
    """Lowers the items' totals; the sum of what was taken off. Nothing goes below zero."""
    includes = bool(shop.habits["prices_include_tax"])
    bases = [i.total.gross if includes else i.total.net for i in items]
    taken = ZERO
    taken_tax = ZERO
    for item, base, off in zip(items, bases, _shares(coupon, items, bases), strict=True):
        before = item.total
        item.total = money.split(max(base - off, ZERO), item.rate, includes)
        taken += before.net - item.total.net
        taken_tax += before.tax - item.total.tax
    return Amount(taken, taken_tax)


def _shares(coupon: JSON, items: list[Item], bases: list[Decimal]) -> list[Decimal]:
    """Seen on 11.0.1: 5.00 over four pieces is 1.25 a piece, whatever a piece costs."""
    amount = Decimal(coupon["amount"])
    if coupon["discount_type"] == "percent":
        meant = _pieces_meant(coupon, items)
        return [
            money.rounded(base * pieces / (item.quantity or 1) * amount / 100, 2)
            for item, base, pieces in zip(items, bases, meant, strict=True)
        ]
    if coupon["discount_type"] == "fixed_product":
        return [min(amount * i.quantity, b) for i, b in zip(items, bases, strict=True)]
    pieces = sum(i.quantity for i in items) or 1
    each = (amount / pieces).quantize(Decimal("0.01"), "ROUND_DOWN")
    shares = [min(each * i.quantity, b) for i, b in zip(items, bases, strict=True)]
    rest = min(amount, sum(bases, ZERO)) - sum(shares, ZERO)
    for n, base in enumerate(bases):
        more = min(rest, base - shares[n])
        shares[n] += more
        rest -= more
    return shares


def _pieces_meant(coupon: JSON, items: list[Item]) -> list[int]:
    """Of each position, how many pieces the coupon is for (read in the vendor's discount class)."""
    left = coupon["limit_usage_to_x_items"]
    meant = []
    for item in items:
        wanted = (
            not coupon["product_ids"] or (item.product or {}).get("id") in coupon["product_ids"]
        )
        pieces = item.quantity if wanted else 0
        if left is not None:
            pieces = min(pieces, left)
            left -= pieces
        meant.append(pieces)
    return meant


def count_use(shop: Shop, order: JSON) -> None:
    """Seen: +1 already at pending, -1 on cancelled, failed and trash; it stays on refunded."""
    status, oid = order["status"], order["id"]
    who = str(order["customer_id"] or order["billing"]["email"].lower())
    if status in FREED_IN:
        for cid in shop.counted.pop(oid, []):
            coupon = shop.coupons.get(cid)
            if coupon is not None:
                coupon["usage_count"] = max(coupon["usage_count"] - 1, 0)
                if who in coupon["used_by"]:
                    coupon["used_by"].remove(who)
    elif status in USED_IN and oid not in shop.counted and order["coupon_lines"]:
        used = [c for line in order["coupon_lines"] for c in by_code(shop, line["code"])[:1]]
        shop.counted[oid] = [c["id"] for c in used]
        for coupon in used:
            coupon["usage_count"] += 1
            coupon["used_by"].append(who)
