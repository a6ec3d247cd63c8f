"""A WooCommerce shop with as many orders as one likes: its lists are made while they are read.

`python -m benchmarks.endless_shop ORDERS` prints its address and keys as a line of JSON. Orders and
accounts are copies of one of the simulator's, with ids, dates and buyers of their own; all else it is
asked goes to the simulator. So the shop costs little beside whoever reads it, and no memory.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.adapters.woocommerce import simulated

BUYERS_PER_ORDER = 3
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
EVERY = timedelta(seconds=60)
LISTS = {"/wp-json/wc/v3/orders": "orders", "/wp-json/wc/v3/customers": "customers"}


class Copies:
    """The n-th copy of a thing, made from text: `{id}` and its like stand where copies differ."""

    def __init__(self, template: dict[str, Any], count: int, buyers: int) -> None:
        self.count, self._buyers = count, buyers
        self._text = json.dumps(template)

    def page(self, offset: int, per_page: int) -> bytes:
        numbers = range(offset + 1, min(offset + per_page, self.count) + 1)
        return ("[" + ",".join(map(self._one, numbers)) + "]").encode()

    def _one(self, number: int) -> str:
        at = (FIRST_DAY + EVERY * number).strftime("%Y-%m-%dT%H:%M:%S")
        text = self._text.replace('"@id"', str(number)).replace("@id", str(number))
        text = text.replace("@at", at).replace('"@buyer"', str(number % self._buyers + 1))
        return text.replace('"@line"', str(number * 10))


def order_template(order: dict[str, Any]) -> dict[str, Any]:
    """A paid order of 28.00 EUR by an account."""
    line = order["line_items"][0] | {"id": "@line", "quantity": 1, "subtotal": "23.53",
                                     "subtotal_tax": "4.47", "total": "23.53", "total_tax": "4.47"}  # fmt: skip
    dates = {f"date_{what}{zone}": "@at" for what in ("created", "modified", "paid", "completed")
             for zone in ("", "_gmt")}  # fmt: skip
    return order | dates | {
        "id": "@id", "number": "@id", "customer_id": "@buyer", "status": "completed",
        "currency": "EUR", "total": "28.00", "line_items": [line],
        "refunds": [], "coupon_lines": [],
    }  # fmt: skip


def customer_template(customer: dict[str, Any]) -> dict[str, Any]:
    return customer | {"id": "@id", "email": "buyer@id@example.com", "username": "buyer@id"}


def handler(real: simulated.Shop, lists: dict[str, Copies]) -> type[BaseHTTPRequestHandler]:
    session = requests.Session()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            name = LISTS.get(parts.path)
            if name is None:
                return self._forward("GET", None)
            copies = lists[name]
            if asked.get("status") == "trash" or {"modified_after", "include"} & asked.keys():
                return self._answer(200, b"[]", 0)
            if asked.get("order") == "desc":
                return self._answer(200, copies.page(copies.count - 1, 1), copies.count)
            offset, per_page = int(asked.get("offset", 0)), int(asked.get("per_page", 10))
            return self._answer(200, copies.page(offset, per_page), copies.count)

        def do_POST(self) -> None:
            self._forward("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _forward(self, method: str, body: bytes | None) -> None:
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")
                       if name in self.headers}  # fmt: skip
            answer = session.request(method, real.url + self.path, data=body, headers=headers,
                                     timeout=30)  # fmt: skip
            total = int(answer.headers.get("X-WP-Total", 0))
            self._answer(answer.status_code, answer.content, total)

        def _answer(self, status: int, body: bytes, total: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-WP-Total", str(total))
            self.send_header("X-WP-TotalPages", str(-(-total // 100)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def main(orders: int) -> None:
    buyers = max(orders // BUYERS_PER_ORDER, 1)
    with simulated.running("--data", "small") as real:
        (order,) = real.rest("GET", "/orders?per_page=1")
        (customer,) = real.rest("GET", "/customers?per_page=1")
        lists = {
            "orders": Copies(order_template(order), orders, buyers),
            "customers": Copies(customer_template(customer), buyers, buyers),
        }
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(real, lists))
        server.daemon_threads = True
        address = f"http://127.0.0.1:{server.server_address[1]}"
        print(json.dumps({"url": address, "key": real.key, "secret": real.secret}), flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
