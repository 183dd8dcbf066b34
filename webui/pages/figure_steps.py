"""One step of a draft on a page of its own: a new one described from nothing, and of one that is there who does it, when, and
what if it fails. Nothing typed is lost: a refusal shows it again, and somebody else's change is told before it is gone over.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.authoring import Examined
from engine.drafts import Draft, Overtaken
from engine.editing import NotEditable
from engine.editing_conditions import Choice, choices
from engine.editing_order import divided, moved
from engine.editing_steps import added, as_text, settled
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import Section, Step, fields_of
from webui.fragments import csrf, page, said
from webui.pages.figure_checks import Try, checked, in_force, just_added, neighbours, seen_draft
from webui.pages.procedures import authoring, draft_or_404, entry_or_404, names
from webui.present import figure_steps as shown
from webui.present.figure_faults import not_here
from webui.present.figure_places import place_typed, places_for
from webui.present.figure_reading import Reading, Typed
from webui.present.procedures import title_of
from webui.visitor import permitted, product, visitor

pages = Blueprint("figure_steps", __name__)
Answer = Response | WerkzeugResponse


# -- a new one -------------------------------------------------------------------------------------------------------------


@pages.get("/procedures/<path:name>/new-step")
@permitted("edit_procedures")
def new_page(name: str) -> Answer:
    """A step to be described, after the one that was asked for or the last."""
    draft = draft_or_404(name)
    written = _examined(name, draft).written
    if written is None:
        return redirect(url_for("figures.figure_page", name=name), 303)
    steps = [step.id for _, step, _ in walk(written)]
    after = request.args.get("after", "")
    kind = request.args.get("kind", "")
    kind = kind if kind in shown.ADDED_KINDS else shown.ADDED_KINDS[0]
    return _new(name, draft, Typed({"behind": (after if after in steps else steps[-1],), "kind": (kind,)}))


@pages.post("/procedures/<path:name>/new-step")
@permitted("edit_procedures")
def new_post(name: str) -> Answer:
    """Add the step that was described, and go back to the form, or on to the next one."""
    draft = draft_or_404(name)
    seen, typed = seen_draft(draft), _typed()
    written = _examined(name, seen).written or abort(409)
    if typed.one("behind") not in {step.id for _, step, _ in walk(written)}:
        return _new(name, seen, typed, 422, wrong={"behind": str(said().step_is_gone)})
    if typed.one("kind") not in shown.ADDED_KINDS:
        return _new(name, seen, typed, 422, wrong={"kind": str(said().kind_needed)})
    tried = _added(name, seen, typed, written)
    if not tried.is_good:
        return _new(name, seen, typed, 422, wrong=tried.wrong, sentence=tried.sentence)
    saved = authoring().drafts.save(draft.id, seen.version, {**seen.files, f"{name}.yaml": tried.text}, visitor().actor.person)
    if isinstance(saved, Overtaken):
        return _new(name, saved.current, typed, 409, by=saved.current.by)
    if request.form.get("act") == "more":
        return redirect(url_for("figure_steps.new_page", name=name, after=tried.step, added=tried.step), 303)
    return redirect(url_for("figures.figure_page", name=name, added=tried.step, _anchor=f"s-{tried.step}"), 303)


def _added(name: str, seen: Draft, typed: Typed, written: Procedure) -> Try:
    text, after, kind = seen.files[f"{name}.yaml"], typed.one("behind"), typed.one("kind")
    reading = Reading(typed, choices(written, product().engine.site, after, is_after=True), visitor().language)
    step = reading.step(written.parameters)
    if reading.faults:
        return Try(text, reading.faults)
    try:
        made, id_ = added(text, after, step, _taken(name, seen))
    except NotEditable as error:
        return Try(text, sentence=not_here(error, visitor().language))
    return _told(name, seen, Try(made, step=id_), shown.places_of(kind, id_))


def _taken(name: str, seen: Draft) -> set[str]:
    """Ids that mean something already: of what is in force, and of the books that steps write into."""
    bound = _examined(name, seen).bound
    fields = {one.id for _, step, _ in walk(bound) for one in fields_of(step)} if bound else set()
    return fields | {key.split(".")[0].removeprefix("@") for key in in_force(name)}


def _new(
    name: str, draft: Draft, typed: Typed, status: int = 200, *, wrong: Mapping[str, str] | None = None, sentence: str = "",
    by: str = "",
) -> Response:  # fmt: skip
    examined = _examined(name, draft)
    written = examined.written or abort(409)
    steps, named = shown.steps_of(written, names()), names()
    after = typed.one("behind") if typed.one("behind") in dict(steps) else steps[-1][0]
    section = next(section for _, step, section in walk(written) if step.id == after)
    offered = choices(written, product().engine.site, after, is_after=True)
    settings = shown.settings_of(written, None, section, offered, typed, named, neighbours(examined))
    return _shown(
        "figures/new_step.html", name, draft, status, typed=typed, wrong=wrong or {}, sentence=sentence, by=by,
        heading=str(said().add_a_step), settings=settings,
        kinds=shown.kinds(named), steps=steps, after=after, parameters=shown.parameters_of(written, named),
        meanings=shown.meanings(named), was_added=dict(steps).get(just_added(written), ""),
        is_fresh=request.method == "GET",
    )  # fmt: skip


# -- one that is there -----------------------------------------------------------------------------------------------------


@pages.get("/procedures/<path:name>/steps/<step>")
@permitted("edit_procedures")
def step_page(name: str, step: str) -> Answer:
    """Who does a step, when, and what if it fails."""
    draft = draft_or_404(name)
    found, section, offered = _step(name, draft, step)
    return _settings(name, draft, found, section, offered, shown.fields_of(found, offered))


@pages.post("/procedures/<path:name>/steps/<step>")
@permitted("edit_procedures")
def step_post(name: str, step: str) -> Answer:
    """Save the settings that were changed; those that were not stay to the character."""
    draft, typed = draft_or_404(name), _typed()
    seen = seen_draft(draft)
    found, section, offered = _step(name, seen, step)
    tried = _settled(name, seen, found, offered, typed)
    if not tried.is_good:
        return _settings(name, seen, found, section, offered, typed, 422, wrong=tried.wrong, sentence=tried.sentence)
    saved = authoring().drafts.save(draft.id, seen.version, {**seen.files, f"{name}.yaml": tried.text}, visitor().actor.person)
    if isinstance(saved, Overtaken):
        now, its_section, its_offered = _step(name, saved.current, step)
        mine = _mine(typed, shown.fields_of(found, offered), shown.fields_of(now, its_offered))
        return _settings(name, saved.current, now, its_section, its_offered, mine, 409, by=saved.current.by)
    return redirect(url_for("figures.figure_page", name=name, _anchor=f"s-{step}"), 303)


def _settled(name: str, seen: Draft, step: Step, offered: tuple[Choice, ...], typed: Typed) -> Try:
    text, reading = seen.files[f"{name}.yaml"], Reading(typed, offered, visitor().language)
    settings = reading.settings(shown.fields_of(step, offered), is_measured=False)
    reading.text("begins")
    if reading.faults:
        return Try(text, reading.faults)
    beside, is_before = place_typed(typed.one("behind"))
    try:
        made = settled(text, step.id, settings)
        made = moved(made, step.id, beside, is_before=is_before) if beside else made
        made = divided(made, step.id, as_text(**typed.title("begins"))) if typed.one("begins.zh") else made
    except NotEditable as error:
        return Try(text, sentence=not_here(error, visitor().language))
    except KeyError:
        return Try(text, {"behind": str(said().step_is_gone)})
    return _told(name, seen, Try(made, step=step.id), shown.places_of(step.kind, step.id), "move" if beside else "")


def _mine(typed: Typed, before: Typed, now: Typed) -> Typed:
    """What was changed here over what somebody else has made of the rest."""
    changed = {one: typed.fields.get(one, ()) for one in {*typed.fields, *before.fields} if typed.differs(before, (one,))}
    return Typed({**now.fields, **changed})


def _step(name: str, draft: Draft, step: str) -> tuple[Step, Section | None, tuple[Choice, ...]]:
    """A step, its section, and what its condition may look at."""
    written = _examined(name, draft).written or abort(409)
    found = next(((one, section) for _, one, section in walk(written) if one.id == step), None) or abort(404)
    return *found, choices(written, product().engine.site, step)


def _settings(
    name: str, draft: Draft, step: Step, section: Section | None, offered: tuple[Choice, ...], typed: Typed, status: int = 200, *,
    wrong: Mapping[str, str] | None = None, sentence: str = "", by: str = "",
) -> Response:  # fmt: skip
    examined = _examined(name, draft)
    written = examined.written or abort(409)
    settings = shown.settings_of(written, step, section, offered, typed, names(), neighbours(examined))
    return _shown(
        "figures/step.html", name, draft, status, typed=typed, wrong=wrong or {}, sentence=sentence, by=by, step=step.id,
        heading=step.title.into(visitor().language), settings=settings, places=places_for(written, step.id, names()),
    )  # fmt: skip


# -- both ------------------------------------------------------------------------------------------------------------------


def _typed() -> Typed:
    return Typed(request.form.to_dict(flat=False))


def _examined(name: str, draft: Draft) -> Examined:
    return authoring().examine(name, draft.files)


def _told(name: str, seen: Draft, tried: Try, places: Mapping[str, str], act: str = "") -> Try:
    """The checker's word at the field that said it."""
    found = checked(name, seen, tried, places, act)
    return Try(found.text, {places[key]: one for key, one in found.wrong.items()}, found.sentence, found.step)


def _shown(template: str, name: str, draft: Draft, status: int, *, heading: str, by: str, **view: Any) -> Response:
    title = title_of(entry_or_404(name), names())
    who = names().person(by) if by else ""
    return page(
        template,
        heading,
        "desk",
        status,
        name=name,
        title=title,
        is_new=entry_or_404(name).published is None,
        heading=heading,
        version=draft.version,
        by=who,
        csrf=csrf(),
        **view,
    )
