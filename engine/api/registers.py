"""Registers and their rows, as the books' own pages read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from engine.api import answers, books
from engine.api.asked import NothingAsked, RowsAsked
from engine.api.known import listed
from engine.api.refused import not_there, wrong_cursor
from engine.api.source import Source, page_of
from engine.api.units import Units
from engine.ledger import tables
from engine.procedure.field import Step, is_personal
from engine.procedure.site import Book
from engine.procedure.text import Text
from engine.review.books import Books, Entry, Place, Wish
from engine.run.answer import Answer


def registers(source: Source, asked: NothingAsked) -> books.Registers:  # noqa: ARG001
    """Every register of the site."""
    as_of, known = source.as_of, Books(source.engine.ledger)
    items = tuple(_register(id_, book, known) for id_, book in source.engine.site.books.items())
    return books.Registers(as_of=as_of, items=items)


def _register(id_: str, book: Book, known: Books) -> books.Register:
    tally = known.tally(id_, known.stacks(id_))
    return books.Register(
        book=id_,
        title=title_of(book.title),
        columns=_columns(book.fields_),
        closing=_columns(book.closing),
        retention=str(book.retention),
        rows=tally.rows,
        open=tally.open if book.closing else 0,
        last_at=tally.last_at,
    )


def title_of(text: Text) -> answers.Title:
    """A name in both languages; in Chinese where there is no translation."""
    return answers.Title(zh=text.into("zh"), en=text.into("en"))


def _columns(fields: Iterable[Step]) -> tuple[books.Column, ...]:
    return tuple(books.Column(id=one.id, title=title_of(one.title), kind=one.kind) for one in fields)


def rows(source: Source, asked: RowsAsked) -> books.Rows:
    """The rows of a register. Raises Refused."""
    as_of, book, known = source.as_of, source.engine.site.books.get(asked.book), Books(source.engine.ledger)
    if book is None:
        raise not_there("book", asked.book, f"one of: {listed(source.engine.site.books)}")
    beyond = Place.read(asked.after)
    if asked.after and beyond is None:
        raise wrong_cursor(asked.after)
    since, until = asked.bounds(source.engine.site)
    is_open = {"open": True, "closed": False}.get(asked.only)
    wish = Wish((), since, until, is_open, beyond, is_newest_first=asked.order == "new")
    found = known.page(asked.book, known.stacks(asked.book), wish, asked.limit + 1)
    shown, next_ = page_of(found, asked.limit, lambda one: str(one.place))
    runs, closes = _runs(source, {one.run for one in shown}), bool(book.closing)
    values = _Values(Units.of(source, runs), {field.id: field for field in (*book.fields_, *book.closing)})
    return books.Rows(as_of=as_of, next=next_, items=tuple(_row(one, runs[one.run], closes, values) for one in shown))


@dataclass(frozen=True, slots=True)
class _Run:
    """Where the run of a row was, and which of its fields are about a person."""

    place: str | None
    personal: frozenset[str]


def _runs(source: Source, runs: Iterable[str]) -> dict[str, _Run]:
    table = tables.runs
    found = source.rows(select(table.c.run, table.c.place, table.c.procedure).where(table.c.run.in_(tuple(runs))))
    plans = {name: source.engine.plan(name) for name in {row["procedure"] for row in found}}
    personal = {name: plan.personal if plan else frozenset[str]() for name, plan in plans.items()}
    return {row["run"]: _Run(row["place"], personal[row["procedure"]]) for row in found}


def _row(entry: Entry, run: _Run, closes: bool, values: "_Values") -> books.Row:
    closed = entry.closed
    return books.Row(
        run=entry.run,
        step=entry.step,
        row=entry.row,
        at=entry.at,
        by=entry.by,
        place=run.place,
        is_open=closes and entry.is_open,
        is_amended=entry.is_amended,
        fields=values.of(entry.run, entry.fields, run.personal),
        closed_at=closed.at if closed else None,
        closed_by=closed.by if closed else None,
        closing=values.of(entry.run, closed.fields if closed else {}, run.personal),
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """Tells what was written in rows. `fields`: those of the book."""

    units: Units
    fields: Mapping[str, Step]

    def of(self, run: str, written: Mapping[str, Answer], personal: frozenset[str]) -> dict[str, books.Value]:
        """What one row of a run has, by column; `personal`: what is about a person by the run's procedure."""
        return {
            name: _WITHHELD if one.is_erased or name in personal or self._is_personal(name) else self._value(run, name, one)
            for name, one in written.items()
        }

    def _is_personal(self, name: str) -> bool:
        return name in self.fields and is_personal(self.fields[name])

    def _value(self, run: str, name: str, one: Answer) -> books.Value:
        value = format(one.number, "f") if one.number is not None else one.text
        unit = self.units.told(run, one.unit, self.fields.get(name))
        return books.Value(value=value, unit=one.unit or None, unit_title=unit, options=one.options, at=one.at)


_WITHHELD = books.Value(value=None, unit=None, unit_title=None, options=(), at=None, is_withheld=True)
"""Nobody could erase it from another program: what is about a person stays in the register."""
