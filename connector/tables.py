"""Every table. `merchant_id` leads every key; times are aware UTC; points and money are whole numbers.

Which tables may only grow, and what keeps them so, is in `guards`. Ledger tables are never
batch-altered (docs/decisions/0002-migrations.md).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_1_name)s",
        "ix": "ix_%(table_name)s_%(column_1_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A moment. Refuses naive values; SQLite, which keeps no zone, gets and gives UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id(name: str) -> Column[str]:
    return Column(name, String(64), nullable=False)


def _words(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"))


def _moment(name: str, *, required: bool = False) -> Column[datetime]:
    return Column(name, Utc, nullable=not required)


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text(str(default)))


def _json(name: str, *, required: bool = True) -> Column[Any]:
    return Column(name, JSON, nullable=not required)


def _points(name: str) -> tuple[Column[int], CheckConstraint]:
    return _count(name), CheckConstraint(f"{name} >= 0", name=name)


# ------------------------------------------------------------------ the merchant and his shops

merchant = Table(
    "merchant",
    metadata,
    _id("merchant_id"),
    _words("name"),
    Column("currency", String(3), nullable=False),
    _words("zone"),
    _moment("live_since"),
    PrimaryKeyConstraint("merchant_id"),
)

shop = Table(
    "shop",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    _id("slug"),
    _words("platform"),
    _words("settings"),
    _count("settings_version", 1),
    _json("facts", required=False),
    _words("suspended"),
    PrimaryKeyConstraint("merchant_id", "shop_id"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)

lease = Table(
    "lease",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    _id("name"),
    _moment("until", required=True),
    PrimaryKeyConstraint("merchant_id", "shop_id", "name"),
)

programme = Table(
    "programme",
    metadata,
    _id("merchant_id"),
    Column("n", Integer, nullable=False, autoincrement=False),
    _json("document"),
    _moment("valid_from", required=True),
    _moment("counts_from", required=True),
    _words("by"),
    _moment("applied_at", required=True),
    PrimaryKeyConstraint("merchant_id", "n"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)

sync = Table(
    "sync",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    _id("stream"),
    Column("cursor", Text),
    _moment("looked_at"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "stream"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
)

faq = Table(
    "faq",
    metadata,
    _id("merchant_id"),
    _id("entry"),
    Column("lang", String(5), nullable=False),
    _count("position"),
    _words("question"),
    _words("answer"),
    PrimaryKeyConstraint("merchant_id", "entry", "lang"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)

# ------------------------------------------------------------------ people

customer = Table(
    "customer",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    _id("external_id"),
    _words("email"),
    _words("first_name"),
    _words("country"),
    _words("group"),
    Column("verified", Boolean, nullable=False),
    Column("guest", Boolean, nullable=False),
    _moment("erased_at"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
    Index("ix_customer_email", "merchant_id", "email"),
)

member = Table(
    "member",
    metadata,
    _id("merchant_id"),
    _id("member_id"),
    *_points("pending"),
    *_points("available"),
    *_points("held"),
    _count("n"),
    _words("head"),
    _count("verified_n"),
    _words("verified_head"),
    _words("tier"),
    Column("tier_due_on", Date),
    Column("inactive_due_on", Date),
    Column("merged_into", String(64)),
    _moment("joined_at"),
    _words("joined_how"),
    _words("terms_version"),
    _moment("left_at"),
    PrimaryKeyConstraint("merchant_id", "member_id"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)


def _of_member() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["merchant_id", "member_id"], ["member.merchant_id", "member.member_id"]
    )


identity = Table(
    "identity",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    Column("kind", String(16), nullable=False),
    _id("value"),
    _id("member_id"),
    _moment("since", required=True),
    _moment("until"),
    _words("proof"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "kind", "value"),
    _of_member(),
    Index("ix_identity_member_id", "merchant_id", "member_id"),
)

suppression = Table(
    "suppression",
    metadata,
    _id("merchant_id"),
    _id("purpose"),
    _id("digest"),
    PrimaryKeyConstraint("merchant_id", "purpose", "digest"),
)

# ------------------------------------------------------------------ what the shop says

order = Table(
    "order",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    _id("external_id"),
    _words("number"),
    _words("buyer"),
    Column("member_id", String(64)),
    Column("currency", String(3), nullable=False),
    _json("lines"),
    _count("goods"),
    Column("refunded", BigInteger),
    _count("other"),
    _count("refunded_other"),
    Column("refunded_loose", BigInteger),
    Column("trial", Boolean, nullable=False, server_default=text("false")),
    _moment("placed_at", required=True),
    _moment("paid_at"),
    _moment("shipped_at"),
    _moment("delivered_at"),
    _moment("cancelled_at"),
    _moment("withdrawn_at"),
    _moment("gone_at"),
    _moment("looked_at", required=True),
    _count("revision"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
    _of_member(),
    Index("ix_order_member_id", "merchant_id", "member_id", "placed_at"),
    Index("ix_order_buyer", "merchant_id", "shop_id", "buyer"),
    Index("ix_order_placed_at", "merchant_id", "shop_id", "placed_at"),
)

product = Table(
    "product",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    _id("external_id"),
    _words("title"),
    _words("url"),
    _words("image"),
    _json("categories"),
    _json("tags"),
    Column("gift_card", Boolean, nullable=False, server_default=text("false")),
    _moment("looked_at", required=True),
    PrimaryKeyConstraint("merchant_id", "shop_id", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
)

# ------------------------------------------------------------------ the ledger

award = Table(
    "award",
    metadata,
    _id("merchant_id"),
    Column("subject", String(200), nullable=False),
    _id("rule"),
    _id("member_id"),
    _json("terms"),
    _count("deserved"),
    *_points("given"),
    *_points("pending"),
    _moment("release_at"),
    *_points("waived"),
    PrimaryKeyConstraint("merchant_id", "subject", "rule"),
    _of_member(),
    Index(
        "ix_award_release_at",
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
    _id("merchant_id"),
    _id("member_id"),
    Column("n", BigInteger, nullable=False, autoincrement=False),
    Column("key", String(300), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("subject", String(200), nullable=False),
    _words("rule"),
    Column("from_pot", String(16), nullable=False),
    Column("to_pot", String(16), nullable=False),
    Column("points", BigInteger, nullable=False),
    _json("lots"),
    Column("undoes", BigInteger),
    _json("basis"),
    Column("basis_version", Integer, nullable=False),
    Column("programme", Integer),
    _words("by"),
    _moment("occurred_at", required=True),
    _moment("recorded_at", required=True),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("merchant_id", "member_id", "n"),
    UniqueConstraint("merchant_id", "key"),
    CheckConstraint("points > 0", name="points"),
    _of_member(),
    Index("ix_transfer_subject", "merchant_id", "subject"),
)

note = Table(
    "note",
    metadata,
    _id("merchant_id"),
    _id("member_id"),
    Column("n", BigInteger, nullable=False, autoincrement=False),
    _words("text"),
    PrimaryKeyConstraint("merchant_id", "member_id", "n"),
    _of_member(),  # not of the transfer: its rows cannot even be locked, all but SELECT is revoked
)

lot = Table(
    "lot",
    metadata,
    _id("merchant_id"),
    _id("member_id"),
    Column("expires_on", Date, nullable=False),
    *_points("remaining"),
    Column("due_on", Date, nullable=False),
    _moment("warned_at"),
    PrimaryKeyConstraint("merchant_id", "member_id", "expires_on"),
    _of_member(),
    Index(
        "ix_lot_due_on",
        "due_on",
        postgresql_where=text("remaining > 0"),
        sqlite_where=text("remaining > 0"),
    ),
)

seal = Table(
    "seal",
    metadata,
    _id("merchant_id"),
    Column("n", BigInteger, nullable=False, autoincrement=False),
    _moment("at", required=True),
    _count("members"),
    _count("transfers"),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    PrimaryKeyConstraint("merchant_id", "n"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.merchant_id"]),
)

# ------------------------------------------------------------------ work

inbox = Table(
    "inbox",
    metadata,
    _id("merchant_id"),
    _id("shop_id"),
    Column("kind", String(16), nullable=False),
    _id("external_id"),
    _moment("rung_at", required=True),
    _moment("due_at", required=True),
    _moment("lease_until"),
    _count("tries"),
    _words("error"),
    PrimaryKeyConstraint("merchant_id", "shop_id", "kind", "external_id"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
    Index("ix_inbox_due_at", "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _id("merchant_id"),
    _id("id"),
    Column("key", String(300), nullable=False),
    Column("lane", String(100), nullable=False),
    Column("kind", String(40), nullable=False),
    _json("args"),
    _moment("due_at", required=True),
    _moment("lease_until"),
    _count("tries"),
    _words("error"),
    _moment("done_at"),
    PrimaryKeyConstraint("merchant_id", "id"),
    UniqueConstraint("merchant_id", "key"),
    Index(
        "ix_outbox_due_at",
        "due_at",
        postgresql_where=text("done_at IS NULL"),
        sqlite_where=text("done_at IS NULL"),
    ),
)

task = Table(
    "task",
    metadata,
    _id("merchant_id"),
    _id("id"),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    _json("facts"),
    _moment("opened_at", required=True),
    _moment("done_at"),
    _words("by"),
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

# ------------------------------------------------------------------ not led by the merchant

installation = Table(
    "installation",
    metadata,
    Column("purpose", String(32), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    _moment("made_at", required=True),
)

address = Table(
    "address",
    metadata,
    Column("kind", String(16), nullable=False),
    Column("value", String(255), nullable=False),
    _id("merchant_id"),
    _id("shop_id"),
    PrimaryKeyConstraint("kind", "value"),
    ForeignKeyConstraint(["merchant_id", "shop_id"], ["shop.merchant_id", "shop.shop_id"]),
)

WITHOUT_MERCHANT = frozenset({"installation", "address"})
"""Tables that are not led by `merchant_id`: the whole list, and what the tenancy test allows."""
