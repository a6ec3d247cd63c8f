"""How long points last, and how a programme ends: values and calendar; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from connector.lots import last_day
from connector.values import NEVER

FAIR_MONTHS = 12
"""A programme goes on at least so long after its end was announced; longer where `at_least` is."""


class Activity(StrEnum):
    """What keeps points alive where they end without it."""

    ORDER = "order"
    EARN = "earn"
    REDEEM = "redeem"


@dataclass(frozen=True, slots=True)
class Life:
    """How long points live from the day they are the member's; months None: for ever."""

    months: int | None = 36
    round_to: str = "year"
    sweep: str | None = None
    """A day of the year (`09-30`): points end on the first such day after their months."""
    inactive_months: int | None = None
    """All points end after so many months in which nothing of `activity` happened."""
    activity: tuple[Activity, ...] = tuple(Activity)
    at_least: int | None = None
    """Months that nothing here may go below."""

    def ends_on(self, day: date) -> date:
        if self.sweep is None:
            return last_day(day, self.months, self.round_to)
        return next_day(last_day(day, self.months, "day"), self.sweep)

    def inactive_on(self, day: date) -> date:
        """The last day of the points of somebody who was last active on `day`."""
        return last_day(day, self.inactive_months, "day")

    def too_short(self) -> list[str]:
        """The keys that go below `at_least`."""
        floor = self.at_least or 0
        named = {"months": self.months, "inactive_months": self.inactive_months}
        return [key for key, months in named.items() if months is not None and months < floor]


def next_day(day: date, month_and_day: str) -> date:
    """The first such day of a year that is not before `day`."""
    if day == NEVER:
        return NEVER
    month, number = (int(part) for part in month_and_day.split("-"))
    this_year = date(day.year, month, number)
    return this_year if this_year >= day else date(day.year + 1, month, number)


def fair_end(life: Life, today: date) -> date:
    """The earliest last day that a programme may announce today."""
    return last_day(today, max(life.at_least or 0, FAIR_MONTHS), "day")
