"""How long personal values are kept: by the book they stand in, or their procedure, or the site; what is in force now decides.

What is in use no more keeps the period it had last: taking a procedure or a book out of use erases nothing sooner.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from engine.procedure.amount import Span
from engine.procedure.procedure import Procedure
from engine.procedure.site import Book
from engine.review.personal import Due, Personal
from engine.revisions import SITE
from engine.service import Engine


class Periods:
    """The periods of a site."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, procedure: str, book: str = "") -> Span | None:
        """How long values of a procedure, or of a book, are kept after the run is over; None where nobody has said."""
        if book:
            found = self.book(book)
            return found.retention if found else None
        form = self._form(procedure)
        return (form.retention or self._engine.site.retention) if form else None

    def book(self, book: str) -> Book | None:
        """A book of the site, or as the last revision of the site had it that had it at all."""
        if (found := self._engine.site.books.get(book)) is not None:
            return found
        sites = (self._engine.shelf.site(one.digest) for one in reversed(self._engine.directory.now().issued.get(SITE, ())))
        return next((site.books[book] for site in sites if book in site.books), None)

    def due(self, now: datetime) -> Iterator[Due]:
        """What is looked for, kind by kind: values older than their period."""
        zone = self._engine.site.zone
        for procedure, book in Personal(self._engine.ledger).kinds():
            if (span := self.of(procedure, book)) is not None:
                is_closed = bool((found := self.book(book)) and found.closing) if book else False
                yield Due(procedure, book, earlier(now.astimezone(zone), span), is_closed)

    def _form(self, procedure: str) -> Procedure | None:
        """A procedure by any of its names: as it is in force, or as it was last where it is in use no more."""
        digest = self._engine.directory.now().last(procedure)
        return self._engine.shelf.procedure(digest) if digest else None


def earlier(at: datetime, span: Span) -> datetime:
    """The moment a span before another, by the calendar: what was over by then is over its time."""
    if span.exact is not None:
        return at - span.exact
    month = at.year * 12 + at.month - 1 - span.months
    year, number = divmod(month, 12)
    first = at.replace(year=year, month=number + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(at.day, last.day))
