"""What the projections say by the events, stream by stream. Needs nothing but the ledger and the plan of a revision.

Each stream stands for itself: parts of the ledger can be worked on side by side, in any order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, func, select

from engine.ledger import tables
from engine.ledger.codec import Body, decode
from engine.ledger.projections import rows_of, site_rows
from engine.ledger.sealing import Held
from engine.ledger.vault import held_of
from engine.procedure.plan import Plan
from engine.run.events import Event, Happened, RunStarted
from engine.run.site_events import SiteEvent
from engine.run.standing import assess
from engine.run.state import fold

PROJECTIONS = (
    "runs",
    "readings",
    "deviations",
    "book_rows",
    "handovers",
    "gates",
    "people",
    "timers",
    "notices",
    "assignments",
    "row_closings",
    "signatures",
    "devices",
    "tokens",
    "hands",
    "answers",
    "notes",
    "marks",
    "paces",
    "occurrences",
    "reports",
    "report_signatures",
)
PAGE = 1000

PlanOf = Callable[[str, str], Plan]
"""The plan of a revision of a procedure at a revision of the site, both by digest. Raises KeyError."""

ProjectedRow = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """The streams from the `first` to the `last`, and how many events they have."""

    first: str
    last: str
    events: int


def parts(connection: Connection, size: int) -> Iterator[Part]:
    """The whole ledger in parts of about `size` events; a stream is never divided."""
    events = tables.events
    query = select(events.c.stream, func.count()).group_by(events.c.stream).order_by(events.c.stream)
    first, count, last = "", 0, ""
    for last, some in connection.execute(query):
        first, count = first or last, count + some
        if count >= size:
            yield Part(first, last, count)
            first, count = "", 0
    if count:
        yield Part(first, last, count)


def projected(connection: Connection, plan_of: PlanOf, part: Part | None = None) -> Iterator[ProjectedRow]:
    """Every row of every projection, as the events give it: of a part, or of the whole ledger."""
    events = tables.events
    query = select(events).order_by(events.c.stream, events.c.stream_seq)
    if part:
        query = query.where(events.c.stream >= part.first, events.c.stream <= part.last)
    for stream, rows in groupby(pages(connection, query), key=lambda row: str(row.stream)):
        whole = list(rows)
        held = held_of(connection, (row.body for row in whole))
        is_run = isinstance(_body(whole[0], held), RunStarted)
        yield from _run_rows(stream, whole, plan_of, held) if is_run else _site_rows(whole, held)


def pages(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a query, a page at a time, in flat memory."""
    return iter(connection.execute(query.execution_options(yield_per=PAGE)))


def _body(row: Row[Any], held: Held) -> Body:
    return decode(row.kind, row.format, row.body, held)


def _run_rows(run: str, rows: Iterable[Row[Any]], plan_of: PlanOf, held: Held) -> Iterator[ProjectedRow]:
    history = [_happened(row, held) for row in rows]
    state = fold(run, history)
    assert state is not None
    found = rows_of(assess(plan_of(state.started.revision, state.started.site), state), history)
    yield from ((table, row) for table, some in found.items() for row in some)


def _happened(row: Row[Any], held: Held) -> Happened:
    event = cast(Event, _body(row, held))
    return Happened(row.stream_seq, event, row.by, row.role, row.device, row.occurred_at, row.recorded_at)


def _site_rows(rows: Iterable[Row[Any]], held: Held) -> Iterator[ProjectedRow]:
    """Rows of people, gates, schedules: the last one for each."""
    latest: dict[tuple[str, tuple[Any, ...]], Mapping[str, Any]] = {}
    for row in rows:
        for table, some in site_rows(cast(SiteEvent, _body(row, held)), row.recorded_at, row.by).items():
            keys = [column.name for column in tables.metadata.tables[table].primary_key]
            latest |= {(table, tuple(one[key] for key in keys)): one for one in some}
    yield from ((table, row) for (table, _), row in latest.items())
