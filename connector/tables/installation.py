"""The few tables that no merchant owns."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from connector.tables.columns import id_of, metadata, moment

installation = Table(
    "installation",
    metadata,
    Column("purpose", String(32), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    moment("made_at", required=True),
)

newcomer = Table(
    "newcomer",
    metadata,
    Column("slug", String(40), primary_key=True),
    Column("state", Text, nullable=False),
    moment("until", required=True),
)
"""Shops on their way in: a sealed state, until the shop can be asked. No merchant owns it yet."""

address = Table(
    "address",
    metadata,
    Column("kind", String(16), nullable=False),
    Column("value", String(255), nullable=False),
    id_of("merchant_id"),
    id_of("shop_id"),
    PrimaryKeyConstraint("kind", "value"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
)
