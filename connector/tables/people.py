"""Who somebody is: customers of shops, members, and the identities that tie them together."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from connector.tables.columns import count, id_of, json, metadata, moment, of_member, points, words

customer = Table(
    "customer",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    id_of("external_id"),
    words("email"),
    words("first_name"),
    words("country"),
    words("group"),
    Column("verified", Boolean, nullable=False),
    Column("guest", Boolean, nullable=False),
    Column("birthday", String(5)),
    moment("birthday_at"),
    moment("erased_at"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
    Index("ix_customer_email", "merchant_id", "email"),
    Index(
        "ix_customer_birthday",
        "merchant_id",
        "birthday",
        postgresql_where=text("birthday IS NOT NULL"),
        sqlite_where=text("birthday IS NOT NULL"),
    ),
)

member = Table(
    "member",
    metadata,
    id_of("merchant_id"),
    id_of("member_id"),
    *points("pending"),
    *points("available"),
    *points("held"),
    count("n"),
    words("head"),
    count("verified_n"),
    words("verified_head"),
    words("tier"),
    Column("tier_due_on", Date),
    Column("inactive_due_on", Date),
    Column("merged_into", String(64)),
    moment("joined_at"),
    words("joined_how"),
    words("joined_where"),
    words("terms_version"),
    moment("left_at"),
    PrimaryKeyConstraint("merchant_id", "member_id"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)


identity = Table(
    "identity",
    metadata,
    id_of("merchant_id"),
    id_of("shop_id"),
    Column("kind", String(16), nullable=False),
    id_of("value"),
    id_of("member_id"),
    moment("since", required=True),
    moment("until"),
    words("proof"),
    Column("told", String(60)),
    PrimaryKeyConstraint("merchant_id", "shop_id", "kind", "value"),
    of_member(),
    Index("ix_identity_member_id", "merchant_id", "member_id"),
)

merge = Table(
    "merge",
    metadata,
    id_of("merchant_id"),
    id_of("member_id"),
    Column("n", BigInteger, nullable=False, autoincrement=False),
    id_of("survivor"),
    json("facts"),
    moment("at", required=True),
    words("by"),
    moment("undone_at"),
    words("undone_by"),
    PrimaryKeyConstraint("merchant_id", "member_id", "n"),
    of_member(),
    Index("ix_merge_survivor", "merchant_id", "survivor"),
)
"""That a member became one with another, and what was his: identities, orders, awards, lots."""

suppression = Table(
    "suppression",
    metadata,
    id_of("merchant_id"),
    id_of("purpose"),
    id_of("digest"),
    PrimaryKeyConstraint("merchant_id", "purpose", "digest"),
)

warning = Table(
    "warning",
    metadata,
    id_of("merchant_id"),
    id_of("member_id"),
    Column("expires_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("days", BigInteger, nullable=False, autoincrement=False),
    moment("made_at", required=True),
    moment("seen_at"),
    moment("delivered_at"),
    PrimaryKeyConstraint("merchant_id", "member_id", "expires_on", "due_on", "days"),
    of_member(),
)
"""That points of a lot expire in so many days: made when that is near, seen in the account or delivered."""
