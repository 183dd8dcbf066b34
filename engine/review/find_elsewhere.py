"""Conditions on what stands in other lists than the runs' own: readings, answers, notes, whose hand, which deviations.

Of each it is first counted up to `FEW` how many rows fulfil it, which says how the runs are best found.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, exists, false, func, literal, literal_column, select

from engine.ledger import tables
from engine.ledger.booking import normal
from engine.ledger.finding import sought
from engine.review.search import Given, Reading, Search

FEW = 4000
_runs = tables.runs
_Rows = tuple[Table, ColumnElement[bool]]
_As = Callable[[ColumnElement[str]], ColumnElement[str]]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A condition on the rows of another list; `few` fulfil it, or else each run is `asked`."""

    table: Table
    condition: ColumnElement[bool]
    asked: ColumnElement[bool]
    is_few: bool
    runs: ColumnElement[bool] | None = None
    """The runs themselves, where they are known: they are over, and of those that are not it says nothing."""

    @property
    def on_run(self) -> ColumnElement[bool]:
        """The same, for a run."""
        if self.runs is not None:
            return self.runs
        if self.is_few:
            return _runs.c.run.in_(select(self.table.c.run).where(self.condition))
        one: Select[Any] = select(literal_column("1")).select_from(self.table).where(self.table.c.run == _runs.c.run, self.asked)
        return exists(one.correlate(_runs).offset(0))  # or else PostgreSQL joins the whole list


def elsewhere_of(connection: Connection, search: Search) -> Iterator[Elsewhere]:
    """The conditions on other lists, each looked at whether few fulfil it."""
    for table, condition, asked in _asked(connection, search):
        some = select(table.c.run).where(condition).limit(FEW + 1)
        is_guessed = table is tables.notes and connection.dialect.name == "postgresql"
        number = _guessed(connection, table, condition) if is_guessed else _counted(connection, some)
        yield Elsewhere(tables.notes if table is tables.notes_found and number > FEW else table, condition, asked, number <= FEW)


def _counted(connection: Connection, some: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def _guessed(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    """How many rows PostgreSQL expects: its index of words gives none before it has gathered all."""
    query = select(table.c.run).where(condition).compile(connection)
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}", query.params).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def _asked(connection: Connection, search: Search) -> Iterator[tuple[Table, ColumnElement[bool], ColumnElement[bool]]]:
    """Of each condition on another list: its rows, what they fulfil, and how those of one run are best asked."""
    for (table, condition), (_, asked) in zip(_rows_of(search, _seen), _rows_of(search, _hidden), strict=True):
        yield table, condition, asked
    find = _notes_of_sqlite if connection.dialect.name == "sqlite" else _notes_of_postgres
    for word in search.words.split():
        yield *find(word), _in_notes(word)


def _seen(column: ColumnElement[str]) -> ColumnElement[str]:
    return column


def _hidden(column: ColumnElement[str]) -> ColumnElement[str]:
    """The same, but no index on it is used: of one run there are few rows, and of one parameter very many."""
    return column + ""


def _rows_of(search: Search, as_: _As) -> Iterator[_Rows]:
    if search.person:
        yield tables.hands, tables.hands.c.person == search.person
    if search.wrong and search.wrong not in ("any", "open"):
        yield tables.deviations, as_(tables.deviations.c.cause) == search.wrong
    for value in search.values:
        yield _read(value, as_) if isinstance(value, Reading) else _given(value, as_)


def _read(value: Reading, as_: _As) -> _Rows:
    table, figure = tables.readings, float(value.figure)
    number = table.c.number
    match value.compare:
        case "above":
            compared = number > figure
        case "below":
            compared = number < figure
        case "between":
            compared = number.between(figure, float(value.high if value.high is not None else value.figure))
        case _:
            compared = number == figure
    return table, and_(as_(table.c.parameter) == value.parameter, compared)


def _given(value: Given, as_: _As) -> _Rows:
    table = tables.answers
    wanted = [as_(table.c.procedure) == value.procedure, table.c.step == value.step]
    if value.option:
        wanted.append(table.c.value.contains(f",{value.option},", autoescape=True))
    if value.words:
        wanted.append(table.c.value.contains(normal(value.words), autoescape=True))
    return table, and_(*wanted)


def _notes_of_sqlite(word: str) -> _Rows:
    index = tables.notes_found
    wanted = _matched(word)
    return index, literal_column("notes_found").op("MATCH")(wanted) if wanted else false()


def _matched(word: str) -> str:
    """A word as FTS5 asks: its pairs in a row, the last one beginning so; nothing in it is an operator."""
    pairs = sought(word)
    return f'words : "{" ".join(pairs)}"{" *" if pairs else ""}' if pairs else ""


def _notes_of_postgres(word: str) -> _Rows:
    pairs = sought(word)
    if not pairs:
        return tables.notes, false()
    quoted = ["'" + pair.replace("'", "''").replace("\\", "\\\\") + "'" for pair in pairs]
    wanted = func.to_tsquery("simple", " <-> ".join([*quoted[:-1], f"{quoted[-1]}:*"]))
    return tables.notes, func.to_tsvector(literal_column("'simple'"), tables.notes.c.words).op("@@")(wanted)


def _in_notes(word: str) -> ColumnElement[bool]:
    """The same of a run's few notes, without an index: the pairs in a row, the last one beginning so."""
    return (literal(" ") + tables.notes.c.words).contains(f" {' '.join(sought(word))}", autoescape=True)
