"""A shop says, without proof, that it lives elsewhere now: the merchant's answer, and what follows from it."""

from __future__ import annotations

from sqlalchemy import Connection

from connector import tasks
from connector.doors import OpenDoor
from connector.errors import Refused
from connector.installation import Installation, utc_now
from connector.port import MayMove
from connector.shops import Shop


def decide(inst: Installation, shop: Shop, *, agreed: bool) -> None:
    """Ask the shop at its new address, or forget that address. Raises Refused where none waits."""
    platform = inst.platform(shop)
    if not isinstance(platform, MayMove):
        raise Refused(f"The shop {shop.slug} does not move by itself; there is nothing to decide.")
    platform.move(agreed, utc_now())
    if agreed:
        OpenDoor(inst, shop).moved()
        return

    def settle(tx: Connection) -> None:
        matter = ("moved", f"shop/{shop.slug}")
        tasks.settle_all(tx, shop.merchant_id, [matter], utc_now())

    inst.database.write(settle)
