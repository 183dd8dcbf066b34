"""Reports: what was made and signed, and the documents, append-only by trigger like the events that name them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SQLITE = (
    *(
        f"CREATE TRIGGER report_contents_refuse_{act} BEFORE {act} ON report_contents "
        "BEGIN SELECT RAISE(ABORT, 'report_contents is append-only'); END"
        for act in ("UPDATE", "DELETE")
    ),
)
POSTGRES = (
    "CREATE TRIGGER report_contents_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON report_contents "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "REVOKE UPDATE, DELETE, TRUNCATE ON report_contents FROM PUBLIC, CURRENT_USER",
)


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in names]


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables; runs inside the caller's transaction."""
    op.create_table("report_contents", *_keys("digest"), *_text("content"))
    op.create_table(
        "reports",
        *_keys("report", "period"),
        sa.Column("edition", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        *_text("content", "since", "until", "due", "signs", "made_at", "made_by", "reason"),
    )
    op.create_index("reports_in_order", "reports", ["report", "until"])
    op.create_index("reports_by_due", "reports", ["due"])
    op.create_table(
        "report_signatures",
        *_keys("content", "meaning"),
        *_text("report", "period", "by", "role", "name", "at", "comment"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)
