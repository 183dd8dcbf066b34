"""Rules on what conditions and due times may name, and which tests fit what they name."""

from typing import Any

import pytest

from engine.procedure.rules import Surroundings

from .written import CASE, GOOD, D, around, at, problems, told

NAMES: list[tuple[dict[str, Any], str, str]] = [
    ({"steps.5.when": {"seson": "winter"}}, "unknown-name", "steps.5.when.seson"),
    ({"steps.5.when": {"any": [{"important": True}, {"dosin": "none"}]}}, "unknown-name", "steps.5.when.any.1.dosin"),
    ({"steps.5.when": {"all": [{"not": {"dosin": "none"}}]}}, "unknown-name", "steps.5.when.all.0.not.dosin"),
    ({"steps.5.when": {"signed": True}}, "later-reference", "steps.5.when.signed"),
    ({"steps.5.when": {"reading": True}}, "names-itself", "steps.5.when.reading"),
    ({"steps.1.when": {"severity": "major"}}, "names-itself", "steps.1.when.severity"),
    ({"steps.1.fields.1.when": {"opinion": True}}, "names-itself", "steps.1.fields.1.when.opinion"),
    ({"steps.1.fields.0.when": {"happened": {"is": "answered"}}}, "later-reference", "steps.1.fields.0.when.happened"),
    ({"steps.0.when": {"dosing": "none"}}, "later-reference", "steps.0.when.dosing"),
    ({"inputs.0.when": {"important": True}}, "later-reference", "inputs.0.when.important"),
    ({"steps.5.when": {"lamps": True}}, "one-of-many-rows", "steps.5.when.lamps"),
    ({"steps.5.when": {"room": {"is": "answered"}}}, "one-of-many-rows", "steps.5.when.room"),
    ({"steps.6.due.0.when": {"veiw": True}}, "unknown-name", "steps.6.due.0.when.veiw"),
    (
        {"steps.0.due": {"within": "3 hours", "after": "start", "when": {"acidity": 7}}},
        "later-reference",
        "steps.0.due.when.acidity",
    ),
    ({"steps.6.due.1": {"within": "2 hours", "after": "circulaton"}}, "unknown-name", "steps.6.due.1.after"),
    ({"steps.6.due.1": {"last_of": [{"by": "23:00"}, {"at": "x"}]}}, "unknown-name", "steps.6.due.1.last_of.1.at"),
    ({"steps.6.due.1": {"same_day_as": "signed"}}, "later-reference", "steps.6.due.1.same_day_as"),
    ({"steps.6.due.1": {"same_day_as": "equipment"}}, "names-itself", "steps.6.due.1.same_day_as"),
    ({"steps.6.due.1": {"same_day_as": "season"}}, "unknown-name", "steps.6.due.1.same_day_as"),
    ({"steps.6.due.1": {"within": "5 hours", "after": "room"}}, "one-of-many-rows", "steps.6.due.1.after"),
    ({"steps.0.due": {"within": "3 hours", "after": "chlorine"}}, "later-reference", "steps.0.due.after"),
    ({"steps.6.due.1": {"at": "start"}}, "due-anchor", "steps.6.due.1.at"),
    ({"steps.6.due.1": {"at": "guests"}}, "due-anchor", "steps.6.due.1.at"),
    ({"steps.6.due.0.of": "opinion"}, "due-anchor", "steps.6.due.0.of"),
    ({"inputs.1.gives": "time"}, "due-anchor", "steps.6.due.0.of"),
    ({"steps.6.due.1": {"within": "5 hours", "after": "opening_at"}}, "due-anchor", "steps.6.due.1.after"),
]

TESTS: list[tuple[Any, Any, str, str]] = [
    ("season", "wintr", "unknown-option", ""),
    ("season", ["winter", "sumer"], "unknown-option", ".1"),
    ("weekday", "monday", "unknown-option", ""),
    ("shift", "day", "unknown-option", ""),
    ("place", "pol", "unknown-option", ""),
    ("season", {"is": "answered"}, "test-does-not-fit", ""),
    ("weekday", 1, "test-does-not-fit", ""),
    ("dosing", "disinfect", "unknown-option", ""),
    ("dosing", ["none", "nil"], "unknown-option", ".1"),
    ("dosing", "not_done", "word-needs-is", ""),
    ("dosing", True, "test-does-not-fit", ""),
    ("dosing", {"at_least": 1}, "test-does-not-fit", ""),
    ("dosing", {"is": "done"}, "test-does-not-fit", ""),
    ("dosing", {"is": "in_limits"}, "test-does-not-fit", ""),
    ("chlorine", True, "test-does-not-fit", ""),
    ("chlorine", "in_limits", "word-needs-is", ""),
    ("chlorine", "high", "test-does-not-fit", ""),
    ("chlorine", {"is": "done"}, "test-does-not-fit", ""),
    ("acidity", {"is": "critical"}, "no-such-band", ""),
    ("circulation", "answered", "word-needs-is", ""),
    ("circulation", D("5"), "test-does-not-fit", ""),
    ("handed_keys", {"at_least": 1}, "test-does-not-fit", ""),
    ("opinion", "yes", "test-does-not-fit", ""),
    ("amount", "much", "test-does-not-fit", ""),
    ("happened", "not_applicable", "word-needs-is", ""),
    ("important", {"is": "not_applicable"}, "test-does-not-fit", ""),
    ("guests", {"is": "not_done"}, "test-does-not-fit", ""),
    ("guests", True, "test-does-not-fit", ""),
]

FITTING: list[dict[str, Any]] = [
    {"season": "winter"},
    {"weekday": ["sat", "sun"]},
    {"place": "gym"},
    {"shift": "night"},
    {"dosing": "none"},
    {"dosing": {"is": "not_applicable"}},
    {"chlorine": {"at_least": 5, "below": 7}},
    {"chlorine": {"is": "critical"}},
    {"acidity": D("7.5")},
    {"acidity": {"is": "out_of_limits"}},
    {"guests": {"above": 10, "at_most": 20}},
    {"circulation": "done"},
    {"opinion": True},
    {"handed_keys": {"is": "not_done"}},
    {"important": False},
    {"severity": "major"},
    {"happened": {"is": "answered"}},
    {"patrol": {"is": "unanswered"}},
    {"to_engineers": "not_done"},
]


@pytest.mark.parametrize(("changes", "code", "path"), NAMES)
def test_a_name_in_the_wrong_place(changes: dict[str, Any], code: str, path: str) -> None:
    assert told(problems(changes)) == [(code, path)]


@pytest.mark.parametrize(("name", "test", "code", "path"), TESTS)
def test_a_test_that_does_not_fit(name: str, test: Any, code: str, path: str) -> None:
    assert told(problems({"steps.10.when": {name: test}})) == [(code, f"steps.10.when.{name}{path}")]


@pytest.mark.parametrize("when", FITTING, ids=str)
def test_a_test_that_fits(when: dict[str, Any]) -> None:
    assert told(problems({"steps.10.when": when})) == []


def test_facts_help_to_mend() -> None:
    (found,) = problems({"steps.5.when": {"seson": "winter"}})
    assert (found.facts["meant"], found.at_key) == ("season", True)
    (found,) = problems({"steps.10.when": {"dosing": "disinfect"}})
    assert found.facts["possible"] == ("none", "disinfectant", "flocculant", "both")
    assert found.facts["meant"] == "disinfectant"
    (found,) = problems({"steps.10.when": {"guests": True}})
    assert found.facts["test"] == "true"
    assert found.facts["fits"] == (
        "{at_least: …}",
        "{at_most: …}",
        "{above: …}",
        "{below: …}",
        "{is: answered}",
        "{is: unanswered}",
    )
    (found,) = problems({"steps.5.when": {"signed": True}})
    assert found.other == at("steps.10")
    (found,) = problems({"steps.5.when": {"room": {"is": "answered"}}})
    assert found.facts == {"name": "room", "step": "handed_keys"}


@pytest.mark.parametrize(
    ("test", "shown"),
    [
        (False, "false"),
        (D("1.50"), "1.50"),
        ({"is": "done"}, "{is: done}"),
        ({"at_least": 1, "below": 3}, "{at_least: 1, below: 3}"),
    ],
)
def test_tests_are_shown_as_written(test: Any, shown: str) -> None:
    (found,) = problems({"steps.10.when": {"season": test}})
    assert found.facts["test"] == shown


def test_a_test_with_a_list_is_shown_as_written() -> None:
    (found, _) = problems({"steps.10.when": {"guests": ["a", "b"]}})
    assert found.facts["test"] == "a"


def test_fields_of_one_row_may_name_each_other_only_backwards() -> None:
    found = problems({"steps.3.steps.0.when": {"warmth": {"above": 3}}, "steps.3.steps.1.when": {"view": True}})
    assert told(found) == [
        ("later-reference", "steps.3.steps.0.when.warmth"),
        ("later-reference", "steps.3.steps.1.when.view"),
    ]


def test_a_case_is_closed_by_any_of_its_steps() -> None:
    (found,) = problems({"close.when": {"revisited": "done"}}, CASE)
    assert (found.code, found.path) == ("unknown-name", at("close.when.revisited"))
    (found,) = problems({"close.sign.0.when": {"outcome": "solve"}}, CASE)
    assert (found.code, found.path) == ("unknown-option", at("close.sign.0.when.outcome"))


def test_seasons_and_places_are_not_judged_without_a_site() -> None:
    assert problems({"steps.5.when": {"season": "x", "place": "y", "shift": "z"}}, GOOD, Surroundings()) == []
    assert told(problems({"steps.5.when": {"weekday": "x"}}, GOOD, Surroundings())) == [
        ("unknown-option", "steps.5.when.weekday")
    ]


def test_a_band_of_an_unknown_parameter_is_told_once() -> None:
    found = problems({"steps.0.steps.1.parameter": "x", "steps.10.when": {"acidity": {"is": "critical"}}})
    assert ("unknown-parameter", "steps.0.steps.1.parameter") in told(found)
    assert "no-such-band" not in {problem.code for problem in found}


def test_limits_or_critical_bounds_make_out_of_limits_possible() -> None:
    only_critical = {"parameters.ph.limits": None, "parameters.ph.critical": {"low": 5}}
    del only_critical["parameters.ph.limits"]
    assert problems({**only_critical, "steps.10.when": {"acidity": {"is": "out_of_limits"}}}) == []
    assert told(problems({"steps.10.when": {"chlorine": {"is": "in_limits"}}}, GOOD, around())) == []
