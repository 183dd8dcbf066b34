"""Deciding what passes between people and runs: handing over, receiving, signing, linking."""

from engine.procedure.condition import holds
from engine.procedure.step import HandTo, Sign, Start
from engine.run import commands
from engine.run.desk import Desk, Refused
from engine.run.events import RunLinked, Signed, WorkHanded, WorkReceived
from engine.run.standing import facts_of


def hand(desk: Desk, act: commands.Hand) -> None:
    """Pass the work on. May be done again until somebody has received it."""
    placed, step = desk.open_step(act.step, HandTo)
    if step.outcome is not None:
        raise Refused("already_handed", act.step)
    desk.note_order(placed)
    desk.add(WorkHanded(act.step, placed.receivers, act.note.strip()))


def receive(desk: Desk, act: commands.Receive) -> None:
    """Acknowledge receipt: another person than the one who handed over, in a role it was handed to."""
    placed = desk.place(act.step, HandTo)
    desk.must_be_current(act.step)
    step = desk.state.step(act.step)
    if step.outcome is not None:
        raise Refused("already_answered", act.step)
    if step.handed is None:
        raise Refused("not_handed", act.step)
    desk.take_role(placed.receivers, act.step)
    if step.handed.by == desk.actor.person:
        raise Refused("same_person", act.step, person=desk.actor.name)
    desk.add(WorkReceived(act.step))
    desk.note_lateness(placed)


def sign(desk: Desk, act: commands.Sign) -> None:
    """Sign what stands before the signature. The PIN must have been given again; earlier required steps must be settled."""
    if not act.step:
        _sign_closing(desk, act)
        return
    placed, step = desk.open_step(act.step, Sign)
    assert isinstance(placed.step, Sign)
    if step.outcome == "answered":
        raise Refused("already_signed", act.step)
    earlier = [p.id for p in desk.run.plan.steps[: placed.index] if desk.run.is_asked(p.id) and p.step.required]
    if earlier:
        raise Refused("earlier_open", act.step, steps=tuple(earlier))
    if not act.verified:
        raise Refused("pin_needed", act.step)
    desk.add(Signed(act.step, desk.actor.name, placed.step.meaning, desk.state.version, act.drawn))
    desk.note_lateness(placed)


def _sign_closing(desk: Desk, act: commands.Sign) -> None:
    close = desk.run.plan.procedure.close
    facts = facts_of(desk.run)
    wanted = [s.by for s in close.sign if s.when is None or holds(s.when, facts) is True] if close else []
    desk.take_role(tuple(role for roles in wanted for role in roles))
    if any(s.step == "" and s.mark.role == desk.role for s in desk.state.signatures):
        raise Refused("already_signed")
    if not act.verified:
        raise Refused("pin_needed")
    desk.add(Signed("", desk.actor.name, "approved", desk.state.version, act.drawn))


def link(desk: Desk, act: commands.LinkRun) -> None:
    """Record that another run was started from this step. May happen more than once."""
    desk.open_step(act.step, Start)
    desk.add(RunLinked(act.step, act.run, act.procedure))
