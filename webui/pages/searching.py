"""Runs found by whatever is known of them; every condition stands in the address. Searches are kept under a name."""

from dataclasses import replace
from urllib.parse import parse_qs

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.review.called import called, revision_called
from engine.review.find import PAGE, Finder
from engine.review.fitting import correctors, matched, units_of
from engine.review.search import Search
from engine.review.views import LONGEST, View, Views
from engine.wording import Names
from webui.fragments import csrf, fragment, is_fragment, page, said
from webui.pages.engaging import every_name, plans, retired_plans
from webui.present import searching as shown
from webui.present.asking import HERE, LONGEST_FIGURE, MOST, Args, Asked, asked, is_too_long, is_too_many, strange, turn_of
from webui.present.asking import LONGEST as LONGEST_SOUGHT
from webui.present.reviewing import tabs
from webui.present.runlist import Ground
from webui.present.seeking import choices
from webui.present.spans import days, spans
from webui.present.strange import told
from webui.visitor import permitted, product, visitor

pages = Blueprint("searching", __name__)
Answer = Response | WerkzeugResponse


def _args() -> Args:
    return request.args.to_dict(flat=False)


@pages.get("/review/runs")
@permitted("review")
def find_page() -> Answer:
    """The runs of a search, page by page; while somebody fills in the form, what was found alone.

    The form as it is sent names every field; the page's own address names what holds.
    """
    engine, wanted = product().engine, asked(_args())
    present, revision = engine.renamed.present(wanted.procedure), revision_called(engine.ledger, wanted.revision)
    wanted = replace(wanted, procedure=present, revision=revision)
    if is_fragment():
        return _narrowed(wanted)
    if "of" in request.args and not _left_out():
        return redirect(wanted.address(), 303)
    return _find(wanted)


def _narrowed(wanted: Asked) -> Response:
    """What is found so far; with what can be asked of another procedure, where another was chosen."""
    is_other = request.args.get("of", "") != wanted.procedure
    view = _view(wanted, _mistake(wanted, is_typing=True))
    answer = fragment("review/_narrowed.html" if is_other else "review/_found.html", view=view)
    answer.headers["HX-Replace-Url"] = wanted.address()
    return answer


def _find(wanted: Asked, mistake: str = "", status: int = 200) -> Response:
    title, typed = f"{said().review_find} · {said().review}", request.form.get("title", "") if mistake else ""
    return page("review/find.html", title, "review", status, view=_view(wanted, mistake or _mistake(wanted)), typed=typed)


def _view(wanted: Asked, mistake: str) -> shown.FindPage:
    engine, who, finder = product().engine, visitor(), Finder(product().engine.ledger, product().engine.renamed)
    names = Names(who.language, engine.site, None, engine.directory.now().people)
    former = retired_plans()
    chosen = {name: plan for name, plan in former.items() if name == wanted.procedure}
    ground = Ground(names, engine.clock.now(), {**plans(), **chosen}, engine.unplayed.known())
    search = wanted.search(engine.site)
    today = ground.now.astimezone(engine.site.zone).date()
    found, meant = _turned(finder, wanted, search), called(engine.ledger, wanted.words) if wanted.words else []
    every = replace(ground, plans=every_name())
    return shown.FindPage(
        tabs=tabs("find", who.actor.may, who.language),
        asked=wanted,
        choices=choices(ground, wanted, {name: plan.procedure.title.into(who.language) for name, plan in former.items()}),
        chips=tuple(shown.chips(ground, wanted)),
        lines=tuple(shown.lines(every, wanted, found.rows, _beside(search, [one.row.run for one in found.rows]))),
        units=tuple(shown.units_told(ground, wanted, units_of(engine.ledger, search))),
        count=shown.count_text(finder.count(search), who.language),
        previous=found.previous,
        following=found.following,
        first=wanted.address() if found.previous else "",
        saved=tuple(_saved(shown.query_of(wanted), names)),
        called=tuple(shown.called_lines(ground, meant)),
        days=days(wanted, today, who.language),
        spans=spans(wanted, today, who.language),
        missed=shown.missed_address(wanted),
        mistake=mistake,
        query=shown.query_of(wanted),
        csrf=csrf(),
    )


def _beside(search: Search, runs: list[str]) -> shown.Beside:
    """What is told of the runs of a page beside their rows."""
    ledger = product().engine.ledger
    return shown.Beside(matched(ledger, search, runs), correctors(ledger, runs) if search.is_amended else {})


def _turned(finder: Finder, wanted: Asked, search: Search) -> shown.Turned:
    """The page that was turned to. What lies before it and fills no page is the first one, which is whole."""
    key, is_back = turn_of(_args())
    rows = finder.page(search, key, PAGE + 1, is_back=is_back)
    if is_back and len(rows) <= PAGE:
        key, is_back, rows = None, False, finder.page(search, None, PAGE + 1)
    return shown.turned(wanted, rows, key, PAGE, is_back=is_back)


def _mistake(wanted: Asked, *, is_typing: bool = False) -> str:
    """What keeps a condition from holding; a figure that is still to come is none while somebody types."""
    w, faulty = said(), [one for one in wanted.faulty if one.figure or one.high or not is_typing]
    if wanted.is_backwards or wanted.is_crossed:
        return str(w.find_backwards if wanted.is_backwards else w.find_crossed)
    strange_told = told(strange(_args()), Names(visitor().language))
    return _left_out() or (str(w.find_figure_missing) if faulty else strange_told)


def _left_out() -> str:
    """What of the address is not heeded, as a sentence."""
    w, args = said(), _args()
    if is_too_many(args):
        return str(w.find_most_conditions).format(most=MOST)
    return str(w.find_too_long).format(most=LONGEST_SOUGHT, figure=LONGEST_FIGURE) if is_too_long(args) else ""


# -- searches that are kept ------------------------------------------------------------------------------------------------


def _saved(query: str, names: Names) -> list[shown.SavedView]:
    person = visitor().actor.person
    return [_kept(one, query, person, names) for one in Views(product().engine.ledger).of(person)]


def _kept(one: View, query: str, person: str, names: Names) -> shown.SavedView:
    is_own, by = one.person == person, names.person(one.person)
    return shown.SavedView(one.view, one.title, f"{HERE}?{one.query}", by, is_own, one.is_shared, one.query == query)


@pages.post("/review/runs/views")
@permitted("review")
def keep_post() -> Answer:
    """Keep the search under a name; or rename, share or forget one that was kept."""
    views, person, title = Views(product().engine.ledger), visitor().actor.person, request.form.get("title", "").strip()
    view, act, wanted = request.form.get("view", ""), request.form.get("act", "keep"), _kept_search()
    if act == "forget":
        views.drop(person, view)
    elif act in ("share", "unshare"):
        views.share(person, view, is_shared=act == "share")
    elif not title or len(title) > LONGEST:
        return _find(wanted, str(said().find_name_wanted).format(most=LONGEST), 422)
    elif act == "rename":
        views.rename(person, view, title)
    elif not wanted.is_anything:
        return _find(wanted, str(said().find_keep_first), 422)
    else:
        try:
            views.keep(person, title, shown.query_of(wanted), product().engine.clock.now(), is_shared="shared" in request.form)
        except ValueError:
            return _find(wanted, str(said().find_too_many), 422)
    return redirect(wanted.address(), 303)


def _kept_search() -> Asked:
    """The search that the page showed: it stands in the form, or in the address."""
    return asked(parse_qs(request.form["query"], keep_blank_values=True) if "query" in request.form else _args())
