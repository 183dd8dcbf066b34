"""Runs found among very many: a page in order and how many there are, each from an index.

What is over stands in indexes of its own, which a tick never touches; the few runs that are open are read beside them. Where few
rows of another list fulfil a condition the runs are taken from them, else the runs are gone through in order and each is asked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
)

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.find_bands import bands
from engine.review.find_elsewhere import Elsewhere, Which, elsewhere_of, narrowed
from engine.review.find_leads import INDEXES, lead_of, plain
from engine.review.find_marked import few_marked, number_marked, wanted_marks
from engine.review.queries import RunRow, run_of
from engine.review.renamed import NEVER, Renamed
from engine.review.search import Key, Search

PAGE = 50
MOST = 10_000
"""So many are counted exactly; beyond it is only known that there are more."""
# PostgreSQL does not know how soon a page is full, nor that two things that are common are never together.
_SETTINGS = "SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0"
LOOKED = 2000  # so many, the newest, are asked one by one for a count
SOME = 1000  # so few are read and put in the order of risk; of more a page is soon full
_runs = tables.runs
IS_OVER, IS_OPEN = _runs.c.finished_at.is_not(None), _runs.c.finished_at.is_(None)


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
    """Read access to all runs; those of a procedure are found by every name it ever had."""

    ledger: Ledger
    renamed: Renamed = NEVER

    def page(self, search: Search, key: Key | None = None, limit: int = PAGE, *, is_back: bool = False) -> list[Found]:
        """The runs of a search in order, those right behind `key`; with `is_back` those right before it, in the same order."""
        search = search.under_every_name(self.renamed)
        course = _Course(search.order == "risk", is_down=(search.order != "old") is not is_back)
        with self._reading() as connection:
            elsewhere = narrowed(connection, (*elsewhere_of(connection, search), *few_marked(connection, search)))
            read = _Stretches(connection, search, course, key, limit)
            rows = _riskiest(read, elsewhere) if course.by_risk and not _is_few(elsewhere) else read.of(_walks(search, elsewhere))
        found = sorted(map(_found, rows), key=_sorting(search), reverse=course.is_down)[:limit]
        return found[::-1] if is_back else found

    def count(self, search: Search, most: int = MOST) -> Count:
        """How many runs there are of a search; beyond `most` they are not counted, and where each is asked only of the newest."""
        search = search.under_every_name(self.renamed)
        with self._reading() as connection:
            elsewhere = narrowed(connection, (*elsewhere_of(connection, search), *few_marked(connection, search)))
            if _is_few(elsewhere) or not elsewhere:
                return _at_most(most, _count(connection, _walks(search, elsewhere), most))
            if (over := number_marked(connection, search, most)) is not None:
                return _at_most(most, over + _count(connection, _walks(search, elsewhere, "open"), most))
            since = _looked_since(connection, search, elsewhere)
            number = _count(connection, _walks(search, elsewhere), most, since)
        if since is None or number > most:
            return _at_most(most, number)
        return Count(number, is_more=True) if number else self._one(search)

    def _one(self, search: Search) -> Count:
        """Whether there is any, where none is among the newest."""
        number = len(self.page(search, limit=1))
        return Count(number, is_more=number > 0)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.ledger.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(_SETTINGS))
            yield connection

    def every(self, search: Search, after: Key | None = None, size: int = 1000) -> Iterator[Found]:
        """All runs of a search in order, read page by page: for exports."""
        while rows := self.page(search, after, size):
            yield from rows
            after = rows[-1].key


@dataclass(frozen=True, slots=True)
class _Course:
    """Which way runs are gone through: by risk or by time alone; `is_down`: the greatest, or the newest, first."""

    by_risk: bool
    is_down: bool


@dataclass(frozen=True, slots=True)
class _Walk:
    """What is gone through in order, by which index of runs, and what each run of it must fulfil."""

    source: FromClause
    at: ColumnElement[Any]
    run: ColumnElement[Any]
    condition: ColumnElement[bool]
    index: str = ""

    def select(self, *columns: Any) -> Select[Any]:
        """Its runs. SQLite is told the index: it does not know how soon a page is full, nor how few a partial index holds."""
        query = select(*columns).select_from(self.source).where(self.condition)
        return query.with_hint(_runs, f"INDEXED BY {self.index}", "sqlite") if self.index else query

    def keep_order(self, connection: Connection) -> None:
        """Tell PostgreSQL, before it is asked for them in order, whether to go through an index in its order or to sort a few."""
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL enable_sort = {'off' if self.index else 'on'}"))


def _is_few(elsewhere: Sequence[Elsewhere]) -> bool:
    return any(one.runs is not None for one in elsewhere)


def _at_most(most: int, number: int) -> Count:
    return Count(min(number, most), number > most)


def _walks(search: Search, elsewhere: Sequence[Elsewhere], which: Which = "all", lead: str | None = None) -> Iterator[_Walk]:
    """What is over and what is open, each by itself; only the one that can be. Whoever did much is walked through by hand.

    `which`: only what is over or open. `lead`: what leads instead of what narrows most.
    """
    few = _is_few(elsewhere)
    by_hand = _hand(elsewhere)
    if by_hand is not None and not few and which == "all" and lead is None:
        asked = [one.on_run for one in elsewhere if one is not by_hand]
        yield _by_hand(by_hand, search, asked)
        return
    lead = "" if few else lead_of(search) if lead is None else lead
    for is_over in (one for one in _halves(search) if which in ("all", "over" if one else "open")):
        half, index = (IS_OVER, "" if few else INDEXES[lead]) if is_over else (IS_OPEN, "runs_over")
        lead_here, halves = lead if is_over else "", ("all", "over" if is_over else "open")
        asked = [one.on_run for one in elsewhere if one.of in halves]
        for one in search.of_each_name() if lead_here == "procedure" else (search,):
            yield _Walk(_runs, _runs.c.started_at, _runs.c.run, and_(half, *plain(one, lead_here), *asked), index)


def _hand(elsewhere: Sequence[Elsewhere]) -> Elsewhere | None:
    return next((one for one in elsewhere if one.table is tables.hands), None)


def _by_hand(by_hand: Elsewhere, search: Search, asked: Sequence[ColumnElement[bool]]) -> _Walk:
    hands = tables.hands
    source = hands.join(_runs, hands.c.run == _runs.c.run)
    return _Walk(source, hands.c.started_at, hands.c.run, and_(by_hand.condition, *plain(search, "hands"), *asked))


def _halves(search: Search) -> Sequence[bool]:
    if search.review or search.state in ("completed", "abandoned"):
        return (True,)
    return (False,) if search.state in ("running", "held") else (True, False)


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Reads what of each walk may stand on a page."""

    connection: Connection
    search: Search
    course: _Course
    key: Key | None
    limit: int

    def of(self, walks: Iterable[_Walk], *conditions: ColumnElement[bool]) -> list[Any]:
        """The first rows of each on the way from the key."""
        return [row for walk in walks for row in self._rows(walk, conditions)]

    def _rows(self, walk: _Walk, conditions: Sequence[ColumnElement[bool]]) -> Sequence[Any]:
        query = walk.select(_runs).where(_behind(self.course, walk, self.key), *conditions)
        walk.keep_order(self.connection)
        return self.connection.execute(query.order_by(*_order(self.course, walk)).limit(self.limit)).mappings().all()


def _riskiest(read: _Stretches, elsewhere: Sequence[Elsewhere]) -> list[Any]:
    """A page in the order of risk. Where the riskiest of all may fulfil nothing, those that may are taken first."""
    search, connection = read.search, read.connection
    is_borne, is_bounded = bool(wanted_marks(search)), search.since or search.until
    if not is_borne or is_bounded:
        is_long = _count(connection, _walks(search, elsewhere), SOME) > SOME
        if not is_long or not is_borne:
            return read.of(_walks(search, elsewhere, lead="risk" if is_long else None))
    return read.of(_walks(search, elsewhere, "open")) + _by_bands(read, elsewhere)


def _by_bands(read: _Stretches, elsewhere: Sequence[Elsewhere]) -> list[Any]:
    rows: list[Any] = []
    risk = read.key.risk if read.key else None
    for band in bands(read.connection, read.search, risk, is_down=read.course.is_down):
        among, within = ((band.few,), ()) if band.few else ((), (band.condition,))
        rows += read.of(_walks(read.search, (*elsewhere, *among), "over", "risk"), *within)
        if len(rows) >= read.limit:
            break
    return rows


def _looked_since(connection: Connection, search: Search, elsewhere: Sequence[Elsewhere]) -> datetime | None:
    """When the last of the newest runs began that are each asked for a count; None where all are."""
    by_hand = _hand(elsewhere)
    walks = _walks(search, (by_hand,) if by_hand else (), "all" if by_hand else "over")
    found = (_looked_at(connection, walk) for walk in walks)
    return max((at for at in found if at is not None), default=None)


def _looked_at(connection: Connection, walk: _Walk) -> datetime | None:
    walk.keep_order(connection)
    query = walk.select(walk.at).order_by(walk.at.desc()).offset(LOOKED).limit(1)
    return connection.execute(query).scalar_one_or_none()


def _count(connection: Connection, walks: Iterable[_Walk], most: int, since: datetime | None = None) -> int:
    """How many there are, of those begun since; counted no further than one beyond `most`."""
    number = 0
    for walk in walks:
        query = walk.select(_runs.c.run).where(true() if since is None else walk.at >= since)
        some = query.limit(most + 1 - number).subquery()
        number += connection.execute(select(func.count()).select_from(some)).scalar_one()
    return number


def _order(course: _Course, walk: _Walk) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [_runs.c.risk, walk.at, walk.run] if course.by_risk else [walk.at, walk.run]
    return [column.desc() for column in columns] if course.is_down else columns


def _sorting(search: Search) -> Callable[[Found], tuple[Any, ...]]:
    if search.order == "risk":
        return lambda one: (one.risk, one.row.started_at, one.row.run)
    return lambda one: (one.row.started_at, one.row.run)


def _behind(course: _Course, walk: _Walk, key: Key | None) -> ColumnElement[bool]:
    if key is None:
        return true()
    at, run, risk = walk.at, walk.run, _runs.c.risk
    if course.is_down:
        later = and_(at <= key.started_at, or_(at < key.started_at, run < key.run))
        further = and_(risk <= key.risk, or_(risk < key.risk, later))
    else:
        later = and_(at >= key.started_at, or_(at > key.started_at, run > key.run))
        further = and_(risk >= key.risk, or_(risk > key.risk, later))
    if not course.by_risk:
        return later
    # As a row for PostgreSQL, which goes on from there in its index; SQLite does so by the first part.
    of, than = tuple_(risk, at, run), tuple_(literal(key.risk), literal(key.started_at, at.type), literal(key.run))
    return and_(further, of < than if course.is_down else of > than)


def _found(row: Any) -> Found:
    extra = {name: row[name] for name in ("deviations", "amendments", "risk", "is_late", "review")}
    return Found(run_of(row), **extra)
