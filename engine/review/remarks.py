"""Words in what was written freely: reasons, comments, remarks, and notes that are no personal fields.

That is part of the record, and stays. Whoever looks for somebody's data is shown where else a name stands; nothing here guesses
whose name it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.booking import normal
from engine.ledger.store import Ledger
from engine.procedure.field import is_personal
from engine.procedure.plan import Plan
from engine.review.find import Finder
from engine.review.search import Search

MOST = 50
"""Runs that are looked at, the newest ones."""
PlanOf = Callable[[str], Plan]
"""The plan of a revision, by digest."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A text that somebody wrote in a run: when, by whom, at which step; "" for none."""

    run: str
    procedure: str
    step: str
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """What was found. `is_more`: only the newest runs were looked at."""

    found: tuple[Remark, ...]
    is_more: bool = False


def remarks(ledger: Ledger, plan_of: PlanOf, words: str) -> Remarks:
    """The free texts in which one of the words stands, of the newest runs in which each of them does."""
    pieces = [normal(word) for word in words.split()]
    runs = [one.row for one in Finder(ledger).page(Search(words=words), limit=MOST + 1)] if any(pieces) else []
    known = {row.run: row for row in runs[:MOST]}
    table = tables.notes
    query = select(table).where(table.c.run.in_(known)).order_by(table.c.at.desc(), table.c.seq.desc(), table.c.part)
    with ledger.engine.connect() as connection:
        rows = [row for row in connection.execute(query) if any(piece in normal(row.text) for piece in pieces if piece)]
    personal = {run: personal_in(plan_of(known[run].revision)) for run in {row.run for row in rows}}
    found = (row for row in rows if not (row.part.startswith("=") and row.part[1:].partition("@")[0] in personal[row.run]))
    told = tuple(Remark(row.run, known[row.run].procedure, row.step, row.at, row.by, row.text) for row in found)
    return Remarks(told, len(runs) > MOST)


def personal_in(plan: Plan) -> frozenset[str]:
    """The fields with values of the vault, which are found there: of the procedure, and of what closes rows of books."""
    closing = (field for book in plan.site.books.values() for field in book.closing)
    return plan.personal | {field.id for field in closing if is_personal(field)}
