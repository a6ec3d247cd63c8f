"""Shopware keeps the contract; its world is the simulator, with our app installed in it, behind real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import responses

from adapters import shopware
from adapters.shopware import asking
from adapters.shopware.client import PER_PAGE
from connector.port import (
    Adapter,
    Change,
    Delivery,
    ListsMissing,
    MayMove,
    PublishesBalance,
    Stream,
)
from tests.adapters.contract import ShopPlatformContract
from tests.adapters.shopware import simulated
from tests.adapters.shopware.installed import Installed, installed
from tests.adapters.world import NOW, Rung, World, address


class ShopwareWorld(World):
    """A simulated shop with our app, and the adapter in front of it."""

    def __init__(self, there: Installed, wire: responses.RequestsMock) -> None:
        self.there, self.shop, self.wire = there, there.shop, wire
        self.platform = there.open()
        self.currency, self.page_size = "EUR", PER_PAGE
        self.callback, self.an_id = f"{there.url}/hooks/demo", "0" * 32
        credentials = there.settings.load()[0]["credentials"]
        live = credentials["registration"]["live"]
        self.secrets = [credentials["key_secret"], credentials["app_secret"], live["secret"]]

    def order_unpaid(self) -> str:
        return self.shop.order(customer_id=self._someone())

    def order_paid(self) -> str:
        return self.shop.order(customer_id=self._someone(), paid=True)

    def order_of_guest(self, email: str) -> str:
        return self.shop.order(email=email, paid=True)

    def order_partly_refunded(self) -> str:
        """By a payment plugin that says for which line; the core alone would not."""
        order = self.order_paid()
        self.shop.act(order, "refund_partially", line=0, quantity=1)
        return order

    def order_shipped(self) -> str:
        order = self.order_paid()
        self.shop.act(order, "ship")
        return order

    def order_cancelled(self) -> str:
        order = self.order_unpaid()
        self.shop.act(order, "cancel")
        return order

    def order_gone(self) -> str:
        order = self.order_paid()
        self.delete_order(order)
        return order

    def order_unreadable(self) -> tuple[str, str]:
        """A plugin has put a text where Shopware writes a number."""
        order = self.order_paid()
        body = self.shop.api("POST", "/search/order", asking.ORDER | {"ids": [order]})
        body["data"][0]["amountTotal"] = "44.10"
        self.wire.post(f"{self.shop.url}/api/search/order", json=body)
        return order, "amountTotal"

    def orders(self, count: int) -> Sequence[str]:
        return [self.order_unpaid() for _ in range(count)]

    def old_orders(self, count: int) -> Sequence[str]:
        days_ago = (datetime.now(UTC) - timedelta(days=9)).isoformat()
        placed = [self.shop.order(at=days_ago) for _ in range(count)]
        self.order_unpaid()
        return placed

    def edit_order(self, external_id: str) -> None:
        self.shop.act(external_id, "edit", credit="1.00")

    def delete_order(self, external_id: str) -> None:
        self.shop.act(external_id, "delete")

    def customer(self, email: str) -> str:
        return self.shop.customer(email)

    def product(self, title: str) -> str:
        return self.shop.product(title)

    def rung(self) -> Rung:
        """Signed and sent by the shop, which the package told where to ring."""
        rung: dict[str, str] = {}
        (delivery,) = self._heard(
            "checkout.order.placed", lambda: rung.update(id=self.order_unpaid())
        )
        return Rung(delivery, Change(Stream.ORDERS, rung["id"]))

    def rung_about_nothing(self) -> Sequence[Delivery]:
        """What we write ourselves comes back, and looking at an order in the administration makes drafts
        (whose deliveries say so from 6.6 on; before, one more look does no harm)."""
        mia, order = self._someone(), self.order_unpaid()
        told = {"customFields": {"stammkunde_points": 5}}
        ours = self._heard(
            "customer.written", lambda: self.shop.api("PATCH", f"/customer/{mia}", told)
        )
        drafts = self._heard(
            "order.written", lambda: self.shop.act(order, "open_in_admin"), least=0
        )
        return [*ours, *drafts] if not self.platform.facts().version.startswith("6.5") else ours

    def visit(self, customer_id: str, now: datetime) -> Delivery:
        browser = requests.Session()
        with self._at(now):
            at = f"{self.shop.url}/_simulator/sessions"
            browser.post(at, json={"customer_id": customer_id}, timeout=30).raise_for_status()
            path = "/app-system/Stammkunde/generate-token"
            token = browser.post(self.shop.url + path, timeout=30).json()["token"]
        return Delivery("GET", "/v1/demo/me", b"", {"authorization": f"Bearer {token}"}, b"")

    def codes(self, code: str) -> int:
        asked = {"filter": [{"type": "equals", "field": "code", "value": code}]}
        found = self.shop.api("POST", "/search/promotion-individual-code", asked)["data"]
        return sum(one["payload"] is None for one in found)

    def bells(self, url: str) -> Sequence[str]:
        return [hook["eventName"] for hook in self._hooks(url) if hook["active"]]

    def silence_a_bell(self, url: str) -> None:
        self.shop.api("PATCH", f"/webhook/{self._hooks(url)[0]['id']}", {"active": False})

    def serve_busy(self, seconds: int) -> None:
        self.shop.habits(busy={"status": 429, "retry_after": seconds, "times": 1})

    def serve_fault(self) -> None:
        self.shop.habits(busy={"status": 503, "times": 1})

    def serve_half(self) -> None:
        self.shop.habits(truncated={"times": 1})

    def serve_page(self) -> None:
        self.shop.habits(html={"status": 200, "times": 1})

    def serve_silence(self) -> None:
        self.shop.habits(silent={"times": 1, "seconds": 0})

    def lose_access(self) -> None:
        self.shop.habits(lost_access=True)

    def _someone(self) -> str:
        """The same customer for all orders of this world."""
        if not hasattr(self, "_customer"):
            self._customer = self.customer(address())
        return self._customer

    def _hooks(self, url: str) -> list[Any]:
        asked = {"filter": [{"type": "equals", "field": "url", "value": url}], "limit": 100}
        return list(self.shop.api("POST", "/search/webhook", asked)["data"])

    def _heard(self, event: str, act: Callable[[], object], least: int = 1) -> list[Delivery]:
        """What rang with this event while something happened; the shop waits for our answers."""
        with self._at(NOW):
            while not self.there.rung.empty():
                self.there.rung.get()
            act()
        came = [self.there.rung.get() for _ in range(self.there.rung.qsize())]
        found = [one for one in came if json.loads(one.body)["data"]["event"] == event]
        assert len(found) >= least
        return found

    @contextmanager
    def _at(self, now: datetime) -> Iterator[None]:
        self.shop.control("PUT", "/clock", {"now": now.isoformat()})
        yield
        self.shop.control("PUT", "/clock", {"now": None})


def test_the_module_offers_what_an_adapter_offers() -> None:
    adapter: Adapter = shopware

    assert adapter.PLATFORM == "shopware"


def test_the_platform_has_the_abilities_that_the_matrix_names(shop: simulated.Shop) -> None:
    platform = shop.open()

    for ability in (PublishesBalance, ListsMissing, MayMove):
        assert isinstance(platform, ability)


@pytest.fixture(scope="session", params=["6.5.6.1", "6.6.7.1", "6.7.9.1"])
def there(request: pytest.FixtureRequest) -> Iterator[Installed]:
    with simulated.running("--version", request.param) as shop, installed(shop) as there:
        yield there


class TestShopware(ShopPlatformContract):
    """On every version we know: the oldest and the newest we have recordings of, and 6.7 by its schema."""

    @pytest.fixture
    def world(self, there: Installed) -> Iterator[ShopwareWorld]:
        there.shop.good_again()
        with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
            wire.add_passthru("http://127.0.0.1")
            yield ShopwareWorld(there, wire)
        there.shop.good_again()
