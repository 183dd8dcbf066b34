"""What is proved of a procedure: held against everything that can happen on the real run core, and against spoilt procedures."""

import os
from time import process_time
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.procedure.plan import Plan, bind, compile_plan
from engine.procedure.procedure import Procedure
from engine.procedure.proofs import Proof, proofs, with_tests
from engine.procedure.proofs.deadlines import last_shift_end
from tests.procedures.playing import plan_of as shipped_plan
from tests.procedures.test_walks import NAMES
from tests.run.building import REMEASURE, check, choose, measure, planned, site

from .deciding import Everything, conditions, plan_of, runs, written
from .mutating import shipped, tree
from .written import change

EXAMPLES = int(os.environ.get("SOP_EXAMPLES", "20"))
SETTINGS = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
EVERYBODY = frozenset(site().roles)


def found(plan: Plan, claim: str, *, held: frozenset[str] | None = None, part: str | None = None) -> list[Proof]:
    """The proofs of one claim."""
    return [one for one in proofs(plan, held) if one.claim == claim and one.facts.get("part") == part]


def failed(plan: Plan, held: frozenset[str] | None = None) -> dict[tuple[str, ...], Any]:
    """What fails: the reason, by claim and steps."""
    return {(one.claim, *one.steps): one.facts["why"] for one in proofs(plan, held) if one.verdict == "failed"}


# -- against everything that can happen -----------------------------------------------------------------------------------


@given(written(), st.data())
@SETTINGS
def test_the_verdicts_are_what_trying_everything_shows(made: Any, data: st.DataObject) -> None:
    """Reachable where some run asks it and only there; never stuck; a case closes where no state is stuck short of closing."""
    steps, inputs, known = made
    plan = plan_of(steps, inputs, kind="case", close={"when": data.draw(conditions(known))})
    tried = [Everything(run) for run in runs(plan)]
    asked = set[str]().union(*(one.asked() for one in tried))
    verdicts = {step: one.verdict for one in found(plan, "reachable") for step in one.steps}
    assert verdicts == {placed.id: "proved" if placed.id in asked else "failed" for placed in plan.steps}
    (decided,) = found(plan, "completable", part="decided")
    assert decided.verdict == "proved"
    assert not any(one.stuck(is_closing=False) for one in tried)
    (closing,) = found(plan, "completable", part="closing")
    stuck = any(one.stuck() for one in tried)
    assert closing.verdict == ("failed" if stuck else "proved") or closing.facts["why"] == "closes_oddly"


# -- the shipped procedures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_proved_of_what_is_shipped_and_fast(name: str) -> None:
    plan = shipped_plan(name)
    began = process_time()
    everything = proofs(plan, frozenset(plan.site.roles))
    assert process_time() - began < 1
    assert [one for one in everything if one.verdict != "proved"] == []
    reached = [step for one in everything if one.claim == "reachable" for step in one.steps]
    assert sorted(reached) == sorted(plan.by_id)


def spoilt(name: str, changes: dict[str, Any]) -> Plan:
    """A shipped procedure with other values at some places."""
    site_, procedures = shipped()
    data = change(tree(procedures[name]), changes)
    return compile_plan(bind(Procedure.model_validate(data), site_), site_)


def place_of(name: str, step: str) -> str:
    """Where a step stands in a shipped procedure."""
    for number, item in enumerate(tree(shipped()[1][name])["steps"]):
        for inner, one in enumerate(item.get("steps", [])):
            if one.get("id") == step:
                return f"steps.{number}.steps.{inner}"
    raise KeyError(step)


def test_a_condition_that_cannot_hold_is_found() -> None:
    """Only an effective complaint has a gravity: a communicative one that is major is none."""
    where = place_of("complaint/intake", "to_general_manager")
    plan = spoilt("complaint/intake", {f"{where}.when": {"severity": "major", "nature": "communicative"}})
    assert failed(plan)["reachable", "to_general_manager"] == "impossible"


def test_a_case_that_cannot_be_closed_is_found() -> None:
    plan = spoilt("complaint/intake", {"close.when": {"minor_finished": True, "serious_finished": True}})
    assert failed(plan)["completable",] == "never_closes"


@pytest.mark.parametrize(
    ("name", "role", "wanted"),
    [
        ("complaint/intake", "security_head", {("completable", "to_security"): "nobody_receives"}),
        ("pool/prep", "lifeguard", {("completable", "ph"): "nobody_does"}),
        ("complaint/intake", "duty_head", {("completable",): "nobody_signs"}),
    ],
)
def test_a_role_that_nobody_holds_is_found(name: str, role: str, wanted: dict[Any, str]) -> None:
    plan = shipped_plan(name)
    without = frozenset(one for one in plan.site.roles if role not in plan.site.all_roles((one,)))
    assert wanted.items() <= failed(plan, without).items()


def test_a_wait_longer_than_the_deadline_behind_it_is_found_with_both_figures() -> None:
    site_, procedures = shipped()
    data = tree(procedures["complaint/intake"])
    where = place_of("complaint/intake", "nature").split(".")
    section = data["steps"][int(where[1])]["steps"]
    section.insert(int(where[3]), {"wait": "等", "id": "long_wait", "at_least": "30 min"})
    plan = compile_plan(bind(Procedure.model_validate_json(orjson.dumps(data)), site_), site_)
    (proof,) = [one for one in found(plan, "deadlines_feasible") if one.steps == ("nature",)]
    assert proof.verdict == "failed"
    assert proof.facts["why"] == "takes_longer"
    assert (str(proof.facts["span"]), str(proof.facts["least"])) == ("0:10:00", "0:30:00")
    assert proof.facts["waits"] == ("long_wait",)


# -- people ---------------------------------------------------------------------------------------------------------------

GATE: dict[str, Any] = {"opens": {"place": "pool", "valid_for": "1 day"}}


@pytest.mark.parametrize(
    ("step", "header", "held", "why"),
    [
        (measure(on_deviation=REMEASURE), {}, {"guard"}, None),  # may be measured again by whoever measured
        (measure(on_deviation={"accept_by": ["chief"]}), {}, {"clerk"}, "no_way_out"),
        (check(on_deviation={"accept_by": ["chief"]}), {}, {"guard"}, None),  # done after all
        ({"wait": "w", "id": "a", "at_least": "5 min"}, GATE, {"guard"}, "no_way_out"),  # what ended early is only accepted
        ({"wait": "w", "id": "a", "at_least": "5 min"}, GATE, {"guard", "lead"}, None),
        ({"wait": "w", "id": "a", "at_least": "5 min"}, {}, {"guard"}, None),  # blocks nothing
        (measure("a", "turbidity"), {}, {"guard"}, None),
    ],
)
def test_every_deviation_that_blocks_has_a_way_out(step: Any, header: Any, held: set[str], why: str | None) -> None:
    stuck = [one.facts["why"] for one in found(planned(step, **header), "completable", held=frozenset(held), part="deviations")
             if one.verdict == "failed" and one.steps]  # fmt: skip
    assert stuck == ([why] if why else [])


def test_on_a_gate_somebody_must_settle_what_is_reported() -> None:
    plan = planned(check(), **GATE)
    assert failed(plan, frozenset({"guard"}))["completable",] == "reports_stay"
    assert failed(plan, EVERYBODY) == {}


def test_a_deadline_is_held_and_its_escalation_reaches_somebody() -> None:
    overdue = {"notify": ["lead"], "then": {"after": "10 min", "notify": ["chief"]}, "extend_by": ["clerk"]}
    plan = planned(check(due={"within": "5 min", "after": "start"}, overdue=overdue))
    assert failed(plan, EVERYBODY) == {}
    lacks = found(plan, "deadlines_held", held=frozenset({"engineer"}))
    assert [one.facts["why"] for one in lacks] == ["nobody_holds", "nobody_told", "nobody_told", "nobody_grants"]


def test_whether_people_were_asked_for_is_said() -> None:
    plan = planned(check(due={"within": "5 min", "after": "start"}))
    assert [one.facts["why"] for one in found(plan, "deadlines_held")] == ["not_asked"]
    assert [one.facts["why"] for one in found(plan, "deadlines_held", held=EVERYBODY)] == ["held"]


# -- deadlines ------------------------------------------------------------------------------------------------------------

WAIT = {"wait": "w", "id": "w", "at_least": "30 min"}
ROUNDS = {"rounds": "r", "id": "r", "every": "10 min", "at_least": 4, "steps": [{"check": "x", "id": "x"}]}
AT_SIX = [{"every": "day", "at": "06:30", "finish_by": "08:00"}]


@pytest.mark.parametrize(
    ("between", "due", "header", "verdict", "why"),
    [
        ([WAIT], {"within": "10 min", "after": "a"}, {}, "failed", "takes_longer"),
        ([WAIT], {"within": "30 min", "after": "a"}, {}, "proved", "fits"),
        ([WAIT | {"required": False}], {"within": "10 min", "after": "a"}, {}, "proved", "nothing_between"),
        ([ROUNDS], {"within": "29 min", "after": "a"}, {}, "failed", "takes_longer"),
        ([ROUNDS], {"within": "30 min", "after": "a"}, {}, "proved", "fits"),
        ([WAIT, ROUNDS], {"within": "59 min", "after": "start"}, {}, "failed", "takes_longer"),
        ([WAIT], {"first_of": [{"by": "23:00"}, {"within": "10 min", "after": "a"}]}, {}, "failed", "takes_longer"),
        ([WAIT], {"last_of": [{"within": "1 day", "after": "a"}, {"within": "10 min", "after": "a"}]}, {}, "proved", "fits"),
        ([WAIT], {"by": "06:50"}, {"schedule": AT_SIX}, "failed", "takes_longer"),
        ([WAIT], {"by": "07:00"}, {"schedule": AT_SIX}, "proved", "fits"),
        ([], {"by": "06:00"}, {"schedule": AT_SIX}, "failed", "over_at_start"),
        ([], {"by": "06:00"}, {}, "unknown", "start_not_known"),
        ([], {"by": "06:00", "when": {"shift": "late"}}, {"schedule": AT_SIX}, "unknown", "start_not_known"),
        ([], {"by": "07:00", "when": {"shift": "early"}}, {"schedule": AT_SIX}, "proved", "nothing_between"),
        ([WAIT], {"same_day_as": "start"}, {"schedule": [{"every": "day", "at": "23:40"}]}, "failed", "takes_longer"),
        ([WAIT], {"same_day_as": "a"}, {}, "proved", "fits"),
    ],
)
def test_what_lies_in_between_must_fit(between: list[Any], due: Any, header: Any, verdict: str, why: str) -> None:
    plan = planned(check("a"), *between, check("b", due=due), **header)
    (proof,) = [one for one in found(plan, "deadlines_feasible") if one.steps]
    assert (proof.verdict, proof.facts["why"]) == (verdict, why)


def test_what_is_given_must_lie_far_enough_ahead_and_measuring_again_is_told() -> None:
    start = [{"moment": "开始", "id": "begins"}]
    plan = planned(WAIT, check("b", due={"before": "1 hour", "of": "begins"}), inputs=start)
    (proof,) = found(plan, "deadlines_feasible")
    assert str(proof.facts["needed"]) == "1:30:00"
    again = planned(check("a"), measure(on_deviation=REMEASURE), check("b", due={"within": "10 min", "after": "a"}))
    (proof,) = found(again, "deadlines_feasible")
    assert (proof.verdict, str(proof.facts["again"])) == ("proved", "0:15:00")


def test_the_schedule_leaves_time_for_the_waits() -> None:
    (proof,) = found(planned(WAIT, WAIT | {"id": "w2"}, {**WAIT, "id": "w3"}, schedule=AT_SIX), "deadlines_feasible")
    assert (proof.verdict, proof.facts["form"]) == ("proved", "schedule")
    late = [{"every": "day", "at": "06:30", "finish_by": "06:50"}]
    (proof,) = found(planned(WAIT, schedule=late), "deadlines_feasible")
    assert (proof.verdict, proof.facts["certain"]) == ("failed", True)


def test_the_last_shift_of_a_day_ends() -> None:
    assert last_shift_end(site()) == "22:00"
    assert last_shift_end(site(shifts={})) is None


# -- the rest -------------------------------------------------------------------------------------------------------------


def test_a_witness_can_be_read() -> None:
    plan = planned(choose("c", "x", "y"), measure(), check("b", when={"c": "y", "m": {"is": "critical"}}))
    (proof,) = [one for one in found(plan, "reachable") if one.steps == ("b",)]
    witness: Any = proof.facts["witness"]
    assert witness["c"] == "y"
    assert float(witness["m"]) < 0.2 or float(witness["m"]) > 1


def test_a_step_that_waits_for_a_later_one_is_found() -> None:
    plan = planned(check("a", when={"b": True}), check("b"))
    assert failed(plan)["completable", "a"] == "waits_for_later"


def test_so_many_combinations_are_proved_by_the_order_alone() -> None:
    many = [choose(f"c{n}", "x", "y", "z") for n in range(12)]
    plan = planned(*many, check("last", when={f"c{n}": "x" for n in range(12)}))
    (proof,) = found(plan, "completable", part="decided")
    assert (proof.verdict, proof.facts["why"]) == ("proved", "in_order")
    (proof,) = [one for one in found(plan, "reachable") if one.steps == ("last",)]
    assert proof.verdict == "proved"


def test_what_is_too_much_to_decide_is_unknown_and_may_be_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.procedure.proofs.space.MOST_TRIED", 50)
    many = [choose(f"c{n}", "x", "y") for n in range(6)]
    pairs = [{"any": [{f"c{n}": "x"}, {f"c{n + 1}": "x"}]} for n in range(5)]
    plan = planned(*many, check("last", when={"all": [*pairs, {"not": {"any": [{"c0": "x"}, {"c5": "x"}]}}, {"c4": "y"}]}))
    assert {one.verdict for one in found(plan, "reachable")} == {"proved", "unknown"}
    verdict = {one.steps: one for one in with_tests(proofs(plan), {"last": ("一例",)})}[("last",)]
    assert (verdict.verdict, verdict.facts["scenarios"]) == ("tested", ("一例",))


def test_bands_are_the_checkers() -> None:
    wrong = {"chlorine": {"title": "余氯", "unit": "mg/L", "limits": {"high": 2}, "critical": {"high": 1}}}
    (proof,) = found(planned(measure(), parameters=wrong), "bands")
    assert (proof.verdict, proof.steps, proof.facts["why"]) == ("failed", ("m",), "limits-outside-critical")
    (proof,) = found(planned(measure()), "bands")
    assert proof.verdict == "proved"
