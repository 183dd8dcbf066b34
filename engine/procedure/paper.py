"""Named forms on paper: which steps of a procedure stand together on which sheet, in order, under which headings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.procedure.field import Step
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import Form, Register, Section
from engine.procedure.text import Text


@dataclass(frozen=True, slots=True)
class PaperPart:
    """Steps under one heading of a form."""

    heading: Text | None
    section: Section | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One named form. `is_whole`: the run itself prints as this form. `is_shared`: it says so with `prints`."""

    title: Text
    parts: tuple[PaperPart, ...]
    is_whole: bool
    is_shared: bool

    @property
    def steps(self) -> tuple[str, ...]:
        """The ids of what stands on it; by the first of them it is found."""
        return tuple(step.id for part in self.parts for step in part.steps)


def papers(procedure: Procedure) -> tuple[Paper, ...]:
    """The forms a run of `procedure` prints, in the order in which they begin."""
    found: dict[str, Paper] = {}
    for step, section, title in _standing(procedure):
        is_shared = title is not None
        key = title.zh if title else f"\0{step.id}"
        title = title or _called(step)
        is_whole = procedure.prints is not None and title.zh == procedure.prints.zh
        paper = found.get(key) or Paper(title, (), is_whole, is_shared)
        named = paper.title if paper.title.en else title  # English given once is enough
        found[key] = replace(paper, title=named, parts=_with(paper.parts, step, section))
    return tuple(replace(one, parts=tuple(map(_headed, one.parts)) if one.is_shared else one.parts) for one in found.values())


def _standing(procedure: Procedure) -> Iterator[tuple[Step, Section | None, Text | None]]:
    """Each step that stands on paper, with the title of its form; None where it is a form of its own."""
    for _, step, section in walk(procedure):
        own = step.prints if isinstance(step, Form) else None
        of_section = section.prints if section else None
        title = own or of_section or procedure.prints
        if title is None and not isinstance(step, Form):
            continue
        # The rows of a register stand in its book: the form of a section does not repeat them, that of the whole run does.
        if isinstance(step, Register) and of_section is not None:
            continue
        yield step, section, title


def _with(parts: tuple[PaperPart, ...], step: Step, section: Section | None) -> tuple[PaperPart, ...]:
    if parts and parts[-1].section is section:
        return (*parts[:-1], replace(parts[-1], steps=(*parts[-1].steps, step)))
    return (*parts, PaperPart(None, section, (step,)))


def _headed(part: PaperPart) -> PaperPart:
    """The heading: the name of the one form in it where it has one, or the section's title."""
    forms = [step for step in part.steps if isinstance(step, Form)]
    named = forms[0].name if len(forms) == 1 else None
    return replace(part, heading=named or (part.section.title if part.section else None))


def _called(step: Step) -> Text:
    return (step.name if isinstance(step, Form) else None) or step.title
