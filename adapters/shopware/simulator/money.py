"""Amounts as Shopware stores them: numbers, tax per line and rate, and what they are called in its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from adapters.shopware.simulator.kinds import JSON

ZERO = Decimal(0)
CENT = Decimal("0.01")
GROSS, NET, FREE = "gross", "net", "tax-free"
ROUNDING = {
    "extensions": [],
    "decimals": 2,
    "interval": 0.01,
    "roundForNet": True,
    "apiAlias": "shopware_core_framework_data_abstraction_layer_pricing_cash_rounding_config",
}


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def number(value: Decimal) -> int | float:
    """Seen: 218 and 34.81, never 218.0."""
    whole = int(value)
    return whole if whole == value else float(value)


@dataclass(frozen=True)
class Part:
    """What is taxed at one rate: the price as the order shows it, and the tax in it or on it."""

    price: Decimal
    tax: Decimal


Parts = Mapping[int, Part]


def shown(gross: Decimal, rate: int, status: str) -> Part:
    """What a gross price becomes in an order of this tax status."""
    net = rounded(gross * 100 / (100 + rate))
    if status == GROSS:
        return Part(gross, gross - net)
    if status == NET:
        return Part(net, rounded(net * rate / 100))
    return Part(net, ZERO)


def share(amount: Decimal, parts: Parts, status: str) -> dict[int, Part]:
    """An amount spread over the rates of what it is taken from; the last rate takes the rest."""
    whole = sum((part.price for part in parts.values()), ZERO)
    left, found = amount, {}
    rates = [rate for rate, part in parts.items() if part.price] or list(parts)
    for rate in rates:
        price = left if rate == rates[-1] else rounded(amount * parts[rate].price / whole)
        left -= price
        on_top = rounded(price * rate / 100) if status == NET else ZERO
        inside = price - rounded(price * 100 / (100 + rate))
        found[rate] = Part(price, inside if status == GROSS else on_top)
    return found


def added(many: Iterable[Parts]) -> dict[int, Part]:
    found: dict[int, Part] = {}
    for parts in many:
        for rate, part in parts.items():
            before = found.get(rate, Part(ZERO, ZERO))
            found[rate] = Part(before.price + part.price, before.tax + part.tax)
    return found


def total(parts: Parts) -> Decimal:
    return sum((part.price for part in parts.values()), ZERO)


def tax(parts: Parts) -> Decimal:
    return sum((part.tax for part in parts.values()), ZERO)


def _taxes(parts: Parts, status: str) -> list[JSON]:
    return [
        {
            "extensions": [],
            "tax": number(part.tax),
            "taxRate": rate,
            "price": number(part.price),
            "apiAlias": "cart_tax_calculated",
        }
        for rate, part in parts.items()
        if status != FREE
    ]


def rules(parts: Parts) -> list[JSON]:
    whole = total(parts)
    return [
        {
            "extensions": [],
            "taxRate": rate,
            "percentage": number(rounded(part.price * 100 / whole)) if whole else 100,
            "apiAlias": "cart_tax_rule",
        }
        for rate, part in parts.items()
    ]


def price(parts: Parts, quantity: int, status: str) -> JSON:
    """A `calculated_price`, of a line, of shipping, of a payment."""
    whole = total(parts)
    return {
        "extensions": [],
        "unitPrice": number(rounded(whole / quantity)) if quantity else 0,
        "quantity": quantity,
        "totalPrice": number(whole),
        "calculatedTaxes": _taxes(parts, status),
        "taxRules": rules(parts),
        "referencePrice": None,
        "listPrice": None,
        "regulationPrice": None,
        "apiAlias": "calculated_price",
    }


def cart(goods: Parts, shipping: Parts, status: str) -> JSON:
    """A `cart_price`. Seen: net orders count positions net, and the tax comes on top."""
    both = added([goods, shipping])
    shown_total, taxes = total(both), tax(both)
    whole = shown_total + taxes if status == NET else shown_total
    return {
        "extensions": [],
        "netPrice": number(shown_total - taxes if status == GROSS else shown_total),
        "totalPrice": number(whole),
        "calculatedTaxes": _taxes(both, status),
        "taxRules": rules(both),
        "positionPrice": number(total(goods)),
        "taxStatus": status,
        "rawTotal": number(whole),
        "apiAlias": "cart_price",
    }
