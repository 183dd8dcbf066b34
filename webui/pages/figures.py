"""The figures, times and texts of a draft as a form; steps added, moved, taken out. What was typed is read against the version
it was typed on, checked before it is saved, and shown again where it cannot be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine import editing
from engine.authoring import Diagnostic
from engine.drafts import Draft, Overtaken
from engine.procedure.procedure import Procedure
from engine.revisions import SITE
from webui.fragments import csrf, page, said
from webui.pages.procedures import authoring, draft_or_404, entry_or_404, names
from webui.present import procedures as shown
from webui.present.exceptions import exceptions_of
from webui.present.figure_faults import mistyped, not_here, told_of
from webui.present.figures import ADDED_KINDS, Form, Group, Shown
from webui.visitor import permitted, product, visitor

pages = Blueprint("figures", __name__)
Answer = Response | WerkzeugResponse
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Try:
    """What came of an attempt to save: the text, or what is wrong with it, by place and in general."""

    text: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    step: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it may be saved."""
        return not self.wrong and not self.sentence


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
    """Save what was typed, and do with a step what its button says."""
    draft = draft_or_404(name)
    seen = _seen(draft)
    file = f"{name}.yaml"
    try:
        typed = _typed(editing.spots(seen.files[file]))
    except editing.NotEditable:
        return _page(draft, Shown(), status=409)
    act, _, what = request.form.get("act", "").partition(":")
    if act == "find":
        return _page(draft, Shown(typed), query=request.form.get("q", "")[:100], seen=seen)
    if act == "restore":
        return _page(draft, Shown({**typed, what: _in_force(name).get(what, "")}), seen=seen, at=what)
    tried = _tried(name, seen, typed, act, what)
    if not tried.is_good:
        return _page(draft, Shown(typed, tried.wrong), 422, sentence=tried.sentence, seen=seen, at=what)
    saved = authoring().drafts.save(draft.id, seen.version, {**seen.files, file: tried.text}, visitor().actor.person)
    if isinstance(saved, Overtaken):
        return _page(saved.current, Shown(*_beside(typed, seen, saved.current, file)), 409, by=saved.current.by)
    if act in ("add", "up", "down", "remove"):
        anchor = f"s-{tried.step}" if tried.step else "steps"
        return redirect(url_for("figures.figure_page", name=name, _anchor=anchor), 303)
    return redirect(url_for("procedures.show_page", name=name), 303)


def _seen(draft: Draft) -> Draft:
    """The draft as it was when the form was made."""
    number = request.form.get("version", "")
    found = next((one for one in authoring().drafts.versions(draft.id) if str(one.version) == number), None) or abort(400)
    return replace(draft, version=found.version, files=found.files, by=found.by, at=found.at)


def _typed(known: Mapping[str, editing.Spot]) -> dict[str, str]:
    """What the form's fields say, by place; those that it did not show are left out."""
    form = request.form
    found: dict[str, str] = {}
    for key, spot in known.items():
        if f"{key}:u" in form:
            number = form.get(key, "").strip()
            found[key] = f"{number} {form[f'{key}:u']}" if number else ""
        elif key in form or f"{key}:asked" in form:
            found[key] = ", ".join(form.getlist(key)) if spot.kind == "words" else form[key]
    return found


def _tried(name: str, seen: Draft, typed: Mapping[str, str], act: str, what: str) -> Try:
    """What was typed and the button's act put into the text, and the checker asked."""
    before = seen.files[f"{name}.yaml"]
    try:
        made = editing.retyped(before, typed)
        if made.mistakes:
            return Try(before, {key: mistyped(one, visitor().language) for key, one in made.mistakes.items()})
        tried = _acted(made.text, act, what, name)
    except editing.NotEditable as error:
        return Try(before, sentence=not_here(error, visitor().language))
    except KeyError:
        abort(404)
    found = _checked(name, seen, tried, made.changed) if tried.is_good else tried
    return replace(found, sentence=f"{said().still_referred} {found.sentence}") if act == "remove" and found.sentence else found


def _acted(text: str, act: str, what: str, name: str) -> Try:
    match act:
        case "up" | "down":
            return Try(editing.shifted(text, what, -1 if act == "up" else 1), step=what)
        case "remove":
            return Try(editing.removed(text, what))
        case "add":
            step = _new_step(what)
            if isinstance(step, str):
                return Try(text, sentence=step)
            taken = {key.split(".")[0].removeprefix("@") for key in _in_force(name)}
            return Try(*_swapped(editing.added(text, what, step, taken)))
        case _:
            return Try(text) if act in ("", "save") else abort(400)


def _swapped(made: tuple[str, str]) -> tuple[str, Mapping[str, str], str, str]:
    return made[0], {}, "", made[1]


def _new_step(after: str) -> editing.NewStep | str:
    """The step that was described below another; what is missing, in words."""
    form, kind = request.form, request.form.get(f"new.{after}.kind", "")
    title = {one: form.get(f"new.{after}.{one}", "").strip()[:_LONGEST_TITLE] for one in ("zh", "en")}
    options = tuple(line.strip() for line in form.get(f"new.{after}.options", "").splitlines() if line.strip())
    if kind not in ADDED_KINDS:
        abort(400)
    if not title["zh"]:
        return str(said().title_needed)
    if kind == "choose" and len(options) < 2:
        return str(said().options_needed)
    parameter = form.get(f"new.{after}.parameter", "")
    if kind == "measure" and not parameter:
        return str(said().parameter_needed)
    text = form.get(f"new.{after}.text", "").strip()
    if kind == "read" and not text:
        return str(said().needs_text)
    return editing.NewStep(kind, title, parameter, options, text)


def _checked(name: str, seen: Draft, tried: Try, changed: tuple[str, ...]) -> Try:
    """The checker's word: what it says now and did not say before keeps the text from being saved."""
    file = f"{name}.yaml"
    if tried.text == seen.files[file]:
        return tried
    errors = authoring().examine(name, {**seen.files, file: tried.text}).errors
    if not errors:
        return tried
    known = {(one.code, repr(one.facts)) for one in authoring().examine(name, seen.files).errors}
    news = [one for one in errors if (one.code, repr(one.facts)) not in known]
    at, rest = editing.told_at(tried.text, changed, [one for one in news if _is_in(one, file)])
    others = (*rest, *(one for one in news if not _is_in(one, file)))
    wrong = {key: told_of(one, visitor().language) for key, one in at.items()}
    return replace(tried, wrong=wrong, sentence=" ".join(told_of(one, visitor().language) for one in others[:3]))


def _is_in(one: Diagnostic, file: str) -> bool:
    return one.file.endswith(file)


def _beside(
    typed: Mapping[str, str], seen: Draft, current: Draft, file: str
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """With somebody else's version: what was typed here, no mistakes, and what they made of the same places."""
    before, after = editing.spots(seen.files[file]), _spots_or_none(current.files[file]) or {}
    mine = {key: value for key, value in typed.items() if value.strip() != (before[key].current or "").strip()}
    others = {key: after[key].current or "" for key in mine if key in after and after[key].current != before[key].current}
    return mine, {}, others


def _spots_or_none(text: str) -> Mapping[str, editing.Spot] | None:
    try:
        return editing.spots(text)
    except editing.NotEditable:
        return None


def _in_force(name: str) -> dict[str, str]:
    """What is in force at each place; empty where nothing is."""
    return {key: spot.current or "" for key, spot in (_spots_in_force(name) or {}).items()}


def _spots_in_force(name: str) -> Mapping[str, editing.Spot] | None:
    published = product().engine.directory.now().published
    return _spots_or_none(product().engine.shelf.text(published[name].digest)) if name in published else None


def _page(
    draft: Draft, changed: Shown, status: int = 200, *, query: str = "", sentence: str = "", seen: Draft | None = None,
    by: str = "", at: str = "",
) -> Response:  # fmt: skip
    """The form of a draft, with what is not saved yet. Where the text is broken, its mistakes and the way to it."""
    name, version = draft.name, seen or draft
    text, title = version.files[f"{name}.yaml"], shown.title_of(entry_or_404(name), names())
    known, examined = _spots_or_none(text), authoring().examine(name, version.files)
    is_readable = known is not None and examined.written is not None
    exceptions = exceptions_of(name, examined.library.overrides, names())
    groups: tuple[Group, ...] = ()
    if known and examined.written:
        groups = Form(examined.written, known, _spots_in_force(name), changed, exceptions, names()).groups()
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
        wrong=len(changed.wrong),
        by=names().person(by) if by else "",
        is_proposed=draft.state == "proposed",
        version=version.version,
        query=query,
        words_looked_for=query.casefold().split(),
        at=at,
        parameters=_parameters(examined.written) if examined.written else (),
        typed=request.form,
        csrf=csrf(),
    )


def _parameters(procedure: Procedure) -> tuple[tuple[str, str], ...]:
    return tuple((id_, one.title.into(visitor().language)) for id_, one in procedure.parameters.items())
