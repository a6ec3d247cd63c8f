"""What needs a person: opened once per matter, closed by a name. A silent failure is not allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Update, bindparam, insert, select, update

from connector.errors import Refused
from connector.tables import task
from connector.values import MerchantId

_OPEN = select(task).where(task.c.done_at.is_(None)).order_by(task.c.opened_at, task.c.id)
_THERE = select(task.c.id).where(
    task.c.merchant_id == bindparam("m"),
    task.c.kind == bindparam("k"),
    task.c.subject == bindparam("s"),
    task.c.done_at.is_(None),
)

SENTENCES = {
    "currency": "Order {number} is in {currency}, the programme in {programme_currency}, and the shop "
    "gave no rate. It earned nothing.",
    "refund_unknown": "Order {number} was refunded in part, and the shop does not say how much. "
    "Its points stand as they were.",
    "order_gone": "Order {number} no longer exists in the shop, but {points} points of it had already "
    "been released. They were left with the customer.",
    "unreadable": "{what} could not be read: {error}",
    "access_lost": "The shop {slug} refuses us: {error}",
    "clock": "{error}",
    "habit": "Your customers learn to wait: on {days} % of the last 90 days there was an offer, and "
    "{orders} % of the orders had one or a voucher code. More than 25 % makes the full price an exception.",
    "voucher_twice": "Voucher {code} was used in {orders}, and only one of them may have it. "
    "Look at both; the customer was charged {points} points once.",
    "voucher_after_all": "Voucher {code} was used in order {order} after its {points} points had "
    "been given back.",
    "reward_by_hand": "Reward {reward} was redeemed for {points} points (receipt {code}). Hand it over, "
    "then: `stammkunde voucher done {code}`.",
    "stuck": "{what} fails and is tried again later: {error}",
    "moved": "The shop {slug} says it is now at {there} and cannot prove it; we go on asking {here}. If "
    "that is right: `stammkunde shop confirm {slug}`. If not: `stammkunde shop decline {slug}`.",
    "copied": "A copy of the shop {slug} rings from {there}. It counts for nothing; the shop is at {here}. If "
    "the copy is for tests, switch the app off there.",
    "app_off": "The app was switched off in the shop {slug}. No points come in until it is on again.",
    "app_gone": "The app was removed from the shop {slug}. Nothing was deleted: points and customers stay as "
    "they are, and go on when the app is back. If it is over for good, announce the end: "
    "`stammkunde programme wind-down {slug} --last-day DAY`.",
    "app_forgets": "The app was removed from the shop {slug} with all its data. On {on} the names and addresses of its "
    "customers are erased here; points and orders stay, without names. If that was a mistake, install the app "
    "again before.",
    "question": "A customer of {shop} asks something. Answer it under Questions, or delete it there.",
}
"""What a person reads; the facts fill the braces."""

GERMAN = {
    "currency": "Bestellung {number} lautet auf {currency}, das Programm auf {programme_currency}, und der "
    "Shop nannte keinen Kurs. Sie hat keine Punkte gebracht.",
    "refund_unknown": "Bestellung {number} wurde teilweise erstattet, und der Shop sagt nicht, wie viel. "
    "Ihre Punkte stehen wie zuvor.",
    "order_gone": "Bestellung {number} gibt es im Shop nicht mehr, aber {points} Punkte daraus waren schon "
    "freigegeben. Sie wurden dem Kunden gelassen.",
    "unreadable": "{what} konnte nicht gelesen werden: {error}",
    "access_lost": "Der Shop {slug} lässt uns nicht mehr herein: {error}",
    "clock": "{error}",
    "habit": "Deine Kunden lernen zu warten: An {days} % der letzten 90 Tage gab es ein Angebot, und "
    "{orders} % der Bestellungen hatten eines oder einen Gutscheincode. Mehr als 25 % machen den vollen "
    "Preis zur Ausnahme.",
    "voucher_twice": "Gutschein {code} wurde in {orders} benutzt, und nur eine davon darf ihn haben. "
    "Sieh dir beide an; vom Kunden kamen einmal {points} Punkte.",
    "voucher_after_all": "Gutschein {code} wurde in Bestellung {order} benutzt, nachdem seine {points} Punkte "
    "schon zurückgegeben waren.",
    "reward_by_hand": "Prämie {reward} wurde für {points} Punkte eingelöst (Beleg {code}). Übergib sie, "
    "dann: `stammkunde voucher done {code}`.",
    "stuck": "{what} gelingt nicht und wird später wieder versucht: {error}",
    "moved": "Der Shop {slug} meldet sich unter einer anderen Adresse: {there}. Beweisen kann er es nicht; wir "
    "fragen weiter {here}. Stimmt das, bestätige es (`stammkunde shop confirm {slug}`), sonst lehne es ab "
    "(`stammkunde shop decline {slug}`).",
    "copied": "Eine Kopie des Shops {slug} meldet sich von {there}. Sie zählt nicht; der Shop ist {here}. Ist "
    "die Kopie zum Testen da, schalte die App dort aus.",
    "app_off": "Die App ist im Shop {slug} ausgeschaltet. Bis sie wieder an ist, kommen keine Punkte dazu.",
    "app_gone": "Die App wurde aus dem Shop {slug} entfernt. Gelöscht wurde nichts: Punkte und Kunden bleiben, "
    "wie sie sind, und es geht weiter, sobald die App wieder da ist. Ist es endgültig vorbei, kündige das Ende "
    "an: `stammkunde programme wind-down {slug} --last-day TAG`.",
    "app_forgets": "Die App wurde mit allen ihren Daten aus dem Shop {slug} entfernt. Am {on} werden hier Namen und "
    "Adressen seiner Kunden gelöscht; Punkte und Bestellungen bleiben, ohne Namen. War das ein Versehen, "
    "installiere die App vorher wieder.",
    "question": "Ein Kunde von {shop} fragt etwas. Beantworte es unter Fragen, oder lösche es dort.",
}
"""The same in German. What a shop or a program said is quoted as it was said."""

_TEXTS = {"en": SENTENCES, "de": GERMAN}


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    merchant_id: MerchantId
    kind: str
    subject: str
    facts: dict[str, Any]
    opened_at: datetime

    def sentence(self, lang: str = "en") -> str:
        return _TEXTS[lang][self.kind].format_map(self.facts)


def open_task(
    tx: Connection,
    merchant_id: MerchantId,
    kind: str,
    subject: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Open a task unless it is already open. The facts hold no personal data."""
    for texts in _TEXTS.values():
        texts[kind].format_map(facts)  # a task nobody can read is a bug, found where it is made
    if tx.execute(_THERE, {"m": merchant_id, "k": kind, "s": subject}).first():
        return
    tx.execute(
        insert(task).values(
            merchant_id=merchant_id, id=str(uuid4()), kind=kind, subject=subject,
            facts=dict(facts), opened_at=now,
        )
    )  # fmt: skip


def open_once(
    tx: Connection,
    merchant_id: MerchantId,
    kind: str,
    subject: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """The same, unless it was ever open: whoever closed it has read it."""
    ever = select(task.c.id).where(
        task.c.merchant_id == merchant_id, task.c.kind == kind, task.c.subject == subject
    )
    if tx.execute(ever).first() is None:
        open_task(tx, merchant_id, kind, subject, facts, now)


def open_tasks(tx: Connection, merchant_id: MerchantId | None = None) -> list[Task]:
    """Open tasks, oldest first; of every merchant when none is named (the CLI's own question)."""
    asked = _OPEN if merchant_id is None else _OPEN.where(task.c.merchant_id == merchant_id)
    return [
        Task(row.id, MerchantId(row.merchant_id), row.kind, row.subject, row.facts, row.opened_at)
        for row in tx.execute(asked)
    ]


def close(tx: Connection, task_id: str, by: str, now: datetime) -> None:
    """Mark a task as done. Raises Refused where there is no such open task."""
    _close(tx, update(task).where(task.c.id == task_id), task_id, by, now)


def close_at(tx: Connection, merchant_id: MerchantId, task_id: str, by: str, now: datetime) -> None:
    """The same for a task of this merchant; another merchant's is none."""
    mine = update(task).where(task.c.merchant_id == merchant_id, task.c.id == task_id)
    _close(tx, mine, task_id, by, now)


def _close(tx: Connection, which: Update, task_id: str, by: str, now: datetime) -> None:
    changed = tx.execute(which.where(task.c.done_at.is_(None)).values(done_at=now, by=by))
    if changed.rowcount != 1:
        raise Refused(
            f"There is no open task {task_id}; `stammkunde task list` shows those there are."
        )


def settle_all(
    tx: Connection, merchant_id: MerchantId, matters: Sequence[tuple[str, str]], now: datetime
) -> None:
    """Close the tasks whose matter (kind, subject) has resolved itself."""
    if not matters:
        return
    subjects = sorted({subject for _, subject in matters})
    found = tx.execute(_ABOUT, {"m": merchant_id, "s": subjects}).all()
    done = [row.id for row in found if (row.kind, row.subject) in set(matters)]
    if done:
        tx.execute(
            update(task)
            .where(task.c.merchant_id == merchant_id, task.c.id.in_(done))
            .values(done_at=now, by="stammkunde")
        )


_ABOUT = select(task.c.id, task.c.kind, task.c.subject).where(
    task.c.merchant_id == bindparam("m"),
    task.c.subject.in_(bindparam("s", expanding=True)),
    task.c.done_at.is_(None),
)
