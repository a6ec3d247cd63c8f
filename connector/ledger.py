"""Points move between pots, once per key, and never come from nowhere: `post` is the only writer.

A transfer is both sides at once, so it cannot be unbalanced; a state (pending, available, held) is a
pot, so a hold is a movement; a balance is a cached sum that `verify` proves. Nothing here opens a
transaction: everything takes `tx`, and a refusal leaves nothing behind because it is raised before
the first write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from connector import chain, lots, statements
from connector.db import chain_key
from connector.errors import InsufficientPoints, KeyReused, LedgerBroken, Moved, Refused
from connector.values import MemberId, MerchantId

BASIS_VERSION = 1


class Pot(StrEnum):
    """Where points are. The first three are the member's, the others the merchant's."""

    PENDING = "pending"
    AVAILABLE = "available"
    HELD = "held"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    MERGED = "merged"
    """On the way from one member to another; empty again when the transaction ends."""


OWN = (Pot.PENDING, Pot.AVAILABLE, Pot.HELD)


class Reason(StrEnum):
    """Why points moved."""

    EARN = "earn"
    CONFIRM = "confirm"
    UNEARN = "unearn"
    CREDIT = "credit"
    CLAW_BACK = "claw back"
    HOLD = "hold"
    RELEASE = "release"
    REDEEM = "redeem"
    GIVE_BACK = "give back"
    EXPIRE = "expire"
    MERGE_OUT = "merge out"
    MERGE_IN = "merge in"
    PENDING_OUT = "pending out"
    PENDING_IN = "pending in"
    LEAVE = "leave"
    COME_BACK = "come back"


FLOW: dict[Reason, tuple[Pot, Pot]] = {
    Reason.EARN: (Pot.ISSUED, Pot.PENDING),
    Reason.CONFIRM: (Pot.PENDING, Pot.AVAILABLE),
    Reason.UNEARN: (Pot.PENDING, Pot.ISSUED),
    Reason.CREDIT: (Pot.ISSUED, Pot.AVAILABLE),
    Reason.CLAW_BACK: (Pot.AVAILABLE, Pot.ISSUED),
    Reason.HOLD: (Pot.AVAILABLE, Pot.HELD),
    Reason.RELEASE: (Pot.HELD, Pot.AVAILABLE),
    Reason.REDEEM: (Pot.HELD, Pot.REDEEMED),
    Reason.GIVE_BACK: (Pot.REDEEMED, Pot.AVAILABLE),
    Reason.EXPIRE: (Pot.AVAILABLE, Pot.EXPIRED),
    Reason.MERGE_OUT: (Pot.AVAILABLE, Pot.MERGED),
    Reason.MERGE_IN: (Pot.MERGED, Pot.AVAILABLE),
    Reason.PENDING_OUT: (Pot.PENDING, Pot.MERGED),
    Reason.PENDING_IN: (Pot.MERGED, Pot.PENDING),
    Reason.LEAVE: (Pot.AVAILABLE, Pot.EXPIRED),
    Reason.COME_BACK: (Pot.EXPIRED, Pot.AVAILABLE),
}
"""From which pot to which. A new kind of movement is a line here."""

UNDOES = {
    Reason.RELEASE: Reason.HOLD,
    Reason.REDEEM: Reason.HOLD,
    Reason.GIVE_BACK: Reason.REDEEM,
    Reason.COME_BACK: Reason.LEAVE,
}
"""What must name the transfer it ends or takes back, and of which reason that one is."""

NAMES_ITS_LOT = frozenset({Reason.CLAW_BACK, Reason.EXPIRE, Reason.MERGE_OUT})
"""What leaves the lot it names first; all else takes what expires soonest."""

RAISES_AVAILABLE = frozenset(reason for reason, flow in FLOW.items() if flow[1] is Pot.AVAILABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A movement that is wanted. `key` makes it happen once; make it where the intention is made."""

    member_id: MemberId
    reason: Reason
    points: int
    subject: str
    key: str
    occurred_at: datetime
    rule: str = ""
    expires_on: date | None = None
    """The lot that points enter (required for credit and confirm) or, see NAMES_ITS_LOT, leave first."""
    undoes: int | None = None
    up_to: bool = False
    """Take what is there, at most `points`; nothing there is no movement and no refusal."""
    basis: Mapping[str, Any] = field(default_factory=dict)
    programme: int | None = None
    by: str = ""

    def fingerprint(self) -> str:
        """What the key means: the same for every retry of the same intention."""
        wanted = [self.member_id, self.reason, self.points, self.up_to, self.subject, self.rule,
                  self.undoes]  # fmt: skip
        return sha256(chain.canonical(wanted)).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a posting: how many points moved as which transfer; `n` 0: none had to."""

    points: int
    n: int
    again: bool = False
    """True where this key was already written before."""


@dataclass(slots=True)
class _Book:
    """One member while postings are applied to him in memory."""

    was_n: int
    n: int
    head: str
    pots: dict[Pot, int]
    merged_into: str | None
    lots: dict[date, int]
    touched: set[date] = field(default_factory=set)
    written: dict[int | None, dict[str, Any]] = field(default_factory=dict)


_Known = dict[str, tuple[str, Posted]]
"""Fingerprint and outcome of each key that was written before."""


def post(
    tx: Connection, merchant_id: MerchantId, postings: Sequence[Posting], now: datetime
) -> list[Posted]:
    """Write the postings in order, all or none, and say what became of each.

    Points are whole and positive. Raises InsufficientPoints (a pot or an undone transfer has not
    enough), KeyReused (a key was written with another meaning), Refused (no such member), Moved (he
    was merged into another: the unit runs again and finds that one). A key that was written before with the same meaning moves nothing and reports what it moved then.
    """
    if not postings:
        return []
    books = _lock(tx, merchant_id, sorted({posting.member_id for posting in postings}))
    known = _known(tx, merchant_id, postings)
    _load_undone(tx, merchant_id, books, postings)
    rows = _Rows(chain_key(tx), merchant_id, _recorded_at(tx, merchant_id, now))
    posted = [_apply(books[posting.member_id], posting, known, rows) for posting in postings]
    _write(tx, merchant_id, books, rows.new)
    return posted


def _lock(tx: Connection, merchant_id: str, members: Sequence[str]) -> dict[str, _Book]:
    """The members' rows, locked in id order so that two posts never wait for each other in a ring."""
    asked = {"merchant_id": merchant_id, "members": members}
    books = {
        row.member_id: _Book(
            row.n,
            row.n,
            row.head,
            dict(zip(OWN, (row.pending, row.available, row.held), strict=True)),
            row.merged_into,
            {},
        )
        for row in statements.LOCK_MEMBERS.rows(tx, asked)
    }
    if len(books) != len(members):
        raise Refused(f"There is no member {min(set(members) - set(books))}.")
    for row in statements.OPEN_LOTS.rows(tx, asked):
        books[row.member_id].lots[row.expires_on] = row.remaining
    return books


def _known(tx: Connection, merchant_id: str, postings: Sequence[Posting]) -> _Known:
    asked = {"merchant_id": merchant_id, "keys": [posting.key for posting in postings]}
    return {
        row.key: (row.fingerprint, Posted(row.points, row.n, again=True))
        for row in statements.KEYS.rows(tx, asked)
    }


def _recorded_at(tx: Connection, merchant_id: str, now: datetime) -> datetime:
    """After the last seal, also when the clock was set back: a seal covers all up to its moment."""
    sealed: list[datetime] = [
        row.at for row in statements.LAST_SEAL.rows(tx, {"merchant_id": merchant_id})
    ]
    return max([now, *(at + timedelta(microseconds=1) for at in sealed)])


def _load_undone(
    tx: Connection, merchant_id: str, books: Mapping[str, _Book], postings: Sequence[Posting]
) -> None:
    """Transfers that are ended or taken back, and what already ended or took back parts of them."""
    undone = sorted({posting.undoes for posting in postings if posting.undoes is not None})
    if not undone:
        return
    asked = {"merchant_id": merchant_id, "members": list(books), "undone": undone}
    for row in statements.UNDONE.rows(tx, asked):
        books[row.member_id].written[row.n] = {**row._asdict(), "lots": _days(row.lots)}


@dataclass(slots=True)
class _Rows:
    """The transfers that one post is about to write."""

    key: bytes
    merchant_id: str
    recorded_at: datetime
    new: list[dict[str, Any]] = field(default_factory=list)


def _apply(book: _Book, posting: Posting, known: _Known, rows: _Rows) -> Posted:
    fingerprint = posting.fingerprint()
    if posting.key in known:
        meant, posted = known[posting.key]
        if meant != fingerprint:
            raise KeyReused(f"The key {posting.key} was written before, for something else.")
        return posted
    if book.merged_into:
        raise Moved("This customer was merged into another while we looked; look again.")
    points = _allowed(book, posting)
    if points == 0:
        return Posted(0, 0)
    from_pot, to_pot = FLOW[posting.reason]
    moved = _move_lots(book, posting, points, rows.recorded_at)
    for pot, sign in ((from_pot, -1), (to_pot, 1)):
        if pot in OWN:
            book.pots[pot] += sign * points
    book.n += 1
    transfer = {
        "merchant_id": rows.merchant_id, "member_id": posting.member_id, "n": book.n,
        "key": posting.key, "fingerprint": fingerprint, "reason": posting.reason.value,
        "subject": posting.subject, "rule": posting.rule, "from_pot": from_pot.value,
        "to_pot": to_pot.value, "points": points, "lots": [[d.isoformat(), p] for d, p in moved],
        "undoes": posting.undoes, "basis": dict(posting.basis), "basis_version": BASIS_VERSION,
        "programme": posting.programme, "by": posting.by, "occurred_at": posting.occurred_at,
        "recorded_at": rows.recorded_at,
    }  # fmt: skip
    book.head = transfer["hash"] = chain.link(rows.key, book.head, transfer)
    book.written[book.n] = {**transfer, "lots": moved}
    rows.new.append(transfer)
    posted = Posted(points, book.n)
    known[posting.key] = (fingerprint, Posted(points, book.n, again=True))
    return posted


def _allowed(book: _Book, posting: Posting) -> int:
    """How many points may move; raises InsufficientPoints where that is less than wanted."""
    if posting.points <= 0 and not posting.up_to:
        raise ValueError(f"{posting.points} is no number of points")
    pot = FLOW[posting.reason][0]
    if posting.reason in UNDOES:
        there = _left_of(book, posting)  # all that is held is what is left of holds
    else:
        there = book.pots[pot] if pot in OWN else posting.points
    if posting.up_to:
        return max(min(posting.points, there), 0)
    if there < posting.points:
        raise InsufficientPoints(f"{posting.points} points are asked for, {there} are {pot.value}.")
    return posting.points


def _left_of(book: _Book, posting: Posting) -> int:
    """What of the undone transfer nothing has ended or taken back yet."""
    undone = book.written.get(posting.undoes)
    if undone is None or undone["reason"] != UNDOES[posting.reason].value:
        raise InsufficientPoints(f"There is no {UNDOES[posting.reason].value} {posting.undoes}.")
    return int(undone["points"]) - _undone_before(book, posting.undoes)


def _undone_before(book: _Book, n: int | None) -> int:
    return sum(row["points"] for row in book.written.values() if row["undoes"] == n)


def _move_lots(book: _Book, posting: Posting, points: int, at: datetime) -> lots.Taken:
    """Which expiry dates the points leave or enter; [] where no lot is concerned."""
    from_pot, to_pot = FLOW[posting.reason]
    if posting.reason in UNDOES:
        undone, before = book.written[posting.undoes], _undone_before(book, posting.undoes)
        today = at.date() if to_pot is Pot.AVAILABLE else date.min
        moved = lots.restore(undone["lots"], before, points, today)
    elif from_pot is Pot.AVAILABLE:
        first = posting.expires_on if posting.reason in NAMES_ITS_LOT else None
        moved = lots.take(book.lots, points, first)
    elif to_pot is Pot.AVAILABLE:
        if posting.expires_on is None:
            raise ValueError(f"a {posting.reason.value} names the day on which its points expire")
        moved = [(posting.expires_on, points)]
    else:
        return []
    sign = {from_pot: -1, to_pot: 1}.get(Pot.AVAILABLE, 0)
    for day, part in moved if sign else []:
        book.lots[day] = book.lots.get(day, 0) + sign * part
        book.touched.add(day)
    return moved


def _days(recorded: Sequence[Sequence[Any]]) -> lots.Taken:
    return [(date.fromisoformat(day), points) for day, points in recorded]


def _write(
    tx: Connection, merchant_id: str, books: Mapping[str, _Book], new: list[dict[str, Any]]
) -> None:
    if not new:
        return
    changed = {member_id: book for member_id, book in books.items() if book.n != book.was_n}
    lot_rows = [
        {"merchant_id": merchant_id, "member_id": member_id, "expires_on": day, "due_on": day,
         "remaining": book.lots[day]}
        for member_id, book in changed.items() for day in sorted(book.touched)
    ]  # fmt: skip
    rows = [
        {"merchant_id": merchant_id, "member_id": member_id, "was_n": book.was_n, "n": book.n,
         "head": book.head, **{pot.value: points for pot, points in book.pots.items()}}
        for member_id, book in sorted(changed.items())
    ]  # fmt: skip
    statements.INSERT_TRANSFER.run(tx, *new)
    statements.WRITE_LOT.run(tx, *lot_rows)
    if statements.WRITE_MEMBER.run(tx, *rows) != len(rows):
        raise LedgerBroken("A member changed while a post held him locked.")
