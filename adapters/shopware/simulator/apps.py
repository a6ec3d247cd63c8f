"""Apps in the shop: installed, updated, switched off, moved along, deleted, each step told to the app."""

from __future__ import annotations

from typing import Any

from adapters.shopware.simulator import handshake, manifest, outgoing
from adapters.shopware.simulator.deliveries import Deliveries, signed
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.manifest import Manifest
from adapters.shopware.simulator.shop import App, Shop


def install(shop: Shop, deliveries: Deliveries, parcel: bytes) -> JSON:
    """A new app is registered and switched on; a higher version of a known one replaces it."""
    found = manifest.read(parcel, shop.version)
    known = shop.apps.get(found.name)
    if known is not None and known.row:
        return _update(shop, deliveries, known, found, parcel)
    app = App(found.name, found.version, found.app_secret, found.register, parcel)
    if known is not None:
        # Seen: whoever comes back has the same shop id; 6.7 proves itself with what it kept.
        app.secret = known.secret
    app.privileges = found.privileges
    integration = handshake.register(shop, app)
    with shop.lock:
        row = _enter(shop, app, found, integration)
        shop.apps[found.name] = app
    _tell(shop, deliveries, app, "app.installed", {"appVersion": app.version})
    return _switch(shop, deliveries, app.name, on=True) | {"id": row["id"]}


def _enter(shop: Shop, app: App, found: Manifest, integration: str) -> JSON:
    values: JSON = {"name": app.name, "version": app.version, "author": found.author}
    values |= {"label": found.label, "path": f"custom/apps/{app.name}"}
    row = shop.add("app", integrationId=integration, active=False, **values)
    app.row = row["id"]
    _hook_up(shop, app, found)
    return row


def _hook_up(shop: Shop, app: App, found: Manifest) -> None:
    """Webhooks by name: known ones stay as they are but for address and event, with their failures."""
    rows = shop.store.related("app", shop.store.rows["app"][app.row], "webhooks")
    mine = {row["name"]: row for row in rows}
    for hook in found.hooks:
        values: JSON = {"eventName": hook.event, "url": hook.url, "onlyLiveVersion": hook.live}
        if hook.name in mine:
            shop.store.change("webhook", mine.pop(hook.name)["id"], **values)
        else:
            shop.add("webhook", name=hook.name, appId=app.row, active=True, errorCount=0, **values)
    for row in mine.values():
        shop.store.remove("webhook", row["id"])


def _update(shop: Shop, deliveries: Deliveries, app: App, found: Manifest, parcel: bytes) -> JSON:
    """Only upwards, and without a new registration."""
    if _figures(found.version) <= _figures(app.version):
        raise manifest.BadPackage(f"{app.name} {app.version} is installed already.")
    with shop.lock:
        app.version, app.parcel, app.register = found.version, parcel, found.register
        app.app_secret, app.privileges = found.app_secret, found.privileges
        row = shop.store.change("app", app.row, version=app.version, updatedAt=shop.stamp())
        integration = shop.store.rows["integration"][row["integrationId"]]
        shop.privileges[integration["accessKey"]] = app.privileges
        _hook_up(shop, app, found)
    _tell(shop, deliveries, app, "app.updated", {"appVersion": app.version})
    return shown(shop, app)


def _figures(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def find(shop: Shop, name: str) -> App:
    app = shop.apps.get(name)
    if app is None:
        raise ValueError(f"There is no app {name}.")
    return app


def _installed(shop: Shop, name: str) -> App:
    app = find(shop, name)
    if not app.row:
        raise ValueError(f"{name} is not installed.")
    return app


def rotate(shop: Shop, deliveries: Deliveries, name: str, wanted: JSON) -> JSON:
    """Another secret for a shop that stays where it is; there is no such command before 6.7."""
    if not shop.double_signed:
        raise ValueError(f"Shopware {shop.version} cannot change an app's secret.")
    app = _installed(shop, name)
    _register_again(shop, app)
    return shown(shop, app)


def move(shop: Shop, deliveries: Deliveries, name: str, wanted: JSON) -> JSON:
    """`{"url": …}`: the shop has another address and tells its apps, under the same shop id (seen)."""
    address = str(wanted.get("url") or "").rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise ValueError("move: give the shop's new url.")
    app = _installed(shop, name)
    with shop.lock:
        before, shop.url = shop.url, address
        for row in list(shop.store.rows["sales_channel_domain"].values()):
            new = address + row["url"].removeprefix(before)
            shop.store.change("sales_channel_domain", row["id"], url=new)
    _register_again(shop, app)
    return shown(shop, app)


def _register_again(shop: Shop, app: App) -> None:
    integration = handshake.register(shop, app)
    with shop.lock:
        row = shop.store.rows["app"][app.row]
        old = row["integrationId"]
        shop.store.change("app", app.row, integrationId=integration)
        _forget(shop, old)


def _forget(shop: Shop, integration: str) -> None:
    row = shop.store.rows["integration"][integration]
    shop.privileges.pop(row["accessKey"], None)
    shop.store.remove("integration", integration)


def deactivate(shop: Shop, deliveries: Deliveries, name: str, wanted: JSON) -> JSON:
    return _switch(shop, deliveries, name, on=False)


def activate(shop: Shop, deliveries: Deliveries, name: str, wanted: JSON) -> JSON:
    return _switch(shop, deliveries, name, on=True)


def _switch(shop: Shop, deliveries: Deliveries, name: str, on: bool) -> JSON:
    app = _installed(shop, name)
    with shop.lock:
        row = shop.store.change("app", app.row, active=on)
        shop.store.rows["integration"][row["integrationId"]]["_off"] = not on
    _tell(shop, deliveries, app, "app.activated" if on else "app.deactivated", [])
    return shown(shop, app)


def delete(shop: Shop, deliveries: Deliveries, name: str, wanted: JSON) -> JSON:
    """`{"keepUserData": true}`; told before it is gone. Seen: up to 6.6 the app is not told which."""
    app = _installed(shop, name)
    kept = wanted.get("keepUserData") is True
    payload: Any = {"keepUserData": kept} if shop.double_signed else []
    _tell(shop, deliveries, app, "app.deleted", payload)
    with shop.lock:
        integration = shop.store.rows["app"][app.row]["integrationId"]
        shop.store.remove("app", app.row)
        _forget(shop, integration)
        app.row = ""
        if not (kept and shop.double_signed):
            app.secret = ""
        app.old_secret = ""
    return {"name": name, "deleted": True}


def reinstall(shop: Shop, deliveries: Deliveries, name: str, wanted: JSON) -> JSON:
    """The same package again; what is still installed is deleted first, and its data kept."""
    app = find(shop, name)
    if app.row:
        delete(shop, deliveries, name, {"keepUserData": True})
    return install(shop, deliveries, app.parcel)


def _tell(shop: Shop, deliveries: Deliveries, app: App, event: str, payload: Any) -> None:
    """Read in source: the lifecycle is always told at once, never by the worker."""
    with shop.lock:
        rows = shop.store.related("app", shop.store.rows["app"][app.row], "webhooks")
        urls = [row["url"] for row in rows if row["eventName"] == event]
        letters = [(url, *signed(shop, app, event, payload)) for url in urls]
    for url, body, headers in letters:
        heard = outgoing.post(url, body, headers)
        with shop.lock:
            deliveries.note(event, url, heard.result)


def shown(shop: Shop, app: App) -> JSON:
    """What the control door tells of an app."""
    found: JSON = {"name": app.name, "version": app.version, "installed": bool(app.row)}
    if not app.row:
        return found
    row = shop.store.rows["app"][app.row]
    key = shop.store.rows["integration"][row["integrationId"]]["accessKey"]
    hooks = len(shop.store.related("app", row, "webhooks"))
    return found | {"active": row.get("active", True), "key": key, "webhooks": hooks}


ACTIONS = {
    "rotate": rotate,
    "move": move,
    "deactivate": deactivate,
    "activate": activate,
    "delete": delete,
    "reinstall": reinstall,
}
