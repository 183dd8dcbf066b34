"""Exports: what is taken out, in which form; files as they are made, gone on with, downloaded, removed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from flask import Blueprint, Response, abort, current_app, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.exports.about import title_of
from engine.exports.asked import FORMS, Asked, Form
from engine.exports.conditions import conditions
from engine.exports.jobs import Export, Exports
from engine.exports.sources import Ground as Sources
from engine.exports.views import NothingOfThat
from engine.wording import Names
from webui.fragments import csrf, fragment, is_fragment, page, said
from webui.pages.engaging import may_see_rows, plans
from webui.pages.measuring import measured
from webui.present import exporting as shown
from webui.present.asking import Asked as Conditions
from webui.present.asking import asked as conditions_of
from webui.present.asking import is_too_long, is_too_many, strange
from webui.present.reviewing import tabs
from webui.present.runlist import Ground
from webui.present.strange import told
from webui.visitor import permitted, product, visitor

pages = Blueprint("exporting", __name__)
Answer = Response | WerkzeugResponse
Args = Mapping[str, Sequence[str]]
_TYPES: Mapping[Form, str] = {
    "csv": "text/csv; charset=utf-8", "json": "application/x-ndjson", "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def _exports() -> Exports:
    return cast(Exports, current_app.extensions["exports"])


def _names() -> Names:
    return Names(visitor().language, product().engine.site, None, product().engine.directory.now().people)


def _ground() -> Ground:
    return Ground(_names(), product().engine.clock.now(), plans())


def _oversees() -> None:
    """An export goes over everybody's runs: it is for those who may see them all."""
    if not may_see_rows(visitor(), frozenset()):
        abort(403)


@pages.get("/review/exports")
@permitted("export")
def exports_page() -> Response:
    """The form, filled in with the conditions of a search that led here; and the files."""
    _oversees()
    args = request.args.to_dict(flat=False)
    return _page(args, told((*strange(args), *_unknown(args)), _names()))


def _unknown(args: Args) -> Iterator[str]:
    """What the form offers no more, or never did; it shows its first choice instead."""
    if (view := _first(args, "view")) and shown.what_of(view) is None:
        yield "view"
    if _first(args, "form") not in ("", *FORMS):
        yield "form"
    if _first(args, "parameter") not in ("", *measured(_names())):
        yield "parameter"


def _page(args: Args, mistake: str = "", status: int = 200) -> Response:
    who, names, ground, wanted = visitor(), _names(), _ground(), conditions_of(args)
    view = shown.ExportsPage(
        tabs=tabs("exports", who.actor.may, who.language),
        choices=shown.choices(ground, measured(_names())),
        what=_first(args, "view"),
        parameter=_first(args, "parameter"),
        form=_first(args, "form"),
        asked=wanted,
        carried=shown.carried(wanted),
        conditions=shown.conditions(ground, wanted),
        files=tuple(shown.file_view(one, names, who.actor.person) for one in _exports().all()),
        mistake=mistake,
        csrf=csrf(),
    )
    return page("review/exports.html", str(said().review_exports), "review", status, view=view)


@pages.post("/review/exports")
@permitted("export")
def export_post() -> Answer:
    """Begin an export; what was asked stays where it cannot be."""
    _oversees()
    args, w = request.form.to_dict(flat=False), said()
    wanted, what, form = conditions_of(args), shown.what_of(_first(args, "view")), _first(args, "form")
    if what is None or form not in FORMS:
        return _page(args, str(w.export_gone), 422)
    if mistake := _mistake(args, wanted):
        return _page(args, mistake, 422)
    who, engine = visitor(), product().engine
    asked = Asked(what[0], wanted.search(engine.site), what[1], parameter=_first(args, "parameter"), language=who.language)
    if not asked.is_heeded:
        return _page(args, shown.unheeded(asked, who.language), 422)
    if asked.parameter and asked.parameter not in measured(_names()):
        return _page(args, str(w.export_gone), 422)
    told = conditions(Sources(engine, who.language), asked)
    try:
        begun = _exports().begin(asked, title_of(engine, asked), form, who.actor.person, who.device, told)
    except NothingOfThat:
        return _page(args, str(w.export_gone), 422)
    return redirect(url_for("exporting.exports_page", _anchor=f"x-{begun}"), 303)


def _mistake(args: Args, wanted: Conditions) -> str:
    """What is wrong with the conditions: left out silently they would give more than was asked for."""
    days = [(_first(args, name), kept) for name, kept in (("from", wanted.since), ("until", wanted.until))]
    is_late = bool(wanted.since and wanted.until) and date.fromisoformat(wanted.since) > date.fromisoformat(wanted.until)
    if is_late or any(typed.strip() and not kept for typed, kept in days):
        return str(said().export_days_wrong)
    if is_too_many(args) or is_too_long(args):
        return str(said().export_left_out)
    return str(said().export_figure_wrong) if wanted.faulty or wanted.is_crossed else told(strange(args), _names())


@pages.get("/review/exports/<work>")
@permitted("export")
def export_page(work: str) -> Answer:
    """One file: a fragment that asks again while it is worked on."""
    _oversees()
    found = _found(work)
    if not is_fragment():
        return redirect(url_for("exporting.exports_page", _anchor=f"x-{work}"), 303)
    return fragment("review/_export.html", one=shown.file_view(found, _names(), visitor().actor.person), csrf=csrf())


@pages.post("/review/exports/<work>")
@permitted("export")
def work_post(work: str) -> Answer:
    """Stop one's own, go on with it, or remove it."""
    _oversees()
    found, acts = _found(work), {"cancel": _exports().cancel, "go_on": _exports().go_on, "remove": _exports().remove}
    act = acts.get(request.form.get("act", "")) or abort(400)
    if found.by != visitor().actor.person:
        abort(403)
    act(found.id)
    return redirect(url_for("exporting.exports_page", _anchor=f"x-{work}"), 303)


@pages.get("/review/exports/<work>/file")
@permitted("export")
def export_file(work: str) -> Response:
    """The file, whole or from where a download was broken off."""
    _oversees()
    found = _found(work)
    path = _exports().file(found).resolve()
    if found.state != "done" or not path.exists():
        abort(404)
    return send_file(
        path,
        mimetype=_TYPES[found.form],
        as_attachment=True,
        download_name=_file_name(found),
        conditional=True,
        etag=found.sha256,
    )


def _file_name(one: Export) -> str:
    """Of plain letters, whatever the view is called."""
    of = re.sub(r"[^a-z0-9]+", "-", f"{one.asked.view}-{one.asked.of}".lower()).strip("-")
    at = one.at.astimezone(product().engine.site.zone)
    return f"{of}-{at:%Y%m%d-%H%M%S}.{'jsonl' if one.form == 'json' else one.form}"


def _found(work: str) -> Export:
    return _exports().of(work) or abort(404)


def _first(args: Args, name: str) -> str:
    return next(iter(args.get(name, ())), "")
