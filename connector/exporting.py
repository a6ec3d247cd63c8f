"""What is taken along: everything about one person, or a merchant's whole books, as files.

A person's export names nothing of anybody else. A merchant's is written row by row into the zip, so
that a shop with a million movements needs no more memory than one with ten.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, Select, Table, and_, or_, select

from connector import explain, questions
from connector.chain import moment
from connector.safe_csv import cell
from connector.shops import Shop
from connector.tables import (
    award,
    campaign,
    campaign_use,
    customer,
    identity,
    lot,
    member,
    merge,
    note,
    order,
    programme,
    reservation,
    transfer,
    voucher,
    voucher_use,
    warning,
)
from connector.values import MemberId, MerchantId

AT_ONCE = 500

_INTERNAL = frozenset({"merchant_id", "head", "verified_n", "verified_head", "fingerprint", "hash"})
"""Columns that say nothing about a person: they prove the books."""

_OF_MEMBER: Mapping[str, Table] = {
    "member": member, "identities": identity, "awards": award, "lots": lot, "notes": note,
    "warnings": warning, "vouchers": voucher, "reservations": reservation,
    "campaign_uses": campaign_use, "merges": merge,
}  # fmt: skip


# ------------------------------------------------------------------ one person


def person(
    tx: Connection, shop: Shop, buyers: Sequence[str], member_id: MemberId | None
) -> dict[str, Any]:
    """Everything there is about somebody: as a customer of shops, and as a member if he is one.

    `buyers`: the keys under which this shop knows him; those of other shops are found by his membership.
    """
    m = shop.merchant_id
    people = _family(tx, m, member_id) if member_id else []
    known = {(str(shop.shop_id), key) for key in buyers}
    known |= {(row.shop_id, f"{row.kind}:{row.value}") for row in _rows(tx, identity, m, people)}
    found: dict[str, Any] = {
        "customers": _customers(tx, m, known),
        "orders": _orders(tx, m, known, people),
        "questions": questions.asked_by(tx, m, _accounts(known)),
    }
    for name, table in _OF_MEMBER.items():
        found[name] = [_plain(row) for row in _rows(tx, table, m, people)]
    found["movements"] = [_movement(row) for row in _rows(tx, transfer, m, people)]
    return found


def _family(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> list[str]:
    """The member, and whoever was merged into him and is not again somebody else."""
    found, asked = [str(member_id)], [str(member_id)]
    while asked:
        merged = select(member.c.member_id).where(
            member.c.merchant_id == merchant_id, member.c.merged_into.in_(asked)
        )
        asked = list(tx.execute(merged).scalars())
        found += asked
    return found


def _rows(
    tx: Connection, table: Table, merchant_id: MerchantId, members: Sequence[str]
) -> Iterable[Any]:
    if not members:
        return []
    asked = select(table).where(table.c.merchant_id == merchant_id, table.c.member_id.in_(members))
    return tx.execute(asked.order_by(*table.primary_key.columns)).all()


def _customers(
    tx: Connection, merchant_id: MerchantId, known: set[tuple[str, str]]
) -> list[dict[str, Any]]:
    ids = [
        and_(customer.c.shop_id == shop_id, customer.c.external_id == external_id)
        for shop_id, external_id in _accounts(known)
    ]
    if not ids:
        return []
    asked = select(customer).where(customer.c.merchant_id == merchant_id, or_(*ids))
    return [_plain(row) for row in tx.execute(asked)]


def _accounts(known: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The shop and the id of each account among these buyers."""
    return [
        (shop_id, key.partition(":")[2])
        for shop_id, key in sorted(known)
        if key.startswith("customer:")
    ]


def _orders(
    tx: Connection, merchant_id: MerchantId, known: set[tuple[str, str]], members: Sequence[str]
) -> list[dict[str, Any]]:
    theirs = [
        and_(order.c.shop_id == shop_id, order.c.buyer == key) for shop_id, key in sorted(known)
    ]
    asked = select(order).where(
        order.c.merchant_id == merchant_id, or_(*theirs, order.c.member_id.in_(members))
    )
    return [_plain(row) for row in tx.execute(asked.order_by(order.c.placed_at))]


def _plain(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name not in _INTERNAL}


def _movement(row: Any) -> dict[str, Any]:
    said = {lang: explain.reckoning(row._asdict(), lang) for lang in explain.LANGUAGES}
    return _plain(row) | {"text": said}


def as_json(found: Mapping[str, Any]) -> str:
    return json.dumps(found, default=_text, ensure_ascii=False, indent=1)


def _text(value: Any) -> str:
    return moment(value) if hasattr(value, "hour") else str(value)


def as_csv(movements: Iterable[Mapping[str, Any]], lang: str) -> str:
    """The movements as a table."""
    opened = io.StringIO()
    rows = csv.writer(opened)
    rows.writerow(["n", "at", "points", "from", "to", "text"])
    for one in movements:
        rows.writerow([one["n"], cell(one["occurred_at"]), one["points"], one["from_pot"],
                       one["to_pot"], cell(one["text"][lang])])  # fmt: skip
    return opened.getvalue()


_HEADS = {
    "de": {"title": "Was über dich gespeichert ist", "customers": "Konten", "member": "Teilnahme",
           "identities": "Woran wir dich erkennen", "orders": "Bestellungen", "questions": "Offene Fragen", "awards": "Gutschriften",
           "movements": "Buchungen", "lots": "Wann Punkte verfallen", "notes": "Notizen",
           "warnings": "Hinweise vor dem Verfall", "vouchers": "Gutscheine",
           "reservations": "Reservierte Punkte", "campaign_uses": "Aktionen", "merges": "Zusammenführungen",
           "none": "Nichts."},
    "en": {"title": "What is stored about you", "customers": "Accounts", "member": "Taking part",
           "identities": "How we recognise you", "orders": "Orders", "questions": "Open questions", "awards": "Awards",
           "movements": "Movements", "lots": "When points expire", "notes": "Notes",
           "warnings": "Warnings before points expire", "vouchers": "Vouchers",
           "reservations": "Points set aside", "campaign_uses": "Campaigns", "merges": "Merges",
           "none": "Nothing."},
}  # fmt: skip
_STYLE = "body{font:1rem/1.4 system-ui;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .4rem;text-align:left;vertical-align:top}"


def as_html(found: Mapping[str, Any], lang: str) -> str:
    """A page that a person can read and print; everything of the JSON is in it."""
    heads = _HEADS[lang]
    parts = [f"<h2>{heads[name]}</h2>{_table(rows, lang)}" for name, rows in found.items()]
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{heads["title"]}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{heads['title']}</h1>{''.join(parts)}</body></html>"
    )


def head(kind: str, lang: str) -> str:
    """What rows of this kind are, in words."""
    return _HEADS[lang][kind]


def _table(rows: Sequence[Mapping[str, Any]], lang: str) -> str:
    if not rows:
        return f"<p>{_HEADS[lang]['none']}</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(shown(value, lang))}</td>" for value in row.values())
        + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def shown(value: Any, lang: str) -> str:
    """A column's value in words."""
    if isinstance(value, dict) and value.keys() >= set(explain.LANGUAGES):
        return str(value[lang])
    if isinstance(value, dict | list):
        return json.dumps(value, default=_text, ensure_ascii=False)
    return "" if value is None else _text(value)


# ------------------------------------------------------------------ a whole merchant


_FILES: Mapping[str, Table] = {
    "members.csv": member, "identities.csv": identity, "customers.csv": customer,
    "orders.csv": order, "awards.csv": award, "ledger.csv": transfer, "notes.csv": note,
    "lots.csv": lot, "vouchers.csv": voucher, "warnings.csv": warning, "merges.csv": merge,
    "reservations.csv": reservation, "voucher_uses.csv": voucher_use, "campaigns.csv": campaign,
    "campaign_uses.csv": campaign_use,
}  # fmt: skip


def merchant(tx: Connection, merchant_id: MerchantId, to: IO[bytes]) -> dict[str, int]:
    """Write a zip with all books of a merchant as one view of them; rows per file."""
    counts: dict[str, int] = {}
    with ZipFile(to, "w", ZIP_DEFLATED) as packed:
        for name, table in _FILES.items():
            asked = select(table).where(table.c.merchant_id == merchant_id)
            counts[name] = _pour(packed, name, _stream(tx, asked, table), table)
        versions = select(programme).where(programme.c.merchant_id == merchant_id)
        for row in tx.execute(versions.order_by(programme.c.n)):
            packed.writestr(f"programme/{row.n}.json", as_json(row._asdict()))
            counts["programme"] = row.n
    return counts


def _stream(tx: Connection, asked: Select[Any], table: Table) -> Iterator[Any]:
    ordered = asked.order_by(*table.primary_key.columns)
    return iter(tx.execute(ordered.execution_options(yield_per=AT_ONCE)))


def _pour(packed: ZipFile, name: str, rows: Iterator[Any], table: Table) -> int:
    count = 0
    with packed.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as opened:
        out = csv.writer(opened)
        out.writerow([column.name for column in table.columns])
        for row in rows:
            out.writerow([cell(value) for value in row])
            count += 1
    return count
