"""Runs that were filled in faster than hands work, or before their time had come."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.codec import decode
from engine.ledger.store import Ledger
from engine.procedure.field import Check, Count, Measure, Photo
from engine.procedure.plan import Plan
from engine.review.questions.rules import BURST_STEPS, BURST_WITHIN, Ticked, burst, is_early
from engine.review.renamed import Renamed
from engine.review.trends.paces import Paces
from engine.run.events import ItemTicked, StepAnswered

PHYSICAL = (Check, Count, Measure, Photo)
"""Kinds of steps that take going somewhere, looking, or a hand."""
LOOKED_AT = 3000
"""Runs of one procedure, the newest."""
CONFIRMED = 200
"""Runs whose events are read, of those that look quick."""
_TICKS = ("step_answered", "item_ticked")
_MILLISECONDS = BURST_WITHIN.total_seconds() * 1000


@dataclass(frozen=True, slots=True)
class Burst:
    """Steps of a run that were ticked in a burst."""

    run: str
    procedure: str
    place: str
    by: str
    ticked: tuple[Ticked, ...]


@dataclass(frozen=True, slots=True)
class Early:
    """A run that was over before the time it was scheduled for."""

    run: str
    procedure: str
    place: str
    by: str
    finished: datetime
    scheduled: datetime


def bursts(
    ledger: Ledger, plans: Mapping[str, Plan], since: datetime, until: datetime, place: str, renamed: Renamed
) -> tuple[tuple[Burst, ...], bool]:
    """Runs with steps ticked in a burst, the longest bursts first; and whether there were more runs than are looked at."""
    found: list[Burst] = []
    is_cut = False
    for name, plan in plans.items():
        physical = frozenset(id_ for id_, placed in plan.by_id.items() if isinstance(placed.step, PHYSICAL))
        rows = list(Paces(ledger, renamed).rows(name, since, until, place, LOOKED_AT + 1)) if len(physical) >= BURST_STEPS else []
        quick = [run for run, spans in rows[:LOOKED_AT] if _may_be_one(spans, physical)]
        is_cut = is_cut or len(rows) > LOOKED_AT or len(quick) > CONFIRMED
        found += _confirmed(ledger, quick[:CONFIRMED], physical)
    return tuple(sorted(found, key=lambda one: (-len(one.ticked), one.run))), is_cut


def _may_be_one(spans: Mapping[str, int], physical: Collection[str]) -> bool:
    """A burst of n steps has n−1 short spans in it; the list does not say in what order they came, the events do."""
    return sum(1 for step, length in spans.items() if length <= _MILLISECONDS and step in physical) >= BURST_STEPS - 1


def _confirmed(ledger: Ledger, runs: Collection[str], physical: Collection[str]) -> Iterator[Burst]:
    if not runs:
        return
    events, table = tables.events, tables.runs
    columns = (events.c.stream, events.c.kind, events.c.format, events.c.body, events.c.occurred_at)
    ticks = select(*columns).where(events.c.stream.in_(runs), events.c.kind.in_(_TICKS)).order_by(events.c.stream, events.c.seq)
    heads = select(table.c.run, table.c.procedure, table.c.place, table.c.started_by).where(table.c.run.in_(runs))
    with ledger.engine.connect() as connection:
        by_run: dict[str, list[Any]] = {}
        for row in connection.execute(ticks):
            by_run.setdefault(row.stream, []).append(row)
        known = {row.run: row for row in connection.execute(heads)}
    for run, rows in by_run.items():
        head = known[run]
        if ticked := burst(_ticked(rows, physical)):
            yield Burst(run, head.procedure, head.place or "", head.started_by, ticked)


def _ticked(rows: list[Any], physical: Collection[str]) -> list[Ticked]:
    """What was ticked, by the clock of the device: what waited for a line and was sent at once was not ticked at once.

    A list of items is one step, done with its last.
    """
    found: list[Ticked] = []
    for row in rows:
        try:
            event = decode(row.kind, row.format, row.body)
        except ValueError:  # of a run that cannot be played
            continue
        is_done = isinstance(event, StepAnswered) or (isinstance(event, ItemTicked) and event.is_last)
        if is_done and event.step in physical:  # type: ignore[union-attr]
            found.append(Ticked(event.step, row.occurred_at))  # type: ignore[union-attr]
    return sorted(found, key=lambda one: one.at)


def acted_early(
    ledger: Ledger, plans: Collection[str], since: datetime, until: datetime, place: str, renamed: Renamed
) -> tuple[Early, ...]:
    """Runs that were completed before their time had come, the newest first."""
    table = tables.runs
    columns = (table.c.run, table.c.procedure, table.c.place, table.c.started_by, table.c.finished_at, table.c.scheduled_for)
    query = select(*columns).where(
        table.c.finished_at >= since,
        table.c.finished_at < until,
        table.c.state == "completed",
        table.c.finished_at < table.c.scheduled_for,
    )
    query = query.where(*((table.c.place == place,) if place else ())).order_by(table.c.finished_at.desc())
    with ledger.engine.connect() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Early(row.run, row.procedure, row.place or "", row.started_by, row.finished_at, row.scheduled_for)
        for row in rows
        if renamed.present(row.procedure) in plans and is_early(row.finished_at, row.scheduled_for)
    )
