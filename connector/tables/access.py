"""Who may work here: users, what each may do for which merchant, their sessions, and what was done."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from connector.tables.columns import id_of, json, metadata, moment, words

user = Table(
    "user",
    metadata,
    id_of("user_id"),
    Column("email", String(255), nullable=False),
    words("name"),
    words("password"),
    words("lang"),
    words("everywhere"),
    moment("made_at", required=True),
    moment("closed_at"),
    PrimaryKeyConstraint("user_id"),
    UniqueConstraint("email"),
)

grant = Table(
    "grant",
    metadata,
    id_of("user_id"),
    id_of("merchant_id"),
    Column("role", String(16), nullable=False),
    PrimaryKeyConstraint("user_id", "merchant_id"),
    ForeignKeyConstraint(["user_id"], ["user.user_id"]),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
    Index("ix_grant_merchant_id", "merchant_id"),
)

"""Who has which role for one merchant; `user.everywhere` is the role for all, present and future."""

invitation = Table(
    "invitation",
    metadata,
    id_of("merchant_id"),
    Column("digest", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    moment("until", required=True),
    PrimaryKeyConstraint("merchant_id", "digest"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)
"""Roles that wait for whoever brings the link; used once."""

session = Table(
    "session",
    metadata,
    Column("digest", String(64), nullable=False),
    id_of("user_id"),
    moment("made_at", required=True),
    moment("seen_at", required=True),
    moment("until", required=True),
    words("agent"),
    PrimaryKeyConstraint("digest"),
    ForeignKeyConstraint(["user_id"], ["user.user_id"]),
    Index("ix_session_user_id", "user_id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("digest", String(64), nullable=False),
    Column("failed", Integer, nullable=False),
    moment("until", required=True),
    PrimaryKeyConstraint("digest"),
)
"""Failed logins by the digest of an address or of a network: the same for those nobody has."""

audit = Table(
    "audit",
    metadata,
    id_of("merchant_id"),
    id_of("id"),
    moment("at", required=True),
    words("by"),
    Column("what", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    json("facts"),
    PrimaryKeyConstraint("merchant_id", "id"),
    Index("ix_audit_at", "merchant_id", "at"),
)

token = Table(
    "token",
    metadata,
    id_of("merchant_id"),
    id_of("id"),
    id_of("shop_id"),
    Column("digest", String(64), nullable=False),
    words("name"),
    Column("scope", String(16), nullable=False),
    moment("made_at", required=True),
    moment("ended_at"),
    PrimaryKeyConstraint("merchant_id", "id"),
    UniqueConstraint("merchant_id", "digest"),
)
"""What a shop's own programs prove themselves with; only the digest of it is kept."""
