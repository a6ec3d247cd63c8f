"""What happens in the shop, as webhooks tell it: orders as the Store API shows them, so without customerId."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.shopware.simulator import render
from adapters.shopware.simulator.kinds import JSON, LIVE
from adapters.shopware.simulator.shop import Shop

ADDRESS: JSON = {"country": {}}
ORDER: JSON = {
    "orderCustomer": {"salutation": {}},
    "currency": {},
    "addresses": ADDRESS,
    "deliveries": {
        "shippingOrderAddress": ADDRESS,
        "stateMachineState": {},
        "shippingMethod": {"deliveryTime": {}},
    },
    "lineItems": {},
    "transactions": {"paymentMethod": {}, "stateMachineState": {}},
    "stateMachineState": {},
}
"""Seen: what hangs on the order of checkout.order.placed."""
CUSTOMER: JSON = {
    "salutation": {},
    "defaultBillingAddress": {"country": {}, "salutation": {}},
    "defaultShippingAddress": {"country": {}, "salutation": {}},
    "addresses": {},
}
INSERTED = {
    "order": [
        *["id", "versionId", "billingAddressId", "billingAddressVersionId", "currencyId"],
        *["languageId", "salesChannelId", "stateId", "orderNumber", "orderDateTime", "price"],
        *["shippingCosts", "currencyFactor", "deepLinkCode", "affiliateCode", "campaignCode"],
        *["customerComment", "source", "ruleIds", "itemRounding", "totalRounding", "createdAt"],
    ],
    "customer": [
        *["id", "groupId", "salesChannelId", "languageId", "defaultBillingAddressId"],
        *["defaultShippingAddressId", "salutationId", "requestedGroupId", "boundSalesChannelId"],
        *["defaultPaymentMethodId", "customerNumber", "firstName", "lastName", "password"],
        *["email", "title", "affiliateCode", "campaignCode", "active", "guest", "firstLogin"],
        *["birthday", "accountType", "createdAt"],
    ],
}
"""Seen: the fields a new row names in its .written event."""


def inserted(shop: Shop, kind: str) -> list[str]:
    """Seen: 6.5.6.1 names a customer's payment earlier than 6.6.7.1; 6.7 has none."""
    fields = list(INSERTED[kind])
    name = "defaultPaymentMethodId"
    if name in fields:
        fields.remove(name)
        if name in shop.store.kinds[kind].blank:
            old = shop.version.startswith("6.5")
            fields.insert(2 if old else INSERTED[kind].index(name), name)
    return fields


def order_payload(shop: Shop, row: JSON, entered: bool) -> JSON:
    """Seen: a state's event loads the language and tags too."""
    tree = ORDER
    if entered:
        tree = ORDER | {"language": {"locale": {}}, "tags": {}}
        if not shop.version.startswith("6.5"):
            # Seen on 6.6.7.1: the states of payment and delivery are not loaded then.
            loaded = {
                name: {k: v for k, v in tree[name].items() if k != "stateMachineState"}
                for name in ("deliveries", "transactions")
            }
            tree = tree | loaded
    return {"order": _told(shop, render.entity(shop.outside, "order", row, tree))}


def _told(shop: Shop, order: JSON) -> JSON:
    """Lists that are loaded on the way and hold nothing here (seen)."""
    for line in order["lineItems"]:
        line["downloads"] = []
    for delivery in order["deliveries"]:
        if delivery["shippingMethod"]:
            delivery["shippingMethod"]["prices"] = []
    return order


def placed(shop: Shop, row: JSON) -> None:
    written(shop, "order", "insert", row["id"], inserted(shop, "order"))
    shop.happens("checkout.order.placed", order_payload(shop, row, entered=False))


def state_entered(shop: Shop, kind: str, row: JSON, state: str) -> None:
    order = row if kind == "order" else _order_of(shop, kind, row)
    if kind == "order":
        written(shop, "order", "update", row["id"], ["updatedAt", "id", "versionId", "stateId"])
    shop.happens(f"state_enter.{kind}.state.{state}", order_payload(shop, order, entered=True))


def _order_of(shop: Shop, kind: str, row: JSON) -> JSON:
    way = {
        "order_transaction": ("order",),
        "order_delivery": ("order",),
        "order_transaction_capture": ("transaction", "order"),
        "order_transaction_capture_refund": ("transactionCapture", "transaction", "order"),
    }[kind]
    here = row
    for name in way:
        link = shop.store.kinds[kind].links[name]
        here, kind = shop.store.related(kind, here, name)[0], link.kind
    return here


def written(
    shop: Shop, kind: str, operation: str, row: str, fields: Sequence[str], version: str = LIVE
) -> None:
    """Seen: 6.6.7.1 names the version of a versioned entity, 6.5.6.1 does not."""
    entry: JSON = {"entity": kind, "operation": operation, "primaryKey": row}
    if operation != "delete":
        entry["updatedFields"] = list(fields)
    if shop.store.kinds[kind].versioned and not shop.version.startswith("6.5"):
        entry["versionId"] = version
    verb = "deleted" if operation == "delete" else "written"
    shop.happens(f"{kind}.{verb}", [entry], live=version == LIVE)


def customer(shop: Shop, name: str, row: JSON) -> None:
    """register, guest_register, deleted, double_opt_in_registration."""
    tree = CUSTOMER
    if name == "checkout.customer.deleted":
        # Seen: 6.5.6.1 tells a deleted customer bare, 6.6.7.1 without the list of addresses.
        old = shop.version.startswith("6.5")
        tree = {} if old else {k: v for k, v in CUSTOMER.items() if k != "addresses"}
    told = render.entity(shop.outside, "customer", row, tree)
    shop.happens(name, {"customer": told})
