"""Where a run stands: which steps apply, which are settled, and how far each part has come.

Kept beside the state and moved on by what changed and what depends on it, so that a tick costs the same in a procedure of ten
steps and of a thousand. `assess` computes it from nothing; a test holds the two equal.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from engine.procedure.condition import Known, Truth, both, holds
from engine.procedure.field import Check, Photo
from engine.procedure.occurrence import occurrence_for
from engine.procedure.plan import Placed, Plan
from engine.procedure.step import Register
from engine.run.answer import known
from engine.run.events import Happened
from engine.run.lists import items_of
from engine.run.state import State, evolve

Share = tuple[int, int, int]
"""What one step counts for in a tally, in the order of its fields."""
_NOTHING: Share = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a part has come: steps that are settled, steps that apply or may yet, and steps that are required and asked now."""

    settled: int = 0
    total: int = 0
    left: int = 0

    def moved(self, before: Share, after: Share) -> "Tally":
        """The tally once a step counts as `after` in it, where it counted as `before`."""
        return Tally(self.settled + after[0] - before[0], self.total + after[1] - before[1], self.left + after[2] - before[2])


@dataclass(frozen=True, slots=True)
class Run:
    """A run on its plan: the record's state and where it stands."""

    plan: Plan
    state: State
    applies: Mapping[str, Truth]
    settled: frozenset[str] | set[str]
    tallies: tuple[Tally, ...]
    tally: Tally  # of all parts together, counted along
    finish_by: datetime | None = None  # when its schedule wants it finished, if it was begun for a scheduled time
    late_tells: tuple[str, ...] = ()  # the roles that are told when it is not
    scheduled: datetime | None = None  # the time of its schedule it was begun for

    def is_asked(self, step: str) -> bool:
        """Whether the step applies and is not yet settled."""
        return self.applies[step] is True and step not in self.settled

    def is_left(self, step: str) -> bool:
        """Whether it is a step that is asked, and required."""
        return step in self.plan.by_id and self.is_asked(step) and self.plan.by_id[step].step.required

    def is_wanted_anew(self, step: str) -> bool:
        """Whether a run that is back from its review lacks this step: an answer was taken back, or another made it apply."""
        if self.state.status != "completed" or not self.state.review.is_back or step not in self.plan.by_id:
            return False
        return self.is_asked(step) and (self.plan.by_id[step].step.required or self.state.step(step).amendments > 0)

    def after(self, step: str) -> Placed | None:
        """The next step that is asked after `step`, or from the start again; None where nothing is asked."""
        start = self.plan.by_id[step].index + 1 if step in self.plan.by_id else 0
        count = len(self.plan.steps)
        for offset in range(count):
            placed = self.plan.steps[(start + offset) % count]
            if self.is_asked(placed.id):
                return placed
        return None

    def advance(self, happened: Iterable[Happened]) -> "Run":
        """The run after more events."""
        state = self.state
        touched: set[str] = set()
        for one in happened:
            state = evolve(state, one)
            if owner := self.plan.owner.get(getattr(one.event, "step", "")):
                touched.add(owner)
        return _reassess(self, state, touched)


SITE_FACTS = frozenset(("season", "weekday", "place", "shift"))  # one that is missing is none: it will never be known
NEVER = Known(standing="unanswered")


class _Facts(Mapping[str, Known]):
    """What conditions may see, looked up only when asked for; `here` goes before what is recorded."""

    def __init__(
        self, plan: Plan, state: State, applies: Mapping[str, Truth], here: Mapping[str, Known] = MappingProxyType({})
    ) -> None:
        self._plan, self._state, self._applies, self._here = plan, state, applies, here

    def __getitem__(self, name: str) -> Known:
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan.fields)

    def __len__(self) -> int:
        return len(self._plan.fields)

    def is_listed(self, step: str, settled: Collection[str]) -> bool:
        """Whether a step that gives a list has given it, or will not be asked, or need not."""
        return step in settled or self._applies[step] is False or not self._plan.by_id[step].step.required

    def _find(self, name: str) -> Known | None:
        started = self._state.started
        if name in self._here:
            return self._here[name]
        if name in SITE_FACTS:
            return Known(started.facts[name]) if name in started.facts else NEVER
        owner = self._plan.owner.get(name)
        if owner is None:
            return None
        if owner == "":
            answer = started.inputs.get(name)
            return known(answer, self._plan.fields[name].kind) if answer else NEVER
        return self._of_step(owner, name)

    def _of_step(self, owner: str, name: str) -> Known | None:
        if self._applies.get(owner) is False:
            return Known(standing="not_applicable")
        step, placed = self._state.step(owner), self._plan.by_id[owner]
        if step.outcome in ("not_done", "not_applicable"):
            return Known(standing=step.outcome)
        if isinstance(placed.step, Register):
            return Known(standing="done") if step.rows and is_settled(placed, self._state) else None
        if step.outcome is None:
            return None
        answer = self._state.newest(name, owner)
        if answer is not None:
            return known(answer, self._plan.fields[name].kind)
        return Known(standing="done") if name == owner else NEVER


def assess(plan: Plan, state: State) -> Run:
    """Where a run stands, from nothing."""
    applies: dict[str, Truth] = {}
    settled: set[str] = set()
    tallies, whole = [Tally() for _ in plan.parts], Tally()
    facts = _Facts(plan, state, applies)
    for placed in plan.steps:
        applies[placed.id] = _applies(placed, facts, settled)
        if is_settled(placed, state):
            settled.add(placed.id)
        share = _share(placed, applies, settled)
        tallies[placed.section], whole = tallies[placed.section].moved(_NOTHING, share), whole.moved(_NOTHING, share)
    scheduled = occurrence_for(plan.procedure.schedule, plan.site, state.started_by.at)
    run = Run(plan, state, applies, settled, tuple(tallies), whole, scheduled=scheduled.starts_at if scheduled else None)
    if scheduled is None or scheduled.finish_by is None or scheduled.finish_by <= state.started_by.at:
        return run
    return replace(run, finish_by=scheduled.finish_by, late_tells=plan.procedure.schedule[scheduled.line].notify)


def _reassess(run: Run, state: State, touched: Iterable[str]) -> Run:
    plan = run.plan
    applies, settled, tallies, whole = dict(run.applies), set(run.settled), list(run.tallies), run.tally
    facts = _Facts(plan, state, applies)
    waiting = [plan.by_id[step].index for step in touched]
    heapify(waiting)
    done: set[int] = set()
    while waiting:  # in the order of the procedure: conditions only look back
        index = heappop(waiting)
        if index in done:
            continue
        done.add(index)
        placed = plan.steps[index]
        before = _share(placed, applies, settled)
        applies[placed.id] = _applies(placed, facts, settled)
        (settled.add if is_settled(placed, state) else settled.discard)(placed.id)
        if (after := _share(placed, applies, settled)) != before:
            tallies[placed.section], whole = tallies[placed.section].moved(before, after), whole.moved(before, after)
        for dependent in plan.dependents.get(placed.id, ()):
            heappush(waiting, plan.by_id[dependent].index)
    return Run(plan, state, applies, settled, tuple(tallies), whole, run.finish_by, run.late_tells, run.scheduled)


def _share(placed: Placed, applies: Mapping[str, Truth], settled: set[str]) -> Share:
    applying = applies[placed.id]
    if applying is False:
        return _NOTHING
    is_settled = placed.id in settled
    return is_settled, 1, applying is True and placed.step.required and not is_settled


def _applies(placed: Placed, facts: "_Facts", settled: Collection[str]) -> Truth:
    if placed.lists and not all(facts.is_listed(name, settled) for name in placed.lists):
        return None  # what there is to tick is not known before it was listed
    return both(holds(condition, facts) for condition in placed.conditions) if placed.conditions else True


def is_settled(placed: Placed, state: State) -> bool:
    """Whether nothing more is asked of a step: answered in full, or marked not done or not applicable."""
    step = state.step(placed.id)
    if step.outcome in ("not_done", "not_applicable"):
        return True
    if placed.step.evidence and not step.photos:
        return False
    match placed.step:
        case Register():
            return sum(1 for row in step.rows if row.fields) >= placed.step.at_least
        case Check() if items := items_of(placed, state):
            return step.outcome == "answered" and items.keys() <= step.items.keys()
        case Photo():
            return step.outcome == "answered" and bool(step.answer)
        case _:
            return step.outcome == "answered"


def facts_of(run: Run, here: Mapping[str, Known] = MappingProxyType({})) -> "_Facts":
    """What conditions may see of a run; `here` goes before what is recorded: the fields being filled in."""
    return _Facts(run.plan, run.state, run.applies, here)


def undecided_for(run: Run, step: str) -> tuple[str, ...]:
    """The names whose answers the step's condition still waits for."""
    facts = facts_of(run)
    placed = run.plan.by_id[step]
    names = (name for condition in placed.conditions for name in condition.names())
    lists = (name for name in placed.lists if not facts.is_listed(name, run.settled))
    return tuple(dict.fromkeys((*(name for name in names if facts.get(name) is None), *lists)))
