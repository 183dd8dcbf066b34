"""Runs found among very many: a page in order and how many there are, each from an index.

What is over stands in indexes of its own, which a tick never touches; the few runs that are open are read beside them. A
condition on another list (readings, answers, notes, hands, deviations) is first counted up to `FEW`: where few rows fulfil it the
runs are taken from them, else the runs are gone through in order and each is asked.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from engine.ledger import tables
from engine.ledger.booking import normal
from engine.ledger.finding import sought
from engine.ledger.store import Ledger
from engine.review.queries import OPEN, RunRow, run_of
from engine.review.search import Given, Key, Reading, Search

PAGE = 50
FEW = 4000
MOST = 10_000
"""So many are counted exactly; beyond it is only known that there are more."""
_runs = tables.runs
_EMPTY: ColumnElement[str] = literal_column(
    "''"
)  # part of the statement, so that the database knows that its partial indexes serve
IS_OVER, IS_OPEN = _runs.c.review != _EMPTY, _runs.c.state.in_(OPEN)
_Rows = tuple[Table, ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Found:
    """A run as a search shows it."""

    row: RunRow
    deviations: int
    amendments: int
    risk: int
    is_late: bool
    review: str

    @property
    def key(self) -> Key:
        """Its place in the order."""
        return Key(self.risk, self.row.started_at, self.row.run)


@dataclass(frozen=True, slots=True)
class Count:
    """How many; `is_more`: at least so many."""

    number: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Finder:
    """Read access to all runs."""

    ledger: Ledger

    def page(self, search: Search, after: Key | None = None, limit: int = PAGE) -> list[Found]:
        """The runs of a search in order, behind `after`."""
        with self.ledger.engine.connect() as connection:
            conditions = _conditions(connection, search)
            rows = [row for half in _halves(search) for row in self._half(connection, search, conditions, half, after, limit)]
        return sorted(rows, key=_sorting(search), reverse=search.order != "old")[:limit]

    def _half(
        self,
        connection: Connection,
        search: Search,
        conditions: "_Conditions",
        half: ColumnElement[bool],
        after: Key | None,
        limit: int,
    ) -> list[Found]:
        query = select(_runs).where(half, conditions.plain, conditions.among, conditions.asked, _behind(search, after))
        rows = connection.execute(query.order_by(*_order(search)).limit(limit)).mappings()
        return [_found(row) for row in rows]

    def count(self, search: Search, most: int = MOST) -> Count:
        """How many runs there are of a search; beyond `most` they are not counted."""
        with self.ledger.engine.connect() as connection:
            conditions, number = _conditions(connection, search), 0
            for half in _halves(search):
                some = select(_runs.c.run).where(half, conditions.plain, conditions.among, conditions.asked).limit(most + 1)
                number += connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
        return Count(min(number, most), number > most)

    def every(self, search: Search, after: Key | None = None, size: int = 1000) -> Iterator[Found]:
        """All runs of a search in order, read page by page: for exports."""
        while rows := self.page(search, after, size):
            yield from rows
            after = rows[-1].key


@dataclass(frozen=True, slots=True)
class _Conditions:
    """`plain`: on the run's own row; `among`: it is one of few runs; `asked`: what each run is asked."""

    plain: ColumnElement[bool]
    among: ColumnElement[bool]
    asked: ColumnElement[bool]


def _conditions(connection: Connection, search: Search) -> _Conditions:
    among, asked = list[ColumnElement[bool]](), list[ColumnElement[bool]]()
    for rows, condition in _elsewhere(connection, search):
        few = select(rows.c.run).where(condition).limit(FEW + 1)
        is_few = connection.execute(select(func.count()).select_from(few.subquery())).scalar_one() <= FEW
        if is_few:
            among.append(_runs.c.run.in_(select(rows.c.run).where(condition)))
        else:
            asked.append(exists().where(rows.c.run == _runs.c.run, condition))
    return _Conditions(and_(true(), *_plain(search)), and_(true(), *among), and_(true(), *asked))


def _plain(search: Search) -> Iterator[ColumnElement[bool]]:
    for name in ("place", "procedure", "revision", "state", "review"):
        if wanted := getattr(search, name):
            yield _runs.c[name] == wanted
    if search.since:
        yield _runs.c.started_at >= search.since
    if search.until:
        yield _runs.c.started_at < search.until
    if search.is_late:
        yield _runs.c.is_late
    if search.is_amended:
        yield _runs.c.amendments > literal_column("0")
    if search.wrong:
        yield _runs.c.deviations > literal_column("0")
    if search.wrong == "open":
        yield _runs.c.open_deviations > 0


def _elsewhere(connection: Connection, search: Search) -> Iterator[_Rows]:
    """The conditions on other lists: rows of `run` and what they must fulfil."""
    if search.person:
        yield tables.hands, tables.hands.c.person == search.person
    if search.wrong and search.wrong not in ("any", "open"):
        yield tables.deviations, tables.deviations.c.cause == search.wrong
    for value in search.values:
        yield _read(value) if isinstance(value, Reading) else _given(value)
    find = _SQLITE_NOTES if connection.dialect.name == "sqlite" else _POSTGRES_NOTES
    for word in search.words.split():
        yield find(word)


def _read(value: Reading) -> _Rows:
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
    return table, and_(table.c.parameter == value.parameter, compared)


def _given(value: Given) -> _Rows:
    table = tables.answers
    wanted = [table.c.procedure == value.procedure, table.c.step == value.step]
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


_SQLITE_NOTES: Callable[[str], _Rows] = _notes_of_sqlite
_POSTGRES_NOTES: Callable[[str], _Rows] = _notes_of_postgres


def _halves(search: Search) -> Sequence[ColumnElement[bool]]:
    """What is over and what is open, each by itself; only the one that can be."""
    if search.review or search.state in ("completed", "abandoned"):
        return (IS_OVER,)
    return (IS_OPEN,) if search.state in ("running", "held") else (IS_OVER, IS_OPEN)


def _order(search: Search) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [_runs.c.started_at, _runs.c.run]
    if search.order == "old":
        return columns
    return [column.desc() for column in ([_runs.c.risk, *columns] if search.order == "risk" else columns)]


def _sorting(search: Search) -> Callable[[Found], tuple[Any, ...]]:
    if search.order == "risk":
        return lambda one: (one.risk, one.row.started_at, one.row.run)
    return lambda one: (one.row.started_at, one.row.run)


def _behind(search: Search, key: Key | None) -> ColumnElement[bool]:
    if key is None:
        return true()
    at, run = _runs.c.started_at, _runs.c.run
    if search.order == "old":
        return and_(at >= key.started_at, or_(at > key.started_at, run > key.run))
    later = and_(at <= key.started_at, or_(at < key.started_at, run < key.run))
    if search.order == "risk":
        return and_(_runs.c.risk <= key.risk, or_(_runs.c.risk < key.risk, later))
    return later


def _found(row: Any) -> Found:
    extra = {name: row[name] for name in ("deviations", "amendments", "risk", "is_late", "review")}
    return Found(run_of(row), **extra)
