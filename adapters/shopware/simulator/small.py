"""The little shop "Kaffeerad": a handful of people, each for a situation worth looking at."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from adapters.shopware.simulator import catalogue, customers, facts, orders, people, states
from adapters.shopware.simulator.clock import stamp
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Brand, Shop

GOODS = [
    ("Röstung Nr. 3, 500 g", "Kaffee", "12.90", 7, "KAF-3"),
    ("Espresso Feierabend, 1 kg", "Kaffee", "24.50", 7, "KAF-E"),
    ("Filterkaffee Morgenfahrt, 250 g", "Kaffee", "8.40", 7, "KAF-M"),
    ("Grüntee Nebelberg, 100 g", "Tee", "9.80", 7, "TEE-N"),
    ("Ostfriesenmischung, 250 g", "Tee", "7.60", 7, "TEE-O"),
    ("Handfilter aus Porzellan", "Zubehör", "21.00", 19, "ZUB-F"),
    ("Emaillebecher Rad", "Zubehör", "14.50", 19, "ZUB-B"),
    ("Buch: Kaffee auf Reisen", "Bücher", "18.00", 7, "BUC-K"),
]
SHIPPING = "3.90"


def load(shop: Shop, reference: datetime) -> None:
    tagline = {
        "de": "Kaffee, Tee und Bücher, mit dem Rad gebracht.",
        "en": "Coffee, tea and books.",
    }
    shop.brand = Brand("Kaffeerad", "kaffeerad", tagline)
    goods = _goods(shop, reference)
    dice = random.Random(8)
    mia = _account(shop, "Mia", "Berger", reference - timedelta(hours=2), dice)
    jonas = _account(shop, "Jonas", "Petersen", reference - timedelta(days=352), dice)
    aylin = _account(shop, "Aylin", "Demir", reference - timedelta(days=60), dice)
    _regular(shop, jonas, goods, reference)
    _delivered(shop, aylin, [(goods[3], 2)], reference - timedelta(days=55))
    _paid(shop, aylin, [(goods[1], 1), (goods[6], 2)], reference - timedelta(days=12))
    _guest(shop, goods, reference, dice)
    _paid(shop, mia, [(goods[0], 1), (goods[5], 1)], reference - timedelta(minutes=20))
    shop.brand.people = [mia["customer_id"], jonas["customer_id"], aylin["customer_id"]]


def _goods(shop: Shop, reference: datetime) -> list[JSON]:
    shelves: dict[str, str] = {}
    found = []
    at = reference - timedelta(days=400)
    for name, shelf, price, tax, number in GOODS:
        if shelf not in shelves:
            shelves[shelf] = catalogue.shelf(shop, shelf, at)["id"]
        wanted: JSON = {"name": name, "number": number, "price": price, "tax": tax}
        wanted |= {"description": shelf, "category_ids": [shelves[shelf]]}
        found.append(catalogue.product(shop, wanted, at))
    shop.brand.featured = [p["id"] for p in found]
    return found


def _account(shop: Shop, first: str, last: str, at: datetime, dice: random.Random) -> JSON:
    """Who buys, as an order names them."""
    who = people.person(first, last, people.plain(first), dice)
    return {"customer_id": customers.register(shop, who, at, quietly=True)["id"]}


def _paid(shop: Shop, who: JSON, goods: list[tuple[JSON, int]], at: datetime) -> JSON:
    lines = [{"product_id": product["id"], "quantity": count} for product, count in goods]
    wanted = who | {"line_items": lines, "shipping": SHIPPING, "paid": True, "at": at.isoformat()}
    return orders.find(shop, facts.make_order(shop, wanted, quietly=True)["id"])


def _delivered(shop: Shop, who: JSON, goods: list[tuple[JSON, int]], at: datetime) -> JSON:
    order = _paid(shop, who, goods, at)
    facts.deliver(shop, order, at + timedelta(days=2, hours=3), quietly=True)
    return order


def _regular(shop: Shop, who: JSON, goods: list[JSON], reference: datetime) -> None:
    """Jonas: seven orders in a year, one partly refunded, one cancelled."""
    baskets = [[(goods[1], 1)], [(goods[1], 2)], [(goods[0], 2), (goods[7], 1)], [(goods[1], 1)]]
    for number, basket in enumerate(baskets):
        _delivered(shop, who, basket, reference - timedelta(days=350 - number * 70))
    partly = _delivered(shop, who, [(goods[2], 3), (goods[6], 2)], reference - timedelta(days=62))
    # One mug: a refund names no line, so whoever reads it spreads it over goods and shipping.
    back = {"amount": "15.54", "at": (reference - timedelta(days=50)).isoformat()}
    facts.act(shop, partly["id"], "refund_partially", back)
    dropped = _paid(shop, who, [(goods[5], 1)], reference - timedelta(days=31))
    at = reference - timedelta(days=30)
    states.go(shop, "order", dropped, "cancel", at, quietly=True)
    shop.store.change("order", dropped["id"], updatedAt=stamp(at))
    _delivered(shop, who, [(goods[1], 1), (goods[4], 1)], reference - timedelta(days=9))


def _guest(shop: Shop, goods: list[JSON], reference: datetime, dice: random.Random) -> None:
    """Ines Gast: no account, and the address exactly as she typed it."""
    who = people.person("Ines", "Gast", "ines.gast", dice) | {"email": "Ines.Gast@Example.com"}
    _delivered(shop, who, [(goods[7], 1), (goods[3], 1)], reference - timedelta(days=20))
