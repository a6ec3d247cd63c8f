"""Questions shop customers ask, kept in the database, answered from the programme as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

import yaml
from sqlalchemy import Connection, bindparam, insert, select

from connector import explain
from connector.programme import Life, Programme, TakingPart
from connector.shops import Shop
from connector.tables import faq as table
from connector.values import MerchantId, Money

_ENTRIES = (
    select(table.c.entry, table.c.question, table.c.answer)
    .where(table.c.merchant_id == bindparam("m"), table.c.lang == bindparam("lang"))
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
        "join.ask": "Melde dich in deinem Kundenkonto an und wähle „Mitmachen“.",
        "join.everyone": "Du sammelst automatisch mit jeder Bestellung, auch als Gast.",
        "life.never": "Deine Punkte verfallen nicht.",
        "life": "Deine Punkte gelten {months} Monate ab dem Tag, an dem sie dir gehören{round}. "
        "Bevor etwas verfällt, sagen wir dir Bescheid.",
        "round": ", immer bis zum Jahresende",
        "delivered": "{days} Tage nach der Lieferung",
        "tax.gross": "einschließlich Mehrwertsteuer",
        "tax.net": "ohne Mehrwertsteuer",
    },
    "en": {
        "join.account": "All you need is an account: everyone who has one collects automatically.",
        "join.ask": "Log in to your account and choose “Join”.",
        "join.everyone": "You collect with every order, as a guest too.",
        "life.never": "Your points do not expire.",
        "life": "Your points are valid for {months} months from the day they are yours{round}. "
        "We tell you before any of them expire.",
        "round": ", always until the end of the year",
        "delivered": "{days} days after delivery",
        "tax.gross": "including VAT",
        "tax.net": "without VAT",
    },
}


def facts(shop: Shop, programme: Programme, lang: str) -> dict[str, str]:
    """The words that answers may use, from the programme and the shop."""
    texts, earn, worth = _LANGUAGE[lang], programme.earn, programme.worth
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
        "hold": texts["delivered"].format(days=programme.hold.delivered_days),
        "join": texts[f"join.{_join(programme)}"],
        "life": _life(programme.life, lang),
        "tax": texts["tax.gross" if shop.gross else "tax.net"],
    }


def _join(programme: Programme) -> str:
    return TakingPart(programme.taking_part).value


def _life(life: Life, lang: str) -> str:
    texts = _LANGUAGE[lang]
    if life.months is None:
        return texts["life.never"]
    until = texts["round"] if life.round_to == "year" else ""
    return texts["life"].format(months=life.months, round=until)


def earn_sentence(shop: Shop, programme: Programme, lang: str) -> str:
    """What is in it for somebody who is not logged in."""
    words: dict[str, Any] = facts(shop, programme, lang)
    sentences = {
        "de": "Für je {per} sammelst du {points}. {worth_points} sind {worth} wert.",
        "en": "You collect {points} for every {per}. {worth_points} are worth {worth}.",
    }
    return sentences[lang].format_map(words)
