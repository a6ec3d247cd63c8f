"""What a transfer was undone by, what is due in a lane: found without reading what is not asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = (
    ("transfer", "ix_transfer_undoes", ["member_id", "undoes"], "undoes IS NOT NULL"),
    ("award", "ix_award_due", ["release_at"], "pending > 0"),
    ("lot", "ix_lot_due", ["due_on"], "remaining > 0"),
    ("outbox", "ix_outbox_lane", ["lane", "due_at"], "done_at IS NULL"),
)


def upgrade() -> None:
    for table, name, columns, where in _INDEXES:
        op.create_index(
            name,
            table,
            ["merchant_id", *columns],
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(where),
        )
    op.drop_index("ix_award_release_at", "award")
    op.drop_index("ix_lot_due_on", "lot")
