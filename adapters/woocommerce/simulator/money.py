"""Amounts as WooCommerce calculates them: Decimal inside, decimal strings outside, tax per line."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
SIX = Decimal("0.000001")

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "JPY": "¥", "PLN": "zł"}
ENTITIES = {"EUR": "&euro;", "USD": "&#36;", "GBP": "&pound;", "CHF": "&#67;&#72;&#70;"}
NAMES = {"EUR": "Euro", "USD": "United States (US) dollar", "GBP": "Pound sterling"}


class Rate(NamedTuple):
    id: int
    code: str
    label: str
    percent: int


# Seen on 11.0.1: the rates of the recorded shop.
RATES = {
    "": Rate(1, "DE-MWST. 19%-1", "MwSt. 19%", 19),
    "reduced-rate": Rate(2, "DE-MWST. 7%-1", "MwSt. 7%", 7),
}


class Amount(NamedTuple):
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def text(value: Decimal, decimals: int = 2) -> str:
    return f"{rounded(value, decimals):f}"


def split(price: Decimal, rate: Rate, includes_tax: bool) -> Amount:
    """What a price means: seen on 11.0.1, 3 x 19.99 gross becomes 50.394958 + 9.575042."""
    if includes_tax:
        net = (price * 100 / (100 + rate.percent)).quantize(SIX, ROUND_HALF_UP)
        return Amount(net, price - net)
    return Amount(price, (price * rate.percent / 100).quantize(SIX, ROUND_HALF_UP))
