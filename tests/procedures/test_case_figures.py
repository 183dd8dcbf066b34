"""Every figure that the clauses on complaints and cases name (篇4-4, 4-5) is the figure in the shipped procedures."""

from typing import Any

import pytest

from engine.procedure.due import At, Due, FirstOf, SameDayAs, Within
from engine.procedure.field import Choose

from .playing import library, plan_of

HERE = {
    "CMPL-422", "CMPL-433", "CMPL-434", "CMPL-435", "CMPL-441", "CMPL-443", "CMPL-451", "CMPL-461", "CMPL-472",
    "CMPL-491", "CMPL-492", "CMPL-493", "CASE-323",
}  # fmt: skip


def test_no_clause_with_a_figure_is_left_out() -> None:
    clauses = library().clauses
    assert {name for name in clauses if name[:4] in ("CMPL", "CASE") and "figure" in (clauses[name].model_extra or {})} == HERE


def _figures(clause: str) -> dict[str, Any]:
    found = (library().clauses[clause].model_extra or {})["figure"]
    return {name: str(value) for name, value in found.items()}


def _dues(step: str, procedure: str = "complaint/intake") -> tuple[Due, ...]:
    return plan_of(procedure).by_id[step].due


def _spoken(due: Due) -> str:
    match due:
        case Within():
            assert due.counting == "calendar_days"
            return str(due.within)
        case SameDayAs():
            return "same day"
        case _:
            raise AssertionError(due)


@pytest.mark.parametrize(
    ("clause", "figure", "step", "after"),
    [
        ("CMPL-433", "within", "to_general_manager", "opinion_form"),
        ("CMPL-434", "within", "to_property_manager", "opinion_form"),
        ("CMPL-441", "within", "department", "opinion_form"),
        ("CMPL-441", "within", "to_engineering", "opinion_form"),
        ("CMPL-441", "within", "to_security", "opinion_form"),
        ("CMPL-441", "within", "to_cleaning", "opinion_form"),
        ("CMPL-441", "within", "to_club", "opinion_form"),
        ("CMPL-441", "within", "to_customer_service", "opinion_form"),
        ("CMPL-441", "within", "to_property", "opinion_form"),
        ("CMPL-492", "within", "serious_finished", "opinion_form"),
        ("CMPL-493", "answer", "major_answer", "opinion_form"),
        ("CMPL-493", "resolve", "major_finished", "opinion_form"),
        ("CMPL-461", "within", "customer_told", "form_returned"),
    ],
)
def test_a_deadline_has_the_figure_of_its_clause(clause: str, figure: str, step: str, after: str) -> None:
    (due,) = _dues(step)
    assert _spoken(due) == _figures(clause)[figure]
    assert (due.after if isinstance(due, Within) else getattr(due, "same_day_as", "")) == after
    placed = plan_of("complaint/intake").by_id[step]
    section = plan_of("complaint/intake").parts[placed.section].section
    assert clause in (*placed.step.covers, *(section.covers if section else ()))


def test_a_minor_one_has_two_days_or_the_customers_own_deadline() -> None:
    (due,) = _dues("minor_finished")
    assert isinstance(due, FirstOf)
    within, own = due.first_of
    assert _spoken(within) == _figures("CMPL-435")["within"] == _figures("CMPL-491")["within"]
    assert isinstance(own, At)
    assert own.at == "customer_deadline"


def test_the_supervisor_passes_on_within_the_hour_or_the_day() -> None:
    serious, major = _dues("supervisor_read")
    assert (_spoken(serious), _spoken(major)) == (_figures("CMPL-434")["within"], _figures("CMPL-443")["within"])


def test_the_form_is_back_the_day_it_is_finished() -> None:
    dues = _dues("form_returned")
    assert {_spoken(due) for due in dues} == {_figures("CMPL-451")["return"]}
    anchors = [due.same_day_as for due in dues if isinstance(due, SameDayAs)]
    assert anchors == ["handling", "minor_finished", "serious_finished", "major_finished"]


@pytest.mark.parametrize(
    ("clause", "step"), [("CMPL-491", "minor_finished"), ("CMPL-492", "serious_finished"), ("CMPL-493", "major_finished")]
)
def test_more_time_is_granted_by_whom_the_clause_names(clause: str, step: str) -> None:
    named = _figures(clause).get("overdue_by", "general manager").replace(" ", "_")
    overdue = plan_of("complaint/intake").by_id[step].overdue
    assert overdue is not None
    assert overdue.extend_by == (named,)


def test_after_a_month_major_is_proposed() -> None:
    severity = plan_of("complaint/intake").by_id["severity"].step
    assert isinstance(severity, Choose)
    (proposal,) = severity.propose
    assert proposal.option == "major"
    assert _spoken(proposal.due) == _figures("CMPL-422")["unresolved"]
    assert proposal.notify == ("csc_supervisor", "property_manager")


def test_the_month_is_summed_up_by_day_30() -> None:
    (line,) = plan_of("complaint/monthly").procedure.schedule
    assert f"day {line.on[0]} of {line.every}" == _figures("CMPL-472")["by"]
    assert line.notify == ("property_manager",)


def test_unresolved_cases_are_taken_up_once_a_quarter() -> None:
    (line,) = plan_of("complaint/quarterly").procedure.schedule
    assert f"1 {line.every}" == _figures("CASE-323")["every"]
    assert len(line.on) == 1
