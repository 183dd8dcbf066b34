"""Now: everything under way at the site on one page, for those who oversee. It shows itself anew, and costs nothing meanwhile."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.review.cases import Cases
from engine.review.posts import last_handover
from engine.review.queries import DeviationRow, RunRow
from engine.review.working import at_work
from engine.wording import Names
from webui.fragments import said
from webui.pages.due import due_now
from webui.pages.engaging import look_at, plans, queries, retired_plans, run_or_left_out
from webui.pages.polling import everything, polled
from webui.present import now as shown
from webui.present.agenda import when_wanted
from webui.present.gates import GateView, Looks, gated, gates_of
from webui.present.posts import Post, post_of
from webui.present.schedule import anchor
from webui.visitor import permitted, product, visitor

pages = Blueprint("now", __name__)
_MOST = 120  # deviations and cases that are told of
_MOST_RUNS = 400
_NEAR = timedelta(hours=24)  # a case's deadline so near is shown
_LATELY = timedelta(hours=1)
_DAY = timedelta(days=1)


@pages.get("/now")
@permitted("see_now", on_screens=True)
def now_page() -> Response:
    """Every place as a card, or one; a wall screen shows it without anybody signed on.

    Asked again with the ETag it answers 304 until something changed, or a minute has passed.
    """
    place = request.args.get("place", "")
    place = place if place in product().engine.site.places else ""
    known = ("now", everything(), place)
    return polled("now/show.html", "now/_now.html", said().on_site, "now", known, lambda tag: _page(place, tag))


def _page(place: str, tag: str) -> shown.NowPage:
    engine, who, known = product().engine, visitor(), plans()
    site, now, every = engine.site, engine.clock.now(), {**retired_plans(), **known}
    looks = Looks(None, who.actor, now, Names(who.language, site, None, engine.directory.now().people), said())
    rows = queries().open_runs(limit=_MOST_RUNS, but=_of_kind(every, "case"))
    lists = _lists(looks, known, every, rows)
    gates, seen = _gates(looks, known, every, rows), at_work(engine.ledger, now - _LATELY)
    told = {one.place for some in (lists.deviations, lists.running, lists.cases) for one in some}
    wanted = (place,) if place else (*site.places, *(told - site.places.keys()))
    posts = {known[name].procedure.place for name in _of_kind(known, "handover")}
    cards = (
        shown.card(_at(looks, one), one, lists, gates.get(one, ()), _post(looks, one, every, rows, posts), seen.get(one, ()))
        for one in wanted
    )
    local = now.astimezone(site.zone)
    return shown.NowPage(
        at=f"{local:%Y-%m-%d} {getattr(said(), f'weekday_{local.weekday()}')} {local:%H:%M}",
        place=place,
        places=tuple((name, found.title.into(who.language)) for name, found in site.places.items()),
        sums=shown.sums(looks, lists.of(place) if place else lists),
        cards=tuple(cards),
        etag=tag,
        is_screen=who.person is None,
    )


def _of_kind(known: Mapping[str, Plan], kind: str) -> list[str]:
    return [name for name, plan in known.items() if plan.procedure.kind == kind]


def _at(looks: Looks, place: str) -> Looks:
    return Looks(place, looks.actor, looks.now, looks.names, looks.w)


def _post(looks: Looks, place: str, known: Mapping[str, Plan], rows: list[RunRow], posts: set[str]) -> Post | None:
    if place not in posts:
        return None
    return post_of(_at(looks, place), last_handover(product().engine.ledger, place), rows, known)


def _gates(
    looks: Looks, known: Mapping[str, Plan], every: Mapping[str, Plan], rows: list[RunRow]
) -> dict[str, tuple[GateView, ...]]:
    """The gates by place."""
    found: dict[str, tuple[GateView, ...]] = {}
    directory = product().engine.directory.now()
    places = gated(known, every, directory, rows, looks.now)
    for gate in gates_of(looks, places, every, directory, rows, {}):
        place = places[gate.procedure]
        found[place] = (*found.get(place, ()), gate)
    return found


def _lists(looks: Looks, known: Mapping[str, Plan], every: Mapping[str, Plan], rows: list[RunRow]) -> shown.Lists:
    """What is told of: what is under way of every procedure, what is wanted of those in force."""
    engine, cases = product().engine, _of_kind(every, "case")
    others = Cases(engine.ledger, [name for name in every if name not in cases], engine.renamed)
    due = {one.run.run: one.due_at for one in others.overdue(looks.now + shown.AHEAD, _MOST_RUNS) if one.due_at}
    near = Cases(engine.ledger, cases, engine.renamed).overdue(looks.now + _NEAR, _MOST) if cases else []
    wanted = list(_wanted(looks, known, {row.procedure for row in rows}))
    return shown.Lists(
        deviations=list(_deviations(every)),
        unbegun=[line for line in wanted if line.is_late],
        running=list(shown.running(looks, rows, every, due)),
        cases=list(shown.cases(looks, near, every)),
        coming=[line for line in wanted if not line.is_late],
        reviews=[shown.review(one, n) for n, one in enumerate(due_now(looks.names))] if _may_see_to_it(looks) else [],
    )


def _may_see_to_it(looks: Looks) -> bool:
    return not looks.actor.may.isdisjoint(("edit_procedures", "approve_publishing"))


def _deviations(known: Mapping[str, Plan]) -> Iterator[shown.Line]:
    """Open deviations with who must act: of each run that has some, all by one look."""
    by_run: dict[str, list[DeviationRow]] = {}
    for row in queries().open_deviations()[:_MOST]:
        by_run.setdefault(row.run, []).append(row)
    rows, engine, who = queries().rows(by_run), product().engine, visitor()
    for run, some in by_run.items():
        known_run = run_or_left_out(engine, run, rows[run].version)
        if known_run is None:
            continue
        look = look_at(who, known_run)
        for row in some:
            found = look.run.state.deviations.get(row.deviation)
            if found is not None:
                yield shown.deviation(look, found, shown.where(row.place, known.get(row.procedure), engine.site.places))


def _wanted(looks: Looks, known: Mapping[str, Plan], under_way: set[str]) -> Iterator[shown.Line]:
    """Times of schedules that nobody has begun, of those wanted by now or within two hours."""
    engine, now = product().engine, looks.now
    published, scheduled = (
        engine.directory.now().published,
        {name: plan for name, plan in known.items() if plan.procedure.schedule},
    )
    begun, given = queries().last_begun(scheduled), queries().assignments(now - _DAY, now + shown.AHEAD)
    for name, plan in scheduled.items():
        state, text, at = when_wanted(plan, published[name].first_at, begun.get(name), now, looks.names)
        is_far = at is None or at > now + shown.AHEAD
        if is_far or (state == "later" and name in under_way):
            continue
        assert at is not None
        yield shown.wanted(looks, plan, (state, text, at), given.get((name, at), ""), _on_schedule(name, at, engine.site))


def _on_schedule(name: str, at: datetime, site: Site) -> str:
    day = at.astimezone(site.zone).date().isoformat()
    return f"/schedule?from={day}&days=1#{anchor(name, at)}"
