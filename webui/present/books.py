"""Register books as people leaf through them: those the site keeps; rows with corrections, closing and countersignatures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.amount import Span
from engine.procedure.field import Step
from engine.procedure.site import Book, Site
from engine.review.books import Countersigned, Entry, Tally
from engine.run.answer import Answer
from engine.run.dues import later
from engine.run.events import Happened, RowAdded, StepAmended
from engine.wording import Names
from webui.present.values import Filled, day_clock, filled
from webui.words import words

_UNITS = {
    "s": "秒", "min": "分钟", "hour": "小时", "day": "天", "week": "周", "month": "个月", "quarter": "个季度", "year": "年",
}  # fmt: skip


Clock = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Correction:
    """That a row was corrected or taken back: by whom, when, why, and what stood in it before."""

    by: str
    at: datetime
    reason: str
    before: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Page:
    """A row of a book with what its run says of it: who wrote it first, every correction, the signatures given afterwards."""

    entry: Entry
    by: str
    corrections: tuple[Correction, ...]
    signatures: tuple[Countersigned, ...]

    @property
    def is_removed(self) -> bool:
        """Whether it was taken back."""
        return not self.entry.fields

    def is_amended_after(self, signed: Countersigned) -> bool:
        """Whether it was corrected after a signature."""
        return any(one.at > signed.at for one in self.corrections)


def page_of(entry: Entry, history: Sequence[Happened], signatures: Sequence[Countersigned]) -> Page:
    """A row as its run tells it. `history` is asked for only where the row was corrected."""
    by, corrections, last = entry.by, [], dict[str, Answer]()
    for one in history:
        event = one.event
        if not isinstance(event, RowAdded | StepAmended) or (event.step, event.row) != (entry.step, entry.row):
            continue
        if isinstance(event, RowAdded):
            by = one.by
        else:
            corrections.append(Correction(one.by, one.recorded_at, event.reason, last))
        last = dict(event.fields)
    after = tuple(one for one in signatures if one.at >= entry.at)
    return Page(entry, by, tuple(corrections), after)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column, and what stood there before it was corrected."""

    now: Filled
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hand:
    """A signature beside a row."""

    text: str
    drawn: str
    is_amended: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a book on the page. `others`: what was written under columns the book has no longer."""

    address: str
    at: str
    by: str
    cells: tuple[Cell, ...]
    others: tuple[Filled, ...]
    corrections: tuple[str, ...]
    is_removed: bool
    is_open: bool
    closed: str
    closing: tuple[Filled, ...]
    hands: tuple[Hand, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, as it was typed. `only` is open, closed or nothing."""

    text: str = ""
    since: str = ""
    until: str = ""
    only: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return not (self.text or self.since or self.until or self.only)

    @property
    def is_backwards(self) -> bool:
        """Whether the last day lies before the first: then nothing is within it."""
        return bool(self.since and self.until and self.until < self.since)


@dataclass(frozen=True, slots=True)
class BookView:
    """A page of a book. `older`: the place after which the next page begins; empty on the last. `rows` is None in a search."""

    id: str
    title: str
    retention: str
    columns: tuple[str, ...]
    has_closing: bool
    lines: tuple[Line, ...]
    asked: Asked
    is_first: bool
    older: str
    rows: str
    hidden: int
    kept_until: str = ""  # when the oldest row that is seen may go
    export: str = ""  # where it is exported; empty for those who may not
    rules: str = ""  # where it is told how long what is personal is kept, and held or erased; empty for those who may not


@dataclass(frozen=True, slots=True)
class BookLine:
    """A book in the list of them all."""

    id: str
    title: str
    rows: str
    open: str
    last: str


def book_line(id_: str, book: Book, tally: Tally, names: Names, now: datetime) -> BookLine:
    """A book with how much is in it."""
    w = words(names.language)
    last = w.book_last.format(at=day_clock(tally.last_at, now, names)) if tally.last_at else w.book_never
    is_open = w.book_open.format(count=tally.open) if book.closing and tally.open else ""
    return BookLine(id_, book.title.into(names.language), w.book_rows.format(count=tally.rows), is_open, last)


def line_of(page: Page, book: Book, names: Names, clock: Clock) -> Line:
    """A row of a book; `clock` tells times as the page does."""
    entry = page.entry
    known = {one.id for one in book.fields_}
    fields = entry.fields
    return Line(
        address=f"/rows/{entry.run}/{entry.step}/{entry.row}",
        at=clock(entry.at),
        by=names.person(page.by),
        cells=tuple(cell_of(one, page, names) for one in book.fields_),
        others=tuple(Filled(name, _plain(answer, names)) for name, answer in fields.items() if name not in known),
        corrections=tuple(_corrected(one, names, clock) for one in page.corrections),
        is_removed=page.is_removed,
        is_open=bool(book.closing) and entry.is_open,
        closed=f"{names.person(entry.closed.by)} {clock(entry.closed.at)}" if entry.closed else "",
        closing=closing_of(entry, book, names),
        hands=tuple(Hand(_signed(one, names, clock), one.drawn, page.is_amended_after(one)) for one in page.signatures),
    )


def cell_of(step: Step, page: Page, names: Names) -> Cell:
    """A column of a row: what stands there, and everything that stood there before, once each."""
    now = filled(step, page.entry.fields.get(step.id), names)
    before = (filled(step, one.before.get(step.id), names) for one in page.corrections)
    texts = (one.text or ("×" * bool(one.pictures)) for one in before if one.pictures != now.pictures or one.text != now.text)
    return Cell(now, tuple(dict.fromkeys(text for text in texts if text)))


def closing_of(entry: Entry, book: Book, names: Names) -> tuple[Filled, ...]:
    """What a row was closed with, by the names its book gives the fields now."""
    answers = entry.closed.fields if entry.closed else {}
    return tuple(filled(one, answers[one.id], names) for one in book.closing if one.id in answers)


def retention_text(span: Span, language: str) -> str:
    """How long a book is kept."""
    return f"{span.amount} {_UNITS[span.unit]}" if language == "zh" else str(span)


def kept_until(span: Span, oldest: datetime, site: Site) -> str:
    """The day until which a row is kept."""
    return later(oldest, span, site).astimezone(site.zone).date().isoformat()


def _corrected(one: Correction, names: Names, clock: Clock) -> str:
    word = words(names.language).did_amend
    return f"{word} {names.person(one.by)} {clock(one.at)} · {one.reason}".rstrip(" ·")


def _signed(one: Countersigned, names: Names, clock: Clock) -> str:
    meaning, role = getattr(words(names.language), f"meaning_{one.meaning}"), names.role(one.role)
    return " · ".join(part for part in (one.name, role, meaning, clock(one.at)) if part)


def _plain(answer: Answer, names: Names) -> str:
    if answer.is_erased:
        return str(words(names.language).value_erased)
    return answer.typed if isinstance(answer.typed, str) else " ".join(answer.typed)
