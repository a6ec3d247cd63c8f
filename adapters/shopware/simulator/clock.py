"""What time it is in the shop, and how Shopware writes it: UTC with milliseconds and an offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass
class Clock:
    """The real clock, or one that stands still where it was put; `offset` makes it wrong."""

    zone: ZoneInfo
    fixed: datetime | None = None
    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Aware UTC in whole milliseconds: a Shopware shop knows no finer time."""
        moment = (self.fixed or datetime.now(UTC)) + self.offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def from_local(self, naive: datetime) -> datetime:
        return naive.replace(tzinfo=self.zone).astimezone(UTC)


def stamp(moment: datetime) -> str:
    """Seen: `2026-11-21T23:50:18.271+00:00`, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def read(text: object) -> str | None:
    """A date as somebody wrote it, the way the shop writes it; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
