"""Marks: what runs that are over are found by, several at once, in an index of words.

What the runs there are bear comes from the events: `bootstrap` rebuilds the lists once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# As with the words of notes, the index holds its own rows: nothing depends on row numbers a VACUUM may change.
_OF_OLD = (
    "DELETE FROM marks_found WHERE rowid IN (SELECT rowid FROM marks_found WHERE marks_found MATCH "
    "'run : \"' || OLD.run || '\"' AND run = OLD.run)"
)
_NEW = "INSERT INTO marks_found (marks, run) VALUES (NEW.marks, NEW.run)"
SQLITE = (
    "CREATE VIRTUAL TABLE marks_found USING fts5(marks, run, tokenize = 'unicode61')",
    f"CREATE TRIGGER marks_written AFTER INSERT ON marks BEGIN {_NEW}; END",
    f"CREATE TRIGGER marks_gone AFTER DELETE ON marks BEGIN {_OF_OLD}; END",
    f"CREATE TRIGGER marks_rewritten AFTER UPDATE OF marks ON marks WHEN OLD.marks <> NEW.marks BEGIN {_OF_OLD}; {_NEW}; END",
)
POSTGRES = ("CREATE INDEX marks_found ON marks USING gin (string_to_array(marks, ' '))",)


def upgrade() -> None:
    """Make the table and its index; runs inside the caller's transaction."""
    op.create_table(
        "marks", sa.Column("run", sa.Text, primary_key=True, nullable=False), sa.Column("marks", sa.Text, nullable=False)
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)
