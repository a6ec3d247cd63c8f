"""A simulated shop without a network for the other tests, and the promise that it stands alone."""

from __future__ import annotations

import ast
import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import adapters.woocommerce.simulator
from adapters.woocommerce.simulator import control, store_api, storefront, wc_auth
from adapters.woocommerce.simulator.app import create_app
from adapters.woocommerce.simulator.clock import Clock
from adapters.woocommerce.simulator.deliveries import Deliveries
from adapters.woocommerce.simulator.shop import Key, Shop
from adapters.woocommerce.simulator.visitors import Front

JSON = dict[str, Any]
RECORDINGS = Path(__file__).parent / "recordings"
KEY, SECRET = "ck_" + "0" * 40, "cs_" + "0" * 40


def recording(name: str, version: str = "11.0.1") -> JSON:
    found: JSON = json.loads((RECORDINGS / version / f"{name}.json").read_text("utf-8"))
    return found


class World:
    """A shop as the recorded one was after its installation, reachable without a network."""

    def __init__(self, version: str = "11.0.1") -> None:
        self.shop = Shop("https://shop.example", Clock(ZoneInfo("Europe/Berlin")), version)
        self.shop.keys[KEY] = Key(1, KEY, SECRET)
        self.version = version
        app = create_app(self.shop)
        self.deliveries = Deliveries(self.shop)
        self.shop.ring = self.deliveries.ring
        self.front = Front(self.shop, "https://points.example", "demo", "s" * 40)
        app.register_blueprint(control.blueprint(self.shop, self.deliveries))
        app.register_blueprint(wc_auth.blueprint(self.shop))
        app.register_blueprint(store_api.blueprint(self.front))
        app.register_blueprint(storefront.blueprint(self.front))
        self.client = app.test_client()
        self.authorization = basic(KEY, SECRET)

    def send(self, request: JSON) -> Any:
        body = request.get("body")
        raw = body if isinstance(body, str) else json.dumps(body)
        return self.client.open(
            request["path"],
            method=request["method"],
            query_string=request.get("query") or {},
            data=None if body is None else raw,
            content_type=None if body is None else "application/json",
            headers=self.authorization,
        )

    def rest(self, method: str, path: str, body: JSON | None = None, **query: str) -> Any:
        address = f"/wp-json/wc/v3/{path}"
        return self.send({"method": method, "path": address, "body": body, "query": query})

    def replay(self, *names: str) -> None:
        for name in names:
            answer = self.send(recording(name, self.version)["request"])
            assert answer.status_code < 400, f"{name}: {answer.get_data(as_text=True)}"

    def furnish(self) -> None:
        """Products 10 to 14, customers 2 and 3: what every 11.0.1 recording stands on."""
        self.replay("product_simple")
        book = {"name": "Buch (7%)", "regular_price": "12.50", "sku": "BUC-1"}
        self.rest("POST", "products", book | {"tax_class": "reduced-rate"})
        self.replay("product_variable", "product_variation")
        self.rest("POST", "products/12/variations", {"regular_price": "25.00"})
        self.replay("customer_created")
        self.rest("POST", "customers", {"email": "otto@example.com", "username": "otto"})

    def number(self, post: int) -> None:
        """The next order, refund, product or coupon gets this number."""
        self.shop.ids.post = post - 1


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


class Ear:
    """A server that takes whatever comes and remembers it."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((dict(self.headers.items()), body))
                self.send_response(ear.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Tests stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def about(self, topic: str) -> list[tuple[dict[str, str], bytes]]:
        return [h for h in self.heard if h[0].get("X-WC-Webhook-Topic") == topic]


PACKAGE = Path(adapters.woocommerce.simulator.__file__).parent
ALLOWED_IMPORTS = ("adapters.woocommerce.simulator", "flask", "waitress", "werkzeug")


def imported(source: Path) -> set[str]:
    tree = ast.parse(source.read_text("utf-8"))
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    return set(names)


def test_the_simulator_knows_neither_the_connector_nor_the_adapter() -> None:
    for source in PACKAGE.glob("*.py"):
        foreign = {n for n in imported(source) if n.startswith(("connector", "adapters"))}

        assert all(n.startswith(ALLOWED_IMPORTS) for n in foreign), source.name


def test_nobody_imports_the_simulator() -> None:
    root = PACKAGE.parents[2]
    others = list(root.glob("connector/**/*.py"))
    others += [p for p in root.glob("adapters/**/*.py") if "simulator" not in p.parts]

    for source in others:
        assert not any("simulator" in n for n in imported(source)), source
