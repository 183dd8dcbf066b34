"""Conditions that can never be true or always are: decided as by trying everything, and told at the innermost place."""

from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.procedure.condition import Condition, Known, holds
from engine.procedure.limits import Band
from engine.procedure.procedure import Procedure
from engine.procedure.rules.draft import Draft
from engine.procedure.rules.truth import is_always, is_never

from .written import CASE, GOOD, D, around, problems, told

FLAWS: list[tuple[Any, list[tuple[str, str]]]] = [
    ({"guests": {"at_least": 5, "below": 5}}, [("never-true", ".guests")]),
    ({"guests": {"above": 5, "below": 6}}, [("never-true", ".guests")]),
    ({"guests": {"above": 500}}, [("never-true", ".guests")]),
    ({"guests": {"at_least": D("4.5"), "at_most": D("5.5")}}, []),
    ({"guests": {"at_least": 0}}, [("always-true", ".guests")]),
    ({"guests": D("2.5")}, [("never-true", ".guests")]),
    ({"chlorine": {"above": 10}}, [("never-true", ".chlorine")]),
    ({"chlorine": {"at_least": 0}}, [("always-true", ".chlorine")]),
    ({"chlorine": {"above": D("0.4"), "below": D("0.41")}}, []),
    (
        {"all": [{"chlorine": {"is": "critical"}}, {"chlorine": {"at_least": D("0.5"), "at_most": D("0.9")}}]},
        [("never-true", "")],
    ),
    ({"all": [{"chlorine": {"is": "critical"}}, {"chlorine": {"is": "in_limits"}}]}, [("never-true", "")]),
    ({"all": [{"chlorine": {"is": "critical"}}, {"chlorine": {"is": "out_of_limits"}}]}, []),
    ({"any": [{"chlorine": {"is": "in_limits"}}, {"chlorine": {"is": "out_of_limits"}}]}, [("always-true", "")]),
    ({"dosing": ["none", "disinfectant", "flocculant", "both"]}, [("always-true", ".dosing")]),
    ({"all": [{"dosing": "none"}, {"dosing": "both"}]}, [("never-true", "")]),
    ({"all": [{"dosing": "none"}, {"not": {"dosing": "both"}}]}, []),
    ({"dosing": "none", "not": {"dosing": "none"}}, [("never-true", "")]),
    ({"any": [{"dosing": "none"}, {"not": {"dosing": "none"}}]}, [("always-true", "")]),
    ({"any": [{"dosing": "none"}, {"all": [{"dosing": "both"}, {"dosing": "none"}]}]}, [("never-true", ".any.1")]),
    ({"not": {"dosing": ["none", "disinfectant", "flocculant", "both"]}}, [("always-true", ".not.dosing")]),
    ({"dosing": {"is": "answered"}}, []),
    ({"dosing": {"is": "unanswered"}}, []),
    ({"important": {"is": "answered"}}, [("always-true", ".important")]),
    ({"important": {"is": "unanswered"}}, [("never-true", ".important")]),
    ({"any": [{"dosing": {"is": "answered"}}, {"dosing": {"is": "unanswered"}}]}, [("always-true", "")]),
    ({"all": [{"important": True}, {"important": False}]}, [("never-true", "")]),
    ({"any": [{"important": True}, {"important": False}]}, [("always-true", "")]),
    ({"circulation": "done"}, []),
    ({"circulation": ["done", "not_done"]}, [("always-true", ".circulation")]),
    ({"dosing": {"is": "not_done"}}, []),
    ({"happened": {"is": "not_applicable"}}, []),
    ({"season": ["winter", "summer"]}, [("always-true", ".season")]),
    ({"all": [{"season": "winter"}, {"season": "summer"}]}, [("never-true", "")]),
    ({"all": [{"weekday": ["sat", "sun"]}, {"weekday": "mon"}]}, [("never-true", "")]),
    ({"season": "winter", "weekday": "mon", "place": "gym", "shift": "night", "guests": {"above": 3}}, []),
]


@pytest.mark.parametrize(("when", "expected"), FLAWS, ids=str)
def test_the_innermost_flaw_is_told_once(when: Any, expected: list[tuple[str, str]]) -> None:
    assert told(problems({"steps.10.when": when})) == [(code, f"steps.10.when{path}") for code, path in expected]


def test_never_is_an_error_and_always_a_warning() -> None:
    (found,) = problems({"steps.10.when": {"guests": {"above": 500}}})
    assert (found.level, found.facts) == ("error", {"names": ("guests",)})
    (found,) = problems({"steps.10.when": {"guests": {"at_least": 0}}})
    assert found.level == "warning"


def test_due_times_and_closing_are_looked_at_too() -> None:
    found = problems({"steps.6.due.0.when": {"guests": {"above": 500}}})
    assert told(found) == [("never-true", "steps.6.due.0.when.guests")]
    found = problems({"close.when": {"all": [{"outcome": "solved"}, {"outcome": "unsolved"}]}}, CASE)
    assert told(found) == [("never-true", "close.when")]


def test_an_input_that_need_not_be_given_may_be_unanswered() -> None:
    assert problems({"inputs.2.required": False, "steps.10.when": {"important": {"is": "unanswered"}}}) == []


def test_too_much_to_try_is_let_pass() -> None:
    options = {f"option{number}": "一" for number in range(16)}
    step = {"choose": "多", "id": "many", "many": True, "options": options}
    when = {"all": [{"many": name} for name in options]}
    assert problems({"steps.10": step, "steps.11": {"sign": "签", "id": "last", "when": when}}) == []
    inputs = {f"inputs.{3 + number}": {"count": "数", "id": f"n{number}"} for number in range(8)}
    bounds = {f"n{number}": {"above": 1, "below": 3} for number in range(8)}
    assert problems({**inputs, "steps.10.when": bounds | {"not": bounds}}) == []


def test_an_unknown_parameter_leaves_every_reading_possible() -> None:
    found = problems({"steps.0.steps.1.parameter": "x", "steps.10.when": {"acidity": {"at_least": 3, "below": 2}}})
    assert ("never-true", "steps.10.when.acidity") in told(found)


# --- against trying everything ---

PROCEDURE = Procedure.model_validate(
    {
        "format": 1,
        "title": "x",
        "place": "pool",
        "done_by": ["lifeguard"],
        "parameters": {
            "p": {"title": "p", "limits": {"low": 1, "high": 3}, "plausible": {"low": 0, "high": 5}, "critical": {"high": 4}}
        },
        "inputs": [{"count": "n", "id": "n", "at_most": 4}, {"check": "i", "id": "i"}],
        "steps": [
            {"choose": "a", "id": "a", "options": {"x": "x", "y": "y", "z": "z"}},
            {"choose": "b", "id": "b", "many": True, "options": {"x": "x", "y": "y", "z": "z"}},
            {"check": "c", "id": "c"},
            {"measure": "m", "id": "m", "parameter": "p"},
            {"note": "t", "id": "t"},
            {"form": "f", "id": "f", "fields": [{"choose": "o", "id": "o", "required": False, "options": {"x": "x", "y": "y"}}]},
        ],
    }
)
DRAFT = Draft(PROCEDURE, around())
NEVER = Known(standing="unanswered")
MARKS = (Known(standing="not_done"), Known(standing="not_applicable"), None)
SUBSETS = list(chain.from_iterable(combinations("xyz", size) for size in (1, 2, 3)))


def _reading(value: Any) -> Known:
    return Known(value, band=PROCEDURE.parameters["p"].band(value))


USUAL: dict[str, tuple[Known, ...]] = {
    "season": (Known("summer"), Known("winter")),
    "n": tuple(Known(D(n)) for n in range(5)),
    "i": (Known(standing="done"), Known(standing="not_done")),
    "a": tuple(Known((option,)) for option in "xyz"),
    "b": tuple(Known(subset) for subset in SUBSETS),
    "c": (Known(standing="done"), Known(standing="not_done")),
    "m": tuple(_reading(D(quarters) / 4) for quarters in range(21)),
    "t": (Known("words"),),
    "o": (Known(("x",)), Known(("y",))),
}
ALL: dict[str, tuple[Known | None, ...]] = {
    name: (*values, *({"n": (), "i": (), "season": (NEVER,), "o": (*MARKS, NEVER)}.get(name, MARKS)))
    for name, values in USUAL.items()
}


def _standings(*more: str) -> st.SearchStrategy[Any]:
    words = ("answered", "unanswered", "not_done", "not_applicable", *more)
    return st.sampled_from(words).map(lambda word: {"is": word})


def _figures(top: int) -> st.SearchStrategy[Any]:
    bound = st.integers(0, top).map(D)
    keys = st.sampled_from(("at_least", "at_most", "above", "below"))
    return st.one_of(bound, st.dictionaries(keys, bound, min_size=1, max_size=2))


def _options() -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from("xyz"), st.lists(st.sampled_from("xyz"), min_size=1, unique=True))


TESTS: dict[str, st.SearchStrategy[Any]] = {
    "season": st.sampled_from(("summer", "winter", ["summer", "winter"])),
    "n": _figures(5),
    "i": st.one_of(st.booleans(), st.sampled_from(("done", "not_done", ["done", "not_done"]))),
    "a": st.one_of(_options(), _standings()),
    "b": st.one_of(_options(), _standings()),
    "c": st.one_of(st.booleans(), _standings("done")),
    "m": st.one_of(_figures(5), _standings("in_limits", "out_of_limits", "critical")),
    "t": _standings(),
    "o": st.one_of(st.sampled_from("xy"), _standings()),
}
LEAF = st.sampled_from(sorted(TESTS)).flatmap(lambda name: TESTS[name].map(lambda test: {name: test}))
TWO = st.lists(LEAF, min_size=2, max_size=2)
CONDITIONS = st.recursive(
    st.one_of(LEAF, TWO.map(lambda two: two[0] | two[1])),
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"all": parts}),
    ),
    max_leaves=3,
)


def _assignments(names: list[str], domains: dict[str, Any]) -> Iterator[dict[str, Known]]:
    for values in product(*(domains[name] for name in names)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _asked_standings(written: Any, name: str) -> set[str]:
    if isinstance(written, list):
        return set().union(*(_asked_standings(one, name) for one in written))
    if not isinstance(written, dict):
        return set()
    own = {test["is"] for key, test in written.items() if key == name and isinstance(test, dict) and "is" in test}
    return own.union(*(_asked_standings(written[key], name) for key in ("any", "all", "not") if key in written))


def _usual(written: Any, name: str) -> list[Known | None]:
    asked = _asked_standings(written, name)
    names = {value: {"answered", "unanswered"} if value in (None, NEVER) else {value.standing} for value in ALL[name]}
    return [*USUAL[name], *(value for value in ALL[name] if value not in USUAL[name] and names[value] & asked)]


@settings(max_examples=300, deadline=None)
@given(CONDITIONS)
def test_the_decision_agrees_with_trying_everything(written: dict[str, Any]) -> None:
    condition = Condition.model_validate(written)
    names = sorted(set(condition.names()))
    draft = Draft(PROCEDURE, around())  # its effort is for one file, not for hundreds of conditions
    assert is_never(draft, condition) == (not any(holds(condition, facts) is True for facts in _assignments(names, ALL)))
    usual = {name: _usual(written, name) for name in names}
    assert is_always(draft, condition) == all(holds(condition, facts) is True for facts in _assignments(names, usual))


def _forgets(written: Any) -> Any:
    """A condition without the two tests that look at being unknown itself."""
    if isinstance(written, list):
        return [_forgets(one) for one in written]
    if isinstance(written, dict):
        if written.get("is") in ("answered", "unanswered"):
            return {"is": "not_done"}
        return {key: _forgets(value) for key, value in written.items()}
    return written


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, st.data())
def test_filling_in_an_unknown_never_flips_a_known_truth(written: dict[str, Any], data: st.DataObject) -> None:
    condition = Condition.model_validate(_forgets(written))
    names = sorted(set(condition.names()))
    full = {name: data.draw(st.sampled_from([value for value in ALL[name] if value is not None])) for name in names}
    known = {name for name in names if data.draw(st.booleans())}
    before = holds(condition, {name: full[name] for name in known})
    after = holds(condition, full)
    assert after is not None
    assert before in (None, after)


def test_out_of_limits_includes_critical() -> None:
    condition = Condition.model_validate({"m": {"is": "out_of_limits"}})
    assert holds(condition, {"m": Known(D(5), band=Band.CRITICAL)}) is True
    assert holds(condition, {"m": Known(D(5), band=Band.NO_LIMITS)}) is False


def test_the_good_conditions_have_no_flaw() -> None:
    assert problems({}, GOOD) == []
