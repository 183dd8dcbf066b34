"""The rows of a register book, the oldest first, with how they were closed."""

from collections.abc import Iterator
from dataclasses import replace

from engine.exports.answers import cell_of, listed
from engine.exports.asked import Asked
from engine.exports.columns import Cell, Column, Row
from engine.exports.sources import SIZE, Batch, Ground, Source
from engine.exports.words import column
from engine.procedure.field import Count, Step
from engine.procedure.site import Book
from engine.review.books import Books, Entry, Place, Stack, Wish, terms_of


def book(ground: Ground, asked: Asked, found: Book) -> Source:
    """The rows of a book, of a period and with words where they are wanted."""
    known = Books(ground.engine.ledger)
    people = {name: person.name for name, person in ground.engine.directory.now().people.items()}
    is_open = {"open": True, "closed": False}.get(asked.only)
    terms = terms_of(asked.search.words, found, people)
    wish = Wish(terms, asked.search.since, asked.search.until, is_open, is_newest_first=False)

    def batches(after: str) -> Iterator[Batch]:
        place = Place.read(after) if after else None
        while page := known.page(asked.of, known.stacks(asked.of), replace(wish, beyond=place), SIZE):
            place = page[-1].place
            yield Batch(tuple(_row(ground, found, one) for one in page), len(page), str(place))

    def total() -> int:
        return known.count(asked.of, _wanted(known.stacks(asked.of), is_open))

    return Source(_columns(found), total, batches, _counted(found))


def _counted(book: Book) -> tuple[str, ...]:
    """What is told in sums: how many are open, and what is counted in them."""
    counts = (one.id for one in book.fields_ if isinstance(one, Count))
    return (*(("open",) if book.closing else ()), *counts)


def _wanted(stacks: list[Stack], is_open: bool | None) -> list[Stack]:
    return [one for one in stacks if is_open is None or one.is_open is is_open]


def _columns(book: Book) -> tuple[Column, ...]:
    first = (column(name) for name in ("at", "run", "step", "row", "by", "amended"))
    last = (column(name) for name in ("open", "closed_at", "closed_by")) if book.closing else ()
    return (*first, *map(_titled, book.fields_), *last, *(_titled(one, "closing_") for one in book.closing), column("others"))


def _titled(one: Step, before: str = "") -> Column:
    return Column(f"{before}{one.id}", one.title.into("zh"), one.title.into("en"))


def _row(ground: Ground, book: Book, entry: Entry) -> Row:
    known, closed = {one.id for one in book.fields_}, entry.closed.fields if entry.closed else {}
    others = [(name, answer) for name, answer in entry.fields.items() if name not in known]
    others += [(name, answer) for name, answer in closed.items() if name not in {one.id for one in book.closing}]
    return (
        entry.at, entry.run, entry.step, entry.row, ground.person(entry.by), ground.yes(holds=entry.is_amended),
        *(cell_of(ground, one, entry.fields.get(one.id)) for one in book.fields_),
        *_closing(ground, book, entry), listed(ground, ((None, name, answer) for name, answer in others)),
    )  # fmt: skip


def _closing(ground: Ground, book: Book, entry: Entry) -> Iterator[Cell]:
    if book.closing:
        closed = entry.closed
        yield from (ground.yes(holds=entry.is_open), closed.at if closed else None, ground.person(closed.by if closed else None))
        yield from (cell_of(ground, one, closed.fields.get(one.id) if closed else None) for one in book.closing)
