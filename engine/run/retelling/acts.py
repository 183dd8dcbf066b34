"""One deed of a record as an act of a scenario: its key and value, and the role that did it. None where the language has no word.

It has none for pictures as evidence, for a row that is corrected, and for a report that is settled. It names a deviation by its
step: of several open at one step it means the oldest, so what was done about one may be told of another of them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.procedure.field import Photo, Step
from engine.procedure.plan import Plan
from engine.procedure.site import Permission
from engine.procedure.step import Form
from engine.run import events as e
from engine.run.events import Event, Happened
from engine.run.retelling.words import discreet, pictures, retyped, retyped_fields
from engine.run.standing import Run
from engine.run.time_events import ExtensionAsked, ExtensionRefused, ProposalDismissed
from engine.run.timing import granters

Written = dict[str, Any]


def act_of(run: Run, happened: Happened, names: Mapping[str, str]) -> Written | None:
    """The act that `happened` tells of, on the run as it stood before; None where a scenario cannot say it."""
    written = (
        _answering(run, happened.event, names) or _timing(run.plan, happened.event, names) or _passing(happened.event, names)
    )
    return written or _deviating(run, happened.event, names)


def doer(run: Run, happened: Happened) -> str:
    """The role that must act: the one in force then, or where that only came with a permission, one that has it."""
    wanted = _permission(run, happened.event)
    site = run.plan.site
    if wanted is None or (happened.role in site.roles and site.may((happened.role,), wanted)):
        return happened.role
    return next((role for role in site.roles if site.may((role,), wanted)), happened.role)


def _permission(run: Run, event: Event) -> Permission | None:
    match event:
        case e.DeviationAccepted() if not run.state.deviations[event.deviation].event.accept_by:
            return "accept_deviations"
        case e.DueExtended() | ExtensionRefused() if not granters(run.plan.by_id[event.step]):
            return "grant_extensions"
        case e.RunAbandoned() if run.state.version > 1:
            return "abandon_runs"
        case _:
            return None


def _answering(run: Run, event: Event, names: Mapping[str, str]) -> Written | None:
    plan = run.plan
    match event:
        case e.StepAnswered() if not event.photos:
            return {"answers": {event.step: _answer(run, event)}}
        case e.ItemTicked():
            return {"answers": {event.step: {item_in(run, event): _tick(event, names)}}}
        case e.StepMarked():
            return {event.outcome: {event.step: discreet(event.reason, names)}}
        case e.StepAmended() if event.row is None:
            step = plan.by_id[event.step].step
            to = retyped_fields(plan, event.fields) if event.fields else retyped(step, event.answer) if event.answer else None
            return {"amend": {event.step: {"reason": discreet(event.reason, names)} | ({} if to is None else {"to": to})}}
        case e.RoundDone():
            return {"round": {event.step: retyped_fields(plan, event.fields)}}
        case e.RowAdded():
            return {"row": {event.step: retyped_fields(plan, event.fields)}}
        case _:
            return None


def _tick(event: e.ItemTicked, names: Mapping[str, str]) -> str:
    return "done" if event.outcome == "done" else discreet(event.reason, names)


def _answer(run: Run, event: e.StepAnswered) -> Any:
    step: Step = run.plan.by_id[event.step].step
    if isinstance(step, Form):
        return retyped_fields(run.plan, event.fields)
    if event.answer is None:
        return "read"
    if isinstance(step, Photo):  # the event holds the earlier pictures too
        earlier = run.state.step(event.step).answer
        return pictures(len(event.answer.options))[len(earlier.options) if earlier else 0 :]
    return retyped(step, event.answer)


def item_in(run: Run, event: e.ItemTicked) -> str:
    """The item's id in a scenario, where what was listed is numbered."""
    listed = [one.id for name in run.plan.by_id[event.step].lists for one in run.state.step(name).listed]
    return f"open{listed.index(event.item) + 1}" if event.item in listed else event.item


def _timing(plan: Plan, event: Event, names: Mapping[str, str]) -> Written | None:
    match event:
        case e.WaitStarted() | e.RoundsStarted():
            return {"begin": event.step}
        case e.WaitEnded() | e.RoundsStopped():
            return {"end": {event.step: discreet(event.reason, names)} if event.reason else event.step}
        case e.DueExtended() | ExtensionAsked():
            key = "ask" if isinstance(event, ExtensionAsked) else "extend"
            until = _local(plan, event.until)
            return {key: {"step": event.step, "until": until, "reason": discreet(event.reason, names)}}
        case ExtensionRefused() | ProposalDismissed():
            key = "refuse" if isinstance(event, ExtensionRefused) else "dismiss"
            return {key: {event.step: discreet(event.reason, names)}}
        case _:
            return None


def _local(plan: Plan, moment: datetime) -> datetime:
    return moment.astimezone(plan.site.zone).replace(tzinfo=None, second=0, microsecond=0)


def _passing(event: Event, names: Mapping[str, str]) -> Written | None:
    match event:
        case e.WorkHanded():
            return {"hand": event.step}
        case e.WorkReceived():
            return {"receive": event.step}
        case e.Signed():
            return {"sign": event.step or "close"}
        case e.RunLinked():
            return {"start": event.step}
        case e.RunHeld():
            return {"hold": discreet(event.reason, names)}
        case e.RunResumed():
            return {"resume": True}
        case e.RunCompleted():
            return {"complete": True}
        case e.RunAbandoned():
            return {"abandon": discreet(event.reason, names)}
        case _:
            return None


def _deviating(run: Run, event: Event, names: Mapping[str, str]) -> Written | None:
    if isinstance(event, e.DeviationRaised):
        return {"report": discreet(event.text, names)}
    if not isinstance(event, e.DeviationActedOn | e.StepRemeasured | e.DeviationAccepted):
        return None
    deviation = run.state.deviations[event.deviation]
    if not deviation.step:
        return None
    match event:
        case e.DeviationActedOn():
            return {"act": {deviation.step: discreet(event.text, names)}}
        case e.StepRemeasured():
            return {"remeasure": {deviation.step: retyped(run.plan.fields[deviation.step], event.answer)}}
        case _:
            return {"accept": {deviation.step: discreet(event.reason, names)}}
