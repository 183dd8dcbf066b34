"""The fold itself: it never refuses, and needs nothing but the events."""

from dataclasses import replace

from engine.run import commands as c
from engine.run.events import Happened, RunStarted
from engine.run.state import evolve, fold

from .building import NOON, Stage, check, measure


def test_nothing_folds_to_nothing() -> None:
    assert fold("r", []) is None


def test_a_second_start_changes_nothing_but_the_version() -> None:
    stage = Stage.of(check())
    state = stage.run.state
    again = evolve(state, Happened(2, RunStarted("other", "", "", "hall", {}, {}), "x", "", "", NOON, NOON))
    assert replace(again, version=1, changed_at=1, hands=state.hands) == state


def test_what_happened_when_and_by_whom() -> None:
    stage = Stage.of(check(), measure())
    stage.answer("a")
    stage.answer("m", "0.1")
    state = stage.run.state
    assert (state.version, state.last_step, state.updated_at, state.status) == (4, "m", NOON, "running")
    mark = state.step("a").mark
    assert mark is not None
    assert (mark.by, mark.role, mark.at, mark.seq) == ("guard", "guard", NOON, 2)
    assert (state.step("a").done_at, state.step("a").seq, state.step("nobody").seq) == (NOON, 2, 0)


def test_when_it_was_first_settled_survives_amendments_but_not_taking_back() -> None:
    stage = Stage.of(check())
    stage.answer("a")
    stage.wait(NOON - NOON.replace(hour=3)).do(c.AmendStep("a", "改", "done"))
    assert stage.run.state.step("a").done_at == NOON
    stage.do(c.AmendStep("a", "误", withdraw=True))
    assert stage.run.state.step("a").done_at is None
