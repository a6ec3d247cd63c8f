"""Shopware's adapter as far as its door needs one, and a shop that behaves as real ones were seen to.

What only the Admin API could answer (whether a key opens a shop, what the shop says of itself) is kept
here in memory; registration, signatures, deliveries and identity are the adapter's own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from adapters.shopware import deliveries, identity, signatures, taking
from adapters.shopware.install import install as install_
from connector import connecting, rulebook, shops
from connector.errors import AccessLost, NotThere, TryLater
from connector.installation import Installation, open_installation
from connector.port import (
    JSON,
    Change,
    Customer,
    Delivery,
    Finding,
    Handshake,
    Order,
    Page,
    Product,
    Settings,
    ShopFacts,
    ShopPlatform,
    Stream,
    Visitor,
    Voucher,
)
from connector.web import create_app
from tests.connected import config

PLATFORM, NEXT_STEP = "shopware", "In Shopware: Extensions > My extensions > Upload extension."
CONNECTOR = "https://points.example"
HOME, MOVED, EVIL = "https://shop.example/de", "https://new.example", "https://evil.example"
SHOP_ID = "kx98eQAelVsm2mJ1"
OPEN: set[tuple[str, str, str]] = set()
"""Which key and secret open which address now."""
ACCOUNTS: set[str] = set()
"""Customers with an account; every other is a guest, or nobody."""
CURRENCY: list[str] = []
"""What the shop says its currency is, where that is not EUR."""


def draft(url: str) -> JSON:
    return {"url": url, "key": "", "key_secret": "", "ca_file": "",
            "app_secret": "an-app-secret-of-this-package-" + "a" * 40, "registration": None}  # fmt: skip


def credentials(given: Mapping[str, str]) -> JSON:
    return draft(given["url"]) | {"key": given["client_id"], "key_secret": given["client_secret"]}


BUSY: list[str] = []
"""The shop does not answer."""


def load_document(given: Mapping[str, Any]) -> JSON:
    return dict(given)


def package(connection: JSON, kept: JSON) -> bytes:
    return json.dumps(connection | {"secret": kept["app_secret"]}).encode()


def opens(kept: JSON) -> None:
    if BUSY:
        raise TryLater("The shop is busy.")
    if (kept["url"], kept["key"], kept["key_secret"]) not in OPEN:
        raise AccessLost("The shop does not know the key.")


def install(handshake: Handshake) -> Any:
    return install_(handshake, opens)


def open_shop(settings: Settings) -> ShopPlatform:
    return StandIn(settings)


@dataclass(frozen=True)
class StandIn:
    settings: Settings

    def _kept(self) -> JSON:
        return dict(self.settings.load()[0]["credentials"])

    def receive(self, delivery: Delivery, now: datetime) -> Sequence[Change]:
        return deliveries.changes(delivery, self._kept()["registration"], now)

    def visitor(self, delivery: Delivery, now: datetime) -> Visitor:
        return identity.visitor(delivery, self._kept()["registration"], now)

    def move(self, agreed: bool, now: datetime) -> None:
        taking.move(self.settings, agreed, opens, now)

    def expect(self, until: datetime) -> None:
        taking.expect(self.settings, until)

    def ensure_companion(self, connector_url: str, slug: str) -> bool:
        return taking.settle(self.settings, opens, datetime.now(UTC))

    def facts(self) -> ShopFacts:
        url = urlsplit(self._kept()["url"])
        return ShopFacts("Kaffeerad", self._kept()["url"], "Europe/Berlin", (CURRENCY or ["EUR"])[0], True,
                         (f"{url.scheme}://{url.netloc}",), datetime.now(UTC))  # fmt: skip

    def preflight(self) -> Sequence[Finding]:
        opens(self._kept())
        return []

    def customer(self, external_id: str) -> Customer:
        if external_id not in ACCOUNTS:
            raise NotThere("There is no account of this id.")
        return Customer(external_id, "mia@example.com", "Mia")

    def order(self, external_id: str) -> Order:
        raise NotThere("There is no such order.")

    def products(self, external_ids: Sequence[str]) -> Sequence[Product]:
        return []

    def changes(self, stream: Stream, cursor: str | None) -> Page:
        return Page([], "", False, not_before=datetime(2100, 1, 1, tzinfo=UTC))

    def ensure_voucher(self, voucher: Voucher) -> None: ...

    def revoke_voucher(self, code: str) -> None: ...

    def ensure_webhooks(self, callback_url: str) -> None: ...


# ------------------------------------------------------------------ a shop, or whoever plays one


@dataclass
class Caller:
    """Somebody who calls the connector: knows these secrets, lives there, and has these keys."""

    client: FlaskClient
    slug: str
    app_secret: str
    link: str = ""
    url: str = HOME
    secret: str = ""
    shop_id: str = SHOP_ID
    pair: tuple[str, str] = ("SWIAFIRST", "first-key")
    told: str = ""
    """Where the last answer wanted its confirmation."""
    asked: int = field(default_factory=lambda: int(time.time()) - 300)

    @property
    def base(self) -> str:
        return f"/connect/shopware/{self.slug}"

    def register(self, *, proof: str = "", **changes: str) -> TestResponse:
        """`proof`: the old secret, by which newer shops prove themselves."""
        self.asked += 1
        said = {
            "shop-id": self.shop_id,
            "shop-url": self.url,
            "timestamp": str(self.asked),
        } | changes
        query = "&".join(f"{name}={value}" for name, value in said.items())
        headers = {signatures.APP: signatures.sign(self.app_secret, query.encode())}
        if proof:
            headers[signatures.SHOP] = signatures.sign(proof, query.encode())
        link = f"/{self.link}" if self.link else ""
        answer = self.client.get(f"{self.base}{link}/register?{query}", headers=headers)
        if answer.status_code == 200:
            self.told = answer.get_json()["confirmation_url"]
        return answer

    def confirm(self, secret: str, *, before: str = "", **changes: str) -> TestResponse:
        said = {"apiKey": self.pair[0], "secretKey": self.pair[1], "timestamp": str(int(time.time())),
                "shopUrl": self.url, "shopId": self.shop_id} | changes  # fmt: skip
        body = json.dumps(said).replace("/", "\\/").encode()
        headers = {signatures.SHOP: signatures.sign(secret, body)}
        if before:
            headers[signatures.BEFORE] = signatures.sign(before, body)
        return self.client.post(self.told or f"{self.base}/confirm", data=body, headers=headers)

    def install(self, proof: str = "") -> TestResponse:
        """Registration and confirmation; a confirmed secret is the shop's own."""
        answer = self.register(proof=proof)
        if answer.status_code != 200:
            return answer
        secret = answer.get_json()["secret"]
        confirmed = self.confirm(secret, before=proof)
        if confirmed.status_code == 204:
            self.secret = secret
        return confirmed

    def signed(
        self, path: str, said: JSON, secret: str | None = None, lang: str = "de-DE"
    ) -> TestResponse:
        body = json.dumps(said).encode()
        signature = signatures.sign(self.secret if secret is None else secret, body)
        headers = {signatures.SHOP: signature, "sw-user-language": lang}
        return self.client.post(path, data=body, headers=headers)

    def ring(
        self, event: str, payload: Any, *, secret: str | None = None, **changes: Any
    ) -> TestResponse:
        return self.signed(f"/hooks/{self.slug}", self.message(event, payload, **changes), secret)

    def says(
        self, event: str, payload: Any = (), *, secret: str | None = None, **changes: Any
    ) -> TestResponse:
        return self.signed(f"{self.base}/life", self.message(event, payload, **changes), secret)

    def message(self, event: str, payload: Any, **changes: Any) -> JSON:
        source = {"url": self.url, "eventId": "01a2", "appVersion": "1.0.0", "shopId": self.shop_id}
        said = {"data": {"payload": payload, "event": event}, "source": source,
                "timestamp": int(time.time())}  # fmt: skip
        return said | changes

    def presses(self, ids: Sequence[Any], lang: str = "de-DE", **changes: Any) -> TestResponse:
        source = {"url": self.url, "appVersion": "1.0.0", "shopId": self.shop_id}
        said = {"source": source, "data": {"ids": list(ids), "entity": "customer", "action": "points"},
                "meta": {"timestamp": int(time.time()), "reference": "01a2", "language": "2fbb"}}  # fmt: skip
        return self.signed(f"{self.base}/points", said | changes, lang=lang)

    def query(self, secret: str | None = None, **changes: str) -> str:
        said = {"shop-id": self.shop_id, "shop-url": self.url, "timestamp": str(int(time.time())),
                "sw-version": "6.6.7.1", "sw-user-language": "de-DE"} | changes  # fmt: skip
        query = "&".join(f"{name}={value}" for name, value in said.items())
        signature = signatures.sign(self.secret if secret is None else secret, query.encode())
        return f"{query}&{signatures.SHOP}={signature}"

    def looks(self, secret: str | None = None, **changes: str) -> TestResponse:
        return self.client.get(f"{self.base}/panel?{self.query(secret, **changes)}")

    def token(self, customer: str | None, *, secret: str | None = None, **changes: Any) -> str:
        now = time.time()
        claims: JSON = {"iss": self.shop_id, "iat": now, "nbf": now, "exp": now + 600.0}
        claims |= {} if customer is None else {"customerId": customer}
        key = OctKey.import_key(self.secret if secret is None else secret)
        text = json.dumps(claims | changes).encode()
        return jws.serialize_compact({"alg": "HS256", "typ": "JWT"}, text, key)

    def me(self, token: str) -> TestResponse:
        return self.client.get(f"/v1/{self.slug}/me", headers={"Authorization": f"Bearer {token}"})


@dataclass
class Lab:
    inst: Installation
    client: FlaskClient

    def packaged(self, slug: str = "demo", url: str = HOME) -> Caller:
        """A shop that has the package of a shop that is not connected yet."""
        with served():
            packed = connecting.first_package(
                self.inst, "shopware", slug, url, rulebook.preset("dach")
            )
        said = json.loads(packed)
        return Caller(self.client, slug, said["secret"], said["link"], url)

    def connected(self, slug: str = "demo", url: str = HOME) -> Caller:
        shop = self.packaged(slug, url)
        OPEN.add((url, *shop.pair))
        assert shop.install().status_code == 204
        return shop

    def integrated(self, slug: str = "demo", url: str = HOME) -> Caller:
        """A shop that was connected by an integration, with the package for it."""
        OPEN.add((url, "SWIAINTEGRATION", "integration-key"))
        given = {"url": url, "client_id": "SWIAINTEGRATION", "client_secret": "integration-key"}
        connecting.add(self.inst, "shopware", slug, given, rulebook.preset("dach"))
        said = json.loads(connecting.package(self.inst, self.inst.shop(slug)))
        return Caller(self.client, slug, said["secret"], "", url)

    def credentials(self, slug: str = "demo") -> JSON:
        shop = self.inst.shop(slug)
        value, _ = shops.StoredSettings(self.inst.database, self.inst.keys, shop).load()
        return dict(value["credentials"])

    def change(self, slug: str = "demo", **registration: Any) -> None:
        """Time passes, as far as a registration knows of it."""
        stored = shops.StoredSettings(self.inst.database, self.inst.keys, self.inst.shop(slug))
        value, version = stored.load()
        kept = value["credentials"]
        changed = kept | {"registration": kept["registration"] | registration}
        assert stored.swap(version, value | {"credentials": changed})


@contextmanager
def served() -> Iterator[None]:
    """While this lasts, Shopware is a platform that is there."""
    with patch.dict(shops.PLATFORMS, {"shopware": __name__}):
        yield


@contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    OPEN.clear()
    ACCOUNTS.clear()
    CURRENCY.clear()
    BUSY.clear()
    with served():
        inst = open_installation(config(folder, CONNECTOR))
        try:
            yield Lab(inst, create_app(inst).test_client())
        finally:
            inst.close()
