"""Webhook deliveries: signed, never repeated, the failure counter, and payloads built when sent."""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
import http.client
import ipaddress
import itertools
import json
import random
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from adapters.woocommerce.simulator import rounding
from adapters.woocommerce.simulator.shop import JSON, Hook, Shop

TIMEOUT_SECONDS = 10
"""The real shop waits 60 seconds; nobody wants to rehearse that."""
GIVES_UP_AT = 7
"""Seen on 11.0.1: the counter goes 1 to 6, the 7th failed delivery disables the webhook."""


def dump(body: Any) -> bytes:
    """PHP's json_encode: ASCII only, slashes escaped, no blanks."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Deliveries:
    """A queue and one thread. The same pending (webhook, subject) is sent once."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._order = itertools.count()
        self._heap: list[tuple[float, int, int, Any]] = []
        self._wake = threading.Condition()
        self._busy = False
        self.log: list[JSON] = []
        """What was sent or lost, newest last; for the control route, without bodies."""
        threading.Thread(target=self._run, daemon=True, name="deliveries").start()

    def ring(self, topic: str, subject: Any) -> None:
        """Called under the shop's lock for every change; queues the webhooks that listen."""
        habits = self._shop.habits["webhooks"]
        for hook_id, hook in self._shop.hooks.items():
            if hook.body["topic"] != topic or hook.body["status"] != "active":
                continue
            if random.random() < habits["drop"]:
                self.log.append({"webhook": hook_id, "topic": topic, "result": "dropped"})
                continue
            for _ in range(2 if random.random() < habits["duplicate"] else 1):
                self._add(hook_id, subject, bool(habits["shuffle"]), habits["delay_seconds"])

    def _add(self, hook_id: int, subject: Any, shuffle: bool, delay: float) -> None:
        with self._wake:
            doubled = self._shop.habits["webhooks"]["duplicate"] > 0
            if not doubled and any(h == hook_id and s == subject for _, _, h, s in self._heap):
                return
            due = time.monotonic() + delay + (random.random() * 0.3 if shuffle else 0.0)
            heapq.heappush(self._heap, (due, next(self._order), hook_id, subject))
            self._wake.notify()

    def wait_until_quiet(self, seconds: float) -> bool:
        """True when nothing is waiting any more; for tests and rehearsals."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self._wake:
                if not self._heap and not self._busy:
                    return True
            time.sleep(0.01)
        return False

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    due = self._heap[0][0] - time.monotonic() if self._heap else None
                    self._wake.wait(due)
                _, _, hook_id, subject = heapq.heappop(self._heap)
                self._busy = True
            try:
                self._deliver(hook_id, subject)
            finally:
                with self._wake:
                    self._busy = False

    def _deliver(self, hook_id: int, subject: Any) -> None:
        with self._shop.lock:
            hook = self._shop.hooks.get(hook_id)
            if hook is None or hook.body["status"] != "active":
                return
            body = dump(payload(self._shop, hook, subject))
            headers = self._headers(hook_id, hook, body)
            url = hook.body["delivery_url"]
        refused = self._shop.habits["refuse_private_urls"] and is_private(url)
        result = "A valid URL was not provided." if refused else post(url, body, headers)
        with self._shop.lock:
            self._count(hook, result)
            self.log.append({"webhook": hook_id, "topic": hook.body["topic"], "result": result})
            del self.log[:-500]

    def _headers(self, hook_id: int, hook: Hook, body: bytes) -> dict[str, str]:
        # Seen on 11.0.1: wp_hash(webhook id . time()), so not unique within a second.
        second = int(self._shop.now().timestamp())
        mark = hashlib.md5(f"{hook_id}{second}".encode(), usedforsecurity=False).hexdigest()
        return {
            "User-Agent": user_agent(self._shop),
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self._shop.url}/",
            "X-WC-Webhook-Topic": hook.body["topic"],
            "X-WC-Webhook-Resource": hook.body["resource"],
            "X-WC-Webhook-Event": hook.body["event"],
            "X-WC-Webhook-Signature": signature(body, hook.secret),
            "X-WC-Webhook-ID": str(hook_id),
            "X-WC-Webhook-Delivery-ID": mark,
        }

    def _count(self, hook: Hook, result: str) -> None:
        """200 to 302 count as success, so a redirect swallows the event (read in source)."""
        if result.isdigit() and 200 <= int(result) <= 302:
            hook.failures = 0
            return
        hook.failures += 1
        if hook.failures >= GIVES_UP_AT:
            hook.body["status"] = "disabled"
            self._shop.stamp(hook.body, "date_modified", self._shop.now())


def payload(shop: Shop, hook: Hook, subject: Any) -> Any:
    """The state now, not when it happened; an error object where it cannot be read (seen)."""
    topic, event = hook.body["topic"], hook.body["event"]
    if topic.startswith("action."):
        return {"action": event, "arg": subject}
    if event == "deleted":
        return {"id": subject}
    owner = shop.habits["webhooks"]["owner"]
    if owner != "ok":
        status = 403 if owner == "demoted" else 401
        return {
            "code": "woocommerce_rest_cannot_view",
            "message": "Sorry, you cannot view this resource.",
            "data": {"status": status},
        }
    kind = hook.body["resource"]
    things = {
        "order": shop.orders,
        "customer": shop.customers,
        "product": shop.products,
        "coupon": shop.coupons,
    }[kind]
    if subject in things:
        return rounding.shown(shop, things[subject])
    code = {"order": "shop_order", "coupon": "shop_coupon"}.get(kind, kind)
    return {
        "code": f"woocommerce_rest_{code}_invalid_id",
        "message": "Invalid ID.",
        "data": {"status": 404},
    }


def user_agent(shop: Shop) -> str:
    return f"WooCommerce/{shop.version} Hookshot (WordPress/{shop.wordpress})"


def ping(shop: Shop, url: str, hook_id: int) -> str:
    """Seen on 11.0.1: form-encoded, no signature, no X-WC headers."""
    headers = {
        "User-Agent": user_agent(shop),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return post(url, f"webhook_id={hook_id}".encode(), headers)


def post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """The status as text, or what went wrong. Redirects are not followed (seen on 11.0.1)."""
    try:
        return _post(url, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as failure:
        return type(failure).__name__


def _post(url: str, body: bytes, headers: dict[str, str]) -> str:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", path, body, headers | {"Connection": "close"})
        return str(connection.getresponse().status)
    finally:
        connection.close()


def is_private(url: str) -> bool:
    """WordPress refuses private addresses and ports other than 80, 443, 8080 (seen, all six)."""
    try:
        parts = urlsplit(url)
        if parts.port not in (None, 80, 443, 8080):
            return True
        return not ipaddress.ip_address(parts.hostname or "").is_global
    except ValueError:  # a name, or no address at all
        return "localhost" in url
