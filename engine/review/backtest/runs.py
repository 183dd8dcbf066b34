"""Runs on a plan: which steps they ask, what their completion waits for. Each situation is assessed once, by the core."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

from engine.ledger.times import instant
from engine.procedure.condition import Condition, Known, Truth
from engine.procedure.plan import Placed, Plan, compile_plan
from engine.procedure.step import Rounds
from engine.review.backtest.alone import FAR, Alone, alone, neutral_in
from engine.review.backtest.past import KEPT, Entry, Past
from engine.review.backtest.report import Finding, Missing
from engine.review.backtest.steps import Judged, Trial
from engine.review.backtest.telling import answers_in, typed_again
from engine.run.answer import Answer, Fault, Typed, known, understand
from engine.run.closing import in_the_way
from engine.run.events import DeviationRaised, RunStarted, WaitEnded
from engine.run.standing import Run, assess
from engine.run.state import Deviation, Mark, Signature, State
from engine.run.step_state import NOTHING

FACTS = ("season", "weekday", "place", "shift")
_MARK = Mark("", "", FAR, 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands on a plan at its end: which steps apply, and what completion would wait for."""

    applies: Mapping[str, Truth]
    missing: frozenset[Missing]


class Side:
    """One plan that past runs are looked at by: the one they ran on, or the draft."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        timeless = plan.procedure.model_copy(update={"schedule": ()})
        self.timeless = compile_plan(timeless, plan.site)
        names = frozenset(_names(plan))
        self._facts = tuple(name for name in FACTS if name in names)
        self._inputs = tuple(one.id for one in plan.procedure.inputs)
        self._watched = {placed.id: tuple(sorted(placed.names & names)) for placed in plan.steps}
        self._rounds = frozenset(placed.id for placed in plan.steps if isinstance(placed.step, Rounds))
        self._waited: dict[str, Entry] = {}
        self._trial = lru_cache(KEPT)(self._tried)
        self._alone = lru_cache(1000)(self._made)
        self._standings: dict[object, Standing] = {}
        self._summary = lru_cache(KEPT)(self._summed_up)
        self.input = lru_cache(KEPT)(self._understood)

    # -- steps

    def judge(self, past: Past, given: Mapping[str, Judged]) -> dict[str, Judged]:
        """Every step of the run decided anew; those `given` are taken as they are."""
        judged: dict[str, Judged] = {}
        for step, placed in self.plan.by_id.items():  # in the order of the procedure: lists stand before what ticks them
            if step in given:
                judged[step] = given[step]
            elif step in past.histories:
                judged[step] = self._step(placed, past, past.histories[step], judged)
        return judged

    def _step(self, placed: Placed, past: Past, history: list[Entry], judged: Mapping[str, Judged]) -> Judged:
        if placed.length is not None:
            history = [self._plain(placed, one) for one in history]
        lists = tuple([judged.get(name) for name in placed.lists]) if placed.lists else ()
        offsets = _offsets(past.times[placed.id]) if placed.id in self._rounds else ()
        return self._trial(placed.id, tuple(history), offsets, lists)

    def _plain(self, placed: Placed, one: Entry) -> Entry:
        """One entry for all waits that lasted long enough: how much longer makes no difference."""
        event, length = one.event, placed.length
        if not isinstance(event, WaitEnded) or length is None or event.lasted < length:
            return one
        if placed.id not in self._waited:
            self._waited[placed.id] = Entry(WaitEnded(placed.id, length))
        return self._waited[placed.id]

    def _tried(
        self, step: str, history: tuple[Entry, ...], offsets: tuple[timedelta, ...], lists: tuple[Judged | None, ...]
    ) -> Judged:
        events = [one.event for one in history]
        neutral = neutral_in(self.plan, (pair for event in events for pair in answers_in(event).items()))
        return Trial(self._alone(step, neutral, lists), events, offsets).judged()

    def _made(self, step: str, neutral: frozenset[str], lists: tuple[Judged | None, ...]) -> Alone:
        listed = {name: state for one in lists if one is not None for name, state in one.states.items()}
        return alone(self.plan, step, neutral, listed)

    # -- inputs

    def _understood(self, name: str, typed: str | tuple[str, ...]) -> Answer | Fault:
        return understand(self.plan.fields[name], typed, self.plan, FAR)

    def _typed(self, name: str, started: RunStarted) -> Typed:
        return typed_again(started.inputs[name], self.plan.fields.get(name))

    def inputs(self, started: RunStarted) -> dict[str, Answer]:
        """What was asked at the start, as this plan understands it."""
        found = {name: self.input(name, self._typed(name, started)) for name in self._inputs if name in started.inputs}
        return {name: answer for name, answer in found.items() if isinstance(answer, Answer)}

    # -- the whole

    def stand(self, past: Past, judged: Mapping[str, Judged]) -> Standing:
        """Where the run stands at its end."""
        facts = tuple(past.started.facts.get(name) for name in self._facts)
        inputs = self.inputs(past.started) if self._inputs else {}
        key = tuple([self._summary(name, judged[name]) if name in judged else None for name in self._watched])
        seen = tuple((name, known(one, self.plan.fields[name].kind)) for name, one in inputs.items())
        whole = (facts, seen, past.closing, bool(past.reported), key)
        found = self._standings.get(whole)
        if found is None:
            found = self._assessed(past, judged, inputs)
            if len(self._standings) == KEPT:
                self._standings.clear()
            self._standings[whole] = found
        return found

    def _summed_up(self, step: str, judged: Judged) -> object:
        """Everything about a step that decides where the run stands."""
        state = judged.states.get(step, NOTHING)
        values = tuple(self._known(name, step, judged) for name in self._watched[step])
        return judged.is_settled, state.outcome, bool(state.rows), values, tuple(one.step for one in judged.blocking)

    def _known(self, name: str, step: str, judged: Judged) -> Known | None:
        owner = judged.states.get(step, NOTHING)
        answer = owner.current if name == step else judged.states.get(name, NOTHING).remeasured or owner.fields.get(name)
        return known(answer, self.plan.fields[name].kind) if answer else None

    def _assessed(self, past: Past, judged: Mapping[str, Judged], inputs: Mapping[str, Answer]) -> Standing:
        run = assess(self.timeless, self.state(past, judged, inputs))
        while kept := self._without_undecided(run, judged):
            judged = kept
            run = assess(self.timeless, self.state(past, judged, inputs))
        return Standing(run.applies, frozenset(_missing(run)))

    def _without_undecided(self, run: Run, judged: Mapping[str, Judged]) -> dict[str, Judged] | None:
        """What could have been answered; None where that is everything: nobody may answer what is not known to be asked."""
        kept = {step: found for step, found in judged.items() if run.applies[step] is not None}
        return kept if len(kept) < len(judged) else None

    def state(self, past: Past, judged: Mapping[str, Judged], inputs: Mapping[str, Answer]) -> State:
        """The state of the run before it was completed."""
        steps = {name: state for one in judged.values() for name, state in one.states.items()}
        deviations = {f"{step} {one.id}": one for step, found in judged.items() for one in found.blocking}
        if past.reported:
            raised = DeviationRaised("", "", "reported", blocks=self.plan.procedure.opens is not None)
            deviations[""] = Deviation("", "", "reported", _MARK, raised)
        signatures = tuple(Signature("", "", "approved", replace(_MARK, role=role), 0) for role in past.closing)
        return State(past.ref.run, 1, "running", replace(past.started, inputs=inputs), _MARK, steps, deviations, signatures)


def _offsets(times: list[str]) -> tuple[timedelta, ...]:
    """How long after the first of these moments each of them was."""
    moments = [instant(at) for at in times]
    return tuple(at - moments[0] for at in moments)


def _missing(run: Run) -> Iterator[Missing]:
    found = in_the_way(run)
    yield from (Missing("asked", step) for step in found.steps)
    yield from (Missing("undecided", step) for step in found.undecided)
    yield from (Missing("deviation", one.step) for one in found.deviations)
    if found.is_close_condition_open:
        yield Missing("close", "")
    yield from (Missing("signature", " ".join(roles)) for roles in found.signatures)


def _names(plan: Plan) -> Iterator[str]:
    """Every name a condition looks at."""
    conditions: list[Condition] = [one for placed in plan.steps for one in placed.conditions]
    if plan.procedure.close is not None:
        conditions.append(plan.procedure.close.when)
        conditions += [one.when for one in plan.procedure.close.sign if one.when is not None]
    for condition in conditions:
        yield from condition.names()


def unchanged(old: Plan, new: Plan) -> frozenset[str]:
    """The steps that are judged alike by both plans, whatever was answered."""
    if (old.procedure.opens is None) != (new.procedure.opens is None):
        return frozenset()
    same: set[str] = set()
    for placed in new.steps:
        before = old.by_id.get(placed.id)
        if before is not None and before.step == placed.step and same.issuperset(placed.lists) and _same(old, new, placed):
            same.add(placed.id)
    return frozenset(same)


def _same(old: Plan, new: Plan, placed: Placed) -> bool:
    """Whether the parameters of a step and of its fields are the same."""
    steps = [new.fields[name] for name in placed.names]
    names = {name for one in steps if (name := getattr(one, "parameter", None)) is not None}
    return all(old.procedure.parameters.get(name) == new.procedure.parameters[name] for name in names)


def new_inputs(side: Side, old: Plan, started: RunStarted) -> Iterator[Finding]:
    """What the start would have asked or refused."""
    for one in side.plan.procedure.inputs:
        given = started.inputs.get(one.id)
        if given is None:
            if one.required and one.when is None and one.id not in old.fields:
                yield Finding("asked", one.id)
        elif isinstance(fault := side.input(one.id, typed_again(given, one)), Fault):
            yield Finding("refused", one.id, value=str(given.typed), why=fault.code)
