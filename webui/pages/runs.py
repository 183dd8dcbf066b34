"""A run on the tablet: every act is a form that works without script; with htmx the answer is what changed and nothing else."""

from collections.abc import Iterator

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.drafting import event_of
from engine.procedure.plan import Placed, Plan
from engine.procedure.step import fields_of
from engine.receipts import Receipt
from engine.run import commands
from engine.run.refusal import Refusal
from engine.run.standing import Run
from engine.run.view import view_step
from webui.exchange import asked
from webui.forms import Given, act_name, deviation_act, first, run_act, step_act
from webui.fragments import as_drawn, fragment, is_fragment, page, rendered
from webui.pages.cards import shown_from
from webui.pages.engaging import (
    give,
    given,
    look_at,
    open_list,
    photos_kept,
    queries,
    run_for,
    run_if_current,
    with_photos,
)
from webui.pages.pinning import pin_given
from webui.pages.records import record_answer
from webui.present.changes import Changes, changes_after, changes_since
from webui.present.judging import asked_about, back_of, is_shown
from webui.present.listed import NOT_ASKED
from webui.present.looking import NO_MISTAKE, Look, Mistake, mistake_of
from webui.present.opening import current
from webui.present.runs import bar_of, reported_of, run_page
from webui.present.steps import pane
from webui.stencils import drawn, fitted
from webui.visitor import Visitor, product, signed_on, visitor

pages = Blueprint("runs", __name__)
_PANELS = ("mark", "photo", "row", "extend")
_LISTING = ("read", "register")  # the kinds of steps that show what is open elsewhere
Answer = Response | WerkzeugResponse


@pages.get("/runs/<run>")
@signed_on
def run_page_view(run: str) -> Answer:
    """The run with its current step open, or the one named by `at`; one that is over only while its review is back with staff."""
    found = run_for(visitor(), run)
    if not is_shown(found, visitor().actor.roles):
        return redirect(url_for("records.record_page", run=run), 303)
    at = request.args.get("at", "")
    return _page(look_at(visitor(), found), at if at in found.plan.by_id else "", panel=_panel())


def _page(look: Look, at: str, mistake: Mistake = NO_MISTAKE, status: int = 200, panel: str = "") -> Response:
    opened = at or asked_about(look) or current(look)
    is_of_run = not at and not mistake.deviation
    here, refused = (NO_MISTAKE, mistake) if is_of_run else (mistake, NO_MISTAKE)
    view = run_page(look, opened, here, panel, open_list(visitor(), look, opened), refused)
    return page("runs/show.html", view.title, "run", status, view=view)


def _panel() -> str:
    panel = request.args.get("panel", "")
    return panel if panel in _PANELS else ""


@pages.get("/runs/<run>/steps/<step>")
@signed_on
def step_view(run: str, step: str) -> Answer:
    """One step, open."""
    found = run_for(visitor(), run)
    if step not in found.plan.by_id:
        abort(404)
    if not is_fragment():
        return redirect(url_for("runs.run_page_view", run=run, at=step, panel=_panel() or None, _anchor=f"s-{step}"), 303)
    return _step(look_at(visitor(), found), step, NO_MISTAKE, 200, _panel())


def _step(look: Look, step: str, mistake: Mistake, status: int, panel: str = "") -> Response:
    view = view_step(look.run, look.run.plan.by_id[step], look.actor, look.now)
    listed = open_list(visitor(), look, step)
    shown = pane(look, view, is_open=True, mistake=mistake, panel=panel, listed=listed)
    return fragment("runs/_step.html", status, step=shown)


@pages.post("/runs/<run>/steps/<step>")
@signed_on
def step_post(run: str, step: str) -> Answer:
    """Do something on a step."""
    who, form = visitor(), given()
    before = run_for(who, run, is_fresh=False)
    placed = before.plan.by_id.get(step)
    if placed is None:
        abort(404)
    act = _act(before.plan, placed, form)
    outcome = act if isinstance(act, Refusal) else give(who, run, act, form)
    return _answered(who, run, step, outcome, form, before)


def _act(plan: Plan, placed: Placed, form: Given) -> commands.Act | Refusal:
    is_signing = act_name(form) == "sign"
    wrong = pin_given(form, placed.id) if is_signing else None
    photos = wrong or (photos_kept(placed.id) if asked().files else ())
    if isinstance(photos, Refusal):
        return photos
    full = with_photos(fields_of(placed.step), form, placed.id)
    if isinstance(full, Refusal):
        return full
    return step_act(placed, full, photos, plan.site.zone, verified=is_signing)


@pages.post("/runs/<run>/deviations/<deviation>")
@signed_on
def deviation_post(run: str, deviation: str) -> Answer:
    """Act on a deviation, measure again, accept it."""
    who, form = visitor(), given()
    before = run_for(who, run, is_fresh=False)
    found = before.state.deviations.get(deviation) or who.engine.run(run).state.deviations.get(deviation)
    if found is None:
        abort(404)
    act = deviation_act(deviation, form)
    outcome = act if isinstance(act, Refusal) else give(who, run, act, form)
    return _answered(who, run, before.plan.owner.get(found.step, ""), outcome, form, before, deviation)


def _answered(
    who: Visitor, run: str, step: str, outcome: Receipt | Refusal, form: Given, before: Run, deviation: str = ""
) -> Answer:
    """What the tablet gets for an act: the fragments that changed, or the page to go back to; a refusal where it was asked."""
    version = outcome.version if isinstance(outcome, Receipt) else 0
    look = look_at(who, run_if_current(who.engine, run, version))
    if isinstance(outcome, Refusal):
        mistake = mistake_of(outcome, look.names, form, act_name(form), deviation)
        return _refused(look, step, mistake, 409 if mistake.is_stale else 422)
    if not is_fragment():
        return redirect(_after(look, step), 303)
    if not step:
        return _reported(look, NO_MISTAKE, 200)
    seen = _number(first(form, "seen"), before.state.version)
    answer = fitted(_with_list(who, look, changes_after(look, step, before, seen)), seen, look.names.language)
    response = as_drawn(answer.html)
    if answer.to_open or answer.has_more:
        response.headers["HX-Trigger-After-Settle"] = f'{{"more":{{"step":"{answer.to_open}"}}}}'
    return response


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def _with_list(who: Visitor, look: Look, changes: Changes) -> Changes:
    """A step that opens and reads what is open needs the list; no other does."""
    opened = changes.opened
    if opened is None or opened.face.kind not in _LISTING:
        return changes
    listed = open_list(who, look, opened.id)
    if listed is NOT_ASKED:
        return changes
    view = view_step(look.run, look.run.plan.by_id[opened.id], look.actor, look.now)
    return changes._replace(opened=pane(look, view, is_open=True, is_oob=True, listed=listed))


def _after(look: Look, step: str) -> str:
    """Where to go without script: the step that is open now."""
    changes = changes_after(look, step, look.run) if step else None
    first_open = changes.first if changes and changes.first and changes.first.inside else None
    opened = first_open or (changes.opened if changes else None)
    at = opened.id if opened else None
    return url_for("runs.run_page_view", run=look.run.state.run, at=at, _anchor=f"s-{at}" if at else "bar")


def _refused(look: Look, step: str, mistake: Mistake, status: int) -> Answer:
    if not is_fragment() and mistake.deviation and not is_shown(look.run, look.actor.roles):
        return record_answer(look, mistake, status)
    if not is_fragment():
        return _page(look, step, mistake, status)
    return _step(look, step, mistake, status) if step else _reported(look, mistake, status)


def _reported(look: Look, mistake: Mistake, status: int) -> Response:
    return fragment("runs/_reported.html", status, reported=reported_of(look, mistake), bar=bar_of(look, is_oob=True))


@pages.post("/runs/<run>/<any(hold, resume, complete, abandon, report, sign, answer):act>")
@signed_on
def run_post(run: str, act: str) -> Answer:
    """Hold, resume, complete or abandon the run; report something; sign the closing of a case; answer its review."""
    who, form = visitor(), given()
    found = run_for(who, run, is_fresh=False)
    wrong = pin_given(form) if act == "sign" else None
    wanted = wrong or run_act(act, form, verified=act == "sign")
    outcome = wanted if isinstance(wanted, Refusal) else give(who, run, wanted, form)
    if isinstance(outcome, Receipt):
        return redirect(_where(run, act), 303)
    look = look_at(who, who.engine.run(found.state.run))
    mistake = mistake_of(outcome, look.names, form, act)
    if act == "answer" and not is_shown(look.run, look.actor.roles):
        return record_answer(look, mistake, 422)
    return _page(look, "", mistake, 422)


def _where(run: str, act: str) -> str:
    if act in ("complete", "abandon", "answer"):
        return url_for("records.record_page", run=run)
    return url_for("runs.run_page_view", run=run, _anchor="bar" if act == "sign" else None)


@pages.get("/runs/<run>/changes")
@signed_on
def changes_view(run: str) -> Answer:
    """What others did since the version seen, and the steps in `due`, whose time has come; 204 where nothing."""
    seen, at, due = _number(request.args.get("v", ""), -1), request.args.get("at", ""), request.args.getlist("due")
    if seen < 0:
        abort(400)
    version = queries().run_version(run)
    if version is not None and version <= seen and not due:
        run_for(visitor(), run, is_fresh=False)
        return Response(status=204)
    who = visitor()
    look = look_at(who, run_for(who, run))
    if not is_shown(look.run, look.actor.roles):
        response = Response(status=204)
        response.headers["HX-Redirect"] = url_for("records.record_page", run=run)
        return response
    html = drawn(_with_list(who, look, changes_since(look, seen, at, {*due, *_touched(run, seen)})), look.names.language)
    mark = look.run.state.review.mark
    is_news = mark is not None and mark.seq > seen
    return as_drawn(html + rendered("runs/_back.html", back=back_of(look, is_oob=True)) if is_news else html)


def _touched(run: str, seen: int) -> Iterator[str]:
    """The steps of which something was recorded since: what time does, and more time asked for, is no answer and has no mark."""
    for recorded in product().engine.ledger.log.stream(run, seen):
        step = getattr(event_of(recorded), "step", "")
        if step:
            yield step


@pages.get("/runs/<run>/cards/<card>")
@signed_on
def card_view(run: str, card: str) -> Answer:
    """A reference card: in a dialog, or on a page of its own."""
    found = run_for(visitor(), run)
    return shown_from(found.state.started.procedure, found.plan, card, url_for("runs.run_page_view", run=run))
