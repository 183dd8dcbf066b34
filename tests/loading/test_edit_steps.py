"""Steps put in, taken out and moved: with their comments, and each undone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.loading.edit import Change, Edit, Insert, Move, NotEditable, Value, edited
from engine.loading.edit.tree import at
from engine.loading.source import Path as Way

from .edited import PROCEDURES, comments, source_of

STEPS = """\
title: 泳池
schedule:
  - {every: week, on: [mon]}

# 各步
steps:
  # 先看
  - check: 看水
    id: water
    detail: |
      清澈
      见底

  # 再测
  # 两行注释
  - measure: {zh: 余氯, en: Chlorine}  # 每天
    id: chlorine
    # 15 分钟后
    remeasure: {after: 15 min}
    # 属于这一步

  # 单独的注释

  - section: 收尾
    steps:
      - {check: 关泵, id: pump}
      # 签名
      - sign: 签名
        id: sign
# 文件末尾
"""
SAUNA: dict[str, Value] = {"measure": {"zh": "桑拿温度", "en": "Sauna, in °C"}, "id": "sauna", "remeasure": {"after": "15 min"}}
WRITTEN = """\
  - measure: {zh: 桑拿温度, en: "Sauna, in °C"}
    id: sauna
    remeasure: {after: 15 min}
"""
WATER, CHLORINE = (
    STEPS[STEPS.index("  # 先看") : STEPS.index("\n  # 再测")],
    STEPS[STEPS.index("  # 再测") : STEPS.index("\n  # 单独")],
)
PUMP, SIGN = "      - {check: 关泵, id: pump}\n", "      # 签名\n      - sign: 签名\n        id: sign\n"


def indented(lines: str, by: int) -> str:
    """Lines further in, or out."""
    return "".join(" " * by + line if by > 0 else line[-by:] for line in lines.splitlines(keepends=True))


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Insert(("steps", 0), SAUNA), WATER, f"{WRITTEN}\n{WATER}"),
        (Insert(("steps", 1), SAUNA), CHLORINE, f"{WRITTEN}\n{CHLORINE}"),
        (Insert(("steps", 2), SAUNA), CHLORINE, f"{CHLORINE}\n{WRITTEN}"),
        (Insert(("steps", 3), SAUNA), SIGN, f"{SIGN}\n{WRITTEN}"),
        (Edit(("steps", 3), SAUNA), SIGN, f"{SIGN}\n{WRITTEN}"),
        (Insert(("steps", 2, "steps", 1), {"check": "灯", "id": "light"}), SIGN, f"      - check: 灯\n        id: light\n{SIGN}"),
        (Insert(("schedule", 0), {"every": "day", "at": "07:00"}), "  - {every", '  - {every: day, at: "07:00"}\n  - {every'),
        (Insert(("steps", 2, "steps", 2), SAUNA), SIGN, SIGN + indented(WRITTEN, 4)),
        (Edit(("steps", 0), None), f"{WATER}\n", ""),
        (Edit(("steps", 1), None), f"{CHLORINE}\n", ""),
        (Edit(("steps", 2, "steps", 1), None), SIGN, ""),
        (Edit(("steps", 2, "steps", 0), None), PUMP, ""),
        (Edit(("steps", 0, "id"), None), "    id: water\n", ""),
        (Edit(("steps", 0, "detail"), None), "    detail: |\n      清澈\n      见底\n", ""),
        (Edit(("steps", 0, "check"), None), "- check: 看水\n    id", "- id"),
        (Edit(("steps", 1, "remeasure"), None), "    remeasure: {after: 15 min}\n", ""),
        (Edit(("steps", 1, "remeasure", "after"), None), "{after: 15 min}", "{}"),
        (Edit(("steps", 1, "due"), {"by": "08:30"}, ("measure", "id")), "chlorine\n", 'chlorine\n    due: {by: "08:30"}\n'),
        (Edit(("steps", 1, "on_deviation", "remeasure", "after"), "1 hour", ("id",)), "chlorine\n", "chlorine\n    on_deviation: {remeasure: {after: 1 hour}}\n"),
        (Edit(("steps", 2, "steps", 0, "detail"), "慢关"), "id: pump", "id: pump, detail: 慢关"),
        (Move(("steps", 0), ("steps", 1)), f"{WATER}\n{CHLORINE}", f"{CHLORINE}\n{WATER}"),
        (Move(("steps", 1), ("steps", 0)), f"{WATER}\n{CHLORINE}", f"{CHLORINE}\n{WATER}"),
        (Move(("steps", 2, "steps", 0), ("steps", 2, "steps", 1)), PUMP + SIGN, SIGN + PUMP),
    ],
)  # fmt: skip
def test_steps_come_and_go_with_their_comments(change: Change, old: str, new: str) -> None:
    assert STEPS.count(old) == 1
    for newline in ("\n", "\r\n"):
        assert edited(STEPS.replace("\n", newline), [change]) == STEPS.replace(old, new).replace("\n", newline)


def test_a_step_moves_into_a_section_and_out_of_it() -> None:
    inside = STEPS.replace(f"{WATER}\n", "").replace(SIGN, indented(WATER, 4) + SIGN)
    assert edited(STEPS, [Move(("steps", 0), ("steps", 1, "steps", 1))]) == inside
    assert edited(inside, [Move(("steps", 1, "steps", 1), ("steps", 0))]) == STEPS


SMALL = [path for path in PROCEDURES if path.stat().st_size < 5000]


def lists_of(tree: Any, path: Way = ()) -> Iterator[Way]:
    """Every list of a tree with something in it."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    if isinstance(tree, list) and tree:
        yield path
    for part, value in inner:
        yield from lists_of(value, (*path, part))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SMALL), st.data())
def test_what_was_moved_or_put_in_can_be_undone(path: Path, data: st.DataObject) -> None:
    tree = source_of(path).tree
    items = data.draw(st.sampled_from(list(lists_of(tree))))
    index = st.integers(0, len(at(tree, items)) - 1)
    start, end = data.draw(index), data.draw(index)
    changes: dict[str, tuple[Insert | Move, Edit | Move]] = {
        "move": (Move((*items, start), (*items, end)), Move((*items, end), (*items, start))),
        "insert": (Insert((*items, start), SAUNA), Edit((*items, start), None)),
    }
    there, back = changes[data.draw(st.sampled_from(sorted(changes)))]
    text = source_of(path).text
    changed = edited(text, [there])
    assert comments(changed) == comments(text)
    assert edited(changed, [back]) == text


def test_changes_build_on_one_another() -> None:
    changes: list[Change] = [
        Insert(("steps", 0), SAUNA),
        Edit(("steps", 0, "id"), "hot"),
        Move(("steps", 0), ("steps", 1)),
        Edit(("title",), "池"),
    ]
    expected = STEPS.replace("title: 泳池", "title: 池").replace(
        CHLORINE, f"{WRITTEN.replace('id: sauna', 'id: hot')}\n{CHLORINE}"
    )
    assert edited(STEPS, changes) == expected


@pytest.mark.parametrize("path", [("steps", 9), ("steps", -1), ("steps", "id"), ("title", "zh"), ("nothing",), ()])
def test_what_is_not_there_cannot_be_taken_away(path: Way) -> None:
    with pytest.raises(NotEditable) as refused:
        edited(STEPS, [Edit(path, None)])
    assert (refused.value.why, refused.value.path) == ("no-such-place", path)
