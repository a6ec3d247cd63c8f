"""What the storefront is told: the programme for everybody, and for a proven visitor what is his."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import segno
from sqlalchemy import Connection, bindparam, select

from connector import (
    explain,
    faqs,
    forewarning,
    joining,
    leaving,
    members,
    offers,
    previewing,
    standing,
    vouchers,
)
from connector.keys import Keys
from connector.ledger import OWN, Pot
from connector.port import Visitor, VisitorKind
from connector.programme import Programme, TakingPart
from connector.shops import Shop
from connector.tables import customer
from connector.values import MemberId, day_in
from connector.voucher_rows import OPEN, Voucher

MOVEMENTS = 10
VOUCHERS, LAST = 50, 5

_CUSTOMER = select(customer.c.first_name, customer.c.guest, customer.c.erased_at).where(
    customer.c.merchant_id == bindparam("m"),
    customer.c.shop_id == bindparam("s"),
    customer.c.external_id == bindparam("id"),
)

_SENTENCES = {
    "de": {
        "arriving": "Wir holen gerade deine Bestellungen. Einen Moment noch.",
        "waiting": "{points} warten auf dich.",
        "waiting.1": "{points} wartet auf dich.",
        "not_joined": "Du sammelst noch keine Punkte.",
        "left": "Du nimmst nicht mehr teil und sammelst keine neuen Punkte.",
        "ends": "Das Programm endet: Neue Bestellungen bringen keine Punkte mehr. Deine Punkte "
        "kannst du mindestens bis zum {on} einlösen.",
        "share": "Hier kaufe ich gern ein: {shop}",
    },
    "en": {
        "arriving": "We are fetching your orders. Just a moment.",
        "waiting": "{points} are waiting for you.",
        "waiting.1": "{points} is waiting for you.",
        "not_joined": "You are not collecting points yet.",
        "left": "You no longer take part and collect no new points.",
        "ends": "The programme is ending: new orders bring no more points. You can redeem your "
        "points until {on} at least.",
        "share": "I like to shop here: {shop}",
    },
}


def config(
    tx: Connection, shop: Shop, programme: Programme, lang: str, terms_url: str = ""
) -> dict[str, Any]:
    """The answer of `config`; the same for everybody."""
    earn, worth = programme.earn, programme.worth
    return {
        "shop": shop.slug,
        "lang": lang,
        "programme": {
            "name": programme.name,
            "earn": {"points": earn.points, "per": explain.amount(earn.per, shop.currency, lang)},
            "worth": {
                "points": worth.points,
                "amount": explain.amount(worth.amount, shop.currency, lang),
            },
            "redeem_from": worth.redeem_from,
            "taking_part": programme.taking_part.value,
            "sentence": faqs.earn_sentence(shop, programme, lang),
            **ending(programme, lang),
        },
        "account_url": shop.account_url or shop.url,
        "terms": {"version": programme.n, "url": terms_url},
        "texts": dict(programme.texts),
        "faq": faqs.entries(tx, shop, programme, lang),
        "rewards": offers.public(programme, shop, lang),
        "platform": shop.platform,
        "url": shop.url,
        "preview": previewing.table(tx, shop, programme),
    }


def ending(programme: Programme, lang: str) -> dict[str, Any]:
    """What is said where the programme is being wound down; nothing else."""
    if programme.ends_on is None:
        return {}
    on = explain.day(programme.ends_on, lang)
    return {"ends_on": programme.ends_on, "notice": _SENTENCES[lang]["ends"].format(on=on)}


def me(
    tx: Connection,
    shop: Shop,
    programme: Programme,
    visitor: Visitor,
    keys: Keys,
    lang: str,
    now: datetime,
) -> dict[str, Any]:
    """The answer of `me`, from our own database; never asks the shop."""
    if visitor.kind is not VisitorKind.CUSTOMER:
        return {"state": visitor.kind.value, "sentence": faqs.earn_sentence(shop, programme, lang)}
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "id": visitor.external_id}
    seen = tx.execute(_CUSTOMER, asked).first()
    if seen is not None and seen.guest:
        return {"state": "guest", "sentence": faqs.earn_sentence(shop, programme, lang)}
    seen = None if seen is None or seen.erased_at else seen
    buyer = f"{members.CUSTOMER}:{visitor.external_id}"
    member_id = members.find(tx, shop.merchant_id, shop.shop_id, [buyer]).get(buyer)
    if member_id is None:
        waiting = seen is None or programme.taking_part is not TakingPart.ASK
        state = "arriving" if waiting else "not_joined"
        answer: dict[str, Any] = {"state": state, "sentence": _SENTENCES[lang][state]}
        if state == "not_joined":
            answer |= _waiting(tx, shop, visitor, keys, lang)
        return _named(answer, seen)
    lost = leaving.preview(tx, shop.merchant_id, member_id)
    if lost.again:
        return {"state": "left", "sentence": _SENTENCES[lang]["left"]}
    mine = _member(tx, shop, programme, member_id, keys, lang)
    mine["warnings"] = forewarning.shown(tx, shop.merchant_id, member_id, shop.zone, now, lang)
    mine["leaving"] = leaving.sentence(lost, lang)
    return _named(mine | ending(programme, lang), seen)


def _waiting(tx: Connection, shop: Shop, visitor: Visitor, keys: Keys, lang: str) -> dict[str, Any]:
    """What would be his if he joined, where that is something."""
    points = joining.waits(tx, shop, visitor, keys)
    if not points:
        return {}
    texts = _SENTENCES[lang]
    text = texts["waiting.1" if points == 1 else "waiting"]
    return {"waiting": points, "sentence": text.format(points=explain.points(points, lang))}


def _named(answer: dict[str, Any], seen: Any) -> dict[str, Any]:
    return answer if seen is None else answer | {"first_name": seen.first_name}


def _member(
    tx: Connection, shop: Shop, programme: Programme, member_id: MemberId, keys: Keys, lang: str
) -> dict[str, Any]:
    has = standing.of(tx, shop.merchant_id, member_id, shop.zone)
    worth = has.available * programme.worth.amount // programme.worth.points
    recent = standing.movements(tx, shop.merchant_id, member_id, MOVEMENTS)
    return {
        "state": "member",
        "sentence": standing.sentence(has, lang),
        "points": {
            "available": has.available,
            "pending": has.pending,
            "shortfall": has.shortfall,
            "worth": explain.amount(worth, shop.currency, lang),
        },
        "pending_next": _dated(has.pending_next, lang),
        "next_expiry": _dated(has.next_expiry, lang),
        "movements": [_movement(row, shop.zone, lang) for row in recent],
        "referral": _referral(shop, member_id, keys, lang),
        "rewards": offers.personal(programme, has.available, shop, lang),
        "vouchers": [offers.held(one, lang) for one in _vouchers(tx, shop, member_id)],
    }


def _vouchers(tx: Connection, shop: Shop, member_id: MemberId) -> list[Voucher]:
    """What he has open, and the last that were used or ended: a widget that waits sees how it went."""
    found = vouchers.recent_of(tx, shop.merchant_id, shop.shop_id, member_id, VOUCHERS)
    last = [one for one in found if one.state not in OPEN][:LAST]
    return [one for one in found if one.state in OPEN or one in last]


def _movement(row: dict[str, Any], zone: str, lang: str) -> dict[str, Any]:
    ours, theirs = row["to"] in OWN, row["from"] in OWN
    direction = "none" if ours and theirs else "in" if ours else "out"
    return {
        "at": row["at"],
        "day": explain.day(day_in(row["at"], zone), lang),
        "points": row["points"],
        "direction": direction,
        "pending": Pot.PENDING in (row["from"], row["to"]) and row["to"] != Pot.AVAILABLE,
        "text": row["text"][lang],
    }


def _referral(shop: Shop, member_id: MemberId, keys: Keys, lang: str) -> dict[str, Any]:
    code = keys.referral_code(shop.merchant_id, member_id)
    link = f"{shop.url}/?{shop.referral_parameter}={code}"
    return {
        "link": link,
        "code": code,
        "share_text": _SENTENCES[lang]["share"].format(shop=shop.name or shop.slug),
        "qr": qr(link),
    }


def qr(text: str) -> dict[str, Any]:
    """A QR code as SVG path data in a square of `size` units; the widget adds the quiet zone."""
    matrix = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=0)]
    parts = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            width = 1
            while x + width < len(row) and row[x + width] == row[x]:
                width += 1
            if row[x]:
                parts.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return {"size": len(matrix), "path": "".join(parts)}


def _dated(value: tuple[int, date] | None, lang: str) -> dict[str, Any] | None:
    if value is None:
        return None
    points, on = value
    return {"points": points, "on": on, "day": explain.day(on, lang)}
