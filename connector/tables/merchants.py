"""Merchants, their shops, programmes and questions."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from connector.tables.columns import count, id_of, json, metadata, moment, words

merchant = Table(
    "merchant",
    metadata,
    id_of("merchant_id"),
    words("name"),
    Column("currency", String(3), nullable=False),
    words("zone"),
    moment("live_since"),
    PrimaryKeyConstraint("merchant_id"),
)

shop = Table(
    "shop",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("slug"),
    words("platform"),
    words("settings"),
    count("settings_version", 1),
    json("facts", required=False),
    words("suspended"),
    PrimaryKeyConstraint("merchant_id", "shop_id"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)

lease = Table(
    "lease",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("name"),
    moment("until", required=True),
    PrimaryKeyConstraint("merchant_id", "shop_id", "name"),
)

programme = Table(
    "programme",
    metadata,
    id_of("merchant_id"),
    Column("n", Integer, nullable=False, autoincrement=False),
    json("document"),
    moment("valid_from", required=True),
    moment("counts_from", required=True),
    words("by"),
    moment("applied_at", required=True),
    PrimaryKeyConstraint("merchant_id", "n"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)

sync = Table(
    "sync",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("stream"),
    Column("cursor", Text),
    moment("looked_at"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "stream"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
)

faq = Table(
    "faq",
    metadata,
    id_of("merchant_id"),
    id_of("entry"),
    Column("lang", String(5), nullable=False),
    count("position"),
    words("question"),
    words("answer"),
    PrimaryKeyConstraint("merchant_id", "entry", "lang"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)
