"""The positions of an order: a product, how many, net and tax before and after discounts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.woocommerce.simulator import money
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.money import RATES, ZERO, Amount, Rate
from adapters.woocommerce.simulator.shop import JSON, Shop


@dataclass
class Item:
    """A position while an order is being put together; amounts are exact."""

    product: JSON | None
    variation: JSON | None
    name: str
    quantity: int
    rate: Rate
    subtotal: Amount
    total: Amount


def read(shop: Shop, wanted: JSON) -> Item:
    """A line as the REST API takes it: `subtotal` and `total` are net, else the product's price.

    `gross` exists only on the control route: what the buyer pays for the whole line.
    """
    product = shop.products.get(int(wanted.get("product_id") or 0))
    variation = shop.variations.get(int(wanted.get("variation_id") or 0))
    if product is None and wanted.get("product_id"):
        raise RestError("woocommerce_rest_invalid_product_id", "Invalid product ID.", 400)
    rate = RATES[(product or {}).get("tax_class", "") if product else ""]
    quantity = int(wanted.get("quantity", 1))
    if "gross" in wanted:
        subtotal = total = money.split(Decimal(str(wanted["gross"])), rate, includes_tax=True)
    else:
        price = Decimal(((variation or product) or {}).get("price") or "0") * quantity
        own = money.split(price, rate, bool(shop.habits["prices_include_tax"]))
        subtotal = _net(wanted.get("subtotal"), rate) or own
        total = _net(wanted.get("total"), rate) or subtotal
    name = wanted.get("name") or _name(product, variation)
    return Item(product, variation, name, quantity, rate, subtotal, total)


def _net(value: object, rate: Rate) -> Amount | None:
    if value is None:
        return None
    return money.split(Decimal(str(value)), rate, includes_tax=False)


def _name(product: JSON | None, variation: JSON | None) -> str:
    base = product["name"] if product else ""
    return f"{base} - {variation['name']}" if variation else base


def line(shop: Shop, item: Item) -> JSON:
    """The REST form. Seen on 11.0.1; 8.2 shows raw tax figures and has no global_unique_id."""
    product, variation = item.product, item.variation
    sold = variation or product or {}
    exact = 2 if shop.modern else 6
    decimals = shop.decimals if shop.modern else exact
    body: JSON = {
        "id": shop.ids.take("item"),
        "name": item.name,
        "product_id": product["id"] if product else 0,
        "variation_id": variation["id"] if variation else 0,
        "quantity": item.quantity,
        "tax_class": product["tax_class"] if product else "",
        "subtotal": shop.money(item.subtotal.net),
        "subtotal_tax": shop.money(item.subtotal.tax),
        "total": shop.money(item.total.net),
        "total_tax": shop.money(item.total.tax),
        "taxes": [
            {
                "id": item.rate.id,
                "total": money.text(item.total.tax, decimals),
                "subtotal": money.text(item.subtotal.tax, decimals),
            }
        ],
        "meta_data": [_option(shop, a) for a in (variation or {}).get("attributes", [])],
        "sku": sold.get("sku", ""),
    }
    if shop.modern:
        body["global_unique_id"] = ""
    # Seen: a float with noise, never a decimal string.
    body["price"] = float(item.total.net) / item.quantity if item.quantity else 0
    body["image"] = {"id": 0 if variation else "", "src": ""}
    body["parent_name"] = product["name"] if variation and product else None
    return body


def _option(shop: Shop, attribute: JSON) -> JSON:
    entry = shop.meta(attribute["slug"], attribute["option"])
    return entry | {"display_key": attribute["name"], "display_value": attribute["option"]}


def item_meta(shop: Shop, key: str, value: str) -> JSON:
    return shop.meta(key, value) | {"display_key": key, "display_value": value}


def shipping_rate(items: Sequence[Item]) -> Rate:
    """Seen on 11.0.1: shipping a book alone costs 7 % tax, together with coffee 19 %."""
    rates = {item.rate for item in items}
    return rates.pop() if len(rates) == 1 else RATES[""]


def shipping(shop: Shop, wanted: JSON, rate: Rate) -> tuple[JSON, Amount]:
    """Shipping is given net, its tax comes on top (seen: 4.12 becomes 4.12 + 0.78)."""
    amount = money.split(Decimal(str(wanted.get("total") or "0")), rate, includes_tax=False)
    body = {
        "id": shop.ids.take("item"),
        "method_title": wanted.get("method_title", ""),
        "method_id": wanted.get("method_id", ""),
        "instance_id": str(wanted.get("instance_id", "")),
        "total": shop.money(amount.net),
        "total_tax": shop.money(amount.tax),
        "taxes": [{"id": rate.id, "total": shop.money(amount.tax), "subtotal": ""}],
        "tax_status": "taxable",
        "meta_data": [],
    }
    return body, amount


def fee(shop: Shop, wanted: JSON) -> tuple[JSON, Amount]:
    amount = money.split(Decimal(str(wanted.get("total") or "0")), RATES[""], includes_tax=False)
    body = {
        "id": shop.ids.take("item"),
        "name": wanted.get("name", ""),
        "tax_class": wanted.get("tax_class", ""),
        "tax_status": "taxable",
        "amount": "",
        "total": shop.money(amount.net),
        "total_tax": shop.money(amount.tax),
        "taxes": [{"id": 1, "total": shop.money(amount.tax), "subtotal": ""}],
        "meta_data": [],
    }
    return body, amount


def coupon_line(shop: Shop, coupon: JSON, taken: Amount) -> JSON:
    """Seen: 11.0.1 keeps `coupon_info`, 8.2 the whole coupon as `coupon_data`, unpadded figures."""
    worth = float(Decimal(coupon["amount"]))
    amount = int(worth) if worth == int(worth) else worth
    body: JSON = {"id": shop.ids.take("item"), "code": coupon["code"]}
    if not shop.modern:
        data = {k: v for k, v in coupon.items() if k != "_links"} | {"virtual": False}
        return body | {
            "discount": f"{money.rounded(taken.net, 2).normalize():f}",
            "discount_tax": f"{money.rounded(taken.tax, 2).normalize():f}",
            "meta_data": [
                shop.meta("coupon_data", data)
                | {"display_key": "coupon_data", "display_value": data}
            ],
        }
    kind = None if coupon["discount_type"] == "fixed_cart" else coupon["discount_type"]
    info = json.dumps(
        [coupon["id"], coupon["code"], kind, amount], separators=(",", ":"), ensure_ascii=False
    )
    return body | {
        "discount": shop.money(taken.net),
        "discount_tax": shop.money(taken.tax),
        "meta_data": [item_meta(shop, "coupon_info", info)],
        "discount_type": coupon["discount_type"],
        "nominal_amount": amount,
        "free_shipping": coupon["free_shipping"],
    }


def tax_lines(
    shop: Shop, goods: list[tuple[Rate, Decimal]], shipping_tax: Decimal, shipping: Rate = RATES[""]
) -> list[JSON]:
    """One line per rate; each position's tax is rounded before it is added (seen: 15.97)."""
    sums: dict[int, Decimal] = {}
    rates: dict[int, Rate] = {}
    for rate, tax in goods:
        sums[rate.id] = sums.get(rate.id, ZERO) + money.rounded(tax, shop.decimals)
        rates[rate.id] = rate
    if shipping_tax:
        rates.setdefault(shipping.id, shipping)
    return [
        {
            "id": shop.ids.take("item"),
            "rate_code": rate.code,
            "rate_id": rate.id,
            "label": rate.label,
            "compound": False,
            "tax_total": shop.money(sums.get(rate.id, ZERO)),
            "shipping_tax_total": shop.money(shipping_tax if rate.id == shipping.id else ZERO),
            "rate_percent": rate.percent,
            "meta_data": [],
        }
        for rate in rates.values()
    ]
