"""How long personal values are kept: by the book they stand in, or their procedure, or the site; what is in force now decides."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from engine.procedure.amount import Span
from engine.review.personal import Due, Personal
from engine.service import Engine


class Periods:
    """The periods of a site."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, procedure: str, book: str = "") -> Span | None:
        """How long values of a procedure, or of a book, are kept after the run is over; None where nobody has said."""
        site = self._engine.site
        if book in site.books:
            return site.books[book].retention
        plan = self._engine.plan(self._name(procedure))
        return (plan.procedure.retention if plan else None) or site.retention

    def _name(self, procedure: str) -> str:
        """What a procedure is called now."""
        former = self._engine.directory.now().former
        return next((name for name, names in former.items() if procedure in names), procedure)

    def due(self, now: datetime) -> Iterator[Due]:
        """What is looked for, kind by kind: values older than their period."""
        zone, books = self._engine.site.zone, self._engine.site.books
        for procedure, book in Personal(self._engine.ledger).kinds():
            if (span := self.of(procedure, book)) is not None:
                is_closed = book in books and bool(books[book].closing)
                yield Due(procedure, book, earlier(now.astimezone(zone), span), is_closed)


def earlier(at: datetime, span: Span) -> datetime:
    """The moment a span before another, by the calendar: what was over by then is over its time."""
    if span.exact is not None:
        return at - span.exact
    month = at.year * 12 + at.month - 1 - span.months
    year, number = divmod(month, 12)
    first = at.replace(year=year, month=number + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(at.day, last.day))
