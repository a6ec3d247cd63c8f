"""Two merchants who do not know each other in one installation: one sells with Shopware, one with WooCommerce."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests
from flask.testing import FlaskClient

from connector import connecting, jobs, rulebook, shops, sync
from connector.installation import Installation, open_installation
from connector.port import JSON
from connector.shops import Shop
from connector.web import create_app, serving
from tests.adapters.shopware import simulated
from tests.adapters.shopware.standin import Caller
from tests.adapters.woocommerce import simulated as woocommerce
from tests.attacks import people
from tests.attacks.people import ERIKA, MALLORY, NEIGHBOUR, Person
from tests.connected import config, connect


@dataclass
class Corner:
    """`demo` is Erika's and Mallory's Shopware shop; `other` the WooCommerce shop across the street."""

    inst: Installation
    url: str
    """Where the connector listens."""
    real: simulated.Shop
    other: woocommerce.Shop
    client: FlaskClient
    erika: str
    mallory: str
    neighbour: str

    @property
    def demo(self) -> Shop:
        return self.inst.shop("demo")

    def credentials(self, slug: str) -> JSON:
        stored = shops.StoredSettings(self.inst.database, self.inst.keys, self.inst.shop(slug))
        return dict(stored.load()[0]["credentials"])

    @property
    def caller(self) -> Caller:
        """The Shopware shop itself, by its own hand."""
        kept = self.credentials("demo")
        known = kept["registration"]
        return Caller(self.client, "demo", kept["app_secret"], url=kept["url"],
                      secret=known["live"]["secret"], shop_id=known["shop_id"])  # fmt: skip

    def token(self, customer: str) -> str:
        """As the storefront gives it to who is logged in."""
        browser = requests.Session()
        at = f"{self.real.url}/_simulator/sessions"
        browser.post(at, json={"customer_id": customer}, timeout=30).raise_for_status()
        given = browser.post(
            f"{self.real.url}/app-system/Stammkunde/generate-token", timeout=30
        ).json()
        return str(given["token"])


def shops_with(real: simulated.Shop, person: Person) -> str:
    """An account in this shop with one paid order; its id."""
    account = real.customer(person.email, first_name=person.first_name, last_name=person.last_name,
                            company=person.company, street=person.street, zipcode=person.postcode,
                            city=person.city, phone=person.phone)  # fmt: skip
    real.order(customer_id=account, paid=True)
    return account


def install(inst: Installation, real: simulated.Shop, slug: str = "demo") -> None:
    """The merchant has uploaded the package that we made for him."""
    package = connecting.first_package(inst, "shopware", slug, real.url, rulebook.preset("dach"))
    answer = requests.post(f"{real.url}/_simulator/apps", data=package, timeout=60)
    assert answer.status_code == 201, answer.text
    document = {"requests_per_second": 1000, "fields": {"delivered": "stammkunde_delivered_at"}}
    connecting.apply_document(inst, inst.shop(slug), document)


@contextmanager
def opened(folder: Path) -> Iterator[Corner]:
    with simulated.running() as real, woocommerce.running() as other:
        inst = open_installation(config(folder))
        with serving.running(inst, "127.0.0.1", 0, work=False) as url:
            inst.config = replace(inst.config, url=url)
            install(inst, real)
            connect(inst, other, "other")
            erika, mallory = (shops_with(real, one) for one in (ERIKA, MALLORY))
            neighbour = people.shops_with(other, NEIGHBOUR)
            for slug in ("demo", "other"):
                sync.run(inst, inst.shop(slug))
            jobs.run_due(inst)
            client = create_app(inst).test_client()
            yield Corner(inst, url, real, other, client, erika, mallory, neighbour)
        inst.close()


def written(caller: Caller, order: str, **changes: Any) -> bytes:
    """What the shop says when an order was written."""
    rows = [
        {
            "entity": "order",
            "operation": "update",
            "primaryKey": order,
            "updatedFields": ["stateId"],
        }
    ]
    said = caller.message("order.written", rows, timestamp=int(time.time())) | changes
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
