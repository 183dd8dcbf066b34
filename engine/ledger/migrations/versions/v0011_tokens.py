"""Tokens with which other programs read, and their hashes; what became of scheduled times, in the order of time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables and the index; runs inside the caller's transaction."""
    op.create_table(
        "tokens",
        sa.Column("token", sa.Text, primary_key=True, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "person", "scope", "made_at", "expires_at")),
        sa.Column("revoked_at", sa.Text, nullable=True),
    )
    op.create_table(
        "token_keys",
        sa.Column("token", sa.Text, primary_key=True, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("used_on", sa.Text, nullable=True),
    )
    op.create_index("occurrences_by_time", "occurrences", ["starts_at", "run"])
