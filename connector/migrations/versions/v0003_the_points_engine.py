"""The points engine: rewards and vouchers, campaigns, warnings, what rules ask of orders, and the admin."""

import sqlalchemy as sa
from alembic import op

from connector.tables import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_attempt")),
    )
    op.create_table(
        "audit",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["merchant_id", "at"], unique=False)
    op.create_table(
        "campaign",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("granted", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "granted >= 0 AND (budget IS NULL OR granted <= budget)",
            name=op.f("ck_campaign_granted"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "campaign_id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "campaign_use",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("uses", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("points", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint(
            "merchant_id", "campaign_id", "member_id", "period", name=op.f("pk_campaign_use")
        ),
    )
    op.create_table(
        "token",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_token")),
        sa.UniqueConstraint("merchant_id", "digest", name=op.f("uq_token_digest")),
    )
    op.create_table(
        "user",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("password", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("lang", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("everywhere", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_")),
    )
    op.create_table(
        "grant",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.merchant_id"], name=op.f("fk_grant_merchant_merchant_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.user_id"], name=op.f("fk_grant_user_user_id")),
        sa.PrimaryKeyConstraint("user_id", "merchant_id", name=op.f("pk_grant")),
    )
    op.create_table(
        "invitation",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.merchant_id"],
            name=op.f("fk_invitation_merchant_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "digest", name=op.f("pk_invitation")),
    )
    op.create_index("ix_grant_merchant_id", "grant", ["merchant_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("agent", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.user_id"], name=op.f("fk_session_user_user_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"], unique=False)
    op.create_table(
        "reservation",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("cart", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("points", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("hold", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_reservation_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "shop_id", "cart", name=op.f("pk_reservation")),
    )
    op.create_index(
        "ix_reservation_until",
        "reservation",
        ["merchant_id", "until"],
        unique=False,
        postgresql_where=sa.text("state = 'reserved'"),
        sqlite_where=sa.text("state = 'reserved'"),
    )
    op.create_table(
        "voucher",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("voucher_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reward", sa.String(length=64), nullable=False),
        sa.Column("offer", sa.JSON(), nullable=False),
        sa.Column("points", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("hold", sa.BigInteger(), nullable=True),
        sa.Column("given_back", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_in", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.CheckConstraint(
            "given_back >= 0 AND given_back <= points", name=op.f("ck_voucher_given_back")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_voucher_member_merchant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.shop_id"],
            name=op.f("fk_voucher_shop_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "voucher_id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("merchant_id", "shop_id", "code", name=op.f("uq_voucher_shop_id")),
    )
    op.create_index(
        "ix_voucher_member_id", "voucher", ["merchant_id", "member_id", "made_at"], unique=False
    )
    op.create_index(
        "ix_voucher_open",
        "voucher",
        ["merchant_id", "expires_on"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('used', 'ended')"),
        sqlite_where=sa.text("state NOT IN ('used', 'ended')"),
    )
    op.create_table(
        "voucher_use",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("voucher_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "voucher_id"],
            ["voucher.merchant_id", "voucher.voucher_id"],
            name=op.f("fk_voucher_use_voucher_merchant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "shop_id", "order_id", "voucher_id", name=op.f("pk_voucher_use")
        ),
    )
    op.create_index(
        "ix_voucher_use_voucher_id", "voucher_use", ["merchant_id", "voucher_id"], unique=False
    )
    op.create_table(
        "warning",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.Column("delivered_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_warning_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "member_id", "expires_on", "due_on", "days", name=op.f("pk_warning")
        ),
    )
    op.add_column("order", sa.Column("facts", sa.JSON(), nullable=True))
    op.create_table(
        "merge",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survivor", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.Column("undone_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "member_id"],
            ["member.merchant_id", "member.member_id"],
            name=op.f("fk_merge_member_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "member_id", "n", name=op.f("pk_merge")),
    )
    op.create_index("ix_merge_survivor", "merge", ["merchant_id", "survivor"], unique=False)
    op.add_column(
        "member", sa.Column("joined_where", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("customer", sa.Column("birthday", sa.String(length=5), nullable=True))
    op.add_column("customer", sa.Column("birthday_at", Utc(), nullable=True))
    op.create_index(
        "ix_customer_birthday",
        "customer",
        ["merchant_id", "birthday"],
        unique=False,
        postgresql_where=sa.text("birthday IS NOT NULL"),
        sqlite_where=sa.text("birthday IS NOT NULL"),
    )
    _let_corrections_take()


def _let_corrections_take() -> None:
    """An award may have taken more than it gave: its lower bound goes.

    SQLite's own procedure for that; a table of the books is never copied.
    """
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_award_given"), "award", type_="check")
        return
    op.execute("PRAGMA writable_schema=ON")
    op.execute(
        "UPDATE sqlite_master SET sql = "
        "replace(sql, 'CONSTRAINT ck_award_given CHECK (given >= 0),', '') "
        "WHERE type = 'table' AND name = 'award'"
    )
    op.execute("PRAGMA writable_schema=RESET")
