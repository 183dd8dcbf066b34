"""What waits for a reviewer: runs that are over and not approved, the riskiest first, in groups; and what has lain too long.

Each list is read by its key from an index that holds only what is not approved, however many runs there are.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, cast, func, literal_column, null, or_, select, true, union

from engine.ledger import tables
from engine.ledger.store import Ledger

Group = Literal["again", "marked", "clean", "out"]
GROUPS: tuple[Group, ...] = ("again", "marked", "clean", "out")
"""Answered or changed since; with something to look at; clean; with those who did them."""
_AGAIN, _OUT = ("answered", "reopened"), ("asked", "returned")
WAITING = ("open", *_AGAIN, *_OUT)
_NEVER_APPROVED = ("open", "answered", *_OUT)  # or not since it was returned
PAGE = 50
MOST_TOLD = 200
"""Runs told of in one look; another follows."""
_runs = tables.runs
_WAITS: ColumnElement[bool] = literal_column("runs.finished_at IS NOT NULL AND runs.review <> '' AND runs.review <> 'approved'")
"""What the index holds: part of each statement, or SQLite does not know that it serves."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs are asked for; "", () and None for all. The times are those of a run's end, the last one not included.

    `procedures`: every name of the one that is asked for.
    """

    place: str = ""
    procedures: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same, for the database."""
        parts: list[ColumnElement[bool]] = [_runs.c.place == self.place] if self.place else []
        parts += [_runs.c.procedure.in_(self.procedures)] if self.procedures else []
        parts += [_runs.c.finished_at >= self.since] if self.since else []
        parts += [_runs.c.finished_at < self.until] if self.until else []
        return and_(true(), *parts)


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: the next one begins behind it."""

    risk: int
    finished_at: datetime
    run: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits. `is_own`: whoever asks recorded something in it, or closed a row it wrote; `closed_since`: how many rows
    that it wrote were closed after it was approved, where that is no longer so.
    """

    run: str
    number: str | None
    procedure: str
    place: str | None
    title_zh: str
    state: str
    started_by: str
    finished_at: datetime
    version: int
    deviations: int
    open_deviations: int
    amendments: int
    risk: int
    is_late: bool
    review: str
    reviewed_by: str | None
    is_own: bool
    closed_since: int

    @property
    def key(self) -> Key:
        """Its place in the order."""
        return Key(self.risk, self.finished_at, self.run)


@dataclass(frozen=True, slots=True)
class Lying:
    """A run that was over, or changed after it was approved at `approved_at`, at `since`, and is not approved."""

    run: str
    number: str | None
    procedure: str
    place: str | None
    approved_at: datetime | None
    since: datetime


_BESIDE = ("is_own", "closed_since")  # read by themselves, of the runs that are shown
_COLUMNS = [_runs.c[name] for name in Waiting.__slots__ if name not in _BESIDE]


@dataclass(frozen=True, slots=True)
class Queue:
    """Read access to what waits."""

    ledger: Ledger

    def counts(self, wanted: Wanted = Wanted()) -> Mapping[Group, int]:
        """How many runs wait in each group."""
        is_marked = _runs.c.risk > 0
        query = select(_runs.c.review, is_marked.label("is_marked"), func.count().label("number"))
        query = query.where(_WAITS, wanted.condition).group_by(_runs.c.review, is_marked)
        found = dict.fromkeys(GROUPS, 0)
        for row in self._read(query):
            found[_group_of(row["review"], bool(row["is_marked"]))] += row["number"]
        return found

    def of(self, procedures: Collection[str]) -> frozenset[str]:
        """Those of these procedures, by the name their runs have, of which runs wait."""
        query = select(_runs.c.procedure).where(_WAITS, _runs.c.procedure.in_(procedures)).distinct()
        return frozenset(row["procedure"] for row in self._read(query)) if procedures else frozenset()

    def page(
        self, group: Group, person: str, wanted: Wanted, key: Key | None = None, limit: int = PAGE, *, is_back: bool = False
    ) -> list[Waiting]:
        """The runs of a group in order, the riskiest first, of those alike the oldest: those right behind `key`; with `is_back`
        those right before it.
        """
        query = select(*_COLUMNS).where(_in(group), wanted.condition, _beside(key, is_back=is_back) if key else true())
        rows = self._read(query.order_by(*_order(is_back=is_back)).limit(limit))[:: -1 if is_back else 1]
        return self._waiting(rows, person)

    def own(self, runs: Collection[str], person: str) -> frozenset[str]:
        """Those of the runs in which somebody recorded something, or closed a row that they wrote."""
        hands, closed = tables.hands, tables.row_closings
        recorded = select(hands.c.run).where(hands.c.run.in_(runs), hands.c.person == person)
        query = union(recorded, select(closed.c.run).where(closed.c.run.in_(runs), closed.c.by == person))
        return frozenset(row["run"] for row in self._read(query)) if runs else frozenset()

    def found(self, runs: Collection[str], person: str) -> dict[str, Waiting]:
        """Runs by id, whatever their review says; those there are none of, and those not over, are left out."""
        query = select(*_COLUMNS).where(_runs.c.run.in_(runs), _runs.c.finished_at.is_not(None))
        return {one.run: one for one in self._waiting(self._read(query), person)} if runs else {}

    def back(self, limit: int) -> list[Waiting]:
        """Runs that are with those who did them: asked about or returned, the longest waiting first."""
        query = select(*_COLUMNS).where(_in("out")).order_by(_runs.c.reviewed_at, _runs.c.run).limit(limit)
        return self._waiting(self._read(query))

    def lying(self, since: datetime, ended: datetime) -> list[Lying]:
        """Runs that nobody was told of yet, not approved: over in [since, ended], or approved and changed before `ended`.

        What was told before the approval that fell is of an earlier wait.
        """
        notices = tables.notices
        is_told = select(notices.c.notice).where(notices.c.notice == _runs.c.run + " unreviewed").exists()
        is_again = and_(notices.c.run == _runs.c.run, notices.c.kind == "unreviewed", notices.c.told_at > _runs.c.reviewed_at)
        is_told_again = select(notices.c.notice).where(is_again).exists()
        columns = (_runs.c.run, _runs.c.number, _runs.c.procedure, _runs.c.place)
        never = cast(null(), _runs.c.reviewed_at.type).label("approved_at")
        over = select(*columns, never, _runs.c.finished_at.label("since")).where(
            _runs.c.finished_at >= since, _runs.c.finished_at <= ended, _runs.c.review.in_(_NEVER_APPROVED), ~is_told
        )
        changed = select(*columns, _runs.c.reviewed_at.label("approved_at"), _runs.c.updated_at.label("since")).where(
            _WAITS, _runs.c.review == "reopened", _runs.c.updated_at <= ended, ~is_told_again
        )
        return [Lying(**row) for row in self._read(union(over, changed).limit(MOST_TOLD))]

    def _waiting(self, rows: Sequence[Any], person: str = "") -> list[Waiting]:
        own = self.own([row["run"] for row in rows], person)
        closed = self._closed_since([row["run"] for row in rows if row["review"] == "reopened"])
        return [Waiting(**row, is_own=row["run"] in own, closed_since=closed.get(row["run"], 0)) for row in rows]

    def _closed_since(self, runs: Collection[str]) -> dict[str, int]:
        closed = tables.row_closings
        is_later = and_(closed.c.run.in_(runs), closed.c.at > _runs.c.reviewed_at)
        query = select(closed.c.run, func.count().label("number")).join(_runs, _runs.c.run == closed.c.run).where(is_later)
        return {row["run"]: row["number"] for row in self._read(query.group_by(closed.c.run))} if runs else {}

    def _read(self, query: Any) -> Sequence[Any]:
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).mappings().all()


def _group_of(review: str, is_marked: bool) -> Group:
    if review in _AGAIN:
        return "again"
    if review in _OUT:
        return "out"
    return "marked" if is_marked else "clean"


def _in(group: Group) -> ColumnElement[bool]:
    return and_(_WAITS, _is_of(group))


def _is_of(group: Group) -> ColumnElement[bool]:
    match group:
        case "again":
            return _runs.c.review.in_(_AGAIN)
        case "out":
            return _runs.c.review.in_(_OUT)
        case "marked":
            return and_(_runs.c.review == "open", _runs.c.risk > 0)
        case _:
            return and_(_runs.c.review == "open", _runs.c.risk == 0)


def _order(*, is_back: bool) -> tuple[ColumnElement[Any], ...]:
    risk, at, run = _runs.c.risk, _runs.c.finished_at, _runs.c.run
    return (risk, at.desc(), run.desc()) if is_back else (risk.desc(), at, run)


def _beside(key: Key, *, is_back: bool) -> ColumnElement[bool]:
    risk, at, run = _runs.c.risk, _runs.c.finished_at, _runs.c.run
    if is_back:
        is_earlier = or_(at < key.finished_at, and_(at == key.finished_at, run < key.run))
        return or_(risk > key.risk, and_(risk == key.risk, is_earlier))
    is_later = or_(at > key.finished_at, and_(at == key.finished_at, run > key.run))
    return or_(risk < key.risk, and_(risk == key.risk, is_later))
