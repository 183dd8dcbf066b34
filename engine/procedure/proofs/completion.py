"""Proof that a run can always be completed by legal commands, from any combination of choices.

The argument, each part a proof of its own (`facts["part"]`):
decided: conditions name only earlier steps, so when all before a step are settled it is known whether it applies; hence settling
  the steps in order leaves none waiting. Where all combinations are few enough they are also gone through, one by one.
doers: whoever may do a step exists; a step can always be marked not done, with a reason, so no step can be stuck for its content.
receivers: what is handed over can be received.
deviations: every deviation that blocks completion can be settled: accepted by somebody, or measured again and a reading passes.
closing: for whatever is fixed at the start, answers exist under which a case may be closed; those given can be corrected to them
  (`AmendStep`), as all but a signature and a receipt can; and somebody may sign.
"""

from collections.abc import Iterator

from engine.procedure.field import Check, Measure, OnDeviation, Step
from engine.procedure.limits import Band
from engine.procedure.parameter import Parameter
from engine.procedure.plan import Placed, Plan
from engine.procedure.proofs.closing import closing
from engine.procedure.proofs.people import Crowd
from engine.procedure.proofs.space import MOST_TRIED, Space
from engine.procedure.proofs.verdict import Proof, Verdict
from engine.procedure.rules.draft import Draft, TooMuch
from engine.procedure.rules.names import FACTS
from engine.procedure.step import HandTo, Wait, fields_of


def completable(plan: Plan, draft: Draft, crowd: Crowd) -> Iterator[Proof]:
    """The parts of the argument, in the order of the module's docstring."""
    yield _decided(plan, draft)
    yield from _doers(plan, crowd)
    yield from _receivers(plan, crowd)
    yield from _deviations(plan, crowd)
    yield from closing(plan, draft, crowd)


def proof(part: str, verdict: Verdict, steps: tuple[str, ...], why: str, **facts: object) -> Proof:
    """A proof of one part of completability."""
    return Proof("completable", verdict, steps, {"part": part, "why": why, **facts})


# -- decided ------------------------------------------------------------------------------------------------------------


def _decided(plan: Plan, draft: Draft) -> Proof:
    waiting = {placed.id: later for placed in plan.steps if (later := _not_earlier(plan, placed))}
    if waiting:
        return proof("decided", "failed", tuple(waiting), "waits_for_later", names=waiting)
    conditions = [condition for placed in plan.steps for condition in placed.conditions]
    try:
        space = Space(plan, draft, conditions, is_settled=True)
        count = sum(1 for _ in space.walk())
    except TooMuch:
        return proof("decided", "proved", (), "in_order", most=MOST_TRIED)
    if space.undecided:  # pragma: no cover - the argument says that there is none: this would be a mistake of ours
        return proof("decided", "failed", tuple(sorted(space.undecided)), "undecided", combinations=count)
    return proof("decided", "proved", (), "exhaustive", combinations=count)


def _not_earlier(plan: Plan, placed: Placed) -> tuple[str, ...]:
    """The names a step looks at that are not known before it."""
    names = [*(name for condition in placed.conditions for name in condition.names()), *placed.lists]
    return tuple(name for name in dict.fromkeys(names) if not _is_earlier(plan, placed, name))


def _is_earlier(plan: Plan, placed: Placed, name: str) -> bool:
    owner = plan.owner.get(name)
    return name in FACTS or owner == "" or (owner is not None and plan.by_id[owner].index < placed.index)


# -- people -------------------------------------------------------------------------------------------------------------


def _doers(plan: Plan, crowd: Crowd) -> Iterator[Proof]:
    missing = {placed.id: roles for placed in plan.steps if (roles := crowd.missing(placed.roles))}
    for step, roles in missing.items():
        yield proof("doers", "failed", (step,), "nobody_does", roles=roles)
    if not crowd.missing(plan.doers):
        steps = tuple(placed.id for placed in plan.steps if placed.id not in missing)
        yield proof("doers", "proved", steps, "held" if crowd.is_asked else "not_asked")


def _receivers(plan: Plan, crowd: Crowd) -> Iterator[Proof]:
    handed = [placed for placed in plan.steps if isinstance(placed.step, HandTo)]
    good = tuple(placed.id for placed in handed if not crowd.missing(placed.receivers))
    for placed in handed:
        if placed.id not in good:
            yield proof("receivers", "failed", (placed.id,), "nobody_receives", roles=placed.receivers)
    if good:
        yield proof("receivers", "proved", good, "held" if crowd.is_asked else "not_asked")


# -- deviations ---------------------------------------------------------------------------------------------------------


def _deviations(plan: Plan, crowd: Crowd) -> Iterator[Proof]:
    good: dict[str, None] = {}
    for placed in plan.steps:
        for one in (placed.step, *fields_of(placed.step)):
            stuck = [cause for cause in _blocking(plan, placed, one) if not _has_way_out(plan, crowd, placed, one, cause)]
            if stuck:
                accept_by = _policy(placed, one).accept_by
                yield proof(
                    "deviations", "failed", (placed.id,), "no_way_out", about=one.id, causes=tuple(stuck), roles=accept_by
                )
            elif any(True for _ in _blocking(plan, placed, one)):
                good[placed.id] = None
    if plan.procedure.opens is not None and not crowd.may("accept_deviations"):
        yield proof("deviations", "failed", (), "reports_stay", permission="accept_deviations")
    if good:
        yield proof("deviations", "proved", tuple(good), "way_out" if crowd.is_asked else "not_asked")


def _policy(placed: Placed, one: Step) -> OnDeviation:
    return one.on_deviation or placed.step.on_deviation or OnDeviation()


def _blocking(plan: Plan, placed: Placed, one: Step) -> Iterator[str]:
    """The causes of deviations that block completion until they are settled, as `Desk.deviate` raises them."""
    policy = _policy(placed, one)
    if isinstance(one, Measure):
        yield from ["critical"] if plan.procedure.parameters[one.parameter].critical is not None else []
    if plan.procedure.opens is None and policy.remeasure is None and not policy.accept_by:
        return
    if isinstance(one, Measure) and plan.procedure.parameters[one.parameter].limits is not None:
        yield "out_of_limits"
    if one is placed.step and (one.required or (isinstance(one, Check) and (one.items or one.items_of))):
        yield "not_done"
    if isinstance(one, Wait):
        yield "ended_early"


def _has_way_out(plan: Plan, crowd: Crowd, placed: Placed, one: Step, cause: str) -> bool:
    accept_by = _policy(placed, one).accept_by
    if not crowd.missing(accept_by) if accept_by else crowd.may("accept_deviations"):
        return True
    if cause == "not_done":  # the work done after all
        return not crowd.missing(placed.roles)
    can_measure = cause in ("out_of_limits", "critical") and not crowd.missing((*placed.roles, *accept_by))
    return can_measure and isinstance(one, Measure) and _passes(plan.procedure.parameters[one.parameter])


def _passes(parameter: Parameter) -> bool:
    """Whether some reading is in limits: if any is, then one of the bounds, or one beside them."""
    ranges = [one for one in (parameter.limits and parameter.limits.range, parameter.critical, parameter.plausible) if one]
    bounds = [bound for one in ranges for bound in (one.low, one.high) if bound is not None]
    return any(parameter.band(bound) in (Band.IN_LIMITS, Band.NO_LIMITS) for bound in bounds) or not bounds
