"""What shops say: orders and products as they were seen last."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from connector.tables.columns import count, id_of, json, metadata, moment, of_member, words

order = Table(
    "order",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("external_id"),
    words("number"),
    words("buyer"),
    Column("member_id", String(64)),
    Column("currency", String(3), nullable=False),
    json("lines"),
    count("goods"),
    Column("refunded", BigInteger),
    count("other"),
    count("refunded_other"),
    Column("refunded_loose", BigInteger),
    Column("trial", Boolean, nullable=False, server_default=text("false")),
    moment("placed_at", required=True),
    moment("paid_at"),
    moment("shipped_at"),
    moment("delivered_at"),
    moment("cancelled_at"),
    moment("withdrawn_at"),
    moment("gone_at"),
    json("facts", required=False),
    moment("looked_at", required=True),
    count("revision"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
    of_member(),
    Index("ix_order_member_id", "merchant_id", "member_id", "placed_at"),
    Index("ix_order_buyer", "merchant_id", "shop_id", "buyer"),
    Index("ix_order_placed_at", "merchant_id", "shop_id", "placed_at"),
)

product = Table(
    "product",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("external_id"),
    words("title"),
    words("url"),
    words("image"),
    json("categories"),
    json("tags"),
    Column("gift_card", Boolean, nullable=False, server_default=text("false")),
    moment("looked_at", required=True),
    PrimaryKeyConstraint("merchant_id", "shop_id", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
)
