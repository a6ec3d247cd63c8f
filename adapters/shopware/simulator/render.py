"""A row as plain JSON: every field, unloaded associations null, and the extensions Shopware adds (seen)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from adapters.shopware.simulator.kinds import JSON, LIVE, Kind
from adapters.shopware.simulator.store import Store

OWN_QUERY: JSON = {"extensions": [], "apiAlias": None}
ALWAYS: dict[str, tuple[str, ...]] = {"order": ("orderCustomer",)}
"""Loaded without being asked for (seen on both versions)."""
OLD_ALWAYS: dict[str, tuple[str, ...]] = ALWAYS | {"order_delivery": ("shippingOrderAddress",)}
"""Seen on 6.5.6.1."""


@dataclass(frozen=True)
class Face:
    """For whom: the Admin API shows everything, the Store API (and so a webhook) less."""

    store: Store
    version: str
    outside: bool = False
    inherits: bool = False
    """A variant shows what it leaves open as its parent has it; Shopware does so only when asked (a header)."""

    @property
    def always(self) -> dict[str, tuple[str, ...]]:
        old = self.version.startswith("6.5") and not self.outside
        return OLD_ALWAYS if old else ALWAYS


def found(face: Face, kind: str, row: JSON, tree: JSON) -> JSON:
    """A row that a search found: it carries its number in an extension (seen)."""
    body = entity(face, kind, row, tree)
    number = face.store.kinds[kind].number
    if number and not face.outside:
        body["extensions"]["search"] = {
            "extensions": [],
            "_uniqueIdentifier": None,
            "translated": [],
            "autoIncrement": row["autoIncrement"],
            number: row.get(number),
        }
    return body


def entity(face: Face, kind: str, row: JSON, tree: JSON, hanging: bool = False) -> JSON:
    """`tree`: the associations to load; `hanging`: it is itself one of somebody's."""
    shape = face.store.kinds[kind]
    if face.inherits and kind == "product":
        row = _inherited(face, row)
    body: JSON = {
        "extensions": _extensions(kind, shape, hanging),
        "_uniqueIdentifier": row["id"],
        "versionId": LIVE if shape.versioned else None,
        "translated": _translated(shape, row),
        "createdAt": row.get("createdAt"),
        "updatedAt": row.get("updatedAt"),
        **dict.fromkeys(shape.others),
        **shape.blank,
        **{name: value for name, value in row.items() if name[0] != "_" and name in shape.blank},
        "id": row["id"],
        "apiAlias": kind,
    }
    for name in shape.links:
        body[name] = None
    wanted: JSON = {key: {} for key in face.always.get(kind, ())} | tree
    for name, inner in wanted.items():
        if name in shape.links:
            body[name] = _linked(face, kind, row, name, inner)
    if kind == "order_delivery" and "shippingOrderAddress" in wanted.keys() - tree.keys():
        # Seen on 6.5.6.1: loaded on its own account it carries the extension, asked for it does not.
        body["shippingOrderAddress"]["extensions"]["internal_mapping_storage"] = OWN_QUERY
    return _outside(shape, body) if face.outside else body


def _inherited(face: Face, row: JSON) -> JSON:
    parent = face.store.get("product", row.get("parentId"))
    return row if parent is None else parent | {n: v for n, v in row.items() if v is not None}


def _linked(face: Face, kind: str, row: JSON, name: str, tree: JSON) -> Any:
    link = face.store.kinds[kind].links[name]
    rows = face.store.related(kind, row, name)
    shown = [entity(face, link.kind, other, tree, hanging=not link.plural) for other in rows]
    if link.plural:
        return shown
    return shown[0] if shown else None


def _extensions(kind: str, shape: Kind, hanging: bool) -> JSON:
    found: JSON = {"foreignKeys": {"extensions": [], "apiAlias": f"{kind}_foreign_keys_extension"}}
    if hanging and shape.shared:
        found["internal_mapping_storage"] = OWN_QUERY
    return found


def _translated(shape: Kind, row: JSON) -> Any:
    """Seen: an empty list where nothing is translated, and custom fields as a list when empty."""
    if not shape.translated:
        return []
    texts = {name: row.get(name) for name in shape.translated}
    return texts | {"customFields": row.get("customFields") or []}


def _outside(shape: Kind, body: JSON) -> JSON:
    shown = {name: value for name, value in body.items() if name not in shape.hidden}
    return shown | dict.fromkeys(shape.store_only)


def only(body: Any, includes: dict[str, Collection[str]]) -> Any:
    """The fields that `includes` names, for everything that has an alias there."""
    if isinstance(body, list):
        return [only(entry, includes) for entry in body]
    if not isinstance(body, dict):
        return body
    names = includes.get(str(body.get("apiAlias")))
    kept = body if names is None else {n: v for n, v in body.items() if n in (*names, "apiAlias")}
    return {name: only(value, includes) for name, value in kept.items()}
