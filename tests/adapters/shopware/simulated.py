"""A Shopware shop for tests: the simulator in its own process, asked over real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests

from adapters import shopware
from adapters.shopware.shop import Shopware
from connector.port import JSON
from tests.adapters.woocommerce.simulated import Kept
from tests.adapters.world import address


class Shop:
    """A running simulator."""

    def __init__(self, ready: JSON) -> None:
        self.url: str = ready["url"]
        self.client_id: str = ready["client_id"]
        self.client_secret: str = ready["client_secret"]
        self._session = requests.Session()
        self._token = ""

    def settings(self, **document: Any) -> Kept:
        given = {"url": self.url, "client_id": self.client_id, "client_secret": self.client_secret}
        plain = {"requests_per_second": 1000}
        return Kept(
            {
                "credentials": shopware.credentials(given),
                "document": shopware.load_document(plain | document),
            }
        )

    def open(self, now: datetime | None = None, **document: Any) -> Shopware:
        settings = self.settings(**document)
        return Shopware(settings, lambda: now) if now else Shopware(settings)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """The simulator's own door, which a real shop does not have."""
        answer = self._session.request(
            method, f"{self.url}/_simulator{path}", json=body, timeout=30
        )
        answer.raise_for_status()
        return answer.json()

    def api(self, method: str, path: str, body: JSON | None = None) -> Any:
        """As another programme with all rights; when the shop has forgotten its token, with another."""
        for _ in range(2):
            headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
            answer = self._session.request(
                method, f"{self.url}/api{path}", json=body, headers=headers, timeout=30
            )
            if answer.status_code != 401:
                break
            self._log_in()
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _log_in(self) -> None:
        wish = {"grant_type": "client_credentials", "client_id": self.client_id,
                "client_secret": self.client_secret}  # fmt: skip
        given = self._session.post(f"{self.url}/api/oauth/token", json=wish, timeout=30)
        self._token = given.json()["access_token"]

    def habits(self, **wanted: Any) -> None:
        self.control("PUT", "/habits", wanted)

    def good_again(self) -> None:
        self.control("DELETE", "/habits")

    def order(self, **wanted: Any) -> str:
        line = {"product_id": self.product("Kaffee"), "quantity": 2, "gross": "39.98"}
        body = {"line_items": [line], "shipping": "4.12", **wanted}
        if "customer_id" not in body:
            body.setdefault("email", address())
        return str(self.control("POST", "/orders", body)["id"])

    def act(self, order: str, action: str, **more: Any) -> Any:
        return self.control("POST", f"/orders/{order}/{action}", more)

    def customer(self, email: str, **more: Any) -> str:
        return str(self.control("POST", "/customers", {"email": email, **more})["id"])

    def product(self, title: str) -> str:
        return str(self.control("POST", "/products", {"name": title, "price": "19.99"})["id"])


@contextmanager
def running(*options: str) -> Iterator[Shop]:
    """A simulator of its own, which goes when the test goes."""
    command = [sys.executable, "-m", "adapters.shopware.simulator", "--port", "0"]
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
