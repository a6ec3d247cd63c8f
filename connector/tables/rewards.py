"""What points are exchanged for: vouchers in a shop's own coupon system, and points kept for a cart."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from connector.tables.columns import count, id_of, json, metadata, moment, of_member, words

voucher = Table(
    "voucher",
    metadata,
    id_of("merchant_id"),
    id_of("voucher_id"),
    id_of("shop_id"),
    id_of("member_id"),
    id_of("code"),
    id_of("reward"),
    json("offer"),
    count("points"),
    Column("value", BigInteger),
    Column("state", String(16), nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("hold", BigInteger),
    count("given_back"),
    words("used_in"),
    words("error"),
    moment("made_at", required=True),
    PrimaryKeyConstraint("merchant_id", "voucher_id"),
    UniqueConstraint("merchant_id", "shop_id", "code"),
    CheckConstraint("given_back >= 0 AND given_back <= points", name="given_back"),
    of_member(),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
    Index("ix_voucher_member_id", "merchant_id", "member_id", "made_at"),
    Index(
        "ix_voucher_open",
        "merchant_id",
        "expires_on",
        postgresql_where=text("state NOT IN ('used', 'ended')"),
        sqlite_where=text("state NOT IN ('used', 'ended')"),
    ),
)

voucher_use = Table(
    "voucher_use",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("order_id"),
    id_of("voucher_id"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "order_id", "voucher_id"),
    ForeignKeyConstraint(
        ["merchant_id", "voucher_id"], ["voucher.merchant_id", "voucher.voucher_id"]
    ),
    Index("ix_voucher_use_voucher_id", "merchant_id", "voucher_id"),
)
"""Orders that use a voucher now: none, one, or two where the shop let two have it."""

reservation = Table(
    "reservation",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("cart"),
    id_of("member_id"),
    count("points"),
    Column("hold", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    moment("until", required=True),
    PrimaryKeyConstraint("merchant_id", "shop_id", "cart"),
    of_member(),
    Index(
        "ix_reservation_until",
        "merchant_id",
        "until",
        postgresql_where=text("state = 'reserved'"),
        sqlite_where=text("state = 'reserved'"),
    ),
)
