"""Points from elsewhere: a table is read, matched and reported on before anything is written.

Each row becomes an award of its own, `import/<batch>/<line>`; the batch is the file itself, so the same
file again brings nothing, and a row that matched nobody then may match somebody later.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector import awards, chain, corrections, members, merchants, programmes
from connector.amounts import Terms
from connector.awards import Award
from connector.db import chain_key
from connector.earning import Deserved
from connector.errors import BadInput, Refused
from connector.keys import Keys, normalised
from connector.ledger import Posting, Reason
from connector.shops import Shop
from connector.tables import award as award_table
from connector.tables import member
from connector.values import MemberId

RULE = "import"
FIELDS = ("email", "points")
MOST_ROWS = 1_000_000
AT_ONCE = 50

_GROUPED = re.compile(r"([+-]?\d{1,3}(?:([.,'\u2019 \u00a0\u202f])\d{3})(?:\2\d{3})*)(?:[.,]0+)?\Z")
_PLAIN = re.compile(r"([+-]?\d+)(?:[.,]0+)?\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read; `line` as an editor counts it."""

    line: int
    email: str
    points: int


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be imported, and why; the sentence holds nothing of its content."""

    line: int
    column: str
    why: str


@dataclass(slots=True)
class Table:
    """A file as it was read."""

    batch: str
    rows: list[Row] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What importing would do. `digest` stands for exactly this."""

    batch: str
    matched: list[tuple[Row, MemberId]] = field(default_factory=list)
    nobody: list[Row] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    before: int = 0
    """Rows that were imported before."""
    digest: str = ""

    @property
    def points(self) -> int:
        return sum(row.points for row, _ in self.matched)


# ------------------------------------------------------------------ reading


def read(content: bytes, mapping: Mapping[str, str], encoding: str = "utf-8") -> Table:
    """The table in a CSV file. Raises BadInput where it cannot be read as a table at all."""
    text = _decoded(content, encoding)
    table = Table(_batch(content, mapping))
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
    try:
        columns = _columns(next(reader, []), mapping)
        seen: dict[str, int] = {}
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                _add(table, line, cells, columns, seen)
            if len(table.rows) > MOST_ROWS:
                raise BadInput(f"The file has more than {MOST_ROWS} rows; split it.")
    except csv.Error as broken:
        raise BadInput(f"line {reader.line_num}: this is no CSV ({broken}).") from None
    return table


def _decoded(content: bytes, encoding: str) -> str:
    name = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding
    try:
        return content.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeError as wrong:
        at = content[: getattr(wrong, "start", 0)].count(b"\n") + 1
        raise BadInput(
            f"line {at}: the file is not {name}. Save it as UTF-8, or say how it was written, "
            "for example --encoding cp1252."
        ) from None
    except LookupError:
        raise BadInput(f"--encoding: {encoding!r} is no encoding; try utf-8 or cp1252.") from None


def _batch(content: bytes, mapping: Mapping[str, str]) -> str:
    said = "\n".join(f"{key}={value}" for key, value in sorted(mapping.items()))
    return sha256(said.encode() + b"\n" + content).hexdigest()[:16]


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Where each of our fields stands."""
    unknown = sorted(set(mapping) - set(FIELDS))
    if unknown:
        raise BadInput(f"--map: {unknown[0]!r} is none of our fields; use {' and '.join(FIELDS)}.")
    names = [name.strip() for name in header]
    found: dict[str, int] = {}
    for ours in FIELDS:
        wanted = mapping.get(ours, ours)
        fits = [n for n, name in enumerate(names) if name.casefold() == wanted.casefold()]
        if len(fits) != 1:
            there = ", ".join(names) or "none"
            many = "more than one column is" if fits else "no column is"
            raise BadInput(
                f"{ours}: {many} called {wanted!r}. Columns: {there}. Say --map {ours}=COLUMN."
            )
        found[ours] = fits[0]
    return found


def _add(
    table: Table, line: int, cells: Sequence[str], columns: Mapping[str, int], seen: dict[str, int]
) -> None:
    if len(cells) <= max(columns.values()):
        table.bad.append(Bad(line, "", f"has {len(cells)} cells, fewer than the header"))
        return
    email, points = cells[columns["email"]].strip(), whole(cells[columns["points"]])
    who = normalised(email)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        table.bad.append(Bad(line, "email", "is no e-mail address"))
    elif points is None:
        table.bad.append(Bad(line, "points", "is no whole number, such as 1234 or 1.234"))
    elif points == 0 or abs(points) > corrections.MOST:
        table.bad.append(Bad(line, "points", f"must be from 1 to {corrections.MOST}, or below 0"))
    elif who in seen:
        table.bad.append(Bad(line, "email", f"stands in line {seen[who]} already"))
    else:
        seen[who] = line
        table.rows.append(Row(line, email, points))


def whole(text: str) -> int | None:
    """A whole number as people write it: 1234, 1.234, 1,234, 1'234, 1 234, 1.234,00. None: it is none."""
    text = text.strip().replace("\u2212", "-")
    if (grouped := _GROUPED.fullmatch(text)) is not None:
        return int(grouped[1].replace(grouped[2], ""))
    plain = _PLAIN.fullmatch(text)
    return None if plain is None else int(plain[1])


# ------------------------------------------------------------------ matching


_AVAILABLE = select(member.c.available, member.c.left_at).where(
    member.c.merchant_id == bindparam("m"), member.c.member_id == bindparam("id")
)


_THERE = select(award_table.c.rule).where(
    award_table.c.merchant_id == bindparam("m"), award_table.c.subject == bindparam("s")
)


def report(tx: Connection, shop: Shop, table: Table, keys: Keys) -> Report:
    """Who each row is for, and what would happen; nothing is written."""
    made = Report(table.batch, bad=list(table.bad))
    taken: dict[MemberId, int] = {}
    for row in table.rows:
        found = members.by_email(tx, shop.merchant_id, shop.shop_id, row.email, keys)
        member_id = members.first(found)
        if member_id is None:
            made.nobody.append(row)
        elif member_id in taken:
            made.bad.append(
                Bad(row.line, "email", f"is the same customer as line {taken[member_id]}")
            )
        else:
            taken[member_id] = row.line
            _match(tx, shop, made, row, member_id)
    lines = [f"{row.line} {id_} {row.points}" for row, id_ in made.matched]
    made.digest = sha256("\n".join([made.batch, *lines]).encode()).hexdigest()
    return made


def _match(tx: Connection, shop: Shop, made: Report, row: Row, member_id: MemberId) -> None:
    has = tx.execute(_AVAILABLE, {"m": shop.merchant_id, "id": member_id}).one()
    about = {"m": shop.merchant_id, "s": subject(made.batch, row.line)}
    if tx.execute(_THERE, about).first() is not None:
        made.before += 1
    elif has.left_at is not None:
        made.bad.append(Bad(row.line, "email", "is a customer who left the programme"))
    elif has.available < -row.points:
        why = f"takes {-row.points} points, the customer has {has.available}"
        made.bad.append(Bad(row.line, "points", why))
    else:
        made.matched.append((row, member_id))


def subject(batch: str, line: int) -> str:
    return f"import/{batch}/{line}"


# ------------------------------------------------------------------ writing


def write(
    tx: Connection,
    shop: Shop,
    batch: str,
    some: Sequence[tuple[Row, MemberId]],
    by: str,
    now: datetime,
) -> int:
    """Give some rows' points to whom they are for; those that were given before are left out."""
    there = awards.load(tx, shop.merchant_id, [subject(batch, row.line) for row, _ in some])
    known = {about for about, _ in there}
    one = merchants.get(tx, shop.merchant_id)
    versions = programmes.versions(tx, shop.merchant_id, one.currency)
    if not versions:
        raise Refused("There is no programme yet, so nobody can have points.")
    wanted = []
    for row, member_id in some:
        about = subject(batch, row.line)
        if about in known:
            continue
        terms = corrections.signed(
            chain_key(tx), about,
            {"version": 1, "programme": versions[-1].n, "zone": one.zone, "points": row.points, "by": by,
             "at": chain.moment(now)},
        )  # fmt: skip
        award = Award(about, RULE, member_id, terms)
        until = awards.expiry(terms, versions[-1].life, now, one.live_since or now, now)
        awards.converge(award, Deserved(row.points, now, {}))
        wanted.append((award, _posting(award, row.points, until, now)))
    awards.post(tx, shop.merchant_id, wanted, now)
    return len(wanted)


def _posting(award: Award, points: int, until: Any, now: datetime) -> Posting:
    terms: Terms = award.terms
    gives = points > 0
    return Posting(
        member_id=award.member_id, reason=Reason.CREDIT if gives else Reason.CLAW_BACK,
        points=abs(points), subject=award.subject, rule=RULE, key=f"{award.subject}/post",
        occurred_at=now, expires_on=until if gives else None, by=terms["by"],
        programme=terms["programme"], basis={"state": "imported", "deserved": points},
    )  # fmt: skip
