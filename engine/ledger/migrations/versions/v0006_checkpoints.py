"""Signed checkpoints of the record; append-only by trigger, like the events they vouch for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SQLITE = (
    *(
        f"CREATE TRIGGER checkpoints_refuse_{act} BEFORE {act} ON checkpoints "
        "BEGIN SELECT RAISE(ABORT, 'checkpoints is append-only'); END"
        for act in ("UPDATE", "DELETE")
    ),
)
POSTGRES = (
    "CREATE TRIGGER checkpoints_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "REVOKE UPDATE, DELETE, TRUNCATE ON checkpoints FROM PUBLIC, CURRENT_USER",
)


def upgrade() -> None:
    """Make the table; runs inside the caller's transaction."""
    op.create_table(
        "checkpoints",
        sa.Column("size", POSITION, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)
