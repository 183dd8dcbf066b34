"""Conditions on what stands in other lists than the runs' own: readings, answers, notes, whose hand, which deviations.

Of each it is first counted up to `FEW` how many rows fulfil it, which says how the runs are best found.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    any_,
    exists,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
)

from engine.ledger import tables
from engine.ledger.booking import normal
from engine.ledger.finding import sought
from engine.review.fallen import fallen_of, is_asked, stays
from engine.review.search import Given, Reading, Search, Value

FEW = 4000
_runs = tables.runs
_VALUES = (tables.readings, tables.answers)
Which = Literal["all", "over", "open"]
_Rows = tuple[Table, ColumnElement[bool]]
_Words = tuple[Table, ColumnElement[bool], Sequence[ColumnElement[bool]]]
"""The same, and conditions of which each is needed, where there are too many to count."""
_As = Callable[[ColumnElement[str]], ColumnElement[str]]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A condition on the rows of another list, and the same for a run: it is one of the few `runs` that fulfil it, or is asked.

    `of`: of which runs it is said, only of those that are over, or open.
    """

    table: Table
    condition: ColumnElement[bool]
    on_run: ColumnElement[bool]
    runs: frozenset[str] | None = None
    of: Which = "all"


def narrowed(connection: Connection, found: Sequence[Elsewhere]) -> tuple[Elsewhere, ...]:
    """The same, where for some conditions the few runs are known those that fulfil all of these."""
    rest, few = [one for one in found if one.runs is None], [one for one in found if one.runs is not None]
    anywhere = [one for one in few if one.of == "all"]
    if len(anywhere) < len(few):
        rest += [_all_of(connection, few, "over")] + ([_all_of(connection, anywhere, "open")] if anywhere else [])
    elif few:
        rest.append(_all_of(connection, few, "all"))
    return tuple(rest)


def _all_of(connection: Connection, few: Sequence[Elsewhere], of: Which) -> Elsewhere:
    return these(connection, frozenset.intersection(*(one.runs for one in few if one.runs is not None)), of)


def these(connection: Connection, runs: frozenset[str], of: Which) -> Elsewhere:
    """Where the runs are known that fulfil a condition."""
    return Elsewhere(_runs, true(), among_of(connection, runs), runs, of)


def among_of(connection: Connection, runs: frozenset[str]) -> ColumnElement[bool]:
    """That a run is one of these. Told as one value: PostgreSQL looks for each, where else it might look at all runs."""
    if connection.dialect.name == "sqlite":
        each = func.json_each(orjson.dumps(sorted(runs)).decode()).table_valued("value")
        return _runs.c.run.in_(select(each.c.value))
    return _runs.c.run == any_(literal(sorted(runs), ARRAY(Text)))


def elsewhere_of(connection: Connection, search: Search) -> Iterator[Elsewhere]:
    """The conditions on other lists, each looked at whether few fulfil it."""
    search = _with_people(connection, search)
    for (table, condition), (_, asked) in zip(_rows_of(search, _seen), _rows_of(search, _hidden), strict=True):
        yield _elsewhere(connection, table, condition, asked, counted(connection, table, condition, FEW))
    find = _notes_of_sqlite if connection.dialect.name == "sqlite" else _notes_of_postgres
    for word in _words_of(search):
        table, condition, parts = find(word)
        condition = and_(condition, *_looked_into(connection, table, search))
        number = min(_guessed(connection, table, one) for one in parts) if parts else counted(connection, table, condition, FEW)
        yield _elsewhere(
            connection, table, condition, and_(_in_notes(word), *_looked_into(connection, tables.notes, search)), number
        )


def _with_people(connection: Connection, search: Search) -> Search:
    """The same, a name that was typed as those who are called so."""
    if not any(isinstance(one, Given) and one.name for one in search.values):
        return search
    people = [(person, normal(name)) for person, name in connection.execute(select(tables.people.c.person, tables.people.c.name))]

    def named(one: Value) -> Value:
        if not isinstance(one, Given) or not one.name:
            return one
        typed = normal(one.name)
        return replace(one, people=tuple(person for person, name in people if typed in name or typed == normal(person)))

    return replace(search, values=tuple(map(named, search.values)))


def _elsewhere(
    connection: Connection, table: Table, condition: ColumnElement[bool], asked: ColumnElement[bool], number: int
) -> Elsewhere:  # fmt: skip
    if number > FEW:
        kept = tables.notes if table is tables.notes_found else table
        return Elsewhere(kept, condition, _asking(kept, asked))
    return these(connection, _few(connection, table, condition), "all")


def _few(connection: Connection, table: Table, condition: ColumnElement[bool]) -> frozenset[str]:
    """The runs of these rows, which were counted; of values those that are still asked for."""
    query = select(table.c.run).where(condition).limit(FEW)  # PostgreSQL does not know that they are few
    runs = frozenset(connection.execute(query).scalars())
    fallen = fallen_of(connection, among_of(connection, runs)) if table in _VALUES else {}
    if not fallen:
        return runs
    some = select(table.c.run, table.c.step).where(condition, table.c.run.in_(fallen))
    return runs - frozenset(fallen) | frozenset(run for run, step in connection.execute(some) if step not in fallen[run])


def counted(connection: Connection, table: Table, condition: ColumnElement[bool], most: int) -> int:
    """How many rows fulfil it, counted no further than one beyond `most`."""
    some = select(literal_column("1")).select_from(table).where(condition).limit(most + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _asking(table: Table, asked: ColumnElement[bool]) -> ColumnElement[bool]:
    still = stays(table) if table in _VALUES else true()
    one: Select[Any] = select(literal_column("1")).select_from(table).where(table.c.run == _runs.c.run, asked, still)
    return exists(one.correlate(_runs).offset(0))  # or else PostgreSQL joins the whole list


def _guessed(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    """How many rows PostgreSQL expects: its index of words gives none before it has gathered all."""
    query = select(table.c.run).where(condition).compile(connection)
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}", query.params).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def _seen(column: ColumnElement[str]) -> ColumnElement[str]:
    return column


def _hidden(column: ColumnElement[str]) -> ColumnElement[str]:
    """The same, but no index on it is used: of one run there are few rows, and of one parameter very many."""
    return column + ""


def _rows_of(search: Search, as_: _As) -> Iterator[_Rows]:
    if search.person:
        yield tables.hands, tables.hands.c.person == search.person
    if search.wrong == "noted":
        yield tables.deviations, as_(tables.deviations.c.state) == "noted"
    elif search.wrong and search.wrong not in ("any", "open"):
        yield tables.deviations, as_(tables.deviations.c.cause) == search.wrong
    for value in search.values:
        yield _read(value, as_) if isinstance(value, Reading) else _given(value, as_)


def reading_rows(value: Reading) -> ColumnElement[bool]:
    """The readings of a few runs that fulfil a condition and are still asked for."""
    return and_(_read(value, _hidden)[1], is_asked(tables.readings))


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
    wanted = [as_(table.c.procedure).in_(value.procedures), table.c.step == value.step]
    if value.option:
        wanted.append(table.c.value.contains(f",{value.option},", autoescape=True))
    if value.words:
        wanted.append(table.c.value.contains(normal(value.words), autoescape=True))
    if value.people or value.name:
        wanted.append(table.c.value.in_([normal(one) for one in value.people]))
    return table, and_(*wanted)


def _words_of(search: Search) -> Sequence[str]:
    """Its words; signs that stand alone say nothing beside others, as in what was written."""
    words = search.words.split()
    return [word for word in words if sought(word)] or words


def _looked_into(connection: Connection, table: Table, search: Search) -> Iterator[ColumnElement[bool]]:
    """That words do not stand in one of the fields into which nobody is to look, nor in such a field of a row that was closed."""
    if search.unseen:
        position = func.instr if connection.dialect.name == "sqlite" else func.strpos
        field = func.substr(table.c.part, 1, position(table.c.part + "@", "@") - 1)  # what follows it is where the row stands
        yield field.not_in([f"={one}" for one in search.unseen])


def _notes_of_sqlite(word: str) -> _Words:
    index = tables.notes_found
    wanted = _matched(word)
    return index, literal_column("notes_found").op("MATCH")(wanted) if wanted else false(), ()


def _matched(word: str) -> str:
    """A word as FTS5 asks: its pairs in a row, the last one beginning so; nothing in it is an operator."""
    pairs = sought(word)
    return f'words : "{" ".join(pairs)}"{" *" if pairs else ""}' if pairs else ""


def _notes_of_postgres(word: str) -> _Words:
    """Its pairs in a row. The index knows none in a row: it gathers those that have all of them, and each is looked at."""
    pairs = sought(word)
    if not pairs:
        return tables.notes, false(), (false(),)
    quoted = ["'" + pair.replace("'", "''").replace("\\", "\\\\") + "'" for pair in pairs]
    parts = [*quoted[:-1], f"{quoted[-1]}:*"]
    return tables.notes, _having(" <-> ".join(parts)), [_having(part) for part in parts]


def _having(wanted: str) -> ColumnElement[bool]:
    words = func.to_tsvector(literal_column("'simple'"), tables.notes.c.words)
    return words.op("@@")(func.to_tsquery("simple", wanted))


def _in_notes(word: str) -> ColumnElement[bool]:
    """The same of a run's few notes, without an index: the pairs in a row, the last one beginning so."""
    return (literal(" ") + tables.notes.c.words).contains(f" {' '.join(sought(word))}", autoescape=True)
