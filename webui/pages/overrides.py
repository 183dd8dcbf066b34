"""A site's exceptions from a procedure's figures: which there are, and one added, changed or ended by a form.

They go into the procedure's draft and its way from there: checked, replayed over the past, proposed, approved, published. A form
is read against the exceptions as they were when it was made; whoever was overtaken sees both, and nothing typed is lost.
"""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.drafts import Overtaken
from webui.fragments import csrf, page, said
from webui.pages.due import today_here
from webui.pages.override_desk import Desk, desk_of, elsewhere_of, parameter_of, standing_of
from webui.pages.override_typed import Try, ended, tried_of
from webui.pages.procedures import authoring, names
from webui.present import overrides as shown
from webui.present.procedures import mistakes, title_of
from webui.visitor import permitted, visitor

pages = Blueprint("overrides", __name__)
Answer = Response | WerkzeugResponse


@pages.get("/procedures/<path:name>/overrides")
@permitted("edit_procedures", "approve_publishing")
def list_page(name: str) -> Response:
    """The exceptions there are, and the figures that might have one."""
    desk = desk_of(name)
    some, others = shown.lines_of(desk.procedure, standing_of(desk.entry, desk.examined), today_here(), names())
    view = {"some": some, "others": others, "may_edit": "edit_procedures" in visitor().actor.may}
    return page("overrides/list.html", said().override_title, "desk", **_common(desk), **view)


@pages.get("/procedures/<path:name>/overrides/<parameter>")
@permitted("edit_procedures")
def override_page(name: str, parameter: str) -> Answer:
    """One figure with its exception, to be written or ended; the list, where that stands in another file."""
    desk = desk_of(name)
    if parameter in elsewhere_of(desk):
        return redirect(url_for("overrides.list_page", name=name), 303)
    parameter_of(desk, parameter)
    return _page(desk, parameter)


@pages.post("/procedures/<path:name>/overrides/<parameter>")
@permitted("edit_procedures")
def override_post(name: str, parameter: str) -> Answer:
    """Put what was typed into the procedure's draft, or end the exception there. Refused, what was typed stands there again."""
    desk = desk_of(name)
    own = parameter_of(desk, parameter)
    if request.form.get("seen") != desk.seen:
        return _overtaken(desk, parameter)
    tried = ended(desk, parameter) if request.form.get("act") == "end" else tried_of(desk, parameter, own)
    if not tried.is_good:
        return _page(desk, parameter, tried, 422)
    draft = desk.entry.draft or authoring().begin(name, visitor().actor.person)
    if draft.files.get(desk.file, "") != desk.text:  # somebody began or changed it at this very moment
        return _overtaken(desk_of(name), parameter)
    saved = authoring().drafts.save(draft.id, draft.version, {**draft.files, desk.file: tried.text}, visitor().actor.person)
    if isinstance(saved, Overtaken):
        return _overtaken(desk_of(name), parameter)
    return redirect(url_for("procedures.show_page", name=name), 303)


# -- the page --------------------------------------------------------------------------------------------------------------


def _overtaken(desk: Desk, parameter: str) -> Response:
    """Somebody wrote an exception since the form was made: theirs beside what was typed."""
    theirs, unit = desk.own.get(parameter), desk.procedure.parameters[parameter].unit.into(visitor().language)
    by = names().person(desk.entry.draft.by) if desk.entry.draft else desk.file
    told = shown.figures_text(theirs, unit, names()) if theirs else str(said().override_none)
    return _page(desk, parameter, Try(sentence=str(said().override_overtaken).format(by=by, theirs=told)), 409)


def _page(desk: Desk, parameter: str, tried: Try | None = None, status: int = 200) -> Response:
    own, one, tried = desk.procedure.parameters[parameter], desk.own.get(parameter), tried or Try()
    typed = request.form if request.method == "POST" else None
    standing = {"reason.zh": one.reason.zh, "reason.en": one.reason.en or ""} if one else {}
    days = {key: day.isoformat() for key in ("review", "expires") if one and (day := getattr(one, key))}
    return page(
        "overrides/form.html",
        f"{own.title.into(visitor().language)} · {said().override_title}",
        "desk",
        status,
        **_common(desk),
        parameter=parameter,
        parameter_title=own.title.into(visitor().language),
        unit=own.unit.into(visitor().language),
        own=shown.figures_text(own, own.unit.into(visitor().language), names()),
        rows=shown.rows_of(own, one, typed, tried.wrong, names()),
        values=typed if typed is not None else {**standing, **days},
        wrong=tried.wrong,
        sentence=tried.sentence,
        doubts=tried.doubts,
        is_there=one is not None,
        has_last_day=bool(one and one.expires),
        is_proposed=desk.entry.draft is not None and desk.entry.draft.state == "proposed",
        seen=desk.seen,
        today=today_here().isoformat(),
        csrf=csrf(),
    )


def _common(desk: Desk) -> dict[str, object]:
    return {
        "name": desk.name,
        "title": title_of(desk.entry, names()),
        "file": desk.file,
        "has_draft": desk.entry.draft is not None,
        "mistakes": mistakes(desk.mistakes, names()),
    }
