"""Whatever happens in the shop while it is read, in the end every order was seen as it is."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.woocommerce import streams, walk
from adapters.woocommerce.answers import Answer, NoRoute
from adapters.woocommerce.settings import load_document
from connector.port import JSON

OVERLAP = 120
DOCUMENT = load_document({"overlap_seconds": OVERLAP})
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()


class BusyShop:
    """Lists as WooCommerce does; a save is stamped at once and seen up to a hundred seconds later."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.now = chance, START
        self.orders: dict[int, JSON] = {}
        self.saving: list[tuple[datetime, JSON]] = []
        self.last = 0

    def clock(self) -> datetime:
        return self.now

    def place(self) -> None:
        self.last += 1
        self.save({"id": self.last, "status": "processing"})

    def save(self, order: JSON) -> None:
        seen = self.now + timedelta(seconds=self.chance.choice([0, 0, 0, 5, 100]))
        self.saving.append((seen, order | {"date_modified_gmt": naive(self.now)}))

    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for due in [each for each in self.saving if each[0] <= self.now]:
            self.saving.remove(due)
            known = self.orders.get(due[1]["id"])
            if known is None or known["date_modified_gmt"] <= due[1]["date_modified_gmt"]:
                self.orders[due[1]["id"]] = due[1]

    def happen(self) -> None:
        """Some orders, some edits, now and then one gone for good or a bulk edit."""
        for _ in range(self.chance.randrange(4)):
            self.place()
        for each in self.some(self.chance.randrange(3)):
            self.save(self.orders[each])
        if self.chance.random() < 0.1:
            for each in self.some(1):
                self.save(self.orders[each] | {"status": "trash"})
        if self.chance.random() < 0.2:
            for each in self.some(1):
                del self.orders[each]
                self.saving = [late for late in self.saving if late[1]["id"] != each]
        if self.chance.random() < 0.03:
            for each in self.some(250):
                self.save(self.orders[each])
        self.pass_time(self.chance.choice([0, 1, 1, 7, 40]))

    def some(self, count: int) -> list[int]:
        return self.chance.sample(sorted(self.orders), min(count, len(self.orders)))

    def get(self, path: str, **asked: Any) -> Answer:
        if path == "/refunds":
            raise NoRoute("no_route", "", "")
        answer = self.page(asked)
        self.happen()
        return answer

    def page(self, asked: dict[str, Any]) -> Answer:
        trash = asked.get("status") == "trash"
        listed: Iterable[JSON] = (
            each for each in self.orders.values() if (each["status"] == "trash") is trash
        )
        if "modified_after" in asked:
            assert asked["dates_are_gmt"] == "true"
            listed = (o for o in listed if o["date_modified_gmt"] > asked["modified_after"])
        if "modified_before" in asked:
            listed = (o for o in listed if o["date_modified_gmt"] < asked["modified_before"])
        key = "date_modified_gmt" if asked["orderby"] == "modified" else "id"
        mixed = sorted(listed, key=lambda o: self.chance.random())  # ties come in any order
        found = sorted(mixed, key=lambda o: str(o[key]).zfill(12), reverse=asked["order"] == "desc")
        start = asked.get("offset", 0)
        return Answer(found[start : start + asked["per_page"]], len(found), self.now)


@pytest.mark.parametrize("seed", range(40))
def test_in_the_end_every_order_was_seen_as_it_is(seed: int) -> None:
    shop = BusyShop(random.Random(seed))
    for _ in range(350):
        shop.place()
    shop.pass_time(200)
    seen: dict[int, JSON] = {}
    cursor = None

    def rounds(count: int) -> None:
        nonlocal cursor
        for _ in range(count):
            found = streams.orders(shop, streams.read(cursor), DOCUMENT)  # type: ignore[arg-type]
            cursor = streams.write(found.cursor)
            seen.update({item["id"]: item for item in found.items})

    rounds(60)
    shop.happen = lambda: None  # type: ignore[method-assign]
    shop.pass_time(101)
    rounds(60)
    assert all(seen.get(number) == order for number, order in shop.orders.items())


def test_every_phase_survives_being_written_down() -> None:
    shop = BusyShop(random.Random(1))
    for _ in range(walk.PER_PAGE * 3):
        shop.place()
    shop.pass_time(100)
    shop.happen = lambda: None  # type: ignore[method-assign]
    phases, state = set[str](), streams.read(None)
    for _ in range(30):
        phases.add(state["phase"])
        state = streams.orders(shop, state, DOCUMENT).cursor  # type: ignore[arg-type]
        assert streams.read(streams.write(state)) == state

    assert phases == {"start", "walk", "modified", "crowd", "trash", "refunds"}
