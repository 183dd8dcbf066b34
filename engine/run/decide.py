"""Decide: a run, a command and the time in; events or a refusal out. The whole truth about what staff may do is below here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from engine.procedure.condition import Facts, Known
from engine.procedure.plan import Plan
from engine.run import answering, closing, commands, deviating, passing, reviewing, timing
from engine.run.answer import understand_all
from engine.run.desk import Desk, Refused
from engine.run.events import Event, RunStarted
from engine.run.refusal import Refusal
from engine.run.spelling import composed
from engine.run.standing import NEVER, SITE_FACTS, Run


@dataclass(frozen=True, slots=True)
class Decided:
    """What happened, in order, and the role it was done in."""

    events: tuple[Event, ...]
    role: str
    at: tuple[datetime, ...] = ()  # when each happened, where time itself did it; else all when the command was given


def start(plan: Plan, command: commands.Command, now: datetime) -> Decided | Refusal:
    """Decide the start of a run. The run must not exist yet."""
    act, actor = composed(command.act), command.actor
    assert isinstance(act, commands.StartRun)
    if act.place not in plan.site.places:
        return Refusal("unknown_option", facts={"option": act.place})
    role = next((role for role in plan.procedure.done_by if role in actor.roles), None)
    if role is None:
        return Refusal("wrong_role", facts={"roles": plan.procedure.done_by})
    facts = plan.site.facts(now, act.place)
    inputs, faults = understand_all(plan.procedure.inputs, act.inputs, plan, lambda here: _known_at_start(facts, here), now)
    if faults:
        return Refusal("fields", facts={"faults": faults})
    started = RunStarted(
        procedure=act.procedure,
        revision=act.revision,
        title=plan.procedure.title.zh,
        place=act.place,
        inputs=inputs,
        facts=facts,
        number=act.number,
        linked_from=act.linked_from,
        site=act.site,
    )
    return Decided((started,), role)


def _known_at_start(facts: Mapping[str, str], inputs: Mapping[str, Known]) -> Facts:
    return {name: Known(facts[name]) if name in facts else NEVER for name in SITE_FACTS} | dict(inputs)


def decide(run: Run, command: commands.Command, now: datetime) -> Decided | Refusal:
    """Decide a command on a run. Pure: the same run, command and time give the same answer."""
    act = composed(command.act)
    desk = Desk(run, command, now)
    try:
        _must_be_open(run, act)
        _act(desk, act)
    except Refused as refused:
        return refused.refusal
    return Decided(tuple(desk.events), desk.role)


def _must_be_open(run: Run, act: commands.Act) -> None:
    if isinstance(act, commands.StartRun):
        raise Refused("already_started", run=run.state.run)
    if run.state.is_over and not _settles(run, act):
        raise Refused("run_over", getattr(act, "step", ""), state=run.state.status)
    if run.state.status == "held" and not isinstance(act, commands.Resume | commands.Abandon):
        raise Refused("run_held", getattr(act, "step", ""))


_REVIEWS = (commands.AskReview, commands.AnswerReview, commands.ReturnRun, commands.ApproveRun)
_CORRECTS = (commands.AmendStep, commands.AttachPhotos, commands.Remeasure, commands.ActOn, commands.AcceptDeviation)


_ANEW = (
    commands.AnswerStep, commands.TickItem, commands.MarkStep, commands.AddRow, commands.Begin, commands.End,
    commands.RecordRound, commands.Hand, commands.Receive, commands.Sign,
)  # fmt: skip


def _settles(run: Run, act: commands.Act) -> bool:
    """Whether `act` is about what a completed run left open, corrects one that was returned, or is part of its review."""
    is_left = run.state.status == "completed" and isinstance(act, commands.ActOn | commands.AcceptDeviation)
    return is_left or isinstance(act, _REVIEWS) or (run.state.review.is_back and _corrects(run, act))


def _corrects(run: Run, act: commands.Act) -> bool:
    """Whether `act` corrects what was recorded, or does what a correction made necessary."""
    return isinstance(act, _CORRECTS) or (isinstance(act, _ANEW) and run.is_wanted_anew(act.step))


def _act(desk: Desk, act: commands.Act) -> None:
    match act:
        case commands.AnswerStep():
            answering.answer_step(desk, act)
        case commands.TickItem():
            answering.tick_item(desk, act)
        case commands.AttachPhotos():
            answering.attach_photos(desk, act)
        case commands.MarkStep():
            answering.mark_step(desk, act)
        case commands.AmendStep():
            answering.amend_step(desk, act)
        case commands.AddRow():
            answering.add_row(desk, act)
        case commands.ActOn():
            deviating.act_on(desk, act)
        case commands.Remeasure():
            deviating.remeasure(desk, act)
        case commands.AcceptDeviation():
            deviating.accept(desk, act)
        case commands.ReportDeviation():
            deviating.report(desk, act)
        case commands.Begin():
            timing.begin(desk, act)
        case commands.End():
            timing.end(desk, act)
        case commands.RecordRound():
            timing.record_round(desk, act)
        case commands.Extend():
            timing.extend(desk, act)
        case commands.AskExtension():
            timing.ask_extension(desk, act)
        case commands.RefuseExtension():
            timing.refuse_extension(desk, act)
        case commands.DismissProposal():
            timing.dismiss_proposal(desk, act)
        case commands.Hand():
            passing.hand(desk, act)
        case commands.Receive():
            passing.receive(desk, act)
        case commands.Sign():
            passing.sign(desk, act)
        case commands.LinkRun():
            passing.link(desk, act)
        case commands.Hold():
            closing.hold(desk, act)
        case commands.Resume():
            closing.resume(desk)
        case commands.Complete():
            closing.complete(desk)
        case commands.Abandon():
            closing.abandon(desk, act)
        case commands.AskReview():
            reviewing.ask(desk, act)
        case commands.AnswerReview():
            reviewing.answer(desk, act)
        case commands.ReturnRun():
            reviewing.send_back(desk, act)
        case commands.ApproveRun():
            reviewing.approve(desk, act)
        case commands.StartRun():  # pragma: no cover - refused by _must_be_open
            raise AssertionError("refused before")
        case _:
            assert_never(act)  # pragma: no cover - every act stands above
