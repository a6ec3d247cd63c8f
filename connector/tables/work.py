"""What is still to do: bells, outside work, and what needs a person."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from connector.tables.columns import count, id_of, json, metadata, moment, words

inbox = Table(
    "inbox",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    Column("kind", String(16), nullable=False),
    id_of("external_id"),
    moment("rung_at", required=True),
    moment("due_at", required=True),
    moment("lease_until"),
    count("tries"),
    words("error"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "kind", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
    Index("ix_inbox_due_at", "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    id_of("merchant_id"),
    id_of("id"),
    Column("key", String(300), nullable=False),
    Column("lane", String(100), nullable=False),
    Column("kind", String(40), nullable=False),
    json("args"),
    moment("due_at", required=True),
    moment("lease_until"),
    count("tries"),
    words("error"),
    moment("done_at"),
    PrimaryKeyConstraint("merchant_id", "id"),
    UniqueConstraint("merchant_id", "key"),
    Index(
        "ix_outbox_due_at",
        "due_at",
        postgresql_where=text("done_at IS NULL"),
        sqlite_where=text("done_at IS NULL"),
    ),
    Index(
        "ix_outbox_lane",
        "merchant_id",
        "lane",
        "due_at",
        postgresql_where=text("done_at IS NULL"),
        sqlite_where=text("done_at IS NULL"),
    ),
)

task = Table(
    "task",
    metadata,
    id_of("merchant_id"),
    id_of("id"),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    json("facts"),
    moment("opened_at", required=True),
    moment("done_at"),
    words("by"),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index(
        "uq_task_open",
        "merchant_id",
        "kind",
        "subject",
        unique=True,
        postgresql_where=text("done_at IS NULL"),
        sqlite_where=text("done_at IS NULL"),
    ),
)
