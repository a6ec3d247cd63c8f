"""The proof that the books are right: everything cached is computed again from what was recorded.

`run` reads members whose chain grew since their checkpoint, whole; `full` reads everybody and proves
the seals too. Each finding names what is wrong and where. Nothing is repaired here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from connector import chain, corrections, families, guards, seals, verify_vouchers
from connector.db import chain_key
from connector.earning import RULE, Deserved, deserved, grants, unknown_refund
from connector.ledger import OWN
from connector.orders_rows import row_of
from connector.replay import Replay, step
from connector.tables import award, campaign, lot, member, merchant, note, order, shop, transfer
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

    def found(self, what: str, where: str, detail: str) -> None:
        self.findings.append(Finding(what, where, detail))


def run(tx: Connection, *, full: bool = False, merchants: Iterable[str] | None = None) -> Report:
    """Prove the books of all merchants, or of those named."""
    report = Report()
    for name in sorted(guards.missing(tx)):
        report.found("guard", name, "is missing: rows could be changed unseen")
    if full:
        _check_pages(tx, report)
    wanted = (
        merchants if merchants is not None else tx.execute(select(merchant.c.merchant_id)).scalars()
    )
    for merchant_id in list(wanted):
        try:
            _merchant(tx, MerchantId(merchant_id), report, full=full)
        except _ODD as odd:
            detail = (
                f"has a row that cannot be read ({type(odd).__name__}), so the proof ended there"
            )
            report.found("unreadable", merchant_id, detail)
    return report


_ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What a value makes of our reading it that we never wrote: a flipped byte, a hand in the file."""


def _check_pages(tx: Connection, report: Report) -> None:
    """SQLite's own proof that its pages and indexes fit together; PostgreSQL's is not ours to run."""
    if tx.dialect.name == "sqlite":
        for said in tx.exec_driver_sql("PRAGMA integrity_check(20)").scalars():
            if said != "ok":
                report.found("pages", "database", str(said).partition("\n")[0])


def _merchant(tx: Connection, merchant_id: MerchantId, report: Report, *, full: bool) -> None:
    key = chain_key(tx)
    heads = seals.Heads(key)
    granted: Counter[str] = Counter()
    for rows in _members(tx, merchant_id, full=full):
        replays = _replays(tx, merchant_id, key, [row.member_id for row in rows], report)
        verify_vouchers.check(tx, merchant_id, replays, report.found)
        for row in rows:
            replay = replays[row.member_id]
            _check_member(row, replay, report)
            heads.add(row.member_id, replay)
            report.proven.append(
                {"m": merchant_id, "id": row.member_id, "at": replay.n, "is": replay.head}
            )
        _check_lots(tx, merchant_id, replays, report)
        family = families.of(tx, merchant_id, replays)
        everybody = replays | _relatives(tx, merchant_id, key, family.keys() - replays.keys())
        rewarded = tx.execute(_AWARDS, {"m": merchant_id, "ids": list(everybody)}).all()
        _check_awards(tx, merchant_id, rewarded, everybody, family, report)
        _check_moved(everybody, family, report)
        _check_notes(tx, merchant_id, key, replays, report)
        if full:
            _count_grants(rewarded, replays, granted)
        report.members += len(rows)
    if full:
        _check_orphans(tx, merchant_id, report)
        seals.check(tx, merchant_id, heads, report.found)
        _check_campaigns(tx, merchant_id, granted, report)


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


def _replays(
    tx: Connection, merchant_id: str, key: bytes, members: list[str], report: Report
) -> dict[str, Replay]:
    replays = {member_id: Replay() for member_id in members}
    for row in tx.execute(_TRANSFERS, {"m": merchant_id, "ids": members}).mappings():
        report.transfers += 1
        step(replays[row["member_id"]], dict(row), key, report.found)
    return replays


def _relatives(
    tx: Connection, merchant_id: str, key: bytes, members: Iterable[str]
) -> dict[str, Replay]:
    """What those add up to who were merged with members of a page; they are proven with their own."""
    wanted = sorted(members)
    return _replays(tx, merchant_id, key, wanted, Report()) if wanted else {}


def _check_moved(replays: dict[str, Replay], family: dict[str, str], report: Report) -> None:
    """Merging neither makes nor loses points: per merge and lot date, what left one entered the other."""
    sums: dict[tuple[str, str, str], int] = {}
    for id_, replay in replays.items():
        for (subject, day), points in replay.moved.items():
            about = (family[id_], subject, day)
            sums[about] = sums.get(about, 0) + points
    for (_, subject, day), points in sorted(sums.items()):
        if points:
            report.found("merge", subject, f"moved {points:+} points of {day} from or to nobody")


def _check_member(row: Any, replay: Replay, report: Report) -> None:
    where = row.member_id
    if (row.n, row.head) != (replay.n, replay.head):
        detail = f"says {row.n} transfers, {replay.n} are there and end as recorded"
        report.found("head", where, detail)
    if row.verified_n > replay.n:
        report.found("tail", where, f"{row.verified_n} transfers were verified before")
    for pot in OWN:
        kept = getattr(row, pot.value)
        if kept != replay.pots[pot.value]:
            detail = f"{pot.value} is {kept}, its transfers give {replay.pots[pot.value]}"
            report.found("pot", where, detail)


_LOTS = select(lot.c.member_id, lot.c.expires_on, lot.c.remaining).where(
    lot.c.merchant_id == bindparam("m"), lot.c.member_id.in_(bindparam("ids", expanding=True))
)


def _check_lots(
    tx: Connection, merchant_id: str, replays: dict[str, Replay], report: Report
) -> None:
    kept: dict[tuple[str, date], int] = {
        (row.member_id, row.expires_on): row.remaining
        for row in tx.execute(_LOTS, {"m": merchant_id, "ids": list(replays)})
    }
    wanted = {(id_, day): left for id_, r in replays.items() for day, left in r.lots.items()}
    for id_, day in sorted(kept.keys() | wanted.keys()):
        if (there := kept.get((id_, day))) != (right := wanted.get((id_, day))):
            detail = f"holds {there}, its transfers give {right}"
            report.found("lot", f"{id_}/{day}", detail)


_AWARDS = select(award).where(
    award.c.merchant_id == bindparam("m"), award.c.member_id.in_(bindparam("ids", expanding=True))
)
_ORDERS = (
    select(order, shop.c.slug)
    .join(shop, (shop.c.merchant_id == order.c.merchant_id) & (shop.c.shop_id == order.c.shop_id))
    .where(order.c.merchant_id == bindparam("m"), order.c.member_id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def _check_awards(
    tx: Connection,
    merchant_id: str,
    rewarded: Sequence[Any],
    replays: dict[str, Replay],
    family: dict[str, str],
    report: Report,
) -> None:
    asked = {"m": merchant_id, "ids": list(replays)}
    given = _by_award({id_: replay.given for id_, replay in replays.items()}, family)
    pending = _by_award({id_: replay.pending for id_, replay in replays.items()}, family)
    orders = {f"order/{row.slug}/{row.external_id}": row for row in tx.execute(_ORDERS, asked)}
    for row in rewarded:
        about = (family[row.member_id], row.subject, row.rule)
        right = (given.pop(about, 0), pending.pop(about, 0))
        if (row.given, row.pending) != right:
            detail = f"says {row.given} given, {row.pending} pending; its transfers give {right[0]}, {right[1]}"
            report.found("award", row.subject, detail)
        if row.rule == RULE and (problem := _undeserved(row, orders.get(row.subject))):
            report.found("deserved", row.subject, problem)
        if row.rule in corrections.RULES and (problem := corrections.wrong(chain_key(tx), row)):
            report.found("correction", row.subject, problem)
    for key in sorted(given.keys() | pending.keys()):
        if given.get(key) or pending.get(key):
            report.found("award", key[1], f"of member {key[0]} is missing")


def _by_award(
    sums: dict[str, dict[tuple[str, str], int]], family: dict[str, str]
) -> dict[tuple[str, str, str], int]:
    """Per family, subject and rule: an award's transfers stand where its owner's points were then."""
    added: dict[tuple[str, str, str], int] = {}
    for id_, by_award in sums.items():
        for (subject, rule), points in by_award.items():
            about = (family[id_], subject, rule)
            added[about] = added.get(about, 0) + points
    return added


def _undeserved(row: Any, order_row: Any) -> str:
    """Why an award's target is not what its order deserves; "" where it is."""
    if order_row is None:
        return "its order is missing"
    if row.waived > max(row.given - row.deserved, 0):
        return f"waives {row.waived} points, and has given {row.given} for {row.deserved}"
    seen = row_of(order_row).order
    if seen is not None and unknown_refund(seen):
        return ""
    want = Deserved(0, None, {}) if seen is None else deserved(seen, row.terms)
    if want.points != row.deserved:
        return f"says {row.deserved}, its order deserves {want.points}"
    return "" if want.release_at == row.release_at else f"is due at {row.release_at}"


def _count_grants(rewarded: Sequence[Any], members: Container[str], granted: Counter[str]) -> None:
    """Add what these members were granted; a relative's awards are counted with his own page."""
    for row in rewarded:
        if row.member_id in members:
            granted.update(grants(row.terms))


_CAMPAIGNS = select(campaign).where(campaign.c.merchant_id == bindparam("m"))


def _check_campaigns(
    tx: Connection, merchant_id: str, granted: Counter[str], report: Report
) -> None:
    """Each campaign counts exactly what awards say it granted them."""
    for row in tx.execute(_CAMPAIGNS, {"m": merchant_id}):
        right = granted.pop(row.campaign_id, 0)
        if row.granted != right:
            detail = f"says {row.granted} granted, awards were granted {right}"
            report.found("campaign", row.campaign_id, detail)
    for campaign_id, points in sorted(granted.items()):
        report.found("campaign", campaign_id, f"is missing, and awards were granted {points}")


_NOTES = select(note).where(
    note.c.merchant_id == bindparam("m"), note.c.member_id.in_(bindparam("ids", expanding=True))
)


def _check_notes(
    tx: Connection, merchant_id: str, key: bytes, replays: dict[str, Replay], report: Report
) -> None:
    for row in tx.execute(_NOTES, {"m": merchant_id, "ids": list(replays)}):
        digest = replays[row.member_id].notes.get(row.n)
        if row.n < 0:  # a correction that found nothing to take stands in no chain yet
            digest = _digest_in_terms(tx, row, chain.note_digest(key, row.text))
        if row.text and digest != chain.note_digest(key, row.text):
            detail = "is not what was written"
            report.found("note", f"{row.member_id}/{row.n}", detail)


def _digest_in_terms(tx: Connection, row: Any, digest: str) -> str | None:
    """The digest, if a correction of this member has such a text."""
    mine = select(award.c.terms).where(
        award.c.merchant_id == row.merchant_id,
        award.c.rule == corrections.RULE,
        award.c.subject.startswith(corrections.subject(row.member_id, ""), autoescape=True),
    )
    return digest if any(one["note"] == digest for one in tx.execute(mine).scalars()) else None


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
            report.found("orphan", id_, f"is gone, and has rows in {table.name}")


def checkpoint(tx: Connection, proven: Sequence[dict[str, Any]]) -> None:
    """Remember how far chains were proven, after a run without findings."""
    if proven:
        tx.execute(_CHECKPOINT, list(proven))


_CHECKPOINT = (
    update(member)
    .where(member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id"))
    .values(verified_n=bindparam("at"), verified_head=bindparam("is"))
)
