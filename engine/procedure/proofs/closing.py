"""Proof that a case can be closed: whatever was fixed at the start, some answers allow it, and somebody may sign.

Answers given otherwise can be corrected to those, in the order of the procedure: all may but signatures and receipts, which are
therefore only taken as given, never as marked not done.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from engine.procedure.condition import Condition, holds
from engine.procedure.limits import Band
from engine.procedure.plan import Plan
from engine.procedure.proofs.people import Crowd
from engine.procedure.proofs.reach import witness
from engine.procedure.proofs.space import MOST_TRIED, Question, Space
from engine.procedure.proofs.verdict import Proof, Verdict
from engine.procedure.rules.draft import Draft, TooMuch
from engine.procedure.step import HandTo, Sign

_MOST_STARTS = 1000


def closing(plan: Plan, draft: Draft, crowd: Crowd) -> Iterator[Proof]:
    """One proof of the condition, and one of the signatures, for a case; none for what is only completed."""
    close = plan.procedure.close
    if close is None:
        return
    try:
        yield _condition(plan, draft, close.when)
    except TooMuch:
        yield _proof("unknown", "too_many", most=MOST_TRIED)
    for wanted in close.sign:
        if crowd.missing(wanted.by):
            yield _proof("failed", "nobody_signs", roles=wanted.by)


def _proof(verdict: Verdict, why: str, **facts: object) -> Proof:
    return Proof("completable", verdict, (), {"part": "closing", "why": why, **facts})


def _condition(plan: Plan, draft: Draft, when: Condition) -> Proof:
    space = Space(plan, draft, [when], is_settled=True)
    starts = 0
    for _ in space.walk(until=space.fixed):
        starts += 1
        if starts > _MOST_STARTS:
            raise TooMuch
        space.tried, fixed = 0, witness(space, only_fixed=True)
        found = _found(space, when)
        if found == "none":
            return _proof("failed", "never_closes", witness=fixed)
        if found == "oddly":
            return _proof("unknown", "closes_oddly", witness=fixed)
    return _proof("proved", "closes", starts=starts, **_counted(plan, draft, when))


def _found(space: Space, when: Condition) -> Literal["plainly", "oddly", "none"]:
    """Whether answers make the condition true, given what is fixed; `oddly`: only by what `_is_odd` names."""
    found: Literal["oddly", "none"] = "none"
    solutions = space.walk(space.fixed, [when])
    for _ in solutions:
        if not any(_is_odd(space, question) for question in space.questions[space.fixed :]):
            solutions.close()
            return "plainly"
        found = "oddly"
    return found


def _is_odd(space: Space, question: Question) -> bool:
    """A signature or receipt that is marked instead of given, or a reading out of limits."""
    assert question.placed is not None
    known = space.facts.get(question.name)
    if isinstance(question.placed.step, Sign | HandTo):
        return space.applies[question.name] is True and (known is None or known.standing != "done")
    return any(space.facts[name].band in (Band.OUT_OF_LIMITS, Band.CRITICAL) for name in question.names if name in space.facts)


def _counted(plan: Plan, draft: Draft, when: Condition) -> Mapping[str, int]:
    """Of how many combinations so many cannot be closed as they stand and need an answer corrected; nothing where too many."""
    space = Space(plan, draft, [when], is_settled=True)
    truths: list[bool] = []
    try:
        truths += (holds(when, space.facts) is True for _ in space.walk())
    except TooMuch:
        return {}
    return {"combinations": len(truths), "corrected": truths.count(False)}
