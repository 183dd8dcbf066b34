"""Decide: a run, a command and the time in; events or a refusal out. The whole truth about what staff may do is below here."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from engine.procedure.plan import Plan
from engine.run import answering, closing, commands, deviating, passing, timing
from engine.run.answer import Answer, Fault, understand
from engine.run.desk import Desk, Refused
from engine.run.events import Event, RunStarted
from engine.run.refusal import Refusal
from engine.run.standing import Run


@dataclass(frozen=True, slots=True)
class Decided:
    """What happened, in order, and the role it was done in."""

    events: tuple[Event, ...]
    role: str


def start(plan: Plan, command: commands.Command, now: datetime) -> Decided | Refusal:
    """Decide the start of a run. The run must not exist yet."""
    act, actor = command.act, command.actor
    assert isinstance(act, commands.StartRun)
    role = next((role for role in plan.procedure.done_by if role in actor.roles), None)
    if role is None:
        return Refusal("wrong_role", facts={"roles": plan.procedure.done_by})
    inputs = _inputs(plan, act)
    if isinstance(inputs, Refusal):
        return inputs
    started = RunStarted(
        procedure=act.procedure,
        revision=act.revision,
        title=plan.procedure.title.zh,
        place=act.place,
        inputs=inputs,
        facts=plan.site.facts(now, act.place),
        number=act.number,
        linked_from=act.linked_from,
    )
    return Decided((started,), role)


def _inputs(plan: Plan, act: commands.StartRun) -> dict[str, Answer] | Refusal:
    answers: dict[str, Answer] = {}
    faults: dict[str, Fault] = {}
    for field in plan.procedure.inputs:
        typed = act.inputs.get(field.id, "")
        if not typed and not field.required:
            continue
        found = understand(field, typed, plan)
        if isinstance(found, Fault):
            faults[field.id] = found
        else:
            answers[field.id] = found
    return Refusal("fields", facts={"faults": faults}) if faults else answers


def decide(run: Run, command: commands.Command, now: datetime) -> Decided | Refusal:
    """Decide a command on a run. Pure: the same run, command and time give the same answer."""
    desk = Desk(run, command, now)
    try:
        _must_be_open(run, command.act)
        _act(desk, command.act)
    except Refused as refused:
        return refused.refusal
    return Decided(tuple(desk.events), desk.role)


def _must_be_open(run: Run, act: commands.Act) -> None:
    if isinstance(act, commands.StartRun):
        raise Refused("already_started", run=run.state.run)
    if run.state.is_over:
        raise Refused("run_over", getattr(act, "step", ""), state=run.state.status)
    if run.state.status == "held" and not isinstance(act, commands.Resume | commands.Abandon):
        raise Refused("run_held", getattr(act, "step", ""))


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
        case commands.StartRun():
            raise AssertionError("refused before")
        case _:
            assert_never(act)
