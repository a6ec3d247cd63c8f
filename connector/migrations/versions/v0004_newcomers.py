"""Shops on their way in."""

import sqlalchemy as sa
from alembic import op

from connector.tables import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "newcomer",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_newcomer")),
    )
