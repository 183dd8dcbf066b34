"""What was recorded of one step, decided anew on another plan by the real core.

Somebody who may do everything gives the same answers. What was done about a deviation is done about the one that arises in its
place, in time and in the order asked for; what was done about one that does not arise is left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.procedure.field import Photo
from engine.procedure.plan import Plan
from engine.review.backtest.alone import FAR, Alone
from engine.review.backtest.report import Finding
from engine.review.backtest.telling import (
    Causes,
    answers_in,
    causes_differing,
    cut_short,
    gone_in,
    readings_differing,
    refused,
    typed_again,
)
from engine.run import commands as c
from engine.run.answer import Typed
from engine.run.decide import Decided, decide
from engine.run.events import (
    DeviationAccepted,
    DeviationActedOn,
    DeviationRaised,
    Event,
    Happened,
    ItemsListed,
    ItemTicked,
    Listed,
    PhotosAttached,
    RoundDone,
    RoundMissed,
    RoundsStarted,
    RoundsStopped,
    RowAdded,
    RunLinked,
    Signed,
    StepAmended,
    StepAnswered,
    StepMarked,
    StepRemeasured,
    WaitEnded,
    WaitStarted,
    WorkHanded,
    WorkReceived,
)  # fmt: skip
from engine.run.refusal import Refusal
from engine.run.state import Deviation
from engine.run.step_state import StepState
from engine.run.ticking import pass_time

LIMITS = ("out_of_limits", "critical")
_CONSEQUENCES = (DeviationRaised, RoundMissed, ItemsListed)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """How a step would stand. `done` and `rows`: which of its events settled it first, and wrote each row."""

    findings: tuple[Finding, ...]
    states: Mapping[str, StepState]
    blocking: tuple[Deviation, ...]
    is_settled: bool
    done: int | None
    rows: tuple[int, ...]


class Trial:
    """One step's history being decided anew. `offsets` from its first event, where the time between them matters."""

    def __init__(self, alone: Alone, history: Sequence[Event], offsets: Sequence[timedelta]) -> None:
        self._alone, self._history, self._offsets = alone, history, offsets
        self._run, self._now = alone.run, FAR
        self._at = self._command = 0
        self._findings: list[Finding] = []
        self._then: dict[str, tuple[int, str, bool]] = {}  # deviations as recorded: at which command, of what, of a reading?
        self._raised: list[tuple[int, DeviationRaised]] = []
        self._causes_then: Causes = Counter()
        self._causes: Causes = Counter()
        self._rows: dict[str, str] = {"": ""}  # rounds and rows as they were numbered then, and would be
        self._done_at: datetime | None = None
        self._done: int | None = None
        self._written: list[int] = []

    def judged(self) -> Judged:
        """Give the whole history, and see how the step stands."""
        for at, event in enumerate(self._history):
            self._at = at
            if not isinstance(event, _CONSEQUENCES):
                self._command = self._at
            self._now = max(self._now, FAR + self._offsets[self._at]) if self._offsets else self._now
            self._take(event)
            self._note_times()
        self._findings += causes_differing(self._causes_then, self._causes)
        state, step = self._run.state, self._alone.step
        blocking = tuple(one for one in state.open_deviations() if one.event.blocks)
        settled = step in self._run.settled
        return Judged(tuple(self._findings), state.steps, blocking, settled, self._done, tuple(self._written))

    def _note_times(self) -> None:
        step = self._run.state.step(self._alone.step)
        if step.done_at != self._done_at:
            self._done_at, self._done = step.done_at, self._at if step.done_at else None
        self._written += [self._at] * (len(step.rows) - len(self._written))

    def _take(self, event: Event) -> None:
        match event:
            case DeviationRaised():
                self._recorded(event)
            case RoundMissed():
                self._happen(pass_time(self._run, self._now), "")
            case ItemsListed():
                pass  # it comes again with the answer
            case DeviationActedOn():
                if (found := self._deviation(event.deviation)) and found.acted is None:
                    self._give(c.ActOn(found.id, event.text))
            case DeviationAccepted():
                if found := self._deviation(event.deviation):
                    self._give(c.AcceptDeviation(found.id, event.reason))
            case StepRemeasured():
                self._remeasure(event)
            case WaitEnded():
                self._end_wait(event)
            case _:
                self._again(event)

    # -- deviations

    def _recorded(self, event: DeviationRaised) -> None:
        is_reading = event.cause in LIMITS
        self._then[event.deviation] = (self._command, event.step, is_reading)
        if not is_reading:
            self._causes_then[event.step, event.cause, self._rows.get(event.entry, event.entry)] += 1

    def _deviation(self, recorded: str) -> Deviation | None:
        """The open deviation that stands for one that was recorded: the one that the same answer raises."""
        if recorded not in self._then:
            return None
        command, step, is_reading = self._then[recorded]
        open_ = self._run.state.deviations
        for at, raised in self._raised:
            is_same = (at, raised.step, raised.cause in LIMITS) == (command, step, is_reading)
            if is_same and open_[raised.deviation].is_open:
                return open_[raised.deviation]
        return None

    def _remeasure(self, event: StepRemeasured) -> None:
        found = self._deviation(event.deviation) or self._other(event.step)
        if found is None:
            return
        if found.event.action and found.acted is None:
            self._give(c.ActOn(found.id, "-"))
        self._now += found.event.remeasure_after or timedelta()
        would = self._give(c.Remeasure(found.id, event.answer.typed))
        if isinstance(would, Refusal):
            self._findings += refused(event, would)
        else:
            self._findings += readings_differing(event, would[0], self._alone.neutral)

    def _other(self, step: str) -> Deviation | None:
        """Another open deviation of the reading: whoever measures again measures for all of them."""
        found = (one for one in self._run.state.open_deviations() if one.step == step and one.cause in LIMITS)
        return next(found, None)

    # -- acts

    def _give(self, act: c.Act) -> tuple[Event, ...] | Refusal:
        actor = self._alone.receiver if isinstance(act, c.Receive) else self._alone.doer
        decided = decide(self._run, c.Command("", "", actor, self._now, act), self._now)
        if isinstance(decided, Refusal):
            return decided
        self._happen(decided, actor.person)
        return decided.events

    def _happen(self, decided: Decided, by: str) -> None:
        after, now = self._run.state.version, self._now
        self._run = self._run.advance(
            Happened(after + number, event, by, decided.role, "", now, now) for number, event in enumerate(decided.events, 1)
        )
        for raised in (one for one in decided.events if isinstance(one, DeviationRaised)):
            self._raised.append((self._command, raised))
            if raised.cause not in LIMITS:
                self._causes[raised.step, raised.cause, raised.entry] += 1

    def _again(self, event: Event) -> None:
        act = self._act(event)
        if act is None:
            return
        would = self._give(act)
        if isinstance(event, StepAmended) and isinstance(would, Refusal) and _is_answer_still(event, would):
            would = self._give(c.AnswerStep(event.step, _typed(event, self._plan), _fields(event, self._plan)))
        if isinstance(would, Refusal):
            self._findings += refused(event, would)
            return
        new = next((one for one in would if isinstance(one, type(event) | StepAnswered)), None)
        if isinstance(event, RowAdded | RoundDone) and isinstance(new, RowAdded | RoundDone):
            self._rows[_number(event)] = _number(new)
        if new is not None:
            known = self._run.plan.fields
            self._findings += readings_differing(event, new, self._alone.neutral)
            self._findings += [Finding("gone", name) for name in gone_in(event, known)]

    def _act(self, event: Event) -> c.Act | None:
        step: str = getattr(event, "step", "")
        match event:
            case StepAnswered():
                return c.AnswerStep(step, self._answered(event), _fields(event, self._plan), event.photos, self._listed())
            case ItemTicked():
                return c.TickItem(step, event.item, event.outcome, event.reason)
            case PhotosAttached():
                return c.AttachPhotos(step, event.photos)
            case StepMarked():
                return c.MarkStep(step, event.outcome, event.reason)
            case StepAmended():
                row = None if event.row is None else int(self._rows.get(str(event.row), event.row))
                typed, fields = _typed(event, self._plan), _fields(event, self._plan)
                return c.AmendStep(step, event.reason, typed, fields, event.is_withdrawal, row)
            case WaitStarted() | RoundsStarted():
                return c.Begin(step)
            case RoundsStopped():
                return c.End(step, event.reason)
            case RoundDone():
                return c.RecordRound(step, _fields(event, self._plan))
            case RowAdded():
                return c.AddRow(step, _fields(event, self._plan))
            case WorkHanded():
                return c.Hand(step, event.note)
            case WorkReceived():
                return c.Receive(step)
            case Signed():
                return c.Sign(step, verified=True, drawn=event.drawn)
            case RunLinked():
                return c.LinkRun(step, event.run, event.procedure)
            case _:
                return None

    @property
    def _plan(self) -> Plan:
        return self._run.plan

    def _answered(self, event: StepAnswered) -> str | tuple[str, ...]:
        """What was typed; of pictures only those that came new."""
        typed, earlier = _typed(event, self._plan), self._run.state.step(event.step).answer
        if isinstance(self._run.plan.fields.get(event.step), Photo) and earlier:
            return tuple(one for one in typed if one not in earlier.options)
        return typed

    def _listed(self) -> tuple[Listed, ...]:
        following = self._history[self._at + 1] if self._at + 1 < len(self._history) else None
        return following.items if isinstance(following, ItemsListed) else ()

    def _end_wait(self, event: WaitEnded) -> None:
        begun, length = self._run.state.step(event.step).begun_at, self._run.plan.steps[0].length
        if begun is None or length is None:
            return
        self._now = max(self._now, begun + event.lasted)
        would = self._give(c.End(event.step, event.reason))
        if isinstance(would, Refusal) and would.code == "too_early":
            started = next((one for one in self._history if isinstance(one, WaitStarted)), None)
            self._findings.append(cut_short(event.step, event.lasted, started.length if started else None, length))


def _is_answer_still(event: StepAmended, refusal: Refusal) -> bool:
    """Whether a correction is the first answer that could be taken: what it corrects was refused."""
    return refusal.code == "not_answered" and event.row is None and not event.is_withdrawal


def _number(event: RowAdded | RoundDone) -> str:
    return str(event.row if isinstance(event, RowAdded) else event.round)


def _typed(event: StepAnswered | StepAmended, plan: Plan) -> Typed:
    return typed_again(event.answer, plan.fields.get(event.step)) if event.answer else ""


def _fields(event: Event, plan: Plan) -> dict[str, Typed]:
    fields: Mapping[str, object] = getattr(event, "fields", {})
    return {name: typed_again(one, plan.fields.get(name)) for name, one in answers_in(event).items() if name in fields}
