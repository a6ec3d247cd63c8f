"""A WooCommerce shop for tests: the simulator in its own process, asked over real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import requests

from adapters import woocommerce
from adapters.woocommerce.shop import WooCommerce
from connector.port import JSON, Delivery


class Kept:
    """Settings in memory, as the connector keeps them in its database."""

    def __init__(self, value: JSON) -> None:
        self.value, self.version = value, 1

    def load(self) -> tuple[JSON, int]:
        return self.value, self.version

    def swap(self, version: int, value: JSON) -> bool:
        if version != self.version:
            return False
        self.value, self.version = value, version + 1
        return True

    def lease(self, name: str, seconds: int) -> bool:
        return True


class Shop:
    """A running simulator."""

    def __init__(self, ready: JSON) -> None:
        self.url: str = ready["url"]
        self.key: str = ready["key"]
        self.secret: str = ready["secret"]
        self._session = requests.Session()

    def settings(self, **document: Any) -> Kept:
        given = {"url": self.url, "key": self.key, "secret": self.secret}
        plain = {"requests_per_second": 1000}
        return Kept(
            {
                "credentials": woocommerce.credentials(given),
                "document": woocommerce.load_document(plain | document),
            }
        )

    def open(self, now: datetime | None = None, **document: Any) -> WooCommerce:
        settings = self.settings(**document)
        return WooCommerce(settings, lambda: now) if now else WooCommerce(settings)

    def control(self, method: str, path: str, body: JSON | None = None) -> Any:
        """The simulator's own door, which a real shop does not have."""
        answer = self._session.request(
            method, f"{self.url}/_simulator{path}", json=body, timeout=30
        )
        answer.raise_for_status()
        return answer.json()

    def rest(self, method: str, path: str, body: JSON | None = None) -> Any:
        """As another programme with a key of its own."""
        answer = self._session.request(
            method,
            f"{self.url}/wp-json/wc/v3{path}",
            json=body,
            auth=(self.key, self.secret),
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json()

    def habits(self, **wanted: Any) -> None:
        self.control("PUT", "/habits", wanted)

    def good_again(self) -> None:
        """Good manners, and no webhooks left over from another test."""
        self.control("DELETE", "/habits")
        for hook in self.rest("GET", "/webhooks?per_page=100"):
            self.rest("DELETE", f"/webhooks/{hook['id']}?force=true")

    def order(self, **wanted: Any) -> str:
        line = {"product_id": self.product("Kaffee"), "quantity": 2, "gross": "39.98"}
        shipping = {"method_id": "flat_rate", "method_title": "Paket", "total": "4.12"}
        body = {"line_items": [line], "shipping_lines": [shipping], **wanted}
        return str(self.control("POST", "/orders", body)["id"])

    def customer(self, email: str) -> str:
        return str(self.control("POST", "/customers", {"email": email})["id"])

    def deaf_to(self, url: str) -> None:
        """Take every webhook for this address away."""
        for hook in self.rest("GET", "/webhooks?per_page=100"):
            if hook["delivery_url"] == url:
                self.rest("DELETE", f"/webhooks/{hook['id']}?force=true")

    def product(self, title: str) -> int:
        body = {"name": title, "type": "simple", "regular_price": "19.99"}
        return int(self.control("POST", "/products", body)["id"])


@contextmanager
def listening() -> Iterator[tuple[str, Queue[Delivery]]]:
    """An address of ours, and what rang there, word for word."""
    rung: Queue[Delivery] = Queue()

    class Ears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            rung.put(Delivery("POST", self.path, b"", headers, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Ears) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks/demo", rung
        server.shutdown()
        thread.join()


@contextmanager
def running(*options: str) -> Iterator[Shop]:
    """A simulator of its own, which goes when the test goes."""
    command = [sys.executable, "-m", "adapters.woocommerce.simulator", "--port", "0"]
    with subprocess.Popen(
        [*command, "--data", "empty", "--until-stdin-closes", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        yield Shop(json.loads(process.stdout.readline()))
        process.stdin.close()
        process.wait(10)
