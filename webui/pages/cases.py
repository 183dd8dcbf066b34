"""Open cases as a list, and each case on a page of its own. Both show themselves anew; acts are done in the run."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.procedure.plan import Plan
from engine.review.cases import CaseRow, Cases
from engine.review.queries import RunRow
from engine.run.standing import Run
from webui.fragments import said
from webui.pages.engaging import every_plan, look_at, may_see, queries, run_for, run_if_current, run_or_left_out
from webui.pages.polling import everything, polled
from webui.present.asked import next_for_me
from webui.present.cases import CaseLine, CaseList, CasePage, Linked, case_line, case_page
from webui.present.looking import Look
from webui.visitor import product, signed_on, visitor

pages = Blueprint("cases", __name__)
NEAREST = 60  # cases looked at for what somebody is to do in them
_MINE = 30
_PART = 12  # of each part of the whole list
_PAGE = 50
_MOST_PAGES = 20


def cases_of(known: Mapping[str, Plan]) -> Cases:
    """The cases that concern this visitor, of every procedure `known`: with a part for them, or all for those who oversee."""
    who = visitor()
    kinds = (name for name, plan in known.items() if plan.procedure.kind == "case" and _concerns(plan))
    return Cases(who.engine.ledger, tuple(kinds), who.engine.renamed)


def _concerns(plan: Plan) -> bool:
    return bool(visitor().actor.may & {"see_now", "review"}) or not plan.parties.isdisjoint(visitor().actor.roles)


@pages.get("/cases")
@signed_on
def cases_page() -> Response:
    """Open cases: those that wait for me, those that are overdue, then the newest; or one part of that, page by page."""
    only, number = request.args.get("only", ""), request.args.get("page", "")
    only = only if only in ("overdue", "others") else ""
    wanted = min(int(number), _MOST_PAGES) if number.isascii() and number.isdecimal() and len(number) < 4 else 1
    known = ("cases", everything(), only, wanted)
    return polled("cases/list.html", "cases/_list.html", said().cases, "cases", known, lambda tag: _list(only, wanted or 1, tag))


def _list(only: str, number: int, tag: str) -> CaseList:
    cases, now = cases_of(every_plan()), product().engine.clock.now()
    if not cases.procedures:
        return CaseList(0, 0, (), (), (), only, 0, 0, tag)
    count, late_count = cases.count(), cases.count_overdue(now)
    if only:
        rows = (cases.overdue if only == "overdue" else cases.newest)(now, number * _PAGE + 1)
        here = tuple(_lines(rows[(number - 1) * _PAGE : number * _PAGE]))
        after = number + 1 if len(rows) > number * _PAGE and number < _MOST_PAGES else 0
        late, rest = (here, ()) if only == "overdue" else ((), here)
        return CaseList(count, late_count, (), late, rest, only, number - 1, after, tag)
    looks = (look for case in cases.nearest(visitor().actor.roles, NEAREST) if (look := _look_or_not(case.run)))
    mine = [case_line(look) for look in looks if may_see(visitor(), look.run) and next_for_me(look)][:_MINE]
    named = {line.run for line in mine}
    late, rest = (
        tuple(islice(_lines(case for case in rows if case.run.run not in named), _PART))
        for rows in (cases.overdue(now, _PART + _MINE), cases.newest(now, _PART + _MINE))
    )
    mine.sort(key=lambda line: line.tone != "overdue")
    return CaseList(count, late_count, tuple(mine), late, rest, only, 0, 0, tag)


def _lines(rows: Iterable[CaseRow]) -> Iterator[CaseLine]:
    for case in rows:
        look = _look_or_not(case.run)
        if look and may_see(visitor(), look.run):
            yield case_line(look)


def _look_or_not(row: RunRow) -> Look | None:
    run = run_or_left_out(product().engine, row.run, row.version)
    return look_at(visitor(), run) if run else None


def _look(row: RunRow) -> Look:
    return look_at(visitor(), run_if_current(product().engine, row.run, row.version))


@pages.get("/cases/<run>")
@signed_on
def case_page_view(run: str) -> Response | WerkzeugResponse:
    """One case: its clocks and its story."""
    found = run_for(visitor(), run, is_fresh=False)
    if found.plan.procedure.kind != "case":
        return redirect(url_for("runs.run_page_view", run=run), 303)
    is_newest_first = request.args.get("order") != "oldest"
    title = found.plan.procedure.title.into(visitor().language)
    shown = f"{title} {found.state.started.number or ''}".strip()
    known = ("case", queries().run_version(run), run, is_newest_first)
    return polled("cases/show.html", "cases/_case.html", shown, "case", known, lambda tag: _case(run, is_newest_first, tag))


def _case(run: str, is_newest_first: bool, tag: str) -> CasePage:
    engine = product().engine
    look = look_at(visitor(), engine.run(run))
    return case_page(look, engine.record(run), _linked(look.run), tag, is_newest_first=is_newest_first)


def _linked(run: Run) -> Iterator[Linked]:
    """The run it was started from, and those that were started from it."""
    origin = run.state.started.linked_from
    begun = [other for placed in run.plan.steps for other in run.state.step(placed.id).linked]
    rows = queries().rows([*([origin] if origin else []), *begun])
    for other, relation in ((origin, said().linked_from), *((one, said().linked_to) for one in begun)):
        if other and other in rows:
            yield _link(rows[other], relation)


def _link(row: RunRow, relation: str) -> Linked:
    look = _look(row)
    where = "cases.case_page_view" if look.run.plan.procedure.kind == "case" else "runs.run_page_view"
    tone = {"running": "due", "held": "waiting", "completed": "done"}.get(row.state, "skipped")
    return Linked(
        relation=str(relation),
        title=look.text(look.run.plan.procedure.title),
        number=row.number or "",
        word=str(getattr(said(), f"state_{row.state}")),
        tone="deviation" if row.open_deviations else tone,
        address=url_for(where, run=row.run) if may_see(visitor(), look.run) else "",
    )
