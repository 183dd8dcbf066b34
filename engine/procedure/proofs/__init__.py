"""Static checks: what is proved of a procedure before anybody runs it, claim by claim, and by what argument.

reachable: every step can apply; completable: the run can always be brought to its end; deadlines held and feasible; bands that
lie one inside the other. Each verdict names its argument (`facts["why"]`); none is given on trust. What could not be decided may
still be `tested` by scenarios (`with_tests`). Pure, and fast enough for a page that shows it while somebody types.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.procedure.plan import Plan
from engine.procedure.proofs.completion import completable
from engine.procedure.proofs.deadlines import feasible, held
from engine.procedure.proofs.people import Crowd
from engine.procedure.proofs.reach import reachable
from engine.procedure.proofs.space import draft_of
from engine.procedure.proofs.verdict import Claim, Proof, Verdict
from engine.procedure.rules.draft import Draft
from engine.procedure.rules.figures import ranges

__all__ = ["Claim", "Proof", "Verdict", "proofs", "with_tests"]


def proofs(plan: Plan, held_roles: frozenset[str] | None = None) -> tuple[Proof, ...]:
    """Everything that can be said of a checked procedure without running it.

    `held_roles`: the roles that active people hold; None: not asked, then the verdicts on people say only that the site has such
    roles. Never raises; takes well under a second for any procedure people write.
    """
    draft, crowd = draft_of(plan), Crowd(plan.site, held_roles)
    return (
        *reachable(plan, draft),
        *completable(plan, draft, crowd),
        *held(plan, crowd),
        *feasible(plan, draft),
        *_bands(plan, draft),
    )


def with_tests(found: tuple[Proof, ...], asked: Mapping[str, tuple[str, ...]]) -> tuple[Proof, ...]:
    """The proofs, where a reach or completion that is unknown is `tested` if scenarios show it.

    `asked`: by step, the titles of the scenarios that pass and act on it; under "" those that bring the run to its end.
    """
    return tuple(_with_tests(proof, asked) for proof in found)


def _with_tests(proof: Proof, asked: Mapping[str, tuple[str, ...]]) -> Proof:
    titles = tuple(dict.fromkeys(title for step in proof.steps or ("",) for title in asked.get(step, ())))
    if proof.claim not in ("reachable", "completable") or proof.verdict != "unknown" or not titles:
        return proof
    return replace(proof, verdict="tested", facts={**proof.facts, "why": "scenarios", "scenarios": titles})


def _bands(plan: Plan, draft: Draft) -> Iterator[Proof]:
    """That limits lie inside critical inside plausible, targets included, as the checker's own rule finds (`rules.figures`)."""
    wrong = {str(problem.facts["parameter"]): problem for problem in ranges(draft)}
    for name, problem in wrong.items():
        yield Proof("bands", "failed", _used_by(plan, name), {"why": problem.code, **problem.facts})
    good = tuple(name for name in plan.procedure.parameters if name not in wrong)
    if good:
        steps = tuple(dict.fromkeys(step for name in good for step in _used_by(plan, name)))
        yield Proof("bands", "proved", steps, {"why": "checker", "parameters": good})


def _used_by(plan: Plan, parameter: str) -> tuple[str, ...]:
    found = (plan.owner.get(name) or name for name, step in plan.fields.items() if getattr(step, "parameter", None) == parameter)
    return tuple(dict.fromkeys(found))
