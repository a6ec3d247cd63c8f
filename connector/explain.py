"""Every movement explains itself: one sentence for the customer, the whole sum for the merchant.

All of it comes from what the transfer recorded when it was written, never from today's rules. A new
language is one more column of `_TEXTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from connector.values import Money

LANGUAGES = ("de", "en")

_TEXTS: dict[str, dict[str, str]] = {
    "de": {
        "points.1": "1 Punkt",
        "points.n": "{n} Punkte",
        "earn": "{points} für Bestellung {order}, deine ab {release}.",
        "earn.someday": "{points} für Bestellung {order}, deine nach der Rückgabefrist.",
        "credit": "{points} für Bestellung {order}.",
        "confirm": "{points} aus Bestellung {order} gehören jetzt dir.",
        "confirm.1": "{points} aus Bestellung {order} gehört jetzt dir.",
        "unearn": "{points} weniger vorgemerkt: {why}.",
        "claw back": "{points} zurückgenommen: {why}.",
        "settled": "{points} verrechnet: Für Bestellung {order} gab es zu viel.",
        "hold": "{points} für einen Gutschein reserviert.",
        "release": "{points} zurück: Der Gutschein kam nicht zustande.",
        "redeem": "{points} gegen einen Gutschein eingelöst.",
        "hold.cart": "{points} für deinen Warenkorb reserviert.",
        "release.cart": "{points} aus deinem Warenkorb sind wieder frei.",
        "redeem.cart": "{points} mit deinem Warenkorb eingelöst.",
        "give back": "{points} zurück: Der Gutschein blieb unbenutzt.",
        "expire": "{points} mit Ablauf des {day} verfallen.",
        "why.withdrawn": "Bestellung {order} wurde widerrufen",
        "why.cancelled": "Bestellung {order} wurde storniert",
        "why.refunded": "aus Bestellung {order} wurde dir etwas erstattet",
        "why.gone": "Bestellung {order} gibt es im Shop nicht mehr",
        "why.unpaid": "Bestellung {order} ist nicht mehr bezahlt",
        "why.paid": "Bestellung {order} wurde geändert",
        "sum": "{rate} je {per} auf {base} Waren ({tax}, {lines}) ergibt {exact}, {rounding}: {points}.",
        "gross": "mit Steuer",
        "net": "ohne Steuer",
        "lines.1": "1 Position",
        "lines.n": "{n} Positionen",
        "excluded": "Davon ausgenommen: {n}.",
        "refunded": "Erstattet: {amount}.",
        "limit": "Vom Höchstmaß für Bestellungen vor dem Start war noch so viel übrig: {points}.",
        "programme": "Programm, Version {n}.",
        "down": "abgerundet",
        "half_up": "gerundet",
        "up": "aufgerundet",
    },
    "en": {
        "points.1": "1 point",
        "points.n": "{n} points",
        "earn": "{points} for order {order}, yours from {release}.",
        "earn.someday": "{points} for order {order}, yours after the return period.",
        "credit": "{points} for order {order}.",
        "confirm": "{points} from order {order} are now yours.",
        "confirm.1": "{points} from order {order} is now yours.",
        "unearn": "{points} fewer on the way: {why}.",
        "claw back": "{points} taken back: {why}.",
        "settled": "{points} settled: order {order} had brought too much.",
        "hold": "{points} set aside for a voucher.",
        "release": "{points} back, the voucher could not be made.",
        "redeem": "{points} redeemed for a voucher.",
        "hold.cart": "{points} set aside for your cart.",
        "release.cart": "{points} of your cart are free again.",
        "redeem.cart": "{points} redeemed with your cart.",
        "give back": "{points} back, the voucher was not used.",
        "expire": "{points} expired at the end of {day}.",
        "why.withdrawn": "order {order} was withdrawn",
        "why.cancelled": "order {order} was cancelled",
        "why.refunded": "something of order {order} was refunded",
        "why.gone": "order {order} no longer exists in the shop",
        "why.unpaid": "order {order} is no longer paid",
        "why.paid": "order {order} was changed",
        "sum": "{rate} per {per} on {base} of goods ({tax}, {lines}) is {exact}, {rounding}: {points}.",
        "gross": "with tax",
        "net": "without tax",
        "lines.1": "1 line",
        "lines.n": "{n} lines",
        "excluded": "Excluded of these: {n}.",
        "refunded": "Refunded: {amount}.",
        "limit": "Of the most that orders from before the start may bring, {points} were left.",
        "programme": "Programme version {n}.",
        "down": "rounded down",
        "half_up": "rounded",
        "up": "rounded up",
    },
}  # fmt: skip


def points(n: int, lang: str) -> str:
    """A number of points in words: "1 point", "1,250 points"."""
    texts = _TEXTS[lang]
    return texts["points.1"] if n == 1 else texts["points.n"].format(n=number(n, lang))


def number(n: int, lang: str) -> str:
    return str(format_decimal(n, locale=lang))


def day(value: date | str, lang: str) -> str:
    """A day in words: 12. Januar 2027, 12 January 2027."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return str(format_date(value, format="d. MMMM y" if lang == "de" else "d MMMM y", locale=lang))


def money(amount: Money, lang: str) -> str:
    return str(format_currency(amount.decimal(), amount.currency, locale=lang))


def sentence(transfer: Mapping[str, Any], lang: str) -> str:
    """The customer's sentence for a transfer (a row of the ledger, or its like)."""
    texts, basis = _TEXTS[lang], transfer["basis"]
    key = transfer["reason"]
    if basis.get("state") == "settled":
        key = "settled"
    elif key == "earn" and not basis.get("release_on"):
        key = "earn.someday"
    elif "cart" in basis:
        key += ".cart"
    elif key == "confirm" and transfer["points"] == 1:
        key = "confirm.1"
    order = basis.get("order", "")
    return texts[key].format(
        points=points(transfer["points"], lang),
        order=order,
        release=day(basis["release_on"], lang) if basis.get("release_on") else "",
        why=texts[f"why.{basis.get('state', 'paid')}"].format(order=order)
        if "state" in basis and basis["state"] != "settled"
        else "",
        day=day(transfer["lots"][0][0], lang) if key == "expire" else "",
    )


def reckoning(transfer: Mapping[str, Any], lang: str) -> str:
    """The merchant's longer sentence: rate, base, rounding and version, as they were then."""
    basis, texts = transfer["basis"], _TEXTS[lang]
    said = [sentence(transfer, lang)]
    if "rate" in basis:
        said.append(_sum(basis, lang))
        excluded = sum(1 for line in basis["lines"] if line[5])
        refunded = sum(line[4] for line in basis["lines"]) + basis["loose"]
        if excluded:
            n = texts["lines.1"] if excluded == 1 else texts["lines.n"].format(n=excluded)
            said.append(texts["excluded"].format(n=n))
        if refunded:
            amount = money(Money(refunded, basis["currency"]), lang)
            said.append(texts["refunded"].format(amount=amount))
        if basis["limit"] is not None and basis["limit"] < floor(Fraction(basis["exact"])):
            said.append(texts["limit"].format(points=points(basis["limit"], lang)))
    if transfer.get("programme"):
        said.append(texts["programme"].format(n=transfer["programme"]))
    return " ".join(said)


def _sum(basis: Mapping[str, Any], lang: str) -> str:
    texts, count = _TEXTS[lang], len(basis["lines"])
    exact = Fraction(basis["exact"])
    return texts["sum"].format(
        rate=points(basis["rate"][0], lang),
        per=money(Money(basis["rate"][1], basis["currency"]), lang),
        base=money(Money(basis["base"], basis["currency"]), lang),
        tax=texts["gross" if basis["gross"] else "net"],
        lines=texts["lines.1"] if count == 1 else texts["lines.n"].format(n=count),
        exact=format_decimal(round(float(exact), 2), locale=lang),
        rounding=texts[basis["rounding"]],
        points=points(basis["deserved"], lang),
    )
