"""Readings, deviations, and what came of scheduled times: the oldest first, each page from an index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from engine.api import answers
from engine.api.asked import Between, DeviationsAsked, OccurrencesAsked, ReadingsAsked
from engine.api.known import check_names
from engine.api.refused import wrong_cursor
from engine.api.source import SEPARATOR, Source, behind, beyond, key_of, page_of, parts_of, pick
from engine.api.units import Units
from engine.ledger import tables
from engine.ledger.times import stamp
from engine.review.fallen import unasked
from engine.review.measured import measured
from engine.review.trends.missed import was_begun

_BESIDE = ("typed", "low", "high", "measure", "raised", "unit_title", "is_asked")
_READING = tuple(name for name in answers.Reading.model_fields if name not in _BESIDE)
_DEVIATION = tuple(answers.Deviation.model_fields)


def readings(source: Source, asked: ReadingsAsked) -> answers.Readings:
    """The readings of a parameter. Raises Refused."""
    check_names(source, asked)
    as_of, table = source.as_of, tables.readings
    order = (table.c.at, table.c.run, table.c.step, table.c.entry)
    where = [table.c.parameter == asked.parameter, *named(source, table, asked, "place"), *between(table.c.at, source, asked)]
    rows = source.rows(behind(select(table).where(*where), order, asked.after, asked.limit))
    shown, next_ = page_of(rows, asked.limit, lambda row: key_of(row, order))
    return answers.Readings(as_of=as_of, next=next_, items=readings_of(source, shown))


def readings_of(source: Source, rows: Sequence[Mapping[str, Any]]) -> tuple[answers.Reading, ...]:
    """Readings from their rows, and from the events what was typed and the limits it was judged by."""
    units = Units.of(source, (row["run"] for row in rows))
    told = zip(rows, measured(source.engine.ledger, rows), strict=True)
    fallen = unasked(source.engine.ledger, {row["run"] for row in rows})
    return tuple(
        answers.Reading(
            **pick(row, _READING),
            typed=one.typed,
            low=_plain(one.low),
            high=_plain(one.high),
            measure="again" if row["deviation"] else "first",
            raised=one.raised,
            unit_title=units.told(row["run"], row["unit"]),
            is_asked=row["step"] not in fallen.get(row["run"], ()),
        )
        for row, one in told
    )


def _plain(figure: Decimal | None) -> str | None:
    return None if figure is None else format(figure, "f")


def deviations(source: Source, asked: DeviationsAsked) -> answers.Deviations:
    """Deviations. Raises Refused."""
    check_names(source, asked)
    as_of, table = source.as_of, tables.deviations
    order = (table.c.raised_at, table.c.run, table.c.deviation)
    where = [*named(source, table, asked, "place", "procedure", "cause", "state"), *between(table.c.raised_at, source, asked)]
    rows = source.rows(behind(select(table).where(*where), order, asked.after, asked.limit))
    shown, next_ = page_of(rows, asked.limit, lambda row: key_of(row, order))
    return answers.Deviations(as_of=as_of, next=next_, items=tuple(deviation_of(row) for row in shown))


def deviation_of(row: Mapping[str, Any]) -> answers.Deviation:
    """A deviation from its row."""
    return answers.Deviation(**pick(row, _DEVIATION))


def occurrences(source: Source, asked: OccurrencesAsked) -> answers.Occurrences:
    """What came of scheduled times, those that were missed behind the others of the same time. Raises Refused.

    The two stand in different lists. Each is read in its own order and never sorted anew by text: databases sort text otherwise.
    """
    check_names(source, asked)
    as_of, after = source.as_of, _place(asked.after)
    found = [*_begun(source, asked, after), *_missed(source, asked, after)]
    found.sort(key=lambda one: (one.of.starts_at, one.kind))
    shown, next_ = page_of(found, asked.limit, str)
    return answers.Occurrences(as_of=as_of, next=next_, items=tuple(one.of for one in shown))


BEGUN, MISSED = "b", "m"


@dataclass(frozen=True, slots=True)
class _One:
    """A scheduled time in its place."""

    kind: str
    id: str
    of: answers.Occurrence

    def __str__(self) -> str:
        return SEPARATOR.join((stamp(self.of.starts_at), self.kind, self.id))


_Place = tuple[datetime, str, str]


def _place(after: str) -> _Place | None:
    if not after:
        return None
    at, kind, id_ = parts_of(after, 3)
    if kind not in (BEGUN, MISSED):
        raise wrong_cursor(after)
    return at, kind, id_


def _begun(source: Source, asked: OccurrencesAsked, after: _Place | None) -> Iterator[_One]:
    if asked.outcome == "missed":
        return
    table = tables.occurrences
    order = (table.c.starts_at, table.c.run)
    where = [*named(source, table, asked, "place", "procedure", "outcome"), *between(table.c.starts_at, source, asked)]
    if after:
        where.append(beyond(order, (after[0], after[2])) if after[1] == BEGUN else table.c.starts_at > after[0])
    for row in source.rows(select(table).where(*where).order_by(*order).limit(asked.limit + 1)):
        found = answers.Occurrence(**pick(row, ("procedure", "place", "starts_at", "outcome", "run")))
        yield _One(BEGUN, row["run"], found)


def _missed(source: Source, asked: OccurrencesAsked, after: _Place | None) -> Iterator[_One]:
    if asked.outcome not in ("", "missed"):
        return
    table = tables.notices
    order = (table.c.due, table.c.notice)
    where = [table.c.kind == "missed", ~was_begun(source.engine.renamed), *named(source, table, asked, "place", "procedure")]
    where += between(table.c.due, source, asked)
    if after:
        where.append(beyond(order, (after[0], after[2])) if after[1] == MISSED else table.c.due >= after[0])
    for row in source.rows(select(table).where(*where).order_by(*order).limit(asked.limit + 1)):
        when = {"starts_at": row["due"], "outcome": "missed", "run": None}
        yield _One(MISSED, row["notice"], answers.Occurrence(procedure=row["procedure"], place=row["place"] or "", **when))


def named(source: Source, table: Table, asked: Between, *names: str) -> Iterator[ColumnElement[bool]]:
    """The conditions on columns that are asked for by their own names; a procedure by any name it ever had."""
    for name in names:
        if (wanted := getattr(asked, name)) and name == "procedure":
            yield table.c[name].in_(source.engine.renamed.names(wanted))
        elif wanted:
            yield table.c[name] == wanted


def between(column: ColumnElement[Any], source: Source, asked: Between) -> Iterator[ColumnElement[bool]]:
    """The conditions on the time that is asked for."""
    since, until = asked.bounds(source.engine.site)
    if since is not None:
        yield column >= since
    if until is not None:
        yield column < until
