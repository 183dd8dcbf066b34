"""Who keeps away from a step because another of the run is in their hands: steps that two people do (docs/decisions/0024)."""

from collections.abc import Mapping

from engine.procedure.plan import Placed
from engine.run.standing import Run


def across(run: Run, placed: Placed) -> Mapping[str, frozenset[str]]:
    """The steps that another person than that of `placed` does, and who did something of each; those nobody did are left out."""
    found = {name: _doers(run, run.plan.by_id[name]) for name in placed.apart}
    return {name: people for name, people in found.items() if people}


def kept_away(run: Run, placed: Placed, person: str) -> str:
    """The first step in the hands of `person` that lets somebody else do `placed`; "" where there is none."""
    return next((name for name in placed.apart if person in _doers(run, run.plan.by_id[name])), "")


def _doers(run: Run, placed: Placed) -> frozenset[str]:
    """Who did something of a step, or measured a field of it again."""
    return frozenset().union(*(run.state.step(name).doers for name in placed.names))
