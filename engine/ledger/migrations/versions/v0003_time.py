"""Time: when each run is to be looked at again, what was told and how it was delivered, who was assigned, when the clock ran."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True, nullable=False)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def upgrade() -> None:
    """Make the tables; runs inside the caller's transaction."""
    op.create_index("runs_over", "runs", ["finished_at"])
    op.create_index("deviations_by_time", "deviations", ["raised_at"])
    op.create_index("runs_open", "runs", ["state", "procedure", "started_at"])
    op.create_table("timers", _key("run"), *_text("fires_at", "due_at", "held_by", "held_until", nullable=True))
    op.create_index("timers_by_time", "timers", ["fires_at"])
    op.create_index("timers_by_due", "timers", ["due_at"])
    op.create_table(
        "notices", _key("notice"), *_text("kind", "at", "told_at", "roles", "person"),
        *_text("run", "number", nullable=True), *_text("procedure"), *_text("place", "step", "due", nullable=True),
        sa.Column("level", sa.Integer, nullable=False), *_text("text"),
    )  # fmt: skip
    op.create_index("notices_by_time", "notices", ["told_at"])
    op.create_index("notices_of_procedure", "notices", ["procedure", "due"])
    op.create_index("notices_of_run", "notices", ["run"])
    op.create_table("assignments", _key("procedure"), _key("starts_at"), *_text("person"))
    op.create_table(
        "deliveries", _key("notice"), _key("channel"), *_text("state", "message"),
        sa.Column("attempts", sa.Integer, nullable=False), *_text("wanted_at"),
        *_text("try_at", "sent_at", "error", "held_by", "held_until", nullable=True),
    )  # fmt: skip
    op.create_index("deliveries_by_time", "deliveries", ["channel", "state", "try_at"])
    op.create_index("deliveries_of_message", "deliveries", ["channel", "message"])
    op.create_table("row_closings", _key("run"), _key("step"), _key("row"), *_text("book", "at", "by", "fields"))
    op.create_index("row_closings_by_time", "row_closings", ["at"])
    op.create_index("book_rows_by_time", "book_rows", ["at"])
    op.create_table("handovers", _key("run"), *_text("place", "procedure", "gave", "took", "at"))
    op.create_index("handovers_by_place", "handovers", ["place", "at"])
    op.create_table("seen", _key("person"), _key("notice"))
    op.create_table("heartbeats", _key("name"), *_text("at"))
