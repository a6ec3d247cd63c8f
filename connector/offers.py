"""What a reward or a voucher is, in a customer's words: what it brings, from which basket on."""

from __future__ import annotations

from typing import Any

from connector import explain
from connector.rewards import Claim, Kind, Reward
from connector.values import Money
from connector.voucher_rows import Voucher

_TEXTS = {
    "de": {
        "amount": "{value} Rabatt",
        "percent": "{percent} % Rabatt",
        "free_shipping": "Versand gratis",
        "free_product": "Ein Stück gratis, sobald es im Warenkorb liegt",
        "by_hand": "Der Shop meldet sich bei dir",
        "minimum": "{what} ab {minimum} Einkauf",
        "cap": "{what} bis {largest} Einkauf",
        "both": "{what} für Einkäufe von {minimum} bis {largest}",
        "titled": "{title}: {what}",
    },
    "en": {
        "amount": "{value} off",
        "percent": "{percent} % off",
        "free_shipping": "free shipping",
        "free_product": "one piece for free once it is in your basket",
        "by_hand": "the shop will get in touch",
        "minimum": "{what} from {minimum} on",
        "cap": "{what} up to a basket of {largest}",
        "both": "{what} for baskets from {minimum} to {largest}",
        "titled": "{title}: {what}",
    },
}


def sentence(one: Voucher, lang: str) -> str:
    """What a voucher is: "Five off: €5.00 off from €10.00 on"."""
    title = one.offer["title"].get(lang) or next(iter(one.offer["title"].values()))
    return _TEXTS[lang]["titled"].format(title=title, what=words(one, lang))


def words(one: Voucher, lang: str) -> str:
    """What a voucher brings."""
    return _words(one.offer | {"value": one.value}, lang)


def words_of(reward: Reward, claim: Claim, currency: str, lang: str) -> str:
    """What a claim would bring."""
    facts = {"kind": reward.kind.value, "percent": reward.percent, "cap": reward.cap,
             "currency": currency, "minimum": claim.minimum, "value": claim.value}  # fmt: skip
    return _words(facts, lang)


def _words(facts: dict[str, Any], lang: str) -> str:
    texts = _TEXTS[lang]

    def money(minor: int | None) -> str:
        return explain.money(Money(minor or 0, facts["currency"]), lang)

    kind = Kind(facts["kind"])
    plain = texts["amount" if kind is Kind.SLIDER else kind.value]
    what = plain.format(value=money(facts["value"]), percent=facts["percent"])
    largest = facts["cap"] * 100 // facts["percent"] if facts["cap"] else 0
    if not largest and not facts["minimum"]:
        return what
    key = "both" if largest and facts["minimum"] else "cap" if largest else "minimum"
    return texts[key].format(what=what, minimum=money(facts["minimum"]), largest=money(largest))
