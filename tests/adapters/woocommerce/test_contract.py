"""WooCommerce keeps the contract; its world is the simulator behind real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import responses
from joserfc import jws
from joserfc.jwk import OctKey

from adapters import woocommerce
from adapters.woocommerce import walk
from adapters.woocommerce.shop import WooCommerce
from connector.port import Adapter, Change, Delivery, Stream
from tests.adapters.contract import ShopPlatformContract
from tests.adapters.woocommerce import recorded
from tests.adapters.woocommerce.simulated import Shop, listening
from tests.adapters.woocommerce.test_deliveries import made
from tests.adapters.world import Rung, World, address


class WooCommerceWorld(World):
    """A simulated shop, and the adapter in front of it."""

    def __init__(self, shop: Shop, wire: responses.RequestsMock) -> None:
        self.shop, self.wire = shop, wire
        settings = shop.settings()
        self.credentials = settings.value["credentials"]
        self.platform = WooCommerce(settings)
        self.currency = "EUR"
        self.callback, self.an_id = "http://127.0.0.1:9/hooks/demo", "1"
        self.page_size = walk.PER_PAGE
        secret = ("key", "secret", "webhook_secret", "identity_secret")
        self.secrets = [self.credentials[name] for name in secret]

    def order_unpaid(self) -> str:
        return self.shop.order(customer_id=self._someone())

    def order_paid(self) -> str:
        return self.shop.order(customer_id=self._someone(), paid=True)

    def order_of_guest(self, email: str) -> str:
        return self.shop.order(email=email, paid=True)

    def order_partly_refunded(self) -> str:
        order = self.order_paid()
        self.shop.control("POST", f"/orders/{order}/refund", {"line": 0, "quantity": 1})
        return order

    def order_shipped(self) -> str:
        order = self.order_paid()
        self.shop.control("POST", f"/orders/{order}/complete", {})
        return order

    def order_cancelled(self) -> str:
        order = self.order_unpaid()
        self.shop.control("POST", f"/orders/{order}/cancel", {})
        return order

    def order_gone(self) -> str:
        order = self.order_paid()
        self.delete_order(order)
        return order

    def order_unreadable(self) -> tuple[str, str]:
        """A plugin has put a number where WooCommerce writes a text."""
        order = self.order_paid()
        body = self.shop.rest("GET", f"/orders/{order}") | {"total": 44.1}
        self.wire.get(f"{self.shop.url}/wp-json/wc/v3/orders/{order}", json=body)
        return order, "total"

    def orders(self, count: int) -> Sequence[str]:
        return [self.order_unpaid() for _ in range(count)]

    def old_orders(self, count: int) -> Sequence[str]:
        days_ago = (datetime.now(UTC) - timedelta(days=9)).isoformat()
        placed = [self.shop.order(at=days_ago, modified_at=days_ago) for _ in range(count)]
        self.order_unpaid()
        return placed

    def edit_order(self, external_id: str) -> None:
        self.shop.rest("PUT", f"/orders/{external_id}", {"customer_note": "Bitte klingeln"})

    def delete_order(self, external_id: str) -> None:
        self.shop.control("POST", f"/orders/{external_id}/trash", {"force": True})

    def customer(self, email: str) -> str:
        return self.shop.customer(email)

    def product(self, title: str) -> str:
        return str(self.shop.product(title))

    def rung(self) -> Rung:
        """Set up by the adapter, signed and sent by the shop, caught on a socket of ours."""
        with listening() as (url, rang):
            self.platform.ensure_webhooks(url)
            order = self.order_unpaid()
            try:
                for _ in range(50):
                    delivery = rang.get(timeout=10)
                    if delivery.headers.get("x-wc-webhook-topic") == "order.created":
                        return Rung(delivery, Change(Stream.ORDERS, order))
            finally:
                self.shop.control("GET", "/deliveries?wait=5")
                self.shop.deaf_to(url)
        raise AssertionError("the shop never rang")

    def rung_about_nothing(self) -> Sequence[Delivery]:
        secret = self.credentials["webhook_secret"]
        gone = recorded.webhook("error_body_order_gone").delivery.body
        return [
            recorded.webhook("ping_on_create").delivery,
            made("order.created", gone, secret),
            made("coupon.created", b'{"id":3}', secret),
            made("subscription.created", b'{"id":3}', secret),
        ]

    def visit(self, customer_id: str, now: datetime) -> Delivery:
        claims = {
            "iss": self.shop.url,
            "aud": "stammkunde",
            "sub": customer_id,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
        }
        key = OctKey.import_key(self.credentials["identity_secret"])
        token = jws.serialize_compact({"alg": "HS256"}, json.dumps(claims).encode(), key)
        return Delivery("GET", "/v1/demo/me", b"", {"authorization": f"Bearer {token}"}, b"")

    def codes(self, code: str) -> int:
        return len(self.shop.rest("GET", f"/coupons?code={code}"))

    def bells(self, url: str) -> Sequence[str]:
        hooks = self.shop.rest("GET", "/webhooks?per_page=100&status=active")
        return [hook["topic"] for hook in hooks if hook["delivery_url"] == url]

    def silence_a_bell(self, url: str) -> None:
        hooks = self.shop.rest("GET", "/webhooks?per_page=100&status=active")
        ours = next(hook["id"] for hook in hooks if hook["delivery_url"] == url)
        self.shop.rest("PUT", f"/webhooks/{ours}", {"status": "disabled"})

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

    def _someone(self) -> int:
        """The same customer for all orders of this world."""
        if not hasattr(self, "_customer"):
            self._customer = int(self.customer(address()))
        return self._customer


def test_the_module_offers_what_an_adapter_offers() -> None:
    adapter: Adapter = woocommerce

    assert adapter.PLATFORM == "woocommerce"


def world_of(shop: Shop) -> Iterator[WooCommerceWorld]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.add_passthru(shop.url)
        yield WooCommerceWorld(shop, wire)


class TestWooCommerce(ShopPlatformContract):
    @pytest.fixture
    def world(self, shop: Shop) -> Iterator[WooCommerceWorld]:
        yield from world_of(shop)


class TestWooCommerce82(ShopPlatformContract):
    """The oldest version we have recordings of."""

    @pytest.fixture
    def world(self, old_shop: Shop) -> Iterator[WooCommerceWorld]:
        yield from world_of(old_shop)
