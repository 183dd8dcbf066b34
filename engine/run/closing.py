"""Deciding the run's own life: hold, resume, complete or close, abandon; and what stands in the way of completion."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.procedure.condition import holds
from engine.run import commands
from engine.run.desk import Desk, Refused
from engine.run.events import RunAbandoned, RunCompleted, RunHeld, RunResumed
from engine.run.standing import Run, facts_of
from engine.run.state import Deviation


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What completion waits for: steps, open deviations, undecided steps, the case's own conditions, roles yet to sign."""

    steps: tuple[str, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    undecided: tuple[str, ...] = ()
    is_close_condition_open: bool = False
    signatures: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps or self.deviations or self.undecided or self.is_close_condition_open or self.signatures)


def in_the_way(run: Run) -> InTheWay:
    """Everything that blocks completion of a run, each named."""
    required = [placed.id for placed in run.plan.steps if placed.step.required]
    blocking = tuple(deviation for deviation in run.state.open_deviations() if deviation.event.blocks)
    close = run.plan.procedure.close
    return InTheWay(
        steps=tuple(step for step in required if run.is_asked(step)),
        deviations=blocking,
        undecided=tuple(step for step in required if run.applies[step] is None and step not in run.settled),
        is_close_condition_open=close is not None and holds(close.when, facts_of(run)) is not True,
        signatures=tuple(unsigned(run)),
    )


def wanted_signatures(run: Run) -> Iterator[tuple[str, ...]]:
    """The signatures that closing the case takes as it stands, each as the roles that may give it."""
    close = run.plan.procedure.close
    facts = facts_of(run)
    for wanted in close.sign if close else ():
        if wanted.when is None or holds(wanted.when, facts) is True:
            yield wanted.by


def unsigned(run: Run) -> Iterator[tuple[str, ...]]:
    """The signatures that closing the case still waits for."""
    signed = {signature.mark.role for signature in run.state.signatures if signature.step == ""}
    return (roles for roles in wanted_signatures(run) if not signed & set(roles))


def complete(desk: Desk) -> None:
    """Finish the run, only when nothing is in the way."""
    desk.take_role(desk.run.plan.doers)
    found = in_the_way(desk.run)
    if found:
        steps = tuple(dict.fromkeys((*found.steps, *found.undecided, *(d.step for d in found.deviations))))
        raise Refused("blocked", steps=steps, in_the_way=found)
    desk.add(RunCompleted(is_clean=not desk.state.open_deviations()))


def hold(desk: Desk, act: commands.Hold) -> None:
    """Stop work for now, with a reason."""
    desk.take_role(desk.run.plan.doers)
    desk.add(RunHeld(desk.reason(act.reason)))


def resume(desk: Desk) -> None:
    """Go on with a run on hold."""
    if desk.state.status != "held":
        raise Refused("not_held")
    desk.take_role(desk.run.plan.doers)
    desk.add(RunResumed())


def abandon(desk: Desk, act: commands.Abandon) -> None:
    """Give the run up. Before anything is recorded whoever may do the run can; after that it takes the permission."""
    may = "abandon_runs" in desk.actor.may
    if not may and desk.state.version > 1:
        raise Refused("not_permitted", permission="abandon_runs")
    desk.take_role((*desk.run.plan.doers, *(desk.actor.roles if may else ())))
    desk.add(RunAbandoned(desk.reason(act.reason)))
