"""Rules on people, clauses and open questions."""

from typing import Any

import pytest

from engine.procedure.rules import Surroundings

from .written import CASE, GONE, GOOD, around, at, problems, told

ROLES = [
    "done_by.0",
    "steps.0.by.0",
    "steps.0.overdue.notify.0",
    "steps.0.overdue.then.notify.0",
    "steps.0.steps.0.on_deviation.notify.0",
    "steps.0.steps.0.on_deviation.accept_by.0",
    "steps.6.overdue.extend_by.0",
    "steps.9.role",
    "steps.10.by.0",
]
CLAUSES = [
    "covers.0",
    "schedule.1.covers.0",
    "questions.0.source",
    "rules.1.covers.0",
    "cards.cramp.covers.0",
    "parameters.chlorine.source",
    "steps.0.covers.0",
    "steps.0.rules.0.covers.0",
    "steps.6.covers.0",
    "steps.6.rules.0.covers.0",
]


@pytest.mark.parametrize("path", ROLES)
def test_every_role_exists(path: str) -> None:
    (found,) = problems({path: "lifegard"})
    assert (found.code, found.path, found.facts["meant"]) == ("unknown-role", at(path), "lifeguard")


def test_the_roles_that_close_a_case_exist() -> None:
    assert told(problems({"close.sign.0.by.0": "boss"}, CASE)) == [("unknown-role", "close.sign.0.by.0")]


def test_work_is_handed_to_a_role_or_department() -> None:
    (found,) = problems({"steps.4.to.0": "enginering"})
    assert (found.code, found.path, found.facts["meant"]) == ("unknown-receiver", at("steps.4.to.0"), "engineering")


def test_a_role_nobody_holds_is_told_once_and_only_where_it_is_known() -> None:
    (found,) = problems({}, CASE, around(held=frozenset(("supervisor",))))
    assert (found.code, found.path, found.level) == ("role-nobody-holds", at("close.sign.1.by.0"), "warning")


def test_nothing_is_said_of_roles_where_the_site_is_not_known() -> None:
    assert problems({"done_by": ["x"], "steps.4.to": ["y"]}, GOOD, Surroundings()) == []


def test_a_step_for_others_than_its_section_is_noted() -> None:
    (found,) = problems({"steps.0.steps.1.by": ["engineer"]})
    assert (found.code, found.level, found.other) == ("by-outside-section", "note", at("steps.0.by"))
    assert problems({"steps.0.steps.1.by": ["engineer", "lifeguard"]}) == []


@pytest.mark.parametrize("path", CLAUSES)
def test_every_clause_exists(path: str) -> None:
    (found,) = problems({path: "POOL-999"})
    assert (found.code, found.path, found.facts["clause"]) == ("unknown-clause", at(path), "POOL-999")


def test_the_clauses_of_closing_exist() -> None:
    assert told(problems({"close.covers.0": "POOL-999"}, CASE)) == [("unknown-clause", "close.covers.0")]


def test_no_clause_is_judged_where_they_are_not_known() -> None:
    assert problems({"covers": ["ABC-999"]}, GOOD, around(clauses=None)) == []


@pytest.mark.parametrize(("change", "source"), [({}, "POOL-203"), ({"questions.0.source": GONE}, "")])
def test_an_open_question_is_noted(change: dict[str, Any], source: str) -> None:
    (found,) = problems({"questions.0.answer": GONE, **change})
    assert (found.code, found.level, found.path) == ("open-question", "note", at("questions.0"))
    assert found.facts == {"question": "which", "ask": "哪一种?", "source": source}
