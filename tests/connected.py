"""An installation beside a running simulated shop, for tests that go the whole way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from connector import connecting, members, rulebook, standing
from connector.config import Config
from connector.installation import Installation, open_installation
from connector.shops import Shop
from connector.standing import Standing
from connector.tables import order, transfer
from tests.adapters.woocommerce import simulated
from tests.make import merged

IDENTITY_SECRET = "an-identity-secret-that-only-this-simulated-shop-knows"


@dataclass
class Connected:
    """The installation, the shop as we know it, and the shop as it is."""

    inst: Installation
    shop: Shop
    real: simulated.Shop

    def has(self, customer: str) -> Standing | None:
        """What the holder of this account has; None: no member."""
        key = f"{members.CUSTOMER}:{customer}"
        with self.inst.database.read() as tx:
            id_ = members.find(tx, self.shop.merchant_id, self.shop.shop_id, [key]).get(key)
            return standing.of(tx, self.shop.merchant_id, id_, self.shop.zone) if id_ else None

    def points(self, customer: str) -> int:
        has = self.has(customer)
        return has.available + has.pending if has else 0

    def count(self, table: Any) -> int:
        with self.inst.database.read() as tx:
            return int(tx.execute(select(func.count()).select_from(table)).scalar_one())

    def orders(self) -> int:
        return self.count(order)

    def transfers(self) -> int:
        return self.count(transfer)


def config(folder: Path, url: str = "http://127.0.0.1:8710") -> Config:
    return Config.from_env({"STAMMKUNDE_DATA": str(folder), "STAMMKUNDE_URL": url})


def connect(inst: Installation, real: simulated.Shop, slug: str = "demo", **changes: Any) -> Shop:
    """Connect a simulated shop as the CLI does, but without its patience; every order counts."""
    given = {"url": real.url, "key": real.key, "secret": real.secret, "ca_file": "",
             "identity_secret": IDENTITY_SECRET}  # fmt: skip
    document = {"requests_per_second": 1000, "fields": {"delivered": "_delivered_at"}}
    programme = every_order_counts(**changes)
    return connecting.add(inst, "woocommerce", slug, given, programme, document=document).shop


def every_order_counts(**changes: Any) -> dict[str, Any]:
    """The usual programme, for orders of any age."""
    counting = merged(rulebook.preset("dach"), {"start": {"past_months": 480, "at_most": None}})
    return merged(counting, changes)


@contextmanager
def connected(folder: Path, *options: str, **changes: Any) -> Iterator[Connected]:
    """A simulated shop and an installation connected to it."""
    with simulated.running(*options) as real:
        inst = open_installation(config(folder))
        try:
            yield Connected(inst, connect(inst, real, **changes), real)
        finally:
            inst.close()
