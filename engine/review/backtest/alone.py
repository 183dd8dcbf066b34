"""One step of a plan alone, ready to be tried: without conditions and deadlines, which hang on the rest of the run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from engine.procedure.field import Choose, Measure
from engine.procedure.plan import Plan, compile_plan
from engine.procedure.site import Permission
from engine.procedure.text import Text
from engine.run.answer import Answer
from engine.run.commands import Actor
from engine.run.events import Happened, RunStarted
from engine.run.lists import items_of
from engine.run.standing import Run, assess
from engine.run.state import Mark, State, evolve
from engine.run.step_state import StepState

FAR = datetime(2300, 1, 1, tzinfo=UTC)
"""When everything is tried: later than any moment that was ever typed."""
STARTED = RunStarted("", "", "", "", {}, {})


@dataclass(frozen=True, slots=True)
class Alone:
    """A run of one step that has just begun. `neutral`: fields whose unit is another than the one that was recorded."""

    run: Run
    step: str
    neutral: frozenset[str]
    doer: Actor
    receiver: Actor


def alone(plan: Plan, step: str, neutral: frozenset[str], listed: Mapping[str, StepState]) -> Alone:
    """The step alone; what it ticks of other steps' lists stands in it, and `neutral` readings have no limits."""
    procedure = plan.procedure.model_copy(
        update={
            "steps": (_freed(plan, step, listed),),
            "parameters": _parameters(plan, neutral),
            "inputs": (),
            "schedule": (),
            "close": None,
            "in_order": False,
        }
    )
    only = compile_plan(procedure, plan.site)
    begun = evolve(None, Happened(1, STARTED, "", "", "", FAR, FAR))
    roles = tuple(dict.fromkeys((*plan.site.roles, *sorted(plan.parties))))
    may = frozenset(get_args(Permission))
    return Alone(assess(only, begun), step, neutral, Actor("1", "1", roles, may), Actor("2", "2", roles, may))


def _freed(plan: Plan, step: str, listed: Mapping[str, StepState]) -> object:
    placed = plan.by_id[step]
    changes: dict[str, object] = {"when": None, "due": (), "overdue": None, "by_other_than": ()}
    if isinstance(placed.step, Choose):
        changes["propose"] = ()
    if placed.lists:
        changes |= {"items_of": (), "items": _items(plan, step, listed)}
    return placed.step.model_copy(update=changes)


def _items(plan: Plan, step: str, listed: Mapping[str, StepState]) -> dict[str, Text]:
    state = State("", 1, "running", STARTED, Mark("", "", FAR, 1), steps=listed)
    return dict(items_of(plan.by_id[step], state, plan.fields))


def _parameters(plan: Plan, neutral: frozenset[str]) -> dict[str, object]:
    names = {one.parameter for name in neutral if isinstance(one := plan.fields[name], Measure)}
    free = {"limits": None, "critical": None, "plausible": None}
    return {
        name: parameter.model_copy(update=free) if name in names else parameter
        for name, parameter in plan.procedure.parameters.items()
    }


def neutral_in(plan: Plan, answers: Iterable[tuple[str, Answer]]) -> frozenset[str]:
    """The readings that were recorded in another unit than the plan's: their values cannot be compared."""
    found = ((name, answer, plan.fields.get(name)) for name, answer in answers if answer.band is not None)
    return frozenset(
        name
        for name, answer, one in found
        if isinstance(one, Measure) and plan.procedure.parameters[one.parameter].unit != answer.unit
    )
