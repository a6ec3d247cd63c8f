"""OAuth 1.0a, one-legged: how WooCommerce lets a key in where PHP sees no TLS."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, quote

from flask import Request

from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import Key, Shop

WINDOW_SECONDS = 15 * 60
METHODS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
NEEDED = ("timestamp", "nonce", "signature", "signature_method")


def authenticate(shop: Shop, request: Request) -> Key | None:
    """The key behind a genuine signature; None where nobody tries (seen on 11.0.1: three refusals)."""
    given = dict(parse_qsl(request.query_string.decode(), keep_blank_values=True))
    if "oauth_consumer_key" not in given:
        return None
    missing = [f"oauth_{name}" for name in NEEDED if f"oauth_{name}" not in given]
    if missing:
        raise _no(f"Missing OAuth parameter {', '.join(missing)}")
    key = shop.keys.get(given["oauth_consumer_key"])
    if key is None or shop.habits["lost_access"]:
        raise _no("Consumer key is invalid.")
    signature = given.pop("oauth_signature")
    if not hmac.compare_digest(signature, sign(request.method, _url(shop, request), given, key)):
        raise _no("Invalid signature - provided signature does not match.")
    _only_once(shop, given["oauth_timestamp"], given["oauth_nonce"])
    return key


def _no(message: str) -> RestError:
    return RestError("woocommerce_rest_authentication_error", message, 401)


def _url(shop: Shop, request: Request) -> str:
    return f"{shop.url}{quote(request.path)}"


def sign(method: str, url: str, given: dict[str, str], key: Key) -> str:
    digest = METHODS.get(given.get("oauth_signature_method", ""))
    if digest is None:
        raise _no("Invalid signature - signature method is invalid.")
    pairs = sorted((quote(k, safe="~"), quote(v, safe="~")) for k, v in given.items())
    query = "&".join(f"{k}={v}" for k, v in pairs)
    base = "&".join(quote(part, safe="~") for part in (method.upper(), url, query))
    mark = hmac.new(f"{key.secret}&".encode(), base.encode(), digest).digest()
    return base64.b64encode(mark).decode()


def _only_once(shop: Shop, timestamp: str, nonce: str) -> None:
    now = shop.now().timestamp()
    if not timestamp.isdigit() or abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise _no("Invalid timestamp.")
    if nonce in shop.nonces:
        raise _no("Invalid nonce - nonce has already been used.")
    shop.nonces.add(nonce)
