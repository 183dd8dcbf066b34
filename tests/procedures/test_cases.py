"""Cases of the source document (篇4-5) as shipped: when one is opened and what follows, when it may be closed and by whose
signature."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .playing import Played, library, plan_of

# -- opening: the six conditions, and what follows

DEPARTMENT = ("department", "repair_needed", "handling", "disposal", "revisit", "related", "verified")
RECORDS = ("case_record", "closing_record")
ANSWER = ("reply", "reply_result")
EXPLAIN = ("explanation",)
ALL = (*DEPARTMENT, *RECORDS, *ANSWER, *EXPLAIN)
FULL_WAY = (*RECORDS, *DEPARTMENT)
SHORT_WAY = (*RECORDS, *ANSWER)


@pytest.mark.parametrize(
    ("clause", "condition", "nature", "asked", "closes"),
    [
        ("CASE-211", "on_site", "effective", FULL_WAY, True),
        ("CASE-211", "on_site", "communicative", SHORT_WAY, True),
        ("CASE-212", "found_inside", "effective", FULL_WAY, True),
        ("CASE-212", "found_inside", "communicative", SHORT_WAY, True),
        ("CASE-213", "needs_follow_up", "effective", FULL_WAY, True),
        ("CASE-213", "needs_follow_up", "communicative", SHORT_WAY, True),
        ("CASE-214", "emergency", "effective", FULL_WAY, True),
        ("CASE-214", "emergency", "communicative", SHORT_WAY, True),
        ("CASE-215", "outside_remit", "effective", FULL_WAY, True),
        ("CASE-215", "outside_remit", "communicative", SHORT_WAY, True),
        ("CASE-216", "explained", "communicative", EXPLAIN, True),
        ("CASE-216", "explained", "effective", (*EXPLAIN, *DEPARTMENT), False),  # its department's steps are never left out
    ],
)
def test_what_follows_from_a_condition(clause: str, condition: str, nature: str, asked: tuple[str, ...], closes: bool) -> None:
    case = Played("complaint/intake")
    case.answer({"nature": nature, "severity": "minor", "case_way": "open_now", "case_condition": condition})
    assert case.truths(ALL) == {step: step in asked for step in ALL}
    assert clause in case.run.plan.by_id["case_condition"].step.covers
    case.finish()
    assert case.may_be_closed is closes
    assert case.wanted == {("receptionist",)}  # an ordinary case needs no approver
    assert case.sign("receptionist") is None
    assert (case.complete() is None) is closes


OPTIONS = ("open_now", "clarify", "explain")


@pytest.mark.parametrize(
    ("way", "ruling", "asked", "undecided"),
    [
        ("open_now", "", {"case_condition"}, set()),
        ("clarify", "", {"clarified", "case_condition"}, set()),
        ("explain", "", {"case_condition"}, set()),
        ("unsure", "", {"ask_superior", "superior_answer"}, {"case_condition", "clarified"}),
        ("unsure", "open_now", {"ask_superior", "superior_answer", "case_condition"}, set()),
        ("unsure", "clarify", {"ask_superior", "superior_answer", "clarified", "case_condition"}, set()),
        ("unsure", "explain", {"ask_superior", "superior_answer", "case_condition"}, set()),
    ],
)
def test_how_it_is_decided(way: str, ruling: str, asked: set[str], undecided: set[str]) -> None:
    case = Played("complaint/intake").answer({"nature": "communicative", "case_way": way})
    if ruling:
        case.answer({"superior_answer": {"ruling": ruling}})
    steps = ("ask_superior", "superior_answer", "clarified", "case_condition")
    assert case.truths(steps) == {step: None if step in undecided else step in asked for step in steps}


def test_only_a_superior_answers_what_was_unsure() -> None:
    placed = plan_of("complaint/intake").by_id
    assert placed["superior_answer"].roles == ("csc_supervisor", "duty_head")
    assert set(placed["ask_superior"].receivers) == {"csc_supervisor", "duty_head"}


# -- closing: the five conditions, and whose signature it takes

GOOD: dict[str, Any] = {
    "nature": "effective",
    "severity": "minor",
    "case_way": "open_now",
    "case_condition": "on_site",
    "repair_needed": "no_repair",
    "handling": {"outcome": "resolved"},
    "revisit": {"revisit_result": "satisfied"},
    "result_proof": "papers",
    "related": "none",
}
REPAIR = {"repair_needed": "repair", "proof": "repair_signed"}
STUCK = {"handling": {"outcome": "cannot_resolve"}}
TALKED = {"nature": "communicative", "reply_result": "settled"}
DESK, HEAD = ("receptionist",), ("duty_head",)
NOBODY: set[tuple[str, ...]] = set()


@pytest.mark.parametrize(
    ("clause", "changed", "signed_by"),
    [
        ("CASE-311", REPAIR, {DESK}),
        ("CASE-311", REPAIR | {"proof": "nothing_yet"}, NOBODY),
        ("CASE-311", REPAIR | {"severity": "major"}, {DESK, HEAD}),
        ("CASE-312", {"result_proof": "papers"}, {DESK}),
        ("CASE-312", {"result_proof": "supervisor_word"}, {DESK}),
        ("CASE-312", {"result_proof": "nothing_yet"}, NOBODY),
        ("CASE-312", {"result_proof": "not_done"}, NOBODY),
        ("CASE-313", {"related": "separate_case"}, {DESK}),
        ("CASE-313", {"related": "separate_case", "related_case": "not_done"}, NOBODY),
        ("CASE-313", {"related": "separate_case", "minor_finished": "not_done"}, NOBODY),
        ("CASE-314", {"related": "still_open"}, NOBODY),
        ("CASE-314", REPAIR | {"related": "still_open"}, NOBODY),
        ("CASE-315", {"severity": "major"}, {DESK, HEAD}),
        ("CASE-315", {"severity": "major", "result_proof": "nothing_yet"}, NOBODY),
        ("CASE-315", {"severity": "serious"}, {DESK}),
        ("CASE-321", {"minor_finished": "not_done"}, NOBODY),
        ("CASE-321", {"severity": "serious", "serious_finished": "not_done"}, NOBODY),
        ("CASE-321", {"severity": "major", "major_finished": "not_done"}, NOBODY),
        ("CASE-322", {"verified": "not_done"}, NOBODY),
        ("CASE-322", STUCK | {"verified": "not_done"}, NOBODY),
        ("CASE-323", STUCK, {DESK, HEAD}),
        ("CASE-323", STUCK | {"severity": "major"}, {DESK, HEAD}),
        ("CASE-323", STUCK | {"unresolved": "not_done"}, NOBODY),
        ("CASE-323", STUCK | {"related": "still_open"}, NOBODY),
        ("CASE-331", {"closing_record": "not_done"}, NOBODY),
        ("CASE-331", STUCK | {"closing_record": "not_done"}, NOBODY),
        ("CASE-331", TALKED | {"closing_record": "not_done"}, NOBODY),
        ("CMPL-471", {"revisit": {"revisit_result": "acceptable"}}, {DESK}),
        ("CMPL-471", {"revisit": {"revisit_result": "dissatisfied"}}, NOBODY),
        ("CMPL-471", {"revisit": "not_done"}, NOBODY),
        ("CMPL-102", TALKED, {DESK}),
        ("CMPL-102", TALKED | {"reply_result": "not_settled"}, NOBODY),
        ("CASE-216", {"nature": "communicative", "case_condition": "explained"}, {DESK}),
        ("CASE-216", {"nature": "communicative", "case_condition": "explained", "explanation": "not_done"}, NOBODY),
        ("CASE-216", {"case_condition": "explained"}, NOBODY),
    ],
)
def test_whether_it_may_be_closed_and_by_whose_signature(
    clause: str, changed: dict[str, Any], signed_by: set[tuple[str, ...]]
) -> None:
    assert clause in library().clauses
    case = Played("complaint/intake").answer(GOOD | changed).finish()
    assert case.may_be_closed is bool(signed_by)
    if signed_by:
        assert case.wanted == signed_by
    _signed_by_the_wrong_people(case)
    for (role,) in sorted(case.wanted, key=lambda roles: roles != DESK):
        refusal = case.complete()
        assert refusal is not None
        assert refusal.code == "blocked"  # as long as one signature is missing
        assert case.sign(role) is None
    assert (case.complete() is None) is bool(signed_by)


def _signed_by_the_wrong_people(case: Played) -> None:
    """Nobody signs in a role that is not asked to."""
    site = case.run.plan.site
    asked = {role for roles in case.wanted for role in roles}
    for role in site.roles:
        if not asked & set(site.all_roles((role,))):
            refusal = case.sign(role)
            assert refusal is not None
            assert refusal.code == "wrong_role"


CHOICES: dict[str, list[Any]] = {
    "severity": ["minor", "serious", "major"],
    "repair_needed": ["no_repair", "repair"],
    "handling": [{"outcome": "resolved"}, {"outcome": "cannot_resolve"}],
    "unresolved": [{}, "not_done"],
    "proof": ["repair_signed", "nothing_yet"],
    "result_proof": ["papers", "supervisor_word", "nothing_yet"],
    "related": ["none", "separate_case", "still_open"],
    "related_case": ["opened", "not_done"],
    "revisit": [{"revisit_result": result} for result in ("satisfied", "acceptable", "dissatisfied")],
    "verified": ["done", "not_done"],
    "minor_finished": ["done", "not_done"],
    "serious_finished": ["done", "not_done"],
    "major_finished": ["done", "not_done"],
}


def _clauses_allow(case: dict[str, Any]) -> bool:
    """What the clauses say of an effective complaint, in our own words: may it be closed?"""
    if case["verified"] != "done" or case["related"] == "still_open":
        return False
    if case["related"] == "separate_case" and case["related_case"] != "opened":
        return False
    if case["handling"]["outcome"] == "cannot_resolve":
        return bool(case["unresolved"] != "not_done")
    is_repair = case["repair_needed"] == "repair"
    lacks_proof = case["proof"] != "repair_signed" if is_repair else case["result_proof"] == "nothing_yet"
    is_unfinished = case[f"{case['severity']}_finished"] != "done"
    return not (lacks_proof or is_unfinished or case["revisit"]["revisit_result"] == "dissatisfied")


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({step: st.sampled_from(values) for step, values in CHOICES.items()}))
def test_any_effective_complaint_is_closed_as_the_clauses_say(chosen: dict[str, Any]) -> None:
    case = Played("complaint/intake").answer(GOOD | chosen).finish()
    assert case.may_be_closed is _clauses_allow(chosen)
    needs_head = chosen["severity"] == "major" or chosen["handling"]["outcome"] == "cannot_resolve"
    assert case.wanted == ({DESK, HEAD} if needs_head else {DESK})
