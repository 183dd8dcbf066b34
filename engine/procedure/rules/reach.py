"""Rules on what can never be reached: steps, fields and sections whose conditions contradict those around them.

A step that never applies has no answer; so what one step asks of another must leave room for that other's own conditions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.procedure.condition import Condition, Known, both, holds
from engine.procedure.problem import Path, Problem
from engine.procedure.rules.domain import NEVER, Values, everything
from engine.procedure.rules.draft import Asked, Draft, Effort, Item, TooMuch
from engine.procedure.rules.truth import MOST_TRIED, is_never, is_sound, tests_by_name

_NOT_APPLICABLE = Known(standing="not_applicable")
_MOST_NAMES = 60  # the search goes as deep as there are names; so long a chain of conditions is let pass
_Whens = Mapping[str, tuple[Condition, ...]]


def reach(draft: Draft) -> Iterator[Problem]:
    """Everything that asks a condition but can never apply; what hangs on it is not complained about again."""
    if draft.around.site is None:
        return
    whens: dict[str, tuple[Condition, ...]] = {}
    verdicts: dict[Path, bool] = {}
    for item in draft.written:
        asked = list(item.whens())
        for count, one in enumerate(asked, 1):
            if one.path not in verdicts:
                is_around_fine = all(verdicts[outer.path] for outer in asked[: count - 1])
                problems, verdicts[one.path] = _judge(draft, item, asked[:count], whens) if is_around_fine else ([], False)
                yield from problems
        whens[item.id] = tuple(one.condition for one in asked) if all(verdicts[one.path] for one in asked) else ()


def _judge(draft: Draft, item: Item, asked: list[Asked], whens: _Whens) -> tuple[list[Problem], bool]:
    """The problem with the last of `asked`, the others being fine; and whether it can be reached at all."""
    last = asked[-1]
    if not is_sound(draft, last) or is_never(draft, last.condition):
        return [], False  # told by other rules
    conditions = tuple(one.condition for one in asked)
    is_alone = len(asked) == 1 and not any(whens.get(name) for name in last.condition.names())
    if is_alone or _is_reachable(draft, conditions, whens):
        return [], True
    return [_contradiction(draft, item, asked, whens)], False


def _contradiction(draft: Draft, item: Item, asked: list[Asked], whens: _Whens) -> Problem:
    last, conditions = asked[-1], tuple(one.condition for one in asked)
    if len(asked) > 1 and not _is_reachable(draft, conditions, {}):
        return Problem("contradicts-section", last.path, {"id": item.id}, other=asked[-2].path)
    names = tuple(dict.fromkeys(last.condition.names()))
    for name in names:
        if whens.get(name) and not _is_reachable(draft, conditions, {name: whens[name]}):
            named = draft.named[name]  # of an id that was given twice the first, which may ask nothing
            other = [named.path, *(one.path for one in named.whens())][-1]
            return Problem("contradicts-step", last.path, {"id": item.id, "name": name}, other=other)
    return Problem("never-reached", last.path, {"id": item.id, "names": names})


@dataclass(slots=True)
class _Search:
    """Tries what can be known, name by name in the order of the procedure."""

    names: tuple[str, ...]
    values: Mapping[str, Values]
    wanted: tuple[Condition, ...]
    whens: _Whens
    effort: Effort
    tried: int = 0

    def finds(self, facts: dict[str, Known], at: int = 0) -> bool:
        """Whether some continuation of `facts` makes everything wanted true."""
        self.tried += 1
        self.effort.spend(1 + at)
        if self.tried > MOST_TRIED:
            raise TooMuch
        if at == len(self.names):
            return both(holds(condition, facts) for condition in self.wanted) is True
        name = self.names[at]
        return any(self.finds(facts if value is None else {**facts, name: value}, at + 1) for value in self._allowed(name, facts))

    def _allowed(self, name: str, facts: Mapping[str, Known]) -> Values:
        """What can be known of `name`: nothing while it is not known whether it applies."""
        applies = both(holds(when, facts) for when in self.whens.get(name, ()))
        if applies is None:
            return (None,)
        return self.values[name] if applies else (_NOT_APPLICABLE, NEVER)


def _is_reachable(draft: Draft, wanted: tuple[Condition, ...], whens: _Whens) -> bool:
    tests = tests_by_name(*_all_conditions(wanted, whens))
    if len(tests) > _MOST_NAMES:
        return True
    order = sorted(tests, key=lambda name: draft.named[name].position if name in draft.named else (-2, 0))
    try:
        values = {name: everything(draft, name, found) for name, found in tests.items()}
        return _Search(tuple(order), values, wanted, whens, draft.effort).finds({})
    except TooMuch:
        return True


def _all_conditions(wanted: tuple[Condition, ...], whens: _Whens) -> list[Condition]:
    """`wanted`, and the conditions of every step they hang on, at any remove."""
    found, waiting, seen = list(wanted), [name for one in wanted for name in one.names()], set[str]()
    while waiting and len(seen) <= _MOST_NAMES:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found += whens.get(name, ())
        waiting += [other for one in whens.get(name, ()) for other in one.names()]
    return found


RULES = (reach,)
