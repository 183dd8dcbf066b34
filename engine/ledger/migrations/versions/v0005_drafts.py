"""Drafts of procedures, and every text they ever had."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; runs inside the caller's transaction."""
    op.create_table(
        "drafts",
        sa.Column("draft", sa.Text, primary_key=True, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "base", "state")),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "by")),
    )
    op.create_index("drafts_by_name", "drafts", ["name", "state"])
    op.create_table(
        "draft_texts",
        sa.Column("draft", sa.Text, primary_key=True, nullable=False),
        sa.Column("version", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "by", "files", "note")),
    )
