"""What of a run's answers is not asked for any more: an earlier one was corrected, and the steps after it fell away.

What the runs there are say of it comes from the events: `bootstrap` rebuilds the lists once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; runs inside the caller's transaction."""
    op.add_column("runs", sa.Column("unasked", sa.Text, nullable=False, server_default=""))
