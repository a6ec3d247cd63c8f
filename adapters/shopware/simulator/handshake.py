"""The shop registers with an app: it proves itself, is given a secret, and confirms with it (seen)."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass

from adapters.shopware.simulator import outgoing, tokens
from adapters.shopware.simulator.app import dump
from adapters.shopware.simulator.shop import App, Shop


class Failed(ValueError):
    """The registration came to nothing; the text is what the merchant reads."""


@dataclass(frozen=True)
class Answer:
    """What the app said to the first step."""

    secret: str
    confirm: str


def register(shop: Shop, app: App) -> str:
    """Both steps; gives the new integration's id. Called without the lock: the app may ask back.

    Up to 6.6 the new secret counts from its arrival, even if the confirmation fails afterwards; 6.7 keeps the
    old one then (both read in source; that 6.7 tries again after a 5xx is not imitated).
    """
    old = app.secret
    answer = _ask(shop, app, old)
    with shop.lock:
        if not shop.double_signed:
            app.old_secret, app.secret = old, answer.secret
        row, key, secret = tokens.integrate(shop, app.name, app.privileges)
        shop.store.rows["integration"][row]["_off"] = not app.row or not is_on(shop, app)
    try:
        _confirm(shop, answer, old, key, secret)
    except Failed:
        with shop.lock:
            shop.privileges.pop(key, None)
            shop.store.remove("integration", row)
        raise
    with shop.lock:
        if shop.double_signed:
            app.old_secret, app.secret = old, answer.secret
    return row


def is_on(shop: Shop, app: App) -> bool:
    return bool(shop.store.rows["app"][app.row].get("active", True))


def _ask(shop: Shop, app: App, old: str) -> Answer:
    """Seen: the address stands in the query as it is, nothing escaped."""
    stamp = int(shop.now().timestamp())
    query = f"shop-id={shop.shop_id}&shop-url={shop.url}&timestamp={stamp}"
    headers = outgoing.headers(shop)
    headers["shopware-app-signature"] = outgoing.sign(app.app_secret, query.encode())
    if old and shop.double_signed:
        headers["shopware-shop-signature"] = outgoing.sign(old, query.encode())
    joint = "&" if "?" in app.register else "?"
    heard = outgoing.send("GET", f"{app.register}{joint}{query}", None, headers)
    said = _json(heard.body)
    if not heard.fine or "error" in said:
        reason = said.get("error") or f"the app answered {heard.result}"
        raise Failed(f"App registration for {app.name} failed: {reason}")
    proof = outgoing.sign(app.app_secret, (shop.shop_id + shop.url + app.name).encode())
    if not hmac.compare_digest(proof.encode(), said.get("proof", "").encode()):
        raise Failed("The app server provided an invalid proof")
    secret, confirm = said.get("secret", ""), said.get("confirmation_url", "")
    if not secret or not confirm:
        raise Failed("The app server's answer lacks its secret or its confirmation_url")
    if secret == old and shop.double_signed:
        raise Failed("The app server has to give a secret that is different from the old one")
    return Answer(secret, confirm)


def _confirm(shop: Shop, answer: Answer, old: str, key: str, secret: str) -> None:
    """Seen: the timestamp is a text here, and the slashes are escaped."""
    stamp = str(int(shop.now().timestamp()))
    said = {"apiKey": key, "secretKey": secret, "timestamp": stamp}
    body = dump(said | {"shopUrl": shop.url, "shopId": shop.shop_id})
    headers = outgoing.headers(shop)
    headers["shopware-shop-signature"] = outgoing.sign(answer.secret, body)
    if old and shop.double_signed:
        headers["shopware-shop-signature-previous"] = outgoing.sign(old, body)
    heard = outgoing.post(answer.confirm, body, headers)
    if not heard.fine:
        raise Failed(f"The app did not take the confirmation: {heard.result}")


def _json(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}
