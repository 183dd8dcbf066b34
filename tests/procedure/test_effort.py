"""The rules end soon and quietly, whatever is written: guesses and trials have an allowance, and nothing makes them raise."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.procedure.procedure import Procedure
from engine.procedure.rules import RULES, Surroundings, check
from engine.procedure.rules.draft import Draft, Effort, TooMuch
from engine.procedure.rules.surroundings import MOST_GUESSED

from .written import CASE, GOOD, around, change, problems

PLAIN: dict[str, Any] = {key: GOOD[key] for key in ("format", "title", "place", "done_by")}


def _spent(data: dict[str, Any]) -> list[str]:
    """The codes told where nothing may be tried any more."""
    draft = Draft(Procedure.model_validate(data), around(), Effort(0))
    return [problem.code for rule in RULES for problem in rule(draft)]


def test_an_allowance_ends_for_good() -> None:
    effort = Effort(2)
    effort.spend(2)
    for _ in range(2):
        with pytest.raises(TooMuch):
            effort.spend()


def test_without_allowance_what_takes_trying_is_let_pass() -> None:
    wrong = {
        "steps.0.when": {"guests": {"above": 900}},
        "steps.0.due.within": "1 min",
        "schedule.0.finish_by": "06:31",
        "steps.5.when": {"season": "summer"},
        "steps.10.when": {"reading": "done", "season": "winter"},
    }
    codes = {problem.code for problem in problems(wrong)}
    assert codes == {"never-true", "deadline-too-short", "contradicts-step"}
    assert _spent(change(GOOD, wrong)) == []
    assert _spent(GOOD) == []


def test_a_hostile_file_is_left_unfinished_and_a_long_real_one_is_not() -> None:
    choices = [
        {"choose": "x", "id": f"s{number}", "many": True, "options": {f"o{k}": "x" for k in range(8)}} for number in range(9)
    ]
    asking: dict[str, Any] = {f"s{number}": [f"o{k}" for k in range(8)] for number in range(9)}
    hostile = [*choices, *({"check": "x", "id": f"c{number}", "when": asking} for number in range(99))]
    draft = Draft(Procedure.model_validate({**PLAIN, "steps": hostile}), around())
    assert [problem for rule in RULES for problem in rule(draft)]
    assert draft.effort.left < 0
    real = [{"check": "x", "id": f"s{number}", "when": {"season": "winter", "weekday": "mon"}} for number in range(1000)]
    draft = Draft(Procedure.model_validate({**PLAIN, "steps": real}), around())
    assert [problem for rule in RULES for problem in rule(draft)] == []
    assert draft.effort.left > 0


def test_only_the_first_few_names_are_guessed() -> None:
    steps = [{"check": "x", "id": f"s{number}", "by": ["lifegard"]} for number in range(MOST_GUESSED + 5)]
    found = check(Procedure.model_validate({**PLAIN, "steps": steps}), around())
    assert [bool(problem.facts["near"]) for problem in found] == [True] * MOST_GUESSED + [False] * 5
    assert "meant" not in found[-1].facts


def test_among_very_many_only_those_that_begin_alike_are_compared() -> None:
    steps = [{"check": "x", "id": f"{letter}_{number}"} for letter in "ab" for number in range(300)]
    asking = {"check": "x", "id": "last", "when": {"b_29o": True}}
    (found,) = check(Procedure.model_validate({**PLAIN, "steps": [*steps, asking]}), around())
    assert found.facts["near"]
    assert all(str(name).startswith("b_29") for name in [found.facts["meant"]])


def _places(data: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield ".".join((*path, str(key)))
        yield from _places(value, (*path, str(key)))


VALUES = st.sampled_from(
    [
        "dosing",
        "chlorine",
        "opinion",
        "lamps",
        "room",
        "start",
        "season",
        "winter",
        "guests",
        "1 min",
        "2 years",
        "06:30",
        0,
        7,
        True,
        {"dosing": "none"},
        {"lamps": True},
        {"at": "happened"},
        {"by": "00:00"},
        {"any": [{"season": "x"}]},
        [],
        ["x"],
        {"low": 9},
        {"target": 1, "tolerance": 99},
        {"remeasure": {}},
        {"guests": {"above": 3, "below": 4}},
        {"is": "answered"},
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([GOOD, CASE]), st.data())
def test_nothing_that_can_be_loaded_makes_the_rules_raise(data: dict[str, Any], draw: st.DataObject) -> None:
    places = list(_places(data))
    changes = draw.draw(st.dictionaries(st.sampled_from(places), VALUES, min_size=1, max_size=3))
    try:
        procedure = Procedure.model_validate(change(data, changes))
    except (ValidationError, KeyError, TypeError, IndexError):
        return  # not a procedure: told by others
    for surroundings in (around(), Surroundings(), around(held=frozenset())):
        check(procedure, surroundings)
