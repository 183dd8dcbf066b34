"""One row of a book, with what closes it. A row outlives the run that wrote it."""

import re

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.books import close_row, closers, may_close, open_row
from engine.ledger.codec import decode
from engine.procedure.site import Book
from engine.procedure.step import Register
from engine.receipts import Outcome
from engine.run.refusal import Refusal
from engine.run.site_events import RowClosed
from engine.run.standing import Run
from engine.run.state import Row
from webui.forms import Given, fields_typed, first
from webui.fragments import page
from webui.pages.engaging import closes, given, is_command_id, look_at, may_see, with_photos
from webui.present.looking import NO_MISTAKE, Look, Mistake, mistake_of
from webui.present.rows import Closed, Part, closed_of, row_page
from webui.present.values import day_clock
from webui.visitor import Visitor, product, signed_on, visitor

pages = Blueprint("rows", __name__)
Answer = Response | WerkzeugResponse
_LIST = re.compile(r"/books/[a-z0-9_]+/open(\?[A-Za-z0-9_.~%&=+-]*)?")


@pages.get("/rows/<run>/<step>/<int:row>")
@signed_on
def row_page_view(run: str, step: str, row: int) -> Answer:
    """A row of a book: what is written in it, and how it is or was closed."""
    look = look_at(visitor(), _run(visitor(), run, step))
    return _page(look, step, _found(look, step, row))


@pages.post("/rows/<run>/<step>/<int:row>")
@signed_on
def row_post(run: str, step: str, row: int) -> Answer:
    """Close a row."""
    who, form = visitor(), given()
    look = look_at(who, _run(who, run, step))
    found = _found(look, step, row)
    if not is_command_id(first(form, "c")):
        abort(400)
    outcome = _closed(who, look, step, found, form)
    if not isinstance(outcome, Refusal):
        return redirect(_back(look, step) or url_for("rows.row_page_view", run=run, step=step, row=row), 303)
    mistake = mistake_of(outcome, look.names, form, "settle")
    return _page(look, step, found, mistake, 409 if outcome.code == "row_closed" else 422)


def _run(who: Visitor, run: str, step: str) -> Run:
    """The run that wrote a row, for those who may see it, and for those who close the rows of that book. 403 for others."""
    found = who.engine.run(run)
    placed = found.plan.by_id.get(step)
    is_closer = placed is not None and isinstance(placed.step, Register) and closes(who, placed.step.book)
    if not is_closer and not may_see(who, found):
        abort(403)
    return found


def _found(look: Look, step: str, number: int) -> Row:
    """A row of a register of the run. 404 where there is none."""
    placed = look.run.plan.by_id.get(step)
    if placed is None or not isinstance(placed.step, Register):
        abort(404)
    found = next((row for row in look.run.state.step(step).rows if row.number == number), None)
    return found or abort(404)


def _book(look: Look, step: str) -> tuple[str, Book | None]:
    """The name of the book a step writes into, and the book as the site has it now; None where it has it no more."""
    register = look.run.plan.by_id[step].step
    assert isinstance(register, Register)
    return register.book, product().engine.site.books.get(register.book)


def _closed(who: Visitor, look: Look, step: str, row: Row, form: Given) -> Outcome | None:
    """The outcome of closing a row; None where this very command has closed it before."""
    engine, command = who.engine, first(form, "c")
    _, book = _book(look, step)
    closing = book.closing if book else ()
    full = with_photos(closing, form, step)
    if isinstance(full, Refusal):
        return full
    found = open_row(engine, look.run.state.run, step, row.number)
    if found is None:
        return None if engine.ledger.log.receipt(command) else Refusal("row_closed", step)
    return close_row(engine, found, fields_typed(closing, full), who.actor, command)


def _page(look: Look, step: str, row: Row, mistake: Mistake = NO_MISTAKE, status: int = 200) -> Response:
    name, book = _book(look, step)
    who, engine = visitor(), product().engine
    part = Part(may_see(who, look.run), may_close(engine, name, look.run, who.actor), tuple(sorted(closers(engine, name))))
    view = row_page(look, step, row, name, book, _how(look, step, row, book), part, mistake, _back(look, step))
    return page("rows/show.html", view.book, "row", status, view=view)


def _back(look: Look, step: str) -> str:
    """The list of the row's book in which it was to be closed, as the form says; nothing else is gone back to."""
    told, (name, _) = request.form.get("back", ""), _book(look, step)
    return told if _LIST.fullmatch(told) and told.startswith(f"/books/{name}/open") else ""


def _how(look: Look, step: str, row: Row, book: Book | None) -> Closed | None:
    """How a row was closed, read from the stream that `engine.books` keeps for it."""
    for recorded in product().engine.ledger.log.stream(f"row {look.run.state.run} {step} {row.number}"):
        event = decode(recorded.kind, recorded.format, recorded.body, recorded.held)
        if isinstance(event, RowClosed):
            note = f"{look.by(recorded.by)} {day_clock(recorded.recorded_at, look.now, look.names)}"
            return closed_of(look, book, event.fields, note)
    return None
