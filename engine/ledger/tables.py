"""The tables, as SQLAlchemy Core. The migrations make them; a test proves both equal.

``events``, ``receipts`` and ``revisions`` are append-only by trigger. Times are text (``times.stamp``) in both databases so that
what is hashed is what is stored; exact amounts are decimal text.
"""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique

from engine.ledger.columns import Instant, Position
from engine.ledger.columns import at as _at
from engine.ledger.columns import key as _key
from engine.ledger.columns import maybe as _maybe
from engine.ledger.columns import maybe_at as _maybe_at
from engine.ledger.columns import text as _text

SCHEMA = "0016"
"""The newest migration; compared with the database at start, so that alembic is imported only when they differ."""
LISTS = "0015"
"""The newest migration after which the lists are made anew from the events; behind a point, how often what they say changed."""

APPEND_ONLY = ("events", "receipts", "revisions", "report_contents")


metadata = MetaData()
events = Table(
    "events", metadata,
    Column("seq", Position, primary_key=True, autoincrement=False),
    _text("stream"), Column("stream_seq", Integer, nullable=False),
    _text("event_id"), _text("kind"), Column("format", Integer, nullable=False),
    _text("by"), _text("role"), _text("device"), _at("occurred_at"), _at("recorded_at"),
    _text("command_id"), _text("body"), Column("hash", LargeBinary, nullable=False),
    Unique("stream", "stream_seq", name="events_in_stream"), Unique("event_id", name="events_by_id"),
)  # fmt: skip

# Databases sort text in many ways; what begins alike is found behind one another byte by byte.
_NUMBERING = text("stream LIKE 'number %'")
Index("events_numbering", events.c.stream.collate("C"), postgresql_where=_NUMBERING, info={"only": "postgresql"})

receipts = Table(
    "receipts", metadata,
    # Counts in the order of writing; a narrow index on the random command id stays cheap however long the table grows.
    Column("number", Position, primary_key=True, autoincrement=False),
    _text("command_id"), Column("digest", LargeBinary, nullable=False), _text("body"),
    Column("seq", Position, nullable=False), Column("count", Integer, nullable=False),
    Unique("command_id", name="receipts_by_command"),
)  # fmt: skip

revisions = Table(
    "revisions", metadata,
    _key("digest"), _text("procedure"), _text("source"), _text("compiled"), _text("scenarios"),
    Index("revisions_of_procedure", "procedure"),
)  # fmt: skip

checkpoints = Table(
    "checkpoints", metadata,
    Column("size", Position, primary_key=True, autoincrement=False),
    # The tree of all but the last event; the last one's hash makes it the tree that is signed, and so is proven by the signature.
    Column("frontier", LargeBinary, nullable=False),
    _text("note"), _at("at"),
)  # fmt: skip

runs = Table(
    "runs", metadata,
    _key("run"), _maybe("number"), _text("procedure"), _text("revision"), _maybe("place"),
    _text("title_zh"), _text("state"), _at("started_at"), _text("started_by"), _maybe_at("finished_at"), _maybe("holder"),
    Column("open_deviations", Integer, nullable=False), Column("settled", Integer, nullable=False),
    Column("total", Integer, nullable=False), Column("version", Integer, nullable=False), _at("updated_at"),
    Column("deviations", Integer, nullable=False), Column("amendments", Integer, nullable=False),
    Column("risk", Integer, nullable=False), Column("is_late", Boolean, nullable=False),
    _text("review"), _maybe_at("reviewed_at"), _maybe("reviewed_by"), _maybe_at("scheduled_for"),
    _text("unasked"),  # answers that are not asked for any more, between commas
    Index("runs_by_place", "place", "state"), Index("runs_by_procedure", "procedure", "started_at"),
    Index("runs_open", "state", "procedure", "started_at"), Index("runs_over", "finished_at"),
)  # fmt: skip

_UNASKED = text("unasked <> ''")
Index("runs_unasked", runs.c.run, sqlite_where=_UNASKED, postgresql_where=_UNASKED)

_STAYS = {"unless_null": "amended_at"}  # when it was taken and by whom, whoever corrects it later
readings = Table(
    "readings", metadata,
    _key("run"), _key("step"), _key("entry"),
    _text("parameter"), _maybe("value"), Column("number", Float, nullable=True), _maybe("unit"), _maybe("band"),
    Column("at", Instant, nullable=False, info=_STAYS), Column("by", Text, nullable=False, info=_STAYS),
    _maybe("place"), _text("procedure"), _maybe("deviation"), _maybe_at("amended_at"),
    Index("readings_by_parameter", "parameter", "at"), Index("readings_by_place", "place", "parameter", "at"),
    Index("readings_by_value", "parameter", "number", "at", "run"),
)  # fmt: skip

deviations = Table(
    "deviations", metadata,
    _key("run"), _key("deviation"),
    _maybe("step"), _text("cause"), _maybe("band"), _at("raised_at"), _text("raised_by"), _text("state"),
    _maybe_at("closed_at"), _maybe("closed_by"), _maybe("place"), _text("procedure"),
    Index("deviations_by_state", "state"), Index("deviations_by_time", "raised_at"), Index("deviations_by_cause", "cause", "run"),
)  # fmt: skip

book_rows = Table(
    "book_rows", metadata,
    _key("run"), _key("step"), _key("row"),
    _text("book"), _at("at"), _text("by"), _maybe("place"), _text("fields"),
    _text("parties"), _text("words"), Column("is_open", Boolean, nullable=False),
    Index("book_rows_by_time", "at"),
)  # fmt: skip
_IN_ORDER = [book_rows.c[name] for name in ("book", "is_open", "parties", "at", "run", "step", "row")]
# A scan for words reads the index alone. PostgreSQL's takes no long texts; there the rows are read.
Index("book_rows_in_order_with_words", *_IN_ORDER, book_rows.c.words, info={"only": "sqlite"})
Index("book_rows_in_order", *_IN_ORDER, info={"only": "postgresql"})

row_closings = Table(
    "row_closings", metadata,
    _key("run"), _key("step"), _key("row"), _text("book"), _at("at"), _text("by"), _text("fields"), _text("words"),
    Index("row_closings_by_time", "at"),
)  # fmt: skip

signatures = Table(
    "signatures", metadata,
    _key("run"), Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("step"), _text("by"), _text("role"), _at("at"), _text("name"), _text("meaning"), _text("drawn"),
)  # fmt: skip

# What is over stands in indexes of its own: ticks, which change open runs only, never write to them.
for _name, _columns, _which in (
    ("runs_over_in_order", ("started_at", "run"), ""),
    ("runs_over_by_place", ("place", "started_at", "run"), ""),
    ("runs_over_by_procedure", ("procedure", "started_at", "run"), ""),
    ("runs_over_by_revision", ("revision", "started_at", "run"), ""),
    ("runs_over_by_risk", ("risk", "started_at", "run"), ""),
    ("runs_over_by_review", ("review", "started_at", "run"), ""),
    ("runs_to_review", ("review", "risk", "finished_at", "run"), " AND review <> '' AND review <> 'approved'"),
    ("runs_over_late", ("started_at", "run", "place", "procedure"), " AND is_late"),
    ("runs_over_deviating", ("started_at", "run", "place", "procedure"), " AND deviations > 0"),
    ("runs_over_amended", ("started_at", "run", "place", "procedure"), " AND amendments > 0"),
    ("runs_given_up", ("started_at", "run"), " AND state = 'abandoned'"),
):
    _where = text(f"finished_at IS NOT NULL{_which}")
    Index(_name, *(runs.c[column] for column in _columns), sqlite_where=_where, postgresql_where=_where)

hands = Table("hands", metadata, _key("run"), _key("person"), _at("started_at"), Index("hands_of_person", "person", "started_at"))

answers = Table(
    "answers", metadata,
    _key("run"), _key("step"), _key("entry"), _maybe("value"), _at("at"), _maybe("place"), _text("procedure"),
    Index("answers_by_value", "procedure", "step", "value", "run"),
)  # fmt: skip

# SQLite's index of the words of notes, a table by its own right (FTS5); it is no part of `metadata`, alembic knows none such.
notes_found = Table("notes_found", MetaData(), Column("words", Text), Column("run", Text), Column("part", Text))

marks = Table("marks", metadata, _key("run"), _text("marks"))
marks_found = Table("marks_found", MetaData(), Column("marks", Text), Column("run", Text))  # of SQLite, as that of notes

notes = Table(
    "notes", metadata,
    _key("run"), Column("seq", Integer, primary_key=True, autoincrement=False), _key("part"),
    _text("step"), _text("kind"), _at("at"), _text("by"), _text("text"), _text("words"),
)  # fmt: skip

paces = Table(
    "paces", metadata, _key("run"), _text("procedure"), _maybe("place"), _at("started_at"), _text("steps"),
    Index("paces_of_procedure", "procedure", "started_at"),
)  # fmt: skip

occurrences = Table(
    "occurrences", metadata,
    _key("run"), _text("procedure"), _text("place"), _at("starts_at"), _text("month"), _text("week"), _text("outcome"),
    Index("occurrences_of_procedure", "procedure", "starts_at"), Index("occurrences_by_time", "starts_at", "run"),
)  # fmt: skip

# The occurrences counted, by trigger.
punctuality = Table(
    "punctuality", metadata,
    _key("procedure"), _key("place"), _key("month"), _key("week"), _key("outcome"), Column("number", Integer, nullable=False),
)  # fmt: skip

gates = Table(
    "gates", metadata,
    _key("place"), _text("procedure"), _maybe("run"), Column("is_open", Boolean, nullable=False),
    _at("since"), _maybe_at("until"), _maybe("reason"),
)  # fmt: skip

people = Table(
    "people", metadata,
    _key("person"), _text("name"), _text("roles"), _text("lang"), Column("is_active", Boolean, nullable=False), _maybe("place"),
)  # fmt: skip

credentials = Table("credentials", metadata, _key("person"), _text("pin_hash"), _at("changed_at"))

devices = Table(
    "devices", metadata,
    _key("device"), _maybe("place"), _text("title"), _at("enrolled_at"), _maybe_at("revoked_at"),
)  # fmt: skip

enrolments = Table(
    "enrolments", metadata,
    _key("digest"), _text("place"), _at("expires_at"), _maybe_at("used_at"),
)  # fmt: skip

tokens = Table(
    "tokens", metadata,
    _key("token"), _text("name"), _text("person"), _text("scope"), _at("made_at"), _at("expires_at"), _maybe_at("revoked_at"),
)  # fmt: skip

token_keys = Table("token_keys", metadata, _key("token"), _text("digest"), _maybe("used_on"))

timers = Table(
    "timers", metadata,
    _key("run"), _maybe_at("fires_at"), _maybe_at("due_at"), _maybe("held_by"), _maybe_at("held_until"),
    Index("timers_by_time", "fires_at"), Index("timers_by_due", "due_at"),
)  # fmt: skip

notices = Table(
    "notices", metadata,
    _key("notice"), _text("kind"), _at("at"), _at("told_at"), _text("roles"), _text("person"),
    _maybe("run"), _maybe("number"), _text("procedure"), _maybe("place"), _maybe("step"), _maybe_at("due"),
    Column("level", Integer, nullable=False), _text("text"),
    Index("notices_by_time", "told_at"), Index("notices_of_procedure", "procedure", "due"), Index("notices_of_run", "run"),
    Index("notices_by_kind", "kind", "due"),
)  # fmt: skip

assignments = Table("assignments", metadata, _key("procedure"), Column("starts_at", Instant, primary_key=True), _text("person"))

deliveries = Table(
    "deliveries", metadata,
    _key("notice"), _key("channel"), _text("state"), _text("message"), Column("attempts", Integer, nullable=False),
    _at("wanted_at"), _maybe_at("try_at"), _maybe_at("sent_at"), _maybe("error"), _maybe("held_by"), _maybe_at("held_until"),
    Index("deliveries_by_time", "channel", "state", "try_at"), Index("deliveries_of_message", "channel", "message"),
)  # fmt: skip

handovers = Table(
    "handovers", metadata, _key("run"), _text("place"), _text("procedure"), _text("gave"), _text("took"), _at("at"),
    Index("handovers_by_place", "place", "at"),
)  # fmt: skip

seen = Table("seen", metadata, _key("person"), _key("notice"))
heartbeats = Table("heartbeats", metadata, _key("name"), _at("at"))

drafts = Table(
    "drafts", metadata,
    _key("draft"), _text("name"), _text("base"), _text("state"), Column("version", Integer, nullable=False),
    _at("at"), _text("by"),
    Index("drafts_by_name", "name", "state"),
)  # fmt: skip

draft_texts = Table(
    "draft_texts", metadata,
    _key("draft"), Column("version", Integer, primary_key=True, autoincrement=False), _at("at"), _text("by"), _text("files"),
    _text("note"),
)  # fmt: skip

views = Table(
    "views", metadata,
    _key("view"), _text("person"), _text("title"), _text("query"), Column("is_shared", Boolean, nullable=False), _at("at"),
    Index("views_of_person", "person"),
)  # fmt: skip

report_contents = Table("report_contents", metadata, _key("digest"), _text("content"))  # each under the SHA-256 of its text

reports = Table(
    "reports", metadata, _key("report"), _key("period"), Column("edition", Integer, primary_key=True, autoincrement=False),
    _text("content"), _at("since"), _at("until"), _at("due"), _text("signs"), _at("made_at"), _text("made_by"), _text("reason"),
    Index("reports_in_order", "report", "until"), Index("reports_by_due", "due"),
)  # fmt: skip

report_signatures = Table(
    "report_signatures", metadata, _key("content"), _key("meaning"),
    _text("report"), _text("period"), _text("by"), _text("role"), _text("name"), _at("at"), _text("comment"),
)  # fmt: skip

_KEPT = text("erased_at IS NULL")
vault = Table(  # personal values by their commitment, and where they stand; not append-only
    "vault", metadata, _key("commitment"), *map(_text, ("run", "step", "entry", "field", "procedure", "book")), _at("at"),
    _text("command"), Column("told", LargeBinary, nullable=False), Column("salt", LargeBinary, nullable=True),
    _maybe("value"), _maybe("pictures"), _maybe_at("erased_at"), Index("vault_of_run", "run"),
    Index("vault_by_age", "procedure", "book", "at", sqlite_where=_KEPT, postgresql_where=_KEPT),
)  # fmt: skip

_FAILURES = Column("failures", Integer, nullable=False)
attempts = Table("attempts", metadata, _key("person"), _key("device"), _FAILURES, _maybe_at("until"))
