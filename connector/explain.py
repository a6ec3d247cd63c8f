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
        "event.earn": "{points} für {title}, deine ab {release}.",
        "event.someday": "{points} für {title}, deine nach deiner ersten Bestellung.",
        "event.credit": "{points} für {title}.",
        "event.confirm": "{points} für {title} gehören jetzt dir.",
        "event.confirm.1": "{points} für {title} gehört jetzt dir.",
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
        "settled.other": "{points} verrechnet: Vorher gab es zu viel.",
        "corrected.credit": "{points} dazu: eine Korrektur des Shops.",
        "corrected.claw back": "{points} weniger: eine Korrektur des Shops.",
        "imported.credit": "{points} aus deinem bisherigen Guthaben.",
        "imported.claw back": "{points} weniger: Dein bisheriges Guthaben wurde berichtigt.",
        "merge out": "{points} zu deinem anderen Konto übertragen.",
        "merge in": "{points} von deinem anderen Konto übertragen.",
        "pending out": "{points} (vorgemerkt) zu deinem anderen Konto übertragen.",
        "pending in": "{points} (vorgemerkt) von deinem anderen Konto übertragen.",
        "merged": "{points} samt Gutschein zwischen deinen Konten übertragen.",
        "inactive": "{points} verfallen: Es war lange nichts geschehen.",
        "leave": "{points} mit deinem Austritt verloren.",
        "come back": "{points} zurück: Du nimmst wieder teil.",
        "why.left": "du nimmst nicht mehr teil",
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
        "added": "Darin {points} durch „{title}“.",
        "added.less": "{points} weniger durch „{title}“.",
        "short.budget": "Mehr gab das Budget von „{title}“ nicht her.",
        "short.per_day": "Mehr gab „{title}“ an diesem Tag nicht her.",
        "short.per_week": "Mehr gab „{title}“ in dieser Woche nicht her.",
        "short.per_member": "Mehr gibt es bei „{title}“ für eine Person nicht.",
        "short.uses_per_member": "„{title}“ gab es für diese Person schon.",
        "exchange": "Umgerechnet: {amount} sind {own}.",
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
        "event.earn": "{points} for {title}, yours from {release}.",
        "event.someday": "{points} for {title}, yours after your first order.",
        "event.credit": "{points} for {title}.",
        "event.confirm": "{points} for {title} are now yours.",
        "event.confirm.1": "{points} for {title} is now yours.",
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
        "settled.other": "{points} settled: there had been too many before.",
        "corrected.credit": "{points} added: a correction by the shop.",
        "corrected.claw back": "{points} taken: a correction by the shop.",
        "imported.credit": "{points} from your balance of before.",
        "imported.claw back": "{points} taken: your balance of before was corrected.",
        "merge out": "{points} moved to your other account.",
        "merge in": "{points} moved here from your other account.",
        "pending out": "{points} (on the way) moved to your other account.",
        "pending in": "{points} (on the way) moved here from your other account.",
        "merged": "{points} moved between your accounts with a voucher.",
        "inactive": "{points} expired: nothing had happened for a long time.",
        "leave": "{points} lost when you left.",
        "come back": "{points} back: you take part again.",
        "why.left": "you no longer take part",
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
        "added": "{points} of them by “{title}”.",
        "added.less": "{points} less by “{title}”.",
        "short.budget": "The budget of “{title}” had no more.",
        "short.per_day": "“{title}” had no more for that day.",
        "short.per_week": "“{title}” had no more for that week.",
        "short.per_member": "“{title}” has no more for one person.",
        "short.uses_per_member": "This person has had “{title}” before.",
        "exchange": "Converted: {amount} is {own}.",
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


def decimal(value: Fraction, lang: str) -> str:
    """A factor in words: 1,5 or 1.5."""
    return str(format_decimal(round(float(value), 2), locale=lang))


def day(value: date | str, lang: str) -> str:
    """A day in words: 12. Januar 2027, 12 January 2027."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return str(format_date(value, format="d. MMMM y" if lang == "de" else "d MMMM y", locale=lang))


def money(amount: Money, lang: str) -> str:
    return str(format_currency(amount.decimal(), amount.currency, locale=lang))


def amount(minor: int | None, currency: str, lang: str) -> dict[str, Any] | None:
    """An amount as the storefront API gives it, figure and words; nothing for nothing."""
    if minor is None:
        return None
    text = money(Money(minor, currency), lang)
    return {"minor": minor, "currency": currency, "text": text}


def sentence(transfer: Mapping[str, Any], lang: str) -> str:
    """The customer's sentence for a transfer (a row of the ledger, or its like)."""
    texts, basis = _TEXTS[lang], transfer["basis"]
    key, state = transfer["reason"], basis.get("state", "")
    if state in ("settled", "corrected", "imported", "merged", "inactive"):
        key = _without_an_order(key, basis)
    elif "event" in basis:
        key = _event_key(transfer)
    elif key == "earn" and not basis.get("release_on"):
        key = "earn.someday"
    elif "cart" in basis:
        key += ".cart"
    elif key == "confirm" and transfer["points"] == 1:
        key = "confirm.1"
    order = basis.get("order", "")
    said = texts[key].format(
        points=points(transfer["points"], lang),
        order=order,
        title=basis.get("title", {}).get(lang, ""),
        release=day(basis["release_on"], lang) if basis.get("release_on") else "",
        why=texts[f"why.{state}"].format(order=order) if f"why.{state}" in texts else "",
        day=day(transfer["lots"][0][0], lang) if key == "expire" else "",
    )
    if transfer["reason"] in ("earn", "credit"):
        said = " ".join([said, *_added(basis, lang)])
    return said


def _event_key(transfer: Mapping[str, Any]) -> str:
    """What is given for an event comes in the same ways as for an order, but for other words."""
    key, one = transfer["reason"], transfer["points"] == 1
    if key == "earn":
        return "event.earn" if transfer["basis"]["release_on"] else "event.someday"
    if key == "confirm":
        return "event.confirm.1" if one else "event.confirm"
    return "event.credit" if key == "credit" else str(key)


def _added(basis: Mapping[str, Any], lang: str) -> list[str]:
    """What rules added, one sentence each, in whole points as a customer counts them."""
    texts, said = _TEXTS[lang], []
    for title, exact, _ in basis.get("added", ()):
        n = round(Fraction(exact))
        if n:
            key = "added" if n > 0 else "added.less"
            said.append(texts[key].format(points=points(abs(n), lang), title=title[lang]))
    return said


def _without_an_order(reason: str, basis: Mapping[str, Any]) -> str:
    """Which text says it of a movement that no order alone explains."""
    if basis["state"] == "settled":
        return "settled" if basis.get("order") else "settled.other"
    if basis["state"] in ("merged", "inactive"):
        return str(basis["state"])
    return f"{basis['state']}.{reason}"


def reckoning(transfer: Mapping[str, Any], lang: str) -> str:
    """The merchant's longer sentence: rate, base, rounding and version, as they were then."""
    basis, texts = transfer["basis"], _TEXTS[lang]
    said = [sentence(transfer, lang)]
    if "rate" in basis:
        said.append(_sum(basis, lang))
        if "exchange" in basis:
            own = Money(round(basis["base"] * Fraction(*basis["exchange"])), basis["own"])
            amount = money(Money(basis["base"], basis["currency"]), lang)
            said.append(texts["exchange"].format(amount=amount, own=money(own, lang)))
        excluded = sum(1 for line in basis["lines"] if line[5])
        refunded = sum(line[4] for line in basis["lines"]) + basis["loose"]
        if excluded:
            n = texts["lines.1"] if excluded == 1 else texts["lines.n"].format(n=excluded)
            said.append(texts["excluded"].format(n=n))
        if refunded:
            amount = money(Money(refunded, basis["currency"]), lang)
            said.append(texts["refunded"].format(amount=amount))
        said += [
            texts[f"short.{short}"].format(title=title[lang])
            for title, _, short in basis.get("added", ())
            if short
        ]
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
        per=money(Money(basis["rate"][1], basis.get("own", basis["currency"])), lang),
        base=money(Money(basis["base"], basis["currency"]), lang),
        tax=texts["gross" if basis["gross"] else "net"],
        lines=texts["lines.1"] if count == 1 else texts["lines.n"].format(n=count),
        exact=format_decimal(round(float(exact), 2), locale=lang),
        rounding=texts[basis["rounding"]],
        points=points(basis["deserved"], lang),
    )
