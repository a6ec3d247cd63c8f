"""The little shop "Kaffeerad": a handful of people, each for a situation worth looking at."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from adapters.woocommerce.simulator import (
    customers,
    facts,
    order_form,
    orders,
    people,
    products,
    refunds,
)
from adapters.woocommerce.simulator.shop import JSON, Brand, Shop

GOODS = [
    ("Röstung Nr. 3, 500 g", "Kaffee", "12.90", "reduced-rate", "KAF-3"),
    ("Espresso Feierabend, 1 kg", "Kaffee", "24.50", "reduced-rate", "KAF-E"),
    ("Filterkaffee Morgenfahrt, 250 g", "Kaffee", "8.40", "reduced-rate", "KAF-M"),
    ("Grüntee Nebelberg, 100 g", "Tee", "9.80", "reduced-rate", "TEE-N"),
    ("Ostfriesenmischung, 250 g", "Tee", "7.60", "reduced-rate", "TEE-O"),
    ("Handfilter aus Porzellan", "Zubehör", "21.00", "", "ZUB-F"),
    ("Emaillebecher Rad", "Zubehör", "14.50", "", "ZUB-B"),
    ("Buch: Kaffee auf Reisen", "Bücher", "18.00", "reduced-rate", "BUC-K"),
]
BRAND = Brand(
    "Kaffeerad",
    "kaffeerad",
    {"de": "Kaffee, Tee und Bücher, mit dem Rad gebracht.", "en": "Coffee, tea and books."},
)


def load(shop: Shop, reference: datetime) -> None:
    shop.brand = Brand(BRAND.name, BRAND.key, BRAND.tagline)
    goods = _goods(shop, reference)
    dice = random.Random(8)
    mia = _account(shop, "Mia", "Berger", reference - timedelta(hours=2), dice)
    jonas = _account(shop, "Jonas", "Petersen", reference - timedelta(days=352), dice)
    aylin = _account(shop, "Aylin", "Demir", reference - timedelta(days=60), dice)
    _regular(shop, jonas, goods, reference)
    _delivered(shop, aylin, [(goods[3], 2)], reference - timedelta(days=55))
    late = _paid(shop, aylin, [(goods[1], 1), (goods[6], 2)], reference - timedelta(days=12))
    order_form.touch(shop, late, reference - timedelta(days=12))
    _guest(shop, goods, reference, dice)
    first = _paid(shop, mia, [(goods[0], 1), (goods[5], 1)], reference - timedelta(minutes=20))
    order_form.touch(shop, first, reference - timedelta(minutes=20))
    shop.brand.people = [mia["id"], jonas["id"], aylin["id"]]


def _goods(shop: Shop, reference: datetime) -> list[JSON]:
    shelves: dict[str, int] = {}
    found = []
    for name, shelf, price, tax_class, sku in GOODS:
        if shelf not in shelves:
            shelves[shelf] = products.add_category(shop, shelf)["id"]
        wanted: JSON = {
            "name": name,
            "sku": sku,
            "regular_price": price,
            "tax_class": tax_class,
            "short_description": shelf,
            "categories": [{"id": shelves[shelf]}],
        }
        found.append(products.create(shop, wanted, reference - timedelta(days=400)))
    shop.brand.featured = [p["id"] for p in found]
    return found


def _account(shop: Shop, first: str, last: str, at: datetime, dice: random.Random) -> JSON:
    who = people.person(first, last, people.plain(first), dice)
    return customers.create(shop, who, at)


def _wanted(who: JSON, goods: list[tuple[JSON, int]]) -> JSON:
    return {
        "customer_id": who.get("id", 0),
        "billing": who["billing"],
        "shipping": who["shipping"],
        "payment_method": "bacs",
        "payment_method_title": "Banküberweisung",
        "line_items": [{"product_id": p["id"], "quantity": n} for p, n in goods],
        "shipping_lines": [
            {"method_id": "flat_rate", "method_title": "Lastenrad", "total": "3.28"}
        ],
    }


def _paid(shop: Shop, who: JSON, goods: list[tuple[JSON, int]], at: datetime) -> JSON:
    return orders.place(shop, _wanted(who, goods) | {"set_paid": True}, at, "checkout")


def _delivered(shop: Shop, who: JSON, goods: list[tuple[JSON, int]], at: datetime) -> JSON:
    order = _paid(shop, who, goods, at)
    arrived = at + timedelta(days=2, hours=3)
    facts.deliver(shop, order, arrived)
    order_form.touch(shop, order, arrived)
    return order


def _regular(shop: Shop, who: JSON, goods: list[JSON], reference: datetime) -> None:
    """Jonas: seven orders in a year, one partly refunded, one cancelled."""
    baskets = [[(goods[1], 1)], [(goods[1], 2)], [(goods[0], 2), (goods[7], 1)], [(goods[1], 1)]]
    for number, basket in enumerate(baskets):
        _delivered(shop, who, basket, reference - timedelta(days=350 - number * 70))
    partly = _delivered(shop, who, [(goods[2], 3), (goods[6], 2)], reference - timedelta(days=62))
    back = reference - timedelta(days=50)
    refunds.create(shop, partly, refunds.line_refund(partly, partly["line_items"][1], 1), back)
    dropped = _paid(shop, who, [(goods[5], 1)], reference - timedelta(days=31))
    at = reference - timedelta(days=30)
    orders.change(shop, dropped, "cancelled", at)
    order_form.touch(shop, dropped, at)
    _delivered(shop, who, [(goods[1], 1), (goods[4], 1)], reference - timedelta(days=9))


def _guest(shop: Shop, goods: list[JSON], reference: datetime, dice: random.Random) -> None:
    """Ines Gast: no account, and the address exactly as she typed it."""
    who = people.person("Ines", "Gast", "ines.gast", dice)
    who["billing"]["email"] = "Ines.Gast@Example.com"
    _delivered(shop, who, [(goods[7], 1), (goods[3], 1)], reference - timedelta(days=20))
