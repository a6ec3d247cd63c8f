"""The positions of an order: goods, vouchers, credit, and what lies inside a container."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from adapters.shopware.simulator import catalogue, money
from adapters.shopware.simulator.kinds import JSON, LIVE
from adapters.shopware.simulator.money import Parts
from adapters.shopware.simulator.shop import Shop

TYPES = ("product", "custom", "credit", "container")


@dataclass
class Line:
    """A position before it is written."""

    kind: str
    label: str
    quantity: int
    parts: Parts
    product: JSON | None = None
    referenced: str | None = None
    promotion: str | None = None
    payload: JSON | list[object] = field(default_factory=list)
    definition: JSON | None = None
    good: bool = True
    children: list[Line] = field(default_factory=list)


def read(shop: Shop, wanted: JSON, status: str, factor: Decimal) -> Line:
    """`{product_id, quantity, gross?}`, or `{type, label, quantity, gross, tax?, children?}`.

    `gross`: what the buyer pays for the whole line, tax included, in the order's currency.
    """
    kind = wanted.get("type", "product")
    if kind not in TYPES:
        raise ValueError(f"There is no line type {kind}: {', '.join(TYPES)}.")
    quantity = int(wanted.get("quantity", 1))
    inner = [read(shop, child, status, factor) for child in wanted.get("children") or []]
    if inner:
        parts = money.added(child.parts for child in inner)
        return Line(kind, wanted.get("label", "Set"), quantity, parts, children=inner)
    product = shop.store.get("product", wanted.get("product_id"))
    if kind == "product" and product is None:
        raise ValueError(f"There is no product {wanted.get('product_id')}.")
    rate = catalogue.rate(shop, product) if product else int(wanted.get("tax", 19))
    if "gross" in wanted:
        gross = Decimal(str(wanted["gross"]))
    elif product:
        gross = money.rounded(catalogue.gross(shop, product) * factor) * quantity
    else:
        raise ValueError("A line without a product needs its gross.")
    parts = {rate: money.shown(gross, rate, status)}
    return _line(shop, kind, quantity, parts, product, wanted)


def _line(
    shop: Shop, kind: str, quantity: int, parts: Parts, product: JSON | None, wanted: JSON
) -> Line:
    if product is None:
        label = str(wanted.get("label") or kind.capitalize())
        return Line(kind, label, quantity, parts, referenced=wanted.get("referenced_id"))
    label = catalogue.title(shop, product)
    return Line(
        kind, label, quantity, parts, product, referenced=product["id"], payload=_payload(product)
    )


def _payload(product: JSON) -> JSON:
    """What Shopware copies from the product (seen)."""
    names = [
        *["manufacturerId", "taxId", "tagIds", "categoryIds", "parentId", "releaseDate"],
        *["propertyIds", "optionIds", "streamIds", "purchasePrices"],
    ]
    return {
        **{name: product.get(name) for name in names},
        "productNumber": product["productNumber"],
        "createdAt": product["createdAt"][:23].replace("T", " "),
        "customFields": product.get("customFields") or [],
        "isCloseout": False,
        "isNew": False,
        "markAsTopseller": False,
        "options": [],
        "stock": product["stock"],
        "features": [],
    }


def write(
    shop: Shop, order: JSON, line: Line, position: int, at: datetime, parent: str | None = None
) -> JSON:
    """One row per position; `totalPrice` is exactly what was said, whatever `unitPrice` rounds to."""
    status = order["taxStatus"]
    price = money.price(line.parts, line.quantity, status)
    values: JSON = {
        "orderId": order["id"],
        "orderVersionId": LIVE,
        "identifier": shop.new_id(at),
        "referencedId": line.referenced,
        "productId": line.product["id"] if line.product else None,
        "productVersionId": LIVE,
        "promotionId": line.promotion,
        "quantity": line.quantity,
        "unitPrice": price["unitPrice"],
        "totalPrice": price["totalPrice"],
        "label": line.label,
        "description": line.label if line.promotion else None,
        "good": line.good,
        "removable": True,
        "stackable": line.kind != "promotion",
        "position": position,
        "price": price,
        "priceDefinition": line.definition or _quantity(line, price),
        "payload": line.payload,
        "type": line.kind,
        "states": ["is-physical"] if line.product else [],
        "parentId": parent,
        "parentVersionId": LIVE,
    }
    row = shop.add("order_line_item", at, **values)
    for number, child in enumerate(line.children, 1):
        write(shop, order, child, number, at, row["id"])
    return row


def _quantity(line: Line, price: JSON) -> JSON:
    if line.kind == "credit":
        return absolute(price["totalPrice"], CREDIT_FILTER)
    return {
        "extensions": [],
        "price": price["unitPrice"],
        "taxRules": price["taxRules"],
        "quantity": line.quantity,
        "isCalculated": True,
        "referencePriceDefinition": None,
        "listPrice": None,
        "regulationPrice": None,
        "type": "quantity",
        "apiAlias": "cart_price_quantity",
    }


CREDIT_FILTER = {
    "_name": "cartLineItemOfType",
    "operator": "!=",
    "lineItemType": "credit",
    "apiAlias": "rule_cartLineItemOfType",
}


def absolute(amount: int | float, only: JSON | None) -> JSON:
    return {
        "extensions": [],
        "price": amount,
        "filter": only,
        "type": "absolute",
        "apiAlias": "cart_price_absolute",
    }
