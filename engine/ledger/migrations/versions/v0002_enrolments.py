"""One-time codes with which tablets are enrolled: the hash of a code, its place, its end, and when it was used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table; runs inside the caller's transaction."""
    op.create_table(
        "enrolments",
        sa.Column("digest", sa.Text, primary_key=True, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text, nullable=True),
    )
