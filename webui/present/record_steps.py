"""The steps of a record: where each stands, what happened on it; where something went wrong; those that were never asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.changes.naming import Naming
from engine.procedure.condition import holds
from engine.procedure.plan import Part
from engine.procedure.step import Register
from engine.run.standing import facts_of
from engine.run.view import StepView, view_step
from webui.present.lines import tone_of, value_line
from webui.present.looking import Look
from webui.present.record_story import Block
from webui.present.wanted import conditions_in_words, naming_of

Blocks = Mapping[str, tuple[Block, ...]]
"""What happened, by step; that of the run itself under ""."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step and everything that happened on it. `was`: its value before it was corrected; why stands below.

    `is_missing`: it was required, and the run is over without it.
    """

    id: str
    title: str
    tone: str
    word: str
    value: str
    was: str
    blocks: tuple[Block, ...]
    is_missing: bool

    @property
    def is_wrong(self) -> bool:
        """Whether anything went wrong here, was changed, was late or left out."""
        return self.is_missing or self.tone == "deviation" or any(block.is_wrong for block in self.blocks)


@dataclass(frozen=True, slots=True)
class PartRecord:
    """A section of the record."""

    id: str
    title: str
    steps: tuple[StepRecord, ...]


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A step that never applied, and the condition by which."""

    title: str
    why: str


def parts_of(look: Look, blocks: Blocks) -> tuple[PartRecord, ...]:
    """Every section with the steps that applied, or on which something happened."""
    return tuple(_part(look, number, part, blocks) for number, part in enumerate(look.run.plan.parts, 1))


def only_wrong(parts: Sequence[PartRecord]) -> tuple[PartRecord, ...]:
    """The sections with nothing but the steps where something went wrong."""
    return tuple(replace(part, steps=tuple(step for step in part.steps if step.is_wrong)) for part in parts)


def not_asked(look: Look, blocks: Blocks) -> tuple[NotAsked, ...]:
    """The steps that never applied, each with why."""
    left_out = (placed for placed in look.run.plan.steps if not _is_shown(look, placed.id, blocks))
    naming = naming_of(look.run.plan, look.names)
    return tuple(NotAsked(look.faces[placed.id].title, _why(look, placed.id, naming)) for placed in left_out)


def _why(look: Look, step: str, naming: Naming) -> str:
    facts = facts_of(look.run)
    failed = [one for one in look.run.plan.by_id[step].conditions if holds(one, facts) is False]
    condition = conditions_in_words(failed, naming)
    return str(look.w.asked_only_if).format(condition=condition) if condition else ""


def _part(look: Look, number: int, part: Part, blocks: Blocks) -> PartRecord:
    title = look.text(part.section.title) if part.section else ""
    shown = (step for step in part.steps if _is_shown(look, step, blocks))
    return PartRecord(f"part-{number}", title, tuple(_step(look, step, blocks.get(step, ())) for step in shown))


def _is_shown(look: Look, step: str, blocks: Blocks) -> bool:
    return look.run.applies[step] is not False or bool(blocks.get(step))


def _step(look: Look, step: str, blocks: tuple[Block, ...]) -> StepRecord:
    view = view_step(look.run, look.run.plan.by_id[step], look.actor, look.now)
    face = look.faces[step]
    is_used = _is_used(look, view)
    tone, word = tone_of(look, view) if is_used else ("off", _unused(look, view))
    is_missing = not is_used and view.placed.step.required and view.status != "answered"
    was, value = _corrected(view, value_line(look, face, view), blocks)
    return StepRecord(step, face.title, tone, word, value, was, blocks, is_missing)


def _corrected(view: StepView, value: str, blocks: tuple[Block, ...]) -> tuple[str, str]:
    """What the step said at first, before it was corrected, and what it says now; where that is the same again, what was between.

    Lists tell it row by row, and a measurement made again tells both values by itself.
    """
    state = view.state
    amended = [beat.entry for block in blocks for beat in block.beats if beat.entry.is_amendment and beat.entry.was]
    if not amended or state.remeasured or state.items or state.rows:
        return "", value
    value = value or amended[-1].text
    return next((one.was for one in amended if one.was != value), ""), value


def _is_used(look: Look, view: StepView) -> bool:
    """Whether the state of a step says something: after the end of the run a step that nobody touched waits for nothing."""
    is_touched = view.state.mark is not None or bool(view.state.rows) or view.state.handed is not None
    return not look.run.state.is_over or is_touched or view.has_open_deviation or view.status == "not_asked"


def _unused(look: Look, view: StepView) -> str:
    if isinstance(view.placed.step, Register) and view.status == "answered":
        return str(look.w.nothing_entered)
    return str(look.w.not_reached if view.placed.step.required else look.w.not_used)
