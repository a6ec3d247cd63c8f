"""Our codes as WooCommerce coupons: made first, then read back, because WooCommerce loses things.

It drops an e-mail restriction it does not like and mangles umlauts, so that a personal code becomes
everybody's; it ignores an expiry in GMT; two creations at once make two coupons with one code (all
seen on 11.0, some on 8.2).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from adapters.woocommerce import fields
from adapters.woocommerce.answers import Rejected
from adapters.woocommerce.client import Client, listed
from connector.errors import CannotBind, NotThere, Refused, TryLater
from connector.port import JSON, Voucher
from connector.values import Money

MARK = "_stammkunde_voucher"
"""The meta field by which we know our own coupons."""
ALREADY_THERE = "woocommerce_rest_coupon_code_already_exists"
TWINS = 10
"""More coupons with one code than a race can make."""


def ensure(client: Client, voucher: Voucher, currency: str) -> None:
    """The coupon exists as described: one of ours from before is put right, and what comes out
    differently is deleted and refused."""
    wanted = coupon(voucher, currency)
    own: str | None = None
    try:
        own = fields.external_id(client.post("/coupons", wanted).body, "id", "a coupon")
    except Rejected as no:
        if no.code != ALREADY_THERE:
            raise
    kept = _only_one(client, voucher.code, own)
    if own is None and fields.meta(kept, MARK) and _differences(kept, wanted):
        # Its owner has an account or another address since; deleting it would take his points away.
        client.put(f"/coupons/{fields.external_id(kept, 'id', 'a coupon')}", wanted)
        kept = _only_one(client, voucher.code, None)
    differs = _differences(kept, wanted)
    if not differs:
        return
    if own or fields.meta(kept, MARK):
        _delete(client, fields.external_id(kept, "id", "a coupon"))
    raise Refused(
        f"The shop keeps the voucher differently than asked ({', '.join(differs)}), so it does not"
        " exist. Look for a plugin that changes coupons, or for another coupon with this code."
    )


def revoke(client: Client, code: str) -> None:
    """No coupon has this code any more. A look-up by code shows one twin at a time, so ask again."""
    for _ in range(TWINS):
        found = _named(client, code)
        if not found:
            return
        for each in found:
            _delete(client, fields.external_id(each, "id", "a coupon"))
    raise TryLater("The shop keeps showing a coupon that it said it had deleted.")


def coupon(voucher: Voucher, currency: str) -> JSON:
    """The voucher in WooCommerce's words."""
    for money in (voucher.amount, voucher.minimum, voucher.cap):
        if money and money.currency != currency:
            raise Refused(
                f"The voucher is in {money.currency}, but the shop's coupons are in {currency}."
            )
    kind, amount = "fixed_cart", "0"
    if voucher.amount:
        amount = f"{voucher.amount.decimal():f}"
    elif voucher.percent is not None:
        kind, amount = "percent", str(voucher.percent)
    elif not voucher.free_shipping:
        raise Refused("The voucher has neither an amount nor a percentage nor free shipping.")
    return _for_one(voucher.product) | {
        "code": voucher.code,
        "discount_type": kind,
        "amount": amount,
        "free_shipping": voucher.free_shipping,
        # Site-local time: a bare date would end the voucher when its last day begins (seen).
        "date_expires": f"{voucher.expires_on.isoformat()}T23:59:59",
        "usage_limit": 1,
        "individual_use": not voucher.combinable,
        "minimum_amount": f"{voucher.minimum.decimal():f}" if voucher.minimum else "0",
        "maximum_amount": _largest_basket(voucher),
        "email_restrictions": [_address(voucher.email)] if voucher.email else [],
        "description": voucher.description,
        "status": "publish",
        "meta_data": [{"key": MARK, "value": "1"}],
    }


def _largest_basket(voucher: Voucher) -> str:
    """WooCommerce knows no cap of a percentage: 10 % up to 20.00 works for baskets up to 200.00."""
    if voucher.cap is None or not voucher.percent:
        return "0"
    largest = Money(voucher.cap.minor * 100 // voucher.percent, voucher.cap.currency)
    return f"{largest.decimal():f}"


def _for_one(product: str) -> JSON:
    """Off one piece of this product; "": off the whole basket."""
    if not product:
        return {}
    number = fields.as_id(product)
    if number in (None, "0"):
        raise Refused(
            f"The reward names the product {product!r}; WooCommerce's products have numbers."
        )
    return {"product_ids": [int(str(number))], "limit_usage_to_x_items": 1}


def _address(email: str) -> str:
    """The address as WooCommerce keeps it: lower case, the domain as the network spells it."""
    local, at, domain = email.strip().lower().rpartition("@")
    try:
        host = domain.encode("idna").decode()
    except UnicodeError:
        host = ""
    if not at or not host or not re.fullmatch(r"[a-z0-9!#$%&'+/=?^_`{|}~.-]+", local):
        raise CannotBind(
            "WooCommerce cannot bind a voucher to this e-mail address: before the @ it keeps only"
            " letters from a to z, digits and a few signs. Give a voucher bound to nobody."
        )
    return f"{local}@{host}"


def _only_one(client: Client, code: str, own: str | None) -> JSON:
    """The coupon that counts, with any twin of ours removed.

    The newest counts, as it does for WooCommerce's own look-up by code.
    """
    found = sorted(_named(client, code), key=lambda each: int(each["id"]))
    if not found:
        raise TryLater("The shop does not show a coupon that it has just accepted.")
    kept = found.pop()
    twins = {
        fields.external_id(each, "id", "a coupon") for each in found if fields.meta(each, MARK)
    }
    if own and own != fields.external_id(kept, "id", "a coupon"):
        twins.add(own)
    for twin in sorted(twins, key=int):
        _delete(client, twin)
    return kept


def _named(client: Client, code: str) -> list[JSON]:
    """Coupons with exactly this code; WooCommerce lower-cases codes and looks them up so."""
    found = [fields.record(item, "a coupon") for item in listed(client.get("/coupons", code=code))]
    return [each for each in found if str(each.get("code", "")).lower() == code.lower()]


def _delete(client: Client, coupon_id: str) -> None:
    try:
        client.delete(f"/coupons/{coupon_id}")
    except NotThere:
        return


def _differences(kept: JSON, wanted: JSON) -> list[str]:
    """The fields that decide what a code is worth to whom, where they differ."""
    exact = ("discount_type", "free_shipping", "date_expires", "usage_limit", "individual_use")
    wrong = [name for name in exact if kept.get(name) != wanted[name]]
    for name in ("amount", "minimum_amount", "maximum_amount"):
        if _number(kept.get(name)) != _number(wanted[name]):
            wrong.append(name)
    for name in ("email_restrictions", "status", "product_ids", "limit_usage_to_x_items"):
        if name in wanted and kept.get(name) != wanted[name]:
            wrong.append(name)
    return wrong


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value or "0"))
    except InvalidOperation:
        return None
