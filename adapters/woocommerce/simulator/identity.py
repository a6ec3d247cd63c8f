"""The signed proof who is logged in: a JWS (HS256) made on request, never printed into a page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from adapters.woocommerce.simulator.shop import JSON, Shop

LIFETIME_SECONDS = 300


def token(shop: Shop, customer: JSON | None, secret: str, **more: str) -> str:
    """Who is logged in; or, with `order`, whose order that is, which a guest may have too."""
    now = int(shop.now().timestamp())
    claims: dict[str, Any] = {
        "iss": shop.url,
        "aud": "stammkunde",
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    if customer:
        who = {"sub": str(customer["id"]), "email": customer["email"], "email_verified": True}
        claims |= who
    claims |= more
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    mark = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_text(mark)}"


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
