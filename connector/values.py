"""Money, dates and ids as plain values: whole minor units, aware UTC, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NewType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MerchantId = NewType("MerchantId", str)
ShopId = NewType("ShopId", str)
MemberId = NewType("MemberId", str)

NEVER = date(9999, 12, 31)
"""The expiry date of points that do not expire, so that a lot always has a date to sort by."""

# ISO 4217 digits where they are not 2; a test compares this with the published list.
_DIGITS = (
    dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    )
    | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
    | dict.fromkeys(["CLF", "UYW"], 4)
)


def digits(currency: str) -> int:
    """How many decimal digits the currency has: EUR 2, JPY 0, KWD 3."""
    return _DIGITS.get(currency, 2)


@lru_cache(4096)  # a shop has few prices
def minor(text: str, currency: str) -> int:
    """An amount as the shop wrote it, in minor units of the currency.

    A shop that calculates with more digits than its currency has is rounded half up, once, here.
    Raises ValueError when the text is not a plain decimal number.
    """
    try:
        amount = Decimal(text)
        return int(amount.scaleb(digits(currency)).quantize(Decimal(1), ROUND_HALF_UP))
    except (ArithmeticError, ValueError) as unreadable:  # ValueError: NaN is a Decimal
        raise ValueError(f"{text!r} is not an amount") from unreadable


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (cents) of one currency."""

    minor: int
    currency: str

    def decimal(self) -> Decimal:
        """The amount in major units, exactly: Money(1999, "EUR") is Decimal("19.99")."""
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal():f} {self.currency}"


_OFFSET = re.compile(r"([+-])(\d\d?):?(\d\d)?")


@lru_cache(256)
def zone_of(name: str) -> tzinfo:
    """The zone with this IANA name, or a fixed offset such as "+02:00". Raises ValueError."""
    if fixed := _OFFSET.fullmatch(name):
        sign, hours, minutes = fixed.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as unknown:
        raise ValueError(f"{name!r} is no time zone") from unknown


def end_of_day(day: date, zone: str) -> datetime:
    """The first moment of the next day in the zone: a day counts through its last second."""
    midnight = datetime.combine(day + timedelta(days=1), time(), zone_of(zone))
    return midnight.astimezone(UTC)


def day_in(moment: datetime, zone: str) -> date:
    """Which day it is in the zone at that moment."""
    return moment.astimezone(zone_of(zone)).date()
