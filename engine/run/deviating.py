"""Deciding deviations: acted on, re-measured, accepted, reported."""

from engine.procedure.limits import Band
from engine.run.commands import AcceptDeviation, ActOn, Remeasure, ReportDeviation
from engine.run.desk import Desk, Refused
from engine.run.events import DeviationAccepted, DeviationActedOn, DeviationCleared, DeviationRaised, StepRemeasured
from engine.run.state import Deviation


def _open(desk: Desk, deviation: str) -> Deviation:
    found = desk.state.deviations.get(deviation)
    if found is None:
        raise Refused("unknown_deviation", deviation=deviation)
    if not found.is_open:
        raise Refused("deviation_closed", found.step, deviation=deviation)
    return found


def _own_step(desk: Desk, deviation: Deviation) -> None:
    owner = desk.run.plan.owner.get(deviation.step, "")
    roles = desk.run.plan.by_id[owner].roles if owner else desk.run.plan.procedure.done_by
    desk.take_role((*roles, *deviation.event.accept_by), deviation.step)


def act_on(desk: Desk, act: ActOn) -> None:
    """Record the corrective action taken here and now."""
    deviation = _open(desk, act.deviation)
    _own_step(desk, deviation)
    desk.add(DeviationActedOn(deviation.id, desk.reason(act.text, deviation.step)))


def remeasure(desk: Desk, act: Remeasure) -> None:
    """Record a new reading; a passing one clears every limit deviation of the same step and entry."""
    deviation = _open(desk, act.deviation)
    if deviation.cause not in ("out_of_limits", "critical"):
        raise Refused("no_remeasure", deviation.step, deviation=deviation.id)
    _own_step(desk, deviation)
    if owner := desk.run.plan.owner.get(deviation.step, ""):
        desk.must_be_another(desk.run.plan.by_id[owner])
    _must_be_ready(desk, deviation)
    one = desk.run.plan.fields[deviation.step]
    answer = desk.understood(one, act.typed)
    seq = desk.next_seq
    desk.add(StepRemeasured(deviation.id, deviation.step, answer))
    if answer.band is Band.CRITICAL and deviation.cause != "critical":
        placed = desk.run.plan.by_id[desk.run.plan.owner[deviation.step]]
        desk.judge(placed, one, answer, deviation.event.entry)
    if answer.band in (Band.IN_LIMITS, Band.NO_LIMITS):
        for other in desk.state.open_deviations():
            if (other.step, other.event.entry) == (deviation.step, deviation.event.entry) and other.cause in (
                "out_of_limits",
                "critical",
            ):
                desk.add(DeviationCleared(other.id, seq))


def _must_be_ready(desk: Desk, deviation: Deviation) -> None:
    if deviation.event.action and deviation.acted is None:
        raise Refused("act_first", deviation.step, action=deviation.event.action)
    after = deviation.event.remeasure_after
    if after is None:
        return
    ready = (deviation.acted or deviation.raised).at + after
    if desk.now < ready:
        raise Refused("remeasure_too_early", deviation.step, ready_at=ready)


def accept(desk: Desk, act: AcceptDeviation) -> None:
    """Accept a deviation as it is: by a role the step names, or where it names none by whoever may accept deviations."""
    deviation = _open(desk, act.deviation)
    roles = deviation.event.accept_by
    held = next((role for role in roles if role in desk.actor.roles), None)
    if held is None and (roles or "accept_deviations" not in desk.actor.may):
        raise Refused("may_not_accept", deviation.step, roles=roles)
    desk.role = held or (desk.actor.roles[0] if desk.actor.roles else "")
    desk.add(DeviationAccepted(deviation.id, desk.reason(act.reason, deviation.step)))


def report(desk: Desk, act: ReportDeviation) -> None:
    """Record something wrong that no step asks for. On a gate it blocks until somebody accepts it."""
    desk.take_role(desk.actor.roles)
    text = desk.reason(act.text)
    is_gate = desk.run.plan.procedure.opens is not None
    desk.add(DeviationRaised(f"d{desk.next_seq}", "", "reported", blocks=is_gate, text=text))
