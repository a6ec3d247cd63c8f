"""What an app's package says of itself; refused as the shop's version would refuse it.

Seen: one webhook or right that this version does not know, and the whole app is not installed.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.shopware.simulator import states
from adapters.shopware.simulator.kinds import DATA

META = {
    *["name", "label", "description", "author", "copyright", "version", "icon", "license"],
    *["compatibility", "privacy", "privacyPolicyExtensions"],
}
REQUIRED = ("name", "label", "author", "copyright", "version", "license")
PARTS = {
    *["meta", "setup", "admin", "storefront", "permissions", "allowed-hosts", "custom-fields"],
    *["webhooks", "cookies", "payments", "shipping-methods", "rule-conditions", "tax", "gateways"],
}
VERBS = ("read", "create", "update", "delete")
HOOKABLE = [
    *["product", "product_price", "category", "sales_channel", "sales_channel_domain", "customer"],
    *["customer_address", "order", "order_address", "document", "media"],
]
LIFE = ["app.installed", "app.updated", "app.activated", "app.deactivated", "app.deleted"]
SHOPPING = [
    *["checkout.order.placed", "checkout.order.payment_method.changed", "checkout.customer.login"],
    *["checkout.customer.logout", "checkout.customer.register", "checkout.customer.deleted"],
    *["checkout.customer.guest_register", "checkout.customer.before.login"],
    *["checkout.customer.double_opt_in_registration", "checkout.customer.changed-payment-method"],
    *["checkout.customer.double_opt_in_guest_order", "customer.recovery.request"],
    *["newsletter.confirm", "newsletter.register", "newsletter.unsubscribe", "review_form.send"],
    *["contact_form.send", "user.recovery.request"],
]
LATER = {
    "shopware.updated": "6.6.3.0",
    "app.config.changed": "6.6.3.0",
    "app.permissions.updated": "6.7.0.0",
    "app.system_heartbeat": "6.7.0.0",
}
"""Since when they exist: the first is read in the release notes, of the others only the line of versions is known."""
LIVE_SINCE = "6.5.7.0"
"""Read in the changelog: an older shop's schema knows no onlyLiveVersion, so it refuses the manifest."""
ENTITIES = frozenset((DATA / "entities.txt").read_text("utf-8").split())


class BadPackage(ValueError):
    """The shop does not take this package; the text is what the merchant reads."""


@dataclass(frozen=True)
class Hook:
    name: str
    event: str
    url: str
    live: bool


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that a shop acts on."""

    name: str
    version: str
    label: str
    author: str
    register: str
    app_secret: str
    privileges: frozenset[str]
    hooks: tuple[Hook, ...]
    modules: tuple[str, ...]
    """Addresses of pages in the administration."""
    buttons: tuple[tuple[str, str, str, str], ...]
    """Action, entity, view, address."""


def read(parcel: bytes, version: str) -> Manifest:
    """From a ZIP whose only folder is called like the app."""
    root = _tree(parcel)
    if root.tag != "manifest" or {part.tag for part in root} - PARTS:
        raise BadPackage("The manifest has elements that this version does not know.")
    meta = root.find("meta")
    if meta is None or {part.tag for part in meta} - META:
        raise BadPackage("The manifest's meta is missing or has elements nobody knows.")
    missing = [name for name in REQUIRED if not (meta.findtext(name) or "").strip()]
    if missing:
        raise BadPackage(f"The manifest's meta has no {', '.join(missing)}.")
    found = Manifest(
        name=meta.findtext("name", ""),
        version=meta.findtext("version", ""),
        label=meta.findtext("label", ""),
        author=meta.findtext("author", ""),
        register=_setup(root, "registrationUrl"),
        app_secret=_setup(root, "secret"),
        privileges=frozenset(_privileges(root)),
        hooks=tuple(_hooks(root, version)),
        modules=tuple(m.get("source", "") for m in root.iterfind("admin/module")),
        buttons=tuple(_buttons(root)),
    )
    _check(found, version)
    return found


def _tree(parcel: bytes) -> ET.Element:
    try:
        with zipfile.ZipFile(io.BytesIO(parcel)) as packed:
            names = packed.namelist()
            folders = {name.split("/")[0] for name in names}
            if len(folders) != 1 or any(".." in name.split("/") for name in names):
                raise BadPackage("The ZIP has to hold one folder, called like the app.")
            folder = folders.pop()
            text = packed.read(f"{folder}/manifest.xml")
        root = ET.fromstring(text)  # noqa: S314 (the simulator reads packages of ours only)
    except (zipfile.BadZipFile, KeyError, ET.ParseError) as wrong:
        raise BadPackage(f"This is no package of an app: {wrong}") from wrong
    if root.findtext("meta/name") != folder:
        raise BadPackage(f"The folder is called {folder}, the app is not.")
    return root


def _setup(root: ET.Element, name: str) -> str:
    found = (root.findtext(f"setup/{name}") or "").strip()
    if not found:
        raise BadPackage(f"A private app needs a {name} in its setup.")
    return found


def _privileges(root: ET.Element) -> Iterator[str]:
    for entry in root.iterfind("permissions/*"):
        if entry.tag == "permission":
            yield (entry.text or "").strip()
        elif entry.tag in VERBS:
            yield f"{(entry.text or '').strip()}:{entry.tag}"
        else:
            raise BadPackage(f"permissions: there is no {entry.tag}.")


def _hooks(root: ET.Element, version: str) -> Iterator[Hook]:
    seen = set()
    known = {"name", "url", "event"}
    if _figures(version) >= _figures(LIVE_SINCE):
        known.add("onlyLiveVersion")
    for entry in root.iterfind("webhooks/*"):
        unknown = set(entry.attrib) - known
        if entry.tag != "webhook" or unknown or {"name", "url", "event"} - set(entry.attrib):
            known_here = ", ".join(sorted(known))
            raise BadPackage(f"webhooks: a webhook of {version} has {known_here} and nothing else.")
        if entry.get("name") in seen:
            raise BadPackage(f"webhooks: {entry.get('name')} is there twice.")
        seen.add(entry.get("name"))
        live = entry.get("onlyLiveVersion", "false") in ("true", "1")
        yield Hook(entry.attrib["name"], entry.attrib["event"], entry.attrib["url"], live)


def _buttons(root: ET.Element) -> Iterator[tuple[str, str, str, str]]:
    for entry in root.iterfind("admin/action-button"):
        names = ("action", "entity", "view", "url")
        if any(name not in entry.attrib for name in names):
            raise BadPackage("action-button: action, entity, view and url are required.")
        yield (
            entry.attrib["action"],
            entry.attrib["entity"],
            entry.attrib["view"],
            entry.attrib["url"],
        )


def _check(found: Manifest, version: str) -> None:
    strange = sorted(p for p in found.privileges if not _right_known(p))
    if strange:
        raise BadPackage(f"The following permissions are not known: {', '.join(strange)}")
    known = events(version)
    strange = sorted(hook.event for hook in found.hooks if hook.event not in known)
    if strange:
        raise BadPackage(f"The following webhooks are not hookable: {', '.join(strange)}")
    # Known, not checked: how the refusal reads when a webhook's right is not among the permissions.
    needed = {f"{about(hook.event)}:read" for hook in found.hooks if about(hook.event)}
    missing = sorted(needed - found.privileges)
    if missing:
        raise BadPackage(f"The following permissions are missing: {', '.join(missing)}")


def _right_known(privilege: str) -> bool:
    entity, _, verb = privilege.partition(":")
    return entity in ENTITIES if verb else re.fullmatch(r"[a-z_]+\.[a-z_]+", entity) is not None


def events(version: str) -> set[str]:
    """What a webhook of this version may listen to."""
    later = {e for e, since in LATER.items() if _figures(since) <= _figures(version)}
    written = {f"{kind}.{verb}" for kind in HOOKABLE for verb in ("written", "deleted")}
    entered = {f"state_enter.{m}.state.{s}" for m, ways in states.MACHINES.items() for s in ways}
    return later | written | entered | {*LIFE, *SHOPPING}


def _figures(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def about(event: str) -> str:
    """The entity whose reading an event asks for; empty when it asks for none."""
    if event.startswith(("app.", "shopware.")):
        return ""
    if event.startswith(("state_enter.order", "checkout.order.")):
        return "order"
    if event.startswith("checkout.customer."):
        return "customer"
    if event.endswith((".written", ".deleted")):
        return event.rsplit(".", 1)[0]
    return ""
