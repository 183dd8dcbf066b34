"""What is known of a draft before it is published: what the checker says, its scenarios played, what they try, what is proved;
and a scenario made from a real run.
"""

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.drafts import Draft, Overtaken
from engine.revisions import SITE
from engine.trying import Trials
from webui.fragments import csrf, page, said
from webui.pages.engaging import may_see, run_for, run_or_left_out
from webui.pages.procedures import authoring, draft_or_404, entry_or_404, names
from webui.present import procedures as shown
from webui.present.checks import CheckPage, check_page, run_lines
from webui.visitor import permitted, product, visitor

pages = Blueprint("checks", __name__)
Answer = Response | WerkzeugResponse
_LAST = 20


def trials() -> Trials:
    """Drafts that were tried."""
    found = current_app.extensions.get("trials")
    if found is None:
        found = current_app.extensions["trials"] = Trials(product().engine, authoring())
    assert isinstance(found, Trials)
    return found


@pages.get("/procedures/<path:name>/checks")
@permitted("edit_procedures")
def check_view(name: str) -> Answer:
    """The draft's checks; without a draft, those of what the file says."""
    return _page(name)


def _page(name: str, sentence: str = "", status: int = 200) -> Response:
    found = entry_or_404(name)
    try:
        files = found.draft.files if found.draft else authoring().texts(name)
    except (KeyError, ValueError):
        abort(404)
    examined = authoring().examine(name, files)
    trial = None if examined.errors or name == SITE else trials().of(name, files, examined, visitor().language)
    engine = product().engine
    last = ((row, run_or_left_out(engine, row.run, 0)) for row in trials().last_runs(name, _LAST))
    runs = [row for row, run in last if run and may_see(visitor(), run)]
    has_draft = found.draft is not None
    view: CheckPage = check_page(examined, trial, names(), name, files.get(f"{name}.yaml", ""), may_edit=has_draft)
    title = shown.title_of(found, names())
    more = {"name": name, "title": title, "view": view, "has_draft": has_draft, "is_site": name == SITE}
    more["is_new"] = found.published is None
    lines = run_lines(runs, engine.clock.now(), names())
    return page("checks/show.html", title, "desk", status, runs=lines, sentence=sentence, csrf=csrf(), **more)


@pages.post("/procedures/<path:name>/checks/from-run")
@permitted("edit_procedures")
def from_run_post(name: str) -> Answer:
    """Put a scenario made from a run at the end of the draft's, and show it there, to be worked on."""
    draft = draft_or_404(name)
    run = request.form.get("run", "")
    if not run:
        return _page(name, str(said().choose_a_run), 422)
    started = run_for(visitor(), run).state.started
    if started.procedure not in product().engine.directory.now().renamed.names(name):
        abort(404)
    file = f"{name}.test.yaml"
    made = trials().retold(run, draft.files.get(file, ""))
    note = str(said().from_run_note).format(number=started.number or run[:8])
    saved = authoring().drafts.save(draft.id, draft.version, {**draft.files, file: made.text}, visitor().actor.person, note)
    if isinstance(saved, Overtaken):
        return _again(saved.current, run, file, note)
    return redirect(url_for("texts.text_page", name=name, part="scenarios", line=made.line), 303)


def _again(current: Draft, run: str, file: str, note: str) -> Answer:
    """Somebody saved at this very moment: the scenario is put after theirs."""
    made = trials().retold(run, current.files.get(file, ""))
    authoring().drafts.save(current.id, current.version, {**current.files, file: made.text}, visitor().actor.person, note)
    return redirect(url_for("texts.text_page", name=current.name, part="scenarios", line=made.line), 303)
