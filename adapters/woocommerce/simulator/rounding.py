"""How an order reads after the shop changed its decimals: old amounts change too (seen on 11.0.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from adapters.woocommerce.simulator import money
from adapters.woocommerce.simulator.shop import JSON, Shop

AMOUNTS = {
    *[
        "discount_total",
        "discount_tax",
        "shipping_total",
        "shipping_tax",
        "cart_tax",
        "total",
        "total_tax",
    ],
    *["subtotal", "subtotal_tax", "tax_total", "shipping_tax_total", "discount", "amount"],
}


def shown(shop: Shop, order: JSON, dp: int | None = None) -> JSON:
    """The order as it reads now; seen: 69.85 becomes 70, and dp=2 only makes it 70.00."""
    if shop.decimals == 2 and dp in (None, 2):
        return order
    body: JSON = _walk(order, shop.decimals, shop.decimals if dp is None else dp)
    return body


def _walk(value: Any, decimals: int, dp: int) -> Any:
    if isinstance(value, list):
        return [_walk(entry, decimals, dp) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        k: _round(v, decimals, dp)
        if k in AMOUNTS and isinstance(v, str) and v
        else _walk(v, decimals, dp)
        for k, v in value.items()
    }


def _round(text: str, decimals: int, dp: int) -> str:
    return money.text(money.rounded(Decimal(text), decimals), dp)
