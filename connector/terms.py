"""The participation terms, written from a version of the programme, in German and English.

They say what the programme does and nothing else; a version once in force says the same for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from connector import explain, faqs, offer_words
from connector.lasting import FAIR_MONTHS
from connector.leaving import DAYS_TO_COME_BACK
from connector.programme import Programme, TakingPart
from connector.shops import Shop
from connector.values import day_in


@dataclass(frozen=True, slots=True)
class Terms:
    """Title, paragraphs with a heading each, and what is said below."""

    lang: str
    title: str
    parts: tuple[tuple[str, str], ...]
    version: str


_PARTS = {
    "de": (
        ("Wer teilnimmt", "Das Programm bietet {shop} ({url}) an. {join} Teilnehmen kostet nichts. {guest}"),
        ("Punkte sammeln", "Für je {full}{per} Warenwert ({tax}) gibt es {points}, je Bestellung {rounding}. "
         "{nothing_for} bringen keine Punkte. {offers}"),
        ("Wann Punkte dir gehören", "Punkte sind zuerst vorgemerkt. Sie gehören dir {hold}; wo der Shop "
         "die Lieferung nicht meldet, {shipped} Tage nach dem Versand oder {paid} Tage nach der Zahlung. "
         "Wird eine Bestellung widerrufen, storniert oder erstattet, gehen ihre Punkte entsprechend "
         "zurück. Sind sie schon eingelöst, verrechnen wir sie mit deinen nächsten Punkten; Geld "
         "verlangen wir dafür nie."),
        ("Punkte einlösen", "{worth_points} sind {worth} wert. Einlösen kannst du sie ab {redeem_from} "
         "in diesem Shop. Punkte sind ein Rabatt: Sie werden nicht ausgezahlt und sind nicht "
         "übertragbar."),
        ("Wie lange Punkte gelten", "{life} {warned}"),
        ("Aufhören", "Du kannst jederzeit mit einem Klick aufhören. Deine Punkte verfallen dann; vorher "
         "sagen wir, wie viele es sind. Gutscheine, die du schon hast, bleiben gültig. {days} Tage lang "
         "kannst du es dir anders überlegen. Wirbt der Shop per E-Mail, fragt er dafür eigens."),
        ("Änderungen und Ende", "Ändern sich diese Bedingungen, gilt das nur für Punkte aus späteren "
         "Bestellungen. Endet das Programm, kannst du deine Punkte danach mindestens noch {fair} Monate "
         "lang einlösen.{ending}"),
    ),
    "en": (
        ("Who takes part", "The programme is offered by {shop} ({url}). {join} Taking part is free. {guest}"),
        ("Collecting points", "Every {full}{per} of goods ({tax}) brings {points}, {rounding} once per order. "
         "{nothing_for} bring no points. {offers}"),
        ("When points are yours", "Points are on the way first. They are yours {hold}; where the shop does "
         "not report delivery, {shipped} days after shipping or {paid} days after payment. If an order is "
         "withdrawn, cancelled or refunded, its points go back accordingly. If they are already redeemed, "
         "we settle them with your next points; we never ask for money."),
        ("Redeeming points", "{worth_points} are worth {worth}. You can redeem them from {redeem_from} on "
         "in this shop. Points are a discount: they are not paid out and cannot be transferred."),
        ("How long points are valid", "{life} {warned}"),
        ("Leaving", "You can leave at any time with one click. Your points are lost then; before, we say "
         "how many they are. Vouchers you already have stay valid. You can change your mind for {days} "
         "days. Where the shop advertises by e-mail it asks for that separately."),
        ("Changes and end", "If these terms change, that applies only to points from later orders. If the "
         "programme ends, you can redeem your points for at least {fair} months after that.{ending}"),
    ),
}  # fmt: skip
_WORDS = {
    "de": {
        "title": "Teilnahmebedingungen: {name}", "version": "Version {n}, gültig ab {day}.",
        "warned": "Nichts verfällt, ohne dass du vorher gewarnt wurdest: 60 und 14 Tage vorher. Wen wir "
        "nicht erreichen, der behält seine Punkte bis zum nächsten Jahresende, höchstens zweimal.",
        "guest": "Auch Bestellungen als Gast zählen.",
        "no guest": "Punkte gibt es für Bestellungen mit Kundenkonto.", "full": "volle ",
        "ending": " Das Programm endet: Neue Bestellungen bringen keine Punkte mehr. Deine Punkte "
        "gelten mindestens bis zum {on}.",
    },
    "en": {
        "title": "Terms of participation: {name}", "version": "Version {n}, valid from {day}.",
        "warned": "Nothing expires unless you were warned before: 60 and 14 days ahead. Whoever we cannot "
        "reach keeps the points to the next end of a year, at most twice.",
        "guest": "Orders placed as a guest count too.",
        "no guest": "Points are for orders placed with an account.", "full": "full ",
        "ending": " The programme is ending: new orders bring no more points. Your points are valid "
        "until {on} at least.",
    },
}  # fmt: skip


def of(shop: Shop, programme: Programme, lang: str) -> Terms:
    """The terms under this version."""
    words, life = _WORDS[lang], programme.life
    ends = life.months is not None or life.inactive_months is not None
    on = "" if programme.ends_on is None else explain.day(programme.ends_on, lang)
    guests = programme.taking_part is TakingPart.EVERYONE
    values = faqs.facts(shop, programme, lang) | {
        "guest": words["guest" if guests else "no guest"],
        "full": words["full"] if programme.earn.steps else "",
        "offers": offer_words.sentences(programme, shop.currency, lang),
        "url": shop.url or shop.slug,
        "shipped": str(programme.hold.shipped_days),
        "paid": str(programme.hold.paid_days),
        "warned": words["warned"] if ends else "",
        "days": str(DAYS_TO_COME_BACK),
        "fair": str(max(life.at_least or 0, FAIR_MONTHS)),
        "ending": words["ending"].format(on=on) if on else "",
    }
    day = explain.day(day_in(programme.valid_from, shop.zone), lang)
    return Terms(
        lang,
        words["title"].format(name=programme.name),
        tuple((head, text.format_map(values).strip()) for head, text in _PARTS[lang]),
        words["version"].format(n=programme.n, day=day),
    )


def as_text(terms: Terms) -> str:
    parts = [f"{number}. {head}\n{text}" for number, (head, text) in enumerate(terms.parts, 1)]
    return "\n\n".join([terms.title, *parts, terms.version])


_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}}
h1{{font-size:1.5rem}}h2{{font-size:1.1rem;margin-bottom:0}}p{{margin-top:.25rem}}</style>
</head><body><main><h1>{title}</h1>
{parts}
<p><small>{version}</small></p></main></body></html>
"""


def as_page(terms: Terms) -> str:
    """A page of its own, without scripts, that prints as it is."""
    parts = "\n".join(
        f"<h2>{number}. {escape(head)}</h2>\n<p>{escape(text)}</p>"
        for number, (head, text) in enumerate(terms.parts, 1)
    )
    return _PAGE.format(
        lang=terms.lang, title=escape(terms.title), parts=parts, version=escape(terms.version)
    )
