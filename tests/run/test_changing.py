"""A state with some fields changed is what dataclasses.replace makes of it."""

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.run.changing import changed
from engine.run.state import State
from engine.run.step_state import NOTHING, StepState

NAMES = [field.name for field in fields(StepState)]


@given(st.dictionaries(st.sampled_from(NAMES), st.integers()), st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_it_is_what_replace_makes(first: dict[str, Any], then: dict[str, Any]) -> None:
    state = changed(NOTHING, **first)
    assert state == replace(NOTHING, **first)
    assert changed(state, **then) == replace(state, **then)
    assert replace(NOTHING) == NOTHING


def test_what_was_changed_is_as_frozen_as_what_was_constructed() -> None:
    state = changed(NOTHING, reason="x")
    assert type(state) is StepState
    with pytest.raises(FrozenInstanceError):
        state.reason = "y"  # type: ignore[misc]
    assert hash(changed(NOTHING, fields=(), items=())) == hash(replace(NOTHING, fields=(), items=()))  # type: ignore[arg-type]


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        changed(NOTHING, colour="red")


@pytest.mark.parametrize("kind", [State, StepState])
def test_the_constructors_take_every_field(kind: type) -> None:
    assert all(field.init and not field.kw_only for field in fields(kind))
