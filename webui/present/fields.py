"""Inputs: a face with what stands in it, how it is called in the form, and what was wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.run.answer import Answer
from engine.run.state import State
from engine.wording import Names
from webui.present.faces import Face, Option
from webui.present.looking import Mistake


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form."""

    face: Face
    name: str
    values: tuple[str, ...]
    fault: str
    people: tuple[Option, ...]
    when: str = ""  # the condition under which it is wanted, as the page's script reads it (webui.present.wanted)
    only: str = ""  # the same in words
    is_watched: bool = False  # a field of its form is wanted only sometimes

    @property
    def value(self) -> str:
        """What stands in it; the first where there are several."""
        return self.values[0] if self.values else ""


def as_typed(answer: Answer | None) -> tuple[str, ...]:
    """An answer as it would be typed again."""
    if answer is None or answer.is_erased:
        return ()
    if answer.at is not None and answer.text:
        return (answer.text,)
    return (answer.typed,) if isinstance(answer.typed, str) else answer.typed


def input_of(face: Face, names: Names, mistake: Mistake, prefix: str = "", answer: Answer | None = None) -> Input:
    """A field of a step: what was typed before it was refused, or what is recorded."""
    name = f"{prefix}{face.id}" if prefix else "typed"
    values = mistake.typed.get(name) or as_typed(answer)
    return Input(face, name, values, mistake.faults.get(face.id, ""), people_for(face, names))


def inputs_of(face: Face, names: Names, mistake: Mistake, answers: Mapping[str, Answer]) -> tuple[Input, ...]:
    """The fields of a form, row or round."""
    return tuple(input_of(one, names, mistake, "f.", answers.get(one.id)) for one in face.fields)


def newest_of(face: Face, state: State) -> dict[str, Answer]:
    """What counts now of a form's fields: a field that was measured again counts by its newest reading."""
    found = ((one.id, state.newest(one.id, face.id)) for one in face.fields)
    return {name: answer for name, answer in found if answer is not None}


def people_for(face: Face, names: Names) -> tuple[Option, ...]:
    """The staff a person field offers: those active, in the role asked for."""
    if face.kind != "person" or names.site is None:
        return ()
    active = (person for person in (names.people or {}).values() if person.is_active)
    found = (person for person in active if not face.role or face.role in names.site.all_roles(person.roles))
    return tuple(Option(person.id, person.name) for person in sorted(found, key=lambda person: person.name))
