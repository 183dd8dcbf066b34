"""Deciding what passes between people and runs: handing over, receiving, signing, linking."""

from engine.procedure.field import Photo
from engine.procedure.step import HandTo, Sign, Start
from engine.run import commands
from engine.run.closing import in_the_way, unsigned, wanted_signatures
from engine.run.desk import Desk, Refused
from engine.run.events import RunLinked, Signed, WorkHanded, WorkReceived


def hand(desk: Desk, act: commands.Hand) -> None:
    """Pass the work on. May be done again until somebody has received it."""
    placed, step = desk.open_step(act.step, HandTo)
    if step.outcome == "answered":
        raise Refused("already_handed", act.step)
    desk.add(WorkHanded(act.step, placed.receivers, desk.remark(act.note, act.step)))
    desk.note_order(placed)


def receive(desk: Desk, act: commands.Receive) -> None:
    """Acknowledge receipt: another person than the one who handed over, in a role it was handed to."""
    placed = desk.place(act.step, HandTo)
    desk.must_apply(act.step)
    desk.must_be_current(act.step)
    step = desk.state.step(act.step)
    if step.outcome == "answered":
        raise Refused("already_answered", act.step)
    if step.handed is None:
        raise Refused("not_handed", act.step)
    desk.take_role(placed.receivers, act.step)
    if step.handed.by == desk.actor.person:
        raise Refused("same_person", act.step, person=desk.actor.name)
    seq = desk.next_seq
    desk.add(WorkReceived(act.step))
    desk.clear_not_done(act.step, seq)
    desk.note_lateness(placed)


def sign(desk: Desk, act: commands.Sign) -> None:
    """Sign what stands before: earlier required steps are settled, the PIN was given again, a drawing made where it is asked."""
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
    if placed.step.drawn and not act.drawn:
        raise Refused("drawing_needed", act.step)
    if act.drawn:
        desk.understood(Photo(photo=placed.step.title, id=placed.id), (act.drawn,))
    if not act.verified:
        raise Refused("pin_needed", act.step)
    seq = desk.next_seq
    desk.add(Signed(act.step, desk.actor.name, placed.step.meaning, desk.state.version, act.drawn))
    desk.clear_not_done(act.step, seq)
    desk.note_lateness(placed)


def _sign_closing(desk: Desk, act: commands.Sign) -> None:
    """The closing of a case: in a role that is yet to sign, when every step before it is settled."""
    missing, wanted = tuple(unsigned(desk.run)), tuple(wanted_signatures(desk.run))
    if wanted and not any(role in desk.actor.roles for roles in missing for role in roles):
        desk.take_role(tuple(role for roles in wanted for role in roles))
        raise Refused("already_signed")
    desk.take_role(tuple(role for roles in missing for role in roles))
    found = in_the_way(desk.run)
    if found.steps or found.undecided:
        raise Refused("earlier_open", steps=(*found.steps, *found.undecided))
    if not act.verified:
        raise Refused("pin_needed")
    desk.add(Signed("", desk.actor.name, "approved", desk.state.version))


def link(desk: Desk, act: commands.LinkRun) -> None:
    """Record that another run was started from this step. May happen more than once."""
    placed, step = desk.open_step(act.step, Start, adds=True)
    seq = desk.next_seq
    desk.add(RunLinked(act.step, desk.reason(act.run, act.step), desk.reason(act.procedure, act.step)))
    desk.clear_not_done(act.step, seq)
    if step.outcome is None:
        desk.note_order(placed)
        desk.note_lateness(placed)
