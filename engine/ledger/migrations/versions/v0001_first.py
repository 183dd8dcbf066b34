"""The first schema: events, receipts, revisions (append-only by trigger), projections, accounts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("events", "receipts", "revisions")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_TRIGGER = """
CREATE TRIGGER {table}_refuse_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
POSTGRES_RIGHTS = "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER"


def upgrade() -> None:
    """Make everything; runs inside the caller's transaction."""
    create_record()
    create_projections()
    create_accounts()
    for table in APPEND_ONLY:
        for statement in refusals(op.get_bind().dialect.name, table):
            op.execute(statement)


def refusals(dialect: str, table: str) -> list[str]:
    """What makes a table append-only."""
    if dialect == "sqlite":
        return [SQLITE_TRIGGER.format(table=table, act=act) for act in ("UPDATE", "DELETE")]
    function = [POSTGRES_FUNCTION] if table == APPEND_ONLY[0] else []
    return [*function, POSTGRES_TRIGGER.format(table=table), POSTGRES_RIGHTS.format(table=table)]


def key(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def column(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def maybe(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


# One line holds many columns: the shape of a table is to be seen at once.
# fmt: off


def create_record() -> None:
    op.create_table(
        "events",
        key("seq", POSITION), column("stream"), column("stream_seq", sa.Integer), column("event_id"),
        column("kind"), column("format", sa.Integer), column("by"), column("role"), column("device"),
        column("occurred_at"), column("recorded_at"), column("command_id"), column("body"),
        column("hash", sa.LargeBinary), sa.UniqueConstraint("stream", "stream_seq", name="events_in_stream"),
        sa.UniqueConstraint("event_id", name="events_by_id"),
    )
    op.create_table(
        "receipts",
        key("number", POSITION), column("command_id"), column("digest", sa.LargeBinary), column("body"),
        column("seq", POSITION), column("count", sa.Integer),
        sa.UniqueConstraint("command_id", name="receipts_by_command"),
    )
    op.create_table(
        "revisions",
        key("digest"), column("procedure"), column("source"), column("compiled"), column("scenarios"),
    )
    op.create_index("revisions_of_procedure", "revisions", ["procedure"])


def create_projections() -> None:
    op.create_table(
        "runs",
        key("run"), maybe("number"), column("procedure"), column("revision"), maybe("place"),
        column("title_zh"), column("state"), column("started_at"), column("started_by"), maybe("finished_at"),
        maybe("holder"), column("open_deviations", sa.Integer), column("settled", sa.Integer),
        column("total", sa.Integer), column("version", sa.Integer), column("updated_at"),
    )
    op.create_index("runs_by_place", "runs", ["place", "state"])
    op.create_index("runs_by_procedure", "runs", ["procedure", "started_at"])
    op.create_table(
        "readings",
        key("run"), key("step"), key("entry"), column("parameter"), maybe("value"), maybe("number", sa.Float),
        maybe("unit"), maybe("band"), column("at"), column("by"), maybe("place"), column("procedure"),
        maybe("deviation"),
    )
    op.create_index("readings_by_parameter", "readings", ["parameter", "at"])
    op.create_index("readings_by_place", "readings", ["place", "parameter", "at"])
    op.create_table(
        "deviations",
        key("run"), key("deviation"), maybe("step"), column("cause"), maybe("band"), column("raised_at"),
        column("raised_by"), column("state"), maybe("closed_at"), maybe("closed_by"), maybe("place"),
        column("procedure"),
    )
    op.create_index("deviations_by_state", "deviations", ["state"])
    op.create_table(
        "book_rows",
        key("run"), key("step"), key("row"), column("book"), column("at"), column("by"), maybe("place"),
        column("fields"),
    )
    op.create_index("book_rows_by_book", "book_rows", ["book", "at"])
    op.create_table(
        "gates",
        key("place"), column("procedure"), maybe("run"), column("is_open", sa.Boolean), column("since"),
        maybe("until"), maybe("reason"),
    )


def create_accounts() -> None:
    op.create_table(
        "people",
        key("person"), column("name"), column("roles"), column("lang"), column("is_active", sa.Boolean),
        maybe("place"),
    )
    op.create_table(
        "credentials",
        key("person"), column("pin_hash"), column("changed_at"),
    )
    op.create_table(
        "devices",
        key("device"), maybe("place"), column("title"), column("enrolled_at"), maybe("revoked_at"),
    )
    op.create_table(
        "attempts",
        key("person"), key("device"), column("failures", sa.Integer), maybe("until"),
    )
