"""The figures, times and texts of a draft as a form; steps moved and taken out. What was typed is read against the version
it was typed on, checked before it is saved, and shown again where it cannot be.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine import editing
from engine.authoring import Examined
from engine.drafts import Draft, Overtaken
from engine.editing_figures import used_alone, users, without
from engine.editing_order import dissolved, removed, shifted
from engine.editing_schedule import timed, untimed
from engine.procedure.procedure import Procedure, walk
from engine.revisions import SITE
from webui.fragments import csrf, page, said
from webui.pages.due import today_here
from webui.pages.figure_checks import (
    Try,
    as_it_runs,
    checked,
    in_force,
    just_added,
    neighbours,
    seen_draft,
    spots_in_force,
    spots_or_none,
)
from webui.pages.procedures import authoring, draft_or_404, entry_or_404, names
from webui.present import procedures as shown
from webui.present.exceptions import exceptions_of
from webui.present.figure_cards import Group, Shown
from webui.present.figure_faults import mistyped, not_here, quoted
from webui.present.figure_reading import Typed
from webui.present.figure_roles import Roles, roles_for
from webui.present.figure_times import often, time_typed, weekdays
from webui.present.figures import Form
from webui.visitor import permitted, visitor

pages = Blueprint("figures", __name__)
Answer = Response | WerkzeugResponse


@pages.get("/procedures/<path:name>/figures")
@permitted("edit_procedures")
def figure_page(name: str) -> Answer:
    """The form of the draft; without a draft, the procedure's page, where one is begun."""
    found = entry_or_404(name)
    if found.draft is None or name == SITE:
        return redirect(url_for("procedures.show_page", name=name), 303)
    return _page(found.draft, Shown(), query=request.args.get("q", "")[:100])


@pages.post("/procedures/<path:name>/figures")
@permitted("edit_procedures")
def figure_post(name: str) -> Answer:
    """Save what was typed, and do with a step what its button says, or go on to its page."""
    draft = draft_or_404(name)
    seen = seen_draft(draft)
    file = f"{name}.yaml"
    try:
        typed = _typed(editing.spots(seen.files[file]))
    except editing.NotEditable:
        return _page(draft, Shown(), status=409)
    act, _, what = request.form.get("act", "").partition(":")
    if act == "find":
        return _page(draft, Shown(typed), query=request.form.get("q", "")[:100], seen=seen)
    if act == "restore":
        return _page(draft, Shown({**typed, what: in_force(name).get(what, "")}), seen=seen, at=what)
    tried = _tried(name, seen, typed, act, what)
    if not tried.is_good:
        return _page(draft, Shown(typed, tried.wrong), 422, sentence=tried.sentence, seen=seen, at=what)
    saved = authoring().drafts.save(draft.id, seen.version, {**seen.files, file: tried.text}, visitor().actor.person)
    if isinstance(saved, Overtaken):
        return _page(saved.current, Shown(*_beside(typed, seen, saved.current, file)), 409, by=saved.current.by)
    return redirect(_next(name, act, what, tried.step), 303)


def _next(name: str, act: str, what: str, step: str) -> str:
    """Where one goes on once all that was typed is saved."""
    match act:
        case "new":
            return url_for("figure_steps.new_page", name=name, after=what or None)
        case "step" | "place":
            return url_for("figure_steps.step_page", name=name, step=what, _anchor="part-where" if act == "place" else None)
        case "up" | "down" | "remove" | "drop" | "dissolve" | "time" | "untime":
            anchor = f"s-{step}" if step else {"drop": "limits", "time": "times", "untime": "times"}.get(act, "steps")
            return url_for("figures.figure_page", name=name, _anchor=anchor)
        case _:
            return url_for("procedures.show_page", name=name)


def _typed(known: Mapping[str, editing.Spot]) -> dict[str, str]:
    """What the form's fields say, by place; those that it did not show are left out."""
    form = request.form
    found: dict[str, str] = {}
    for key, spot in known.items():
        if f"{key}:u" in form:
            number = form.get(key, "").strip()
            found[key] = f"{number} {form[f'{key}:u']}" if number else ""
        elif key in form or f"{key}:asked" in form:
            found[key] = ", ".join(form.getlist(key)) if spot.kind in ("words", "roles") else form[key]
    return found


def _tried(name: str, seen: Draft, typed: Mapping[str, str], act: str, what: str) -> Try:
    """What was typed and the button's act put into the text, and the checker asked."""
    before = seen.files[f"{name}.yaml"]
    try:
        made = editing.retyped(before, typed)
        if made.mistakes:
            return Try(before, {key: mistyped(one, visitor().language) for key, one in made.mistakes.items()})
        tried = _timed(_acted(name, seen, made.text, act, what))
    except editing.NotEditable as error:
        return Try(before, sentence=not_here(error, visitor().language))
    except KeyError:
        abort(404)
    return checked(name, seen, tried, made.changed, act) if tried.is_good else tried


def _acted(name: str, seen: Draft, text: str, act: str, what: str) -> Try:
    match act:
        case "up" | "down":
            return Try(shifted(text, what, -1 if act == "up" else 1), step=what)
        case "untime":
            return Try(untimed(text, int(what) if what.isascii() and what.isdecimal() else abort(400)))
        case "dissolve":
            return Try(dissolved(text, what), step=what)
        case "remove":
            return _taken_out(text, what, as_it_runs(name, seen))
        case "drop":
            used = users(as_it_runs(name, seen))[what]
            titles = names().listed(quoted(one.title, visitor().language) for one in used)
            return Try(text, sentence=str(said().figure_in_use).format(steps=titles)) if used else Try(without(text, (what,)))
        case _:
            return Try(text) if act in ("", "save", "new", "step", "place", "time") else abort(400)


def _timed(tried: Try) -> Try:
    """With the time that was described beside, whichever button was pressed: nothing typed is lost."""
    time = time_typed(_form(), visitor().language)
    if time.wrong or not tried.is_good:
        return Try(tried.text, {**tried.wrong, **(time.wrong or {})}, tried.sentence)
    return replace(tried, text=timed(tried.text, time.every, time.on, time.at)) if time.every else tried


def _form() -> Typed:
    return Typed({key: request.form.getlist(key) for key in request.form})


def _taken_out(text: str, step: str, procedure: Procedure) -> Try:
    """Without a step, and without the figures that are its own; on to the step that stood beside it."""
    known = [one.id for _, one, _ in walk(procedure)]
    if known == [step]:
        return Try(text, sentence=str(said().last_step_stays))
    at = known.index(step) if step in known else abort(404)
    return Try(without(removed(text, step), used_alone(procedure, step)), step=known[at + 1 if at + 1 < len(known) else at - 1])


def _beside(
    typed: Mapping[str, str], seen: Draft, current: Draft, file: str
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """With somebody else's version: what was typed here, no mistakes, and what they made of the same places."""
    before, after = editing.spots(seen.files[file]), spots_or_none(current.files[file]) or {}
    mine = {key: value for key, value in typed.items() if value.strip() != (before[key].current or "").strip()}
    others = {key: after[key].current or "" for key in mine if key in after and after[key].current != before[key].current}
    return mine, {}, others


def _roles(examined: Examined, changed: Shown) -> Roles:
    """Who may do it, as the form offers them."""
    assert examined.written
    chosen = changed.typed.get("done_by", "").split(", ") if "done_by" in changed.typed else examined.written.done_by
    return roles_for(examined.written.place, neighbours(examined), chosen, names())


def _page(
    draft: Draft, changed: Shown, status: int = 200, *, query: str = "", sentence: str = "", seen: Draft | None = None,
    by: str = "", at: str = "",
) -> Response:  # fmt: skip
    """The form of a draft, with what is not saved yet. Where the text is broken, its mistakes and the way to it."""
    name, version = draft.name, seen or draft
    text, title = version.files[f"{name}.yaml"], shown.title_of(entry_or_404(name), names())
    known, examined = spots_or_none(text), authoring().examine(name, version.files)
    is_readable = known is not None and examined.written is not None
    exceptions = exceptions_of(name, examined.library.overrides, names(), today_here())
    groups: tuple[Group, ...] = ()
    is_new = entry_or_404(name).published is None
    if known and examined.written:
        groups = Form(
            examined.written, known, spots_in_force(name), changed, exceptions, names(), users(as_it_runs(name, version)),
            _roles(examined, changed),
        ).groups()  # fmt: skip
        groups = tuple(sorted(groups, key=lambda one: one.id != "steps")) if is_new else groups  # they are what is written first
    return page(
        "figures/form.html",
        title,
        "desk",
        status,
        name=name,
        title=title,
        groups=groups,
        is_readable=is_readable,
        mistakes=shown.mistakes(examined.errors, names()),
        sentence=sentence,
        wrong=changed.wrong,
        time=_form(),
        often=often(visitor().language),
        weekdays=weekdays(visitor().language),
        by=names().person(by) if by else "",
        is_new=is_new,
        was_added=just_added(examined.written),
        is_proposed=draft.state == "proposed",
        version=version.version,
        query=query,
        words_looked_for=query.casefold().split(),
        at=at,
        csrf=csrf(),
    )
