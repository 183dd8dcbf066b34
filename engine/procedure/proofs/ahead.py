"""Looking ahead in a search: whether what is wanted can still come true, whatever the questions not yet settled will be.

Kleene's logic once more, one level up: here None means "depends on what is still to be settled", while a step that is settled as
still open is known to be so.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from engine.procedure.condition import Condition, Known, Test, Truth, both, either, holds
from engine.procedure.plan import Plan

NOT_APPLICABLE = Known(standing="not_applicable")


@lru_cache(maxsize=4096, typed=True)
def passes(test: Test, known: Known | None) -> Truth:
    """The truth of one test of what is known of a name; None: nothing yet."""
    entries: dict[str, Any] = {"it": test}  # already validated
    return holds(Condition.model_construct(None, **entries), {} if known is None else {"it": known})


class Ahead:
    """What is known at one point of a search: `facts` of names that are settled; of the others only whether they can apply."""

    def __init__(self, plan: Plan, facts: Mapping[str, Known], is_settled: Callable[[str], bool]) -> None:
        self._plan, self._facts, self._is_settled = plan, facts, is_settled
        self._applies: dict[str, Truth] = {}

    def bound(self, condition: Condition) -> Truth:
        """Its truth where that no longer changes; None where it depends on what is still to be settled, or is undecided."""
        truths = [self._test(name, test) for name, test in condition.tests.items()]
        if condition.any_ is not None:
            truths.append(either(map(self.bound, condition.any_)))
        if condition.all_ is not None:
            truths.append(both(map(self.bound, condition.all_)))
        if condition.not_ is not None:
            inner = self.bound(condition.not_)
            truths.append(None if inner is None else not inner)
        return both(truths)

    def _test(self, name: str, test: Test) -> Truth:
        if self._is_settled(name):
            return passes(test, self._facts.get(name))
        owner = self._plan.owner.get(name)
        if owner and self._can_apply(owner) is False:
            return passes(test, NOT_APPLICABLE)
        return None

    def _can_apply(self, step: str) -> Truth:
        if step not in self._applies:
            self._applies[step] = None  # conditions only look back; what did not would be told elsewhere
            self._applies[step] = both(map(self.bound, self._plan.by_id[step].conditions))
        return self._applies[step]
