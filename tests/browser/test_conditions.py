"""Fields that are wanted only sometimes come and go on the page as the engine would decide, and keep what was typed in them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from engine.procedure.condition import Condition, Known, holds
from engine.procedure.limits import Band

from .house import House
from .tablet import Tablet

FIELD = '.field[data-name="{}"]'


def test_a_note_is_asked_for_once_the_answer_before_it_wants_one(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/patrol")
    tablet.is_started()
    step = tablet.open("rounds")
    tablet.send(step.locator('[name="act"][value="begin"]'))
    step = tablet.open("rounds")
    state, note = step.locator(FIELD.format("round_state")), step.locator(FIELD.format("round_note"))
    expect(note).to_be_hidden()
    state.locator('.pick:has([value="other"])').tap()
    expect(note).to_be_visible()
    expect(note.locator(".only")).to_be_hidden()
    note.locator("input, textarea").fill("泳客不适")
    first = state.locator("[name]").first.get_attribute("value")
    state.locator(f'.pick:has([value="{first}"])').tap()
    expect(note).to_be_hidden()
    expect(note.locator("input, textarea")).to_be_disabled()
    state.locator('.pick:has([value="other"])').tap()
    expect(note.locator("input, textarea")).to_have_value("泳客不适")
    tablet.page.reload()
    note = tablet.open("rounds").locator(FIELD.format("round_note"))
    expect(note).to_be_visible()
    expect(note.locator("input, textarea")).to_have_value("泳客不适")


def test_without_script_it_is_there_with_its_condition_in_words(house: House, chromium: Browser) -> None:
    tablet = Tablet.at(house, chromium, java_script_enabled=False)
    tablet.sign_on("chen")
    tablet.start("pool/patrol")
    tablet.is_started()
    tablet.send(tablet.open("rounds").locator('[name="act"][value="begin"]'))
    note = tablet.open("rounds").locator(FIELD.format("round_note"))
    expect(note).to_be_visible()
    expect(note.locator(".only")).to_contain_text("才填")
    tablet.put_away()


CONDITIONS: list[dict[str, Any]] = [
    {"figure": {"at_least": "0.6"}},
    {"figure": {"above": "0.6"}},
    {"figure": {"at_most": "0.5"}},
    {"figure": {"below": "10"}},
    {"figure": {"is": "out_of_limits"}},
    {"figure": {"is": "critical"}},
    {"figure": {"is": "in_limits"}},
    {"figure": {"is": "unanswered"}},
    {"figure": {"is": "answered"}},
    {"count": 3},
    {"count": {"at_least": "3", "below": "4"}},
    {"choice": "a"},
    {"choice": ["b", "c"]},
    {"not": {"choice": "a"}},
    {"tick": True},
    {"tick": False},
    {"tick": {"is": "done"}},
    {"text": "甲"},
    {"text": ["乙", "丙"]},
    {"nothing": "a"},
    {"not": {"nothing": "a"}},
    {"nothing": {"is": "unanswered"}},
    {"nothing": True},
    {"any": [{"choice": "z"}, {"count": 3}]},
    {"any": [{"choice": "z"}, {"tick": True}], "text": "甲"},
    {"all": [{"choice": "a"}, {"not": {"tick": False}}]},
]
FACTS: Mapping[str, Known] = {
    "figure": Known(Decimal("0.60"), band=Band.OUT_OF_LIMITS),
    "count": Known(Decimal(3)),
    "choice": Known(("a", "d")),
    "tick": Known(standing="done"),
    "text": Known("甲"),
    "nothing": Known(standing="unanswered"),
}
ON_PAGE = {
    "figure": {"standing": "answered", "number": "0.60", "band": "bad"},
    "count": {"standing": "answered", "number": "3", "band": "none"},
    "choice": {"standing": "answered", "options": ["a", "d"]},
    "tick": {"standing": "done"},
    "text": {"standing": "answered", "text": "甲"},
    "nothing": {"standing": "unanswered"},
}


@pytest.fixture
def page_of_a_run(tablet: Tablet) -> Tablet:
    """A page that decides conditions."""
    tablet.sign_on("chen")
    tablet.start("pool/patrol")
    tablet.is_started()
    return tablet


def test_the_page_decides_as_the_engine_does(page_of_a_run: Tablet) -> None:
    decide = "([condition, facts]) => window.conditions.holds(condition, facts)"
    for written in CONDITIONS:
        condition = Condition.model_validate(_figures(written))
        assert page_of_a_run.page.evaluate(decide, [written, ON_PAGE]) is holds(condition, FACTS), written
    for outside in (True, False, None):
        for value, truth in (("a", True), ("z", False)):
            both = False if False in (outside, truth) else None if outside is None else True
            assert page_of_a_run.page.evaluate(decide, [{"choice": value, "=": outside}, ON_PAGE]) is both


def _figures(written: Any) -> Any:
    """A condition as the page reads it, with its bounds as figures again."""
    bounds = ("at_least", "at_most", "above", "below")
    if isinstance(written, dict):
        return {key: Decimal(one) if key in bounds else _figures(one) for key, one in written.items()}
    return [_figures(one) for one in written] if isinstance(written, list) else written
