"""Numbers of runs: counted year by year in a stream of their own, so that none is given twice."""

from datetime import datetime

from engine.drafting import draft_of
from engine.ledger.log import Also, Log
from engine.procedure.plan import Plan
from engine.run.site_events import NumberGiven


def numbered(log: Log, plan: Plan, run: str, now: datetime) -> tuple[str | None, tuple[Also, ...]]:
    """The next number of the year, and what gives it to a run: nothing for a procedure that does not number its runs."""
    if (prefix := plan.procedure.number) is None:
        return None, ()
    year = now.astimezone(plan.site.zone).year
    stream = f"number {prefix}-{year}"
    count, draft = len(log.stream(stream)), draft_of(NumberGiven(run), "", "", "", now, now)
    return f"{prefix}-{year}-{count + 1:04d}", (Also(stream, count, (draft,)),)
