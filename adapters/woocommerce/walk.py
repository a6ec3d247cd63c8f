"""Reading a list to its end without losing anything, while the shop goes on selling.

Page numbers lose what slides to an earlier page when something is deleted meanwhile. So a walk goes
by rising id with an offset that steps one back: the answer must begin at or before the last id
seen, or the walk goes back until it does. Whatever has a higher id is then complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.woocommerce import fields
from adapters.woocommerce.client import Client, listed
from connector.errors import TryLater, Unreadable
from connector.port import JSON

PER_PAGE = 100
"""The most that WooCommerce gives; 101 is refused (seen on 8.2 and 11.0)."""
STALE = 3
"""Full pages without anything new that a walk bears in a row. After deletions there is one, two if more
goes meanwhile; a cache that ignores the question shows the same page for ever."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a walk has come: how many items lie before it, and the last id read."""

    offset: int = 0
    last: int = 0
    stale: int = 0
    """Full pages in a row that brought nothing new."""

    def save(self) -> JSON:
        return {"offset": self.offset, "last": self.last, "stale": self.stale}


def place(saved: JSON) -> Place:
    return Place(int(saved["offset"]), int(saved["last"]), int(saved.get("stale", 0)))


@dataclass(frozen=True, slots=True)
class Step:
    """What one request of a walk brought."""

    items: list[JSON]
    place: Place
    more: bool
    total: int | None


def step(client: Client, path: str, here: Place, **wanted: str | int) -> Step:
    """Read on from `here`."""
    start = max(here.offset - 1, 0)
    answer = client.get(path, **wanted, orderby="id", order="asc", per_page=PER_PAGE, offset=start)
    found = [fields.record(item, path) for item in listed(answer)]
    ids = [_id(item, path) for item in found]
    if ids != sorted(set(ids)):
        raise Unreadable(
            f"The shop does not list {path} by rising id, as asked. Look for a plugin."
        )
    if start > 0 and (not ids or ids[0] > here.last):
        back = Place(max(here.offset - PER_PAGE, 0), here.last)
        return Step([], back, True, answer.total)
    fresh = [item for item, number in zip(found, ids, strict=True) if number > here.last]
    more = len(found) >= PER_PAGE
    stale = here.stale + 1 if more and not fresh else 0
    if stale > STALE:
        raise same_page(path)
    there = Place(start + len(found), max([here.last, *ids]), stale)
    return Step(fresh, there, more, answer.total)


def same_page(path: str) -> TryLater:
    return TryLater(
        f"The shop shows the same page of {path} again and again. Look for a cache before its API."
    )


def _id(item: JSON, path: str) -> int:
    number: Any = fields.external_id(item, "id", f"an item of {path}")
    return int(number)
