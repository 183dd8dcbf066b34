"""How rows of books were settled after their run wrote them, told under each row in the record."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from engine.procedure.step import Register
from engine.review.books import Closed
from webui.present.looking import Look
from webui.present.telling import Entry
from webui.present.values import filled, stamp

ClosedRows = Mapping[tuple[str, int], Closed]
"""By step and number of the row."""
NONE_CLOSED: ClosedRows = MappingProxyType({})


def with_closings(look: Look, step: str, entries: Iterable[Entry], closed: ClosedRows) -> list[Entry]:
    """The entries of a step, each row that was closed followed by how."""
    told = list(entries)
    last = {entry.row: place for place, entry in enumerate(told) if entry.row}
    for row, place in sorted(last.items(), key=lambda pair: pair[1], reverse=True):
        if found := closed.get((step, row)):
            told.insert(place + 1, _entry(look, step, row, found))
    return told


def _entry(look: Look, step: str, row: int, closed: Closed) -> Entry:
    register = look.run.plan.by_id[step].step
    book = look.run.plan.site.books.get(register.book) if isinstance(register, Register) else None
    fields = book.closing if book else ()
    return Entry(
        tone="done",
        word=str(look.w.settled_row),
        text=f"#{row}",
        limits="",
        was="",
        reason="",
        fields=tuple(filled(one, closed.fields[one.id], look.names) for one in fields if one.id in closed.fields),
        photos=(),
        is_drawn=False,
        by=look.by(closed.by),
        role="",
        at=stamp(closed.at, look.names),
        device_at="",
    )
