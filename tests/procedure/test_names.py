"""Rules on names: one change to a good procedure, exactly one problem at exactly one place."""

from typing import Any

import pytest

from engine.procedure.rules import Neighbour, Surroundings

from .written import CASE, GONE, GOOD, around, at, problems, told

NO_SITE = Surroundings()

TABLE: list[tuple[dict[str, Any], str, str]] = [
    ({"steps.7.id": "acidity"}, "duplicate-id", "steps.7.id"),
    ({"inputs.2.id": "guests", "steps.6.due.0.when": {"guests": 1}}, "duplicate-id", "inputs.2.id"),
    ({"steps.1.fields.1.id": "view"}, "duplicate-id", "steps.7.id"),
    ({"steps.3.steps.1.id": "chlorine"}, "duplicate-id", "steps.3.steps.1.id"),
    ({"questions.1": {"id": "which", "ask": "?", "answer": "!"}}, "duplicate-id", "questions.1.id"),
    ({"steps.7.id": "season"}, "reserved-id", "steps.7.id"),
    ({"steps.1.fields.1.id": "not"}, "reserved-id", "steps.1.fields.1.id"),
    ({"inputs.1.id": "start", "steps.6.due": {"by": "23:59"}}, "reserved-id", "inputs.1.id"),
    ({"steps.7.id": "room"}, "book-field-clash", "steps.2.book"),
    ({"steps.2.book": "key"}, "unknown-book", "steps.2.book"),
    ({"steps.2.fields": [{"note": "房", "id": "rom"}]}, "field-not-in-book", "steps.2.fields.0.id"),
    ({"steps.0.steps.1.parameter": "pH".lower() + "h"}, "unknown-parameter", "steps.0.steps.1.parameter"),
    ({"steps.0.steps.4.parameter": "soap"}, "unknown-parameter", "steps.0.steps.4.parameter"),
    ({"steps.3.steps.1.parameter": "aire"}, "unknown-parameter", "steps.3.steps.1.parameter"),
    ({"steps.0.steps.0.reference.1": "rescu"}, "unknown-card", "steps.0.steps.0.reference.1"),
    ({"reference": ["rescu"]}, "unknown-card", "reference.0"),
    ({"steps.8.procedure": "pool/rescues"}, "unknown-procedure", "steps.8.procedure"),
    ({"steps.0.steps.0.on_deviation.start": "pol/rescue"}, "unknown-procedure", "steps.0.steps.0.on_deviation.start"),
    ({"place": "pol"}, "unknown-place", "place"),
    ({"opens.place": "pol"}, "unknown-place", "opens.place"),
    ({"schedule.0.shift": "morn"}, "unknown-shift", "schedule.0.shift"),
    ({"schedule.0.season": "sumer"}, "unknown-season", "schedule.0.season"),
    ({"opens.place": "gym"}, "gate-twice", "opens.place"),
]


@pytest.mark.parametrize(("changes", "code", "path"), TABLE, ids=lambda value: value if isinstance(value, str) else "")
def test_one_change_one_problem(changes: dict[str, Any], code: str, path: str) -> None:
    """The code and the path; a parameter that lost its only use is told too, and nothing else."""
    found = [problem for problem in problems(changes) if problem.code not in ("unused-parameter",)]
    assert told(found) == [(code, path)]


def test_the_good_ones_are_good() -> None:
    assert problems({}) == []
    assert problems({}, CASE) == []


def test_a_second_id_points_at_the_first() -> None:
    (found,) = problems({"steps.7.id": "acidity"})
    assert (found.facts, found.other) == ({"id": "acidity"}, at("steps.0.steps.1.id"))


def test_a_misspelt_name_has_close_matches() -> None:
    (found,) = problems({"place": "pol"})
    assert found.facts == {"place": "pol", "near": ("pool",), "meant": "pool"}
    (found,) = problems({"place": "q"})
    assert found.facts == {"place": "q", "near": ()}


def test_a_step_may_not_have_the_id_of_a_bound_field() -> None:
    (found,) = problems({"steps.7.id": "room"})
    assert (found.facts, found.other) == ({"id": "room", "book": "keys"}, at("steps.7.id"))


def test_two_registers_may_share_a_book() -> None:
    assert problems({"steps.11": {"register": "还钥匙", "id": "keys_back", "book": "keys"}}) == []


def test_fields_written_here_are_fields_of_the_book() -> None:
    assert problems({"steps.2.fields": [{"note": "房", "id": "room"}]}) == []


def test_a_measure_in_a_book_needs_its_parameter_in_the_procedure() -> None:
    surroundings = around({"books.keys.fields.2": {"measure": "温度", "id": "heat", "parameter": "heat"}})
    (found,) = problems({}, GOOD, surroundings)
    assert (found.code, found.path, found.facts["book"]) == ("unknown-parameter", at("steps.2.book"), "keys")


def test_a_procedure_may_start_itself() -> None:
    assert problems({"steps.8.procedure": "pool/prep"}, GOOD, around(procedures={"pool/rescue": Neighbour()})) == []


def test_without_surroundings_nothing_is_unknown_but_what_the_file_says_itself() -> None:
    changes = {
        "place": "x",
        "steps.2.book": "x",
        "steps.0.steps.0.reference": ["x"],
        "steps.8.procedure": "x",
        "covers": ["ABC-999"],
    }
    assert problems(changes, GOOD, NO_SITE) == []


def test_a_procedure_that_opens_nothing_clashes_with_no_gate() -> None:
    assert problems({"opens": GONE}) == []
