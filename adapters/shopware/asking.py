"""What we ask the shop for: with which associations, and of them only the fields that somebody reads.

An association without the right to it refuses the whole question (403), so each one here is a right in the app's
manifest.
"""

from __future__ import annotations

from connector.port import JSON

_STATE: JSON = {"stateMachineState": {}}
_REFUNDS: JSON = {"associations": {**_STATE, "positions": {}}}

ORDER: JSON = {
    "associations": {
        **_STATE,
        "lineItems": {"associations": {"product": {}}},
        "currency": {},
        "transactions": {
            "associations": {**_STATE, "captures": {"associations": {"refunds": _REFUNDS}}}
        },
        "deliveries": {"associations": _STATE},
        "orderCustomer": {"associations": {"customer": {}}},
        "billingAddress": {"associations": {"country": {}}},
        "salesChannel": {},
    },
    "includes": {
        "order": [
            "id", "autoIncrement", "orderNumber", "orderDateTime", "createdAt", "updatedAt", "amountTotal",
            "taxStatus", "price", "currencyFactor", "salesChannelId", "affiliateCode", "customFields",
            "primaryOrderTransactionId", "primaryOrderDeliveryId", "lineItems", "currency",
            "transactions", "deliveries", "orderCustomer", "billingAddress", "salesChannel",
            "stateMachineState", "returns",
        ],
        "order_line_item": [
            "id", "parentId", "identifier", "referencedId", "productId", "quantity", "totalPrice",
            "price", "payload", "type", "product",
        ],
        "product": ["id", "parentId"],
        "currency": ["isoCode"],
        "order_transaction": [
            "id", "createdAt", "updatedAt", "paymentMethodId", "stateMachineState", "captures",
        ],
        "state_machine_state": ["technicalName"],
        "order_transaction_capture": ["refunds"],
        "order_transaction_capture_refund": ["amount", "positions", "stateMachineState"],
        "order_transaction_capture_refund_position": ["orderLineItemId", "amount"],
        "order_delivery": ["id", "createdAt", "updatedAt", "shippingCosts", "stateMachineState"],
        "order_customer": ["customerId", "email", "customer"],
        "customer": ["guest", "groupId"],
        "order_address": ["country"],
        "country": ["iso"],
        "sales_channel": ["name", "translated"],
    },
}  # fmt: skip

RETURNS: JSON = {"associations": {"state": {}, "lineItems": {}}}
"""Only where the document says so: without Shopware's commercial extension the question is refused."""

CUSTOMER: JSON = {
    "associations": {
        "language": {"associations": {"locale": {}}},
        "defaultBillingAddress": {"associations": {"country": {}}},
    },
    "includes": {
        "customer": [
            "id", "autoIncrement", "email", "firstName", "groupId", "guest", "doubleOptInRegistration",
            "doubleOptInConfirmDate", "birthday", "createdAt", "updatedAt", "customFields",
            "language", "defaultBillingAddress",
        ],
        "language": ["locale"],
        "locale": ["code"],
        "customer_address": ["country"],
        "country": ["iso"],
    },
}  # fmt: skip

PRODUCT: JSON = {
    "associations": {"cover": {"associations": {"media": {}}}},
    "includes": {
        "product": [
            "id", "autoIncrement", "parentId", "productNumber", "name", "translated", "cover",
            "categoryTree", "tagIds", "createdAt", "updatedAt",
        ],
        "product_media": ["media"],
        "media": ["url"],
    },
}  # fmt: skip


def orders(document: JSON) -> JSON:
    """What an order is read with."""
    if not document["commercial_returns"]:
        return ORDER
    return {**ORDER, "associations": {**ORDER["associations"], "returns": RETURNS}}
