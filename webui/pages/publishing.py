"""Publishing a draft, and what was published: proposed, approved, taken back; rolled back, retired, renamed; compared."""

from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.changes import unified
from engine.drafts import Draft
from engine.receipts import Outcome
from engine.revisions import SITE
from engine.run.refusal import Refusal
from engine.wording import told
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.engaging import is_command_id
from webui.pages.procedures import authoring, draft_or_404, entry_or_404, names, shown_page
from webui.present import differing
from webui.present import procedures as shown
from webui.visitor import permitted, product, visitor

pages = Blueprint("publishing", __name__)
Answer = Response | WerkzeugResponse


@pages.post("/procedures/<path:name>/propose")
@permitted("publish")
def propose_post(name: str) -> Answer:
    """Propose the draft, for at once or for a time ahead."""
    draft, form = draft_or_404(name), request.form
    effect = _moment(form.get("effect", ""))
    if form.get("effect") and effect is None:
        return shown_page(name, told(Refusal("moment", facts={"gives": "date_and_time"}), visitor().language, names()), 422)
    note = form.get("note", "")[:1000]
    if form.get("aside") and note.strip():
        saved = authoring().set_aside(draft, note.strip(), visitor().actor.person)
        draft = saved if isinstance(saved, Draft) else saved.current
    return _answer(name, authoring().propose(draft, note, effect, visitor().actor, _command()), done="published")


@pages.post("/procedures/<path:name>/proposals/<int:number>/<act>")
@permitted("edit_procedures", "approve_publishing")
def decide_post(name: str, number: int, act: str) -> Answer:
    """Approve a proposal of the procedure, or take it back."""
    entry_or_404(name)
    one = authoring().proposals.now().get(number)
    if one is None or name not in one.revisions:
        abort(404)
    match act:
        case "approve":
            outcome = authoring().proposals.approve(number, visitor().actor, _command())
        case "withdraw":
            reason = request.form.get("reason", "")[:1000]
            outcome = authoring().proposals.withdraw(number, reason, visitor().actor, _command())
        case _:
            abort(404)
    authoring().settle()
    return _answer(name, outcome, done="published" if act == "approve" else None)


@pages.post("/procedures/<path:name>/retire")
@permitted("publish")
def retire_post(name: str) -> Answer:
    """Take a procedure out of use."""
    entry_or_404(name)
    return _answer(name, authoring().proposals.retire(name, request.form.get("reason", "")[:1000], visitor().actor, _command()))


@pages.post("/procedures/<path:name>/rename")
@permitted("publish")
def rename_post(name: str) -> Answer:
    """Give a procedure another name; its past goes with it, and so does its file."""
    entry_or_404(name)
    new = request.form.get("name", "").strip()
    if not shown.is_name(new):
        return shown_page(name, str(said().name_form), 422)
    outcome = authoring().rename(name, new, request.form.get("reason", "")[:1000], visitor().actor, _command())
    return _answer(name if isinstance(outcome, Refusal) else new, outcome)


@pages.post("/procedures/<path:name>/roll-back")
@permitted("publish")
def roll_back_post(name: str) -> Answer:
    """Make an old revision the draft's text: it goes the same way as any other change."""
    entry_or_404(name)
    digest = _revision(name, request.form.get("digest", ""))
    authoring().begin_from(name, digest, visitor().actor.person, str(said().rolled_back_to).format(digest=digest[:8]))
    return redirect(url_for("procedures.show_page", name=name), 303)


@pages.get("/procedures/<path:name>/history")
@permitted("edit_procedures", "approve_publishing")
def history_page(name: str) -> Response:
    """Every revision: who, when, why, what it changed."""
    found, engine = entry_or_404(name), product().engine
    issues = shown.issues_of(name, engine.directory.now(), lambda a, b: _summary(name, a, b), names(), engine.clock.now())
    former = engine.directory.now().renamed.names(name)[1:]
    title = shown.title_of(found, names())
    more = {"former": former, "csrf": csrf(), "fresh": fresh_id, "may": visitor().actor.may}
    return page("procedures/history.html", title, "desk", entry=found, title=title, issues=issues, **more)


@pages.get("/procedures/<path:name>/compare")
@permitted("edit_procedures", "approve_publishing")
def compare_page(name: str) -> Response:
    """What changed between two revisions, or between what is in force and the draft: in words, and line by line."""
    found = entry_or_404(name)
    before, after = (request.args.get(side, "") for side in ("a", "b"))
    old, new = _sides(name, before, after)
    return page(
        "procedures/compare.html",
        shown.title_of(found, names()),
        "desk",
        entry=found,
        title=shown.title_of(found, names()),
        changes=differing.told_between(old, new, product().engine.site, names()) if new is not None else (),
        is_unreadable=new is None,
        lines=tuple(unified(*_texts(name, before, after))),
        sides=(before[:8] or str(said().in_force), after[:8] or str(said().the_draft)),
    )


def _summary(name: str, before: str, after: str) -> str:
    old, new = _sides(name, before, after)
    return differing.told_in_one_line(old, new, product().engine.site, names()) if old is not None and new is not None else ""


def _sides(name: str, before: str, after: str) -> tuple[differing.Compared | None, differing.Compared | None]:
    """Two revisions; "" is what is in force before, and the draft after. None where nothing is, or the draft cannot be read."""
    published = product().engine.directory.now().published
    in_force = published[name].digest if name in published else ""
    old = _revision(name, before) if before else in_force
    if after:
        return _written(name, old), _written(name, _revision(name, after))
    examined = authoring().examine(name, draft_or_404(name).files)
    return _written(name, old), examined.site if name == SITE else examined.bound


def _written(name: str, digest: str) -> differing.Compared | None:
    """What a revision says."""
    engine = product().engine
    if not digest:
        return None
    return engine.shelf.site(digest) if name == SITE else engine.plan_of(digest).procedure


def _texts(name: str, before: str, after: str) -> tuple[str, str]:
    """The YAML of two revisions, told as `_between` does."""
    engine, published = product().engine, product().engine.directory.now().published
    in_force = published[name].digest if name in published else ""
    old = _revision(name, before) if before else in_force
    new = engine.shelf.text(_revision(name, after)) if after else draft_or_404(name).files.get(f"{name}.yaml", "")
    return engine.shelf.text(old) if old else "", new


def _revision(name: str, digest: str) -> str:
    """The digest of a revision of this very procedure. 404 for any other."""
    issued = product().engine.directory.now().issued.get(name, ())
    return next((one.digest for one in issued if digest and one.digest.startswith(digest)), "") or abort(404)


def _moment(text: str) -> datetime | None:
    """A time on the site's clock."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=product().engine.site.zone) if found.tzinfo is None else found


def _command() -> str:
    command = request.form.get("c", "")
    if not is_command_id(command):
        abort(400)
    return command


def _answer(name: str, outcome: Outcome, done: str | None = None) -> Answer:
    if isinstance(outcome, Refusal):
        status = 403 if outcome.code == "not_permitted" else 409 if outcome.code in ("overtaken", "file_changed") else 422
        is_failing = outcome.code == "scenarios_fail"
        return shown_page(name, told(outcome, visitor().language, names()), status, is_failing=is_failing)
    return redirect(url_for("procedures.show_page", name=name, done=done), 303)
