"""What a draft would have done over past runs: a period is chosen, one looks on while it is worked out, and the answer stays."""

from datetime import date, datetime, timedelta
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.authoring import Entry
from engine.drafts import Files
from engine.procedure.plan import Plan
from engine.replays import Asked, Replay, Replays
from engine.revisions import SITE
from webui.fragments import csrf, fragment, is_fragment, page, said
from webui.pages.procedures import authoring, entry_or_404, names
from webui.present import procedures as shown
from webui.present.past import DAYS, PastPage, midnight, past_page
from webui.visitor import permitted, product, visitor

pages = Blueprint("past", __name__)
Answer = Response | WerkzeugResponse
_LONGEST = timedelta(days=3 * 366)
_DAY = timedelta(days=1)


def replays() -> Replays:
    """What is replayed, and what came of it."""
    found = current_app.extensions["replays"]
    assert isinstance(found, Replays)
    return found


@pages.get("/procedures/<path:name>/past")
@permitted("edit_procedures", "approve_publishing")
def past_page_view(name: str) -> Response:
    """Which time to look at; or why there is nothing to look at."""
    return _form(_procedure(name))


@pages.post("/procedures/<path:name>/past")
@permitted("edit_procedures", "approve_publishing")
def past_post(name: str) -> Answer:
    """Begin; where the very same was worked out before, show that. Sent twice, it is begun once."""
    found, period = _procedure(name), _period()
    if _hindrance(found):
        return _form(found, status=422)
    if period is None:
        return _form(found, str(said().past_period_wrong), 422)
    assert found.draft is not None  # it hinders
    examined = authoring().examine(name, found.draft.files)
    if examined.errors or examined.plan is None:
        return _form(found, is_faulty=True, status=422)
    asked = Asked(name, examined.plan, _revision(examined.plan), _digest(found.draft.files), *period)
    id_ = replays().begin(asked, visitor().actor.person, again="again" in request.form)
    return redirect(url_for("past.replay_page", name=name, digest=id_), 303)


@pages.get("/procedures/<path:name>/past/<digest>")
@permitted("edit_procedures", "approve_publishing")
def replay_page(name: str, digest: str) -> Response:
    """How far it is, or what came of it. The page asks again by itself while it is under way."""
    view = _view(_replay(name, digest))
    if is_fragment():
        return fragment("past/_replay.html", view=view)
    found = _procedure(name)
    title = shown.title_of(found, names())
    return page("past/show.html", title, "desk", entry=found, title=title, view=view)


@pages.post("/procedures/<path:name>/past/<digest>/cancel")
@permitted("edit_procedures", "approve_publishing")
def cancel_post(name: str, digest: str) -> Answer:
    """Stop it; only whoever began it does."""
    one = _replay(name, digest)
    if one.by != visitor().actor.person:
        abort(403)
    replays().cancel(digest)
    return redirect(url_for("past.replay_page", name=name, digest=digest), 303)


def _procedure(name: str) -> Entry:
    if name == SITE:
        abort(404)  # the site itself was never run
    return entry_or_404(name)


def _replay(name: str, digest: str) -> Replay:
    one = replays().of(digest)
    if one is None or one.name != name:
        abort(404)
    return one


def _view(one: Replay) -> PastPage:
    engine = product().engine
    draft = authoring().drafts.of(one.name) if one.state == "done" else None  # it is asked for twice a second until then
    texts = _digest(draft.files) if draft else ""
    return past_page(one, engine.site, names(), engine.clock.now(), visitor().actor.person, texts, csrf())


def _form(found: Entry, sentence: str = "", status: int = 200, *, is_faulty: bool = False) -> Response:
    hindrance = "" if is_faulty else _hindrance(found)
    site, now, typed = product().engine.site, product().engine.clock.now(), request.form
    today = now.astimezone(site.zone).date()
    return page(
        "past/form.html",
        shown.title_of(found, names()),
        "desk",
        status,
        entry=found,
        title=shown.title_of(found, names()),
        hindrance=hindrance,
        is_faulty=is_faulty or _is_faulty(found, hindrance),
        may_edit="edit_procedures" in visitor().actor.may,
        sentence=sentence,
        days=DAYS,
        since=typed.get("since") or (today - timedelta(days=DAYS[-1])).isoformat(),
        until=typed.get("until") or today.isoformat(),
        csrf=csrf(),
    )


def _hindrance(found: Entry) -> str:
    """Why there is nothing to replay; empty where there is."""
    if not found.published and not found.retired:
        return str(said().past_new)
    return str(said().past_no_draft) if found.draft is None else ""


def _is_faulty(found: Entry, hindrance: str) -> bool:
    return not hindrance and found.draft is not None and bool(authoring().examine(found.name, found.draft.files).errors)


def _period() -> tuple[datetime, datetime] | None:
    """From the beginning of the first day to the end of the last, by the site's clocks; None where the days cannot be."""
    site, form = product().engine.site, request.form
    last = product().engine.clock.now().astimezone(site.zone).date()
    if days := form.get("days", ""):
        wanted = next((one for one in DAYS if str(one) == days), None)
        first = last - timedelta(days=wanted) if wanted else None
    else:
        first, last = _date(form.get("since", "")), _date(form.get("until", "")) or date.min
    if first is None or last < first or last - first > _LONGEST or last.year > 9000:
        return None
    return midnight(site, first), midnight(site, last + _DAY)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _digest(files: Files) -> str:
    return sha256(repr(sorted(files.items())).encode()).hexdigest()


def _revision(plan: Plan) -> str:
    """What a plan depends on, as it would be published: the procedure with what the site's overrides make of it."""
    return sha256(plan.procedure.model_dump_json(by_alias=True, exclude_unset=True).encode()).hexdigest()
