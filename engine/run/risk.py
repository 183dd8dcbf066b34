"""How much a run wants looking at by a reviewer: a number by which the queue is ordered, made of what went wrong in it."""

from collections.abc import Mapping

from engine.run.events import Cause
from engine.run.state import State

WEIGHTS: Mapping[Cause, int] = {
    "critical": 8, "out_of_limits": 5, "not_done": 4, "ended_early": 4, "reported": 4, "late": 2, "missed_round": 2,
    "out_of_order": 1,
}  # fmt: skip
OPEN, AMENDED, ABANDONED, LATE = 6, 3, 6, 2
"""Added for a deviation nobody has cleared or accepted, an amendment, a run that was given up, one that was not over in time."""


def risk_of(state: State) -> int:
    """The sum of what went wrong; 0 for a clean run."""
    raised = sum(WEIGHTS[one.cause] + (OPEN if one.is_open else 0) for one in state.deviations.values())
    amended = AMENDED * sum(step.amendments for step in state.steps.values())
    return raised + amended + (ABANDONED if state.status == "abandoned" else 0) + (LATE if state.late_since else 0)
