"""A line of a schedule added and taken out: over the shipped procedures nothing else changes, and comments stay."""

import pytest

from engine.editing_schedule import timed, untimed
from engine.loading.edit import NotEditable

from .edited import NAMES, comments, tree_of
from .test_steps_added import shipped


@pytest.mark.parametrize("file", NAMES)
def test_added_last_and_taken_out_again(file: str) -> None:
    text, _, _ = shipped(file)
    lines = tree_of(text).get("schedule", [])
    after = timed(text, "month", (1, 30), "08:05")
    assert tree_of(after)["schedule"] == [*lines, {"every": "month", "on": [1, 30], "at": "08:05"}]
    assert {key: one for key, one in tree_of(after).items() if key != "schedule"} == {
        key: one for key, one in tree_of(text).items() if key != "schedule"
    }
    assert comments(after) == comments(text)
    assert tree_of(untimed(after, len(lines))) == tree_of(text)
    assert comments(untimed(after, len(lines))) == comments(text)


def test_an_empty_schedule_gets_its_first_line() -> None:
    text, _, _ = shipped("pool/rescue.yaml")
    assert tree_of(timed(text + "schedule: []\n", "day"))["schedule"] == [{"every": "day"}]


@pytest.mark.parametrize("index", [-1, 1])
def test_no_such_line(index: int) -> None:
    text, _, _ = shipped("pool/rescue.yaml")
    with pytest.raises(NotEditable, match="no-such-place"):
        untimed(timed(text, "day"), index)
