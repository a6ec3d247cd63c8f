"""The ledger: awards, transfers, notes, lots and seals. Never batch-altered; see `migrations`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from connector.tables.columns import count, id_of, json, metadata, moment, of_member, points, words

award = Table(
    "award",
    metadata,
    id_of("merchant_id"),
    Column("subject", String(200), nullable=False),
    id_of("rule"),
    id_of("member_id"),
    json("terms"),
    count("deserved"),
    count("given"),  # below nothing where a correction took points
    *points("pending"),
    moment("release_at"),
    *points("waived"),
    PrimaryKeyConstraint("merchant_id", "subject", "rule"),
    of_member(),
    Index(
        "ix_award_due",
        "merchant_id",
        "release_at",
        postgresql_where=text("pending > 0"),
        sqlite_where=text("pending > 0"),
    ),
    Index(
        "ix_award_open",
        "merchant_id",
        "member_id",
        postgresql_where=text("given > deserved + waived"),
        sqlite_where=text("given > deserved + waived"),
    ),
    Index(
        "ix_award_pending",
        "merchant_id",
        "member_id",
        "release_at",
        postgresql_where=text("pending > 0"),
        sqlite_where=text("pending > 0"),
    ),
)

transfer = Table(
    "transfer",
    metadata,
    id_of("merchant_id"),
    id_of("member_id"),
    Column("n", BigInteger, nullable=False, autoincrement=False),
    Column("key", String(300), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("subject", String(200), nullable=False),
    words("rule"),
    Column("from_pot", String(16), nullable=False),
    Column("to_pot", String(16), nullable=False),
    Column("points", BigInteger, nullable=False),
    json("lots"),
    Column("undoes", BigInteger),
    json("basis"),
    Column("basis_version", Integer, nullable=False),
    Column("programme", Integer),
    words("by"),
    moment("occurred_at", required=True),
    moment("recorded_at", required=True),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("merchant_id", "member_id", "n"),
    UniqueConstraint("merchant_id", "key"),
    CheckConstraint("points > 0", name="points"),
    of_member(),
    Index("ix_transfer_subject", "merchant_id", "subject"),
    Index(
        "ix_transfer_undoes",
        "merchant_id",
        "member_id",
        "undoes",
        postgresql_where=text("undoes IS NOT NULL"),
        sqlite_where=text("undoes IS NOT NULL"),
    ),
)

note = Table(
    "note",
    metadata,
    id_of("merchant_id"),
    id_of("member_id"),
    Column("n", BigInteger, nullable=False, autoincrement=False),
    words("text"),
    PrimaryKeyConstraint("merchant_id", "member_id", "n"),
    of_member(),  # not of the transfer: its rows cannot even be locked, all but SELECT is revoked
)

lot = Table(
    "lot",
    metadata,
    id_of("merchant_id"),
    id_of("member_id"),
    Column("expires_on", Date, nullable=False),
    *points("remaining"),
    Column("due_on", Date, nullable=False),
    moment("warned_at"),
    PrimaryKeyConstraint("merchant_id", "member_id", "expires_on"),
    of_member(),
    Index(
        "ix_lot_due",
        "merchant_id",
        "due_on",
        postgresql_where=text("remaining > 0"),
        sqlite_where=text("remaining > 0"),
    ),
)

seal = Table(
    "seal",
    metadata,
    id_of("merchant_id"),
    Column("n", BigInteger, nullable=False, autoincrement=False),
    moment("at", required=True),
    count("members"),
    count("transfers"),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    PrimaryKeyConstraint("merchant_id", "n"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)
