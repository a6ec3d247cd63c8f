"""Facts made on purpose: orders as told, and what a merchant, a bank or a parcel service does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from adapters.shopware.simulator import customers, editing, events, lines, money, promotions, states
from adapters.shopware.simulator import orders as placing
from adapters.shopware.simulator.clock import stamp
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop

DELIVERED = "stammkunde_delivered_at"
"""The custom field in which the shop keeps when the parcel arrived; Shopware itself knows no such moment."""


def moment_of(shop: Shop, value: object) -> datetime | None:
    """ISO 8601; without an offset it is the shop's time."""
    if not value:
        return None
    parsed = datetime.fromisoformat(str(value))
    return parsed.astimezone(UTC) if parsed.tzinfo else shop.clock.from_local(parsed)


def make_order(shop: Shop, wanted: JSON, quietly: bool = False) -> JSON:
    """An order with full control; says its ids and which codes the checkout would not take."""
    at = moment_of(shop, wanted.get("at")) or shop.now()
    basket = basket_of(shop, wanted, at, _buyer(shop, wanted, at, quietly))
    channel = wanted.get("sales_channel_id") or shop.base["channel"]
    codes = [str(code) for code in wanted.get("codes") or []]
    used, refused = promotions.apply(shop, basket, codes, channel)
    order = placing.place(shop, basket, wanted)
    promotions.redeem(shop, used, order, basket.customer)
    if not quietly:
        events.placed(shop, order)
    if wanted.get("paid"):
        states.go(shop, "order_transaction", placing.newest(shop, order), "paid", at, quietly)
    modified = moment_of(shop, wanted.get("modified_at"))
    if modified:
        shop.store.change("order", order["id"], updatedAt=stamp(modified))
    return said(shop, order) | {"refused": refused}


def basket_of(shop: Shop, wanted: JSON, at: datetime, customer: JSON) -> placing.Basket:
    """What is about to be ordered, before any code takes something off."""
    status = wanted.get("tax_status", money.GROSS)
    if status not in (money.GROSS, money.NET, money.FREE):
        raise ValueError(f"There is no tax status {status}: gross, net, tax-free.")
    code = wanted.get("currency", "EUR")
    if f"currency.{code}" not in shop.base:
        raise ValueError(f"This shop has no currency {code}.")
    currency = shop.store.rows["currency"][shop.base[f"currency.{code}"]]
    factor = Decimal(str(currency["factor"]))
    items = [lines.read(shop, line, status, factor) for line in wanted.get("line_items") or []]
    if not items:
        raise ValueError("An order needs line_items.")
    rates = {rate for item in items for rate in item.parts}
    rate = rates.pop() if len(rates) == 1 else 19
    cost = Decimal(str(wanted.get("shipping") or 0))
    sent = {rate: money.shown(cost, rate, status)}
    return placing.Basket(customer, at, status, currency, items, sent)


def _buyer(shop: Shop, wanted: JSON, at: datetime, quietly: bool) -> JSON:
    """A customer by id; an address alone is a guest, and every guest is a customer of its own (seen)."""
    if wanted.get("customer_id"):
        return customers.find(shop, str(wanted["customer_id"]))
    return customers.register(shop, dict(wanted) | {"guest": True}, at, quietly)


def said(shop: Shop, order: JSON) -> JSON:
    """What the control door tells of an order."""
    who = shop.store.related("order", order, "orderCustomer")[0]
    return {
        "id": order["id"],
        "orderNumber": order["orderNumber"],
        "autoIncrement": order["autoIncrement"],
        "amountTotal": order["amountTotal"],
        "updatedAt": order["updatedAt"],
        "customerId": who["customerId"],
        "transactionId": placing.newest(shop, order)["id"],
        "deliveryId": placing.parcel(shop, order)["id"],
        "state": states.of(shop, order),
        "paymentState": states.of(shop, placing.newest(shop, order)),
        "deliveryState": states.of(shop, placing.parcel(shop, order)),
    }


def _money(action: str) -> Callable[[Shop, JSON, JSON], None]:
    def act(shop: Shop, order: JSON, wanted: JSON) -> None:
        at = moment_of(shop, wanted.get("at"))
        states.go(shop, "order_transaction", placing.newest(shop, order), action, at)

    return act


def _parcel(action: str) -> Callable[[Shop, JSON, JSON], None]:
    def act(shop: Shop, order: JSON, wanted: JSON) -> None:
        at = moment_of(shop, wanted.get("at"))
        states.go(shop, "order_delivery", placing.parcel(shop, order), action, at)

    return act


def _order(action: str) -> Callable[[Shop, JSON, JSON], None]:
    def act(shop: Shop, order: JSON, wanted: JSON) -> None:
        states.go(shop, "order", order, action, moment_of(shop, wanted.get("at")))

    return act


def _complete(shop: Shop, order: JSON, wanted: JSON) -> None:
    """Two steps, as the administration makes them."""
    complete(shop, order, moment_of(shop, wanted.get("at")) or shop.now())


def complete(shop: Shop, order: JSON, at: datetime, quietly: bool = False) -> None:
    if states.of(shop, order) == "open":
        states.go(shop, "order", order, "process", at, quietly)
    states.go(shop, "order", order, "complete", at, quietly)


def _deliver(shop: Shop, order: JSON, wanted: JSON) -> None:
    deliver(shop, order, moment_of(shop, wanted.get("at")) or shop.now())


def deliver(shop: Shop, order: JSON, at: datetime, quietly: bool = False) -> None:
    """The parcel arrived: shipped by now, noted in the shop's own field, and the order is done."""
    parcel = placing.parcel(shop, order)
    if states.of(shop, parcel) == "open":
        states.go(shop, "order_delivery", parcel, "ship", at, quietly)
    noted = dict(order.get("customFields") or {})
    noted[DELIVERED] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    shop.store.change("order", order["id"], customFields=noted, updatedAt=stamp(at))
    if not quietly:
        fields = ["updatedAt", "id", "versionId", "customFields"]
        events.written(shop, "order", "update", order["id"], fields)
    complete(shop, order, at, quietly)


def _retry(shop: Shop, order: JSON, wanted: JSON) -> None:
    """The payment failed and the customer tries again: a second transaction."""
    at = moment_of(shop, wanted.get("at")) or shop.now()
    states.go(shop, "order_transaction", placing.newest(shop, order), "fail", at)
    placing.pay_again(shop, order, at)


def act(shop: Shop, row: str, action: str, wanted: JSON) -> JSON:
    order = placing.find(shop, row)
    ACTIONS[action](shop, order, wanted)
    gone = shop.store.get("order", row) is None
    return {"id": row, "deleted": True} if gone else said(shop, order)


ACTIONS: dict[str, Callable[[Shop, JSON, JSON], None]] = {
    "pay": _money("paid"),
    "pay_partially": _money("paid_partially"),
    "refund": editing.refund,
    "refund_partially": editing.refund_partially,
    "retry_payment": _retry,
    "ship": _parcel("ship"),
    "return": _parcel("retour"),
    "return_partially": _parcel("retour_partially"),
    "deliver": _deliver,
    "complete": _complete,
    "cancel": _order("cancel"),
    "reopen": _order("reopen"),
    "edit": editing.edit,
    "open_in_admin": editing.open_in_admin,
    "delete": editing.delete,
}
