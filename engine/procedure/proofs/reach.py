"""Proof that every step can apply: for each that asks a condition a combination is exhibited under which it is asked.

Failed: no combination of what can be known makes its conditions true; all were tried. Unknown: there are more than MOST_TRIED.
The combinations are exact (see `proofs.space`), so either is final: what is exhibited can be answered so in a real run.
"""

from collections.abc import Iterator, Mapping

from engine.procedure.plan import Placed, Plan
from engine.procedure.proofs.space import MOST_TRIED, Space, spoken
from engine.procedure.proofs.verdict import Proof
from engine.procedure.rules.draft import Draft, TooMuch


def reachable(plan: Plan, draft: Draft) -> Iterator[Proof]:
    """One proof for all steps that ask nothing, and one for each that does."""
    always = tuple(placed.id for placed in plan.steps if not placed.conditions)
    if always:
        yield Proof("reachable", "proved", always, {"why": "always"})
    yield from (_judge(plan, draft, placed) for placed in plan.steps if placed.conditions)


def _judge(plan: Plan, draft: Draft, placed: Placed) -> Proof:
    try:
        space = Space(plan, draft, placed.conditions, is_settled=False)
        for _ in space.walk(wanted=placed.conditions):
            return Proof("reachable", "proved", (placed.id,), {"why": "witness", "witness": witness(space)})
    except TooMuch:
        return Proof("reachable", "unknown", (placed.id,), {"why": "too_many", "most": MOST_TRIED})
    names = tuple(question.name for question in space.questions)
    return Proof("reachable", "failed", (placed.id,), {"why": "impossible", "tried": space.tried, "names": names})


def witness(space: Space, *, only_fixed: bool = False) -> Mapping[str, str]:
    """What is known in the combination the space stands at, by name, in order; `open` is not yet answered."""
    questions = space.questions[: space.fixed] if only_fixed else space.questions
    return {name: spoken(space.facts.get(name)) for question in questions for name in question.names}
