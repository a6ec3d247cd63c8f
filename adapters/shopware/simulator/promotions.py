"""What a checkout does with a code: who may use it, what it takes off, and that it is used then."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from adapters.shopware.simulator import errors, lines, money, rules
from adapters.shopware.simulator.clock import stamp
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.lines import Line
from adapters.shopware.simulator.orders import Basket
from adapters.shopware.simulator.shop import Shop

NOT_FOUND, NOT_ELIGIBLE = "promotion-not-found", "promotion-not-eligible"
"""What the cart says of a code that does nothing; the order goes through without it."""


@dataclass(frozen=True)
class Code:
    """A code that a promotion knows; `row` where it is one of many."""

    code: str
    promotion: JSON
    row: JSON | None


def apply(shop: Shop, basket: Basket, wanted: list[str], channel: str) -> tuple[list[Code], JSON]:
    """Puts what the codes take off into the basket; says which were used and why others were not."""
    used: list[Code] = []
    refused: JSON = {}
    for given in wanted:
        found = _find(shop, given)
        if found is None:
            refused[given] = NOT_FOUND
        elif not _eligible(shop, basket, found.promotion, channel):
            refused[given] = NOT_ELIGIBLE
        else:
            _stackable(used, found)
            _take_off(shop, basket, found)
            used.append(found)
    return used, refused


def _find(shop: Shop, given: str) -> Code | None:
    """Seen: letters' case does not count. A code that was redeemed is as good as none."""
    for row in shop.store.holders("promotion_individual_code", "code", given.strip()):
        if row.get("payload") is None:
            promotion = shop.store.rows["promotion"][row["promotionId"]]
            whole = promotion.get("useCodes") and promotion.get("useIndividualCodes")
            return Code(row["code"], promotion, row) if whole else None
        return None
    for promotion in shop.store.rows["promotion"].values():
        own = promotion.get("code")
        single = promotion.get("useCodes") and not promotion.get("useIndividualCodes")
        if own and single and str(own).casefold() == given.strip().casefold():
            return Code(own, promotion, None)
    return None


def _stackable(used: list[Code], found: Code) -> None:
    """Seen: two codes of one promotion in a cart are an error of the whole cart."""
    if any(code.promotion["id"] == found.promotion["id"] for code in used):
        raise errors.refuse(
            400,
            "CHECKOUT__CART_LINE_ITEM_NOT_STACKABLE",
            f'Line item with id "{found.code}" is not stackable.',
            id=found.code,
        )
    together = [*used, found]
    alone = ("exclusive", "preventCombination")
    if used and any(code.promotion.get(name) for code in together for name in alone):
        raise errors.beyond("promotions that do not go together")


def _eligible(shop: Shop, basket: Basket, promotion: JSON, channel: str) -> bool:
    now = stamp(basket.at)
    starts, ends = promotion.get("validFrom"), promotion.get("validUntil")
    channels = shop.store.related("promotion", promotion, "salesChannels")
    # Read in source: the end is compared with "greater than now".
    in_time = (not starts or starts <= now) and (not ends or ends > now)
    return bool(
        promotion.get("active")
        and in_time
        and any(row["salesChannelId"] == channel for row in channels)
        and _left(shop, basket, promotion)
        and _for_them(shop, basket, promotion)
        and _big_enough(shop, basket, promotion)
    )


def _left(shop: Shop, basket: Basket, promotion: JSON) -> bool:
    most, each = promotion.get("maxRedemptionsGlobal"), promotion.get("maxRedemptionsPerCustomer")
    mine = (promotion.get("ordersPerCustomerCount") or {}).get(basket.customer["id"], 0)
    return (most is None or promotion.get("orderCount", 0) < most) and (each is None or mine < each)


def _for_them(shop: Shop, basket: Basket, promotion: JSON) -> bool:
    """Read in source: bound customers are compared by their number."""
    if not promotion.get("customerRestriction"):
        return True
    bound = shop.store.related("promotion", promotion, "personaCustomers")
    return any(row["customerNumber"] == basket.customer["customerNumber"] for row in bound)


def _big_enough(shop: Shop, basket: Basket, promotion: JSON) -> bool:
    wanted = shop.store.related("promotion", promotion, "cartRules")
    goods = sum((money.total(line.parts) for line in basket.lines if line.good), money.ZERO)
    whole = money.total(basket.goods) + money.total(basket.sent)
    sums = rules.Sums(cart=whole, goods=goods)
    return not wanted or any(rules.met(shop.store, rule, sums) for rule in wanted)


def _take_off(shop: Shop, basket: Basket, code: Code) -> None:
    for discount in shop.store.related("promotion", code.promotion, "discounts"):
        if discount["type"] not in ("absolute", "percentage"):
            raise errors.beyond(f"a discount of type {discount['type']}")
        if discount["scope"] == "delivery":
            off = _worth(basket, discount, money.total(basket.shipping))
            cost = money.share(-off, basket.shipping, basket.status)
            basket.shipping_discounts.append(cost)
            basket.lines.append(_line(shop, code, discount, off, {}))
        elif discount["scope"] == "cart":
            goods = money.added(line.parts for line in basket.lines if line.good)
            off = _worth(basket, discount, money.total(money.added(x.parts for x in basket.lines)))
            parts = money.share(-off, goods, basket.status)
            basket.lines.append(_line(shop, code, discount, off, parts))
        else:
            raise errors.beyond(f"a discount on {discount['scope']}")


def _worth(basket: Basket, discount: JSON, base: Decimal) -> Decimal:
    """Seen: 5 EUR are 5.85 USD; never more than there is."""
    factor = Decimal(str(basket.currency["factor"]))
    value = Decimal(str(discount["value"]))
    if discount["type"] == "absolute":
        return min(money.rounded(value * factor), base)
    off = money.rounded(base * value / 100)
    most = discount.get("maxValue")
    return off if most is None else min(off, money.rounded(Decimal(str(most)) * factor))


def _line(shop: Shop, code: Code, discount: JSON, off: Decimal, parts: money.Parts) -> Line:
    promotion = code.promotion
    payload: JSON = {
        "promotionId": promotion["id"],
        "discountId": discount["id"],
        "discountType": discount["type"],
        "code": code.code,
        "value": f"{Decimal(str(discount['value'])).normalize():f}",
        "promotionCodeType": "individual" if code.row else "global",
        "maxValue": "" if discount.get("maxValue") is None else str(discount["maxValue"]),
        "discountScope": discount["scope"],
        "preventCombination": bool(promotion.get("preventCombination")),
        "exclusions": [],
        "groupId": "",
        "setGroups": [],
        "filter": dict.fromkeys(("sorterKey", "applierKey", "usageKey", "pickerKey")),
        "composition": [],
    }
    if not shop.version.startswith("6.5"):
        payload["priority"] = promotion.get("priority", 1)
    return Line(
        "promotion",
        promotion["name"],
        1,
        parts,
        referenced=code.code,
        promotion=promotion["id"],
        payload=payload,
        definition=lines.absolute(money.number(-off), None),
        good=False,
    )


def redeem(shop: Shop, used: list[Code], order: JSON, customer: JSON) -> None:
    """Seen: the code keeps who used it in which order; cancelling the order does not free it."""
    name = f"{customer['firstName']} {customer['lastName']}"
    note = {"orderId": order["id"], "customerId": customer["id"], "customerName": name}
    for code in used:
        if code.row:
            values = {"payload": note, "updatedAt": stamp(shop.now())}
            shop.store.change("promotion_individual_code", code.row["id"], **values)
        counted = dict(code.promotion.get("ordersPerCustomerCount") or {})
        counted[customer["id"]] = counted.get(customer["id"], 0) + 1
        count = code.promotion.get("orderCount", 0) + 1
        shop.store.change(
            "promotion", code.promotion["id"], orderCount=count, ordersPerCustomerCount=counted
        )
