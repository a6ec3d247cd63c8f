"""The shops one can start with: empty, small, and a real purchase log moved to the present."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from adapters.woocommerce.simulator import (
    customers,
    facts,
    order_form,
    orders,
    people,
    products,
    small,
)
from adapters.woocommerce.simulator.clock import gmt
from adapters.woocommerce.simulator.shop import JSON, Brand, Shop

SAMPLE = "CDNOW_sample.txt"
SEED = 1997
DELIVERY_DAYS = 3
ALBUMS = [
    ("Nachtzug nach Norden", "Die Leuchtfeuer", "Indie", "14.99"),
    ("Kaltes Wasser, klares Licht", "Marlene Kron", "Indie", "16.99"),
    ("Zwölf Fenster", "Quartett Hinterhof", "Jazz", "18.99"),
    ("Blue Hour in Altona", "Hafen Trio", "Jazz", "17.49"),
    ("Goldberg, neu gehört", "Clara Weißenfels", "Klassik", "21.99"),
    ("Winterreise für Gitarre", "Jonas Ahrendt", "Klassik", "19.99"),
    ("Plastikpalmen", "Neon Kiosk", "Pop", "12.99"),
    ("Sommer auf Balkonien", "Tilda & die Nachbarn", "Pop", "13.99"),
    ("Staub und Stimme", "Old Mill Road", "Folk", "15.99"),
    ("Lieder vom Deich", "Wiebke Harms", "Folk", "14.49"),
]


class Purchase(NamedTuple):
    """One row of the log: one order."""

    number: int
    customer: str
    day: date
    pieces: int
    amount: str


def load(shop: Shop, name: str, today: date | None = None) -> None:
    reference = _reference(shop, today)
    loaders: dict[str, Callable[[Shop, datetime], None]] = {
        "empty": _empty,
        "small": small.load,
        "cdnow": _cdnow,
    }
    loaders[name](shop, reference)


def _reference(shop: Shop, today: date | None) -> datetime:
    """The moment everything is relative to: now, or noon of another day."""
    now = shop.now()
    if today is None or today == now.astimezone(shop.clock.zone).date():
        return now
    return shop.clock.from_local(datetime.combine(today, time(12)))


def _empty(shop: Shop, reference: datetime) -> None:
    products.add_category(shop, "Uncategorized", 15)


def rows() -> list[Purchase]:
    """The sample file, unchanged: master id, sample id, day, CDs, dollars."""
    folder = importlib.resources.files("adapters.woocommerce.simulator") / "data"
    found = []
    for number, row in enumerate((folder / SAMPLE).read_text("ascii").splitlines()):
        _, customer, day, pieces, amount = row.split()
        found.append(Purchase(number, customer, date.fromisoformat(day), int(pieces), amount))
    return found


def _cdnow(shop: Shop, reference: datetime) -> None:
    shop.brand = Brand(
        "Plattenkiste",
        "plattenkiste",
        {"de": "CDs, die man behält.", "en": "CDs worth keeping."},
    )
    albums = _albums(shop, reference)
    purchases = rows()
    yesterday = reference.astimezone(shop.clock.zone).date() - timedelta(days=1)
    moved = yesterday - max(p.day for p in purchases)
    placed = sorted((_placed_at(p, moved, shop.clock.zone), p) for p in purchases)
    holders: dict[str, JSON] = {}
    newcomers = people.invented(len({p.customer for p in purchases}), SEED)
    for moment, purchase in placed:
        if purchase.customer not in holders:
            holders[purchase.customer] = _register(shop, next(newcomers), moment)
        album = albums[(purchase.number * 7 + int(purchase.customer)) % len(albums)]
        _order(shop, purchase, holders[purchase.customer], album, moment, reference)
    _invite(shop, reference)


def _albums(shop: Shop, reference: datetime) -> list[JSON]:
    shelves: dict[str, int] = {}
    found = []
    for number, (title, artist, shelf, price) in enumerate(ALBUMS, 1):
        if shelf not in shelves:
            shelves[shelf] = products.add_category(shop, shelf)["id"]
        wanted: JSON = {
            "name": f"{artist}: {title}",
            "sku": f"CD-{number:03}",
            "regular_price": price,
            "short_description": f"CD, {shelf}",
            "categories": [{"id": shelves[shelf]}],
        }
        found.append(products.create(shop, wanted, reference - timedelta(days=800)))
    shop.brand.featured = [p["id"] for p in found]
    return found


def _placed_at(purchase: Purchase, moved: timedelta, zone: ZoneInfo) -> datetime:
    """All days move by one number; the log has no times, so each row gets a fixed one, 8 to 22."""
    minute = 8 * 60 + (purchase.number * 367) % (14 * 60)
    at = time(minute // 60, minute % 60, purchase.number * 13 % 60)
    return datetime.combine(purchase.day + moved, at, zone).astimezone(UTC)


def _register(shop: Shop, who: JSON, first_order: datetime) -> JSON:
    """An account made just before the first order (the names are invented, so no checks)."""
    moment = first_order - timedelta(minutes=9)
    body = customers.blank(shop, who["email"], who["username"], moment)
    body["first_name"], body["last_name"] = who["first_name"], who["last_name"]
    body["billing"].update(who["billing"])
    body["shipping"].update(who["shipping"])
    shop.customers[body["id"]] = body
    return body


def _order(
    shop: Shop, purchase: Purchase, who: JSON, album: JSON, moment: datetime, reference: datetime
) -> None:
    wanted: JSON = {
        "customer_id": who["id"],
        "billing": who["billing"],
        "shipping": who["shipping"],
        "payment_method": "bacs",
        "payment_method_title": "Banküberweisung",
        "set_paid": True,
        "line_items": [
            {"product_id": album["id"], "quantity": purchase.pieces, "gross": purchase.amount}
        ],
    }
    order = orders.place(shop, wanted, moment, created_via="checkout")
    arrives = moment + timedelta(days=DELIVERY_DAYS)
    if arrives <= reference:
        facts.deliver(shop, order, arrives)
        order_form.touch(shop, order, arrives)


def _invite(shop: Shop, reference: datetime) -> None:
    """Whom the demo offers for a look: a great regular, a good one, and the latest buyer.

    Only people who bought within the last weeks: the others have little left to see.
    """
    mine: dict[int, list[str]] = {}
    for order in shop.orders.values():
        mine.setdefault(order["customer_id"], []).append(order["date_created_gmt"])
    since = gmt(reference - timedelta(days=45))
    active = [cid for cid, moments in mine.items() if max(moments) > since]
    great = max(active, key=lambda cid: (len(mine[cid]), -cid))
    good = min(active, key=lambda cid: (abs(len(mine[cid]) - 9), cid))
    latest = max(active, key=lambda cid: (max(mine[cid]), -cid))
    second = min(active, key=lambda cid: (abs(len(mine[cid]) - 2), cid))
    shop.brand.people = list(dict.fromkeys([great, good, latest, second]))
