"""Webhooks: verify, ring, answer. One address per shop; everything else happens after the answer."""

from __future__ import annotations

from flask import Blueprint, request
from sqlalchemy import Connection

from connector import health, inbox, lanes, shops
from connector.doors import OpenDoor
from connector.errors import BadDelivery, Elsewhere, Outdated
from connector.installation import Installation, utc_now
from connector.port import Delivery


def delivery() -> Delivery:
    """The request as it came; signatures are over raw bytes."""
    return Delivery(
        method=request.method,
        path=request.path,
        query=request.query_string,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(cache=False),
    )


def blueprint(inst: Installation) -> Blueprint:
    hooks = Blueprint("hooks", __name__)

    @hooks.post("/hooks/<slug>")
    def receive(slug: str) -> tuple[str, int]:
        now = utc_now()
        with inst.database.read() as tx:
            shop = shops.find(tx, slug)
        if shop is None:
            return "", 404
        try:
            changes = inst.platform(shop).receive(delivery(), now)
        except Elsewhere as copy:
            OpenDoor(inst, shop).elsewhere(copy.url)
            return "", 200
        except BadDelivery as refused:
            if isinstance(refused, Outdated):
                OpenDoor(inst, shop).outdated()
            # Nothing but 401: a reason would help whoever is guessing, and platforms want no text.
            return "", 401
        if changes:

            def ring(tx: Connection) -> None:
                inbox.ring(tx, shop.merchant_id, shop.shop_id, list(changes), now)
                health.rang(tx, shop, now)

            inst.database.write(ring)
            inst.hint(lanes.of_shop(shop))
        return "", 200

    return hooks
