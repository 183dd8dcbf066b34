"""The rows of a period, out of the lists: which fall into it, and the facts each tells. Read-only; one moment of the ledger.

What is asked goes by indexes; what a part tests is left to `figures`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, or_, select

from engine.ledger import tables
from engine.procedure.period import Span
from engine.procedure.procedure import Procedure
from engine.procedure.report import Falls, Part
from engine.procedure.report_facts import Fact
from engine.review.fallen import is_asked
from engine.review.queries import FIELDS
from engine.review.renamed import Renamed
from engine.review.reports.content import Behind
from engine.review.reports.figures import Row, Value
from engine.review.reports.settling import how_cleared
from engine.review.trends.missed import was_begun
from engine.run.answer import Answer

_CHUNK = 500  # keys of one query: SQLite takes only so many parameters
_OPEN = ("running", "held")
_UNSETTLED = ("open", "acted")
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are read with: the procedures there are and were, those that were renamed, and what people are called."""

    connection: Connection
    procedures: Mapping[str, Procedure]
    renamed: Renamed
    people: Mapping[str, str]

    def names(self, part: Part) -> list[str]:
        """Every name under which what a part is about was ever run."""
        return [name for one in part.of or self.procedures for name in self.renamed.names(one)]

    def procedure(self, name: str) -> str:
        """The present name of a procedure."""
        return self.renamed.present(name)

    def person(self, person: str) -> str:
        """Somebody's name; the id where nobody has it."""
        return self.people.get(person, person)

    def read(self, query: Select[Any]) -> Sequence[Mapping[str, Any]]:
        """What a query finds."""
        return [dict(row) for row in self.connection.execute(query).mappings()]


def rows_of(part: Part, wanted: Collection[str], span: Span, facts: Mapping[str, Fact], ground: Ground) -> list[Row]:
    """The rows of a part's source that fall into a period, oldest first. Of runs only the answers `wanted` are read."""
    match part.source:
        case "runs":
            return [*_runs(part, wanted, span, facts, ground)]
        case "rows":
            return [*_rows(part, span, facts, ground)]
        case "readings":
            return [*_readings(part, span, ground)]
        case "deviations":
            return [*_deviations(part, span, ground)]
        case "missed":
            return [*_missed(part, span, ground)]


def _falls(falls: Falls, begun: ColumnElement[Any], over: ColumnElement[Any], is_open: ColumnElement[bool], span: Span) -> Any:
    """Begun in the period; over in it; or begun before its end and not over by then."""
    match falls:
        case "begun":
            return and_(begun >= span.since, begun < span.until)
        case "over":
            return and_(over >= span.since, over < span.until)
        case "open":
            return and_(begun < span.until, or_(is_open, over >= span.until))


def _taken(since: datetime, until: datetime | None) -> Decimal | None:
    """Whole minutes."""
    return Decimal(int((until - since).total_seconds()) // _MINUTE) if until else None


# -- runs ------------------------------------------------------------------------------------------------------------------


def _runs(part: Part, asked: Collection[str], span: Span, facts: Mapping[str, Fact], ground: Ground) -> Iterator[Row]:
    table = tables.runs
    wanted = _falls(part.falls, table.c.started_at, table.c.finished_at, table.c.state.in_(_OPEN), span)
    query = select(table).where(table.c.procedure.in_(ground.names(part)), wanted).order_by(table.c.started_at, table.c.run)
    found = ground.read(query)
    names = [row["run"] for row in found]
    answers = _answers(names, {name for name in asked if name in facts and facts[name].is_answer}, facts, ground)
    extended = _extended(names, ground) if "extended" in asked else set()
    for row in found:
        of = ground.procedure(row["procedure"])
        told: dict[str, Value] = {
            "number": row["number"],
            "procedure": of,
            "place": row["place"],
            "state": row["state"],
            "begun_at": row["started_at"],
            "begun_by": ground.person(row["started_by"]),
            "over_at": row["finished_at"],
            "taken": _taken(row["started_at"], row["finished_at"]),
            "late": bool(row["is_late"]),
            "extended": row["run"] in extended,
            "deviations": Decimal(row["deviations"]),
            "amendments": Decimal(row["amendments"]),
        }
        behind = Behind(of, row["started_at"], row["run"], label=row["number"] or "")
        yield Row(behind, _asked(answers.get(row["run"], {}), row["unasked"]) | told)


def _asked(answers: Mapping[str, Value], unasked: str) -> dict[str, Value]:
    """The answers that count: not those of steps that fell away as an answer before them was corrected."""
    return {name: value for name, value in answers.items() if f",{name}," not in unasked}


def used(part: Part) -> set[str]:
    """The facts that a part looks at."""
    figures = [name for one in part.figures for name in (*one.where, one.of or "")]
    return {*part.where, *part.columns, part.group_by or "", *figures} - {""}


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (names[at : at + _CHUNK] for at in range(0, len(names), _CHUNK))


def _extended(runs: Sequence[str], ground: Ground) -> set[str]:
    """The runs in which somebody gave more time."""
    table = tables.notices
    return {
        row["run"]
        for some in _chunks(runs)
        for row in ground.read(select(table.c.run).where(table.c.run.in_(some), table.c.kind == "granted"))
    }


def _answers(
    runs: Sequence[str], steps: Collection[str], facts: Mapping[str, Fact], ground: Ground
) -> dict[str, dict[str, Value]]:
    """The answers that stand, by run and step."""
    found: dict[str, dict[str, Value]] = {}
    for some in _chunks(runs) if steps else ():
        for row in ground.read(_of_steps(tables.answers, some, steps)):
            if row["entry"] == "" and row["value"] is not None:
                found.setdefault(row["run"], {})[row["step"]] = _answer(row["value"], facts[row["step"]], ground)
        for row in ground.read(_of_steps(tables.readings, some, steps)):
            if row["entry"] == "" and row["value"] is not None:
                found.setdefault(row["run"], {})[row["step"]] = Decimal(row["value"])
        _word(found, some, steps, ground)
    return found


def _of_steps(table: Table, runs: Sequence[str], steps: Collection[str]) -> Select[Any]:
    return select(table.c.run, table.c.step, table.c.entry, table.c.value).where(table.c.run.in_(runs), table.c.step.in_(steps))


def _answer(value: str, fact: Fact, ground: Ground) -> Value:
    if fact.kind == "word":
        return tuple(word for word in value.split(",") if word)
    return ground.person(value) if fact.kind == "person" else value


def _word(found: dict[str, dict[str, Value]], runs: Sequence[str], steps: Collection[str], ground: Ground) -> None:
    """Texts as they were written last, in place of the form in which they are compared."""
    table = tables.notes
    parts = [f"={step}" for step in steps]
    query = select(table.c.run, table.c.part, table.c.text).where(table.c.run.in_(runs), table.c.part.in_(parts))
    for row in ground.read(query.order_by(table.c.run, table.c.seq)):
        step = row["part"].removeprefix("=")
        if isinstance(found.get(row["run"], {}).get(step), str):
            found[row["run"]][step] = row["text"]


# -- rows of books ---------------------------------------------------------------------------------------------------------


def _rows(part: Part, span: Span, facts: Mapping[str, Fact], ground: Ground) -> Iterator[Row]:
    table, closed = tables.book_rows, tables.row_closings
    is_same = and_(table.c.run == closed.c.run, table.c.step == closed.c.step, table.c.row == closed.c.row)
    wanted = _falls(part.falls, table.c.at, closed.c.at, table.c.is_open, span)
    query = select(table, closed.c.at.label("closed_at"), closed.c.fields.label("closing")).outerjoin(closed, is_same)
    if part.of:
        query = query.where(table.c.book.in_(part.of))
    for row in ground.read(query.where(wanted).order_by(table.c.at, table.c.run, table.c.step, table.c.row)):
        written = _fields(row["fields"])
        if written:  # one that was taken back is a row no longer
            yield _book_row(row, {**written, **_fields(row["closing"])}, facts, ground)


def _fields(stored: str | None) -> Mapping[str, Answer]:
    return FIELDS.validate_python(orjson.loads(stored).get("fields", {})) if stored else {}


def _book_row(row: Mapping[str, Any], answers: Mapping[str, Answer], facts: Mapping[str, Fact], ground: Ground) -> Row:
    given: dict[str, Value] = {name: _given(answer, facts[name], ground) for name, answer in answers.items() if name in facts}
    told: dict[str, Value] = {
        "book": row["book"],
        "place": row["place"],
        "at": row["at"],
        "by": ground.person(row["by"]),
        "open": bool(row["is_open"]),
        "closed_at": row["closed_at"],
        "taken": _taken(row["at"], row["closed_at"]),
    }
    return Row(Behind(row["book"], row["at"], row["run"], row["step"], row["row"]), given | told)


def _given(answer: Answer, fact: Fact, ground: Ground) -> Value:
    match fact.kind:
        case "word":
            return answer.options
        case "number":
            return answer.number
        case "person":
            return ground.person(answer.text or "")
        case _:
            return answer.at or answer.text


# -- readings, deviations, missed times ------------------------------------------------------------------------------------


def _readings(part: Part, span: Span, ground: Ground) -> Iterator[Row]:
    table, names = tables.readings, ground.names(part)
    wanted = part.where.get("parameter")
    known = {name for one in names if one in ground.procedures for name in ground.procedures[one].parameters}
    parameters = [wanted] if isinstance(wanted, str) else [*wanted] if isinstance(wanted, tuple) else sorted(known)
    within = and_(table.c.at >= span.since, table.c.at < span.until)
    query = select(table).where(
        table.c.parameter.in_(parameters), within, table.c.procedure.in_(names), table.c.value.is_not(None), is_asked(table)
    )
    for row in ground.read(query.order_by(table.c.at, table.c.run, table.c.step, table.c.entry)):
        of = ground.procedure(row["procedure"])
        told: dict[str, Value] = {
            "procedure": of,
            "place": row["place"],
            "step": row["step"],
            "parameter": row["parameter"],
            "value": Decimal(row["value"]),
            "unit": row["unit"],
            "band": row["band"],
            "at": row["at"],
            "by": ground.person(row["by"]),
        }
        yield Row(Behind(of, row["at"], row["run"], row["step"], row["entry"]), told)


def _deviations(part: Part, span: Span, ground: Ground) -> Iterator[Row]:
    table = tables.deviations
    wanted = _falls(part.falls, table.c.raised_at, table.c.closed_at, table.c.state.in_(_UNSETTLED), span)
    query = select(table).where(table.c.procedure.in_(ground.names(part)), wanted)
    found = ground.read(query.order_by(table.c.raised_at, table.c.run, table.c.deviation))
    cleared = how_cleared(ground.connection, sorted({row["run"] for row in found if row["state"] == "cleared"}))
    for row in found:
        of = ground.procedure(row["procedure"])
        told: dict[str, Value] = {
            "procedure": of,
            "place": row["place"],
            "step": row["step"],
            "cause": row["cause"],
            "band": row["band"],
            "state": cleared.get((row["run"], row["deviation"]), row["state"]),
            "at": row["raised_at"],
            "by": ground.person(row["raised_by"]),
            "closed_at": row["closed_at"],
            "taken": _taken(row["raised_at"], row["closed_at"]),
        }
        yield Row(Behind(of, row["raised_at"], row["run"], row["step"] or "", row["deviation"]), told)


def _missed(part: Part, span: Span, ground: Ground) -> Iterator[Row]:
    table = tables.notices
    within = and_(table.c.kind == "missed", ~was_begun(ground.renamed), table.c.due >= span.since, table.c.due < span.until)
    query = select(table).where(within, table.c.procedure.in_(ground.names(part))).order_by(table.c.due, table.c.procedure)
    for row in ground.read(query):
        of = ground.procedure(row["procedure"])
        yield Row(Behind(of, row["due"]), {"procedure": of, "place": row["place"], "at": row["due"]})
