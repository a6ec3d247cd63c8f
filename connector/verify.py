"""The proof that the books are right: everything cached is computed again from what was recorded.

`run` reads members whose chain grew since their checkpoint, whole; `full` reads everybody and proves
the seals too. Each finding names what is wrong and where. Nothing is repaired here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from connector import chain, guards
from connector.awards import Award
from connector.db import chain_key
from connector.earning import RULE, deserved, unknown_refund
from connector.errors import InsufficientPoints
from connector.ledger import FLOW, OWN, Pot, Reason
from connector.lots import take
from connector.orders_rows import Row
from connector.tables import (
    award,
    identity,
    lot,
    member,
    merchant,
    note,
    order,
    seal,
    shop,
    transfer,
)
from connector.values import MerchantId

MEMBERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction. `where` is a member, a subject, a seal or a table."""

    what: str
    where: str
    detail: str


@dataclass(slots=True)
class Report:
    findings: list[Finding] = field(default_factory=list)
    members: int = 0
    transfers: int = 0
    proven: list[dict[str, Any]] = field(default_factory=list)
    """How far each chain that was read is proven, for `checkpoint`."""

    @property
    def ok(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Replay:
    """What one member's transfers add up to."""

    pots: dict[str, int] = field(default_factory=lambda: {pot.value: 0 for pot in OWN})
    lots: dict[date, int] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    pending: dict[tuple[str, str], int] = field(default_factory=dict)
    undone: dict[int, int] = field(default_factory=dict)
    points: dict[int, int] = field(default_factory=dict)
    heads: list[tuple[datetime, int, str]] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    n: int = 0
    head: str = ""


def run(tx: Connection, *, full: bool = False, merchants: Iterable[str] | None = None) -> Report:
    """Prove the books of all merchants, or of those named."""
    report = Report()
    for name in sorted(guards.missing(tx)):
        report.findings.append(Finding("guard", name, "is missing: rows could be changed unseen"))
    wanted = (
        merchants if merchants is not None else tx.execute(select(merchant.c.merchant_id)).scalars()
    )
    for merchant_id in list(wanted):
        _merchant(tx, MerchantId(merchant_id), report, full=full)
    return report


def _merchant(tx: Connection, merchant_id: MerchantId, report: Report, *, full: bool) -> None:
    key = chain_key(tx)
    heads = _Heads(key)
    for rows in _members(tx, merchant_id, full=full):
        replays = _replay(tx, merchant_id, key, [row.member_id for row in rows], report)
        for row in rows:
            replay = replays[row.member_id]
            _check_member(row, replay, report)
            heads.add(row.member_id, replay)
            report.proven.append(
                {"m": merchant_id, "id": row.member_id, "at": replay.n, "is": replay.head}
            )
        _check_lots(tx, merchant_id, replays, report)
        _check_awards(tx, merchant_id, replays, report)
        _check_notes(tx, merchant_id, key, replays, report)
        report.members += len(rows)
    if full:
        _check_orphans(tx, merchant_id, report)
        _check_seals(tx, merchant_id, heads, report)


def _members(tx: Connection, merchant_id: str, *, full: bool) -> Iterator[list[Any]]:
    """Members in id order, by hundreds, so that memory does not grow with their number."""
    after = ""
    asked = select(member).where(member.c.merchant_id == merchant_id)
    if not full:
        asked = asked.where(
            (member.c.n != member.c.verified_n) | (member.c.head != member.c.verified_head)
        )
    while True:
        rows = list(
            tx.execute(
                asked.where(member.c.member_id > after)
                .order_by(member.c.member_id)
                .limit(MEMBERS_AT_ONCE)
            )
        )
        if not rows:
            return
        yield rows
        after = rows[-1].member_id


_TRANSFERS = (
    select(transfer)
    .where(transfer.c.merchant_id == bindparam("m"),
           transfer.c.member_id.in_(bindparam("ids", expanding=True)))
    .order_by(transfer.c.member_id, transfer.c.n)
)  # fmt: skip


def _replay(
    tx: Connection, merchant_id: str, key: bytes, members: list[str], report: Report
) -> dict[str, _Replay]:
    replays = {member_id: _Replay() for member_id in members}
    for row in tx.execute(_TRANSFERS, {"m": merchant_id, "ids": members}).mappings():
        report.transfers += 1
        _step(replays[row["member_id"]], row, key, report)
    return replays


def _step(replay: _Replay, row: Any, key: bytes, report: Report) -> None:
    """One transfer: does it follow, does it keep the rules, what does it add."""
    where = f"{row['member_id']}/{row['n']}"
    if row["n"] != replay.n + 1:
        report.findings.append(Finding("gap", where, f"follows transfer {replay.n}"))
    try:
        expected = chain.link(key, replay.head, row)
    except (TypeError, ValueError):
        expected = "unreadable"
    if expected != row["hash"]:
        report.findings.append(Finding("chain", where, "was changed after it was written"))
    replay.n, replay.head = row["n"], row["hash"]
    replay.heads.append((row["recorded_at"], row["n"], row["hash"]))
    if isinstance(row["basis"], dict) and "note" in row["basis"]:
        replay.notes[row["n"]] = row["basis"]["note"]
    try:
        _add(replay, row)
    except (KeyError, ValueError, TypeError, InsufficientPoints) as impossible:
        report.findings.append(Finding("replay", where, f"could not have happened: {impossible}"))


def _add(replay: _Replay, row: Any) -> None:
    reason, points = Reason(row["reason"]), row["points"]
    if FLOW[reason] != (row["from_pot"], row["to_pot"]):
        raise ValueError(f"{reason} moves from {FLOW[reason][0]} to {FLOW[reason][1]}")
    for pot, sign in ((row["from_pot"], -1), (row["to_pot"], 1)):
        if pot in replay.pots:
            replay.pots[pot] += sign * points
    replay.points[row["n"]] = points
    if row["undoes"] is not None:
        replay.undone[row["undoes"]] = replay.undone.get(row["undoes"], 0) + points
        if replay.undone[row["undoes"]] > replay.points[row["undoes"]]:
            raise ValueError(f"takes back more than transfer {row['undoes']} moved")
    _add_lots(replay, reason, row)
    about = (row["subject"], row["rule"])
    given = {Reason.EARN: 1, Reason.CREDIT: 1, Reason.UNEARN: -1, Reason.CLAW_BACK: -1}.get(
        reason, 0
    )
    pending = {Reason.EARN: 1, Reason.CONFIRM: -1, Reason.UNEARN: -1}.get(reason, 0)
    if given or pending:
        replay.given[about] = replay.given.get(about, 0) + given * points
        replay.pending[about] = replay.pending.get(about, 0) + pending * points


def _add_lots(replay: _Replay, reason: Reason, row: Any) -> None:
    recorded = [(date.fromisoformat(day), part) for day, part in row["lots"]]
    from_pot, to_pot = FLOW[reason]
    sign = {from_pot: -1, to_pot: 1}.get(Pot.AVAILABLE, 0)
    if sign and sum(part for _, part in recorded) != row["points"]:
        raise ValueError("its lots do not add up to its points")
    if reason is Reason.HOLD and recorded != take(replay.lots, row["points"]):
        raise ValueError("it did not take the points that expire soonest")
    for day, part in recorded if sign else []:
        replay.lots[day] = replay.lots.get(day, 0) + sign * part
        if replay.lots[day] < 0:
            raise ValueError(f"the lot of {day} would be {replay.lots[day]}")


def _check_member(row: Any, replay: _Replay, report: Report) -> None:
    where = row.member_id
    if (row.n, row.head) != (replay.n, replay.head):
        detail = f"says {row.n} transfers, {replay.n} are there and end as recorded"
        report.findings.append(Finding("head", where, detail))
    if row.verified_n > replay.n:
        report.findings.append(
            Finding("tail", where, f"{row.verified_n} transfers were verified before")
        )
    for pot in OWN:
        kept = getattr(row, pot.value)
        if kept != replay.pots[pot.value]:
            detail = f"{pot.value} is {kept}, its transfers give {replay.pots[pot.value]}"
            report.findings.append(Finding("pot", where, detail))


_LOTS = select(lot.c.member_id, lot.c.expires_on, lot.c.remaining).where(
    lot.c.merchant_id == bindparam("m"), lot.c.member_id.in_(bindparam("ids", expanding=True))
)


def _check_lots(
    tx: Connection, merchant_id: str, replays: dict[str, _Replay], report: Report
) -> None:
    kept: dict[tuple[str, date], int] = {
        (row.member_id, row.expires_on): row.remaining
        for row in tx.execute(_LOTS, {"m": merchant_id, "ids": list(replays)})
    }
    wanted = {(id_, day): left for id_, r in replays.items() for day, left in r.lots.items()}
    for id_, day in sorted(kept.keys() | wanted.keys()):
        if (there := kept.get((id_, day))) != (right := wanted.get((id_, day))):
            detail = f"holds {there}, its transfers give {right}"
            report.findings.append(Finding("lot", f"{id_}/{day}", detail))


_AWARDS = select(award).where(
    award.c.merchant_id == bindparam("m"), award.c.member_id.in_(bindparam("ids", expanding=True))
)
_ORDERS = (
    select(order, shop.c.slug)
    .join(shop, (shop.c.merchant_id == order.c.merchant_id) & (shop.c.shop_id == order.c.shop_id))
    .where(order.c.merchant_id == bindparam("m"), order.c.member_id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def _check_awards(
    tx: Connection, merchant_id: str, replays: dict[str, _Replay], report: Report
) -> None:
    asked = {"m": merchant_id, "ids": list(replays)}
    given = {(id_, *about): n for id_, r in replays.items() for about, n in r.given.items()}
    pending = {(id_, *about): n for id_, r in replays.items() for about, n in r.pending.items()}
    orders = {f"order/{row.slug}/{row.external_id}": row for row in tx.execute(_ORDERS, asked)}
    for row in tx.execute(_AWARDS, asked):
        about = (row.member_id, row.subject, row.rule)
        right = (given.pop(about, 0), pending.pop(about, 0))
        if (row.given, row.pending) != right:
            detail = f"says {row.given} given, {row.pending} pending; its transfers give {right[0]}, {right[1]}"
            report.findings.append(Finding("award", row.subject, detail))
        if row.rule == RULE and (problem := _undeserved(row, orders.get(row.subject))):
            report.findings.append(Finding("deserved", row.subject, problem))
    for id_, about, _rule in sorted(given.keys() | pending.keys()):
        if given.get((id_, about, _rule)) or pending.get((id_, about, _rule)):
            report.findings.append(Finding("award", about, f"of member {id_} is missing"))


def _undeserved(row: Any, order_row: Any) -> str:
    """Why an award's target is not what its order deserves; "" where it is."""
    if order_row is None:
        return "its order is missing"
    seen = Row(**{name: getattr(order_row, name) for name in Row.__dataclass_fields__}).order
    if seen is not None and unknown_refund(seen):
        return ""
    points = 0 if seen is None else deserved(seen, row.terms).points
    return "" if points == row.deserved else f"says {row.deserved}, its order deserves {points}"


_NOTES = select(note).where(
    note.c.merchant_id == bindparam("m"), note.c.member_id.in_(bindparam("ids", expanding=True))
)


def _check_notes(
    tx: Connection, merchant_id: str, key: bytes, replays: dict[str, _Replay], report: Report
) -> None:
    for row in tx.execute(_NOTES, {"m": merchant_id, "ids": list(replays)}):
        digest = replays[row.member_id].notes.get(row.n)
        if row.text and digest != chain.note_digest(key, row.text):
            detail = "is not what was written"
            report.findings.append(Finding("note", f"{row.member_id}/{row.n}", detail))


def _check_orphans(tx: Connection, merchant_id: str, report: Report) -> None:
    """Rows of members that are gone: foreign keys forbid them, hands in the file do not."""
    for table in (transfer, lot, award):
        missing = (
            select(table.c.member_id)
            .distinct()
            .outerjoin(member, (member.c.merchant_id == table.c.merchant_id)
                       & (member.c.member_id == table.c.member_id))
            .where(table.c.merchant_id == merchant_id, member.c.member_id.is_(None))
        )  # fmt: skip
        for id_ in tx.execute(missing).scalars():
            report.findings.append(Finding("orphan", id_, f"is gone, and has rows in {table.name}"))


# ------------------------------------------------------------------ seals


class _Heads:
    """Every member's head as of any moment, as running totals between the moments of seals."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.changes: list[tuple[datetime, int, int, int]] = []
        """(moment, change of the total of heads, of members with transfers, of transfers)"""

    def add(self, member_id: str, replay: _Replay) -> None:
        before = 0
        for at, n, head in replay.heads:
            digest = chain.head_digest(self.key, member_id, n, head)
            self.changes.append((at, digest - before, 1 if n == 1 else 0, 1))
            before = digest


def _check_seals(tx: Connection, merchant_id: str, heads: _Heads, report: Report) -> None:
    heads.changes.sort(key=lambda change: change[0])
    total = members = transfers = position = n = 0
    previous = ""
    rows = tx.execute(select(seal).where(seal.c.merchant_id == merchant_id).order_by(seal.c.n))
    for row in rows:
        while position < len(heads.changes) and heads.changes[position][0] <= row.at:
            _, digest, new, count = heads.changes[position]
            total, members, transfers = total + digest, members + new, transfers + count
            position += 1
        n += 1
        expected = chain.seal_digest(
            heads.key, merchant_id, n, row.at, previous, (members, transfers), total
        )
        if (row.n, row.members, row.transfers, row.previous, row.digest) != (
            n, members, transfers, previous, expected,
        ):  # fmt: skip
            detail = f"covers {row.members} members and {row.transfers} transfers, there are {members} and {transfers}"
            report.findings.append(Finding("seal", f"{row.n}", detail))
        previous = row.digest


def take_seal(tx: Connection, merchant_id: MerchantId, now: datetime) -> int:
    """Bind all heads together as they are now; the number of the new seal.

    PostgreSQL: no post may be under way, or it could be recorded before the seal and miss it.
    """
    if tx.dialect.name != "sqlite":
        tx.exec_driver_sql("LOCK TABLE member IN SHARE ROW EXCLUSIVE MODE")
    key = chain_key(tx)
    last = tx.execute(
        select(seal).where(seal.c.merchant_id == merchant_id).order_by(seal.c.n.desc()).limit(1)
    ).first()
    newest = tx.execute(
        select(func.max(transfer.c.recorded_at)).where(transfer.c.merchant_id == merchant_id)
    ).scalar()
    at = max(moment for moment in (now, newest, last and last.at) if moment is not None)
    heads = tx.execute(
        select(member.c.member_id, member.c.n, member.c.head).where(
            member.c.merchant_id == merchant_id, member.c.n > 0
        )
    ).all()
    n, previous = (last.n + 1, last.digest) if last else (1, "")
    counts = (len(heads), sum(row.n for row in heads))
    total = chain.total(chain.head_digest(key, row.member_id, row.n, row.head) for row in heads)
    digest = chain.seal_digest(key, merchant_id, n, at, previous, counts, total)
    tx.execute(
        insert(seal).values(
            merchant_id=merchant_id, n=n, at=at, members=counts[0], transfers=counts[1],
            digest=digest, previous=previous,
        )
    )  # fmt: skip
    return n


def checkpoint(tx: Connection, proven: Sequence[dict[str, Any]]) -> None:
    """Remember how far chains were proven, after a run without findings."""
    if proven:
        tx.execute(_CHECKPOINT, list(proven))


_CHECKPOINT = (
    update(member)
    .where(member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id"))
    .values(verified_n=bindparam("at"), verified_head=bindparam("is"))
)


# ------------------------------------------------------------------ the digest


def digest(tx: Connection) -> str:
    """What all orders deserve and all members hold, as one figure that arrival order cannot change.

    Members are named by their identities, because our own ids are random.
    """
    lines: list[str] = []
    owner = _owners(tx)
    awarded: dict[str, int] = {}
    for row in tx.execute(select(award)):
        who = owner.get(row.member_id, "")
        lines.append(f"award {who} {row.subject} {row.rule} {row.deserved}")
        over = Award(row.subject, row.rule, row.member_id, {}, row.deserved, row.given,
                     row.pending, None, row.waived).over()  # fmt: skip
        awarded[row.member_id] = awarded.get(row.member_id, 0) + over
    gone = dict(
        tx.execute(
            select(transfer.c.member_id, func.sum(transfer.c.points))
            .where(transfer.c.to_pot.in_([Pot.REDEEMED.value, Pot.EXPIRED.value]))
            .group_by(transfer.c.member_id)
        ).tuples()
    )
    back = dict(
        tx.execute(
            select(transfer.c.member_id, func.sum(transfer.c.points))
            .where(transfer.c.from_pot.in_([Pot.REDEEMED.value, Pot.EXPIRED.value]))
            .group_by(transfer.c.member_id)
        ).tuples()
    )
    for row in tx.execute(select(member)):
        id_ = row.member_id
        held = (
            row.pending + row.available + row.held + int(gone.get(id_, 0)) - int(back.get(id_, 0))
        )
        lines.append(f"member {owner.get(id_, '')} {held - awarded.get(id_, 0)}")
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _owners(tx: Connection) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    joined = select(identity, shop.c.slug).join(
        shop,
        (shop.c.merchant_id == identity.c.merchant_id) & (shop.c.shop_id == identity.c.shop_id),
    )
    for row in tx.execute(joined):
        names.setdefault(row.member_id, []).append(f"{row.slug}/{row.kind}/{row.value}")
    return {member_id: "+".join(sorted(those)) for member_id, those in names.items()}
