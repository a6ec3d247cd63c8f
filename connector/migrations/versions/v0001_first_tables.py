"""The first tables: merchants, shops, people, orders, the ledger and its work."""

import sqlalchemy as sa
from alembic import op

from connector.tables import Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_installation")),
    )
    op.create_table(
        "lease",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "shop_id", "name", name=op.f("pk_lease")),
    )
    op.create_table(
        "merchant",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("zone", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("live_since", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", name=op.f("pk_merchant")),
    )
    op.create_table(
        "outbox",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("lane", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("merchant_id", "key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_due_at",
        "outbox",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "suppression",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "purpose", "digest", name=op.f("pk_suppression")),
    )
    op.create_table(
        "task",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_task")),
    )
    op.create_index(
        "uq_task_open",
        "task",
        ["merchant_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "faq",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=5), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("question", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("answer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.merchant_id"], name=op.f("fk_faq_merchant_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "entry", "lang", name=op.f("pk_faq")),
    )
    op.create_table(
        "member",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("pending", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("available", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("held", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("n", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("head", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("verified_n", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("verified_head", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("tier", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("tier_due_on", sa.Date(), nullable=True),
        sa.Column("inactive_due_on", sa.Date(), nullable=True),
        sa.Column("merged_into", sa.String(length=64), nullable=True),
        sa.Column("joined_at", Utc(), nullable=True),
        sa.Column("joined_how", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("terms_version", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("left_at", Utc(), nullable=True),
        sa.CheckConstraint("available >= 0", name=op.f("ck_member_available")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_member_held")),
        sa.CheckConstraint("pending >= 0", name=op.f("ck_member_pending")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.merchant_id"], name=op.f("fk_member_merchant_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "member_id", name=op.f("pk_member")),
    )
    op.create_table(
        "programme",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("valid_from", Utc(), nullable=False),
        sa.Column("counts_from", Utc(), nullable=False),
        sa.Column("by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("applied_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.merchant_id"],
            name=op.f("fk_programme_merchant_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "n", name=op.f("pk_programme")),
    )
    op.create_table(
        "seal",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("members", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("transfers", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.merchant_id"], name=op.f("fk_seal_merchant_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "n", name=op.f("pk_seal")),
    )
    op.create_table(
        "shop",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("settings", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("settings_version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("suspended", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.merchant_id"], name=op.f("fk_shop_merchant_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "shop_id", name=op.f("pk_shop")),
    )
    op.create_table(
        "address",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.shop_id"],
            name=op.f("fk_address_shop_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_address")),
    )
    op.create_table(
        "award",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("deserved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("given", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("pending", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("release_at", Utc(), nullable=True),
        sa.Column("waived", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("given >= 0", name=op.f("ck_award_given")),
        sa.CheckConstraint("pending >= 0", name=op.f("ck_award_pending")),
        sa.CheckConstraint("waived >= 0", name=op.f("ck_award_waived")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_award_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "subject", "rule", name=op.f("pk_award")),
    )
    op.create_index(
        "ix_award_open",
        "award",
        ["merchant_id", "member_id"],
        unique=False,
        postgresql_where=sa.text("given > deserved + waived"),
        sqlite_where=sa.text("given > deserved + waived"),
    )
    op.create_index(
        "ix_award_pending",
        "award",
        ["merchant_id", "member_id", "release_at"],
        unique=False,
        postgresql_where=sa.text("pending > 0"),
        sqlite_where=sa.text("pending > 0"),
    )
    op.create_index(
        "ix_award_release_at",
        "award",
        ["release_at"],
        unique=False,
        postgresql_where=sa.text("pending > 0"),
        sqlite_where=sa.text("pending > 0"),
    )
    op.create_table(
        "customer",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("first_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("country", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("group", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("erased_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.shop_id"],
            name=op.f("fk_customer_shop_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "shop_id", "external_id", name=op.f("pk_customer")),
    )
    op.create_index("ix_customer_email", "customer", ["merchant_id", "email"], unique=False)
    op.create_table(
        "identity",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("proof", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_identity_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "shop_id", "kind", "value", name=op.f("pk_identity")
        ),
    )
    op.create_index("ix_identity_member_id", "identity", ["merchant_id", "member_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("rung_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.shop_id"],
            name=op.f("fk_inbox_shop_merchant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "shop_id", "kind", "external_id", name=op.f("pk_inbox")
        ),
    )
    op.create_index("ix_inbox_due_at", "inbox", ["due_at"], unique=False)
    op.create_table(
        "lot",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("warned_at", Utc(), nullable=True),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_lot_remaining")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_lot_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "member_id", "expires_on", name=op.f("pk_lot")),
    )
    op.create_index(
        "ix_lot_due_on",
        "lot",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("remaining > 0"),
        sqlite_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "note",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_note_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "member_id", "n", name=op.f("pk_note")),
    )
    op.create_table(
        "order",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("buyer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("goods", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=True),
        sa.Column("other", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refunded_other", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refunded_loose", sa.BigInteger(), nullable=True),
        sa.Column("trial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("placed_at", Utc(), nullable=False),
        sa.Column("paid_at", Utc(), nullable=True),
        sa.Column("shipped_at", Utc(), nullable=True),
        sa.Column("delivered_at", Utc(), nullable=True),
        sa.Column("cancelled_at", Utc(), nullable=True),
        sa.Column("withdrawn_at", Utc(), nullable=True),
        sa.Column("gone_at", Utc(), nullable=True),
        sa.Column("looked_at", Utc(), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_order_member_merchant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.shop_id"],
            name=op.f("fk_order_shop_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "shop_id", "external_id", name=op.f("pk_order")),
    )
    op.create_index("ix_order_buyer", "order", ["merchant_id", "shop_id", "buyer"], unique=False)
    op.create_index(
        "ix_order_member_id", "order", ["merchant_id", "member_id", "placed_at"], unique=False
    )
    op.create_index(
        "ix_order_placed_at", "order", ["merchant_id", "shop_id", "placed_at"], unique=False
    )
    op.create_table(
        "product",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("image", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("gift_card", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("looked_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.shop_id"],
            name=op.f("fk_product_shop_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "shop_id", "external_id", name=op.f("pk_product")),
    )
    op.create_table(
        "sync",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("looked_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.shop_id"],
            name=op.f("fk_sync_shop_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "shop_id", "stream", name=op.f("pk_sync")),
    )
    op.create_table(
        "transfer",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("from_pot", sa.String(length=16), nullable=False),
        sa.Column("to_pot", sa.String(length=16), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("lots", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("basis_version", sa.Integer(), nullable=False),
        sa.Column("programme", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("occurred_at", Utc(), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_transfer_points")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_transfer_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "member_id", "n", name=op.f("pk_transfer")),
        sa.UniqueConstraint("merchant_id", "key", name=op.f("uq_transfer_key")),
    )
    op.create_index("ix_transfer_subject", "transfer", ["merchant_id", "subject"], unique=False)
