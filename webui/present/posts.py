"""Who is on duty at a place, and that a post is being handed over: until the relief has signed it stays with whoever had it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.procedure.plan import Plan
from engine.review.posts import Handover
from engine.review.queries import RunRow
from webui.present.gates import Looks
from webui.present.values import day_clock


@dataclass(frozen=True, slots=True)
class Post:
    """A post in one line; `run` is the handover that is under way, or "" where none is."""

    text: str
    tone: str  # "done" or "waiting"
    run: str


def post_of(looks: Looks, last: Handover | None, rows: Sequence[RunRow], plans: Mapping[str, Plan]) -> Post | None:
    """Who has the post of this place; None where nobody ever handed it over and nobody is about to."""
    names, w = looks.names, looks.w
    under_way = next((row for row in rows if row.place == looks.place and _hands_over(row, plans)), None)
    if under_way is not None:
        holder = last.took if last else under_way.started_by
        since = day_clock(under_way.started_at, looks.now, names)
        return Post(str(w.post_passing).format(name=names.person(holder), since=since), "waiting", under_way.run)
    if last is None:
        return None
    return Post(str(w.post_held).format(name=names.person(last.took), since=day_clock(last.at, looks.now, names)), "done", "")


def _hands_over(row: RunRow, plans: Mapping[str, Plan]) -> bool:
    plan = plans.get(row.procedure)
    return plan is not None and plan.procedure.kind == "handover"
