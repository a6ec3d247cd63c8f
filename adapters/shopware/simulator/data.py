"""The shops one can start with: empty, small, and a real purchase log moved to the present."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from adapters.shopware.simulator import base, catalogue, customers, facts, orders, people, small
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Brand, Shop

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
    base.furnish(shop)
    loaders: dict[str, Callable[[Shop, datetime], None]] = {
        "empty": lambda shop, reference: None,
        "small": small.load,
        "cdnow": _cdnow,
    }
    loaders[name](shop, _reference(shop, today))
    shop.happened.clear()


def _reference(shop: Shop, today: date | None) -> datetime:
    """The moment everything is relative to: now, or noon of another day."""
    now = shop.now()
    if today is None or today == now.astimezone(shop.clock.zone).date():
        return now
    return shop.clock.from_local(datetime.combine(today, time(12)))


def rows() -> list[Purchase]:
    """The sample file, unchanged: master id, sample id, day, CDs, dollars."""
    found = []
    for number, row in enumerate((people.SHARED / SAMPLE).read_text("ascii").splitlines()):
        _, customer, day, pieces, amount = row.split()
        found.append(Purchase(number, customer, date.fromisoformat(day), int(pieces), amount))
    return found


def _cdnow(shop: Shop, reference: datetime) -> None:
    tagline = {"de": "CDs, die man behält.", "en": "CDs worth keeping."}
    shop.brand = Brand("Plattenkiste", "plattenkiste", tagline)
    albums = _albums(shop, reference)
    purchases = rows()
    yesterday = reference.astimezone(shop.clock.zone).date() - timedelta(days=1)
    moved = yesterday - max(p.day for p in purchases)
    placed = sorted((_placed_at(p, moved, shop.clock.zone), p) for p in purchases)
    holders: dict[str, str] = {}
    newcomers = people.invented(len({p.customer for p in purchases}), SEED)
    for moment, purchase in placed:
        if purchase.customer not in holders:
            who = next(newcomers)
            # An account made just before the first order.
            made = customers.register(shop, who, moment - timedelta(minutes=9), quietly=True)
            holders[purchase.customer] = made["id"]
        album = albums[(purchase.number * 7 + int(purchase.customer)) % len(albums)]
        _order(shop, purchase, holders[purchase.customer], album, moment, reference)
    _invite(shop, reference)


def _albums(shop: Shop, reference: datetime) -> list[JSON]:
    shelves: dict[str, str] = {}
    found = []
    at = reference - timedelta(days=800)
    for number, (title, artist, shelf, price) in enumerate(ALBUMS, 1):
        if shelf not in shelves:
            shelves[shelf] = catalogue.shelf(shop, shelf, at)["id"]
        wanted: JSON = {"name": f"{artist}: {title}", "number": f"CD-{number:03}", "price": price}
        wanted |= {"description": f"CD, {shelf}", "category_ids": [shelves[shelf]]}
        found.append(catalogue.product(shop, wanted, at))
    shop.brand.featured = [p["id"] for p in found]
    return found


def _placed_at(purchase: Purchase, moved: timedelta, zone: ZoneInfo) -> datetime:
    """All days move by one number; the log has no times, so each row gets a fixed one, 8 to 22."""
    minute = 8 * 60 + (purchase.number * 367) % (14 * 60)
    at = time(minute // 60, minute % 60, purchase.number * 13 % 60)
    return datetime.combine(purchase.day + moved, at, zone).astimezone(UTC)


def _order(
    shop: Shop, purchase: Purchase, who: str, album: JSON, moment: datetime, reference: datetime
) -> None:
    line = {"product_id": album["id"], "quantity": purchase.pieces, "gross": purchase.amount}
    wanted = {"customer_id": who, "line_items": [line], "at": moment.isoformat(), "paid": True}
    made = facts.make_order(shop, wanted, quietly=True)
    arrives = moment + timedelta(days=DELIVERY_DAYS)
    if arrives <= reference:
        facts.deliver(shop, orders.find(shop, made["id"]), arrives, quietly=True)


def _invite(shop: Shop, reference: datetime) -> None:
    """Whom the demo offers for a look: a great regular, a good one, the latest buyer, and a beginner.

    Only people who bought within the last weeks: the others have little left to see.
    """
    mine: dict[str, list[str]] = {}
    for row in shop.store.rows["order_customer"].values():
        mine.setdefault(row["customerId"], []).append(row["createdAt"])
    number = {row: n["autoIncrement"] for row, n in shop.store.rows["customer"].items()}
    since = (reference - timedelta(days=45)).isoformat()
    active = [row for row, moments in mine.items() if max(moments) > since]
    great = max(active, key=lambda row: (len(mine[row]), -number[row]))
    good = min(active, key=lambda row: (abs(len(mine[row]) - 9), number[row]))
    latest = max(active, key=lambda row: (max(mine[row]), -number[row]))
    second = min(active, key=lambda row: (abs(len(mine[row]) - 2), number[row]))
    shop.brand.people = list(dict.fromkeys([great, good, latest, second]))
