"""Rows: of a register or of rounds as their step shows them, and one row of a book on a page of its own, to be closed there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.procedure.site import Book
from engine.procedure.step import fields_of
from engine.review.books import Entry
from engine.run.answer import Answer
from engine.run.step_state import Row, StepState
from engine.wording import Names
from webui.present.faces import Face, face_of
from webui.present.fields import Input, input_of
from webui.present.looking import Look, Mistake
from webui.present.values import Filled, day_clock, filled, length_text
from webui.present.wanted import weighed

_FEW = 3  # fields that still find room in a list


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a register or a round."""

    number: int
    cells: tuple[Filled, ...]
    note: str
    is_missed: bool
    is_removed: bool

    @property
    def name(self) -> str:
        """What it is called where rows are chosen."""
        return next((cell.text for cell in self.cells if cell.text), "")


def lines_of(look: Look, face: Face, state: StepState) -> tuple[Line, ...]:
    """Every row that was written, and every round made or missed."""
    return tuple(
        Line(
            row.number,
            tuple(filled(one.step, row.fields.get(one.id), look.names) for one in face.fields),
            f"{look.by(row.mark.by)} {day_clock(row.mark.at, look.now, look.names)}",
            row.is_missed,
            not row.is_missed and not row.fields,
        )
        for row in state.rows
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """How a row was closed: by whom, when, with what."""

    note: str
    fields: tuple[Filled, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """The form that closes a row."""

    inputs: tuple[Input, ...]
    csrf: str
    command_id: str
    takes_files: bool
    has_drawing: bool


@dataclass(frozen=True, slots=True)
class RowPage:
    """One row of a book."""

    address: str
    book: str
    number: int
    run: str
    where: str
    sees_run: bool
    title: str
    fields: tuple[Filled, ...]
    note: str
    is_removed: bool
    closed: Closed | None
    closing: Closing | None
    closers: str  # who closes it, for those who may not
    back: str  # the list in which it was to be closed
    mistake: Mistake
    typed: tuple[Filled, ...]  # what somebody wrote who came too late
    all_open: str  # where all that is open of the book is listed


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody may do with a row: see the run that wrote it, close it; and the roles that close it."""

    sees_run: bool
    may_close: bool
    closers: tuple[str, ...]


def row_page(
    look: Look, step: str, row: Row, name: str, book: Book | None, closed: Closed | None, part: Part, mistake: Mistake, back: str
) -> RowPage:
    """A row as `look` sees it. `name` is that of its book."""
    run, names = look.run, look.names
    closing = book.closing if book else ()
    is_open = bool(closing and row.fields and closed is None)
    is_mine = book is not None and part.may_close
    inputs = closing_inputs(look, book, mistake) if book and ((is_open and is_mine) or mistake.sentence) else ()
    place = run.plan.site.places.get(run.state.started.place)
    number, placed = run.state.started.number, run.plan.by_id[step]
    where = (look.text(run.plan.procedure.title), number, look.text(place.title) if place else "")
    return RowPage(
        address=f"/rows/{run.state.run}/{step}/{row.number}",
        book=book.title.into(names.language) if book else look.text(placed.step.title),
        number=row.number,
        run=run.state.run,
        where=" · ".join(text for text in where if text),
        sees_run=part.sees_run,
        title=look.text(placed.step.title),
        fields=tuple(filled(one, row.fields.get(one.id), names) for one in fields_of(placed.step) if one.id in row.fields),
        note=f"{look.by(row.mark.by)} {day_clock(row.at, look.now, names)}",
        is_removed=not row.fields,
        closed=closed,
        closing=closing_form(look, inputs) if is_open and is_mine else None,
        closers=names.roles(part.closers) if is_open and not is_mine else "",
        back=back,
        mistake=mistake,
        typed=() if is_open and is_mine else tuple(Filled(one.face.title, one.value) for one in inputs if one.value),
        all_open=back or (f"/books/{name}/open" if closing else ""),
    )


def closing_form(look: Look, inputs: tuple[Input, ...]) -> Closing:
    """The form that closes a row."""
    faces = [one.face for one in inputs]
    files, drawings = any(face.takes_files for face in faces), any(face.is_drawn for face in faces)
    return Closing(inputs, look.csrf, look.fresh(), files, drawings)


def closing_inputs(look: Look, book: Book, mistake: Mistake) -> tuple[Input, ...]:
    """What is asked when a row of a book is closed."""
    faces = (face_of(one, look.run.plan, look.names) for one in book.closing)
    found = tuple(input_of(face, look.names, mistake, "f.") for face in faces)
    return weighed(found, look.run.plan, dict, look.now, look.names)


def closed_of(look: Look, book: Book | None, answers: Mapping[str, Answer], note: str) -> Closed:
    """How a row was closed, by the names its book gives the fields now."""
    fields = book.closing if book else ()
    return Closed(note, tuple(filled(one, answers[one.id], look.names) for one in fields if one.id in answers))


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An open row in the list of its book. `closing`: the form, where it is being closed there."""

    address: str
    page: str  # where it stands by itself
    anchor: str
    text: str
    rest: str
    since: str
    age: str
    closing: Closing | None = None


@dataclass(frozen=True, slots=True)
class BookPage:
    """What is open in a book, oldest first. `elsewhere`: how many rows belong to runs that this person has no part in."""

    id: str
    title: str
    rows: tuple[OpenRow, ...]
    elsewhere: int
    text: str  # what is looked for
    origin: str  # the step from which somebody came: run.step
    back: str  # its address
    here: str  # the address of this list, to come back to
    more: str  # the address of the next page; empty on the last


def open_row_of(book: Book, row: Entry, names: Names, now: datetime) -> OpenRow:
    """An open row as a line, to be closed on its own page."""
    steps = (one for one in book.fields_ if one.id in row.fields)
    texts = [text for text in (filled(one, row.fields[one.id], names).text for one in steps) if text]
    since = day_clock(row.at, now, names)
    rest = (*texts[1:], names.person(row.by))
    age = length_text(now - row.at, names)
    address = f"/rows/{row.run}/{row.step}/{row.row}"
    anchor = f"r-{row.run}-{row.step}-{row.row}"
    return OpenRow(address, address, anchor, texts[0] if texts else "—", " · ".join(rest), since, age)


def closes_in_place(book: Book) -> bool:
    """Whether so little is asked when a row is closed that it can be done in the list."""
    return 0 < len(book.closing) <= _FEW
