"""Orders as a checkout leaves them behind: the row, its lines, its payment, its parcel, its customer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from adapters.shopware.simulator import lines, money
from adapters.shopware.simulator.clock import stamp
from adapters.shopware.simulator.kinds import JSON, LIVE
from adapters.shopware.simulator.lines import Line
from adapters.shopware.simulator.money import Parts
from adapters.shopware.simulator.shop import Shop

FIRST_NUMBER = 10000
ADDRESS = ("countryId", "countryStateId", "salutationId", "firstName", "lastName", "street")
PLACE = ("zipcode", "city", "company", "department", "title", "phoneNumber")


@dataclass
class Basket:
    """What is about to be ordered; amounts as this order's tax status shows them."""

    customer: JSON
    at: datetime
    status: str
    currency: JSON
    lines: list[Line]
    shipping: Parts
    shipping_discounts: list[Parts] = field(default_factory=list)

    @property
    def goods(self) -> Parts:
        return money.added(line.parts for line in self.lines)

    @property
    def sent(self) -> Parts:
        return money.added([self.shipping, *self.shipping_discounts])


def place(shop: Shop, basket: Basket, wanted: JSON) -> JSON:
    """Everything an order consists of, open and unpaid; nobody is told yet."""
    row, billing = shop.new_id(basket.at), shop.new_id(basket.at)
    made = shop.add("order", basket.at, id=row, **_order(shop, basket, wanted, billing))
    _address(shop, basket, row, billing)
    _customer(shop, basket, row)
    for number, line in enumerate(basket.lines, 1):
        lines.write(shop, made, line, number, basket.at)
    _deliver(shop, basket, row, billing)
    pay_again(shop, made, basket.at)
    shop.store.change("customer", basket.customer["id"], **_last(shop, basket))
    return made


def _last(shop: Shop, basket: Basket) -> JSON:
    """Seen: 6.5.6.1 does not note how somebody paid last."""
    noted: JSON = {"lastOrderDate": stamp(basket.at)}
    old = shop.version.startswith("6.5")
    return noted if old else noted | {"lastPaymentMethodId": shop.base["payment"]}


def _order(shop: Shop, basket: Basket, wanted: JSON, billing: str) -> JSON:
    moment, currency = stamp(basket.at), basket.currency
    return {
        "orderNumber": str(FIRST_NUMBER + shop.store.count.get("order", 0)),
        "orderDateTime": moment,
        "orderDate": moment[:10] + "T00:00:00.000+00:00",
        "billingAddressId": billing,
        "billingAddressVersionId": LIVE,
        "currencyId": currency["id"],
        "currencyFactor": currency["factor"],
        "languageId": shop.base["language.de"],
        "salesChannelId": wanted.get("sales_channel_id") or shop.base["channel"],
        "stateId": shop.base["state.order.open"],
        "deepLinkCode": secrets.token_urlsafe(24),
        "affiliateCode": wanted.get("affiliate_code"),
        "campaignCode": wanted.get("campaign_code"),
        "customFields": wanted.get("customFields"),
        "ruleIds": [],
        "itemRounding": money.ROUNDING,
        "totalRounding": money.ROUNDING,
        **({"taxCalculationType": "horizontal"} if shop.double_signed else {}),
        **sums(basket.goods, basket.sent, basket.status),
    }


def sums(goods: Parts, shipping: Parts, status: str) -> JSON:
    """The amounts of an order, once in `price` and once beside it."""
    price = money.cart(goods, shipping, status)
    return {
        "price": price,
        "amountTotal": price["totalPrice"],
        "amountNet": price["netPrice"],
        "positionPrice": price["positionPrice"],
        "taxStatus": status,
        "shippingCosts": money.price(shipping, 1, status),
        "shippingTotal": money.number(money.total(shipping)),
    }


def _address(shop: Shop, basket: Basket, order: str, row: str) -> None:
    """A copy of the customer's address: it stays when the customer goes."""
    home = shop.store.rows["customer_address"][basket.customer["defaultBillingAddressId"]]
    copied = {name: home.get(name) for name in (*ADDRESS, *PLACE)}
    ids = {"orderId": order, "orderVersionId": LIVE}
    shop.add("order_address", basket.at, id=row, **ids, **copied)


def _customer(shop: Shop, basket: Basket, order: str) -> None:
    who = basket.customer
    names = ("email", "salutationId", "firstName", "lastName", "customerNumber", "company", "title")
    ids = {"orderId": order, "orderVersionId": LIVE, "customerId": who["id"]}
    copied = {name: who.get(name) for name in names}
    shop.add("order_customer", basket.at, **ids, **copied, remoteAddress="127.0.0.0")


def _deliver(shop: Shop, basket: Basket, order: str, address: str) -> None:
    """A discount on shipping is a delivery of its own with negative costs, and it may come first."""
    for costs in [*basket.shipping_discounts, basket.shipping]:
        earliest = basket.at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        values: JSON = {"shippingOrderAddressId": address, "shippingOrderAddressVersionId": LIVE}
        values |= {"orderId": order, "orderVersionId": LIVE}
        values |= {"shippingMethodId": shop.base["shipping"], "trackingCodes": []}
        values |= {"shippingDateEarliest": stamp(earliest)}
        values |= {"shippingDateLatest": stamp(earliest + timedelta(days=2))}
        values |= {"shippingCosts": money.price(costs, 1, basket.status)}
        values |= {"stateId": shop.base["state.order_delivery.open"]}
        made = shop.add("order_delivery", basket.at, **values)
    if "primaryOrderDeliveryId" in shop.store.kinds["order"].blank:
        primary = {"primaryOrderDeliveryId": made["id"], "primaryOrderDeliveryVersionId": LIVE}
        shop.store.change("order", order, **primary)


def pay_again(shop: Shop, order: JSON, at: datetime) -> JSON:
    """A payment; another attempt is another transaction beside the first."""
    parts = {
        int(tax["taxRate"]): money.Part(Decimal(str(tax["price"])), Decimal(str(tax["tax"])))
        for tax in order["price"]["calculatedTaxes"]
    }
    amount = money.price(parts, 1, order["taxStatus"])
    amount |= {"unitPrice": order["amountTotal"], "totalPrice": order["amountTotal"]}
    values: JSON = {"orderId": order["id"], "orderVersionId": LIVE, "amount": amount}
    values |= {"paymentMethodId": shop.base["payment"]}
    values |= {"stateId": shop.base["state.order_transaction.open"]}
    made = shop.add("order_transaction", at, **values)
    if "primaryOrderTransactionId" in shop.store.kinds["order"].blank:
        primary = {
            "primaryOrderTransactionId": made["id"],
            "primaryOrderTransactionVersionId": LIVE,
        }
        shop.store.change("order", order["id"], **primary)
    return made


def find(shop: Shop, row: str) -> JSON:
    found = shop.store.get("order", row)
    if found is None:
        raise ValueError(f"There is no order {row}.")
    return found


def newest(shop: Shop, order: JSON) -> JSON:
    """The payment that was begun last."""
    return shop.store.related("order", order, "transactions")[-1]


def parcel(shop: Shop, order: JSON) -> JSON:
    """The delivery that costs most: the others are discounts on it."""
    sent = shop.store.related("order", order, "deliveries")
    return max(sent, key=lambda row: row["shippingCosts"]["totalPrice"])
