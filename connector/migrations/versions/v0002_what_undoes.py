"""What a transfer was ended or taken back by is found without reading its member's history."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_transfer_undoes",
        "transfer",
        ["merchant_id", "member_id", "undoes"],
        postgresql_where=sa.text("undoes IS NOT NULL"),
        sqlite_where=sa.text("undoes IS NOT NULL"),
    )
