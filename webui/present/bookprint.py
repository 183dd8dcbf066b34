"""A register book on paper: its columns, the rows of a period in the order of writing, room for a pen where there are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.site import Book
from engine.wording import Names
from webui.present.books import Asked, Line, Page, line_of, retention_text
from webui.present.ink import Ink, Label

_BLANK_ROWS = 14  # as many as a sheet has room for


@dataclass(frozen=True, slots=True)
class BookSheet:
    """The whole sheet. `most`: how many rows it was cut at; 0 where all are on it. `blank`: rows to be written by hand."""

    id: str
    title: Label
    site: Label
    facts: tuple[tuple[Label, str], ...]
    columns: tuple[Label, ...]
    rows: tuple[Line, ...]
    blank: int
    has_closing: bool
    amended_after: Label
    hidden: int
    most: int


def sheet_of(id_: str, book: Book, pages: Sequence[Page], ink: Ink, asked: Asked, by: str, now: datetime) -> BookSheet:
    """The book as it is printed: Chinese, because it is what the office files, English beside it for who reads English."""
    fields = (ink.text(one.title) for one in book.fields_)
    ends = (ink.word("stage_closed"),) if book.closing else ()
    first = (ink.word("paper_number"), ink.word("book_when"))
    period = f"{asked.since or '…'} — {asked.until or '…'}" if asked.since or asked.until else ink.word("book_whole").zh
    assert ink.names.site
    return BookSheet(
        id=id_,
        title=ink.text(book.title),
        site=ink.text(ink.names.site.name),
        facts=(
            (ink.word("paper_period"), period),
            *_narrowed(asked, ink),
            (ink.word("paper_kept_for"), retention_text(book.retention, "zh")),
            (ink.word("paper_printed_by"), by),
            (ink.word("paper_printed_at"), ink.clock(now)),
        ),
        columns=(*first, *fields, ink.word("by"), *ends, ink.word("countersigned")),
        rows=tuple(line_of(one, book, ink.names, ink.clock) for one in pages),
        blank=0 if pages else _BLANK_ROWS,
        has_closing=bool(book.closing),
        amended_after=ink.word("amended_after"),
        hidden=0,
        most=0,
    )


def _narrowed(asked: Asked, ink: Ink) -> Iterator[tuple[Label, str]]:
    """What else the printed rows were chosen by: a book from which rows are left out says so."""
    if asked.text:
        yield ink.word("paper_found"), f"“{asked.text}”"
    if asked.only:
        yield ink.word("book_show"), ink.word(f"book_only_{asked.only}").zh


def ink_of(names: Names) -> Ink:
    """The pen of a reader's language: books are Chinese on paper."""
    return Ink(Names("zh", names.site, None, names.people), has_english=names.language == "en")
