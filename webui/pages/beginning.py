"""A new procedure begun: empty, from a list that was pasted, or as a copy. Asked are title, place and who does it; the folder and
name of its file follow from those, for whoever does not care.
"""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.procedure.text import Text
from engine.run.refusal import Refusal
from engine.wording import told
from webui.fragments import csrf, page, said
from webui.pages.procedures import authoring, entry_or_404, names
from webui.present import procedures as shown
from webui.visitor import permitted, product, visitor

pages = Blueprint("beginning", __name__)
Answer = Response | WerkzeugResponse
Form = Mapping[str, str]
_LONGEST_TEXT = 200_000


@pages.get("/procedures/new")
@permitted("edit_procedures")
def new_page() -> Response:
    """A form for a new procedure: empty, or a copy of another, then at its place."""
    copied = request.args.get("copy", "")
    procedure = entry_or_404(copied).procedure if copied else None
    return _new({"copy": copied, "place": procedure.place if procedure else ""})


@pages.post("/procedures/new")
@permitted("edit_procedures")
def new_post() -> Answer:
    """Begin the draft of a new procedure. Refused, all that was typed stands there again."""
    form = request.form.to_dict()
    fault = _fault(form)
    if fault:
        return _new(form, fault, 422)
    title, place = _title(form), form["place"]
    name = _name(form) or authoring().free_name(place, title)
    if not shown.is_name(name):
        return _new(form, str(said().name_form), 422)
    draft = authoring().begin_new(name, {f"{name}.yaml": _content(form, title)}, visitor().actor.person)
    if isinstance(draft, Refusal):
        return _new(form, told(draft, visitor().language, names()), 422)
    return redirect(url_for("figures.figure_page", name=name), 303)


def _fault(form: Form) -> str:
    """What is still to be said, as a sentence; none where all is."""
    site, w = product().engine.site, said()
    if not _title(form):
        return str(w.title_needed)
    if form.get("place") not in site.places:
        return str(w.place_needed)
    return "" if form.get("copy") or form.get("role") in site.roles else str(w.role_needed)


def _title(form: Form) -> str:
    return form.get("title", "").strip()[:200]


def _name(form: Form) -> str:
    """The name that was typed: where only one half of it was, the other is what it would have been. Empty where nothing was."""
    typed = [form.get(part, "").strip() for part in ("folder", "id")]
    if not any(typed):
        return ""
    made = authoring().free_name(form["place"], _title(form)).rpartition("/")
    return f"{typed[0] or made[0]}/{typed[1] or made[2]}"


def _content(form: Form, title: str) -> str:
    """The first text of the procedure."""
    copied, place = form.get("copy", ""), form["place"]
    if not copied:
        return authoring().first_text(title, place, form["role"], form.get("text", "")[:_LONGEST_TEXT])
    entry_or_404(copied)
    return authoring().retitled(authoring().texts(copied)[f"{copied}.yaml"], title, place)


def _new(form: Form, sentence: str = "", status: int = 200) -> Response:
    site, who, copy = product().engine.site, visitor(), form.get("copy", "")
    copied = shown.title_of(entry_or_404(copy), names()) if copy else ""
    folders = sorted({name.rpartition("/")[0] for name in product().engine.directory.now().published if "/" in name})
    places = _titled({id_: place.title for id_, place in site.places.items()}, (who.place or "",))
    roles = _titled({id_: role.title for id_, role in site.roles.items()}, who.actor.roles)
    view = {"form": form, "sentence": sentence, "places": places, "roles": roles, "folders": folders, "copied": copied}
    is_named = bool(form.get("folder") or form.get("id"))
    return page("procedures/new.html", said().new_procedure, "desk", status, **view, is_named=is_named, csrf=csrf())


def _titled(titles: Mapping[str, Text], own: Iterable[str]) -> list[tuple[str, str]]:
    """Ids with what people call them, this visitor's own first."""
    first = [id_ for id_ in own if id_ in titles]
    return [(id_, titles[id_].into(visitor().language)) for id_ in (*first, *(id_ for id_ in titles if id_ not in first))]
