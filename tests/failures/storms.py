"""A simulated Shopware shop over six weeks, and three installations that learn of it in three ways.

One hears what the shop rings, with everything that can happen to a bell on the way. One is told of each event at once.
One hears nothing at all. What happens is drawn from a seed; what the shop makes of it is the shop's.
"""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests
import time_machine
from flask import abort

from adapters.shopware.shop import Shopware
from adapters.shopware.tokens import Tokens
from connector import balances, digest, inbox, jobs, sync, verify
from connector.installation import Installation, open_installation, utc_now
from connector.port import Change, Stream
from connector.web import hooks
from tests.adapters.shopware import simulated
from tests.adapters.shopware.connection import DOCUMENT
from tests.adapters.shopware.installed import Installed, installed
from tests.connected import config
from tests.failures.conftest import nothing_to_do

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Four weeks before the clocks go forward."""
STEP = timedelta(hours=36)
DAYS, DELETED_WITHIN = 42, 20
"""For good an order goes only while its points are pending in any case: what was released is left to the
customer until a person has looked, and that is a history, not a fact."""
END = START + timedelta(days=DAYS)
# Not among them: a part that came back without an amount. It is left to a person, as its own test says.
UNPAID = ("pay", "cancel", "edit", "retry_payment", "open_in_admin", "pay_partially")
PAID = ("ship", "deliver", "complete", "refund", "one piece back", "return", "credit", "cancel",
        "reopen", "open_in_admin")  # fmt: skip
WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "edit": ("edit", {"line": 0, "quantity": 3}),
    "credit": ("edit", {"credit": "5.00"}),
    "one piece back": ("refund_partially", {"line": 0, "quantity": 1}),
}


@dataclass
class Storm:
    """The shop, who hears it (`there`), who is told, and who is deaf."""

    there: Installed
    told: Installation
    deaf: Installation
    clock: Any
    chance: random.Random
    orders: dict[str, datetime] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)
    customer: str = ""
    down: bool = False
    """The connector is being restarted whenever a bell rings."""

    @property
    def shop(self) -> simulated.Shop:
        return self.there.shop

    @property
    def now(self) -> datetime:
        return utc_now()

    def move_to(self, moment: datetime) -> None:
        self.clock.move_to(moment)
        self.shop.control("PUT", "/clock", {"now": moment.isoformat()})

    # -------------------------------------------------------------- what happens

    def event(self, people: list[str], product: str) -> str:
        """Something happens to an order; which one."""
        if len(self.orders) < 2 or self.chance.random() < 0.3:
            return self._bought(people, product)
        order = self.chance.choice(sorted(self.orders))
        if self.now < END - timedelta(days=DELETED_WITHIN) or self.chance.random() < 0.9:
            self._changes(order)
        elif self.orders[order] > END - timedelta(days=DELETED_WITHIN):
            self.shop.act(order, "delete")
            del self.orders[order]
        return order

    def _bought(self, people: list[str], product: str) -> str:
        line = {"product_id": product, "quantity": 2, "gross": f"{self.chance.randint(5, 150)}.98"}
        wanted: dict[str, Any] = {"line_items": [line], "paid": self.chance.random() < 0.4}
        if self.chance.random() < 0.8:
            wanted["customer_id"] = self.chance.choice(people)
        order = self.shop.order(**wanted)
        self.orders[order] = self.now
        if wanted["paid"]:
            self.paid.add(order)
        return order

    def _changes(self, order: str) -> None:
        wish = self.chance.choice(PAID if order in self.paid else UNPAID)
        action, more = WORDS.get(wish, (wish, {}))
        with contextlib.suppress(requests.HTTPError):  # no way leads there from this state
            self.shop.act(order, action, **more)
            if action == "pay":
                self.paid.add(order)

    # -------------------------------------------------------------- what becomes of a bell

    def weather(self) -> None:
        """Bells are lost, doubled, shuffled, late; some in a queue that tries again, some within the checkout."""
        bells = {
            "drop": self.chance.choice([0.0, 0.2, 0.5]),
            "duplicate": self.chance.choice([0.0, 0.4]),
            "shuffle": self.chance.random() < 0.3,
            "delay_seconds": self.chance.choice([0.0, 0.0, 0.05]),
            "worker": self.chance.random() < 0.4,
        }
        self.shop.habits(webhooks=bells)
        self.down = self.chance.random() < 0.2
        if self.chance.random() < 0.15:
            self.rotate()

    def rotate(self) -> None:
        """Another secret; some bells still carry the old one. Only 6.7 can."""
        with contextlib.suppress(requests.HTTPError):
            self.shop.control("POST", "/apps/Stammkunde/rotate", {})
            self.shop.habits(old_secret={"times": self.chance.randint(1, 4)})

    def hear(self) -> None:
        """What the runner does now and then; at times somebody mends the bells or writes into the shop."""
        inst, chance = self.there.inst, self.chance
        jobs.run_due(inst)
        if chance.random() < 0.2:
            balances.publish(inst, inst.shop("demo"), lambda: False)
        if chance.random() < 0.2:
            self.mend()
        if chance.random() < 0.15:
            sync.run(inst, inst.shop("demo"), sleep=lambda _: None)

    def mend(self) -> None:
        inst = self.there.inst
        inst.platform(inst.shop("demo")).ensure_webhooks(f"{self.there.url}/hooks/demo")

    def tell(self, order: str) -> None:
        shop = self.told.shop("demo")
        self.told.database.write(lambda tx: inbox.ring(
            tx, shop.merchant_id, shop.shop_id, [Change(Stream.ORDERS, order)], utc_now()))  # fmt: skip
        jobs.run_due(self.told)

    def calm(self) -> None:
        """The shop is well, and every bell that is on its way has come."""
        self.down = False
        self.shop.good_again()
        assert self.shop.control("GET", "/deliveries?wait=20")["quiet"]


def rage(storm: Storm, events: int = 2) -> None:
    """Six weeks in steps of a day and a half."""
    people = [storm.shop.customer(f"kunde{n}@example.com") for n in range(4)]
    product = storm.shop.product("Kaffee")
    while storm.now < END:
        storm.move_to(storm.now + STEP)
        storm.weather()
        for _ in range(storm.chance.randint(1, events)):
            storm.tell(storm.event(people, product))
        storm.hear()
    storm.calm()


def settled(inst: Installation) -> str:
    """One reconcile when all is quiet; what everybody has."""
    sync.reconcile(inst, inst.shop("demo"), days=4000, sleep=lambda _: None)
    jobs.run_due(inst)
    with inst.database.read() as tx:
        assert verify.run(tx, full=True).findings == []
    return figure(inst)


def figure(inst: Installation) -> str:
    with inst.database.read() as tx:
        return digest.of(tx)


@contextlib.contextmanager
def storm(folder: Path, seed: str, version: str) -> Iterator[Storm]:
    """The merchant has installed the app; two copies of his installation have a key of their own."""
    with (
        simulated.running("--version", version) as shop,
        time_machine.travel(START, tick=True) as clock,
        contextlib.ExitStack() as stack,
    ):
        shop.control("PUT", "/clock", {"now": START.isoformat()})
        there = stack.enter_context(installed(shop, fields=DOCUMENT["fields"]))
        nothing_to_do(there.inst)
        copies = [_copy(there, folder / name) for name in ("told", "deaf")]
        for each in copies:
            stack.callback(each.close)
        one = Storm(there, copies[0], copies[1], clock, random.Random(seed))
        came = hooks.delivery

        def heard() -> Any:
            if one.down:
                abort(503)
            return came()

        stack.enter_context(patch.object(hooks, "delivery", heard))
        yield one


def _copy(there: Installed, folder: Path) -> Installation:
    shutil.copytree(there.inst.config.data, folder)
    inst = open_installation(config(folder))
    shop = inst.shop("demo")
    platform = Shopware(there.shop.settings(**DOCUMENT), tokens=Tokens())
    inst._platforms[shop.shop_id] = shop.settings_version, platform
    return inst
