"""Steps put elsewhere, taken out, sections begun: over the shipped procedures only the order changes, and comments go along."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.editing_figures import used_alone, users, without
from engine.editing_order import dissolved, divided, moved, removed, shifted
from engine.loading.edit import NotEditable
from engine.loading.numbered import first_text
from engine.procedure.procedure import Procedure, walk
from engine.procedure.step import Section

from .edited import NAMES, comments, tree_of
from .test_steps_added import FEW, shipped

PASTED = "一、上岗\n1. 开门\n2. 开灯\n二、看水\n3. 看水\n三、收尾\n4. 关灯\n5. 关门\n"
TEXT = first_text("桑拿", "pool", "lifeguard", PASTED).replace("    id: step_2", "    id: step_2  # 全部\n        # 也看走廊")


def steps_of(text: str) -> dict[str, Any]:
    """Every step of a text as it is written, in order, by id."""
    found: dict[str, Any] = {}
    for item in tree_of(text)["steps"]:
        found |= {one["id"]: one for one in (item["steps"] if "section" in item else [item])}
    return found


def sections(text: str) -> list[str]:
    """Each section with the numbers of its steps: `看水 3`."""
    return [f"{one['section']} {' '.join(step['id'][5:] for step in one['steps'])}" for one in tree_of(text)["steps"]]


def rest_of(text: str) -> dict[str, Any]:
    """All but the steps."""
    return {key: one for key, one in tree_of(text).items() if key != "steps"}


def ids(procedure: Procedure) -> list[str]:
    """Every step in order."""
    return [step.id for _, step, _ in walk(procedure)]


def or_kept(change: Callable[[], str], *whys: str) -> str:
    """The changed text; empty where a section would be lost with what it says."""
    try:
        return change()
    except NotEditable as refused:
        if refused.why not in (whys or ("last-of-section",)):
            raise
        return ""


def is_only_order(before: str, after: str) -> bool:
    """Whether the same steps stand there with the same comments, and the same around them."""
    return steps_of(after) == steps_of(before) and comments(after) == comments(before) and rest_of(after) == rest_of(before)


@FEW
@given(st.data())
def test_a_step_put_beside_another_changes_only_the_order(data: st.DataObject) -> None:
    text, procedure, _ = shipped(data.draw(st.sampled_from(NAMES)))
    known = ids(procedure)
    step, beside, is_before = data.draw(st.sampled_from(known)), data.draw(st.sampled_from(known)), data.draw(st.booleans())
    after = or_kept(lambda: moved(text, step, beside, is_before=is_before))
    if not after:
        return
    expected = [one for one in known if one != step or step == beside]
    if step != beside:
        expected.insert(expected.index(beside) + (not is_before), step)
    assert list(steps_of(after)) == expected
    assert is_only_order(text, after)


@FEW
@given(st.data())
def test_a_section_begun_changes_nothing_but_where_it_begins(data: st.DataObject) -> None:
    text, procedure, _ = shipped(data.draw(st.sampled_from(NAMES)))
    (*owner, index), step, section = data.draw(st.sampled_from(list(walk(procedure))))
    if section and index == 0:
        with pytest.raises(NotEditable, match="begins-section"):
            divided(text, step.id, "新")
        return
    after = divided(text, step.id, {"zh": "新", "en": "New: one"})
    assert list(steps_of(after)) == ids(procedure)
    assert is_only_order(text, after)
    made = next(one for one in tree_of(after)["steps"] if one.get("section") == {"zh": "新", "en": "New: one"})
    assert next(iter(made["steps"]))["id"] == step.id
    old = tree_of(text)["steps"][owner[1]] if section else {}
    assert {key: one for key, one in made.items() if key not in ("section", "steps")} == {
        key: one for key, one in old.items() if key not in ("section", "steps", "covers", "rules")
    }


@FEW
@given(st.data())
def test_a_section_that_was_begun_and_is_dissolved_leaves_no_trace(data: st.DataObject) -> None:
    text, procedure, _ = shipped(data.draw(st.sampled_from(NAMES)))
    (*_, index), step, section = data.draw(st.sampled_from(list(walk(procedure))))
    after = text if section and index == 0 else dissolved(divided(text, step.id, {"zh": "新", "en": "New: one"}), step.id)
    assert tree_of(after) == tree_of(text)
    assert comments(after) == comments(text)


@pytest.mark.parametrize("file", NAMES)
def test_a_section_dissolved_keeps_every_step_or_says_why_not(file: str) -> None:
    text, procedure, _ = shipped(file)
    for section in (one for one in procedure.steps if isinstance(one, Section)):
        after = or_kept(partial(dissolved, text, section.steps[0].id), "section-binds", "comment-inside")
        assert not after or (is_only_order(text, after) and list(steps_of(after)) == ids(procedure))
        assert after != text


def test_the_steps_of_a_dissolved_section_go_to_the_one_before_it_or_stand_alone() -> None:
    assert sections(dissolved(TEXT, "step_3")) == ["上岗 1 2 3", "收尾 4 5"]
    alone = dissolved(TEXT, "step_1")
    assert [one.get("section", one.get("id")) for one in tree_of(alone)["steps"]] == ["step_1", "step_2", "看水", "收尾"]
    assert comments(alone) == comments(TEXT)
    none = dissolved(dissolved(alone, "step_3"), "step_4")
    assert [one["id"] for one in tree_of(none)["steps"]] == ["step_1", "step_2", "step_3", "step_4", "step_5"]


@pytest.mark.parametrize("said", ["by: [lifeguard]", "covers: [3.1]", "rules: [{text: 轻声}]", "when: season is summer"])
@pytest.mark.parametrize(("section", "first"), [("看水", "step_3"), ("上岗", "step_1")])
def test_a_section_that_binds_its_steps_is_not_dissolved(said: str, section: str, first: str) -> None:
    bound = TEXT.replace(f"- section: {section}\n", f"- section: {section}\n    {said}\n")
    with pytest.raises(NotEditable, match="section-binds"):
        dissolved(bound, first)


def test_a_comment_above_a_section_is_not_lost_with_it() -> None:
    noted = TEXT.replace("  - section: 看水\n", "  # 房号照实有增删\n  - section: 看水\n")
    with pytest.raises(NotEditable, match="comment-inside"):
        dissolved(noted, "step_3")
    assert comments(dissolved(noted, "step_4")) == comments(noted)


def test_steps_do_not_come_under_what_another_section_says() -> None:
    summer = TEXT.replace("- section: 上岗\n", "- section: 上岗\n    when: season is summer\n")
    with pytest.raises(NotEditable, match="section-binds"):
        dissolved(summer, "step_3")
    both = summer.replace("- section: 看水\n", "- section: 看水\n    when: season is summer\n")
    assert sections(dissolved(both, "step_3")) == ["上岗 1 2 3", "收尾 4 5"]
    with pytest.raises(KeyError):
        dissolved(TEXT, "step_2")


@pytest.mark.parametrize("file", NAMES)
def test_every_step_moves_down_and_up_again(file: str) -> None:
    text, procedure, _ = shipped(file)
    for path, step, _ in walk(procedure):
        if len(path) == 4 and path[1] < len(procedure.steps) - 1:
            after = or_kept(partial(shifted, text, step.id, 1))
            assert not after or is_only_order(text, after)


@pytest.mark.parametrize("file", NAMES)
def test_a_step_taken_out_takes_only_the_figures_that_are_its_own(file: str) -> None:
    text, procedure, _ = shipped(file)
    for _, step, _ in list(walk(procedure))[::5]:
        taken = or_kept(partial(removed, text, step.id))
        if not taken:
            continue
        after = without(taken, used_alone(procedure, step.id))
        gone = set(tree_of(text).get("parameters", {})) - set(tree_of(after).get("parameters", {}))
        assert gone == {name for name, found in users(procedure).items() if found and {one.id for one in found} == {step.id}}
        assert list(steps_of(after)) == [one for one in ids(procedure) if one != step.id]


@pytest.mark.parametrize(
    ("step", "beside", "is_before", "expected"),
    [
        ("step_5", "step_1", True, ["上岗 5 1 2", "看水 3", "收尾 4"]),
        ("step_1", "step_4", False, ["上岗 2", "看水 3", "收尾 4 1 5"]),
        ("step_1", "step_2", False, ["上岗 2 1", "看水 3", "收尾 4 5"]),
        ("step_3", "step_4", True, ["上岗 1 2", "收尾 3 4 5"]),
        ("step_3", "step_1", False, ["上岗 1 3 2", "收尾 4 5"]),
        ("step_2", "step_2", True, ["上岗 1 2", "看水 3", "收尾 4 5"]),
    ],
)
def test_put_into_another_section(step: str, beside: str, is_before: bool, expected: list[str]) -> None:
    after = moved(TEXT, step, beside, is_before=is_before)
    assert sections(after) == expected
    assert comments(after) == comments(TEXT)


def test_a_section_is_not_lost_with_what_it_says_beside_its_title() -> None:
    bound = TEXT.replace("- section: 看水\n", "- section: 看水\n    by: [lifeguard]\n")
    for change in (partial(removed), partial(moved, beside="step_1"), partial(shifted, by=1)):
        with pytest.raises(NotEditable, match="last-of-section"):
            change(bound, "step_3")
    assert sections(removed(TEXT, "step_3")) == ["上岗 1 2", "收尾 4 5"]


def test_without_sections_the_first_begun_holds_the_rest() -> None:
    flat = first_text("桑拿", "pool", "lifeguard", "1. 开门\n2. 开灯\n3. 关门\n")
    after = divided(flat, "step_2", "灯")
    assert re.search(r"\n  - section: 灯\n    steps:\n      - check: 开灯\n        id: step_2\n      - check: 关门", after)
    assert list(steps_of(after)) == ["step_1", "step_2", "step_3"]
    assert sections(divided(flat, "step_1", "全")) == ["全 1 2 3"]


def test_the_last_figure_takes_its_heading_along() -> None:
    text = TEXT + "parameters:\n  a: {title: 温度}\n"
    assert without(text, ["a"]) == TEXT
    assert without(text, []) == text
