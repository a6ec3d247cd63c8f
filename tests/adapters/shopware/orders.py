"""Orders as Shopware writes them, made for one question each; the shape is that of the recordings."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

JSON = dict[str, Any]

ANSWERS: Any = json.loads(
    Path(__file__).with_name("recordings").joinpath("answers.json").read_text("utf-8"),
    parse_float=Decimal,
)
CUSTOMER = "c" * 32
AT, LATER = "2026-11-02T10:00:00.000+00:00", "2026-11-05T08:30:00.000+00:00"


def an_id() -> str:
    return uuid4().hex


def state(name: str) -> JSON:
    return {"technicalName": name}


def priced(total: str, tax: str = "0", quantity: int = 1) -> JSON:
    """A `calculated_price`."""
    taxes = [{"tax": Decimal(tax), "taxRate": 19, "price": Decimal(total)}]
    return {"totalPrice": Decimal(total), "quantity": quantity, "calculatedTaxes": taxes}


def goods(total: str, tax: str, quantity: int = 1, **more: Any) -> JSON:
    """A position of the type product."""
    product = an_id()
    return {
        "id": an_id(), "identifier": an_id(), "type": "product", "productId": product,
        "referencedId": product, "quantity": quantity, "totalPrice": Decimal(total),
        "price": priced(total, tax, quantity), "payload": [],
    } | more  # fmt: skip


def discount(total: str, tax: str, code: str = "", of: JSON | None = None, **more: Any) -> JSON:
    """A position of the type promotion; `of`: how much by identifier."""
    composition = [
        {"id": name, "quantity": 1, "discount": share} for name, share in (of or {}).items()
    ]
    return {
        "id": an_id(), "identifier": an_id(), "type": "promotion", "referencedId": code, "quantity": 1,
        "totalPrice": Decimal(total), "price": priced(total, tax),
        "payload": {"code": code, "composition": composition},
    } | more  # fmt: skip


def payment(name: str, at: str = AT, changed: str | None = None, **more: Any) -> JSON:
    return {
        "id": an_id(), "createdAt": at, "updatedAt": changed, "stateMachineState": state(name),
        "paymentMethodId": an_id(), "captures": [],
    } | more  # fmt: skip


def delivery(name: str, costs: str = "4.99", changed: str | None = None, **more: Any) -> JSON:
    return {
        "id": an_id(), "createdAt": AT, "updatedAt": changed, "stateMachineState": state(name),
        "shippingCosts": priced(costs),
    } | more  # fmt: skip


def an_order(*lines: JSON, total: str = "42.98", **more: Any) -> JSON:
    """Two pieces for 37.99 with tax and parcel post for 4.99, unless the test says otherwise."""
    return {
        "id": an_id(), "autoIncrement": 7, "orderNumber": "10007", "orderDateTime": AT, "createdAt": AT,
        "updatedAt": None, "amountTotal": Decimal(total), "taxStatus": "gross", "currencyFactor": 1,
        "salesChannelId": "5" * 32, "currency": {"isoCode": "EUR"}, "affiliateCode": None,
        "customFields": None, "stateMachineState": state("open"),
        "lineItems": list(lines) or [goods("37.99", "6.07", 2)],
        "transactions": [payment("open")], "deliveries": [delivery("open")],
        "orderCustomer": {
            "customerId": CUSTOMER, "email": "mia@example.com",
            "customer": {"guest": False, "groupId": "6" * 32},
        },
        "billingAddress": {"country": {"iso": "DE"}},
    } | more  # fmt: skip


def a_customer(**more: Any) -> JSON:
    return {
        "id": CUSTOMER, "autoIncrement": 3, "email": "mia@example.com", "firstName": "Mia",
        "groupId": "6" * 32, "guest": False, "doubleOptInRegistration": False,
        "doubleOptInConfirmDate": None, "birthday": None, "createdAt": AT, "customFields": None,
        "language": {"locale": {"code": "de-DE"}},
        "defaultBillingAddress": {"country": {"iso": "AT"}},
    } | more  # fmt: skip
