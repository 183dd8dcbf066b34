"""The runs with answers that are not asked for any more, in an index of their own: what is found by its value leaves them out.

A field that was never filled in has no reading any more, and one that a correction filled in later has the time of that: it
comes from the events, and `bootstrap` rebuilds the lists once.
"""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the index; runs inside the caller's transaction."""
    op.execute("CREATE INDEX runs_unasked ON runs (run) WHERE unasked <> ''")
