"""A voucher in Shopware's words; pure.

A code has no worth, no end and no owner of its own there: all of that is the promotion's. So there is one promotion for
each worth and last day (and owner, where it is bound), and codes are hung into it. Every id is made from what it stands
for, so that writing the same again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from connector.errors import Refused
from connector.port import JSON, Voucher
from connector.values import Money, end_of_day

NAME = "Stammkunde"
"""How our promotions begin in the administration, and how we find them to clean up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written for one voucher: its promotion, the rule it needs, and its code."""

    promotion: JSON
    rules: Sequence[JSON]
    code: JSON


def plan(
    voucher: Voucher, currency: str, zone: str, channels: Sequence[str], owners: Sequence[str]
) -> Plan:
    """`channels`: sales channels in which it works; `owners`: customers who alone may use it."""
    for money in (voucher.amount, voucher.minimum, voucher.cap):
        if money and money.currency != currency:
            raise Refused(
                f"The voucher is in {money.currency}, but the shop's own currency is {currency}."
            )
    if voucher.product:
        raise Refused(
            "Free products cannot be given as a code in Shopware yet. Offer an amount or a percentage."
        )
    worth = _worth(voucher)
    until = end_of_day(voucher.expires_on, zone) - timedelta(seconds=1)
    id_ = made_of(
        "promotion", worth["scope"], worth["type"], worth["value"], worth["maxValue"], currency,
        voucher.minimum.minor if voucher.minimum else 0, voucher.expires_on, zone,
        voucher.combinable, *sorted(owners),
    )  # fmt: skip
    rules = [rule(voucher.minimum)] if voucher.minimum else []
    promotion = _settled(id_, voucher, channels, owners) | {
        "validUntil": until.astimezone(UTC).isoformat(timespec="milliseconds"),
        "discounts": [{"id": made_of(id_, "discount"), "considerAdvancedRules": False, **worth}],
        "cartRules": [{"id": one["id"]} for one in rules],
    }
    code = {"id": made_of("code", voucher.code), "promotionId": id_, "code": voucher.code}
    return Plan(promotion, rules, code)


def _settled(id_: str, voucher: Voucher, channels: Sequence[str], owners: Sequence[str]) -> JSON:
    """All of a promotion that is not its worth, its end and its rules."""
    return {
        "id": id_,
        "name": _name(voucher),
        "active": True,
        "useCodes": True,
        "useIndividualCodes": True,
        "individualCodePattern": "",
        "priority": 1,
        "exclusive": False,
        "preventCombination": not voucher.combinable,
        "useSetGroups": False,
        "customerRestriction": bool(owners),
        "personaCustomers": [{"id": owner} for owner in owners],
        "salesChannels": [
            {"id": made_of(id_, channel), "salesChannelId": channel, "priority": 1}
            for channel in channels
        ],
    }


def _worth(voucher: Voucher) -> JSON:
    """A discount; the shop turns amounts into other currencies by its own factor (seen)."""
    cap = float(voucher.cap.decimal()) if voucher.cap else None
    if voucher.amount:
        value = float(voucher.amount.decimal())
        return {"scope": "cart", "type": "absolute", "value": value, "maxValue": None}
    if voucher.percent is not None:
        value = float(voucher.percent)
        return {"scope": "cart", "type": "percentage", "value": value, "maxValue": cap}
    if voucher.free_shipping:
        return {"scope": "delivery", "type": "percentage", "value": 100.0, "maxValue": None}
    raise Refused("The voucher has neither an amount nor a percentage nor free shipping.")


def _name(voucher: Voucher) -> str:
    """Shown to the customer in the cart, and to the merchant in his list."""
    title = voucher.description or "Bonus"
    return f"{title} ({NAME} {voucher.expires_on.isoformat()})"[:255]


def rule(minimum: Money) -> JSON:
    """The cart is worth at least this; one rule for each amount, shared by all promotions.

    Shopware compares with the cart in the currency and with the tax that its buyer sees.
    """
    id_ = made_of("rule", minimum.minor, minimum.currency)
    least = {
        "id": made_of(id_, "amount"),
        "type": "cartCartAmount",
        "value": {"operator": ">=", "amount": float(minimum.decimal())},
    }
    both = {"id": made_of(id_, "and"), "type": "andContainer", "children": [least]}
    return {
        "id": id_,
        "name": f"{NAME}: {minimum}",
        "priority": 1,
        "conditions": [{"id": made_of(id_, "or"), "type": "orContainer", "children": [both]}],
    }


def made_of(*parts: object) -> str:
    """An id such as Shopware makes at random, from what it stands for."""
    text = "\x1f".join(map(str, ("stammkunde", *parts)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
