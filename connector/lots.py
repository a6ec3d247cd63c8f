"""Which points leave first and come back where; pure, and the rule that `verify` replays.

A lot is all points of one member that expire on one day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from connector.errors import InsufficientPoints
from connector.values import NEVER

GRACE = timedelta(days=30)
"""Points that come back live at least this long, else giving back would be taking away."""

Taken = list[tuple[date, int]]


def take(lots: Mapping[date, int], points: int, first: date | None = None) -> Taken:
    """Take `points`, from the lot `first` if it is named, then from what expires soonest."""
    days = sorted(lots, key=lambda day: (day != first, day))
    taken: Taken = []
    left = points
    for day in days:
        part = min(lots[day], left)
        if part > 0:
            taken.append((day, part))
            left -= part
    if left > 0:
        raise InsufficientPoints(f"{points} points are asked for, {points - left} are there.")
    return taken


def restore(taken: Sequence[tuple[date, int]], before: int, points: int, today: date) -> Taken:
    """Give `points` of `taken` back, after `before` of them already came back.

    What would have expired last comes back first; nothing comes back with less than `GRACE` to live.
    """
    back: dict[date, int] = {}
    skip, left = before, points
    for day, amount in reversed(taken):
        free = max(amount - skip, 0)
        skip = max(skip - amount, 0)
        part = min(free, left)
        if part > 0:
            until = max(day, today + GRACE)
            back[until] = back.get(until, 0) + part
            left -= part
    if left > 0:
        raise InsufficientPoints(
            f"{points} points cannot come back: {points - left} are left of it."
        )
    return sorted(back.items())


def last_day(day: date, months: int | None, round_to: str = "year") -> date:
    """The last day of points that begin to live on `day` and live `months`, rounded up.

    Months are calendar months (31 January + 1 month = the last day of February); `round_to` is day,
    month, quarter, half or year.
    """
    if months is None:
        return NEVER
    index = day.year * 12 + day.month - 1 + months
    if round_to == "day":
        return min(
            _month_end(index), date(index // 12, index % 12 + 1, 1) + timedelta(days=day.day - 1)
        )
    span = {"month": 1, "quarter": 3, "half": 6, "year": 12}[round_to]
    return _month_end(index - index % span + span - 1)


def _month_end(index: int) -> date:
    following = index + 1
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)
