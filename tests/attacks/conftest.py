"""Two merchants who do not know each other, in one installation, each with a shop of his own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from connector import connecting, jobs, rulebook, shops, sync
from connector.installation import Installation, open_installation
from connector.shops import Shop
from connector.web import create_app, serving
from tests.adapters.woocommerce import simulated
from tests.attacks import people, two_platforms
from tests.connected import config, connect

OTHER_SECRET = "what-the-neighbour-shop-signs-its-own-customers-with"


@dataclass
class Street:
    """`demo` belongs to Erika's shop, `other` to a merchant next door."""

    inst: Installation
    demo: Shop
    other: Shop
    erika: str
    mallory: str
    neighbour: str

    def credential(self, shop: Shop, name: str) -> str:
        value, _ = shops.StoredSettings(self.inst.database, self.inst.keys, shop).load()
        return str(value["credentials"][name])


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with ExitStack() as stack:
        first = stack.enter_context(simulated.running())
        second = stack.enter_context(simulated.running())
        inst = open_installation(config(tmp_path_factory.mktemp("street") / "data"))
        stack.callback(inst.close)
        demo = connect(inst, first)
        given = {"url": second.url, "key": second.key, "secret": second.secret,
                 "identity_secret": OTHER_SECRET}  # fmt: skip
        other = connecting.add(inst, "woocommerce", "other", given, rulebook.preset("dach")).shop
        erika, mallory = (people.shops_with(first, one) for one in (people.ERIKA, people.MALLORY))
        neighbour = people.shops_with(second, people.NEIGHBOUR)
        for shop in (demo, other):
            sync.run(inst, shop)
        jobs.run_due(inst)
        yield Street(inst, inst.shop("demo"), inst.shop("other"), erika, mallory, neighbour)


@pytest.fixture(scope="session")
def client(street: Street) -> FlaskClient:
    return create_app(street.inst).test_client()


@pytest.fixture(scope="session")
def server(street: Street) -> Iterator[str]:
    """The same over a real socket."""
    with serving.running(street.inst, "127.0.0.1", 0, work=False) as url:
        yield url


@pytest.fixture(scope="session")
def corner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[two_platforms.Corner]:
    """A Shopware shop, and another merchant's WooCommerce shop across the street."""
    with two_platforms.opened(tmp_path_factory.mktemp("corner") / "data") as both:
        yield both
