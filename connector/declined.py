"""A no to somebody who wants to redeem: why, in his language, and nothing is lost by it."""

from __future__ import annotations

from connector import explain
from connector.errors import Refused

SENTENCES: dict[str, dict[str, str]] = {
    "unknown_reward": {
        "de": "Die Prämie {reward} gibt es nicht. Es gibt: {there}.",
        "en": "There is no reward {reward}. There are: {there}.",
    },
    "closed": {
        "de": "In diesem Programm lässt sich gerade nichts einlösen. Deine Punkte bleiben dir.",
        "en": "Nothing can be redeemed in this programme right now. Your points stay yours.",
    },
    "no_member": {
        "de": "Du sammelst noch keine Punkte, also gibt es nichts einzulösen.",
        "en": "You are not collecting points yet, so there is nothing to redeem.",
    },
    "left": {
        "de": "Du nimmst nicht mehr teil. Melde dich beim Shop, wenn du Punkte einlösen möchtest.",
        "en": "You no longer take part. Ask the shop if you want to redeem points.",
    },
    "too_few": {
        "de": "Dafür brauchst du {points}, du hast {available}. Es fehlen noch {missing}.",
        "en": "This takes {points}, you have {available}. {missing} are missing.",
    },
    "below_least": {
        "de": "Einlösen geht ab {least}.",
        "en": "Redeeming starts at {least}.",
    },
    "fixed_price": {
        "de": "Diese Prämie kostet {points}, nicht mehr und nicht weniger.",
        "en": "This reward costs {points}, no more and no less.",
    },
    "no_voucher": {
        "de": "Diesen Gutschein gibt es nicht.",
        "en": "There is no such voucher.",
    },
    "used": {
        "de": "Der Gutschein wurde schon benutzt, darum kommen keine Punkte zurück.",
        "en": "The voucher was used already, so no points come back.",
    },
    "ended": {
        "de": "Der Gutschein kam nicht zustande. Deine Punkte hast du schon wieder.",
        "en": "The voucher was never made. You have your points back already.",
    },
    "by_hand": {
        "de": "Der Shop kümmert sich schon darum. Frag dort, wenn du es dir anders überlegst.",
        "en": "The shop is working on it already. Ask there if you change your mind.",
    },
    "key_reused": {
        "de": "Dieser Schlüssel gehört schon zu einer anderen Einlösung. Nimm einen neuen.",
        "en": "This key belongs to another redemption already. Take a new one.",
    },
    "other_cart": {
        "de": "Dieser Warenkorb gehört jemand anderem.",
        "en": "This cart is somebody else's.",
    },
    "no_reservation": {
        "de": "Für diesen Warenkorb sind keine Punkte reserviert.",
        "en": "No points are reserved for this cart.",
    },
    "reservation_over": {
        "de": "Die Reservierung ist abgelaufen. Deine Punkte hast du wieder.",
        "en": "The reservation is over. You have your points back.",
    },
    "reservation_spent": {
        "de": "Die Punkte für diesen Warenkorb sind schon eingelöst.",
        "en": "The points for this cart are redeemed already.",
    },
}
"""What a person reads; the facts fill the braces, numbers as numbers of points."""


class Declined(Refused):
    """The rules of redeeming say no. `why` is a key of SENTENCES, stable for scripts and widgets."""

    def __init__(self, why: str, **facts: int | str) -> None:
        self.why, self.facts = why, facts
        super().__init__(self.sentence("en"))

    def sentence(self, lang: str) -> str:
        words = {
            name: explain.points(value, lang) if isinstance(value, int) else value
            for name, value in self.facts.items()
        }
        return SENTENCES[self.why][lang].format_map(words)
