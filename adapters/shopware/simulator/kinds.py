"""Which entities there are, their fields and how they hang together: data/kinds.json, read per version.

The names come from recordings where there are some, else from the Admin API's own OpenAPI description.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JSON = dict[str, Any]
DATA = Path(__file__).parent / "data"
LIVE = "0fa91ce3e96a4bc2be4bd9ce752c3425"
"""The version that everybody means; drafts have others."""
ALWAYS = ("id", "createdAt", "updatedAt")


@dataclass(frozen=True)
class Link:
    """How one entity leads to another."""

    kind: str
    by: str
    """The field that holds the other's id, or the other's field that holds ours."""
    how: str
    """one: our field; many, reverse: their field; list: our field with many ids."""
    through: str = ""
    """The table between the two; its name is what a right is about."""

    @property
    def plural(self) -> bool:
        return self.how in ("many", "list")


@dataclass(frozen=True)
class Kind:
    """An entity as the Admin API shows it."""

    name: str
    blank: JSON
    links: dict[str, Link]
    others: tuple[str, ...]
    """Associations that Shopware has and the simulator does not: always null."""
    versioned: bool
    number: str
    translated: tuple[str, ...]
    shared: bool
    """Read by a query of its own when it hangs on another (seen: it then carries an extension)."""
    required: tuple[str, ...]
    protected: frozenset[str]
    hidden: frozenset[str]
    """What the Store API, and so a webhook, leaves out."""
    store_only: tuple[str, ...]

    @property
    def path(self) -> str:
        """As it stands in an address: `order-line-item`."""
        return self.name.replace("_", "-")

    def has_field(self, name: str) -> bool:
        return name in self.blank or name in ALWAYS or (name == "versionId" and self.versioned)


def load(version: str) -> dict[str, Kind]:
    found: JSON = json.loads((DATA / "kinds.json").read_text("utf-8"))
    return {name: _kind(name, entry, version) for name, entry in found.items()}


def _kind(name: str, entry: JSON, version: str) -> Kind:
    absent = _absent(entry, version)
    names = [f for f in entry["fields"] if f not in absent]
    defaults = entry.get("defaults", {})
    return Kind(
        name=name,
        blank={field: defaults.get(field) for field in names},
        links={n: link for n, link in _links(entry).items() if n not in absent},
        others=tuple(n for n in entry["others"] if n not in absent),
        versioned=entry.get("versioned", False),
        number=entry.get("number", ""),
        translated=tuple(entry.get("translated", ())),
        shared=entry.get("shared", False),
        required=tuple(entry.get("required", ())),
        protected=frozenset(entry.get("protected", ())),
        hidden=frozenset(_hidden(entry, version)),
        store_only=tuple(entry.get("store_only", ())),
    )


def _absent(entry: JSON, version: str) -> set[str]:
    """Names that this version does not know yet, or no longer."""
    later = [names for since, names in entry.get("since", {}).items() if _before(version, since)]
    gone = [n for until, n in entry.get("until", {}).items() if not _before(version, until)]
    return {name for names in [*later, *gone] for name in names}


def _hidden(entry: JSON, version: str) -> list[str]:
    """What the Store API of this version does not show."""
    soon = [names for at, names in entry.get("hidden_before", {}).items() if _before(version, at)]
    return [*entry.get("hidden", ()), *(name for names in soon for name in names)]


def _before(version: str, other: str) -> bool:
    return _figures(version) < _figures(other)


def _figures(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _links(entry: JSON) -> dict[str, Link]:
    found = {}
    for how in ("one", "many", "reverse", "list"):
        for name, (kind, by, *through) in entry.get(how, {}).items():
            found[name] = Link(kind, by, how, *through)
    return found
