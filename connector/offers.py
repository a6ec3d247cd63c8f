"""What the storefront is told of rewards and vouchers: figures for widgets, words for a customer."""

from __future__ import annotations

from typing import Any

from connector import explain, rewards
from connector.programme import Programme
from connector.rewards import Claim, Kind, Reward
from connector.shops import Shop
from connector.values import Money
from connector.voucher_rows import State, Voucher

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
        "wanted": "Der Shop legt deinen Code gerade an.",
        "ready": "Gültig bis {day}.",
        "asked": "Der Shop weiß Bescheid.",
        "revoking": "Wir nehmen den Code zurück. Gleich hast du deine Punkte wieder.",
        "used": "Eingelöst.",
        "ended": "Deine Punkte hast du wieder.",
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
        "wanted": "The shop is making your code.",
        "ready": "Good until {day}.",
        "asked": "The shop knows about it.",
        "revoking": "We are taking the code back. You will have your points again in a moment.",
        "used": "Used.",
        "ended": "You have your points again.",
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


# ------------------------------------------------------------------ for everybody


def public(programme: Programme, shop: Shop, lang: str) -> list[dict[str, Any]]:
    """The rewards there are, each from its fewest points on."""
    return [_reward(reward, _first(reward), shop, lang) for reward in programme.rewards]


def _first(reward: Reward) -> Claim:
    return rewards.priced(reward, rewards.least(reward))


def _reward(reward: Reward, claim: Claim, shop: Shop, lang: str) -> dict[str, Any]:
    return {
        "id": reward.id,
        "title": reward.titled(lang),
        "kind": reward.kind.value,
        **_claim(reward, claim, shop, lang),
    }


def _claim(reward: Reward, claim: Claim, shop: Shop, lang: str) -> dict[str, Any]:
    return {
        "points": claim.points,
        "value": explain.amount(claim.value, shop.currency, lang),
        "text": words_of(reward, claim, shop.currency, lang),
    }


# ------------------------------------------------------------------ for a member


def personal(programme: Programme, available: int, shop: Shop, lang: str) -> list[dict[str, Any]]:
    """The rewards with what this member may choose of each now, or what he is missing."""
    return [
        _reward(reward, _first(reward), shop, lang)
        | {
            "missing": rewards.missing(reward, available),
            "choices": [
                _claim(reward, one, shop, lang) for one in rewards.choices(reward, available)
            ],
        }
        for reward in programme.rewards
    ]


def held(one: Voucher, lang: str) -> dict[str, Any]:
    """A voucher as its owner sees it."""
    return {
        "id": one.voucher_id,
        "code": "" if one.by_hand else one.code,
        "state": one.state.value,
        "title": sentence(one, lang),
        "sentence": _status(one, lang),
        "points": one.points,
        "value": explain.amount(one.value, one.offer["currency"], lang),
        "expires_on": None if one.by_hand else one.expires_on,
        "can_be_taken_back": one.state in (State.WANTED, State.READY) and not one.by_hand,
    }


def _status(one: Voucher, lang: str) -> str:
    key = "asked" if one.by_hand and one.state is State.READY else one.state.value
    return _TEXTS[lang][key].format(day=explain.day(one.expires_on, lang))
