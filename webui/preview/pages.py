"""Trying a draft: making its preview, the bar above it, and what is said where the draft has mistakes."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

import orjson
from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.authoring import Authoring, Examined, files_of
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.sandbox import Preview, Sandbox, is_playable, roles_of
from engine.wording import Names
from webui.fragments import csrf, fragment, is_fragment, page, said
from webui.present.procedures import mistakes
from webui.preview import moments
from webui.preview.bar import Bar, bar_of
from webui.preview.mounted import PERMISSION, Mounted
from webui.visitor import permitted, product, visitor

pages = Blueprint("previews", __name__)
Answer = Response | WerkzeugResponse
_LONGEST = 200_000  # characters of a text
_MOST_TOLD = 5
_SCENARIOS = ".test.yaml"
_STEPS = {"15": timedelta(minutes=15), "60": timedelta(hours=1)}
_FORWARD = timedelta(days=31)  # farther ahead it begins anew: what a schedule wanted on every day between is of no use


def mount(app: Flask) -> None:
    """Let `app` have previews. To be called last: it goes around everything else."""
    served = app.extensions["product"]
    sandbox = Sandbox(served.settings.data / "previews", served.engine.clock, served.settings.data / "templates")
    app.extensions["sandbox"] = sandbox
    app.register_blueprint(pages)
    app.wsgi_app = app.extensions["previews"] = Mounted(app, sandbox)  # type: ignore[method-assign]


def sandbox() -> Sandbox:
    """The previews there are."""
    found = current_app.extensions["sandbox"]
    assert isinstance(found, Sandbox)
    return found


# -- a draft to a preview --------------------------------------------------------------------------------------------------


@pages.get("/procedures/<path:name>/preview")
@permitted(PERMISSION)
def preview_page(name: str) -> Response:
    """The draft, or where there is none the file, to be tried on a page of its own; as it was left, if the text is the same."""
    preview = sandbox().get(request.args.get("id", ""))
    if preview is not None and (preview.name, preview.by) == (name, visitor().actor.person):
        return _shown(preview)
    return _tried(name, _files(name))


@pages.post("/procedures/<path:name>/preview")
@permitted(PERMISSION)
def preview_post(name: str) -> Response:
    """Exactly the posted text to be tried: a tablet, or where it has mistakes the first of them in words."""
    files, (file, *tests) = dict(_files(name)), files_of(name)
    for path, field in ((file, "text"), *((one, "scenarios") for one in tests)):
        if field in request.form:
            files[path] = request.form[field][:_LONGEST].replace("\r\n", "\n")
    return _tried(name, files)


def _files(name: str) -> Mapping[str, str]:
    desk = current_app.extensions["authoring"]
    assert isinstance(desk, Authoring)
    draft = desk.drafts.of(name)
    try:
        return draft.files if draft else desk.texts(name)
    except (KeyError, ValueError):  # neither file nor revision, or a name that leads out of the folder
        abort(404)


def _tried(name: str, files: Mapping[str, str]) -> Response:
    who, digest = visitor(), sha256(orjson.dumps(dict(files), option=orjson.OPT_SORT_KEYS)).hexdigest()
    before = sandbox().of(name, who.actor.person)
    if before is not None and before.digest == digest:
        return _shown(before)
    examined: Examined = current_app.extensions["authoring"].examine(name, files)
    if not is_playable(name, examined):
        return _faulty(name, examined)
    made = sandbox().begin(name, digest, examined, who.actor.person, who.language)
    return _shown(made, switched=before.role if before and before.role != made.role else "")


def _faulty(name: str, examined: Examined) -> Response:
    names = Names(visitor().language, product().engine.site, None, {})
    found = [one for one in examined.errors if not one.file.endswith(_SCENARIOS)] or examined.library.errors
    view = {"mistakes": mistakes(found[:_MOST_TOLD], names), "more": max(0, len(found) - _MOST_TOLD)}
    if is_fragment():
        return fragment("preview/_faulty.html", **view)
    return page("preview/faulty.html", said().preview_title, "desk", name=name, **view)


def _shown(preview: Preview, sentence: str = "", status: int = 200, switched: str = "") -> Response:
    try:
        bar = _bar(preview, sentence, switched)
    except FileNotFoundError:
        abort(404)  # dropped by another request just now
    if is_fragment():
        return fragment("preview/_preview.html", status, view=bar)
    return page("preview/show.html", said().preview_title, "desk", status, view=bar)


def _bar(preview: Preview, sentence: str, switched: str) -> Bar:
    site, plan = _site_and_plan(preview)
    now, back = sandbox().now(preview), request.values.get("back", "")
    return bar_of(preview, site, plan, now, visitor().language, csrf(), back, sentence, _switch(preview, site, switched))


def _switch(preview: Preview, site: Site, before: str) -> str:
    """That another role plays on, because the one before has no part in the draft any more."""
    names = Names(visitor().language, site)
    return str(said().preview_switched).format(was=names.role(before), now=names.role(preview.role)) if before else ""


def _mounted() -> Mounted:
    found = current_app.extensions["previews"]
    assert isinstance(found, Mounted)
    return found


# -- the bar ---------------------------------------------------------------------------------------------------------------


@pages.post("/previews/<code>/clock")
@permitted(PERMISSION)
def clock_post(code: str) -> Answer:
    """Let time pass."""
    return _changed(code, lambda preview: _forward(preview, _STEPS.get(request.form.get("minutes", ""))))


@pages.post("/previews/<code>/moment")
@permitted(PERMISSION)
def moment_post(code: str) -> Answer:
    """Put it to a season, a shift, a date and time."""
    return _changed(code, lambda preview: _put(preview, request.form))


@pages.post("/previews/<code>/role")
@permitted(PERMISSION)
def role_post(code: str) -> Answer:
    """Go on as somebody else."""
    return _changed(code, lambda preview: _as_role(preview, request.form.get("role", "")))


@pages.post("/previews/<code>/again")
@permitted(PERMISSION)
def again_post(code: str) -> Answer:
    """Begin again, as nobody had done anything yet."""
    return _changed(code, sandbox().anew)


def _changed(code: str, change: Callable[[Preview], Preview | None]) -> Answer:
    preview = sandbox().get(code)
    if preview is None or preview.by != visitor().actor.person:
        abort(404)
    try:
        changed = change(preview)
    except FileNotFoundError:
        abort(404)
    if changed is None:
        return _shown(preview, str(said().preview_refused), 422)
    return _shown(changed) if is_fragment() else redirect(url_for("previews.preview_page", name=preview.name, id=code), 303)


def _forward(preview: Preview, length: timedelta | None) -> Preview | None:
    if length is None:
        return None
    sandbox().put_forward(preview, length)
    return preview


def _put(preview: Preview, form: Mapping[str, str]) -> Preview | None:
    """To a moment: time passes where that is not far ahead; for the past, another season or another shift it begins anew."""
    now, (site, _) = sandbox().now(preview), _site_and_plan(preview)
    wanted = _moment(site, now, form)
    if wanted is None or wanted == now:
        return preview if wanted else None
    if "at" in form and timedelta() < wanted - now <= _FORWARD:
        return _forward(preview, wanted - now)
    return sandbox().anew(preview, (wanted - product().engine.clock.now()).total_seconds())


def _moment(site: Site, now: datetime, form: Mapping[str, str]) -> datetime | None:
    if "season" in form:
        return moments.in_season(site, now, form["season"])
    if "shift" in form:
        return moments.in_shift(site, now, form["shift"])
    return moments.at_moment(site, product().engine.clock.now(), form.get("at", ""))


def _as_role(preview: Preview, role: str) -> Preview | None:
    site, plan = _site_and_plan(preview)
    return sandbox().as_role(preview, role) if role in roles_of(plan, site) else None


def _site_and_plan(preview: Preview) -> tuple[Site, Plan | None]:
    with _mounted().players.using(preview) as player:
        engine = player.app.extensions["product"].engine
        return engine.site, engine.plan(preview.name)


@pages.route("/preview/<code>/", methods=["GET", "POST"], defaults={"name": ""})
@pages.route("/preview/<code>/<path:name>", methods=["GET", "POST"])
@permitted(PERMISSION)
def gone(code: str, name: str) -> Response:  # noqa: ARG001
    """A preview that is over, or somebody else's. One that is there never comes here (`mounted`)."""
    return page("preview/gone.html", said().preview_title, "fault", 404)
