"""What was corrected after a report was made, in the runs it was counted from: a signed figure stays, and says so."""

from collections.abc import Sequence

from sqlalchemy import func, select

from engine.ledger import tables
from engine.ledger.store import Ledger
from engine.review.reports.content import Behind, Content

_AT_ONCE = 500  # runs in one question
_AMENDED = "step_amended"


def amended_since(ledger: Ledger, content: Content) -> tuple[Behind, ...]:
    """The runs behind the report's figures in which something was corrected since it was made, in the report's order.

    Of the figures that name only their first rows the others are not looked at.
    """
    named: dict[str, Behind] = {}
    for table in content.tables:
        for row in table.rows:
            if row.run:
                named.setdefault(row.run, row)
    found = _amended(ledger, [*named], content.size)
    return tuple(row for run, row in named.items() if run in found)


def _amended(ledger: Ledger, runs: Sequence[str], size: int) -> set[str]:
    table, found = tables.events, set[str]()
    with ledger.engine.connect() as connection:
        last = connection.execute(select(func.max(table.c.seq))).scalar() or 0
        if last <= size:
            return found
        for start in range(0, len(runs), _AT_ONCE):
            some = table.c.stream.in_(runs[start : start + _AT_ONCE])
            query = select(table.c.stream).where(some, table.c.kind == _AMENDED, table.c.seq > size).distinct()
            found |= set(connection.execute(query).scalars())
    return found
