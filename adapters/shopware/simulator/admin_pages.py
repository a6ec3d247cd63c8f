"""What the administration opens of an app: signed page addresses, and action buttons with signed answers."""

from __future__ import annotations

import hmac
import json

from adapters.shopware.simulator import manifest, outgoing
from adapters.shopware.simulator.app import dump
from adapters.shopware.simulator.base import ENGLISH
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import App, Shop


def addresses(shop: Shop, app: App) -> list[str]:
    """Each page of the manifest with its signature at the end of the query (read in source)."""
    found = manifest.read(app.parcel, shop.version)
    return [_signed(shop, app, address) for address in found.modules if address]


def _signed(shop: Shop, app: App, address: str) -> str:
    stamp = int(shop.now().timestamp())
    query = (
        f"shop-id={shop.shop_id}&shop-url={shop.url}&timestamp={stamp}&sw-version={shop.version}"
    )
    query += f"&sw-context-language={ENGLISH}&sw-user-language=en-GB"
    mark = outgoing.sign(app.secret, query.encode())
    return f"{address}?{query}&shopware-shop-signature={mark}"


def press(shop: Shop, app: App, action: str, ids: list[str]) -> JSON:
    """Seen: an answer that is not empty and not signed is an interrupted process for the merchant."""
    found = manifest.read(app.parcel, shop.version)
    button = next((b for b in found.buttons if b[0] == action), None)
    if button is None:
        raise ValueError(f"{app.name} has no button {action}.")
    _, entity, _, address = button
    source = {"url": shop.url, "shopId": shop.shop_id, "appVersion": app.version}
    stamp = int(shop.now().timestamp())
    meta = {"timestamp": stamp, "reference": shop.new_id(), "language": ENGLISH}
    data = {"ids": ids, "entity": entity, "action": action}
    body = dump({"source": source, "data": data, "meta": meta})
    headers = outgoing.headers(shop)
    headers["shopware-shop-signature"] = outgoing.sign(app.secret, body)
    heard = outgoing.post(address, body, headers)
    mark = outgoing.sign(app.secret, heard.body)
    given = heard.headers.get("shopware-app-signature", "")
    if heard.body and not hmac.compare_digest(mark.encode(), given.encode()):
        return {"status": heard.status, "error": "FRAMEWORK__SYNC_ACTION_PROCESS_INTERRUPTED"}
    return {"status": heard.status, "answer": json.loads(heard.body) if heard.body else None}
