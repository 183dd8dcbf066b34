"""What a search says of a run's own row: which index is walked through for it, and what each row of it must fulfil."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, literal_column

from engine.ledger import tables
from engine.review.search import Search

_runs = tables.runs

INDEXES = {
    "": "runs_over_in_order", "risk": "runs_over_by_risk", "place": "runs_over_by_place", "procedure": "runs_over_by_procedure",
    "review": "runs_over_by_review", "state": "runs_given_up", "is_late": "runs_over_late", "amendments": "runs_over_amended",
    "deviations": "runs_over_deviating", "revision": "runs_over_by_revision",
}  # fmt: skip
"""By what leads: the index that is walked through."""


def lead_of(search: Search) -> str:
    """The column, or the mark, whose index is walked through: whatever narrows most, as far as one knows without looking."""
    leads = {
        "revision": search.revision, "state": search.state == "abandoned", "review": search.review not in ("", "approved"),
        "is_late": search.is_late, "amendments": search.is_amended, "deviations": bool(search.wrong),
        "procedure": search.procedure, "place": search.place,
    }  # fmt: skip
    return next((name for name, is_wanted in leads.items() if is_wanted), "")


def plain(search: Search, lead: str) -> Iterator[ColumnElement[bool]]:
    """Conditions on a run's own row. All but the leading one are joined with nothing, so that no index on them is used: the
    databases choose by how many rows there are, and do not know how soon a page is full.
    """
    for name in ("place", "procedure", "revision", "review"):
        if wanted := getattr(search, name):
            column = _runs.c[name] if name == lead else _runs.c[name] + ""
            yield column.in_(search.procedures) if name == "procedure" and search.others else column == wanted
    if search.state == "completed":  # so said, PostgreSQL knows that nearly all are
        yield _runs.c.state.not_in(("running", "held", "abandoned"))
    elif search.state:
        is_abandoned = lead == "state"  # part of the statement, so that the database knows that its partial index serves
        yield literal_column("runs.state = 'abandoned'") if is_abandoned else _runs.c.state + "" == search.state
    at = tables.hands.c.started_at if lead == "hands" else _runs.c.started_at
    if search.since:
        yield at >= search.since
    if search.until:
        yield at < search.until
    for name, is_wanted in (("is_late", search.is_late), ("amendments > 0", search.is_amended), ("deviations > 0", search.wrong)):
        if is_wanted:
            yield literal_column(f"runs.{name}")
    if search.wrong == "open":
        yield _runs.c.open_deviations > 0
