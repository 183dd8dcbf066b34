"""Holds: what is held is never erased, under each name it had, and a refusal says why."""

from datetime import date, timedelta
from typing import Any

import pytest

from engine.holds import Holds
from engine.receipts import Receipt
from engine.run.refusal import Refusal
from engine.run.retention_events import HoldPlaced
from engine.run.site_events import ProcedureRenamed

from .personal import LATER, erased, kept, manager, passed, visited
from .world import World


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ({"run": "RUN"}, ["about", "caller", "name", "phone", "taker"]),
        ({"run": "other"}, []),
        ({"book": "visitors"}, ["name", "phone", "taker"]),
        ({"procedure": "desk"}, ["about", "caller", "name", "phone", "taker"]),
        ({"procedure": "desk", "book": "visitors"}, ["name", "phone", "taker"]),
        ({"since": date(2026, 11, 2), "until": date(2026, 11, 2)}, ["about", "caller", "name", "phone", "taker"]),
        ({"since": date(2026, 11, 3)}, []),
        ({"until": date(2026, 11, 1)}, []),
    ],
)
def test_a_held_value_is_never_erased(club: World, what: dict[str, Any], left: list[str]) -> None:
    run = visited(club)
    what = {name: run if value == "RUN" else value for name, value in what.items()}
    assert isinstance(Holds(club.engine).place(HoldPlaced("h1", "法院来函", **what), manager(), "place"), Receipt)
    club.clock.time += 3 * LATER
    passed(club)
    assert kept(club, run) == left
    if left:
        refused = erased(club, run)
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.facts["reason"]) == ("held", "法院来函")
    assert isinstance(Holds(club.engine).lift("h1", "结案", manager(), "lift"), Receipt)
    club.clock.time += timedelta(days=2)
    passed(club)
    assert kept(club, run) == []


@pytest.mark.parametrize("named", ["desk", "front", "hall"])
@pytest.mark.parametrize("is_placed_first", [True, False])
def test_a_hold_on_a_procedure_keeps_what_was_recorded_under_each_of_its_names(
    either: World, named: str, is_placed_first: bool
) -> None:
    run, placed = visited(either), HoldPlaced("h1", "法院来函", procedure=named)
    renamed = [ProcedureRenamed("desk", "front", "改名"), ProcedureRenamed("front", "hall", "再改名")]
    for act in ("place", "rename") if is_placed_first else ("rename", "place"):
        if act == "rename":
            either.engine.note_all(renamed, "boss")
        else:
            assert isinstance(Holds(either.engine).place(placed, manager(), "place"), Receipt)
    passed(either)
    either.wait(3 * LATER)
    passed(either)
    assert kept(either, run) == ["about", "caller", "name", "phone", "taker"]
    refused = erased(either, run)
    assert isinstance(refused, Refusal)
    assert refused.code == "held"


def test_a_hold_says_what_it_keeps_and_why(club: World) -> None:
    holds = Holds(club.engine)
    assert holds.place(HoldPlaced("h", "x"), manager(), "a") == Refusal("hold_on_nothing")
    assert holds.place(HoldPlaced("h", "\u200b", run="r"), manager(), "b") == Refusal("reason_needed")
    backwards = HoldPlaced("h", "x", since=date(2026, 2, 1), until=date(2026, 1, 1))
    assert holds.place(backwards, manager(), "c") == Refusal("period_backwards")
    assert holds.lift("none", "x", manager(), "d") == Refusal("no_such_hold")
    assert isinstance(holds.place(HoldPlaced("h", "x", run="r"), manager(), "e"), Receipt)
    assert isinstance(holds.lift("h", "y", manager(), "f"), Receipt)
    assert holds.lift("h", "z", manager(), "g") == Refusal("no_such_hold")
    assert [(one.reason, one.lifted_why, one.by) for one in holds.all()] == [("x", "y", "boss")]
