"""What time does by itself: each deadline warned of once, missed once at each level, with a holder; rounds; lateness; proposals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.run import commands as c
from engine.run.deadlines import deadlines, next_due
from engine.run.events import DeviationRaised, Event, RoundMissed
from engine.run.step_state import NEARED
from engine.run.ticking import next_at, pass_time
from engine.run.time_events import AnswerProposed, DueMissed, DueNeared, RunLate
from engine.run.view import view_step

from .building import MIN, NOON, Stage, check, choose, planned, site

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
LADDER = {"notify": ["lead"], "then": {"after": "30 min", "notify": ["chief"], "then": {"after": "1 day", "notify": ["clerk"]}}}
HOURS = timedelta(hours=1)
MAJOR: dict[str, Any] = {
    "propose": [{"option": "yes", "due": {"within": "1 month", "after": "start"}, "because": "拖了一个月", "notify": ["chief"]}]
}


def of_time(stage: Stage) -> list[tuple[timedelta, Event]]:
    """What time did, and how long after noon it happened."""
    return [(one.occurred_at - NOON, one.event) for one in stage.rehearsal.history if not one.by]


def test_a_deadline_is_warned_of_missed_and_escalated_each_once_and_at_its_time() -> None:
    stage = Stage.of(check(due={"within": "4 hours", "after": "start"}, overdue=LADDER))
    due = NOON + 4 * HOURS
    expected = [
        (3 * HOURS, DueNeared("a", due, ("guard",))),
        (4 * HOURS, DueMissed("a", due, 0, ("guard",), ("lead",))),
        (4 * HOURS + 30 * MIN, DueMissed("a", due, 1, ("guard",), ("chief",))),
        (28 * HOURS, DueMissed("a", due, 2, ("guard",), ("clerk",))),
    ]
    for minutes in range(0, 32 * 60, 7):
        stage.wait(7 * MIN)
        assert of_time(stage) == [one for one in expected if one[0] <= timedelta(minutes=minutes + 7)]
    assert next_at(stage.run) is None
    assert [one.level for one in stage.run.state.step("a").told] == [NEARED, 0, 1, 2]


def test_what_nobody_looked_at_in_time_is_recorded_with_its_own_time_and_without_a_late_warning() -> None:
    stage = Stage.of(check(due={"within": "4 hours", "after": "start"}, overdue=LADDER))
    stage.wait(timedelta(days=2))
    assert [(at, event.level) for at, event in of_time(stage) if isinstance(event, DueMissed)] == [
        (4 * HOURS, 0), (4 * HOURS + 30 * MIN, 1), (28 * HOURS, 2),
    ]  # fmt: skip
    assert len(of_time(stage)) == 3


def test_nothing_is_completed_and_nothing_stale_because_time_passed() -> None:
    stage = Stage.of(check(due={"within": "1 hour", "after": "start"}))
    seen = stage.run.state.version
    stage.wait(2 * HOURS)
    assert stage.asked() == ["a"]
    stage.do(c.AnswerStep("a", "done"), version=seen)
    assert [d.cause for d in stage.deviations()] == ["late"]


def test_done_in_time_nothing_is_told() -> None:
    stage = Stage.of(check(due={"within": "4 hours", "after": "start"}, overdue=LADDER), check("b"))
    stage.wait(2 * HOURS).answer("a")
    assert next_at(stage.run) is None
    assert not of_time(stage.wait(timedelta(days=3)))


def test_more_time_begins_the_ladder_again() -> None:
    stage = Stage.of(check(due={"within": "4 hours", "after": "start"}, overdue=LADDER | {"extend_by": ["chief"]}))
    stage.wait(4 * HOURS)
    stage.do(c.Extend("a", NOON + 8 * HOURS, "配件没到"), "chief")
    stage.wait(3 * HOURS).wait(2 * HOURS)
    assert [(at, type(event)) for at, event in of_time(stage)[1:]] == [
        (6 * HOURS, DueNeared),
        (8 * HOURS, DueMissed),
        (8.5 * HOURS, DueMissed),
    ]


def test_the_warning_comes_when_it_is_written_to() -> None:
    stage = Stage.of(check(due={"within": "10 days", "after": "start"}, overdue={"notify": ["lead"], "warn": "3 days"}))
    stage.wait(timedelta(days=9))
    assert [(at, type(event)) for at, event in of_time(stage)] == [(timedelta(days=7), DueNeared)]


def test_what_was_due_before_the_run_began_is_missed_from_the_start_and_never_near() -> None:
    inputs = [{"moment": "会", "id": "meeting"}]
    plan = planned(check(due={"before": "2 weeks", "of": "meeting"}), inputs=inputs)
    stage = Stage(plan, inputs={"meeting": "2026-11-05T09:00"})
    stage.wait(MIN)
    assert [(at, type(event)) for at, event in of_time(stage)] == [(timedelta(), DueMissed)]


def test_whoever_it_was_handed_to_holds_it() -> None:
    stage = Stage.of({"hand_to": "交", "id": "h", "to": ["engineering"], "due": {"within": "1 hour", "after": "start"}})
    stage.do(c.Hand("h"))
    stage.wait(HOURS)
    assert [event.holders for _, event in of_time(stage) if isinstance(event, DueMissed)] == [("engineer", "lead")]


def test_rounds_are_missed_when_the_next_is_due_and_raise_what_a_missed_round_raises() -> None:
    stage = Stage.of({"rounds": "巡", "id": "r", "every": "10 min", "steps": [check("rc")]})
    stage.do(c.Begin("r"))
    stage.wait(19 * MIN)
    assert not of_time(stage)
    stage.wait(2 * MIN)
    assert [(at, type(event)) for at, event in of_time(stage)] == [(20 * MIN, RoundMissed), (20 * MIN, DeviationRaised)]
    stage.wait(30 * MIN)
    assert [event.due - NOON for _, event in of_time(stage) if isinstance(event, RoundMissed)] == [
        10 * MIN,
        20 * MIN,
        30 * MIN,
        40 * MIN,
    ]
    stage.do(c.RecordRound("r", {"rc": "done"}))
    stage.do(c.End("r"))
    assert next_at(stage.run) is None


def test_a_run_that_is_not_finished_by_its_time_is_late_once() -> None:
    schedule = [{"every": "day", "at": "12:00", "finish_by": "13:00", "notify": ["lead"]}]
    stage = Stage(planned(check(), schedule=schedule))
    stage.wait(3 * HOURS)
    assert of_time(stage) == [(HOURS, RunLate(NOON + HOURS, ("lead",)))]
    assert stage.run.state.late_since == NOON + HOURS


def test_an_option_is_proposed_once_and_a_person_takes_it_or_says_why_not() -> None:
    stage = Stage.of(choose("weight", "no", "yes", **MAJOR), check("z"))
    assert not of_time(stage.wait(timedelta(days=40)))  # nothing was chosen, so there is nothing to change
    stage = Stage.of(choose("weight", "no", "yes", **MAJOR), check("z"))
    stage.answer("weight", "no")
    stage.wait(timedelta(days=40))
    at = datetime(2026, 12, 2, 4, tzinfo=UTC) - NOON
    assert of_time(stage) == [(at, AnswerProposed("weight", "yes", "拖了一个月", ("chief",)))]
    assert stage.run.state.step("weight").answer is not None
    assert stage.run.state.step("weight").answer.options == ("no",), "time proposes; it never changes"
    stage.do(c.DismissProposal("weight", "客户接受再等"))
    assert stage.run.state.step("weight").proposed is None
    assert len(of_time(stage.wait(timedelta(days=40)))) == 1


def test_a_proposal_is_taken_by_correcting_the_choice() -> None:
    stage = Stage.of(choose("weight", "no", "yes", **MAJOR), check("z"))
    stage.answer("weight", "no")
    stage.wait(timedelta(days=40))
    stage.do(c.AmendStep("weight", "拖了一个月", "yes"))
    assert stage.run.state.step("weight").proposed is None


def test_more_time_is_asked_for_and_refused_or_granted_by_whom_the_step_names() -> None:
    stage = Stage.of(check(due={"within": "4 hours", "after": "start"}, overdue={"notify": ["lead"], "extend_by": ["chief"]}))
    later = NOON + 8 * HOURS
    assert stage.refused(c.AskExtension("a", NOON + HOURS, "早"), "guard").code == "not_later"
    stage.do(c.AskExtension("a", later, "配件没到"))
    assert stage.refused(c.RefuseExtension("a", "不行"), "lead").code == "wrong_role"
    stage.do(c.RefuseExtension("a", "不行"), "chief")
    assert stage.run.state.step("a").asked is None
    stage.do(c.AskExtension("a", later, "还是没到"))
    stage.do(c.Extend("a", later, "同意"), "chief")
    assert stage.run.state.step("a").asked is None
    assert stage.refused(c.AskExtension("a", later, "再要"), "clerk").code == "wrong_role"


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31))
DUES = st.one_of(
    st.builds(lambda n, unit, how: {"within": f"{n} {unit}", "after": "start", "counting": how}, st.integers(1, 20), st.sampled_from(("days", "weeks")), st.sampled_from(("calendar_days", "working_days"))),
    st.builds(lambda n, unit: {"within": f"{n} {unit}", "after": "start"}, st.integers(1, 30), st.sampled_from(("min", "hours", "months"))),
    st.just({"same_day_as": "start"}),
    st.builds(lambda h, m: {"by": f"{h:02}:{m:02}"}, st.integers(0, 23), st.integers(0, 59)),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    start=MOMENTS, zone=st.sampled_from(ZONES), dues=st.lists(DUES, min_size=1, max_size=4), data=st.data(),
    waits=st.lists(st.integers(1, 60 * 24 * 30), min_size=1, max_size=12),
)  # fmt: skip
def test_however_the_clock_is_looked_at_each_deadline_is_missed_once_with_a_holder(
    start: datetime, zone: str, dues: list[dict[str, Any]], data: st.DataObject, waits: list[int]
) -> None:
    """Over years, in zones that change their clocks: the same whether time is looked at often, seldom, or after long silence."""
    steps = [check(f"s{n}", due=due, overdue=LADDER) for n, due in enumerate(dues)]
    plan = planned(*steps, at=site(timezone=zone))
    often, once = (Stage(plan, now=start.replace(tzinfo=UTC)) for _ in range(2))
    for minutes in waits:
        often.wait(timedelta(minutes=minutes))
        wakes = next_at(often.run)
        assert wakes is None or wakes > often.now, "what has come is recorded"
    once.wait(timedelta(minutes=sum(waits)))
    assert _missed(often) == _missed(once)
    seen = [(event.step, event.due, event.level) for _, event in _missed(once)]
    assert len(seen) == len(set(seen))
    assert all(event.holders for _, event in _missed(once))
    assert {step for step, _, level in seen if level == 0} == {
        placed.id for placed in plan.steps if _due(once, placed.id) <= once.now
    }
    assert not pass_time(once.run, once.now).events


def _missed(stage: Stage) -> list[tuple[datetime, DueMissed]]:
    return sorted(
        ((one.occurred_at, one.event) for one in stage.rehearsal.history if isinstance(one.event, DueMissed)),
        key=lambda pair: (pair[0], pair[1].step, pair[1].level),
    )


def _due(stage: Stage, step: str) -> datetime:
    from engine.run.dues import due_at

    due = due_at(stage.run, stage.run.plan.by_id[step])
    assert due is not None
    return due


@pytest.mark.parametrize("act", [c.Complete(), c.Abandon("算了")])
def test_nothing_happens_to_a_run_that_is_over(act: c.Act) -> None:
    stage = Stage.of(check(required=False, due={"within": "4 hours", "after": "start"}))
    stage.do(act)
    assert next_at(stage.run) is None
    assert not pass_time(stage.run, NOON + timedelta(days=9)).events


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.integers(-600, 900), min_size=3, max_size=25))
def test_a_clock_that_jumps_to_and_fro_records_each_thing_once(steps: list[int]) -> None:
    stage = Stage.of(
        check(due={"within": "4 hours", "after": "start"}, overdue=LADDER), {"rounds": "巡", "id": "r", "every": "2 hours", "steps": [check("rc")]}
    )  # fmt: skip
    stage.do(c.Begin("r"))
    for minutes in steps:
        stage.wait(timedelta(minutes=minutes))
    found = [event for _, event in of_time(stage) if not isinstance(event, DeviationRaised)]
    keys = [(type(e), getattr(e, "level", None) if isinstance(e, DueMissed) else getattr(e, "due", None)) for e in found]
    assert len(keys) == len(set(keys))
    latest = max(NOON + timedelta(minutes=sum(steps[: n + 1])) for n in range(len(steps)))
    assert (DueMissed, 0) in keys or latest < NOON + 4 * HOURS


def test_who_may_ask_refuse_and_dismiss_is_shown() -> None:
    overdue = {"notify": ["lead"], "extend_by": ["chief"]}
    stage = Stage.of(check(due={"within": "4 hours", "after": "start"}, overdue=overdue), choose("weight", "no", "yes", **MAJOR))
    later = NOON + 8 * HOURS

    def acts(step: str, by: str) -> set[str]:
        placed = stage.run.plan.by_id[step]
        return {"ask", "refuse", "extend", "dismiss"} & view_step(stage.run, placed, stage.actor(by), stage.now).acts

    assert (acts("a", "guard"), acts("a", "chief"), acts("a", "clerk")) == ({"ask"}, {"extend"}, set())
    stage.do(c.AskExtension("a", later, "没到"))
    assert acts("a", "chief") == {"extend", "refuse"}
    stage.answer("a")
    assert (acts("a", "guard"), stage.refused(c.AskExtension("a", later, "晚了")).code) == (set(), "already_answered")
    stage.answer("weight", "no")
    stage.wait(timedelta(days=40))
    assert (acts("weight", "guard"), acts("weight", "clerk")) == ({"dismiss"}, set())


def test_the_deadlines_of_a_run_as_they_stand() -> None:
    first, second = ({"within": f"{hours} hours", "after": "start"} for hours in (4, 2))
    stage = Stage.of(check("a", due=first), check("b", due=second), check("c_", due={"by": "20:00"}, when={"season": "none"}))
    assert next_due(stage.run) == NOON + 2 * HOURS
    assert [(one.placed.id, one.holders, one.settled_at) for one in deadlines(stage.run)] == [
        ("a", ("guard",), None),
        ("b", ("guard",), None),
    ]
    stage.wait(MIN).answer("b")
    assert next_due(stage.run) == NOON + 4 * HOURS
    assert [one.settled_at for one in deadlines(stage.run)] == [None, NOON + MIN]
    stage.do(c.MarkStep("a", "not_applicable", "关门"))
    stage.do(c.Complete())
    assert next_due(stage.run) is None
    assert [one.placed.id for one in deadlines(stage.run)] == ["a", "b"]
