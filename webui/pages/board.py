"""Today: one tap starts what is due, and everything that waits for this person is in sight. Polled cheaply with an ETag."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.procedure.plan import Plan
from engine.procedure.step import Start
from engine.receipts import Receipt
from engine.review.posts import last_handover
from engine.review.queries import RunRow
from engine.review.queue import Queue
from engine.run import commands
from engine.run.answer import Answer
from engine.run.refusal import Refusal
from engine.run.standing import Run
from engine.run.view import view_step
from engine.wording import Names
from webui.forms import Given, first
from webui.fragments import csrf, fresh_id, page, said
from webui.pages.cases import NEAREST, cases_of
from webui.pages.engaging import (
    given,
    is_command_id,
    look_at,
    plans,
    queries,
    retired_plans,
    run_for,
    run_or_left_out,
    with_photos,
)
from webui.pages.notices import not_delivered, notices, put_aside, without
from webui.pages.polling import everything, polled
from webui.present import board, starting
from webui.present.agenda import Startable, by_place, by_urgency, clause_of, in_two_tiers, when_wanted
from webui.present.cases import case_line
from webui.present.faces import faces_of
from webui.present.fields import input_of
from webui.present.gates import Looks, gated, gates_of
from webui.present.looking import NO_MISTAKE, Mistake, mistake_of
from webui.present.people import refused_sign_ons
from webui.present.pin_resets import others_reset, own_reset
from webui.present.posts import post_of
from webui.present.runs import cards_of, has_part, open_questions
from webui.present.wanted import at_start, weighed
from webui.visitor import devices, has_desk, has_site, product, signed_on, visitor

pages = Blueprint("board", __name__)
_LOOKED_AT = 200  # open runs searched for what waits for somebody
_FINISHED = 6
_BACK = 12  # runs back from their review that are shown
_CASES = 6  # shown on the board; the others have a page of their own


@pages.get("/")
@signed_on
def board_page() -> Response | WerkzeugResponse:
    """The board. Asked again with the ETag it answers 304 until something changed, or a minute has passed."""
    if not has_site():
        return page("board/empty.html", said().today, "board")
    if not visitor().place:
        return redirect(url_for("session.place_page"), 303)
    known = ("board", everything(), put_aside())
    return polled("board/show.html", "board/_board.html", said().today, "board", known, _board)


def _board(tag: str) -> board.Board:
    engine, who = product().engine, visitor()
    assert who.place  # those without one were sent to choose
    known = plans()
    every = {**retired_plans(), **known}
    cases, are_cases = cases_of(every), [name for name, plan in every.items() if plan.procedure.kind == "case"]
    nearest = [case.run for case in cases.nearest(who.actor.roles, NEAREST)] if cases.procedures else []
    rows = queries().open_runs(but=are_cases)
    people = engine.directory.now().people
    names = Names(who.language, engine.site, None, people)
    looks = Looks(who.place, who.actor, engine.clock.now(), names, said())
    mine, my_cases = ([row for row in some if _is_mine(row)] for some in (rows, nearest))
    here = [row for row in mine if row.place == who.place]
    waiting = (*_back(every), *(one for row in (*nearest, *rows[:_LOOKED_AT]) for one in _waiting(row)))
    quiet = [row for row in my_cases if row.run not in {one.run for one in waiting}]
    startable = tuple(_startables(known, rows, names, looks.now))
    directory = engine.directory.now()
    shown = [id_ for id_, place in gated(known, every, directory, rows, looks.now).items() if _shows_gate(place)]
    gates = gates_of(looks, shown, every, directory, rows, {one.procedure: one for one in startable})
    offered = {gate.start.procedure for gate in gates if gate.start}
    startable = tuple(one for one in startable if one.procedure not in offered)
    now_wanted, more = in_two_tiers(one for one in startable if one.is_here and not one.is_emergency)
    local, began = looks.now.astimezone(engine.site.zone), engine.site.shift_began(looks.now)
    left = [row for row in here if began and row.started_at < began]
    return board.Board(
        date=f"{local:%Y-%m-%d} {getattr(said(), f'weekday_{local.weekday()}')}",
        place=engine.site.places[who.place].title.into(who.language),
        post=post_of(looks, last_handover(engine.ledger, who.place), mine, every),
        gates=gates,
        waiting=waiting,
        notices=without(notices(known, names), {(one.run, one.step) for one in waiting}),
        undelivered=not_delivered(names) if "see_now" in who.actor.may else (),
        left=board.running(looks, left, every, _awaits),
        refused=_warned(names),
        running=board.running(looks, [row for row in here if row not in left], every, _awaits),
        elsewhere=board.running(looks, [row for row in mine if row.place != who.place], every, _awaits),
        cases=tuple(case_line(look_at(who, run)) for row in quiet[:_CASES] if (run := _run(row.run, row.version))),
        case_count=cases.count() if cases.procedures else None,
        emergencies=tuple(one for one in startable if one.is_emergency and one.is_here),
        here=now_wanted,
        more=more,
        other=by_place(one for one in startable if not one.is_here),
        other_count=sum(not one.is_here for one in startable),
        finished=board.finished(looks, queries().finished_runs(who.place, _FINISHED), every),
        cards=_cards(known),
        sees_now=has_desk() and "see_now" in who.actor.may,
        desks=board.desks_of(who.actor, directory.proposals.values(), who.language) if has_desk() else (),
        to_review=_to_review(),
        etag=tag,
        csrf=csrf(),
    )


def _awaits(row: RunRow) -> tuple[str, ...]:
    if not row.open_deviations and row.settled < row.total:
        return ()
    return board.awaited(run, visitor().actor, product().engine.clock.now()) if (run := _run(row.run, row.version)) else ()


def _run(run: str, version: int) -> Run | None:
    return run_or_left_out(product().engine, run, version)


def _warned(names: Names) -> tuple[str, ...]:
    """What may mean that somebody signs in another's name: to everybody of the own PIN, to those who oversee of all."""
    directory, now, actor = product().engine.directory.now(), product().engine.clock.now(), visitor().actor
    own = own_reset(directory, actor.person, now, names)
    if "see_now" not in actor.may:
        return own
    return (*own, *others_reset(directory, actor.person, now, names), *refused_sign_ons(directory, devices().now(), now, names))


def _cards(known: Mapping[str, Plan]) -> tuple[board.CardLink, ...]:
    """The reference cards of what is done here, each once."""
    who = visitor()
    here = ((id_, plan) for id_, plan in known.items() if plan.procedure.place == who.place)
    found = {card.id: board.CardLink(id_, card.id, card.title) for id_, plan in here for card in cards_of(plan, who.language)}
    return tuple(found.values())


def _shows_gate(place: str) -> bool:
    return place == visitor().place or "see_now" in visitor().actor.may


def _is_mine(row: RunRow) -> bool:
    """Whether it concerns this visitor; also a run of a procedure that is in use no more is to be brought to its end."""
    actor = visitor().actor
    if "see_now" in actor.may or "review" in actor.may:
        return True
    return (run := _run(row.run, row.version)) is not None and has_part(run, actor.roles)


def _back(known: Mapping[str, Plan]) -> Iterator[board.Waiting]:
    """What the review asked about or returned, of the runs in which this visitor has a part; the longest waiting first."""
    engine, who, count = product().engine, visitor(), 0
    for row in Queue(engine.ledger).back(_LOOKED_AT):
        plan = known.get(row.procedure)
        if count == _BACK or (plan is not None and plan.parties.isdisjoint(who.actor.roles)):
            continue
        run = _run(row.run, row.version)
        if run is not None and has_part(run, who.actor.roles):
            count += 1
            yield board.back_in(look_at(who, run))


def _to_review() -> int | None:
    if not has_desk() or "review" not in visitor().actor.may:
        return None
    counts = Queue(product().engine.ledger).counts()
    return sum(counts.values()) - counts["out"]


def _waiting(row: RunRow) -> tuple[board.Waiting, ...]:
    return tuple(board.waiting_in(look_at(visitor(), run))) if (run := _run(row.run, row.version)) else ()


def _startables(known: Mapping[str, Plan], rows: list[RunRow], names: Names, now: datetime) -> list[Startable]:
    who, found = visitor(), []
    published, begun = product().engine.directory.now().published, queries().last_begun(known)
    for id_, plan in known.items():
        procedure = plan.procedure
        is_under_way = any(row.procedure == id_ for row in rows)
        if not any(role in who.actor.roles for role in procedure.done_by):
            continue
        place = plan.site.places[procedure.place].title.into(names.language)
        title, purpose = procedure.title.into(names.language), procedure.purpose.into(names.language) if procedure.purpose else ""
        asks, is_here = bool(procedure.inputs), procedure.place == who.place
        state, when, at = when_wanted(plan, published[id_].first_at, begun.get(id_), now, names)
        if is_under_way and procedure.schedule and state in ("", "later"):
            continue  # it is being done; without a schedule it may be wanted again at any moment
        is_emergency = procedure.emergency
        ids, source = (id_, title, purpose, place), clause_of(plan)
        found.append(Startable(*ids, is_here, asks, is_under_way, fresh_id(), state, when, is_emergency, at, source))
    return by_urgency(found)


@pages.get("/start/<path:procedure>")
@signed_on
def start_page(procedure: str) -> Response:
    """What a procedure is for, what it asks at the start, and what its source leaves open."""
    plan = _plan_to_start(procedure)
    return _start(procedure, plan, NO_MISTAKE)


@pages.post("/start/<path:procedure>")
@signed_on
def start_post(procedure: str) -> Response | WerkzeugResponse:
    """Start a run; where it was started from a step of another, link the two."""
    plan, form = _plan_to_start(procedure), given()
    outcome = _started(procedure, plan, form)
    if isinstance(outcome, Refusal):
        names = Names(visitor().language, plan.site, plan, product().engine.directory.now().people)
        return _start(procedure, plan, mistake_of(outcome, names, form, "start"), 403 if outcome.code == "wrong_role" else 422)
    return redirect(url_for("runs.run_page_view", run=outcome.run), 303)


def _started(procedure: str, plan: Plan, form: Given) -> Receipt | Refusal:
    engine, actor = product().engine, visitor().actor
    command_id, origin, step = first(form, "c"), first(form, "from"), first(form, "step")
    if not is_command_id(command_id):
        abort(400)
    refused = _origin_refusal(origin, step, procedure) if origin else None
    if refused is not None:
        return refused
    inputs = plan.procedure.inputs
    full = with_photos(inputs, form)
    if isinstance(full, Refusal):
        return full
    given_values = {one.id: full.get(f"f.{one.id}", ()) for one in inputs}
    typed = {name: values if len(values) != 1 else values[0] for name, values in given_values.items()}
    act = commands.StartRun(procedure, "", plan.procedure.place, typed, None, origin or None)
    outcome = engine.start(commands.Command(command_id, "", actor, engine.clock.now(), act))
    if isinstance(outcome, Receipt) and origin:
        link = commands.LinkRun(step, outcome.run, procedure)
        linked = engine.give(commands.Command(f"{command_id}link", origin, actor, engine.clock.now(), link))
        return linked if isinstance(linked, Refusal) else outcome
    return outcome


def _origin_refusal(origin: str, step: str, procedure: str) -> Refusal | None:
    """Why a step does not start this procedure now: looked at before the run begins, or it would stand there unlinked."""
    run = run_for(visitor(), origin)
    placed = run.plan.by_id.get(step)
    present = product().engine.renamed.present
    if placed is None or not isinstance(placed.step, Start) or present(placed.step.procedure) != present(procedure):
        abort(404)
    view = view_step(run, placed, visitor().actor, product().engine.clock.now())
    if "start" in view.acts or view.state.linked:
        return None
    return Refusal("run_over", step, {"state": run.state.status}) if run.state.is_over else Refusal("wrong_kind", step)


def _carried(origin: str) -> Mapping[str, Answer]:
    """What the run that this one is started from knows already, by the ids that both use: nobody types it twice."""
    if not origin:
        return {}
    run = run_for(visitor(), origin)
    newest = ((name, run.state.newest(name, owner)) for name, owner in run.plan.owner.items() if owner)
    return {**run.state.started.inputs, **{name: answer for name, answer in newest if answer is not None}}


def _plan_to_start(procedure: str) -> Plan:
    plan = product().engine.plan(procedure) if has_site() else None
    if plan is None:
        abort(404)
    return plan


def _start(procedure: str, plan: Plan, mistake: Mistake, status: int = 200) -> Response:
    names = Names(visitor().language, plan.site, plan, product().engine.directory.now().people)
    faces, known = faces_of(plan, names), _carried(request.values.get("from", ""))
    title, now = plan.procedure.title.into(names.language), product().engine.clock.now()
    asked = tuple(input_of(faces[one.id], names, mistake, "f.", known.get(one.id)) for one in plan.procedure.inputs)
    view = starting.StartPage(
        procedure=procedure,
        title=title,
        purpose=plan.procedure.purpose.into(names.language) if plan.procedure.purpose else "",
        place=plan.site.places[plan.procedure.place].title.into(names.language),
        questions=open_questions(plan.procedure, names.language),
        rules=tuple(rule.rule.into(names.language) for rule in plan.procedure.rules),
        inputs=weighed(asked, plan, at_start(plan.site.facts(now, plan.procedure.place)), now, names),
        mistake=mistake,
        is_mine=any(role in visitor().actor.roles for role in plan.procedure.done_by),
        roles=names.roles(plan.procedure.done_by),
        command_id=mistake.first("c") or fresh_id(),
        csrf=csrf(),
        origin=request.values.get("from", ""),
        step=request.values.get("step", ""),
    )
    return page("board/start.html", title, "start", status, view=view)
