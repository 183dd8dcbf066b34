"""Who has the work of a run, in words: the person who took it over with the role, or the roles it is for."""

from engine.procedure.plan import Placed
from engine.run.holding import taker
from engine.run.standing import Run
from engine.run.step_state import Mark
from engine.run.ticking import holders
from engine.wording import Names


def taken(run: Run, placed: Placed, names: Names) -> Mark | None:
    """The receipt of whoever took the work over and may do the step; None where nobody did."""

    def may_do(person: str, roles: tuple[str, ...]) -> bool:
        found = names.people.get(person) if names.people else None
        return found is not None and found.is_active and not set(roles).isdisjoint(run.plan.site.all_roles(found.roles))

    return taker(run, placed, may_do)


def held(run: Run, placed: Placed, names: Names) -> str:
    """Who must do the step now."""
    mark = taken(run, placed, names)
    if mark is None:
        return names.roles(holders(placed, run.state.step(placed.id)))
    person, role = names.person(mark.by), names.role(mark.role)
    return f"{role} {person}" if names.language == "zh" else f"{person} ({role})"
