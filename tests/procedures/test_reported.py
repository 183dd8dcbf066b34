"""The shipped reports: what they count by state leaves no state out, so that their figures make the whole."""

from pathlib import Path

import pytest

from engine.loading.library import Library
from engine.procedure.report import Part

SOPS = Path(__file__).parents[2] / "sops"
STATES = {"running", "held", "completed", "abandoned"}


def parts() -> list[tuple[str, Part]]:
    """Every part of a shipped report that counts runs by where they are."""
    reports = Library.load(SOPS).reports
    return [
        (name, part)
        for name, one in reports.items()
        for part in one.parts
        if part.source == "runs" and any("state" in figure.where for figure in part.figures)
    ]


@pytest.mark.parametrize(("name", "part"), parts(), ids=lambda one: getattr(one, "id", one))
def test_runs_counted_by_state_are_counted_in_each(name: str, part: Part) -> None:
    tests = [figure.where["state"] for figure in part.figures if "state" in figure.where]
    words = [word for test in tests for word in ((test,) if isinstance(test, str) else test if isinstance(test, tuple) else ())]
    assert sorted(words) == sorted(STATES), name
