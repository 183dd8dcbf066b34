"""The views that can be exported, by name: runs of a search, their readings, deviations, cases; answers and books stand apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.exports.answers import answers
from engine.exports.asked import Asked, View
from engine.exports.columns import Cell, Column, Row
from engine.exports.registers import book
from engine.exports.sources import Ground, Source, of_each_run, of_runs
from engine.exports.words import column
from engine.ledger import tables
from engine.review.fallen import unasked
from engine.review.find import Found
from engine.review.measured import measured
from engine.service import Engine

_RUNS = (
    "run", "number", "procedure", "revision", "place", "started_at", "started_by", "finished_at", "state", "settled", "total",
    "deviations", "open_deviations", "amendments", "late", "review",
)  # fmt: skip
_SUMS = ("state", "deviations", "open_deviations", "amendments")
_OF_RUN = ("run", "number", "procedure", "place")
_READINGS = (
    *_OF_RUN, "at", "by", "parameter", "step", "entry", "typed", "value", "unit", "low", "high", "band", "deviation",
    "measure", "raised", "asked",
)  # fmt: skip
_DEVIATIONS = (*_OF_RUN, "deviation", "step", "cause", "band", "raised_at", "raised_by", "state", "closed_at", "closed_by")
_CASES = (
    "number", "run", "procedure", "place", "started_at", "started_by", "state", "holder", "due_at", "finished_at", "deviations",
    "open_deviations", "review",
)  # fmt: skip


class NothingOfThat(ValueError):
    """A procedure or a book that is not there; its id."""


def source_of(engine: Engine, asked: Asked) -> Source:
    """The rows of what is asked. Raises NothingOfThat."""
    return _VIEWS[asked.view](Ground(engine, asked.language), asked)


def _columns(names: Sequence[str]) -> tuple[Column, ...]:
    return tuple(column(name) for name in names)


def _runs(ground: Ground, asked: Asked) -> Source:
    return of_runs(ground, asked.search, _columns(_RUNS), lambda runs: (_run(ground, one) for one in runs), _SUMS)


def _run(ground: Ground, found: Found) -> Row:
    row = found.row
    return (
        row.run, row.number, ground.procedure(row.procedure, row.title_zh), row.revision, ground.place(row.place), row.started_at,
        ground.person(row.started_by), row.finished_at, ground.code("state", row.state), row.settled, row.total,
        found.deviations, row.open_deviations, found.amendments, ground.yes(holds=found.is_late),
        ground.code("review", found.review),
    )  # fmt: skip


def _of_run(ground: Ground, found: Found) -> tuple[Cell, ...]:
    row = found.row
    return row.run, row.number, ground.procedure(row.procedure, row.title_zh), ground.place(row.place)


def _readings(ground: Ground, asked: Asked) -> Source:
    def rows_of(runs: Sequence[Found]) -> Iterator[Row]:
        some = list(of_each_run(ground, tables.readings, runs, "run", "at", "step", "entry", parameter=asked.parameter))
        fallen = unasked(ground.engine.ledger, [one.row.run for one in runs])
        for (found, one), told in zip(some, measured(ground.engine.ledger, [row for _, row in some]), strict=True):
            procedure, revision, value = found.row.procedure, found.row.revision, one["value"]
            yield (
                *_of_run(ground, found), one["at"], ground.person(one["by"]),
                ground.parameter(procedure, one["parameter"], revision), ground.step(procedure, one["step"], revision),
                one["entry"], told.typed, Decimal(value) if value is not None else None,
                ground.unit(procedure, revision, one["unit"]), told.low, told.high, ground.code("band", one["band"]),
                one["deviation"], ground.code("measure", "again" if one["deviation"] else "first"), ",".join(told.raised) or None,
                ground.yes(holds=one["step"] not in fallen.get(one["run"], ())),
            )  # fmt: skip

    search = replace(asked.search, order="old")
    return of_runs(
        ground, search, _columns(_READINGS), lambda runs: sorted(rows_of(runs), key=_when), ("band",), "measure", "asked"
    )


def _when(row: Row) -> datetime:
    at = row[_READINGS.index("at")]
    assert isinstance(at, datetime)
    return at


def _deviations(ground: Ground, asked: Asked) -> Source:
    def rows_of(runs: Sequence[Found]) -> Iterator[Row]:
        for found, one in of_each_run(ground, tables.deviations, runs, "run", "raised_at", "deviation"):
            yield (
                *_of_run(ground, found), one["deviation"], ground.step(found.row.procedure, one["step"], found.row.revision),
                ground.code("cause", one["cause"]), ground.code("band", one["band"]), one["raised_at"],
                ground.person(one["raised_by"]), ground.code("deviation", one["state"]), one["closed_at"],
                ground.person(one["closed_by"]),
            )  # fmt: skip

    return of_runs(ground, asked.search, _columns(_DEVIATIONS), rows_of, ("state",))


def _cases(ground: Ground, asked: Asked) -> Source:
    """Runs that have a number; with the earliest deadline of what is still to be done."""

    def rows_of(runs: Sequence[Found]) -> Iterator[Row]:
        cases = [one for one in runs if one.row.number]
        due = {found.row.run: one["due_at"] for found, one in of_each_run(ground, tables.timers, cases, "run")}
        for found in cases:
            row = found.row
            yield (
                row.number, row.run, ground.procedure(row.procedure, row.title_zh), ground.place(row.place), row.started_at,
                ground.person(row.started_by), ground.code("state", row.state),
                ground.names.roles(filter(None, row.holder.split(","))), due.get(row.run), row.finished_at, found.deviations,
                row.open_deviations, ground.code("review", found.review),
            )  # fmt: skip

    return of_runs(ground, asked.search, _columns(_CASES), rows_of, ("state", "deviations", "open_deviations"))


def _answers(ground: Ground, asked: Asked) -> Source:
    plan = ground.plan(asked.of)
    if plan is None:
        raise NothingOfThat(asked.of)
    return answers(ground, asked, plan)


def _book(ground: Ground, asked: Asked) -> Source:
    found = ground.engine.site.books.get(asked.of)
    if found is None:
        raise NothingOfThat(asked.of)
    return book(ground, asked, found)


_VIEWS: Mapping[View, Callable[[Ground, Asked], Source]] = {
    "runs": _runs, "readings": _readings, "deviations": _deviations, "cases": _cases, "answers": _answers, "book": _book,
}  # fmt: skip
