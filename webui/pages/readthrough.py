"""A procedure read through before it is published: the draft, or what its file says, on one page that prints."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort

from engine.authoring import Examined
from engine.procedure.procedure import walk
from engine.procedure.text import Text
from engine.revisions import SITE
from webui.fragments import page
from webui.pages.procedures import authoring, entry_or_404, names
from webui.present import procedures as shown
from webui.present.readthrough import read_through
from webui.visitor import permitted, visitor

pages = Blueprint("readthrough", __name__)


@pages.get("/procedures/<path:name>/read-through")
@permitted("edit_procedures", "approve_publishing")
def read_view(name: str) -> Response:
    """The whole procedure as staff will meet it, line by line; where it has mistakes, only that."""
    found = entry_or_404(name)
    if name == SITE:
        abort(404)
    try:
        files = found.draft.files if found.draft else authoring().texts(name)
    except (KeyError, ValueError):
        abort(404)
    examined = authoring().examine(name, files)
    plan, title = examined.plan, shown.title_of(found, names())
    view = read_through(plan, _started(examined), visitor().language) if plan else None
    may_edit = found.draft is not None and "edit_procedures" in visitor().actor.may
    state = {"has_draft": found.draft is not None, "is_new": found.published is None, "may_edit": may_edit}
    if plan:
        title = plan.procedure.title.into(visitor().language)
    return page("procedures/read_through.html", title, "desk", name=name, title=title, view=view, **state)


def _started(examined: Examined) -> Mapping[str, Text]:
    """The titles of the procedures that its steps start."""
    started: list[str | None] = []
    for _, step, _ in walk(examined.procedure) if examined.procedure else ():
        started += [getattr(step, "procedure", None), step.on_deviation.start if step.on_deviation else None]
    there = examined.library.procedures
    return {id_: there[id_].procedure.title for id_ in started if id_ and id_ in there}
