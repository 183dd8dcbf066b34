"""The streams in which numbers are counted in an index of their own on PostgreSQL, byte by byte, however the database sorts text.

They are a few each year, so it stays small. SQLite always compares so, and finds them in the index of streams.
"""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the index; runs inside the caller's transaction."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(
            "events_numbering", "events", [text('stream COLLATE "C"')], postgresql_where=text("stream LIKE 'number %'")
        )
