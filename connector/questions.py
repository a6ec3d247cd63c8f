"""What shop customers ask: it waits for the merchant's answer, and with it stands among the public questions.

A question is an entry of the FAQ without an answer. Its name tells who asked only to whoever knows the
customer's id, which is enough to find it again when he is exported or forgotten. With its answer it gets
another name, and nobody can tell any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from connector import db, tasks
from connector.errors import Refused
from connector.shops import Shop
from connector.tables import faq
from connector.values import MerchantId, ShopId

MOST_OPEN = 5
"""Open questions of one customer: the merchant's task list is not his."""
TASK = "question"


@dataclass(frozen=True, slots=True)
class Question:
    entry: str
    lang: str
    text: str


def ask(tx: Connection, shop: Shop, external_id: str, lang: str, text: str, now: datetime) -> bool:
    """Put a question to the merchant; the same one again is once. False: too many of his are open."""
    who = _of(shop.shop_id, external_id)
    entry = f"{who}{sha256(' '.join(text.split()).lower().encode()).hexdigest()[:12]}"
    mine = {row.entry for row in tx.execute(_open_of([who]), {"m": shop.merchant_id})}
    if entry not in mine and len(mine) >= MOST_OPEN:
        return False
    row = {"merchant_id": shop.merchant_id, "entry": entry, "lang": lang, "position": 0,
           "question": text, "answer": ""}  # fmt: skip
    tx.execute(db.insert_or(tx, faq).values(row).on_conflict_do_nothing())
    tasks.open_task(tx, shop.merchant_id, TASK, entry, {"shop": shop.name or shop.slug}, now)
    return True


def waiting(tx: Connection, merchant_id: MerchantId) -> list[Question]:
    """Questions without an answer."""
    rows = tx.execute(_WAITING, {"m": merchant_id})
    return [Question(row.entry, row.lang, row.question) for row in rows]


def answer(
    tx: Connection, merchant_id: MerchantId, entry: str, question: str, text: str, now: datetime
) -> None:
    """Publish a question, as the merchant words it, with his answer."""
    if not question.strip() or not text.strip():
        raise Refused("A question is published with its answer; write both.")
    last = tx.execute(_LAST, {"m": merchant_id}).scalar() or 0
    changed = tx.execute(
        update(faq)
        .where(*_one(merchant_id, entry))
        .values(
            entry=f"answer-{uuid4().hex[:12]}",
            question=question.strip(),
            answer=text.strip(),
            position=last + 1,
        )
    )
    _settled(tx, merchant_id, entry, changed.rowcount, now)


def drop(tx: Connection, merchant_id: MerchantId, entry: str, now: datetime) -> None:
    """Delete a question that is not to be answered in public."""
    gone = tx.execute(delete(faq).where(*_one(merchant_id, entry)))
    _settled(tx, merchant_id, entry, gone.rowcount, now)


def asked_by(
    tx: Connection, merchant_id: MerchantId, known: Iterable[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Open questions of these customers, (shop, external id) each."""
    names = [_of(shop_id, external_id) for shop_id, external_id in known]
    if not names:
        return []
    rows = tx.execute(_open_of(names), {"m": merchant_id})
    return [{"lang": row.lang, "question": row.question} for row in rows]


def forget(
    tx: Connection, merchant_id: MerchantId, shop_id: ShopId, external_id: str, now: datetime
) -> None:
    """Delete what a customer asked and nobody has answered; an answer is the merchant's own words."""
    for row in tx.execute(_open_of([_of(shop_id, external_id)]), {"m": merchant_id}).all():
        drop(tx, merchant_id, row.entry, now)


def _of(shop_id: str, external_id: str) -> str:
    return f"asked-{sha256(f'{shop_id}/{external_id}'.encode()).hexdigest()[:12]}-"


def _open_of(names: Iterable[str]) -> Any:
    theirs = or_(*(faq.c.entry.startswith(name, autoescape=True) for name in names))
    return select(faq).where(faq.c.merchant_id == bindparam("m"), faq.c.answer == "", theirs)


def _one(merchant_id: MerchantId, entry: str) -> tuple[Any, ...]:
    return faq.c.merchant_id == merchant_id, faq.c.entry == entry, faq.c.answer == ""


def _settled(
    tx: Connection, merchant_id: MerchantId, entry: str, found: int, now: datetime
) -> None:
    if not found:
        raise Refused("This question was answered or deleted already.")
    tasks.settle_all(tx, merchant_id, [(TASK, entry)], now)


_WAITING = (
    select(faq)
    .where(faq.c.merchant_id == bindparam("m"), faq.c.answer == "")
    .order_by(faq.c.entry, faq.c.lang)
)
_LAST = select(func.max(faq.c.position)).where(faq.c.merchant_id == bindparam("m"))
