"""When a reading was corrected, beside when it was taken: a correction does not move it to another day.

Both come from the events: `bootstrap` rebuilds the lists once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; runs inside the caller's transaction."""
    op.add_column("readings", sa.Column("amended_at", sa.Text, nullable=True))
