"""Who asks and what they may; a right that is missing is named, as the shop names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.shopware.simulator import errors
from adapters.shopware.simulator.shop import Shop


@dataclass(frozen=True)
class Caller:
    """An integration with its rights; None is an administrator's."""

    key: str
    allowed: frozenset[str] | None


def check(shop: Shop, caller: Caller, wanted: Iterable[str]) -> None:
    """Raises the 403 that lists what is missing."""
    taken = set(shop.habits["missing_privileges"])
    lacking = [
        right
        for right in wanted
        if right in taken or (caller.allowed is not None and right not in caller.allowed)
    ]
    if lacking:
        raise errors.missing(lacking)
