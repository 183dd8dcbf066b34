"""A named form of a run as one sheet of paper: its parts and fields, signatures, who wrote it, and where it comes from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.procedure.field import Check, Step
from engine.procedure.paper import Paper, PaperPart, papers
from engine.procedure.step import Form, HandTo, Read, Register, Rounds, Sign, fields_of
from engine.review.queries import RunRow
from engine.run.closing import unsigned
from engine.run.events import Happened, Listed
from engine.run.step_state import Row, StepState
from engine.wording import Names
from webui.present.cells import Cell, Party, Pen
from webui.present.faces import strikes_off
from webui.present.ink import NO_LABEL, Ink, Label, Written
from webui.present.listed import HAPPENED
from webui.present.looking import Look

_BLANK_ROWS = 3  # of a register in which nothing is written yet


@dataclass(frozen=True, slots=True)
class Link:
    """A form that a run prints, and the step by which it is found."""

    title: str
    step: str


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """The runs that were open when somebody looked."""

    at: datetime
    runs: Sequence[RunRow]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a register, of rounds, or of what was open; `none` is said where there are none. Blank ones are for a pen."""

    title: Label
    columns: tuple[Label, ...]
    rows: tuple[tuple[Cell, ...], ...]
    none: Label = NO_LABEL
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form: one or two cells, or a whole table."""

    cells: tuple[Cell, ...] = ()
    table: Rows | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the form."""

    heading: Label
    lines: tuple[Line, ...]
    writers: tuple[Party, ...]
    has_writer: bool  # False where all of it is signatures, or was given at the start


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form."""

    title: Label
    site: Label
    number: str
    run: str
    is_over: bool
    facts: tuple[tuple[Label, str], ...]
    parts: tuple[Part, ...]
    foot: tuple[tuple[Label, str], ...]
    blank: Party
    date: Label
    amended_after: Label


def forms_of(look: Look) -> tuple[Link, ...]:
    """The forms this run prints."""
    return tuple(Link(look.text(paper.title), paper.steps[0]) for paper in papers(look.run.plan.procedure))


def paper_with(look: Look, step: str) -> Paper | None:
    """The form on which a step stands."""
    return next((paper for paper in papers(look.run.plan.procedure) if step in paper.steps), None)


def reading(paper: Paper) -> Iterator[Step]:
    """Steps of the form at which somebody read what was open."""
    steps = (step for part in paper.parts for step in part.steps)
    return (step for step in steps if isinstance(step, Read) and step.open_items)


def sheet_of(look: Look, paper: Paper, history: Sequence[Happened], left_open: Mapping[str, LeftOpen]) -> Sheet:
    """The form as `look` prints it. `left_open`: what was open, by the step at which it was read."""
    plan, state = look.run.plan, look.run.state
    ink = Ink(Names("zh", plan.site, plan, look.names.people), has_english=look.names.language == "en")
    writer = _Writer(look, Pen(ink, state, Written.of(plan, history), lambda run: look.other(run).title), left_open, paper.steps)
    parts = [part for part in map(writer.part, paper.parts) if part.lines]
    inputs = writer.inputs()
    if inputs:
        parts.insert(0, Part(NO_LABEL, inputs, (), has_writer=False))
    closing = writer.closing() if paper.is_shared else ()
    if closing:
        parts.append(
            Part(ink.word("strike_signature" if strikes_off(plan) else "close_signature"), closing, (), has_writer=False)
        )
    return Sheet(
        title=ink.text(paper.title),
        site=ink.text(plan.site.name),
        number=state.started.number or "",
        run=state.run,
        is_over=state.is_over,
        facts=tuple(_facts(look, ink)),
        parts=tuple(parts),
        foot=(
            (ink.word("run_id"), state.run),
            (ink.word("revision"), state.started.revision[:12]),
            (ink.word("paper_printed_at"), ink.clock(look.now)),
        ),
        blank=Party(ink.word("by")),
        date=ink.word("paper_date"),
        amended_after=ink.word("amended_after"),
    )


def _facts(look: Look, ink: Ink) -> Iterator[tuple[Label, str]]:
    plan, started = look.run.plan, look.run.state.started
    if started.number:
        yield ink.word("reference_number"), started.number
    shift = plan.site.shifts.get(started.facts.get("shift", ""))
    if shift and not started.number:
        yield ink.word("paper_shift"), shift.title.zh
    place = plan.site.places.get(started.place)
    yield ink.word("place"), place.title.zh if place else started.place
    yield ink.word("started"), ink.clock(look.run.state.started_by.at)
    yield ink.word("paper_state"), ink.word(f"state_{look.run.state.status}").zh


@dataclass(frozen=True, slots=True)
class _Writer:
    look: Look
    pen: Pen
    left_open: Mapping[str, LeftOpen]
    steps: tuple[str, ...]  # of this form

    def inputs(self) -> tuple[Line, ...]:
        """What was given when the run started."""
        fields, given = self.look.run.plan.procedure.inputs, self.look.run.state.started.inputs
        return _paired(self.pen.field(one, given.get(one.id)) for one in fields)

    def closing(self) -> tuple[Line, ...]:
        """The signatures that close the case, given and still to give."""
        given = [one for one in self.look.run.state.signatures if not one.step]
        cells = [Cell(Label(self.pen.ink.names.role(one.mark.role)), parties=(self.pen.signature(one),)) for one in given]
        wanted = unsigned(self.look.run) if not self.look.run.state.is_over else ()
        blank = [Cell(Label(self.pen.ink.names.roles(roles)), parties=(self.pen.signature(None),)) for roles in wanted]
        return _paired(replace(cell, is_wide=True) for cell in (*cells, *blank))

    def part(self, part: PaperPart) -> Part:
        """A part with what applies of it; what is not yet known to apply is left blank."""
        asked = [step for step in part.steps if self.look.run.applies[step.id] is not False]
        shown = [step for step in asked if self._is_shown(step, asked)]
        lines = _paired(thing for step in shown for thing in self._things(step, asked))
        heading = self.pen.ink.text(part.heading) if part.heading else NO_LABEL
        written = [step for step in shown if not isinstance(step, HandTo | Sign)]
        return Part(heading, lines, tuple(self._writers(written)), bool(written))

    def _is_shown(self, step: Step, asked: list[Step]) -> bool:
        """Of steps of which only some will apply, those that only confirm are left out; of receipts the first stands for all."""
        if not self._is_open_alternative(step):
            return True
        alternatives = [one for one in asked if isinstance(one, HandTo) and self._is_open_alternative(one)]
        return step is alternatives[0] if isinstance(step, HandTo) else not isinstance(step, Check | Sign)

    def _is_open_alternative(self, step: Step) -> bool:
        return step.when is not None and self.look.run.applies[step.id] is None

    def _things(self, step: Step, asked: list[Step]) -> Iterator[Cell | Rows]:
        state = self.look.run.state.step(step.id)
        match step:
            case Form() if state.outcome in ("not_done", "not_applicable"):
                yield self.pen.step(step, state)
            case Form():
                for one in step.fields_:
                    yield self.pen.field(one, self.look.run.state.newest(one.id, step.id))
            case Register() | Rounds() if not state.outcome or state.rows:
                yield self._rows(step, state)
            case HandTo() if self._is_open_alternative(step) and sum(map(self._is_open_alternative, asked)) > 1:
                yield replace(self.pen.step(step, state), label=self.pen.ink.word("paper_received"))
            case _:
                yield self.pen.step(step, state)
        if step.id in self.pen.written.listed:
            if self._is_told_first(step.id):
                yield self._listed(*self.pen.written.listed[step.id])
        elif step.id in self.left_open:
            yield self._left(self.left_open[step.id])

    def _is_told_first(self, step: str) -> bool:
        """Whether no earlier step read the very same list: two people who take over from each other read one."""
        listed = self.pen.written.listed
        same = (name for name, (_, items) in listed.items() if name in self.steps and items == listed[step][1])
        return next(same) == step

    def _listed(self, at: datetime, items: tuple[Listed, ...]) -> Rows:
        """What was open when somebody read it, as it was recorded."""
        ink = self.pen.ink
        rows = tuple(
            (
                Cell(NO_LABEL, ink.word(f"listed_{one.kind}")),
                Cell(NO_LABEL, Label(one.text)),
                Cell(NO_LABEL, Label(ink.clock(one.since))),
            )
            for one in items
        )
        columns = ("paper_kind", "paper_matter", "paper_since")
        is_report = bool(items) and all(one.kind in HAPPENED for one in items)
        title = self._at("paper_happened" if is_report else "paper_left_open", at)
        return Rows(title, tuple(map(ink.word, columns)), rows, ink.word("nothing_open"))

    def _at(self, word: str, at: datetime) -> Label:
        title, when = self.pen.ink.word(word), self.pen.ink.clock(at)
        return Label(title.zh.format(at=when), title.en.format(at=when))

    def _rows(self, step: Register | Rounds, state: StepState) -> Rows:
        """The rows as they were written, those taken back struck through; room for some where there are none."""
        fields, is_series = fields_of(step), isinstance(step, Rounds)
        columns = tuple(self.pen.ink.text(one.title) for one in fields)
        head = (self.pen.ink.word("paper_round"),) if is_series else ()
        rows = [self._row(fields, row, is_series) for row in state.rows]
        blank = () if rows or self.look.run.state.is_over else ((Cell(NO_LABEL),) * len((*head, *columns)),) * _BLANK_ROWS
        return Rows(self.pen.ink.text(step.title), (*head, *columns), (*rows, *blank), is_blank=bool(blank))

    def _row(self, fields: tuple[Step, ...], row: Row, is_series: bool) -> tuple[Cell, ...]:
        ink = self.pen.ink
        missed = ink.word("did_miss") if row.is_missed else NO_LABEL
        head = (Cell(NO_LABEL, Label(f"{row.number} · {ink.clock(row.at)}"), note=missed),) if is_series else ()
        return (*head, *(self.pen.field(one, row.fields.get(one.id), row.number) for one in fields))

    def _left(self, left: LeftOpen) -> Rows:
        """What was open when somebody looked."""
        ink = self.pen.ink
        columns = ("paper_matter", "reference_number", "started", "paper_begun_by")
        rows = tuple(
            tuple(Cell(NO_LABEL, Label(text)) for text in (row.title_zh, row.number or "", ink.clock(row.started_at), who))
            for row, who in ((row, ink.names.person(row.started_by)) for row in left.runs)
        )
        return Rows(self._at("paper_left_open", left.at), tuple(map(ink.word, columns)), rows, ink.word("nothing_open"))

    def _writers(self, steps: Iterable[Step]) -> Iterator[Party]:
        """Who wrote in a part, each with the time of the last entry."""
        found: dict[tuple[str, str], datetime] = {}
        for step in steps:
            for who, at in self.pen.written.writers.get(step.id, {}).items():
                found[who] = max(at, found.get(who, at))
        for (by, role), at in found.items():
            names = self.pen.ink.names
            yield Party(self.pen.ink.word("by"), names.person(by), names.role(role) if role else "", at=self.pen.ink.clock(at))


def _paired(things: Iterable[Cell | Rows]) -> tuple[Line, ...]:
    """Narrow cells side by side, the rest over the whole width."""
    lines: list[Line] = []
    waiting: Cell | None = None
    for thing in things:
        if isinstance(thing, Cell) and not thing.is_wide:
            if waiting is None:
                waiting = thing
                continue
            lines.append(Line((waiting, thing)))
        else:
            if waiting is not None:
                lines.append(Line((waiting,)))
            lines.append(Line((thing,)) if isinstance(thing, Cell) else Line((), thing))
        waiting = None
    return (*lines, Line((waiting,))) if waiting is not None else tuple(lines)
