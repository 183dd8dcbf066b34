"""Deadlines in every form: anchors, calendars, month ends, and a zone whose clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.procedure.amount import Span
from engine.procedure.due import Counting
from engine.run import commands as c
from engine.run.dues import due_at, end_of_day, is_overdue, later

from .building import MIN, NOON, Stage, Written, check, choose, measure, planned, site

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
INPUTS = [
    {"moment": "会议", "id": "meeting", "required": False},
    {"moment": "日", "id": "day", "gives": "date", "required": False},
]


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def due(stage: Stage, step: str = "z") -> datetime | None:
    return due_at(stage.run, stage.run.plan.by_id[step])


def stage_of(due_: object, *before: Written, inputs: c.Fields | None = None) -> Stage:
    return Stage(planned(*before, check("z", due=due_), inputs=INPUTS), inputs=inputs)


@pytest.mark.parametrize(
    ("span", "counting", "start", "end"),
    [
        # the site's calendar: free sat, sun, 4 Nov (a Wednesday); worked: Sat 7 Nov
        ("90 min", "calendar_days", "2026-11-02T12:00", "2026-11-02T13:30"),
        ("2 days", "calendar_days", "2026-11-02T12:00", "2026-11-04T12:00"),
        ("1 day", "working_days", "2026-11-02T12:00", "2026-11-03T12:00"),
        ("2 days", "working_days", "2026-11-02T12:00", "2026-11-05T12:00"),
        ("4 days", "working_days", "2026-11-02T12:00", "2026-11-07T12:00"),
        ("5 days", "working_days", "2026-11-02T12:00", "2026-11-09T12:00"),
        ("1 week", "working_days", "2026-11-02T12:00", "2026-11-09T12:00"),
        ("1 day", "working_days", "2026-11-13T17:00", "2026-11-16T17:00"),
        ("3 hours", "working_days", "2026-11-02T12:00", "2026-11-02T15:00"),
        ("1 month", "calendar_days", "2027-01-31T08:00", "2027-02-28T08:00"),
        ("1 month", "calendar_days", "2028-01-31T08:00", "2028-02-29T08:00"),
        ("1 quarter", "calendar_days", "2026-11-30T08:00", "2027-02-28T08:00"),
        ("1 year", "calendar_days", "2028-02-29T08:00", "2029-02-28T08:00"),
        ("1 week", "calendar_days", "2026-12-28T23:59", "2027-01-04T23:59"),
    ],
)
def test_later(span: str, counting: Counting, start: str, end: str) -> None:
    assert later(local(start), Span.parse(span), site(), counting) == local(end)


@pytest.mark.parametrize(
    ("span", "counting", "start", "end"),
    [
        ("2 weeks", "calendar_days", "2026-12-20T09:00", "2026-12-06T09:00"),
        ("1 month", "calendar_days", "2027-03-31T09:00", "2027-02-28T09:00"),
        ("1 day", "working_days", "2026-11-09T09:00", "2026-11-07T09:00"),
        ("3 days", "working_days", "2026-11-09T09:00", "2026-11-05T09:00"),
        ("30 min", "calendar_days", "2026-11-09T00:10", "2026-11-08T23:40"),
    ],
)
def test_earlier(span: str, counting: Counting, start: str, end: str) -> None:
    assert later(local(start), Span.parse(span), site(), counting, sign=-1) == local(end)


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        ("1 day", "2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00"),  # days keep the clock time: 23 hours
        ("24 hours", "2026-03-28T12:00+01:00", "2026-03-29T13:00+02:00"),  # hours are exact
        ("1 day", "2026-10-24T12:00+02:00", "2026-10-25T12:00+01:00"),
        ("1 day", "2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00"),  # twice that night: the first counts
        ("1 day", "2026-03-28T02:30+01:00", "2026-03-29T03:30+02:00"),  # no such time that night: an hour on
        ("1 month", "2026-02-28T08:00+01:00", "2026-03-28T08:00+01:00"),
        ("1 month", "2026-03-15T08:00+01:00", "2026-04-15T08:00+02:00"),
    ],
)
def test_where_clocks_change(span: str, start: str, end: str) -> None:
    found = later(datetime.fromisoformat(start), Span.parse(span), site(timezone="Europe/Berlin"))
    assert found == datetime.fromisoformat(end)


def test_the_end_of_a_day_is_the_site_s() -> None:
    assert end_of_day(datetime(2026, 11, 2, 17, 0, tzinfo=UTC), site()) == local("2026-11-03T23:59:59")
    berlin = site(timezone="Europe/Berlin")
    assert end_of_day(local("2026-10-25T01:00", BERLIN), berlin) == datetime.fromisoformat("2026-10-25T23:59:59+01:00")


# Forms


def test_within_a_time_after_the_start() -> None:
    assert due(stage_of({"within": "10 min", "after": "start"})) == NOON + 10 * MIN


def test_within_a_time_after_a_step_once_that_is_settled() -> None:
    stage = stage_of({"within": "10 min", "after": "a"}, check())
    assert due(stage) is None
    stage.wait(7 * MIN).answer("a")
    assert due(stage) == NOON + 17 * MIN
    stage.wait(MIN).do(c.AmendStep("a", "改", "done"))
    assert due(stage) == NOON + 17 * MIN  # counted from the first time
    stage.do(c.AmendStep("a", "误", withdraw=True))
    assert due(stage) is None


def test_after_rounds_counts_from_their_end() -> None:
    rounds: Written = {"rounds": "巡", "id": "o", "every": "10 min", "steps": [check("seen")]}
    stage = stage_of({"within": "10 min", "after": "o"}, rounds)
    stage.do(c.Begin("o"))
    stage.wait(10 * MIN).do(c.RecordRound("o", {"seen": "done"}))
    assert due(stage) is None
    stage.wait(5 * MIN).do(c.End("o"))
    assert due(stage) == NOON + 25 * MIN


def test_after_a_register_counts_from_the_row_that_settled_it() -> None:
    stage = stage_of({"within": "10 min", "after": "r"}, {"register": "登", "id": "r", "book": "visitors", "at_least": 2})
    stage.do(c.AddRow("r", {"visitor": "甲"}))
    assert due(stage) is None
    stage.wait(5 * MIN).do(c.AddRow("r", {"visitor": "乙"}))
    assert due(stage) == NOON + 15 * MIN
    stage.wait(5 * MIN).do(c.AmendStep("r", "改", fields={"visitor": "丙"}, row=2))
    stage.do(c.AddRow("r", {"visitor": "丁"}))
    assert due(stage) == NOON + 15 * MIN
    stage.do(c.AmendStep("r", "误", row=1, withdraw=True))
    assert due(stage) == NOON + 20 * MIN


@pytest.mark.parametrize("at_least", [0, 1])
def test_after_a_register_that_is_marked_or_empty(at_least: int) -> None:
    stage = stage_of({"within": "10 min", "after": "r"}, {"register": "登", "id": "r", "book": "visitors", "at_least": at_least})
    assert due(stage) is None
    stage.do(c.MarkStep("r", "not_applicable", "没人来"))
    assert due(stage) == NOON + 10 * MIN


def test_an_anchor_that_does_not_apply_any_more_counts_for_nothing() -> None:
    moment: Written = {"moment": "何时", "id": "w", "when": {"q": True}}
    stage = stage_of({"first_of": [{"within": "10 min", "after": "a"}, {"at": "w"}]}, check("q"), check(when={"q": True}), moment)
    stage.answer("q")
    stage.answer("a")
    stage.answer("w", "2026-11-02T12:05")
    assert due(stage) == NOON + 5 * MIN
    stage.do(c.AmendStep("q", "误", "not_done"))
    assert due(stage) is None


def test_before_a_moment_that_was_given() -> None:
    written = {"before": "2 weeks", "of": "meeting"}
    assert due(stage_of(written)) is None
    assert due(stage_of(written, inputs={"meeting": "2026-12-20T09:00"})) == local("2026-12-06T09:00")
    assert due(stage_of({"before": "1 day", "of": "day"}, inputs={"day": "2026-12-20"})) == local("2026-12-19T23:59:59")


def test_at_a_moment_that_a_step_or_a_field_gives() -> None:
    form: Written = {"form": "表", "id": "f", "fields": [{"moment": "期限", "id": "limit", "required": False}]}
    stage = stage_of({"at": "limit"}, form)
    assert due(stage) is None
    stage.do(c.AnswerStep("f", fields={"limit": "2026-11-03T10:00"}))
    assert due(stage) == local("2026-11-03T10:00")
    stage = stage_of({"at": "when"}, {"moment": "何时", "id": "when", "gives": "date"})
    stage.answer("when", "2026-11-05")
    assert due(stage) == local("2026-11-05T23:59:59")


def test_the_same_day_and_a_time_of_that_day() -> None:
    assert due(stage_of({"same_day_as": "start"})) == local("2026-11-02T23:59:59")
    assert due(stage_of({"same_day_as": "a"}, check())) is None
    assert due(stage_of({"by": "08:00"})) == local("2026-11-02T08:00")


@pytest.mark.parametrize(
    ("key", "inputs", "answered", "expected"),
    [
        ("first_of", {}, False, None),
        ("first_of", {}, True, NOON + 10 * MIN),
        ("first_of", {"meeting": "2026-11-02T12:05"}, True, NOON + 5 * MIN),
        ("last_of", {}, True, None),
        ("last_of", {"meeting": "2026-11-02T12:05"}, True, NOON + 10 * MIN),
    ],
)
def test_the_first_or_last_of_several(key: str, inputs: c.Fields, answered: bool, expected: datetime | None) -> None:
    stage = stage_of({key: [{"within": "10 min", "after": "a"}, {"at": "meeting"}]}, check(), inputs=inputs)
    if answered:
        stage.answer("a")
    assert due(stage) == expected


def test_of_several_the_first_whose_condition_holds() -> None:
    dues = [
        {"within": "1 hour", "after": "start", "when": {"c": "yes"}},
        {"within": "2 hours", "after": "start", "when": {"c": "no"}},
    ]
    stage = stage_of(dues, choose("c"))
    assert due(stage) is None
    stage.answer("c", "no")
    assert due(stage) == NOON + 120 * MIN


def test_a_section_s_deadline_is_that_of_its_steps() -> None:
    stage = Stage.of(
        {"section": "段", "due": {"within": "10 min", "after": "start"}, "steps": [check(), check("b", due={"by": "13:00"})]}
    )
    assert due(stage, "a") == NOON + 10 * MIN
    assert due(stage, "b") == local("2026-11-02T13:00")


def test_an_extension_goes_before_everything() -> None:
    stage = stage_of({"within": "10 min", "after": "start"})
    stage.do(c.Extend("z", NOON + timedelta(days=1), "等配件"), by="chief")
    assert due(stage) == NOON + timedelta(days=1)


def test_overdue_is_what_is_asked_and_past() -> None:
    stage = Stage.of(
        check("z", due={"within": "10 min", "after": "start"}), check(), measure(due={"within": "1 min", "after": "a"})
    )
    z, a, m = stage.run.plan.steps
    assert not is_overdue(stage.run, z, NOON + 10 * MIN)
    assert is_overdue(stage.run, z, NOON + 11 * MIN)
    assert not is_overdue(stage.run, a, NOON + timedelta(days=9))
    assert not is_overdue(stage.run, m, NOON + timedelta(days=9))
    stage.answer("z")
    assert not is_overdue(stage.run, z, NOON + 11 * MIN)
