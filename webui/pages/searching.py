"""Runs found by whatever is known of them; every condition stands in the address. Searches are kept under a name."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.review.find import PAGE, Finder
from engine.review.search import Search
from engine.review.views import LONGEST, Views
from engine.wording import Names
from webui.fragments import csrf, page, said
from webui.pages.engaging import plans
from webui.present import searching as shown
from webui.present.asking import HERE, Asked, asked, turn_of
from webui.present.reviewing import tabs
from webui.present.runlist import Ground
from webui.visitor import permitted, product, visitor

pages = Blueprint("searching", __name__)
Answer = Response | WerkzeugResponse


def _args() -> dict[str, list[str]]:
    return request.args.to_dict(flat=False)


@pages.get("/review/runs")
@permitted("review")
def find_page() -> Response:
    """The runs of a search, page by page."""
    return _find(asked(_args()))


def _find(wanted: Asked, mistake: str = "", status: int = 200) -> Response:
    engine, who, finder = product().engine, visitor(), Finder(product().engine.ledger)
    names = Names(who.language, engine.site, None, engine.directory.now().people)
    ground, search, w = Ground(names, engine.clock.now(), plans()), wanted.search(engine.site), said()
    found = _turned(finder, wanted, search)
    view = shown.FindPage(
        tabs=tabs("find", who.actor.may, who.language),
        asked=wanted,
        choices=shown.choices(ground, wanted),
        chips=tuple(shown.chips(ground, wanted)),
        lines=tuple(shown.lines(ground, found.rows)),
        count=shown.count_text(finder.count(search), who.language),
        previous=found.previous,
        following=found.following,
        first=wanted.address() if found.previous else "",
        saved=tuple(_saved(shown.query_of(wanted))),
        missed=shown.missed_address(wanted),
        mistake=mistake or _mistake(wanted),
        query=shown.query_of(wanted),
        csrf=csrf(),
    )
    return page("review/find.html", str(w.review_find), "review", status, view=view)


def _turned(finder: Finder, wanted: Asked, search: Search) -> shown.Turned:
    """The page that was turned to. What lies before it and fills no page is the first one, which is whole."""
    key, is_back = turn_of(_args())
    rows = finder.page(search, key, PAGE + 1, is_back=is_back)
    if is_back and len(rows) <= PAGE:
        key, is_back, rows = None, False, finder.page(search, None, PAGE + 1)
    return shown.turned(wanted, rows, key, PAGE, is_back=is_back)


def _mistake(wanted: Asked) -> str:
    w = said()
    if wanted.is_backwards:
        return str(w.find_backwards)
    return str(w.find_figure_missing) if wanted.faulty else ""


def _saved(query: str) -> list[shown.SavedView]:
    person = visitor().actor.person
    found = Views(product().engine.ledger).of(person)
    return [
        shown.SavedView(one.view, one.title, f"{HERE}?{one.query}", one.person == person, one.is_shared, one.query == query)
        for one in found
    ]


@pages.post("/review/runs/views")
@permitted("review")
def keep_post() -> Answer:
    """Keep the search under a name; or rename or forget one that was kept."""
    views, person, title = Views(product().engine.ledger), visitor().actor.person, request.form.get("title", "").strip()
    view, act = request.form.get("view", ""), request.form.get("act", "keep")
    wanted = asked(_args())
    if act == "forget":
        views.drop(person, view)
    elif not title or len(title) > LONGEST:
        return _find(wanted, str(said().find_name_wanted).format(most=LONGEST), 422)
    elif act == "rename":
        views.rename(person, view, title)
    else:
        try:
            views.keep(person, title, shown.query_of(wanted), product().engine.clock.now(), is_shared="shared" in request.form)
        except ValueError:
            return _find(wanted, str(said().find_too_many), 422)
    return redirect(url_for("searching.find_page") + (f"?{shown.query_of(wanted)}" if wanted.is_anything else ""), 303)
