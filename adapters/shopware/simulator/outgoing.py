"""Requests the shop makes: HTTP to whoever listens, with the headers Shopware sends (seen)."""

from __future__ import annotations

import hashlib
import hmac
import http.client
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adapters.shopware.simulator.base import ENGLISH
from adapters.shopware.simulator.shop import Shop

TIMEOUT_SECONDS = 10
"""Read in source: 10 seconds to connect, 20 in all; nobody wants to rehearse the second ten."""
MOST = 1_000_000
"""How much of an answer is read."""


@dataclass(frozen=True)
class Heard:
    """What came back; without a status, why nothing did."""

    status: int
    body: bytes
    problem: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """By lower-case name."""

    @property
    def result(self) -> str:
        return str(self.status) if self.status else self.problem

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300


def sign(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def headers(shop: Shop) -> dict[str, str]:
    """Seen on every request of a shop to an app."""
    return {
        "User-Agent": "GuzzleHttp/7",
        "sw-version": shop.version,
        "sw-context-language": ENGLISH,
        "sw-user-language": "en-GB",
    }


def post(url: str, body: bytes, more: dict[str, str]) -> Heard:
    return send("POST", url, body, more | {"Content-Type": "application/json"})


def send(method: str, url: str, body: bytes | None, more: dict[str, str]) -> Heard:
    """The path goes out as it is, unescaped where the caller left it so."""
    try:
        return _send(method, url, body, more)
    except (OSError, http.client.HTTPException, ValueError) as failure:
        return Heard(0, b"", type(failure).__name__)


def _send(method: str, url: str, body: bytes | None, more: dict[str, str]) -> Heard:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, path, body, more | {"Connection": "close"})
        answer = connection.getresponse()
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Heard(answer.status, answer.read(MOST), headers=known)
    finally:
        connection.close()
