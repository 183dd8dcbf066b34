"""A draft that wants two people where one did both: told of the runs in which one did, and of no other."""

from typing import Any

from engine.run.events import StepAmended, StepAnswered
from engine.service import Engine

from .past import RUNS, drafted, looked_back, step_of, steps_of

PREP = "pool/prep"


def _first_and_other(engine: Engine) -> tuple[str, str]:
    """Two steps that were answered in most runs, the first and the last of them."""
    plan = engine.plan(PREP)
    assert plan is not None
    answered = [placed.id for placed in plan.steps if placed.step.kind == "measure"]
    return answered[0], answered[-1]


def test_who_did_both_is_told(engine: Engine) -> None:
    first, second = _first_and_other(engine)

    def change(written: dict[str, Any]) -> None:
        step_of(written, second)["by_other_than"] = [first]

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    found = {one.run.run for one in report.changes() if one.finding.why == "another_does_it"}
    assert found
    assert found <= {one.run.run for one in report.changes()}
    for one in report.changes():
        record = engine.record(one.run.run)
        hands = {
            step: {h.by for h in record if isinstance(h.event, StepAnswered | StepAmended) and h.event.step == step}
            for step in (first, second)
        }
        assert one.finding.kind == "refused"
        assert one.finding.step in (first, second)
        assert hands[first] & hands[second], one
    assert report.total >= len(found)
    assert set(report.runs) == {"refused"}


def test_nothing_is_told_where_two_did_it_anyway(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        names = [step["id"] for step in steps_of(written)]
        step_of(written, names[-1])["by_other_than"] = []

    assert not looked_back(engine, PREP, drafted(engine, PREP, change)).is_different
    assert RUNS
