"""What a shop asks on behalf of a person: everything we keep about him, or that we forget him.

A person is known by an address here; what other shops of the merchant know of him belongs to the same
export, and is forgotten there when that shop asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from connector import exporting, members, orders_rows
from connector.keys import Keys
from connector.shops import Shop
from connector.values import MemberId

KEPT = {
    "de": "Bestellungen, Punktebewegungen und Gutscheine bleiben ohne Namen und Adresse in den Büchern, "
    "damit sie nachgerechnet werden können.",
    "en": "Orders, movements of points and vouchers stay in the books without name and address, so that "
    "they can be reckoned up again.",
}


def export(tx: Connection, shop: Shop, email: str, keys: Keys, lang: str) -> list[dict[str, Any]]:
    """A group for each row we keep about him: the name of its kind, and its columns in words."""
    found = members.by_email(tx, shop.merchant_id, shop.shop_id, email, keys)
    person = exporting.person(tx, shop, list(found), members.first(found))
    return [
        {"name": exporting.head(kind, lang), "items": _items(row, lang)}
        for kind, rows in person.items() for row in rows
    ]  # fmt: skip


def _items(row: Mapping[str, Any], lang: str) -> list[dict[str, str]]:
    return [{"name": name, "value": exporting.shown(value, lang)} for name, value in row.items()]


def erase(tx: Connection, shop: Shop, email: str, keys: Keys, now: datetime) -> int:
    """Forget him in this shop: how many of his accounts and guest identities were forgotten.

    A guest of whom nothing is kept stays unknown; he is not put on a list for having asked.
    """
    found = members.by_email(tx, shop.merchant_id, shop.shop_id, email, keys)
    return sum(_forget(tx, shop, buyer, member_id, keys, now) for buyer, member_id in found.items())


def _forget(
    tx: Connection, shop: Shop, buyer: str, member_id: MemberId | None, keys: Keys, now: datetime
) -> bool:
    """Whether there was anything to forget; who was forgotten before is not forgotten again."""
    kind, _, value = buyer.partition(":")
    if kind == members.CUSTOMER:
        return members.erase_customer(tx, shop.merchant_id, shop.shop_id, value, keys, now)
    if member_id is None:
        bought = orders_rows.of_buyer(tx, shop, buyer)
        if not bought or members.suppressed(tx, shop.merchant_id, "erased", [value]):
            return False
    members.erase_guest(tx, shop.merchant_id, shop.shop_id, value, now)
    return True
