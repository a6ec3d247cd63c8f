"""An installation connected to a simulated Shopware shop by an integration, as the command line does it."""

from __future__ import annotations

from typing import Any

from connector import connecting
from connector.installation import Installation
from connector.shops import Shop
from tests.adapters.shopware import simulated
from tests.connected import every_order_counts

DOCUMENT = {"requests_per_second": 1000, "fields": {"delivered": "stammkunde_delivered_at"}}


def connect(inst: Installation, real: simulated.Shop, slug: str = "demo", **changes: Any) -> Shop:
    """Without its patience, and every order counts."""
    given = {"url": real.url, "client_id": real.client_id, "client_secret": real.client_secret}
    programme = every_order_counts(**changes)
    return connecting.add(inst, "shopware", slug, given, programme, document=DOCUMENT).shop
