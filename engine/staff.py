"""Whether whoever is named in an answer is on the staff: the run core knows the procedure, but not who works here."""

from collections.abc import Iterator, Mapping

from engine.directory import Person
from engine.procedure import field
from engine.procedure.plan import Plan
from engine.procedure.site import Site
from engine.run import commands
from engine.run.answer import Typed
from engine.run.refusal import Refusal


def stranger_in(act: commands.Act, plan: Plan, site: Site, people: Mapping[str, Person]) -> Refusal | None:
    """A refusal where `act` names anybody who is not active on the staff, or not in the role that the step asks for."""
    for name, typed in _given(act):
        asked = plan.fields.get(name)
        person = "".join(typed).strip()
        if isinstance(asked, field.Person) and person and not _is_known(people.get(person), asked.role, site):
            return Refusal("unknown_option", getattr(act, "step", ""), {"option": person})
    return None


def _is_known(person: Person | None, role: str | None, site: Site) -> bool:
    return person is not None and person.is_active and (not role or role in site.all_roles(person.roles))


def _given(act: commands.Act) -> Iterator[tuple[str, Typed]]:
    match act:
        case commands.StartRun():
            yield from act.inputs.items()
        case commands.AnswerStep() | commands.AmendStep():
            yield act.step, act.typed
            yield from act.fields.items()
        case commands.RecordRound() | commands.AddRow():
            yield from act.fields.items()
        case _:
            pass
