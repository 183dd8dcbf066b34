"""Review: what runs are found by, who had a hand in them, what was answered and written, how long steps took, whether in time.

What the rows there are get in the new columns and tables comes from the events: `bootstrap` rebuilds the lists once.
"""

# ruff: noqa: S608 - SQL put together from this file's own constants

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# Notes are found by the words of a full-text index that holds its own rows: nothing depends on row numbers a VACUUM may change.
_OF_OLD = (
    "DELETE FROM notes_found WHERE rowid IN (SELECT rowid FROM notes_found WHERE notes_found MATCH "
    "'run : \"' || OLD.run || '\"' AND seq = OLD.seq AND part = OLD.part)"
)
_NEW_WORDS = "INSERT INTO notes_found (words, run, seq, part) VALUES (NEW.words, NEW.run, NEW.seq, NEW.part)"
_KEY = "procedure, place, month, week, outcome"


def _counted(row: str, by: str) -> str:
    values = ", ".join(f"{row}.{name}" for name in _KEY.split(", "))
    return (
        f"INSERT INTO punctuality ({_KEY}, number) VALUES ({values}, {by}) "
        f"ON CONFLICT ({_KEY}) DO UPDATE SET number = punctuality.number + ({by})"
    )


# What is over stands in indexes of its own: ticks, which change open runs only, never write to them.
OVER = (
    ("runs_over_in_order", ["started_at", "run"], ""),
    ("runs_over_by_place", ["place", "started_at", "run"], ""),
    ("runs_over_by_procedure", ["procedure", "started_at", "run"], ""),
    ("runs_over_by_revision", ["revision", "started_at", "run"], ""),
    ("runs_over_by_risk", ["risk", "started_at", "run"], ""),
    ("runs_over_by_review", ["review", "started_at", "run"], ""),
    ("runs_to_review", ["review", "risk", "finished_at", "run"], " AND review <> '' AND review <> 'approved'"),
    ("runs_over_late", ["started_at", "run", "place", "procedure"], " AND is_late"),
    ("runs_over_deviating", ["started_at", "run", "place", "procedure"], " AND deviations > 0"),
    ("runs_over_amended", ["started_at", "run", "place", "procedure"], " AND amendments > 0"),
    ("runs_given_up", ["started_at", "run"], " AND state = 'abandoned'"),
)

SQLITE = (
    "CREATE VIRTUAL TABLE notes_found USING fts5(words, run, seq UNINDEXED, part UNINDEXED, tokenize = 'unicode61')",
    f"CREATE TRIGGER note_written AFTER INSERT ON notes BEGIN {_NEW_WORDS}; END",
    f"CREATE TRIGGER note_gone AFTER DELETE ON notes BEGIN {_OF_OLD}; END",
    "CREATE TRIGGER note_rewritten AFTER UPDATE OF words ON notes WHEN OLD.words <> NEW.words BEGIN "
    f"{_OF_OLD}; {_NEW_WORDS}; END",
    f"CREATE TRIGGER occurrence_counted AFTER INSERT ON occurrences BEGIN {_counted('NEW', '1')}; END",
    f"CREATE TRIGGER occurrence_discounted AFTER DELETE ON occurrences BEGIN {_counted('OLD', '-1')}; END",
    f"CREATE TRIGGER occurrence_recounted AFTER UPDATE ON occurrences BEGIN {_counted('OLD', '-1')}; {_counted('NEW', '1')}; END",
)
POSTGRES = (
    "CREATE INDEX notes_found ON notes USING gin (to_tsvector('simple', words))",
    "CREATE FUNCTION count_occurrence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' THEN {_counted('OLD', '-1')}; END IF; "
    f"IF TG_OP <> 'DELETE' THEN {_counted('NEW', '1')}; END IF; RETURN NULL; END $$",
    "CREATE TRIGGER occurrence_counted AFTER INSERT OR UPDATE OR DELETE ON occurrences "
    "FOR EACH ROW EXECUTE FUNCTION count_occurrence()",
)


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in names]


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _maybe(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=True) for name in names]


def upgrade() -> None:
    """Make the columns, tables and triggers; runs inside the caller's transaction."""
    _runs()
    _lists()
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def _runs() -> None:
    for name in ("deviations", "amendments", "risk"):
        op.add_column("runs", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("is_late", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("runs", sa.Column("review", sa.Text, nullable=False, server_default=""))
    for column in _maybe("reviewed_at", "reviewed_by", "scheduled_for"):
        op.add_column("runs", column)
    for name, columns, which in OVER:
        where = sa.text(f"finished_at IS NOT NULL{which}")
        op.create_index(name, "runs", columns, sqlite_where=where, postgresql_where=where)


def _lists() -> None:
    op.create_table("hands", *_keys("run", "person"), *_text("started_at"))
    op.create_index("hands_of_person", "hands", ["person", "started_at"])
    op.create_table(
        "answers", *_keys("run", "step", "entry"), *_maybe("value"), *_text("at"), *_maybe("place"), *_text("procedure")
    )
    op.create_index("answers_by_value", "answers", ["procedure", "step", "value", "run"])
    op.create_index("readings_by_value", "readings", ["parameter", "number", "at", "run"])
    op.create_table(
        "notes",
        *_keys("run"),
        sa.Column("seq", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        *_keys("part"),
        *_text("step", "kind", "at", "by", "text", "words"),
    )
    op.create_table("paces", *_keys("run"), *_text("procedure"), *_maybe("place"), *_text("started_at", "steps"))
    op.create_index("paces_of_procedure", "paces", ["procedure", "started_at"])
    op.create_table("occurrences", *_keys("run"), *_text("procedure", "place", "starts_at", "month", "week", "outcome"))
    op.create_index("occurrences_of_procedure", "occurrences", ["procedure", "starts_at"])
    op.create_table("punctuality", *_keys(*_KEY.split(", ")), sa.Column("number", sa.Integer, nullable=False))
    op.create_index("deviations_by_cause", "deviations", ["cause", "run"])
    op.create_index("notices_by_kind", "notices", ["kind", "due"])
    is_shared = sa.Column("is_shared", sa.Boolean, nullable=False)
    op.create_table("views", *_keys("view"), *_text("person", "title", "query"), is_shared, *_text("at"))
    op.create_index("views_of_person", "views", ["person"])
