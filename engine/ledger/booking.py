"""Rows of books as lists read them: the newest content, who has a part in the run, and the words by which a row is found.

`is_open` and `words` also depend on how a row was closed, which stands in another stream: the database sees to both by trigger,
whichever is written last, and `as_written` tells what the row's own run gave.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from engine.ledger.codec import encode
from engine.procedure.amount import written
from engine.procedure.step import Register
from engine.run.answer import Answer
from engine.run.events import Event, Happened, RowAdded, Signed, StepAmended
from engine.run.site_events import RowClosed
from engine.run.standing import Run

Row = dict[str, Any]
_PICTURE = re.compile(r"[0-9a-f]{64}")


def book_rows(run: Run, one: Happened) -> Sequence[Row]:
    """The row that an event wrote or corrected. `at` stays when it was first written; `by` is who wrote last."""
    event = one.event
    if isinstance(event, RowAdded):
        return (_book_row(run, one, event, event.row, event.book),)
    if isinstance(event, StepAmended) and event.row is not None and _book_of(run, event.step):
        return (_book_row(run, one, event, event.row, _book_of(run, event.step)),)
    return ()


def _book_of(run: Run, step: str) -> str:
    """The book a step writes into; "" for rounds, which have rows too."""
    placed = run.plan.by_id[step].step
    return placed.book if isinstance(placed, Register) else ""


def _book_row(run: Run, one: Happened, event: RowAdded | StepAmended, number: int, book: str) -> Row:
    first = (row.at for row in run.state.step(event.step).rows if row.number == number)
    return {
        "run": run.state.run,
        "step": event.step,
        "row": str(number),
        "book": book,
        "at": next(first, one.recorded_at),
        "by": one.by,
        "place": run.state.started.place,
        "fields": encode(event).decode(),
        "parties": ",".join(sorted(run.plan.parties)),
        "words": words_of(event.fields, one.by),
        "is_open": bool(event.fields),
    }


def row_closing(event: RowClosed, at: Any, by: str) -> Row:
    """How a row was closed."""
    key = {"run": event.run, "step": event.step, "row": str(event.row), "book": event.book}
    return key | {"at": at, "by": by, "fields": encode(event).decode(), "words": words_of(event.fields, by)}


def signatures(run: Run, one: Happened) -> Sequence[Row]:
    """A signature given in a run."""
    event: Event = one.event
    if not isinstance(event, Signed):
        return ()
    signed = {"run": run.state.run, "seq": one.seq, "step": event.step, "by": one.by, "role": one.role, "at": one.recorded_at}
    return (signed | {"name": event.name, "meaning": event.meaning, "drawn": event.drawn},)


def as_written(kept: Row) -> Row:
    """A kept row with what its own run gave; `closing` are the words of what closed it, None where nothing did."""
    row = dict(kept)
    closing = row.pop("closing")
    if closing is None:
        return row
    is_filled = bool(orjson.loads(row["fields"]).get("fields"))
    is_kept = not row["is_open"] and row["words"].endswith(closing)
    return row | {"words": row["words"].removesuffix(closing), "is_open": is_filled if is_kept else None}


def words_of(fields: Mapping[str, Answer], by: str) -> str:
    """What a row is found by: every text and figure in it, options as `option_word`, who wrote it as `person_words`."""
    told = " ".join(word for name in sorted(fields) for word in _told(name, fields[name]))
    return f" {normal(told)} @{by} "


def _told(name: str, answer: Answer) -> Iterator[str]:
    if answer.number is not None:
        yield f"{written(answer.number)} {answer.unit}"
    elif answer.text is not None:
        yield answer.text.replace("T", " ") if answer.at is not None else answer.text
    else:
        yield from (option_word(name, one) for one in answer.options if not _PICTURE.fullmatch(one))


def option_word(field: str, option: str) -> str:
    """How a chosen option stands among the words of a row: its titles may change."""
    return f"#{field}={option};"


def person_words(person: str) -> tuple[str, str]:
    """How somebody stands among the words of a row: in a field, and as its writer."""
    return f" {normal(person)} ", f"@{person} "


def normal(text: str) -> str:
    """A text as it is compared: one width, one case, one blank, nothing that is not printed."""
    shown = "".join(char if char.isprintable() else " " for char in unicodedata.normalize("NFKC", text).casefold())
    return " ".join(shown.split())
