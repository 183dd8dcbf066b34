"""The finite space of what can be known in a run: the combinations of facts, inputs and steps that conditions can tell apart.

Exact, unlike `rules.reach`, which may only err towards silence: a form and its fields are known together, and a step that does
not apply is known as that. A step whose condition is undecided may still hold an answer from when it applied. Values stand for
intervals as in `rules.domain`.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.procedure.condition import Condition, Known, Test, Truth, both, holds
from engine.procedure.field import Step
from engine.procedure.plan import Placed, Plan
from engine.procedure.proofs.ahead import Ahead
from engine.procedure.rules.domain import everything
from engine.procedure.rules.draft import Draft, Effort, TooMuch
from engine.procedure.rules.names import FACTS
from engine.procedure.rules.surroundings import Surroundings
from engine.procedure.rules.truth import tests_by_name
from engine.procedure.site import Site

MOST_TRIED = 20_000
_EFFORT = 10_000_000
NEVER, NOT_APPLICABLE = Known(standing="unanswered"), Known(standing="not_applicable")
Outcome = Mapping[str, Known]  # what conditions see of a question and its fields; empty: not yet known


@dataclass(frozen=True, slots=True)
class Question:
    """A fact, an input or a step that is settled in a run; `names`: its own, and its fields' that conditions look at."""

    name: str
    names: tuple[str, ...]
    placed: Placed | None = None
    input: Step | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether it is known when the run starts, and never changes."""
        return self.placed is None


def draft_of(plan: Plan) -> Draft:
    """The plan's procedure as the rules look at it."""
    return Draft(plan.procedure, Surroundings(site=plan.site), Effort(_EFFORT))


class Space:
    """The combinations of everything that `conditions` hang on, at any remove.

    With `is_settled` every step is answered or marked; else it may also be still open. Raises TooMuch where a choice of several
    has too many options to tell apart.
    """

    def __init__(self, plan: Plan, draft: Draft, conditions: Iterable[Condition], *, is_settled: bool) -> None:
        self.plan, self.is_settled, self._draft = plan, is_settled, draft
        self.facts: dict[str, Known] = {}
        self.applies: dict[str, Truth] = {}
        self.undecided: set[str] = set()
        self.tried = 0
        looked_at, names = _closure(plan, tuple(conditions))
        self._tests = tests_by_name(*looked_at)
        self.questions = tuple(_questions(plan, names))
        self._places = {name: place for place, question in enumerate(self.questions) for name in question.names}
        self._given = {question.name: list(self._given_outcomes(question)) for question in self.questions}

    @property
    def fixed(self) -> int:
        """How many of the questions are known when the run starts: they come first."""
        return sum(question.is_fixed for question in self.questions)

    def walk(self, at: int = 0, wanted: Iterable[Condition] = (), until: int | None = None) -> Generator[None]:
        """Every combination from question `at` on that makes everything wanted true; meanwhile `facts` holds it.

        Raises TooMuch when more than MOST_TRIED were tried since `tried` was last set to 0.
        """
        end = len(self.questions) if until is None else until
        yield from self._walk(at, end, tuple(wanted))

    def _walk(self, at: int, end: int, wanted: tuple[Condition, ...]) -> Iterator[None]:
        if at == end:
            if all(holds(condition, self.facts) is True for condition in wanted):
                yield
            return
        question = self.questions[at]
        for outcome in list(self._outcomes(question)):
            self.tried += 1
            if self.tried > MOST_TRIED:
                raise TooMuch
            self.facts.update(outcome)
            try:
                if not wanted or self._may_come_true(at, wanted):
                    yield from self._walk(at + 1, end, wanted)
            finally:  # also where whoever walks has seen enough
                for name in question.names:
                    self.facts.pop(name, None)

    def _may_come_true(self, at: int, wanted: tuple[Condition, ...]) -> bool:
        ahead = Ahead(self.plan, self.facts, lambda name: self._places.get(name, -1) <= at)
        return all(ahead.bound(condition) is not False for condition in wanted)

    def _outcomes(self, question: Question) -> Iterator[Outcome]:
        if question.placed is None:
            yield from self._given_at_start(question)
            return
        applies = self._applies(question.placed)
        self.applies[question.name] = applies
        if applies is False:
            yield dict.fromkeys(question.names, NOT_APPLICABLE)
        elif applies is None and self.is_settled:
            self.undecided.add(question.name)
            yield {}
        elif applies is None:
            yield {}
            yield from self._answers(question)
        else:
            yield from self._answers(question)
            yield from () if self.is_settled else ({},)

    def _applies(self, placed: Placed) -> Truth:
        if any(not self._is_listed(name) for name in placed.lists):
            return None
        return both(holds(condition, self.facts) for condition in placed.conditions)

    def _is_listed(self, name: str) -> bool:
        is_open = self.applies.get(name) is not False and name not in self.facts
        return not (is_open and self.plan.by_id[name].step.required)

    def _given_at_start(self, question: Question) -> Iterator[Outcome]:
        step = question.input
        yield from self._given[question.name]
        if step is not None and (not step.required or not self._is_wanted(step)):
            yield {question.name: NEVER}

    def _is_wanted(self, step: Step) -> bool:
        return step.when is None or holds(step.when, self.facts) is True

    def _answers(self, question: Question) -> Iterator[Outcome]:
        assert question.placed is not None
        fields = [name for name in question.names if name != question.name]
        for outcome in self._given[question.name]:
            if not fields or outcome[question.name] != _DONE:
                yield dict.fromkeys(question.names, outcome[question.name])
                continue
            yield from ({question.name: _DONE} | values for values in self._filled(fields))

    def _filled(self, fields: list[str]) -> Iterator[dict[str, Known]]:
        """The fields of a form; one that need not be filled in may be left out, and then comes first."""
        if not fields:
            yield {}
            return
        first, *rest = fields
        step = self.plan.fields[first]
        values = [value for value in everything(self._draft, first, self._tests[first]) if value and _is_given(step, value)]
        may_be_left = not step.required or step.when is not None
        for value in (*([NEVER] if may_be_left else []), *values):
            if value == NEVER and step.required and self._is_wanted(step):
                continue
            self.facts[first] = value
            yield from ({first: value} | others for others in list(self._filled(rest)))
            del self.facts[first]

    def _given_outcomes(self, question: Question) -> Iterator[Outcome]:
        """What may stand in the question itself, in the order in which a witness is looked for."""
        name = question.name
        tests: list[Test] = self._tests.get(name, [])
        if question.placed is None:
            values = everything(self._draft, name, tests)
            yield from ({name: value} for value in values if value not in (None, NEVER))
            yield from [{name: NEVER}] if name in FACTS and _may_be_none(self.plan.site, name) else []
            return
        yield from ({name: value} for value in everything(self._draft, name, tests) if value is not None)


_DONE = Known(standing="done")


def _is_given(step: Step, value: Known) -> bool:
    """Whether somebody can type this into a field: it is neither left out nor marked."""
    is_mark = value.standing == "not_done" and step.kind != "check"
    return not is_mark and value.standing not in ("not_applicable", "unanswered")


def _closure(plan: Plan, conditions: tuple[Condition, ...]) -> tuple[list[Condition], set[str]]:
    """`conditions` and all that their names hang on, and every name among them."""
    looked_at, waiting, seen = list(conditions), [name for one in conditions for name in one.names()], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        more = list(_around(plan, name))
        looked_at += more
        waiting += [other for one in more for other in one.names()]
        owner = plan.by_id.get(plan.owner.get(name) or "")
        waiting += [*(owner.lists if owner else ()), *([owner.id] if owner else [])]
    return looked_at, seen


def _around(plan: Plan, name: str) -> Iterator[Condition]:
    """The conditions under which a name is asked."""
    step = plan.fields.get(name)
    owner = plan.by_id.get(plan.owner.get(name) or "")
    if owner is not None and owner.id == name:
        yield from owner.conditions
    elif step is not None and step.when is not None:
        yield step.when


def _questions(plan: Plan, names: set[str]) -> Iterator[Question]:
    yield from (Question(name, (name,)) for name in FACTS if name in names)
    yield from (Question(one.id, (one.id,), input=one) for one in plan.procedure.inputs if one.id in names)
    for placed in plan.steps:
        inside = tuple(name for name in plan.fields if name in names and plan.owner.get(name) == placed.id and name != placed.id)
        if placed.id in names:
            yield Question(placed.id, (placed.id, *inside), placed)


def _may_be_none(site: Site, fact: str) -> bool:
    """Whether a day lies in no season, or a time of day in no shift."""
    if fact == "season":
        return any(site.season(date(2024, 1, 1) + timedelta(days=day)) is None for day in range(366))
    ends = [datetime(2024, 1, 1), *(datetime.combine(date(2024, 1, 1), shift.end) for shift in site.shifts.values())]
    return fact == "shift" and any(site.shift(end.time()) is None for end in ends)


def spoken(value: Known | None) -> str:
    """What is known, as a word for facts: options, a figure, or how it stands."""
    if value is None:
        return "open"
    if isinstance(value.value, tuple):
        return "+".join(value.value) or "other"
    return value.standing if value.value is None or value.value == "…" else str(value.value)
