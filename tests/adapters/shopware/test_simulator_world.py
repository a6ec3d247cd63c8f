"""A simulated Shopware shop inside the test, asked without a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.test import TestResponse

from adapters.shopware.simulator import (
    control,
    control_apps,
    control_visitors,
    data,
    storefront,
    tokens,
)
from adapters.shopware.simulator.app import create_app
from adapters.shopware.simulator.clock import Clock
from adapters.shopware.simulator.deliveries import Deliveries
from adapters.shopware.simulator.shop import Shop
from adapters.shopware.simulator.visitors import Front

JSON = dict[str, Any]
VERSIONS = ("6.5.6.1", "6.6.7.1", "6.7.9.1")


class World:
    """The shop, its control door, and an integration that may do everything."""

    def __init__(
        self, version: str = "6.6.7.1", shop: str = "empty", now: datetime | None = None
    ) -> None:
        self.shop = Shop("http://shop.test", Clock(ZoneInfo("Europe/Berlin"), now), version)
        data.load(self.shop, shop)
        self.deliveries = Deliveries(self.shop)
        self.shop.ring = self.deliveries.ring
        self.app = create_app(self.shop)
        self.app.register_blueprint(control.blueprint(self.shop, self.deliveries))
        self.app.register_blueprint(control_apps.blueprint(self.shop, self.deliveries))
        self.front = Front(self.shop)
        self.app.register_blueprint(control_visitors.blueprint(self.front))
        storefront.open_doors(self.app, self.front)
        self.http = self.app.test_client()
        _, self.key, self.secret = tokens.integrate(self.shop, "test", None)
        self.token = self.log_in(self.key, self.secret)

    def log_in(self, key: str, secret: str) -> str:
        grant = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
        answer = self.http.post("/api/oauth/token", json=grant)
        assert answer.status_code == 200, answer.text
        return str(answer.get_json()["access_token"])

    def allowed(self, privileges: Sequence[str]) -> str:
        """A token that may only this."""
        made = self.control("POST", "/integrations", {"privileges": list(privileges)})
        return self.log_in(made["client_id"], made["client_secret"])

    def ask(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> TestResponse:
        """A call of the Admin API, whatever comes back."""
        sent = {"Authorization": f"Bearer {token or self.token}", "Accept": "application/json"}
        return self.http.open(f"/api/{path}", method=method, json=body, headers=sent | headers)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """A call that has to succeed; a token that has grown old is renewed."""
        answer = self.ask(method, path, body)
        if answer.status_code == 401:
            self.token = self.log_in(self.key, self.secret)
            answer = self.ask(method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.get_json(silent=True)

    def found(self, kind: str, **asked: Any) -> list[JSON]:
        rows: list[JSON] = self.api("POST", f"search/{kind}", asked)["data"]
        return rows

    def error(self, method: str, path: str, body: Any = None, token: str | None = None) -> JSON:
        """The first error of a call that has to fail, with the status it came with."""
        answer = self.ask(method, path, body, token)
        assert answer.status_code >= 400, answer.text
        first: JSON = answer.get_json()["errors"][0]
        return first | {"http": answer.status_code}

    def control(self, method: str, path: str, body: JSON | None = None) -> Any:
        answer = self.http.open(f"/_simulator{path}", method=method, json=body or {})
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    def mug(self) -> str:
        wanted = {"name": "Mug", "price": "119.00", "number": "MUG-1"}
        shelf = self.shop.base["category"]
        return str(self.control("POST", "/products", wanted | {"category_ids": [shelf]})["id"])

    def ada(self, **more: Any) -> str:
        wanted = {"email": "ada@example.test", **more}
        return str(self.control("POST", "/customers", wanted)["id"])

    def order(self, **wanted: Any) -> JSON:
        """Two mugs for 238 euros, unless something else is said."""
        if "line_items" not in wanted:
            wanted["line_items"] = [{"product_id": self.mug(), "quantity": 2, "gross": "238.00"}]
        made: JSON = self.control("POST", "/orders", wanted)
        return made

    def act(self, order: JSON, action: str, **wanted: Any) -> JSON:
        done: JSON = self.control("POST", f"/orders/{order['id']}/{action}", wanted)
        return done

    def promotion(self, *codes: str, **more: Any) -> str:
        """Five euros off, for whoever has one of the codes."""
        channel = {"salesChannelId": self.shop.base["channel"], "priority": 1}
        discount = {"scope": "cart", "type": "absolute", "value": 5.0}
        wanted: JSON = {
            "name": "Points reward 5 EUR",
            "active": True,
            "useCodes": True,
            "useIndividualCodes": True,
            "salesChannels": [channel],
            "discounts": [discount | {"considerAdvancedRules": False}],
            "individualCodes": [{"code": code} for code in codes],
        }
        made = self.api("POST", "promotion?_response=basic", wanted | more)
        return str(made["data"]["id"])
