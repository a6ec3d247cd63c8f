"""How long points wait in one country or sales channel; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connector.programme import Hold, Programme


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Days that differ there; None: as everywhere."""

    country: str = ""
    channel: str = ""
    delivered_days: int | None = None
    shipped_days: int | None = None
    paid_days: int | None = None

    def fits(self, country: str, channel: str) -> bool:
        return self.country in ("", country) and self.channel in ("", channel)

    @property
    def precision(self) -> tuple[bool, bool]:
        """A country and a channel say more than a country, that more than a channel."""
        return self.country != "", self.channel != ""


def hold_for(programme: Programme, country: str, channel: str) -> Hold:
    """The days for an order from this country ("CH") and sales channel ("" where unknown).

    What says most decides, for each kind of day alone; of two that say as much, the first.
    """
    hold = programme.hold
    if not hold.elsewhere:
        return hold
    found: dict[str, Any] = {}
    fitting = [one for one in hold.elsewhere if one.fits(country, channel)]
    for one in sorted(fitting, key=lambda one: one.precision, reverse=True):
        for name in ("delivered_days", "shipped_days", "paid_days"):
            days = getattr(one, name)
            if days is not None:
                found.setdefault(name, days)
    return replace(hold, **found)
