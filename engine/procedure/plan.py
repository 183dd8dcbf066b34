"""A plan is a procedure made ready to run: steps in order, found by name, with whoever may do them and whatever depends on them.

Compiled once per revision and shared by all its runs; nothing in it changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from engine.procedure.condition import Condition
from engine.procedure.due import Due, Overdue
from engine.procedure.field import Count, Person, Step, is_personal
from engine.procedure.parameter import Parameter
from engine.procedure.procedure import Procedure, walk
from engine.procedure.site import Book, Site
from engine.procedure.step import HandTo, Register, Rounds, Section, Wait, fields_of
from engine.procedure.text import Text
from engine.procedure.unit import Unit

_MINUTES = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Placed:
    """A step in its place: position, section, who may do it, when it is due."""

    id: str  # the step's
    step: Step
    index: int
    section: int
    roles: tuple[str, ...]
    due: tuple[Due, ...]
    overdue: Overdue | None
    in_order: bool
    conditions: tuple[Condition, ...]  # it applies when all hold: its own and its section's
    names: frozenset[str]  # its id and those of its fields
    receivers: tuple[str, ...] = ()
    length: timedelta | None = None
    lists: tuple[str, ...] = ()  # earlier steps whose lists are ticked here
    apart: tuple[str, ...] = ()  # steps that another person does: those it names, and those that name it


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the plan; steps outside any section stand in parts without a `section`."""

    section: Section | None
    steps: tuple[str, ...]
    registers: tuple[str, ...] = ()  # those of the steps that are


@dataclass(frozen=True, slots=True, weakref_slot=True)  # what is worked out about a plan goes when the plan does
class Plan:
    """Everything the run core needs of one revision."""

    procedure: Procedure
    site: Site
    parts: tuple[Part, ...]
    steps: tuple[Placed, ...]
    by_id: Mapping[str, Placed]
    owner: Mapping[str, str]  # every id a condition may name -> the step that records it ("" for inputs)
    fields: Mapping[str, Step]  # every field, step and input by id
    dependents: Mapping[str, tuple[str, ...]]  # step -> later steps whose conditions look at it
    doers: tuple[str, ...]  # every role that does some step, done_by first
    parties: frozenset[str]  # the doers, and whoever receives, or signs the closing
    people: frozenset[str]  # the steps, fields and inputs that name somebody on the staff
    personal: frozenset[str]  # the steps, fields and inputs whose values are kept apart, to be erased one day
    timed: tuple[Placed, ...]  # the steps that time does something to by itself: deadlines, rounds, proposals

    def parameter(self, step: Step) -> Parameter | None:
        """The parameter of a measure or wait, if it has one."""
        name = getattr(step, "parameter", None)
        return None if name is None else self.procedure.parameters[name]


def compile_plan(procedure: Procedure, site: Site) -> Plan:
    """Make `procedure` ready to run at `site`. The procedure must have been checked; books must be bound (see `bind`)."""
    placed: list[Placed] = []
    parts: list[Part] = []
    apart = _apart(procedure)
    for _, step, section in walk(procedure):
        if not parts or section is not parts[-1].section:
            parts.append(Part(section, ()))
        registers = (*parts[-1].registers, step.id) if isinstance(step, Register) else parts[-1].registers
        parts[-1] = Part(section, (*parts[-1].steps, step.id), registers)
        one = _place(procedure, site, step, section, len(placed), len(parts) - 1)
        placed.append(replace(one, apart=apart[step.id]) if apart.get(step.id) else one)
    by_id = {item.id: item for item in placed}
    owner = {item.id: "" for item in procedure.inputs} | {
        name: item.id for item in placed for name in (item.id, *(f.id for f in fields_of(item.step)))
    }
    fields: dict[str, Step] = {item.id: item for item in procedure.inputs}
    for item in placed:
        fields |= {item.id: item.step} | {f.id: f for f in fields_of(item.step)}
    doers = tuple(dict.fromkeys((*procedure.done_by, *(role for item in placed for role in item.roles))))
    return Plan(
        procedure, site, tuple(parts), tuple(placed), by_id, owner, fields, _dependents(placed, owner),
        doers, frozenset(doers) | _others(procedure, placed),
        frozenset(name for name, step in fields.items() if isinstance(step, Person)),
        frozenset(name for name, step in fields.items() if is_personal(step)),
        tuple(item for item in placed if item.due or isinstance(item.step, Rounds) or getattr(item.step, "propose", ())),
    )  # fmt: skip


def _others(procedure: Procedure, placed: list[Placed]) -> set[str]:
    closers = {role for sign in (procedure.close.sign if procedure.close else ()) for role in sign.by}
    return closers | {role for item in placed for role in item.receivers}


def _place(procedure: Procedure, site: Site, step: Step, section: Section | None, index: int, part: int) -> Placed:
    return Placed(
        id=step.id,
        step=step,
        index=index,
        section=part,
        roles=step.by or (section.by if section else ()) or procedure.done_by,
        due=step.due or (section.due if section else ()),
        overdue=step.overdue or (section.overdue if section else None),
        in_order=procedure.in_order or bool(section and section.in_order),
        conditions=tuple(c for c in (section.when if section else None, step.when) if c is not None),
        names=frozenset((step.id, *(field.id for field in fields_of(step)))),
        receivers=receivers(step, site) if isinstance(step, HandTo) else (),
        length=wait_length(step, procedure) if isinstance(step, Wait) else None,
        lists=getattr(step, "items_of", ()),
    )


def _apart(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """For each step those that somebody else does, in the order of the procedure: both ways, whichever names the other."""
    found: dict[str, set[str]] = {step.id: set() for _, step, _ in walk(procedure)}
    for _, step, section in walk(procedure):
        for name in (*(section.by_other_than if section else ()), *step.by_other_than):
            if name in found and name != step.id:
                found[step.id].add(name)
                found[name].add(step.id)
    return {step: tuple(name for name in found if name in others) for step, others in found.items()}


def _dependents(placed: list[Placed], owner: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for item in placed:
        for name in (*(name for condition in item.conditions for name in condition.names()), *item.lists):
            if owner.get(name):
                found.setdefault(owner[name], {})[item.id] = None
    return {name: tuple(steps) for name, steps in found.items()}


def receivers(step: HandTo, site: Site) -> tuple[str, ...]:
    """The roles that may receive what is handed over: the roles named, and those of the departments named."""
    found: dict[str, None] = {}
    for name in step.to:
        department = site.departments.get(name)
        found |= dict.fromkeys(department.roles if department else (name,))
    return tuple(found)


def unit_into(plan: Plan | None, recorded: str, language: str) -> str:
    """A unit as it was recorded, for readers of a language; as it was recorded where the plan has no such unit."""
    return recorded if language == "zh" else unit_of(plan, recorded).into(language)


def unit_of(plan: Plan | None, recorded: str) -> Unit:
    """A unit that was recorded, for both languages as far as the plan has it."""
    if plan is None or (isinstance(recorded, Unit) and recorded.en):
        return Unit.of(recorded)
    counted = (one.unit for one in plan.fields.values() if isinstance(one, Count) and one.unit)
    units: tuple[Unit | Text, ...] = (*(one.unit for one in plan.procedure.parameters.values()), *counted)
    english = (one.into("en") for one in units if str(one) == recorded and one.into("en") != recorded)
    return Unit(recorded, found) if (found := next(english, "")) else Unit.of(recorded)


def wait_length(step: Wait, procedure: Procedure) -> timedelta:
    """How long a wait must last at least: `at_least`, or its parameter's lower bound in the parameter's unit of time."""
    if step.at_least is not None:
        return step.at_least.least
    parameter = procedure.parameters[step.parameter or ""]
    low = parameter.limits.range.low if parameter.limits else None
    return _MINUTES.get(parameter.unit, timedelta(minutes=1)) * float(low or Decimal(0))


def bind(procedure: Procedure, site: Site) -> Procedure:
    """The procedure with the fields of the site's books written into its register steps, so that a revision stands alone."""
    return procedure.model_copy(update={"steps": tuple(_bind(item, site.books) for item in procedure.steps)})


def _bind(item: Step | Section, books: Mapping[str, Book]) -> Step | Section:
    if isinstance(item, Section):
        return item.model_copy(update={"steps": tuple(_bind(step, books) for step in item.steps)})
    if isinstance(item, Register) and not item.fields_ and item.book in books:
        return item.model_copy(update={"fields_": books[item.book].fields_})
    return item
