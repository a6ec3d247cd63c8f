"""Answers of the storefront API for every situation, shaped exactly as docs/storefront-api.md."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import segno

from connector import explain

JSON = dict[str, Any]

LINK = "https://shop.example/?ref=K7QP2M9X"
TABLE: JSON = {
    "points": 5, "per": 100, "basis": "gross", "rounding": "down", "steps": False, "except": [],
}  # fmt: skip

_FAQ: dict[str, list[tuple[str, str, str]]] = {
    "de": [
        (
            "how-earn",
            "Wie sammle ich Punkte?",
            "Bestell einfach mit deinem Konto. Für jeden vollen Euro bekommst du 5 Punkte.\n\n"
            "Versand und Gutscheine zählen nicht mit.",
        ),
        (
            "when",
            "Wann gehören die Punkte mir?",
            "Sobald die Rückgabefrist vorbei ist. Bis dahin sind sie unterwegs.",
        ),
        ("worth", "Was sind meine Punkte wert?", "100 Punkte sind 1 Euro wert."),
        (
            "return",
            "Was passiert, wenn ich etwas zurückschicke?",
            "Dann gehen auch die Punkte dafür zurück.\n\nDer Rest bleibt dir.",
        ),
        (
            "expiry",
            "Verfallen meine Punkte?",
            "Nach drei Jahren zum Jahresende. Wir sagen es dir vorher.",
        ),
    ],
    "en": [
        (
            "how-earn",
            "How do I collect points?",
            "Just order with your account. Every full euro brings 5 points.\n\n"
            "Shipping and vouchers do not count.",
        ),
        ("when", "When are the points mine?", "As soon as the return period is over."),
        ("worth", "What are my points worth?", "100 points are worth 1 euro."),
        (
            "return",
            "What if I send something back?",
            "Then its points go back, too.\n\nYou keep the rest.",
        ),
        (
            "expiry",
            "Do my points expire?",
            "After three years, at the end of the year. We tell you first.",
        ),
    ],
}

_SENTENCES = {
    "de": {
        "programme": "Für jeden vollen Euro bekommst du 5 Treuepunkte. 100 Punkte sind 1,00\u00a0€ wert.",
        "member": "1.250 Punkte gehören dir. 142 weitere ab 12. Januar.",
        "zero": "Du hast noch keine Punkte.",
        "not_joined": "Du machst noch nicht mit, Mia.",
        "left": "Du hast das Programm verlassen.",
        "guest": "Melde dich an, um deine Punkte zu sehen.",
        "arriving": "Wir sehen gerade nach.",
        "waiting": "320 Punkte warten auf dich.",
        "notice": "Das Programm endet: Neue Bestellungen bringen keine Punkte mehr. Deine Punkte "
        "kannst du mindestens bis zum 30. Juni 2027 einlösen.",
        "leaving": "Wenn du nicht mehr teilnimmst, verlierst du 1.250 Punkte und 142 vorgemerkte. "
        "Gutscheine, die du schon hast, bleiben gültig. 30 Tage lang kannst du es dir anders "
        "überlegen.",
    },
    "en": {
        "programme": "Every full euro brings you 5 loyalty points. 100 points are worth €1.00.",
        "member": "1,250 points are yours. 142 more from January 12.",
        "zero": "You have no points yet.",
        "not_joined": "You have not joined yet, Mia.",
        "left": "You have left the programme.",
        "guest": "Log in to see your points.",
        "arriving": "We are having a look.",
        "waiting": "320 points are waiting for you.",
        "notice": "The programme is ending: new orders bring no more points. You can redeem your "
        "points until 30 June 2027 at least.",
        "leaving": "If you leave you lose 1,250 points and 142 that are on the way. Vouchers you "
        "already have stay valid. You can change your mind for 30 days.",
    },
}

_WARNED = {
    "de": "{} Punkte verfallen mit Ablauf des {}, wenn du sie nicht einlöst.",
    "en": "{} points expire at the end of {} unless you redeem them.",
}

_MOVEMENTS = {
    "de": [
        (
            "2026-11-20T10:12:00Z",
            142,
            "in",
            True,
            "142 Punkte für Bestellung 1042, deine ab 12. Januar 2027",
        ),
        ("2026-10-30T08:00:00Z", 500, "out", False, "500 Punkte eingelöst: Gutschein über 5,00 €"),
        (
            "2026-09-14T16:40:00Z",
            36,
            "out",
            False,
            "36 Punkte zurück: Rückgabe aus Bestellung 1017",
        ),
        ("2026-09-02T09:05:00Z", 786, "in", False, "786 Punkte für Bestellung 1017"),
        ("2026-07-21T12:30:00Z", 640, "none", False, "640 Punkte sind jetzt verfügbar"),
        ("2026-06-28T18:22:00Z", 640, "in", False, "640 Punkte für Bestellung 988"),
        ("2026-03-03T07:45:00Z", 360, "in", False, "360 Punkte für Bestellung 903"),
    ],
    "en": [
        (
            "2026-11-20T10:12:00Z",
            142,
            "in",
            True,
            "142 points for order 1042, yours from 12 January 2027",
        ),
        ("2026-10-30T08:00:00Z", 500, "out", False, "500 points redeemed: voucher for €5.00"),
        ("2026-09-14T16:40:00Z", 36, "out", False, "36 points taken back: return from order 1017"),
        ("2026-09-02T09:05:00Z", 786, "in", False, "786 points for order 1017"),
        ("2026-07-21T12:30:00Z", 640, "none", False, "640 points are available now"),
        ("2026-06-28T18:22:00Z", 640, "in", False, "640 points for order 988"),
        ("2026-03-03T07:45:00Z", 360, "in", False, "360 points for order 903"),
    ],
}


def config(lang: str, **changes: Any) -> JSON:
    return {
        "shop": "demo",
        "lang": lang,
        "programme": {
            "name": "Treuepunkte" if lang == "de" else "Loyalty points",
            "earn": {"points": 5, "per": money(lang, 100)},
            "worth": {"points": 100, "amount": money(lang, 100)},
            "redeem_from": 500,
            "taking_part": "account",
            "sentence": _SENTENCES[lang]["programme"],
        },
        "account_url": "https://shop.example/my-account/",
        "terms": terms(3, lang),
        "texts": {},
        "faq": [{"id": i, "question": q, "answer": a} for i, q, a in _FAQ[lang]],
        "rewards": offers(lang),
        "preview": TABLE,
        "platform": "shopware",
        "url": "https://shop.example",
    } | changes


def money(lang: str, minor: int, currency: str = "EUR") -> JSON:
    found = explain.amount(minor, currency, lang)
    assert found is not None
    return found


def day(lang: str, moment: str) -> str:
    return explain.day(moment[:10], lang)


def dated(lang: str, points: int, on: str) -> JSON:
    return {"points": points, "on": on, "day": day(lang, on)}


def terms(version: int, lang: str) -> JSON:
    return {"version": version, "url": f"https://connector.example/v1/demo/terms?lang={lang}"}


def member(lang: str, **changes: Any) -> JSON:
    keys = ("at", "day", "points", "direction", "pending", "text")
    return {
        "state": "member",
        "first_name": "Mia",
        "points": points(1250, pending=142, lang=lang),
        "sentence": _SENTENCES[lang]["member"],
        "pending_next": dated(lang, 142, "2027-01-12"),
        "next_expiry": dated(lang, 300, "2027-12-31"),
        "movements": [
            dict(zip(keys, (at, day(lang, at), *rest), strict=True))
            for at, *rest in _MOVEMENTS[lang]
        ],
        "referral": {"link": LINK, "code": "K7QP2M9X", "share_text": "Schau mal", "qr": qr(LINK)},
        "rewards": rewards(lang),
        "vouchers": [voucher(lang)],
        "warnings": [],
        "leaving": _SENTENCES[lang]["leaving"],
    } | changes


_PLACED = {
    "de": {
        "coming": "Diese Bestellung bringt dir 142 Punkte, deine ab 12. Januar 2027.",
        "given": "Diese Bestellung hat dir 142 Punkte gebracht.",
        "waiting": "Diese Bestellung würde dir 142 Punkte bringen.",
    },
    "en": {
        "coming": "This order brings you 142 points, yours from 12 January 2027.",
        "given": "This order has brought you 142 points.",
        "waiting": "This order would bring you 142 points.",
    },
}


def placed(state: str, lang: str) -> JSON:
    """What the order that was just placed brings."""
    said = _PLACED[lang].get(state, "")
    on = "2027-01-12" if state == "coming" else None
    return {"state": state, "points": 142 if said else 0, "on": on, "sentence": said}


def warnings(lang: str) -> list[JSON]:
    """Points of two years, each with its own end."""
    days = {"2027-12-31": {"de": "31. Dezember 2027", "en": "31 December 2027"},
            "2028-12-31": {"de": "31. Dezember 2028", "en": "31 December 2028"}}  # fmt: skip
    return [
        {"id": f"{on}/{on}", "points": points, "on": on,
         "text": _WARNED[lang].format(points, said[lang])}
        for points, (on, said) in zip((300, 950), days.items(), strict=True)
    ]  # fmt: skip


def ending(lang: str) -> JSON:
    """What stands in `me` and in the programme while that is being wound down."""
    return {"ends_on": "2027-06-30", "notice": _SENTENCES[lang]["notice"]}


def closing(lang: str) -> JSON:
    whole = config(lang)
    return whole | {"programme": whole["programme"] | ending(lang)}


def claim(lang: str, euros: int) -> JSON:
    text = {"de": f"{euros},00\u00a0€ Rabatt ab {2 * euros},00\u00a0€ Einkauf",
            "en": f"€{euros}.00 off from €{2 * euros}.00 on"}  # fmt: skip
    return {"points": 100 * euros, "value": money(lang, 100 * euros), "text": text[lang]}


def rewards(lang: str) -> list[JSON]:
    """A slider that 1,250 points are enough for, and something that they are not."""
    titles = {"de": ("Rabatt", "Tasse"), "en": ("Money off", "Mug")}[lang]
    slider = {"id": "discount", "title": titles[0], "kind": "slider", "missing": 0,
              "choices": [claim(lang, euros) for euros in (5, 8, 12)]}  # fmt: skip
    mug = {"id": "mug", "title": titles[1], "kind": "amount", "missing": 750, "choices": []}
    return [slider | claim(lang, 5), mug | claim(lang, 20)]


def offers(lang: str) -> list[JSON]:
    """The same for everybody."""
    personal = ("missing", "choices")
    return [{k: v for k, v in one.items() if k not in personal} for one in rewards(lang)]


def voucher(lang: str, state: str = "ready") -> JSON:
    words = {"de": ("Rabatt: 5,00\u00a0€", "Gültig bis 28. Februar 2027."),
             "en": ("Money off: €5.00", "Good until 28 February 2027.")}[lang]  # fmt: skip
    return {"id": "8d0c", "code": "K7QP2-M9X4T", "state": state, "title": words[0],
            "sentence": words[1], "points": 500, "value": money(lang, 500),
            "expires_on": "2027-02-28", "can_be_taken_back": state == "ready"}  # fmt: skip


def newcomer(lang: str) -> JSON:
    return member(
        lang,
        points=points(0, lang=lang),
        sentence=_SENTENCES[lang]["zero"],
        pending_next=None,
        next_expiry=None,
        movements=[],
        rewards=[one | {"missing": one["points"], "choices": []} for one in rewards(lang)],
        vouchers=[],
    )


def outsider(state: str, lang: str) -> JSON:
    answer: JSON = {
        "state": state,
        "sentence": _SENTENCES[lang]["guest" if state == "nobody" else state],
    }
    return answer | ({"first_name": "Mia"} if state == "not_joined" else {})


def waiting(lang: str) -> JSON:
    """Somebody who has not joined, and whose earlier orders would bring something."""
    said = _SENTENCES[lang]["waiting"]
    return outsider("not_joined", lang) | {"waiting": 320, "sentence": said}


def points(available: int, pending: int = 0, shortfall: int = 0, lang: str = "de") -> JSON:
    worth = money(lang, available)
    return {"available": available, "pending": pending, "shortfall": shortfall, "worth": worth}


def qr(link: str) -> JSON:
    """One path of squares, a run of dark modules at a time."""
    rows = [bytes(row) for row in segno.make(link, micro=False).matrix]
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return {"size": len(rows), "path": path}


def everywhere(answer: JSON, text: str) -> JSON:
    """The same answer with `text` in every place where a person's or a merchant's words stand."""
    kept = {"lang", "shop", "state", "direction", "currency", "on", "at", "taking_part", "kind"}

    def fill(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: fill(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [fill(item, name) for item in value]
        return text if isinstance(value, str) and name not in kept else value

    filled: JSON = fill(deepcopy(answer))
    return filled
