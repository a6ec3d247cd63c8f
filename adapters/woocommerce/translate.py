"""WooCommerce's JSON in our words; pure, and the vendor's field names end here.

Seen on WooCommerce 11.0.1 and 8.2.1, whose orders have the same keys. Where a comment says "seen",
a trimmed recording stands beside the tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from adapters.woocommerce import fields, moments
from adapters.woocommerce.refunds import GivenBack, given_back
from connector.port import JSON, Account, Buyer, Customer, Guest, Line, Order, Product, Unknown

DRAFTS = frozenset({"checkout-draft", "auto-draft"})
"""A basket on its way to become an order; the shop purges what never does."""

ERASED_ADDRESS = "deleted@site.invalid"
"""What WordPress's eraser writes over a buyer's address (seen on 11.0)."""


def is_order(payload: JSON) -> bool:
    """Drafts are listed and rung like orders, but nobody has ordered anything yet."""
    return payload.get("status") not in DRAFTS


def has_refunds(payload: JSON) -> bool:
    return bool(payload.get("refunds"))


def order(payload: JSON, refunds: Sequence[JSON], document: JSON) -> Order:
    """The order as it is, with its refunds from `/orders/{id}/refunds`."""
    external_id = fields.external_id(payload, "id", "an order")
    where = f"order {external_id}"
    currency = fields.text(payload, "currency", where) or fields.broken(
        where, "currency", "a currency code"
    )
    back = given_back(refunds, currency)
    lines = _lines(payload, back, currency, where)
    billing = fields.section(payload, "billing", where)
    happened = moments.happened(payload, document, where)
    return Order(
        external_id=external_id,
        number=fields.text(payload, "number", where) or external_id,
        currency=currency,
        placed_at=moments.placed_at(payload, where),
        buyer=_buyer(payload, billing, where),
        lines=lines,
        other=_other(payload, lines, currency, where),
        refunded_other=back.other,
        refunded_loose=back.loose + _lost_shares(lines, back),
        paid_at=happened.paid_at,
        shipped_at=happened.shipped_at,
        delivered_at=happened.delivered_at,
        cancelled_at=happened.cancelled_at,
        withdrawn_at=happened.withdrawn_at,
        changed_at=fields.moment(payload, "date_modified_gmt", where),
        channel=fields.text(payload, "created_via", where),
        country=fields.text(billing, "country", where),
        voucher_codes=_codes(payload, where),
        referral_code=fields.meta(payload, document["fields"]["referral"]),
        rate=_rate(payload, document),
        test=_earns_nothing(payload, billing, document, where),
        erased=_is_erased(payload, billing, where),
    )


def _lines(payload: JSON, back: GivenBack, currency: str, where: str) -> tuple[Line, ...]:
    gross = payload.get("prices_include_tax") is True
    return tuple(
        _line(item, back, currency, gross, f"{where}, line_items[{n}]")
        for n, item in enumerate(fields.items(payload, "line_items", where))
    )


def _line(item: JSON, back: GivenBack, currency: str, gross: bool, where: str) -> Line:
    """`total` is always net and after coupons; `price` is a float with noise and never read."""
    line_id = fields.external_id(item, "id", where)
    product = fields.external_id(item, "product_id", where) if item.get("product_id") else ""
    net = fields.amount(item, "total", currency, where)
    tax = fields.amount(item, "total_tax", currency, where)
    discount = fields.amount(item, "subtotal", currency, where) - net
    if gross:
        discount += fields.amount(item, "subtotal_tax", currency, where) - tax
    return Line(
        id=line_id,
        product=product,
        quantity=fields.pieces(item, "quantity", where),
        net=net,
        tax=tax,
        discount=max(discount, 0),  # an admin may also raise a price
        refunded_net=back.net.get(line_id, 0),
        refunded_tax=back.tax.get(line_id, 0),
    )


def _other(payload: JSON, lines: Sequence[Line], currency: str, where: str) -> int:
    """Shipping and fees with tax, and what rounding per line leaves over: total minus lines."""
    total = fields.amount(payload, "total", currency, where)
    return total - sum(line.net + line.tax for line in lines)


def _lost_shares(lines: Sequence[Line], back: GivenBack) -> int:
    """Refunded for lines that are no longer in the order: money went back, so it counts."""
    known = {line.id for line in lines}
    return sum(
        amount
        for shares in (back.net, back.tax)
        for line, amount in shares.items()
        if line not in known
    )


def _buyer(payload: JSON, billing: JSON, where: str) -> Buyer:
    """`customer_id` 0 is a guest, known by the billing address as typed.

    A registered buyer's billing address may be another than the account's, so it is not looked at.
    """
    customer = fields.external_id(payload, "customer_id", where)
    if customer != "0":
        return Account(customer)
    email = fields.text(billing, "email", where)
    if not email or _is_erased(payload, billing, where):
        return Unknown()
    return Guest(email)


def _is_erased(payload: JSON, billing: JSON, where: str) -> bool:
    address = fields.text(billing, "email", where).lower()
    return address == ERASED_ADDRESS or fields.meta(payload, "_anonymized") == "yes"


def _codes(payload: JSON, where: str) -> tuple[str, ...]:
    """WooCommerce lower-cases codes when it saves them."""
    return tuple(
        fields.text(line, "code", where) for line in fields.items(payload, "coupon_lines", where)
    )


def _rate(payload: JSON, document: JSON) -> Decimal | None:
    """What a currency plugin noted at checkout. No number above 0 is no rate: nothing is guessed."""
    try:
        rate = Decimal(fields.meta(payload, document["fields"]["rate"]).strip() or "0")
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and rate > 0 else None


def _earns_nothing(payload: JSON, billing: JSON, document: JSON, where: str) -> bool:
    """The merchant's own trials, and channels that the document leaves out."""
    tests, channels = document["test_orders"], document["channels"]
    return (
        fields.text(billing, "email", where).lower() in tests["emails"]
        or fields.text(payload, "payment_method", where) in tests["payment_methods"]
        or bool(channels and fields.text(payload, "created_via", where) not in channels)
    )


def customer(payload: JSON, document: JSON) -> Customer:
    """A holder of an account. WooCommerce does not say whether the address was ever verified."""
    external_id = fields.external_id(payload, "id", "a customer")
    where = f"customer {external_id}"
    billing = fields.section(payload, "billing", where)
    return Customer(
        external_id=external_id,
        email=fields.text(payload, "email", where),
        first_name=fields.text(payload, "first_name", where),
        country=fields.text(billing, "country", where),
        group=fields.text(payload, "role", where),
        registered_at=fields.moment(payload, "date_created_gmt", where),
        birthday=_birthday(fields.meta(payload, document["fields"]["birthday"])),
    )


_BIRTHDAYS = (
    re.compile(r"(?:\d{4}-)?(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?:\d{4})?"),
    re.compile(r"\d{4}(?P<month>\d\d)(?P<day>\d\d)"),
)


def _birthday(text: str) -> tuple[int, int] | None:
    """Month and day of what a form plugin kept. What cannot be read is no birthday, and no error:
    the customer typed it."""
    for form in _BIRTHDAYS:
        if found := form.fullmatch(text.strip()):
            month, day = int(found["month"]), int(found["day"])
            try:
                date(2024, month, day)  # a leap year
            except ValueError:
                return None
            return month, day
    return None


def product(payload: JSON) -> Product:
    """Order lines name the parent of a variation as `product_id`, so parents are all we need."""
    external_id = fields.external_id(payload, "id", "a product")
    where = f"product {external_id}"
    images = fields.items(payload, "images", where)
    return Product(
        external_id=external_id,
        title=fields.text(payload, "name", where),
        url=fields.text(payload, "permalink", where),
        image=fields.text(images[0], "src", where) if images else "",
        categories=_ids(payload, "categories", where),
        tags=_ids(payload, "tags", where),
        gift_card="gift" in fields.text(payload, "type", where).lower(),
    )


def _ids(payload: JSON, name: str, where: str) -> tuple[str, ...]:
    return tuple(
        fields.external_id(item, "id", where) for item in fields.items(payload, name, where)
    )
