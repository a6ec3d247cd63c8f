"""What a campaign has granted: its budget, and how often and how much whom in which period."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, PrimaryKeyConstraint, Table

from connector.tables.columns import count, id_of, metadata

campaign = Table(
    "campaign",
    metadata,
    id_of("merchant_id"),
    id_of("campaign_id"),
    Column("budget", BigInteger),
    count("granted"),
    PrimaryKeyConstraint("merchant_id", "campaign_id"),
    CheckConstraint("granted >= 0 AND (budget IS NULL OR granted <= budget)", name="granted"),
)

campaign_use = Table(
    "campaign_use",
    metadata,
    id_of("merchant_id"),
    id_of("campaign_id"),
    id_of("member_id"),
    id_of("period"),
    count("uses"),
    count("points"),
    PrimaryKeyConstraint("merchant_id", "campaign_id", "member_id", "period"),
)
"""`member_id` "" counts everybody together; `period` is "" (ever), a day or a week."""
