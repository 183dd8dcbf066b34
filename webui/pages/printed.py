"""The named forms of a run, one sheet each, to print and to file."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort

from engine.procedure.paper import Paper
from engine.run.standing import Run
from webui.fragments import page
from webui.pages.engaging import look_at, queries, run_for
from webui.pages.records import look_then
from webui.present.printed import LeftOpen, paper_with, reading, sheet_of
from webui.visitor import product, signed_on, visitor

pages = Blueprint("printed", __name__)


@pages.get("/runs/<run>/forms/<step>")
@signed_on
def form_page(run: str, step: str) -> Response:
    """The form on which a step of the run stands."""
    look = look_at(visitor(), run_for(visitor(), run))
    paper = paper_with(look, step)
    if paper is None:
        abort(404)
    history = product().engine.record(run)
    view = sheet_of(look_then(look, history), paper, history, _left_open(look.run, paper))
    return page("printed/show.html", f"{view.title.zh} {view.number}".strip(), "printed", view=view)


def _left_open(run: Run, paper: Paper) -> Mapping[str, LeftOpen]:
    """What was open at the run's place when somebody said to have read it, and until then what is open now; told once."""
    found: dict[str, LeftOpen] = {}
    for step in reading(paper):
        at = run.state.step(step.id).done_at or product().engine.clock.now()
        runs = queries().open_at(run.state.started.place, at)
        others = tuple(row for row in runs if row.run != run.state.run)
        if not any([row.run for row in one.runs] == [row.run for row in others] for one in found.values()):
            found[step.id] = LeftOpen(at, others)
    return found
