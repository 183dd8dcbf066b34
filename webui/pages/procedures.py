"""The procedures for those who may change them: the list, one of them with its draft; beginning and dropping a draft."""

from collections import Counter
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.authoring import Authoring, Entry, Examined
from engine.drafts import Draft
from engine.revisions import SITE
from engine.wording import Names
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.due import due_now
from webui.pages.engaging import queries
from webui.present import differing
from webui.present import procedures as shown
from webui.present.beginnings import Beginning, beginning_of
from webui.present.findings import Finding, findings
from webui.visitor import permitted, product, visitor

pages = Blueprint("procedures", __name__)
Answer = Response | WerkzeugResponse


def authoring() -> Authoring:
    """The supervisor's workbench."""
    found = current_app.extensions["authoring"]
    assert isinstance(found, Authoring)
    return found


def names() -> Names:
    """What people call things, in the visitor's language."""
    engine = product().engine
    return Names(visitor().language, engine.site, None, engine.directory.now().people)


def know_every_name(app: Flask) -> None:
    """Let the addresses of a procedure's pages hold under each name it had: a page may be open, or a link kept, since before."""
    app.url_value_preprocessor(_by_present_name)


def _by_present_name(_: str | None, values: dict[str, Any] | None) -> None:
    if values and "name" in values and request.path.startswith("/procedures/"):
        values["name"] = product().engine.renamed.present(values["name"])


def entry_or_404(name: str) -> Entry:
    """A procedure, or the site, by its name."""
    return authoring().entry(name) or abort(404)


def draft_or_404(name: str) -> Draft:
    """The open draft of a procedure."""
    return authoring().drafts.of(name) or abort(404)


@pages.get("/procedures")
@permitted("edit_procedures", "approve_publishing")
def list_page() -> Response:
    """Every procedure by place; first what waits for somebody, and what is broken."""
    authoring().settle()
    running = Counter(row.procedure for row in queries().open_runs(limit=100_000))
    query = request.args.get("q", "")[:100]
    engine = product().engine
    view = shown.list_page(authoring().entries(), running, engine.site, names(), engine.clock.now(), query, visitor().place or "")
    more = {"may_edit": "edit_procedures" in visitor().actor.may, "due": due_now(names())}
    return page("procedures/list.html", said().procedures, "desk", view=view, **more)


@pages.get("/procedures/<path:name>")
@permitted("edit_procedures", "approve_publishing")
def show_page(name: str) -> Response:
    """One procedure: what is in use, what its file says, its draft and what that changes, what is proposed, who runs it."""
    authoring().settle()
    return shown_page(name)


def _failing(name: str, draft: Draft | None, examined: Examined | None) -> tuple[str, ...]:
    """The scenarios that do not hold on a draft that could be published: known before somebody presses the button."""
    if draft is None or draft.state != "open" or examined is None or examined.errors:
        return ()
    return tuple(one.title.into(visitor().language) for one in authoring().try_scenarios(examined, name) if one.misses)


def _unplayed(name: str, examined: Examined | None) -> tuple[str, ...]:
    """The scenarios that publishing the draft takes out of what is checked: whoever approves it reads that."""
    titles = authoring().no_longer_played(examined, name) if examined and not examined.errors else ()
    return tuple(title.into(visitor().language) for title in titles)


def shown_page(name: str, sentence: str = "", status: int = 200, *, is_failing: bool = False) -> Response:
    """The page of a procedure, with what was refused; what was typed is taken from the request again."""
    found, who, engine = entry_or_404(name), visitor(), product().engine
    now, named = engine.clock.now(), names()
    rows = [row for row in queries().open_runs(limit=100_000) if row.procedure == name]
    examined = authoring().examine(name, found.draft.files) if found.draft else None
    changes = told_of(name, examined)
    proposal = found.proposal and shown.proposal_view(found.proposal, who.actor.person, who.actor.may, engine.site, named, now)
    is_new, is_moved = authoring().changed_since(found.draft) if found.draft else (False, False)
    tone, word = shown.tone_of(found, named, now)
    return page(
        "procedures/show.html",
        shown.title_of(found, named),
        "desk",
        status,
        entry=found,
        title=shown.title_of(found, named),
        tone=tone,
        word=word,
        changes=changes or (),
        is_unreadable=found.draft is not None and changes is None,
        mistakes=shown.mistakes(found.errors, named),
        proposal=proposal,
        is_overtaken=is_new,
        is_file_changed=is_moved,
        old_runs=sum(1 for row in rows if found.published and row.revision != found.published.digest),
        runs=len(rows),
        sentence=sentence,
        done=_done(found, sum(1 for row in rows if found.published and row.revision != found.published.digest)),
        failing=_failing(name, found.draft, examined),
        unplayed=_unplayed(name, examined),
        is_refused=is_failing,
        hints=_hints(found, examined),
        typed=request.form,
        may=who.actor.may,
        four_eyes=engine.site.four_eyes,
        csrf=csrf(),
        fresh=fresh_id,
        is_site=name == SITE,
        begins=_begins(found, examined),
        due=tuple(one for one in due_now(named) if one.procedure == name),
    )


def _hints(entry: Entry, examined: Examined | None) -> tuple[Finding, ...]:
    """What is worth a look in a new procedure: the page of its checks is not opened by everybody before the first publishing."""
    if entry.published or entry.draft is None or examined is None or entry.name == SITE:
        return ()
    text, may_edit = entry.draft.files.get(f"{entry.name}.yaml", ""), "edit_procedures" in visitor().actor.may
    found = findings(examined.diagnostics, entry.name, text, names(), may_edit=may_edit)
    return tuple(one for one in found if one.tone == "waiting")


def _done(entry: Entry, old_runs: int) -> str:
    """What came of publishing just now, as it stands: in force or waiting. Nothing where nobody asks."""
    is_asked = request.method == "GET" and request.args.get("done") == "published"
    return shown.published_told(entry, old_runs, names(), product().engine.clock.now()) if is_asked else ""


def _begins(entry: Entry, examined: Examined | None) -> Beginning | None:
    """Where it is begun and by whom: the draft where there is one that can be read, else what is in force."""
    engine = product().engine
    plan = engine.plan(entry.name) if entry.published and entry.name != SITE else None
    written = examined.procedure if examined else plan.procedure if plan else None
    if entry.name == SITE or written is None:
        return None
    staff = (one.roles for one in engine.directory.now().people.values() if one.is_active)
    held = {role for roles in staff for role in engine.site.all_roles(roles)}
    return beginning_of(written, engine.site, held, set(visitor().actor.roles), names())


def told_of(name: str, examined: Examined | None) -> tuple[differing.Told, ...] | None:
    """What a draft changes of what is in force, in words; all it is, where nothing ever was. None where it cannot be read."""
    if examined is None:
        return ()
    engine = product().engine
    if name == SITE:
        return differing.told_between(engine.site, examined.site, engine.site, names()) if examined.site else None
    plan = engine.plan(name)
    old = plan.procedure if plan else None
    return differing.told_between(old, examined.bound, engine.site, names()) if examined.bound else None


@pages.post("/procedures/<path:name>/begin")
@permitted("edit_procedures")
def begin_post(name: str) -> Answer:
    """Begin a draft of what the file says, or go on with the one there is."""
    entry_or_404(name)
    authoring().begin(name, visitor().actor.person)
    way = request.form.get("way", "")
    return redirect(url_for(f"{way}.{way[:-1]}_page" if way in ("figures", "texts") else "procedures.show_page", name=name), 303)


@pages.post("/procedures/<path:name>/drop")
@permitted("edit_procedures")
def drop_post(name: str) -> Answer:
    """Drop the draft; its texts stay among its versions."""
    draft = draft_or_404(name)
    if draft.state == "proposed":
        return shown_page(name, str(said().withdraw_first), 422)
    authoring().drafts.close(draft.id, "dropped")
    return redirect(url_for("procedures.list_page"), 303)


@pages.post("/procedures/<path:name>/rebase")
@permitted("edit_procedures")
def rebase_post(name: str) -> Answer:
    """Go on from what is in force and in the folder now, with the draft's own text or with the file's."""
    draft = draft_or_404(name)
    if request.form.get("take") == "theirs" and authoring().folder.read(f"{name}.yaml") is not None:
        texts = authoring().texts(name)
        authoring().drafts.save(draft.id, draft.version, texts, visitor().actor.person, str(said().took_theirs))
    authoring().drafts.rebase(draft.id, authoring().base(name))
    return redirect(url_for("procedures.show_page", name=name), 303)
