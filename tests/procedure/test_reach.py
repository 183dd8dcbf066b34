"""What can never be reached: conditions that contradict their section's, or those of the steps they name."""

from typing import Any

import pytest

from .written import GOOD, at, problems, told

WINTER, SUMMER = {"season": "winter"}, {"season": "summer"}
MILD = {"severity": "minor"}

TABLE: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"steps.0.when": WINTER, "steps.0.steps.1.when": SUMMER}, [("contradicts-section", "steps.0.steps.1.when")]),
    ({"steps.0.when": WINTER, "steps.0.steps.1.when": WINTER}, []),
    ({"steps.5.when": WINTER, "steps.10.when": {"reading": "done", **SUMMER}}, [("contradicts-step", "steps.10.when")]),
    ({"steps.5.when": WINTER, "steps.10.when": {"reading": {"is": "not_applicable"}, **SUMMER}}, []),
    ({"steps.5.when": WINTER, "steps.10.when": {"reading": {"is": "unanswered"}, **WINTER}}, []),
    ({"steps.0.when": WINTER, "steps.10.when": {"dosing": "none", **SUMMER}}, [("contradicts-step", "steps.10.when")]),
    ({"steps.10.when": {"happened": {"is": "not_done"}, "severity": "minor"}}, [("contradicts-step", "steps.10.when")]),
    ({"steps.1.when": WINTER, "steps.10.when": {"severity": "minor", **SUMMER}}, [("contradicts-step", "steps.10.when")]),
    ({"steps.1.when": WINTER, "steps.1.fields.1.when": SUMMER}, [("contradicts-section", "steps.1.fields.1.when")]),
    (
        {"inputs.2.when": {"guests": {"above": 5}}, "steps.10.when": {"important": True, "guests": 3}},
        [("contradicts-step", "steps.10.when")],
    ),
    # neither of the two steps named contradicts alone
    (
        {"steps.5.when": {"guests": {"below": 50}}, "steps.10.when": {"reading": "done", "watch": {"is": "not_done"}}},
        [("never-reached", "steps.10.when")],
    ),
    # through a third
    ({"steps.5.when": MILD, "steps.10.when": {"reading": "done", "to_engineers": "done"}}, [("never-reached", "steps.10.when")]),
    # what hangs on something never reached is not told again
    ({"steps.5.when": {"guests": {"above": 900}}, "steps.10.when": {"reading": "done"}}, [("never-true", "steps.5.when.guests")]),
    ({"steps.0.when": {"guests": {"above": 900}}, "steps.0.steps.1.when": WINTER}, [("never-true", "steps.0.when.guests")]),
    (
        {"steps.0.when": WINTER, "steps.0.steps.1.when": SUMMER, "steps.10.when": {"acidity": 7}},
        [("contradicts-section", "steps.0.steps.1.when")],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), TABLE, ids=str)
def test_what_can_never_be_reached(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(problems(changes)) == expected


def test_the_other_party_is_named() -> None:
    (found,) = problems({"steps.0.when": WINTER, "steps.0.steps.1.when": SUMMER})
    assert (found.facts, found.other) == ({"id": "acidity"}, at("steps.0.when"))
    (found,) = problems({"steps.0.when": WINTER, "steps.10.when": {"dosing": "none", **SUMMER}})
    assert (found.facts, found.other) == ({"id": "signed", "name": "dosing"}, at("steps.0.when"))
    (found,) = problems({"steps.5.when": MILD, "steps.10.when": {"reading": "done", "to_engineers": "done"}})
    assert (found.facts, found.other) == ({"id": "signed", "names": ("reading", "to_engineers")}, None)


def test_a_section_that_can_never_be_reached_is_told_once() -> None:
    section = {
        "section": "后",
        "when": {"reading": "done", **SUMMER},
        "steps": [
            {"check": "一", "id": "one"},
            {"check": "二", "id": "two", "when": {"one": True}},
        ],
    }
    found = problems({"steps.5.when": WINTER, "steps.11": section})
    assert told(found) == [("contradicts-step", "steps.11.when")]


def test_too_much_to_try_is_let_pass() -> None:
    inputs = {f"inputs.{3 + number}": {"count": "数", "id": f"n{number}"} for number in range(8)}
    bounds = {f"n{number}": {"above": 1, "below": 3} for number in range(8)}
    opposite = {"any": [{name: {"at_least": 3}} for name in bounds]}
    changes = {**inputs, "steps.0.when": bounds, "steps.0.steps.1.when": opposite}
    assert problems(changes, GOOD) == []


def test_a_choice_of_too_many_is_let_pass() -> None:
    options = {f"option{number}": "一" for number in range(16)}
    step = {"choose": "多", "id": "many", "many": True, "options": options}
    sections = {
        "steps.11": {
            "section": "后",
            "when": {"many": list(options)[:12]},
            "steps": [{"check": "一", "id": "one", "when": {"not": {"many": list(options)[:12]}}}],
        }
    }
    assert problems({"steps.10": step, **sections}) == []


def test_a_long_chain_of_conditions_is_let_pass() -> None:
    steps = {f"steps.{11 + number}": {"check": "一", "id": f"c{number}"} for number in range(70)}
    when = {"all": [{f"c{number}": True} for number in range(70)], "reading": "done", **SUMMER}
    assert problems({**steps, "steps.5.when": WINTER, "steps.81": {"check": "二", "id": "last", "when": when}}) == []
