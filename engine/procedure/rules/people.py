"""Rules on people: every role, department and receiver named exists at the site."""

from collections.abc import Iterator

from engine.procedure.due import Overdue
from engine.procedure.field import Choose, OnDeviation, Person
from engine.procedure.problem import Path, Problem
from engine.procedure.procedure import Procedure
from engine.procedure.rules.draft import Draft, Item, Position
from engine.procedure.rules.surroundings import unknown
from engine.procedure.step import HandTo

Named = Iterator[tuple[Path, str]]


def roles(draft: Draft) -> Iterator[Problem]:
    """Every role named exists; and where it is known who holds what, somebody holds it."""
    site, held = draft.around.site, draft.around.held
    told: set[str] = set()
    for path, role in roles_named(draft) if site else ():
        if site and role not in site.roles:
            yield unknown("role", role, site.roles, path)
        elif held is not None and role not in held and role not in told:
            told.add(role)
            yield Problem("role-nobody-holds", path, {"role": role}, "warning")


def roles_named(draft: Draft) -> Named:
    """Every role named in a procedure, with its path."""
    yield from _each(("done_by",), draft.procedure.done_by)
    for k, line in enumerate(draft.procedure.schedule):
        yield from _each(("schedule", k, "by"), line.by)
        yield from _each(("schedule", k, "notify"), line.notify)
    for block in draft.blocks:
        yield from _each((*block.path, "by"), block.section.by)
        yield from _overdue((*block.path, "overdue"), block.section.overdue)
    for item in draft.written:
        yield from _of_item(item)
    yield from _of_closing(draft.procedure)


def _each(path: Path, names: tuple[str, ...]) -> Named:
    for index, name in enumerate(names):
        yield (*path, index), name


def _of_item(item: Item) -> Named:
    yield from _each((*item.path, "by"), item.step.by)
    yield from _overdue((*item.path, "overdue"), item.step.overdue)
    yield from _deviation((*item.path, "on_deviation"), item.step.on_deviation)
    for k, proposal in enumerate(item.step.propose if isinstance(item.step, Choose) else ()):
        yield from _each((*item.path, "propose", k, "notify"), proposal.notify)
    if isinstance(item.step, Person) and item.step.role is not None:
        yield (*item.path, "role"), item.step.role


def _overdue(path: Path, overdue: Overdue | None) -> Named:
    for where, role in overdue.roles() if overdue else ():
        yield (*path, *where), role


def _deviation(path: Path, policy: OnDeviation | None) -> Named:
    if policy is not None:
        yield from _each((*path, "notify"), policy.notify)
        yield from _each((*path, "accept_by"), policy.accept_by)


def _of_closing(procedure: Procedure) -> Named:
    for index, sign in enumerate(procedure.close.sign if procedure.close else ()):
        yield from _each(("close", "sign", index, "by"), sign.by)


def receivers(draft: Draft) -> Iterator[Problem]:
    """Work is handed to a role or department that exists."""
    site = draft.around.site
    for item in draft.steps if site else ():
        for index, name in enumerate(item.step.to if isinstance(item.step, HandTo) else ()):
            if site and name not in site.roles and name not in site.departments:
                known = site.roles.keys() | site.departments.keys()
                yield unknown("receiver", name, known, (*item.path, "to", index))


def narrowing(draft: Draft) -> Iterator[Problem]:
    """A step's `by` replaces its section's; where they share nobody, that may be an oversight."""
    for item in draft.steps:
        section_by = item.block.section.by if item.block else ()
        if item.step.by and section_by and not set(item.step.by) & set(section_by) and item.block:
            facts = {"by": item.step.by, "section_by": section_by}
            yield Problem("by-outside-section", (*item.path, "by"), facts, "note", other=(*item.block.path, "by"))


def apart(draft: Draft) -> Iterator[Problem]:
    """Somebody else than whoever did certain steps: earlier ones, so that it is said once, and never the step itself."""
    for block in draft.blocks:
        own = frozenset(step.id for step in block.section.steps)
        yield from _apart(draft, block.path, block.section.by_other_than, (block.index, -1), own)
    for item in draft.steps:
        yield from _apart(draft, item.path, item.step.by_other_than, item.start, frozenset({item.id}))


def _apart(draft: Draft, path: Path, named: tuple[str, ...], position: Position, own: frozenset[str]) -> Iterator[Problem]:
    known = {item.id: item for item in reversed(draft.steps)}
    for index, name in enumerate(named):
        where, found = (*path, "by_other_than", index), known.get(name)
        if name in own:
            yield Problem("names-itself", where, {"name": name})
        elif found is None:
            yield _no_step(draft, name, where, {one for one in known if known[one].position < position})
        elif found.position >= position:
            yield Problem("later-reference", where, {"name": name}, other=found.path)


def _no_step(draft: Draft, name: str, path: Path, possible: set[str]) -> Problem:
    """That there is no such step; where it is a field, its step was meant."""
    field = draft.named.get(name)
    if field is None or field.owner is None:
        return unknown("step", name, possible, path)
    return Problem("unknown-step", path, {"step": name, "near": (field.owner.id,), "meant": field.owner.id})


RULES = (roles, receivers, narrowing, apart)
