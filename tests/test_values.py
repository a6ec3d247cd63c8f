"""Money and days as values: every currency's digits, amounts as shops write them, days that end in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from iso4217 import Currency

from connector.values import Money, day_in, digits, end_of_day, minor, zone_of


def test_every_currency_has_the_digits_of_the_published_list() -> None:
    wrong = {
        one.code: (digits(one.code), one.exponent)
        for one in Currency
        if one.exponent is not None and digits(one.code) != one.exponent
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("28.00", "EUR", 2800),
        ("28", "EUR", 2800),
        ("-3.5", "EUR", -350),
        ("1999", "JPY", 1999),
        ("1.234", "KWD", 1234),
        ("23.529412", "EUR", 2353),
        ("0.005", "EUR", 1),
        ("-0.005", "EUR", -1),
        ("0.5", "JPY", 1),
    ],
)
def test_an_amount_is_read_in_minor_units(text: str, currency: str, expected: int) -> None:
    assert minor(text, currency) == expected


@pytest.mark.parametrize("text", ["", "abc", "1,99", "NaN", "Infinity", "1e999999", "€ 5"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        minor(text, "EUR")


def test_money_is_exact_and_says_its_currency() -> None:
    assert Money(1999, "EUR").decimal() == Decimal("19.99")
    assert str(Money(1999, "EUR")) == "19.99 EUR"
    assert str(Money(1999, "JPY")) == "1999 JPY"


@pytest.mark.parametrize(
    ("day", "zone", "ends"),
    [
        (date(2026, 1, 10), "Europe/Berlin", datetime(2026, 1, 10, 23, tzinfo=UTC)),
        (date(2026, 3, 28), "Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 25), "Europe/Berlin", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (date(2026, 1, 10), "+02:00", datetime(2026, 1, 10, 22, tzinfo=UTC)),
        (date(2026, 1, 10), "-03:30", datetime(2026, 1, 11, 3, 30, tzinfo=UTC)),
        (date(2026, 1, 10), "Etc/GMT-2", datetime(2026, 1, 10, 22, tzinfo=UTC)),
        (date(2026, 9, 5), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ],
)
def test_a_day_ends_when_the_next_begins_there(day: date, zone: str, ends: datetime) -> None:
    """The last one: clocks go from 24:00 to 01:00, so that day begins at one."""
    assert end_of_day(day, zone) == ends


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "+02:00"])
def test_every_day_of_a_year_ends_where_the_next_one_begins(zone: str) -> None:
    for number in range(366):
        day = date(2026, 1, 1) + timedelta(days=number)
        end = end_of_day(day, zone)

        assert day_in(end, zone) == day + timedelta(days=1)
        assert day_in(end - timedelta(microseconds=1), zone) == day


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "+25:00", "UTC+2", "../etc/passwd", "A" * 300]
)
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match=r"no time zone|offset"):
        zone_of(zone)
