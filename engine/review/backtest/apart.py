"""Steps that two people do, held against who did them: what a draft would have refused to one person. Pure.

Who would have done it instead is not known, so what was answered stands.
"""

from collections.abc import Iterator

from engine.procedure.plan import Plan
from engine.review.backtest.past import Past
from engine.review.backtest.report import Finding
from engine.run.events import (
    DeviationAccepted,
    DeviationActedOn,
    DeviationRaised,
    DueExtended,
    Event,
    RoundMissed,
    StepAmended,
    WorkReceived,
)  # fmt: skip

_BESIDE = (DeviationAccepted, DeviationActedOn, DeviationRaised, DueExtended, RoundMissed, WorkReceived)


def both_done(plan: Plan, past: Past) -> Iterator[Finding]:
    """The steps that somebody did, or corrected, who had done one that another person does: each once, where it came second."""
    hands: dict[str, set[str]] = {}
    told: set[str] = set()
    for step, by, event in past.acts:
        placed = plan.by_id.get(step)
        if placed is None or not placed.apart or not by or isinstance(event, _BESIDE):
            continue
        if any(by in hands.get(name, ()) for name in placed.apart):
            if step not in told:
                yield Finding("refused", step, why="another_does_it")
            told.add(step)
        elif _is_taken_back(event):
            hands[step] = set()
        else:
            hands.setdefault(step, set()).add(by)


def _is_taken_back(event: Event) -> bool:
    return isinstance(event, StepAmended) and event.is_withdrawal and event.row is None
