"""What time it is in the shop, and how WooCommerce writes it: naive local time beside naive GMT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FORMAT = "%Y-%m-%dT%H:%M:%S"


@dataclass
class Clock:
    """The real clock, or one that stands still where it was put; `offset` makes it wrong."""

    zone: ZoneInfo
    fixed: datetime | None = None
    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Aware UTC in whole seconds: a WooCommerce shop knows no finer time."""
        real = self.fixed or datetime.now(UTC)
        return (real + self.offset).replace(microsecond=0)

    def local(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime(FORMAT)

    def from_local(self, naive: datetime) -> datetime:
        return naive.replace(tzinfo=self.zone).astimezone(UTC)


def gmt(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(FORMAT)


def from_gmt(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
