"""What calls for a look: nothing of a lower class, however much of it, ever comes before one thing of a higher class."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger.marking import FLOORS
from engine.run import commands as c
from engine.run.risk import CLASSES, MOST, Class, counted, risk_of, weighed
from tests.run.building import MIN, Stage, check, measure

COUNTS = st.fixed_dictionaries({name: st.integers(0, 200) for name in CLASSES})
STEPS = (measure(), check(due={"within": "10 min", "after": "start"}), check("spare", required=False))


@given(counts=COUNTS, more=COUNTS, at=st.integers(0, len(CLASSES) - 1))
def test_no_sum_of_lower_classes_passes_a_higher_one(counts: dict[Class, int], more: dict[Class, int], at: int) -> None:
    higher = dict.fromkeys(CLASSES, 0) | {CLASSES[at]: 1}
    lower = counts | dict.fromkeys(CLASSES[at:], 0)
    assert weighed(lower) < weighed(higher) <= weighed(more | {CLASSES[at]: 1 + more[CLASSES[at]]})


@given(counts=COUNTS, at=st.sampled_from(CLASSES))
def test_one_thing_more_is_never_less(counts: dict[Class, int], at: Class) -> None:
    assert weighed(counts) <= weighed(counts | {at: counts[at] + 1}) <= MOST


@given(counts=COUNTS)
def test_a_run_with_anything_is_not_clean(counts: dict[Class, int]) -> None:
    assert (weighed(counts) == 0) is not any(counts.values())


def test_the_marks_divide_up_to_the_greatest_risk() -> None:
    assert FLOORS[0] == 1
    assert FLOORS[-1] <= MOST < 2 * FLOORS[-1]
    assert all(higher == 2 * lower for lower, higher in pairwise(FLOORS))


def stages() -> Iterator[tuple[str, Stage]]:
    """The same procedure, worse and worse."""
    for name in ("clean", *CLASSES):
        stage = Stage.of(*STEPS)
        stage.wait((11 if name == "noted" else 1) * MIN)
        stage.answer("m", {"settled": "0.3", "unsettled": "0.3", "critical": "0.1"}.get(name, "0.5"))
        stage.answer("a")
        if name == "amended":
            for number in range(34):
                stage.do(c.AmendStep("m", "写错", f"0.5{number % 10}"))
        if name == "left_out":
            stage.do(c.MarkStep("spare", "not_applicable", "没有"))
        if name in ("settled", "critical"):
            stage.do(c.Remeasure(stage.deviations()[0].id, "0.5"))
        yield name, stage


def test_the_classes_of_what_happened() -> None:
    found = {name: stage.run.state for name, stage in stages()}
    risks = [risk_of(state) for state in found.values()]
    assert risks[0] == 0
    assert risks == sorted(set(risks))
    assert {name: n for name, n in counted(found["amended"]).items() if n} == {"amended": 34}
    assert {name: n for name, n in counted(found["noted"]).items() if n} == {"noted": 1}
    assert {name: n for name, n in counted(found["critical"]).items() if n} == {"settled": 1, "critical": 1}


@pytest.mark.parametrize("corrections", [0, 40])
def test_clerical_lateness_never_comes_before_the_pool(corrections: int) -> None:
    pool, complaint = (
        Stage.of(measure()),
        Stage.of(*(check(f"s{n}", due={"within": "10 min", "after": "start"}) for n in range(12))),
    )
    pool.answer("m", "0.3")
    complaint.wait(50 * MIN)
    for number in range(12):
        complaint.answer(f"s{number}")
    for _ in range(corrections):
        complaint.do(c.AmendStep("s0", "写错", "done"))
    assert risk_of(pool.run.state) > risk_of(complaint.run.state) > 0


def test_given_up_stands_with_what_is_unsettled() -> None:
    stage = Stage.of(check())
    stage.do(c.Abandon("重复"), "lead")
    assert counted(stage.run.state)["unsettled"] == 1
