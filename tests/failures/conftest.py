"""What the tests of failures share: a forge for children, and a shop with a past to read."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from connector import life, orders, programmes, rulebook, shops
from connector.installation import Installation, open_installation
from connector.port import Account, Look
from connector.tables import lot, outbox
from tests.adapters.woocommerce import simulated
from tests.connected import config, connect
from tests.failures.forge import Forge, warmed
from tests.make import FACTS, due_awards, line, merged, order

ORDERS = 130
"""More than a page."""


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    with warmed() as process:
        yield process


@dataclass(frozen=True)
class Past:
    """A simulated shop with orders, and the folder of an installation that never read them."""

    real: simulated.Shop
    folder: Path


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    with simulated.running("--data", "small") as real:
        fill(real)
        folder = tmp_path_factory.mktemp("past") / "data"
        inst = open_installation(config(folder))
        connect(inst, real)
        nothing_to_do(inst)
        inst.close()
        yield Past(real, folder)


def nothing_to_do(inst: Installation) -> None:
    """No rounds and no webhooks: what is read is read by the test."""
    inst.database.write(lambda tx: tx.execute(delete(outbox)))


def fill(real: simulated.Shop) -> None:
    """Orders of eight customers, every seventh refunded in part, every eleventh cancelled."""
    people = [int(real.customer(f"kunde{n}@example.com")) for n in range(8)]
    product = real.product("Kaffee")
    for number in range(ORDERS):
        lines = [{"product_id": product, "quantity": 2, "gross": f"{20 + number}.98"}]
        wanted = {"customer_id": people[number % 8], "paid": True, "line_items": lines}
        id_ = real.control("POST", "/orders", wanted)["id"]
        if number % 7 == 3:
            real.control("POST", f"/orders/{id_}/refund", {"line": 0, "quantity": 1})
        if number % 11 == 5:
            real.control("POST", f"/orders/{id_}/cancel")


LONG_AGO = datetime(2020, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def overdue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 orders whose points are due for release, and 120 lots whose day is long over."""
    folder = tmp_path_factory.mktemp("overdue") / "data"
    inst = open_installation(config(folder))
    document = merged(
        rulebook.preset("dach"), {"life": {"months": 1, "round_to": "day", "at_least": None}}
    )

    def bought(first: int, at: datetime) -> list[Look]:
        seen = [order(str(first + n), buyer=Account(str(n % 12)), placed_at=at, paid_at=at,
                      lines=(line(net=1000 + 100 * n, tax=0),)) for n in range(120)]  # fmt: skip
        return [Look(one.external_id, at + timedelta(hours=n), one) for n, one in enumerate(seen)]

    def work(tx: Connection) -> None:
        live = LONG_AGO - timedelta(days=400)
        shop = shops.add(tx, inst.keys, slug="demo", platform="woocommerce", settings={},
                         facts=FACTS, now=live)  # fmt: skip
        programmes.apply(tx, shop.merchant_id, document, "test", live)
        orders.apply(tx, shop, bought(1000, LONG_AGO), inst.keys, LONG_AGO)
        for merchant_id, subjects in due_awards(tx, LONG_AGO + timedelta(days=40), 500).items():
            life.release(tx, merchant_id, subjects, LONG_AGO + timedelta(days=40))
        orders.apply(tx, shop, bought(2000, LONG_AGO + timedelta(days=60)), inst.keys, LONG_AGO)
        tx.execute(update(lot).where(lot.c.remaining % 2 == 0).values(warned_at=LONG_AGO))

    inst.database.write(work)
    inst.close()
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    """Another copy of a folder, each time."""
    numbers = count()

    def another(folder: Path) -> Path:
        return Path(shutil.copytree(folder, tmp_path / f"copy{next(numbers)}"))

    return another
