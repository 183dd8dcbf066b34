"""The three-valued truth of conditions, test by test."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from engine.procedure.condition import Compare, Condition, Is, Known, Truth, both, either, holds
from engine.procedure.limits import Band

DONE, NOT_DONE, SKIPPED = Known(standing="done"), Known(standing="not_done"), Known(standing="not_applicable")
FIVE = Known(Decimal(5), band=Band.IN_LIMITS)
CRITICAL = Known(Decimal(9), band=Band.CRITICAL)

TABLE: list[tuple[Any, Known | None, Truth]] = [
    (True, DONE, True),
    (True, NOT_DONE, False),
    (False, NOT_DONE, True),
    (True, None, None),
    (True, SKIPPED, False),
    (True, FIVE, False),
    ("winter", Known("winter"), True),
    ("winter", Known("summer"), False),
    ("winter", None, None),
    ("a", Known(("a", "b")), True),
    (["c", "b"], Known(("a", "b")), True),
    (["c", "d"], Known(("a", "b")), False),
    ("done", DONE, True),
    ("done", NOT_DONE, False),
    (["done", "not_done"], NOT_DONE, True),
    ("a", SKIPPED, False),
    ("a", NOT_DONE, False),
    (5, FIVE, True),
    (Decimal("5.0"), FIVE, True),
    (4, FIVE, False),
    ({"at_least": 5}, FIVE, True),
    ({"above": 5}, FIVE, False),
    ({"at_most": 5}, FIVE, True),
    ({"below": 5}, FIVE, False),
    ({"above": 4, "below": 6}, FIVE, True),
    ({"at_least": 1}, Known("text"), False),
    ({"at_least": 1}, None, None),
    ({"is": "in_limits"}, FIVE, True),
    ({"is": "in_limits"}, CRITICAL, False),
    ({"is": "out_of_limits"}, CRITICAL, True),
    ({"is": "critical"}, CRITICAL, True),
    ({"is": "critical"}, None, None),
    ({"is": "in_limits"}, NOT_DONE, False),
    ({"is": "answered"}, FIVE, True),
    ({"is": "answered"}, None, False),
    ({"is": "unanswered"}, None, True),
    ({"is": "unanswered"}, FIVE, False),
    ({"is": "not_applicable"}, SKIPPED, True),
    ({"is": "done"}, DONE, True),
]


@pytest.mark.parametrize(("test", "known", "truth"), TABLE)
def test_one_test(test: Any, known: Known | None, truth: Truth) -> None:
    assert holds(Condition.model_validate({"x": test}), {"x": known} if known else {}) is truth


COMBINED: list[tuple[dict[str, Any], Truth]] = [
    ({"any": [{"yes": True}, {"open": True}]}, True),
    ({"any": [{"no": True}, {"open": True}]}, None),
    ({"any": [{"no": True}, {"no": True}]}, False),
    ({"all": [{"yes": True}, {"open": True}]}, None),
    ({"all": [{"no": True}, {"open": True}]}, False),
    ({"yes": True, "open": True}, None),
    ({"yes": True, "no": True, "open": True}, False),
    ({"not": {"no": True}}, True),
    ({"not": {"open": True}}, None),
    ({"yes": True, "any": [{"no": True}], "not": {"no": True}}, False),
]


@pytest.mark.parametrize(("written", "truth"), COMBINED)
def test_combinations(written: dict[str, Any], truth: Truth) -> None:
    assert holds(Condition.model_validate(written), {"yes": DONE, "no": NOT_DONE}) is truth


def test_and_and_or_of_nothing() -> None:
    assert both([]) is True
    assert either([]) is False


def test_every_name_at_any_depth() -> None:
    condition = Condition.model_validate({"a": True, "any": [{"b": True}, {"not": {"c": True}}], "all": [{"d": True}]})
    assert list(condition.names()) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "written", [{}, {"x": {}}, {"x": []}, {"x": None}, {"x": 0.5}, {"x": {"is": "fine"}}, {"any": []}, {"not": {}}]
)
def test_what_is_no_condition(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(written)


def test_a_condition_survives_json() -> None:
    condition = Condition.model_validate(
        {
            "a": {"at_least": Decimal("1.50")},
            "b": {"is": "done"},
            "c": ("x", "y"),
            "d": True,
            "e": "x",
            "not": {"f": Compare(above=Decimal(1))},
            "any": ({"g": Is.model_validate({"is": "done"})},),
        }
    )
    again = Condition.model_validate_json(condition.model_dump_json(by_alias=True, exclude_unset=True))
    assert again == condition


@pytest.mark.parametrize("number", ["5", "7.5", "-3", "0.40"])
def test_a_number_means_the_same_after_json(number: str) -> None:
    condition = Condition.model_validate({"x": Decimal(number)})
    again = Condition.model_validate_json(condition.model_dump_json(by_alias=True, exclude_unset=True))
    for value in ("5", "7.5", "-3", "0.4", "1"):
        facts = {"x": Known(Decimal(value))}
        assert holds(again, facts) is holds(condition, facts) is (Decimal(value) == Decimal(number))
