"""The shop in memory: its tables, its secrets and settings, and one lock that every request takes."""

from __future__ import annotations

import random
import secrets
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.shopware.simulator import kinds
from adapters.shopware.simulator.clock import Clock, stamp
from adapters.shopware.simulator.habits import Habits
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.render import Face
from adapters.shopware.simulator.store import Store

VERSIONS = ("6.5.6.1", "6.6.7.1", "6.7.9.1")
LETTERS = string.ascii_letters + string.digits


@dataclass
class Event:
    """Something a webhook may listen to: its payload as it was when it happened (read in source)."""

    name: str
    payload: Any
    live: bool = True
    """It is about the version that everybody means, not about a draft."""


@dataclass
class App:
    """An installed app beyond its row: what only the two of us know."""

    name: str
    version: str
    app_secret: str
    register: str
    """Where the registration goes."""
    parcel: bytes
    secret: str = ""
    """The shop's secret, as the app gave it."""
    old_secret: str = ""
    row: str = ""
    privileges: frozenset[str] = frozenset()


@dataclass
class Brand:
    """The invented shop the visitor sees."""

    name: str = "Testladen"
    key: str = "empty"
    tagline: dict[str, str] = field(default_factory=dict)
    featured: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    """Customers the demo offers for a one-click login."""


class Shop:
    """State only; what changes it lives in orders, customers, catalogue, writing and states."""

    def __init__(self, url: str, clock: Clock, version: str = "6.6.7.1") -> None:
        self.url = url.rstrip("/")
        self.clock = clock
        self.version = version
        self.lock = threading.RLock()
        self.dice = random.Random(version)
        self.habits = Habits()
        self.brand = Brand()
        self.store = Store(kinds.load(version))
        self.shop_id = "".join(secrets.choice(LETTERS) for _ in range(16))
        self.privileges: dict[str, frozenset[str] | None] = {}
        """What an integration may, by its access key; None may everything."""
        self.apps: dict[str, App] = {}
        self.base: dict[str, str] = {}
        """The ids of what every shop has: `currency.EUR`, `state.order.open`, `country.DE`."""
        self.settings: JSON = {}
        """What the merchant entered for apps: `Stammkunde.config.x`."""
        self.happened: list[Event] = []
        """What webhooks shall hear of once the lock is free."""
        self.ring: Callable[[list[Event]], None] = lambda events: None

    @property
    def most(self) -> int | None:
        """How many rows a search may ask for. Seen: none on 6.5.6.1, 500 on 6.6.7.1."""
        return None if self.version.startswith("6.5") else 500

    @property
    def double_signed(self) -> bool:
        """Whether a registration is proven by the old secret too (seen: not on 6.6.7.1)."""
        return self.version.startswith("6.7")

    @property
    def face(self) -> Face:
        return Face(self.store, self.version)

    @property
    def outside(self) -> Face:
        """As the Store API, and so a webhook, sees a row."""
        return Face(self.store, self.version, outside=True)

    def now(self) -> datetime:
        return self.clock.now()

    def stamp(self) -> str:
        return stamp(self.now())

    def new_id(self, moment: datetime | None = None) -> str:
        """32 hexadecimal characters that begin with the time, like Shopware's own."""
        time = int((moment or self.now()).timestamp() * 1000)
        return f"{time:012x}7{self.dice.getrandbits(12):03x}{8 + self.dice.getrandbits(2):x}{self.dice.getrandbits(60):015x}"

    def add(self, kind: str, at: datetime | None = None, **values: Any) -> JSON:
        """A new row, made at this moment."""
        moment = at or self.now()
        row = {"id": values.pop("id", None) or self.new_id(moment), "createdAt": stamp(moment)}
        return self.store.put(kind, row | {"updatedAt": None} | values)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All of it or nothing; what did not happen rings nowhere."""
        before = len(self.happened)
        try:
            with self.store.whole():
                yield
        except BaseException:
            del self.happened[before:]
            raise

    def happens(self, name: str, payload: Any, live: bool = True) -> None:
        self.happened.append(Event(name, payload, live))

    def announce(self) -> None:
        """Called without the lock: whoever listens may ask the shop back."""
        with self.lock:
            events, self.happened = self.happened, []
        if events:
            self.ring(events)
