"""Lots: what leaves first, what comes back where, and the last day of points."""

from __future__ import annotations

from datetime import date

import pytest

from connector.errors import InsufficientPoints
from connector.lots import last_day, restore, take
from connector.values import NEVER

A, B, C = date(2027, 12, 31), date(2028, 12, 31), date(2029, 12, 31)
TODAY = date(2027, 1, 1)


def test_what_expires_soonest_leaves_first() -> None:
    assert take({C: 50, A: 30, B: 40}, 60) == [(A, 30), (B, 30)]


def test_a_named_lot_leaves_before_all_others() -> None:
    assert take({A: 30, B: 40, C: 50}, 60, first=C) == [(C, 50), (A, 10)]


def test_an_empty_lot_leaves_no_trace() -> None:
    assert take({A: 0, B: 5}, 5) == [(B, 5)]


def test_points_that_never_expire_leave_last() -> None:
    assert take({NEVER: 10, C: 10}, 15) == [(C, 10), (NEVER, 5)]


def test_more_than_there_is_is_refused_and_named() -> None:
    with pytest.raises(InsufficientPoints, match="70 points are asked for, 30 are there"):
        take({A: 30}, 70)


def test_a_single_point_is_taken_and_a_single_one_too_many_is_refused() -> None:
    assert take({A: 1, B: 1}, 2) == [(A, 1), (B, 1)]
    with pytest.raises(InsufficientPoints):
        take({A: 30}, 31)


def test_what_was_taken_comes_back_where_it_was() -> None:
    assert restore([(A, 30), (B, 30)], 0, 60, TODAY) == [(A, 30), (B, 30)]


def test_a_part_comes_back_from_the_end() -> None:
    assert restore([(A, 30), (B, 30)], 0, 40, TODAY) == [(A, 10), (B, 30)]


def test_the_next_part_comes_back_after_the_first() -> None:
    assert restore([(A, 30), (B, 30)], 40, 20, TODAY) == [(A, 20)]


def test_parts_add_up_to_the_whole_whatever_their_sizes() -> None:
    taken = [(A, 7), (B, 11), (C, 13)]
    back: dict[date, int] = {}
    for before in range(31):
        ((day, points),) = restore(taken, before, 1, TODAY)
        back[day] = back.get(day, 0) + points

    assert back == dict(taken)


def test_more_than_was_taken_does_not_come_back() -> None:
    with pytest.raises(InsufficientPoints, match="2 are left of it"):
        restore([(A, 30)], 28, 3, TODAY)


def test_points_that_come_back_late_live_thirty_days() -> None:
    assert restore([(A, 30)], 0, 30, date(2028, 2, 1)) == [(date(2028, 3, 2), 30)]


def test_two_lots_that_come_back_late_become_one() -> None:
    taken = [(date(2026, 1, 31), 5), (date(2026, 2, 28), 6)]

    assert restore(taken, 0, 11, TODAY) == [(date(2027, 1, 31), 11)]


@pytest.mark.parametrize(
    ("day", "months", "round_to", "expected"),
    [
        (date(2026, 1, 31), 1, "day", date(2026, 2, 28)),
        (date(2028, 1, 31), 1, "day", date(2028, 2, 29)),
        (date(2026, 3, 31), 1, "day", date(2026, 4, 30)),
        (date(2026, 1, 15), 1, "day", date(2026, 2, 15)),
        (date(2028, 2, 29), 12, "day", date(2029, 2, 28)),
        (date(2026, 11, 30), 3, "day", date(2027, 2, 28)),
        (date(2026, 12, 31), 12, "day", date(2027, 12, 31)),
        (date(2026, 1, 31), 1, "month", date(2026, 2, 28)),
        (date(2026, 11, 22), 24, "month", date(2028, 11, 30)),
        (date(2026, 2, 10), 2, "quarter", date(2026, 6, 30)),
        (date(2026, 1, 10), 2, "quarter", date(2026, 3, 31)),
        (date(2026, 11, 22), 2, "half", date(2027, 6, 30)),
        (date(2026, 1, 1), 6, "half", date(2026, 12, 31)),
        (date(2026, 11, 22), 36, "year", date(2029, 12, 31)),
        (date(2026, 1, 1), 12, "year", date(2027, 12, 31)),
        (date(2026, 12, 31), 1, "year", date(2027, 12, 31)),
    ],
)
def test_the_last_day_is_rounded_up(day: date, months: int, round_to: str, expected: date) -> None:
    assert last_day(day, months, round_to) == expected


def test_points_without_an_end_never_expire() -> None:
    assert last_day(date(2026, 11, 22), None) == NEVER


def test_points_live_to_the_end_of_a_year_unless_somebody_says_otherwise() -> None:
    assert last_day(date(2026, 1, 15), 1) == date(2026, 12, 31)
