"""The shop in memory: everything it knows, its counters, and one lock that every request takes."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.woocommerce.simulator import money
from adapters.woocommerce.simulator.clock import Clock, gmt
from adapters.woocommerce.simulator.habits import Habits

JSON = dict[str, Any]


@dataclass
class Key:
    """A REST API key, bound to a WordPress user."""

    id: int
    key: str
    secret: str
    permissions: str = "read_write"


@dataclass
class Hook:
    """A webhook; the failure counter and the secret never show in the REST object."""

    body: JSON
    secret: str
    failures: int = 0


@dataclass
class Brand:
    """The invented shop the visitor sees."""

    name: str = "Testladen"
    key: str = "empty"
    tagline: dict[str, str] = field(default_factory=dict)
    featured: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    """Customers the demo offers for a one-click login; guests are listed by e-mail."""


@dataclass
class Counters:
    """Seen on 11.0.1: orders, refunds, products and coupons share one row of numbers."""

    post: int = 9
    user: int = 1
    item: int = 0
    meta: int = 0
    hook: int = 0
    key: int = 0

    def take(self, name: str) -> int:
        value: int = getattr(self, name) + 1
        setattr(self, name, value)
        return value


class Shop:
    """State only; what changes it lives in orders, refunds, coupons, customers, products."""

    def __init__(self, url: str, clock: Clock, version: str = "11.0.1") -> None:
        self.url = url.rstrip("/")
        self.clock = clock
        self.version = version
        self.lock = threading.RLock()
        self.dice = random.Random(version)
        self.habits = Habits()
        self.brand = Brand()
        self.ids = Counters()
        self.keys: dict[str, Key] = {}
        self.nonces: set[str] = set()
        self.orders: dict[int, JSON] = {}
        self.refunds: dict[int, JSON] = {}
        self.refund_parent: dict[int, int] = {}
        self.customers: dict[int, JSON] = {}
        self.products: dict[int, JSON] = {}
        self.variations: dict[int, JSON] = {}
        self.categories: dict[int, JSON] = {}
        self.coupons: dict[int, JSON] = {}
        self.reviews: dict[int, JSON] = {}
        self.hooks: dict[int, Hook] = {}
        self.counted: dict[int, list[int]] = {}
        """Coupons whose usage counter an order has raised, by order."""
        self.trashed: dict[int, str] = {}
        """The status an order had before it went to the trash."""
        self.connection: JSON | None = None
        """What the connector told the companion plugin."""
        self.take_connection: Callable[[JSON], None] = lambda connection: None
        """Told of it; the storefront puts the widgets in by it."""
        self.ring: Callable[[str, Any], None] = lambda topic, subject: None
        """Where every change is announced; the deliveries listen here."""

    @property
    def modern(self) -> bool:
        """11.0 knows fields and routes that 8.2 does not."""
        return int(self.version.split(".")[0]) >= 9

    @property
    def wordpress(self) -> str:
        return "7.1" if self.modern else "6.5.5"

    @property
    def decimals(self) -> int:
        return int(self.habits["decimals"])

    def money(self, value: Decimal) -> str:
        return money.text(value, self.decimals)

    def now(self) -> datetime:
        return self.clock.now()

    def stamp(self, thing: JSON, name: str, moment: datetime | None) -> None:
        """Write a date the way the vendor does: local and GMT, both without an offset."""
        thing[name] = self.clock.local(moment) if moment else None
        thing[f"{name}_gmt"] = gmt(moment) if moment else None

    def rest(self, path: str) -> str:
        return f"{self.url}/wp-json/wc/v3/{path}"

    def links(self, path: str, allow: str = "GET POST PUT PATCH DELETE") -> JSON:
        """`_links` of a thing; 8.2 has no target hints (seen on both)."""
        me: JSON = {"href": self.rest(path)}
        if self.modern:
            me["targetHints"] = {"allow": allow.split()}
        return {
            "self": [me],
            "collection": [{"href": self.rest(path.rsplit("/", 1)[0])}],
        }

    def meta(self, key: str, value: Any) -> JSON:
        return {"id": self.ids.take("meta"), "key": key, "value": value}
