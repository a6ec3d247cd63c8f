"""Questions shop customers ask, kept in the database, answered from the programme as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

import yaml
from sqlalchemy import Connection, bindparam, insert, select

from connector import explain, lasting_words
from connector.programme import Earn, Programme, TakingPart, Tax
from connector.shops import Shop
from connector.tables import faq as table
from connector.values import MerchantId, Money

_ENTRIES = (
    select(table.c.entry, table.c.question, table.c.answer)
    .where(
        table.c.merchant_id == bindparam("m"),
        table.c.lang == bindparam("lang"),
        table.c.answer != "",  # a question that waits for its answer is nobody else's business
    )
    .order_by(table.c.position)
)


def start(tx: Connection, merchant_id: MerchantId) -> None:
    """Give a new merchant the twelve starter questions in every language."""
    rows = [
        {"merchant_id": merchant_id, "lang": lang, "position": position, **entry}
        for lang in explain.LANGUAGES
        for position, entry in enumerate(_starters(lang))
    ]
    tx.execute(insert(table), rows)


def _starters(lang: str) -> list[dict[str, str]]:
    text = resources.files("connector").joinpath("faq", f"{lang}.yaml").read_text("utf-8")
    return list(yaml.safe_load(text))


def entries(tx: Connection, shop: Shop, programme: Programme, lang: str) -> list[dict[str, str]]:
    """The merchant's questions with answers filled in; plain text, paragraphs by blank lines."""
    words = facts(shop, programme, lang)
    return [
        {
            "id": row.entry,
            "question": _filled(row.question, words),
            "answer": _filled(row.answer, words),
        }
        for row in tx.execute(_ENTRIES, {"m": shop.merchant_id, "lang": lang})
    ]


def _filled(text: str, words: Mapping[str, str]) -> str:
    """The text with {words} put in; an unknown one stays as it is, so that it is seen and mended."""
    for name, value in words.items():
        text = text.replace("{" + name + "}", value)
    return text.strip()


_LANGUAGE: dict[str, dict[str, str]] = {
    "de": {
        "join.account": "Du brauchst nur ein Kundenkonto: Wer eines hat, sammelt automatisch.",
        "join.ask": "Du brauchst ein Kundenkonto. Sag {shop} Bescheid, dass du mitmachen möchtest.",
        "join.everyone": "Du sammelst automatisch mit jeder Bestellung, auch als Gast.",
        "delivered": "{days} Tage nach der Lieferung",
        "delivered.0": "mit der Lieferung",
        "delivered.1": "einen Tag nach der Lieferung",
        "rounding.down": "auf ganze Punkte abgerundet",
        "rounding.half_up": "auf ganze Punkte gerundet",
        "rounding.up": "auf ganze Punkte aufgerundet",
        "guest.account": "Nein, Punkte gibt es für Bestellungen mit Kundenkonto.",
        "guest.everyone": "Ja, auch Bestellungen als Gast zählen.",
        "nothing_for": "Versandkosten",
        "nothing_for.cards": "Versandkosten und gekaufte Gutscheinkarten",
        "nothing_for.only_cards": "Gekaufte Gutscheinkarten",
        "nothing_for.nothing": "Erstattete Beträge",
        "tax.gross": "einschließlich Mehrwertsteuer",
        "tax.net": "ohne Mehrwertsteuer",
    },
    "en": {
        "join.account": "All you need is an account: everyone who has one collects automatically.",
        "join.ask": "You need an account. Tell {shop} that you would like to join.",
        "join.everyone": "You collect with every order, as a guest too.",
        "delivered": "{days} days after delivery",
        "delivered.0": "on delivery",
        "delivered.1": "one day after delivery",
        "rounding.down": "rounded down to whole points",
        "rounding.half_up": "rounded to whole points",
        "rounding.up": "rounded up to whole points",
        "guest.account": "No, points are for orders placed with an account.",
        "guest.everyone": "Yes, orders placed as a guest count too.",
        "nothing_for": "Shipping",
        "nothing_for.cards": "Shipping and gift cards you buy",
        "nothing_for.only_cards": "Gift cards you buy",
        "nothing_for.nothing": "Refunded amounts",
        "tax.gross": "including VAT",
        "tax.net": "without VAT",
    },
}


def facts(shop: Shop, programme: Programme, lang: str) -> dict[str, str]:
    """The words that answers may use, from the programme and the shop."""
    texts, earn, worth = _LANGUAGE[lang], programme.earn, programme.worth
    everyone = programme.taking_part is TakingPart.EVERYONE
    gross = shop.gross if earn.tax is Tax.DISPLAYED else earn.tax is Tax.GROSS
    value = Money(worth.redeem_from * worth.amount // worth.points, shop.currency)
    return {
        "shop": shop.name or shop.slug,
        "programme": programme.name,
        "points": explain.points(earn.points, lang),
        "per": explain.money(Money(earn.per, shop.currency), lang),
        "worth_points": explain.points(worth.points, lang),
        "worth": explain.money(Money(worth.amount, shop.currency), lang),
        "redeem_from": explain.points(worth.redeem_from, lang),
        "redeem_value": explain.money(value, lang),
        "hold": _counted("delivered", programme.hold.delivered_days, texts, "days"),
        "join": texts[f"join.{programme.taking_part.value}"].format(shop=shop.name or shop.slug),
        "guest": texts["guest.everyone" if everyone else "guest.account"],
        "life": lasting_words.sentences(programme.life, lang),
        "tax": texts["tax.gross" if gross else "tax.net"],
        "rounding": texts[f"rounding.{earn.rounding.value}"],
        "nothing_for": texts[_nothing_for(earn)],
    }


def _nothing_for(earn: Earn) -> str:
    """What all shops know that earns nothing here; credit that is bought is never earned with twice."""
    if earn.shipping:
        return "nothing_for.only_cards" if earn.exclude.gift_cards else "nothing_for.nothing"
    return "nothing_for.cards" if earn.exclude.gift_cards else "nothing_for"


def _counted(key: str, n: int, texts: Mapping[str, str], name: str, **more: str) -> str:
    """The text for this number: a special one for 0 or 1 where there is one."""
    return texts.get(f"{key}.{n}", texts[key]).format(**{name: n}, **more)


def earn_sentence(shop: Shop, programme: Programme, lang: str) -> str:
    """What is in it for somebody who is not logged in."""
    words: dict[str, Any] = facts(shop, programme, lang)
    sentences = {
        "de": "Für je {per} sammelst du {points}. {worth_points} sind {worth} wert.",
        "en": "You collect {points} for every {per}. {worth_points} are worth {worth}.",
    }
    return sentences[lang].format_map(words)
