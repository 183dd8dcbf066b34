"""An oracle for backtests: the whole record of a run given once more, command by command, to the real core on another plan.

It shares nothing with the backtest but the core: no step is looked at alone, nothing is kept from one run for another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import get_args

from engine.procedure.field import Photo
from engine.procedure.limits import Band
from engine.procedure.plan import Plan
from engine.procedure.site import Permission
from engine.run import commands as c
from engine.run import events as e
from engine.run.answer import Answer
from engine.run.closing import in_the_way
from engine.run.decide import decide, start
from engine.run.refusal import Refusal
from engine.run.standing import Run, assess
from engine.run.state import evolve

LIMITS = ("out_of_limits", "critical")
Seen = tuple[str, str, int]
"""A reading: its step, its round or row, and how many of them came before."""


@dataclass
class Redecided:
    """What came of it. `bands`: of each reading as it was recorded and as it would be, None where it was not taken."""

    run: Run
    bands: dict[Seen, tuple[Band | None, Band | None]] = field(default_factory=dict)
    missing: frozenset[tuple[str, str]] = frozenset()


class Redecision:
    """One run's record on another plan."""

    def __init__(self, plan: Plan, history: tuple[e.Happened, ...]) -> None:
        self.plan, self.history = plan, history
        roles = tuple(dict.fromkeys((*plan.site.roles, *sorted(plan.parties))))
        self.roles, self.may = roles, frozenset(get_args(Permission))
        self.now = history[0].recorded_at
        self.slack = timedelta()
        self.names: dict[str, str] = {}  # deviations as recorded, and as they are now
        self.seen: dict[tuple[str, str], int] = {}
        self.found: Redecided

    def give_all(self) -> Redecided:
        """Give everything up to the completion."""
        first = self.history[0]
        assert isinstance(first.event, e.RunStarted)
        inputs = {name: answer.typed for name, answer in first.event.inputs.items()}
        act = c.StartRun("", "", first.event.place, inputs)
        decided = start(self.plan, self._command(act, first), self.now)
        assert not isinstance(decided, Refusal), decided
        happened = e.Happened(1, decided.events[0], first.by, first.role, "", self.now, self.now)
        self.found = Redecided(assess(self.plan, evolve(None, happened, "again")))
        for at, one in enumerate(self.history[1:], 1):
            self.now = max(self.now, one.recorded_at + self.slack)
            if isinstance(one.event, e.RunCompleted | e.RunAbandoned):
                break
            self._take(at, one)
        left = in_the_way(self.found.run)
        lacks = [("asked", step) for step in left.steps] + [("undecided", step) for step in left.undecided]
        lacks += [("deviation", deviation.step) for deviation in left.deviations]
        lacks += [("close", "")] if left.is_close_condition_open else []
        self.found.missing = frozenset(lacks + [("signature", " ".join(roles)) for roles in left.signatures])
        return self.found

    def _command(self, act: c.Act, one: e.Happened) -> c.Command:
        person = f"{one.by}_2" if isinstance(act, c.Receive) else one.by
        roles = (one.role, *self.roles) if isinstance(act, c.Sign) and not act.step else self.roles
        return c.Command("", "again", c.Actor(person, person, roles, self.may), self.now, act)

    def _give(self, act: c.Act, one: e.Happened) -> tuple[e.Event, ...]:
        """The events; none where it was refused."""
        decided = decide(self.found.run, self._command(act, one), self.now)
        if isinstance(decided, Refusal):
            return ()
        after = self.found.run.state.version
        news = [
            e.Happened(after + n, event, one.by, decided.role, "", self.now, self.now)
            for n, event in enumerate(decided.events, 1)
        ]
        self.found.run = self.found.run.advance(news)
        return decided.events

    def _take(self, at: int, one: e.Happened) -> None:
        event = one.event
        deviations = self.found.run.state.deviations
        match event:
            case e.DeviationRaised(cause="reported"):
                self._give(c.ReportDeviation(event.text), one)
            case e.DeviationActedOn() | e.DeviationAccepted():
                found = deviations.get(self.names.get(event.deviation, ""))
                if found and found.is_open:
                    is_act = isinstance(event, e.DeviationActedOn)
                    self._give(c.ActOn(found.id, "做") if is_act else c.AcceptDeviation(found.id, "可"), one)
            case e.StepRemeasured():
                self._remeasure(event, one)
            case _:
                act = _act(event, self.found.run, self.history[at + 1 :])
                if act is not None:
                    events = self._give(act, one)
                    self._compare(event, events)
                    self._name(at, events)

    def _name(self, at: int, events: tuple[e.Event, ...]) -> None:
        """Which deviation now stands for which of those that followed the recorded event."""
        new = [one for one in events if isinstance(one, e.DeviationRaised)]
        for one in self.history[at + 1 :]:
            if not isinstance(one.event, e.DeviationRaised | e.ItemsListed | e.DeviationCleared):
                break
            old = one.event
            if isinstance(old, e.DeviationRaised):
                alike = [d for d in new if d.step == old.step and (d.cause == old.cause or {d.cause, old.cause} <= set(LIMITS))]
                if alike:
                    self.names[old.deviation] = alike[0].deviation

    def _remeasure(self, event: e.StepRemeasured, one: e.Happened) -> None:
        state = self.found.run.state
        named = state.deviations.get(self.names.get(event.deviation, ""))
        others = [d for d in state.open_deviations() if d.step == event.step and d.cause in LIMITS]
        found = named if named and named.is_open else next(iter(others), None)
        events: tuple[e.Event, ...] = ()
        if found is not None:
            if found.event.action and found.acted is None:
                self._give(c.ActOn(found.id, "做"), one)
            found = self.found.run.state.deviations[found.id]
            ready = (found.acted or found.raised).at + (found.event.remeasure_after or timedelta())
            if ready > self.now:
                self.slack += ready - self.now
                self.now = ready
            events = self._give(c.Remeasure(found.id, event.answer.typed), one)
        self._compare(event, events)

    def _compare(self, event: e.Event, events: tuple[e.Event, ...]) -> None:
        new = _answers(next((one for one in events if isinstance(one, type(event))), None))
        entry = str(getattr(event, "row", None) or getattr(event, "round", None) or "")
        for name, answer in _answers(event).items():
            if answer.band is not None:
                number = self.seen[name, entry] = self.seen.get((name, entry), 0) + 1
                self.found.bands[name, entry, number] = (answer.band, new[name].band if name in new else None)


def _answers(event: object) -> Mapping[str, Answer]:
    answer, step = getattr(event, "answer", None), getattr(event, "step", "")
    return ({step: answer} if answer else {}) | dict(getattr(event, "fields", {}))


def _typed(event: object) -> dict[str, str | tuple[str, ...]]:
    return {name: answer.typed for name, answer in getattr(event, "fields", {}).items()}


def _act(event: e.Event, run: Run, rest: tuple[e.Happened, ...]) -> c.Act | None:
    match event:
        case e.StepAnswered():
            typed = event.answer.typed if event.answer else ""
            earlier = run.state.step(event.step).answer
            if isinstance(run.plan.fields.get(event.step), Photo) and earlier:
                typed = tuple(one for one in typed if one not in earlier.options)
            listed = rest[0].event.items if rest and isinstance(rest[0].event, e.ItemsListed) else ()
            return c.AnswerStep(event.step, typed, _typed(event), event.photos, listed)
        case e.ItemTicked():
            return c.TickItem(event.step, event.item, event.outcome, event.reason)
        case e.PhotosAttached():
            return c.AttachPhotos(event.step, event.photos)
        case e.StepMarked():
            return c.MarkStep(event.step, event.outcome, event.reason)
        case e.StepAmended():
            typed = event.answer.typed if event.answer else ""
            if run.state.step(event.step).outcome is None and event.row is None and not event.is_withdrawal:
                return c.AnswerStep(event.step, typed, _typed(event))
            return c.AmendStep(event.step, event.reason, typed, _typed(event), event.is_withdrawal, event.row)
        case e.WaitStarted() | e.RoundsStarted():
            return c.Begin(event.step)
        case e.WaitEnded() | e.RoundsStopped():
            return c.End(event.step, event.reason)
        case e.RoundDone():
            return c.RecordRound(event.step, _typed(event))
        case e.RowAdded():
            return c.AddRow(event.step, _typed(event))
        case e.WorkHanded():
            return c.Hand(event.step, event.note)
        case e.WorkReceived():
            return c.Receive(event.step)
        case e.Signed():
            return c.Sign(event.step, verified=True, drawn=event.drawn)
        case e.RunLinked():
            return c.LinkRun(event.step, event.run, event.procedure)
        case e.DueExtended():
            return c.Extend(event.step, event.until, event.reason)
        case _:
            return None


def redecided(plan: Plan, history: tuple[e.Happened, ...]) -> Redecided:
    """The record on another plan. Times stand as they were; only a re-measure waits where it would have had to."""
    return Redecision(plan, history).give_all()
