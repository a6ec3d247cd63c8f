"""POST /app-system/{App}/generate-token: the shop says to an app who is logged in, signed with the shop's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response

from adapters.shopware.simulator.app import dump
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import App, Shop

LIFETIME = timedelta(minutes=10)


def blueprint(shop: Shop, visitor: Callable[[], JSON | None]) -> Blueprint:
    """`visitor` says which customer asks; Shopware asks its session."""
    pages = Blueprint("storefront_token", __name__)

    @pages.post("/app-system/<name>/generate-token")
    def generate(name: str) -> Response:
        with shop.lock:
            status, body = answer(shop, name, visitor())
        response = Response(dump(body), status, mimetype="application/json")
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return pages


def answer(shop: Shop, name: str, customer: JSON | None) -> tuple[int, JSON]:
    """Seen: nobody logged in is 400, an app that is not there or switched off 404; a guest gets one too."""
    app = shop.apps.get(name)
    row = shop.store.get("app", app.row) if app else None
    if customer is None:
        return 400, {"message": "JWT generation requires customer to be logged in"}
    if app is None or row is None or not row.get("active", True):
        return 404, {"message": f'Could not find app with identifier "{name}"'}
    now = shop.now()
    until = (now + LIFETIME).replace(microsecond=0).isoformat()
    return 200, {"token": token(shop, app, customer, now), "expires": until, "shopId": shop.shop_id}


def token(shop: Shop, app: App, customer: JSON, now: datetime) -> str:
    """Seen: moments are broken numbers, and each claim needs the right to read what it names."""
    moment = now.timestamp()
    claims: dict[str, Any] = {"iss": shop.shop_id, "iat": moment, "nbf": moment}
    claims["exp"] = moment + LIFETIME.total_seconds()
    named = {
        "salesChannelId": ("sales_channel", customer["salesChannelId"]),
        "customerId": ("customer", customer["id"]),
        "currencyId": ("currency", shop.base["currency.EUR"]),
        "languageId": ("language", customer["languageId"]),
        "paymentMethodId": ("payment_method", shop.base["payment"]),
        "shippingMethodId": ("shipping_method", shop.base["shipping"]),
    }
    claims |= {n: row for n, (kind, row) in named.items() if f"{kind}:read" in app.privileges}
    if shop.double_signed:
        claims["inAppPurchases"] = []
    signed = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(claims)}"
    mark = hmac.new(app.secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_text(mark)}"


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
