"""The life of a register's row after it was written: open until somebody fills in what closes it, once and for all.

A row outlives the run that wrote it, so closing it is an event of its own, in a stream that has room for one. The run is told
in the same breath, by an event that is bound to it: whoever closed the row had a hand in the run, and an approval of the run is
no longer of all there is (docs/decisions/0022-closed-rows.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from weakref import WeakKeyDictionary

from engine.drafting import closing_drafted, draft_of
from engine.evidence.row_closings import stream_of
from engine.ledger.log import Also, Batch, Conflict, Draft, DuplicateCommand
from engine.ledger.projections import rows_of, site_rows
from engine.procedure.site import Book
from engine.procedure.step import Register
from engine.receipts import Outcome, Receipt
from engine.review.queries import BookRow, Queries
from engine.revisions import Published
from engine.run import commands
from engine.run.answer import understand_all
from engine.run.events import Happened, RowSettled
from engine.run.refusal import Refusal
from engine.run.site_events import RowClosed
from engine.run.standing import Run
from engine.service import Engine

_TRIES = 6  # the run may be written to meanwhile; each loss means somebody else got on
_WRITERS: WeakKeyDictionary[Engine, tuple[Mapping[str, Published], Mapping[str, frozenset[str]]]] = WeakKeyDictionary()


def open_row(engine: Engine, run: str, step: str, row: int) -> BookRow | None:
    """A row that is open; None where there is none, or it is closed."""
    books = [name for name, book in engine.site.books.items() if book.closing]
    return next(iter(Queries(engine.ledger).open_rows(books, (run, step, row))), None)


def close_row(engine: Engine, row: BookRow, typed: commands.Fields, actor: commands.Actor, command_id: str) -> Outcome:
    """Close a row with what its book asks for then. Somebody else may have been quicker: then a refusal says so."""
    book = engine.site.books[row.book]
    if not may_close(engine, row.book, engine.run(row.run, is_fresh=False), actor):
        return Refusal("wrong_role", row.step, {"roles": sorted(closers(engine, row.book))})
    plan = replace(engine.plan_of(_revision(engine, row.run)), site=engine.site)
    answers, faults = understand_all(book.closing, typed, plan, lambda here: here, engine.clock.now())
    if faults:
        return Refusal("fields", row.step, {"faults": faults})
    now = engine.clock.now()
    event = RowClosed(row.run, row.step, row.row, row.book, answers)
    draft = draft_of(event, actor.person, _role(book, actor), actor.device, now, now)
    receipt = Receipt(command_id, row.run, 0, row.step, ("row_closed",))
    stream, rows = stream_of(row.run, row.step, row.row), site_rows(event, now, actor.person)
    draft, kept = closing_drafted(event, book.closing, _procedure(engine, row.run), draft, command_id)
    if kept:
        rows = {**rows, "vault": kept}
    return _written(engine, row, Batch(stream, 0, command_id, bytes(32), (draft,), receipt.body(), rows), receipt)


def _written(engine: Engine, row: BookRow, batch: Batch, receipt: Receipt) -> Outcome:
    """The closing made durable, with what the run is told of it, behind whatever is recorded in the run meanwhile."""
    for _ in range(_TRIES):
        try:
            engine.ledger.log.append(_with_run(engine.run(row.run), row, batch))
        except DuplicateCommand as duplicate:
            return Receipt.of(receipt.command_id, duplicate.receipt.body)
        except Conflict as conflict:
            if conflict.stream == batch.stream:
                return Refusal("row_closed", row.step)
        else:
            engine.run(row.run)  # caught up, for whoever asks for it as it is in memory
            return receipt
    return Refusal("busy", row.step)


def _with_run(run: Run, row: BookRow, batch: Batch) -> Batch:
    """The same, with the event of the run that is bound to the closing, and the lists that follow from it."""
    (closing,), version = batch.events, run.state.version
    event = RowSettled(row.step, row.row, row.book, sha256(closing.body).hexdigest())
    news = (Happened(version + 1, event, *_hand(closing), closing.occurred_at, closing.recorded_at),)
    told = draft_of(event, *_hand(closing), closing.occurred_at, closing.recorded_at)
    rows = {**rows_of(run.advance(news), news, run), **batch.rows}
    return replace(batch, rows=rows, also=(Also(row.run, version, (told,)),))


def _hand(draft: Draft) -> tuple[str, str, str]:
    return draft.by, draft.role, draft.device


def closers(engine: Engine, book: str) -> frozenset[str]:
    """The roles that close the rows of a book, whoever wrote them: those it names, or else all that enter rows into it."""
    found = engine.site.books.get(book)
    return frozenset(found.closed_by) or _writers(engine).get(book, frozenset()) if found else frozenset()


def may_close(engine: Engine, book: str, run: Run, actor: commands.Actor) -> bool:
    """Whether somebody may close a row that `run` wrote. Where its book names no roles, also whoever has a part in the run or
    oversees."""
    if not closers(engine, book).isdisjoint(actor.roles):
        return True
    found = engine.site.books.get(book)
    has_part = not run.plan.parties.isdisjoint(actor.roles) or not actor.may.isdisjoint(("see_now", "review"))
    return found is not None and not found.closed_by and has_part


def _writers(engine: Engine) -> Mapping[str, frozenset[str]]:
    """Who enters rows into each book, by the procedures in force; worked out once for as long as these are the same."""
    published = engine.directory.now().published
    kept = _WRITERS.get(engine)
    if kept is None or kept[0] is not published:
        found: dict[str, frozenset[str]] = {}
        for plan in filter(None, map(engine.plan, published)):
            for placed in plan.steps:
                if isinstance(placed.step, Register):
                    found[placed.step.book] = found.get(placed.step.book, frozenset()) | set(placed.roles)
        kept = _WRITERS[engine] = (published, found)
    return kept[1]


def _role(book: Book, actor: commands.Actor) -> str:
    return next((role for role in (book.closed_by or actor.roles) if role in actor.roles), "")


def _procedure(engine: Engine, run: str) -> str:
    return engine.run(run, is_fresh=False).state.started.procedure


def _revision(engine: Engine, run: str) -> str:
    return engine.run(run, is_fresh=False).state.started.revision
