"""The life of a register's row after it was written: open until somebody fills in what closes it, once and for all.

A row outlives the run that wrote it, so closing it is an event of its own, in a stream that has room for one.
"""

from dataclasses import replace

from engine.drafting import draft_of
from engine.ledger.log import Batch, Conflict, DuplicateCommand
from engine.ledger.projections import site_rows
from engine.procedure.site import Book
from engine.receipts import Outcome, Receipt
from engine.review.queries import BookRow, Queries
from engine.run import commands
from engine.run.answer import understand_all
from engine.run.refusal import Refusal
from engine.run.site_events import RowClosed
from engine.service import Engine


def open_row(engine: Engine, run: str, step: str, row: int) -> BookRow | None:
    """A row that is open; None where there is none, or it is closed."""
    books = [name for name, book in engine.site.books.items() if book.closing]
    return next(iter(Queries(engine.ledger).open_rows(books, (run, step, row))), None)


def close_row(engine: Engine, row: BookRow, typed: commands.Fields, actor: commands.Actor, command_id: str) -> Outcome:
    """Close a row with what its book asks for then. Somebody else may have been quicker: then a refusal says so."""
    book = engine.site.books[row.book]
    if not may_close(book, actor):
        return Refusal("wrong_role", row.step, {"roles": book.closed_by})
    plan = replace(engine.plan_of(_revision(engine, row.run)), site=engine.site)
    answers, faults = understand_all(book.closing, typed, plan, lambda here: here, engine.clock.now())
    if faults:
        return Refusal("fields", row.step, {"faults": faults})
    now = engine.clock.now()
    event = RowClosed(row.run, row.step, row.row, row.book, answers)
    draft = draft_of(event, actor.person, _role(book, actor), actor.device, now, now)
    receipt = Receipt(command_id, row.run, 0, row.step, ("row_closed",))
    stream, rows = f"row {row.run} {row.step} {row.row}", site_rows(event, now, actor.person)
    batch = Batch(stream, 0, command_id, bytes(32), (draft,), receipt.body(), rows)
    try:
        engine.ledger.log.append(batch)
    except DuplicateCommand as duplicate:
        return Receipt.of(command_id, duplicate.receipt.body)
    except Conflict:
        return Refusal("row_closed", row.step)
    return receipt


def may_close(book: Book, actor: commands.Actor) -> bool:
    """Whether somebody holds one of the roles that close the rows of a book; anybody does where it names none."""
    return not book.closed_by or any(role in actor.roles for role in book.closed_by)


def _role(book: Book, actor: commands.Actor) -> str:
    return next((role for role in (book.closed_by or actor.roles) if role in actor.roles), "")


def _revision(engine: Engine, run: str) -> str:
    return engine.run(run, is_fresh=False).state.started.revision
