"""Shopware's JSON in our words; pure, and the vendor's field names end here.

Seen on Shopware 6.5.6.1 and 6.6.7.1; what only 6.7 has is taken where it is there. Where a comment says "seen", a trimmed
recording stands beside the tests.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from adapters.shopware import fields, moments, payments, positions, refunds
from connector.errors import NotThere
from connector.port import JSON, Account, Buyer, Customer, Guest, Order, Product, Unknown

LIVE = "0fa91ce3e96a4bc2be4bd9ce752c3425"
"""The version that counts; opening an order in the administration makes drafts beside it (seen)."""


def order(payload: JSON, document: JSON) -> Order:
    """The order as it is, read with the associations of `asking.ORDER`."""
    external_id = fields.external_id(payload, "id", "an order")
    where = f"order {external_id}"
    currency = fields.text(fields.section(payload, "currency", where), "isoCode", where)
    if not currency:
        fields.broken(where, "currency.isoCode", "a currency code")
    shown = fields.text(payload, "taxStatus", where) or _tax_status(payload, where)
    lines = positions.lines(payload, currency, shown == "gross", where)
    total = fields.amount(payload, "amountTotal", currency, where)
    other = total - sum(line.net + line.tax for line in lines)
    every = payments.every(payload, where)
    counting = payments.counting(every, document["states"]["paid"])
    back = refunds.given_back(payload, lines, other, every, counting, document, currency, where)
    happened = moments.happened(payload, counting, document, where)
    return Order(
        external_id=external_id,
        number=fields.text(payload, "orderNumber", where) or external_id,
        currency=currency,
        placed_at=happened.placed_at,
        buyer=_buyer(payload, where),
        lines=back.lines,
        other=other,
        refunded_other=back.other,
        refunded_loose=back.loose,
        paid_at=happened.paid_at,
        shipped_at=happened.shipped_at,
        delivered_at=happened.delivered_at,
        cancelled_at=happened.cancelled_at,
        withdrawn_at=happened.withdrawn_at,
        changed_at=happened.changed_at,
        channel=fields.text(payload, "salesChannelId", where),
        group=_group(payload, where),
        country=_country(payload, where),
        voucher_codes=positions.codes(payload, where),
        referral_code=fields.custom(payload, document["fields"]["referral"])
        or fields.text(payload, "affiliateCode", where),
        rate=_rate(payload),
        test=_earns_nothing(payload, document, where),
    )


def _tax_status(payload: JSON, where: str) -> str:
    """Older orders say it only within their price."""
    said = fields.text(fields.section(payload, "price", where), "taxStatus", where)
    return said or fields.broken(where, "taxStatus", "gross, net or tax-free")


def _buyer(payload: JSON, where: str) -> Buyer:
    """Guests have customers of their own, one for each order, so only accounts are known by id.

    Of a deleted customer the id is gone and the address stays (seen): whoever he was, the order is known
    by its address from then on.
    """
    person = fields.section(payload, "orderCustomer", where)
    customer = fields.section(person, "customer", where)
    id_ = fields.as_id(person.get("customerId"))
    if id_ and customer.get("guest") is not True:
        return Account(id_)
    email = fields.text(person, "email", where)
    return Guest(email) if email else Unknown()


def _group(payload: JSON, where: str) -> str:
    person = fields.section(payload, "orderCustomer", where)
    return fields.text(fields.section(person, "customer", where), "groupId", where)


def _country(payload: JSON, where: str) -> str:
    billing = fields.section(payload, "billingAddress", where)
    return fields.text(fields.section(billing, "country", where), "iso", where)


def _rate(payload: JSON) -> Decimal | None:
    """Units of the order's currency for one of the shop's (seen: 133.48 USD / 1.17085 = 114.00 EUR)."""
    factor: Any = payload.get("currencyFactor")
    if isinstance(factor, bool) or not isinstance(factor, int | Decimal) or factor <= 0:
        return None
    return Decimal(factor)


def _earns_nothing(payload: JSON, document: JSON, where: str) -> bool:
    """The merchant's own trials, and sales channels that the document leaves out (by id or name)."""
    tests, channels = document["test_orders"], document["channels"]
    person = fields.section(payload, "orderCustomer", where)
    names = {fields.text(payload, "salesChannelId", where), _channel_name(payload, where)}
    methods = {
        str(each.get("paymentMethodId")) for each in fields.list_of(payload, "transactions", where)
    }
    return (
        fields.text(person, "email", where).lower() in tests["emails"]
        or bool(methods.intersection(tests["payment_methods"]))
        or bool(channels and not names.intersection(channels))
    )


def _channel_name(payload: JSON, where: str) -> str:
    return fields.named(fields.section(payload, "salesChannel", where), "name", where)


def is_account(payload: JSON) -> bool:
    """Guests are customers too, and so is who has not yet clicked the link in the first mail."""
    waits = payload.get("doubleOptInRegistration") is True
    return payload.get("guest") is not True and not (
        waits and payload.get("doubleOptInConfirmDate") is None
    )


def customer(payload: JSON, document: JSON) -> Customer:
    """A holder of an account. Raises NotThere for guests and for accounts nobody has confirmed."""
    external_id = fields.external_id(payload, "id", "a customer")
    where = f"customer {external_id}"
    if not is_account(payload):
        raise NotThere(f"Customer {external_id} has no account: a guest, or not yet confirmed.")
    billing = fields.section(payload, "defaultBillingAddress", where)
    language = fields.section(fields.section(payload, "language", where), "locale", where)
    return Customer(
        external_id=external_id,
        email=fields.text(payload, "email", where),
        first_name=fields.text(payload, "firstName", where),
        country=fields.text(fields.section(billing, "country", where), "iso", where),
        group=fields.text(payload, "groupId", where),
        verified=payload.get("doubleOptInConfirmDate") is not None,
        language=fields.text(language, "code", where)[:2],
        registered_at=fields.moment(payload, "createdAt", where),
        birthday=_birthday(payload, document, where),
    )


def _birthday(payload: JSON, document: JSON, where: str) -> tuple[int, int] | None:
    """A day, written as its midnight. What cannot be read is no birthday, and no error: a person typed it."""
    key = document["fields"]["birthday"]
    text = fields.custom(payload, key) if key else fields.text(payload, "birthday", where)
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day.month, day.day


def product(payload: JSON, document: JSON, shop_url: str) -> Product:
    """A product that is nobody's variant."""
    external_id = fields.external_id(payload, "id", "a product")
    where = f"product {external_id}"
    cover = fields.section(payload, "cover", where)
    number = fields.text(payload, "productNumber", where)
    return Product(
        external_id=external_id,
        title=fields.named(payload, "name", where),
        url=f"{shop_url}/detail/{external_id}",
        image=fields.text(fields.section(cover, "media", where), "url", where),
        categories=_ids(payload, "categoryTree"),
        tags=_ids(payload, "tagIds"),
        gift_card=number in document["gift_cards"],
    )


def _ids(payload: JSON, name: str) -> tuple[str, ...]:
    """Ids as they come; `categoryTree` has the most general first."""
    found = payload.get(name)
    return tuple(each for each in (found if isinstance(found, list) else []) if fields.as_id(each))
