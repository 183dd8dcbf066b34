"""What was told to whom: that something falls due, is late, was missed, went wrong, was handed on or asked for.

What people wrote themselves (the reason of a request, the note of a handing-on) stays in the record: it may be about anybody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import select

from engine.api.answers import Answer, Shape
from engine.api.asked import Between, Name
from engine.api.known import check_names
from engine.api.lists import between, named
from engine.api.source import Source, behind, key_of, page_of, pick
from engine.ledger import tables

Kind = Literal[
    "due", "unbegun", "missed", "near", "overdue", "late", "critical", "deviation", "handed", "asked", "granted", "refused",
    "proposed", "unreviewed", "report_made", "report_late",
]  # fmt: skip
_CODED = ("critical", "deviation")
"""Kinds whose text is a code, and nobody's own words."""


class Notice(Shape):
    """Something that was told."""

    notice: str = Field(description="Its id; it is never told again under another.")
    kind: str = Field(
        description="due: a scheduled time has come; unbegun: nobody has begun; missed: nobody did; near, overdue: a deadline; "
        "late: a whole run; critical, deviation: something is not as it should be; handed: work was passed on; asked, granted, "
        "refused: more time; proposed: an answer by time; unreviewed: a run waits too long for its review; report_made, "
        "report_late: a report."
    )
    at: datetime = Field(description="When it came about.")
    told_at: datetime = Field(description="When it was recorded and told.")
    roles: tuple[str, ...] = Field(description="The roles it was told to, by id.")
    person: str | None = Field(description="The one it was told to by name, by id.")
    run: str | None = Field(description="The run, by id; null for what no run was begun for.")
    number: str | None = Field(description="Its number, where it has one.")
    procedure: str = Field(description="The procedure, by id; for reports their id.")
    place: str | None = Field(description="The place, by id.")
    step: str | None = Field(description="The step, by id.")
    due: datetime | None = Field(description="The scheduled time or the deadline it is about.")
    level: int = Field(description="Of what is overdue: 0 when the time ran out, one more each time it goes further up.")
    cause: str | None = Field(description="Of a deviation its cause, e.g. out_of_limits.")


class Notices(Answer):
    """What was told, the oldest first."""

    items: tuple[Notice, ...] = Field(description="The notices, in order.")


class NoticesAsked(Between):
    """Which notices, by when they were told."""

    place: Name = Field(default="", description="Of this place, by id.")
    procedure: Name = Field(default="", description="Of this procedure, by id.")
    kind: Kind | Literal[""] = Field(default="", description="Of this kind, e.g. missed or overdue.")
    run: Name = Field(default="", description="Of this run, by id.")


_PLAIN = tuple(name for name in Notice.model_fields if name not in ("roles", "person", "cause"))


def notices(source: Source, asked: NoticesAsked) -> Notices:
    """What was told. Raises Refused."""
    check_names(source, asked, source.engine.site.reports)
    as_of, table = source.as_of, tables.notices
    order = (table.c.told_at, table.c.notice)
    where = [*named(source, table, asked, "place", "procedure", "kind", "run"), *between(table.c.told_at, source, asked)]
    rows = source.rows(behind(select(table).where(*where), order, asked.after, asked.limit))
    shown, next_ = page_of(rows, asked.limit, lambda row: key_of(row, order))
    return Notices(as_of=as_of, next=next_, items=tuple(_notice(row) for row in shown))


def _notice(row: Mapping[str, Any]) -> Notice:
    roles = tuple(one for one in row["roles"].split(",") if one)
    cause = row["text"] if row["kind"] in _CODED else None
    return Notice(**pick(row, _PLAIN), roles=roles, person=row["person"] or None, cause=cause or None)
