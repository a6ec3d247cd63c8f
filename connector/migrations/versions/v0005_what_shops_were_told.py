"""What shops were told of their customers' points."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identity", sa.Column("told", sa.String(length=60), nullable=True))
