"""Retention: personal values, apart from the events that name them, so that they can be erased without touching an event."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"


TEXTS = ("run", "step", "entry", "field", "procedure", "book", "at", "command")


def upgrade() -> None:
    """Make the table; runs inside the caller's transaction."""
    op.create_table(
        "vault",
        sa.Column("commitment", sa.Text, primary_key=True, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        sa.Column("told", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=True),
        *(sa.Column(name, sa.Text, nullable=True) for name in ("value", "pictures", "erased_at")),
    )
    op.create_index("vault_of_run", "vault", ["run"])
    kept = sa.text("erased_at IS NULL")
    op.create_index("vault_by_age", "vault", ["procedure", "book", "at"], sqlite_where=kept, postgresql_where=kept)
    if op.get_bind().dialect.name == "sqlite":  # words of a note that is rewritten leave no trace in the index
        op.execute("INSERT INTO notes_found (notes_found, rank) VALUES ('secure-delete', 1)")
