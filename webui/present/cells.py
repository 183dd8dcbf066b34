"""Cells of a printed form: what was asked, what was answered, and blank space to write by hand where nothing was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine.procedure.field import Check, Choose, Moment, Note, Photo, Step
from engine.procedure.step import HandTo, Read, Sign, Start, Wait
from engine.run.answer import Answer
from engine.run.lists import items_of
from engine.run.state import Signature, State
from engine.run.step_state import Mark, StepState
from webui.present.ink import NO_LABEL, Ink, Label, Past, Written
from webui.present.values import bounds_text, value_of

_BOXES = 40  # characters of options that still stand in one or two lines beside their boxes
_NARROW = 14  # widths of a Chinese character that fit into half the sheet beside a title
_BOX = 2.6  # the width of a box and of the space around it


@dataclass(frozen=True, slots=True)
class Box:
    """An option with its box. `why`: the reason where it was marked not done."""

    label: Label
    is_ticked: bool
    is_crossed: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Was:
    """A value that was replaced, why, by whom and when."""

    text: str
    word: Label
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Party:
    """One hand under something: who, in which role, when, what it means. Without a name it is a line to sign on."""

    word: Label
    name: str = ""
    role: str = ""
    meaning: Label = NO_LABEL
    at: str = ""
    note: str = ""
    is_amended: bool = False
    drawn: str = ""  # digest of a signature's picture


@dataclass(frozen=True, slots=True)
class Cell:
    """A title and what stands beside it."""

    label: Label
    text: Label = NO_LABEL
    limits: str = ""
    note: Label = NO_LABEL
    reason: str = ""
    boxes: tuple[Box, ...] = ()
    was: tuple[Was, ...] = ()
    parties: tuple[Party, ...] = ()
    photos: tuple[str, ...] = ()
    lines: int = 1
    is_wide: bool = False
    is_moment: bool = False  # never broken into two lines
    is_drawn: bool = False  # its pictures are signatures


@dataclass(frozen=True, slots=True)
class Pen:
    """What a cell is made of: the languages, the run as it stands, and how it came to be."""

    ink: Ink
    state: State
    written: Written
    called: Callable[[str], str]  # what another run is called

    def field(self, step: Step, answer: Answer | None, row: int | None = None) -> Cell:
        """The cell of a field, an input, or a step of one value; in a row only what was chosen has room."""
        cell = Cell(self.ink.text(step.title), was=self._was(step, row), is_moment=isinstance(step, Moment))
        if answer is not None and answer.is_erased:
            return replace(cell, text=self.ink.word("value_erased"))
        if isinstance(step, Choose) and _length(step) <= _BOXES and row is None:
            chosen = answer.options if answer else ()
            boxes = tuple(Box(self.ink.text(title), name in chosen) for name, title in step.options.items())
            return _fitted(replace(cell, boxes=boxes))
        if isinstance(step, Photo) and step.drawn and answer is None:
            return replace(cell, parties=(Party(self.ink.word("paper_signed")),) if row is None else (), is_wide=True)
        if answer is None:
            lines = step.lines if isinstance(step, Note) else 1
            return replace(cell, lines=lines, is_wide=lines > 1)
        if isinstance(step, Photo):
            return replace(cell, photos=answer.options, is_drawn=step.drawn, is_wide=True)
        filled = replace(cell, text=self._value(step, answer), limits=bounds_text(answer, self.ink.names))
        return _fitted(replace(filled, lines=step.lines if isinstance(step, Note) else 1))

    def step(self, step: Step, state: StepState) -> Cell:
        """The cell of a step that is not a form, nor a register or rounds."""
        match step:
            case Check() | Read():
                cell = self._ticked(step, state)
            case HandTo():
                cell = self._handed(step, state)
            case Sign():
                signed = next((one for one in self.state.signatures if one.step == step.id), None)
                cell = Cell(self.ink.text(step.title), parties=(self.signature(signed),), is_wide=True)
            case Wait():
                times = " – ".join(self.ink.clock(at) for at in (state.begun_at, state.ended_at) if at)
                cell = Cell(self.ink.text(step.title), Label(times), is_wide=True)
            case Start():
                cell = Cell(
                    self.ink.text(step.title),
                    Label(self.ink.names.listed(self.called(run) for run in state.linked)),
                    is_wide=True,
                )
            case _:
                cell = self.field(step, state.current)
        return self._marked(cell, state)

    def signature(self, signed: Signature | None) -> Party:
        """A signature, or the line for one."""
        if signed is None:
            return Party(self.ink.word("paper_signed"))
        meaning = self.ink.word(f"meaning_{signed.meaning}")
        made = self._party("paper_signed", signed.mark)
        return replace(made, name=signed.name, meaning=meaning, is_amended=signed.is_amended, drawn=signed.drawn)

    def _value(self, step: Step, answer: Answer) -> Label:
        text = value_of(step, answer, self.ink.names)
        if not isinstance(step, Choose):
            return Label(text)
        titles = [self.ink.text(step.options[option]).en for option in answer.options if option in step.options]
        return Label(text, ", ".join(title for title in titles if title))

    def _was(self, step: Step, row: int | None) -> tuple[Was, ...]:
        return tuple(self._replaced(step, past) for past in self.written.pasts.get((step.id, row), ()))

    def _replaced(self, step: Step, past: Past) -> Was:
        text = value_of(step, past.answer, self.ink.names) if past.answer is not None else self.ink.word("paper_blank").zh
        word = self.ink.word("amend" if past.how == "amended" else "did_remeasure")
        return Was(text, word, past.reason, self.ink.names.person(past.by), self.ink.clock(past.at))

    def _ticked(self, step: Check | Read, state: StepState) -> Cell:
        titles = items_of(self.written.plan.by_id[step.id], self.state, self.written.plan.fields, self.ink.names.person)
        if not titles:
            word = self.ink.word("did" if isinstance(step, Check) else "have_read")
            is_done = state.outcome == "answered"
            box = (Box(word, is_done),)
            return Cell(self.ink.text(step.title), boxes=box, photos=state.photos, is_wide=bool(state.photos))
        boxes = tuple(self._item(step.id, name, self.ink.text(title), state.items) for name, title in titles.items())
        return Cell(self.ink.text(step.title), boxes=boxes, photos=state.photos, is_wide=True)

    def _item(self, step: str, item: str, title: Label, items: Mapping[str, str]) -> Box:
        is_crossed = items.get(item) == "not_done"
        return Box(title, items.get(item) == "done", is_crossed, self.written.reasons.get((step, item), "") if is_crossed else "")

    def _handed(self, step: HandTo, state: StepState) -> Cell:
        given = self._party("paper_handed", state.handed)
        is_received = state.outcome == "answered"
        taken = self._party("paper_received", state.acted if is_received else None)
        note = state.note if state.handed else ""
        return Cell(self.ink.text(step.title), parties=(replace(given, note=note), taken), is_wide=True)

    def _party(self, word: str, mark: Mark | None) -> Party:
        if mark is None:
            return Party(self.ink.word(word))
        names = self.ink.names
        role = names.role(mark.role) if mark.role else ""
        return Party(self.ink.word(word), names.person(mark.by), role, at=self.ink.clock(mark.at))

    def _marked(self, cell: Cell, state: StepState) -> Cell:
        """A step that was marked says so, with the reason."""
        if state.outcome not in ("not_done", "not_applicable"):
            return cell
        word = "tone_not_done" if state.outcome == "not_done" else "tone_na"
        return replace(cell, note=self.ink.word(word), reason=state.reason, boxes=(), parties=(), is_wide=True)


def _length(step: Choose) -> int:
    return sum(len(title.zh) + 2 for title in step.options.values())


def _fitted(cell: Cell) -> Cell:
    """A cell that takes the whole width where what stands in it would not fit into half."""
    boxes = sum(_BOX + _width(box.label) for box in cell.boxes)
    return replace(cell, is_wide=bool(_width(cell.text) + boxes > _NARROW or cell.lines > 1 or cell.was))


def _width(label: Label) -> float:
    return sum(1 if char > "\u2e7f" else 0.5 for char in label.zh + label.en)
