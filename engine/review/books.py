"""Register books as they are read: page by page, searched, counted; and the signatures that were given after a row was written.

Rows stand in an index by book, open or not, and who has a part in their run, in the order of time. Each such stack answers by
itself, so whoever may see few of them waits for none of the others.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_, union_all

from engine.ledger import tables
from engine.ledger.booking import normal, option_word, person_words
from engine.ledger.store import Ledger
from engine.ledger.times import instant, stamp
from engine.procedure.field import Choose
from engine.procedure.site import Book
from engine.review.queries import FIELDS
from engine.run.answer import Answer

_rows, _closed, _signed = tables.book_rows, tables.row_closings, tables.signatures
_ORDER = (_rows.c.at, _rows.c.run, _rows.c.step, _rows.c.row)
_MOST_TERMS = 6
_MOST_LETTERS = 40  # of one term
Sees = Callable[[frozenset[str]], bool]
"""Whether somebody may see what is written in runs in which these roles have a part."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a book ends: the time and the key of its last row."""

    at: datetime
    run: str
    step: str
    row: str

    def __str__(self) -> str:
        return "~".join((stamp(self.at), self.run, self.step, self.row))

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that was told; None for anything else."""
        at, *key = text.split("~")
        try:
            return cls(instant(at), *key) if len(key) == 3 and text.isascii() and text.isprintable() else None
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Closed:
    """How a row was closed."""

    at: datetime
    by: str
    fields: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a book. `by` wrote last; `is_amended`: it was corrected or, where it has no fields, taken back."""

    run: str
    step: str
    row: int
    at: datetime
    by: str
    fields: Mapping[str, Answer]
    is_amended: bool
    is_open: bool
    closed: Closed | None

    @property
    def place(self) -> Place:
        """Where it stands in its book."""
        return Place(self.at, self.run, self.step, str(self.row))


@dataclass(frozen=True, slots=True)
class Stack:
    """The rows of a book that are open, or are not, of runs in which the same roles have a part."""

    is_open: bool
    parties: str

    @property
    def roles(self) -> frozenset[str]:
        """The roles."""
        return frozenset(self.parties.split(","))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a book has, how many of them are open, and when the last was written."""

    rows: int
    open: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Countersigned:
    """A signature given in a run."""

    at: datetime
    by: str
    role: str
    name: str
    meaning: str
    drawn: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows are wanted: with each term in one of its spellings, written in [since, until), open or not, beyond a place."""

    terms: tuple[tuple[str, ...], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    is_open: bool | None = None
    beyond: Place | None = None
    is_newest_first: bool = True


def terms_of(text: str, book: Book, people: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """What somebody looks for, term by term, each as it may stand among a row's words. `people`: names by id."""
    fields = [one for one in (*book.fields_, *book.closing) if isinstance(one, Choose)]
    return tuple(tuple(_spellings(one[:_MOST_LETTERS], fields, people)) for one in normal(text).split()[:_MOST_TERMS])


def _spellings(term: str, fields: Sequence[Choose], people: Mapping[str, str]) -> Iterator[str]:
    yield term
    for field in fields:
        for option, title in field.options.items():
            if any(term in normal(title.into(language)) for language in ("zh", "en")):
                yield option_word(field.id, option)
    for person, name in people.items():
        if term in normal(name):
            yield from person_words(person)


@dataclass(frozen=True, slots=True)
class Books:
    """Read access to the rows of books."""

    ledger: Ledger

    def stacks(self, book: str) -> list[Stack]:
        """The stacks of a book: one look into the index for each."""
        found: list[Stack] = []
        with self.ledger.engine.connect() as connection:
            for is_open in (True, False):
                next_one = select(_rows.c.parties).where(_rows.c.book == book, _rows.c.is_open == is_open)
                query = next_one.order_by(_rows.c.parties).limit(1)
                while (parties := connection.execute(query).scalar()) is not None:
                    found.append(Stack(is_open, parties))
                    query = next_one.where(_rows.c.parties > parties).order_by(_rows.c.parties).limit(1)
        return found

    def count(self, book: str, stacks: Collection[Stack]) -> int:
        """How many rows stand in these stacks."""
        if not stacks:
            return 0
        parts = [select(func.count().label("rows")).where(*_in(book, one)) for one in stacks]
        return sum(row["rows"] for row in self._read(union_all(*parts)))

    def tally(self, book: str, stacks: Collection[Stack]) -> Tally:
        """How many rows these stacks have."""
        is_open = [one for one in stacks if one.is_open]
        parts = [select(func.max(_rows.c.at).label("last")).where(*_in(book, one)) for one in stacks]
        last = [row["last"] for row in self._read(union_all(*parts))] if parts else []
        return Tally(self.count(book, stacks), self.count(book, is_open), max(last, default=None))

    def page(self, book: str, stacks: Iterable[Stack], wish: Wish, limit: int) -> list[Entry]:
        """Rows of these stacks, the newest first unless wished otherwise; at most `limit`."""
        wanted = [one for one in stacks if wish.is_open is None or one.is_open is wish.is_open]
        if not wanted:
            return []
        keys = [select(_keys(book, one, wish, limit).subquery()) for one in wanted]
        found = union_all(*keys).subquery()
        order = _directed((found.c[column.name] for column in _ORDER), wish)
        nearest = select(found).order_by(*order).limit(limit).subquery()
        is_row = and_(*(column == nearest.c[column.name] for column in (_rows.c.run, _rows.c.step, _rows.c.row)))
        is_its = and_(_rows.c.run == _closed.c.run, _rows.c.step == _closed.c.step, _rows.c.row == _closed.c.row)
        closing = (_closed.c.at.label("closed_at"), _closed.c.by.label("closed_by"), _closed.c.fields.label("closing"))
        query = select(_rows, *closing).join(nearest, is_row).outerjoin(_closed, is_its)
        return [_entry(row) for row in self._read(query.order_by(*_directed(_ORDER, wish)))]

    def closings(self, run: str) -> dict[tuple[str, int], Closed]:
        """How the rows that a run wrote were closed, by step and number."""
        found = self._read(select(_closed).where(_closed.c.run == run))
        return {(str(row["step"]), int(row["row"])): Closed(row["at"], row["by"], _answers(row["fields"])) for row in found}

    def signatures(self, runs: Collection[str]) -> dict[str, list[Countersigned]]:
        """Every signature given in these runs, in order."""
        query = select(_signed).where(_signed.c.run.in_(runs)).order_by(_signed.c.run, _signed.c.seq)
        rows = self._read(query) if runs else ()
        return {run: [_countersigned(row) for row in some] for run, some in groupby(rows, key=lambda row: str(row["run"]))}

    def _read(self, query: Any) -> Sequence[Any]:
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).mappings().all()


def _in(book: str, stack: Stack) -> tuple[ColumnElement[bool], ...]:
    return _rows.c.book == book, _rows.c.is_open == stack.is_open, _rows.c.parties == stack.parties


def _keys(book: str, stack: Stack, wish: Wish, limit: int) -> Select[Any]:
    """The first rows of one stack: what the index alone can tell."""
    query = select(*_ORDER).where(*_in(book, stack), *(_any(spellings) for spellings in wish.terms))
    if wish.since is not None:
        query = query.where(_rows.c.at >= wish.since)
    if wish.until is not None:
        query = query.where(_rows.c.at < wish.until)
    if wish.beyond is not None:
        here, there = tuple_(*_ORDER), tuple_(wish.beyond.at, wish.beyond.run, wish.beyond.step, wish.beyond.row, types=_TYPES)
        query = query.where(here < there if wish.is_newest_first else here > there)
    return query.order_by(*_directed(_ORDER, wish)).limit(limit)


_TYPES = [column.type for column in _ORDER]


def _any(spellings: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(false(), *(_rows.c.words.contains(one, autoescape=True) for one in spellings))


def _directed(columns: Iterable[ColumnElement[Any]], wish: Wish) -> list[ColumnElement[Any]]:
    return [column.desc() if wish.is_newest_first else column for column in columns]


def _answers(text: str) -> dict[str, Answer]:
    return FIELDS.validate_python(orjson.loads(text).get("fields", {}))


def _entry(row: Mapping[str, Any]) -> Entry:
    body = orjson.loads(row["fields"])
    closed = None
    if row["closed_at"] is not None:
        closed = Closed(row["closed_at"], row["closed_by"], _answers(row["closing"]))
    return Entry(
        run=row["run"],
        step=row["step"],
        row=int(row["row"]),
        at=row["at"],
        by=row["by"],
        fields=FIELDS.validate_python(body.get("fields", {})),
        is_amended="amends" in body,
        is_open=row["is_open"],
        closed=closed,
    )


def _countersigned(row: Mapping[str, Any]) -> Countersigned:
    return Countersigned(**{name: row[name] for name in Countersigned.__slots__})
