"""The procedure of a run as it was when the run was begun: as staff saw it, step by step, and the text that was published."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.changes.naming import Naming
from engine.changes.values import due_words
from engine.procedure.plan import Placed
from webui.present.faces import Face
from webui.present.looking import Look
from webui.present.record_head import RevisionView
from webui.present.wanted import conditions_in_words, naming_of

Said = tuple[tuple[str, str], ...]
"""What a step says beside its title: a word, and the text."""


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """A step as it was written."""

    id: str
    title: str
    detail: str
    said: Said


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """A section as it was written."""

    title: str
    rules: tuple[str, ...]
    steps: tuple[WrittenStep, ...]


@dataclass(frozen=True, slots=True)
class ProcedureThen:
    """The whole procedure."""

    run: str
    called: str
    title: str
    name: str
    purpose: str
    rules: tuple[str, ...]
    revision: RevisionView
    parts: tuple[WrittenPart, ...]
    text: str


def procedure_then(look: Look, revision: RevisionView, text: str) -> ProcedureThen:
    """The procedure a run is pinned to; `text` is its YAML as published."""
    procedure, state = look.run.plan.procedure, look.run.state
    naming, parts = naming_of(look.run.plan, look.names), []
    for part in look.run.plan.parts:
        title = look.text(part.section.title) if part.section else ""
        rules = tuple(look.text(one.rule) for one in part.section.rules) if part.section else ()
        parts.append(WrittenPart(title, rules, tuple(_step(look, look.run.plan.by_id[step], naming) for step in part.steps)))
    return ProcedureThen(
        run=state.run,
        called=state.started.number or state.run,
        title=look.text(procedure.title),
        name=state.started.procedure,
        purpose=look.text(procedure.purpose),
        rules=tuple(look.text(one.rule) for one in procedure.rules),
        revision=revision,
        parts=tuple(parts),
        text=text,
    )


def _step(look: Look, placed: Placed, naming: Naming) -> WrittenStep:
    face = look.faces[placed.id]
    return WrittenStep(placed.id, face.title, face.detail, tuple(_said(look, placed, face, naming)))


def _said(look: Look, placed: Placed, face: Face, naming: Naming) -> Iterator[tuple[str, str]]:
    w, names, deviating = look.w, look.names, placed.step.on_deviation
    pairs = (
        (w.asked, conditions_in_words(placed.conditions, naming)),
        (w.limits, face.limits),
        (w.then_choices, names.listed(option.title for option in face.options)),
        (w.then_fields, names.listed(_field(one) for one in face.fields)),
        (w.then_instrument, face.instrument),
        (w.then_length, face.length),
        (w.then_due, names.listed(due_words(one, naming) for one in placed.due)),
        (w.then_by, face.roles),
        (w.apart_then, names.listed(names.step(one) for one in _apart(look, placed))),
        (w.then_to, face.receivers),
        (w.then_action, look.text(deviating.action) if deviating else ""),
        (w.rules, " ".join(face.rules)),
    )
    yield from ((str(word), text) for word, text in pairs if text)
    if not face.is_required:
        yield str(w.optional), ""


def _apart(look: Look, placed: Placed) -> Iterator[str]:
    """The earlier steps that another person does, each said at the later one."""
    return (one for one in placed.apart if look.run.plan.by_id[one].index < placed.index)


def _field(face: Face) -> str:
    return f"{face.title} ({face.limits})" if face.limits else face.title
