"""Books: who may see a row, what it is found by, whether it is open, and the signatures given in its run.

What the rows there are get in the new columns comes from the events: `bootstrap` rebuilds the lists once.
"""

# ruff: noqa: S608 - SQL put together from this file's own constants

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SAME = 'run = NEW.run AND step = NEW.step AND "row" = NEW."row"'
CLOSED = f"SELECT words FROM row_closings WHERE {SAME}"
SQLITE = (
    f"CREATE TRIGGER row_closed AFTER INSERT ON row_closings BEGIN "
    f"UPDATE book_rows SET is_open = 0, words = words || NEW.words WHERE {SAME}; END",
    *(
        f"CREATE TRIGGER closed_row_{name} AFTER {act} ON book_rows WHEN EXISTS ({CLOSED}) BEGIN "
        f"UPDATE book_rows SET is_open = 0, words = words || ({CLOSED}) WHERE {SAME}; END"
        for name, act in (("written", "INSERT"), ("rewritten", "UPDATE OF fields"))
    ),
)
POSTGRES = (
    "CREATE FUNCTION close_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"UPDATE book_rows SET is_open = false, words = words || NEW.words WHERE {SAME}; RETURN NEW; END $$",
    "CREATE TRIGGER row_closed AFTER INSERT ON row_closings FOR EACH ROW EXECUTE FUNCTION close_row()",
    "CREATE FUNCTION keep_row_closed() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE closing text; BEGIN "
    f"SELECT words INTO closing FROM row_closings WHERE {SAME}; "
    "IF FOUND THEN NEW.is_open := false; NEW.words := NEW.words || closing; END IF; RETURN NEW; END $$",
    # What an upsert replaces it takes from the row as this trigger left it: on UPDATE it would be added twice.
    "CREATE TRIGGER closed_row_written BEFORE INSERT ON book_rows FOR EACH ROW EXECUTE FUNCTION keep_row_closed()",
)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    """Make the columns, the table and the triggers; runs inside the caller's transaction."""
    dialect = op.get_bind().dialect.name
    for name in ("parties", "words"):
        op.add_column("book_rows", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("book_rows", sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("row_closings", sa.Column("words", sa.Text, nullable=False, server_default=""))
    op.drop_index("book_rows_by_book", "book_rows")
    order = ["book", "is_open", "parties", "at", "run", "step", "row"]
    # A scan for words reads the index alone. PostgreSQL's takes no long texts; there the rows are read.
    if dialect == "sqlite":
        op.create_index("book_rows_in_order_with_words", "book_rows", [*order, "words"])
    else:
        op.create_index("book_rows_in_order", "book_rows", order)
    op.create_table(
        "signatures",
        sa.Column("run", sa.Text, primary_key=True, nullable=False),
        sa.Column("seq", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        *_text("step", "by", "role", "at", "name", "meaning", "drawn"),
    )  # fmt: skip
    for statement in SQLITE if dialect == "sqlite" else POSTGRES:
        op.execute(statement)
