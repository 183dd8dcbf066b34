"""What happened in a span, as a report reads it: from the ledger alone, exact, one line for all runs of a procedure."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.books import close_row, open_row
from engine.happening import began
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.procedure.step import Happened
from engine.receipts import Receipt
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.watch import Watch

from . import world as base
from .test_stock import BOOK, HANDOVER
from .world import MIN, World, actor, revision

SPANS: tuple[Happened, ...] = ("shift", "day", "week", "month", "quarter")
DAILY: dict[str, Any] = {"every": "day", "at": "09:00", "finish_by": "10:00", "missed_after": "11:00"}
SHIFTS = {"early": {"title": "早", "start": "06:00", "end": "14:00"}, "night": {"title": "夜", "start": "22:00", "end": "06:00"}}


@pytest.fixture
def day(world: World) -> World:
    """A club on SQLite with a report of its day."""
    return with_report(world)


def with_report(world: World) -> World:
    """The club with a report of the day, a handover book, and a list that is wanted at nine."""
    site = Site.model_validate(base.SITE | {"books": {"notes": BOOK}})
    report = {
        "format": 1, "title": "日报", "place": "hall", "done_by": ["guard"],
        "steps": [{"read": "今天", "id": "today", "happened": "day"}],
    }  # fmt: skip
    written = {"handover": HANDOVER, "report": report}
    made = [revision_of(name, Procedure.model_validate(one), site, f"# {name}") for name, one in written.items()]
    world.engine.publish([site_revision(site, "# day"), *made, revision("list", schedule=[DAILY])], "boss")
    Watch(world.engine).look()
    return world


def told(world: World) -> list[tuple[str, str]]:
    """What a report tells that reads now."""
    run = world.start("report", place="hall")
    world.give(run, c.AnswerStep("today"))
    found = world.engine.run(run).state.step("today").listed
    world.give(run, c.Abandon("只看一眼"), "lead")
    return [(one.kind, one.text) for one in found if not one.text.startswith("日报")]


def gate(world: World, reading: str = "0.5", by: str = "guard") -> str:
    run = world.start("gate", by=by)
    for act in (c.AnswerStep("cl", reading), c.AnswerStep("a", "done")):
        world.give(run, act, by)
    return run


def test_nothing_happened_yet(day: World) -> None:
    assert told(day) == []


def test_runs_of_one_procedure_are_one_line_and_cases_have_their_own(day: World) -> None:
    run = gate(day)
    day.wait(20 * MIN)
    day.give(run, c.Complete())
    assert told(day) == [("done", "开池 · 完成 · 08:00–08:20 · guard")]
    day.give(gate(day, by="lead"), c.Complete())
    case = day.start("case")
    assert told(day) == [("done", "开池 · 完成 2 次 · guard、lead"), ("begun", "投诉 TS-2026-0001 · 进行中 · 08:20 · guard")]
    day.give(case, c.Abandon("重复"), "lead")
    assert told(day)[-1] == ("given_up", "投诉 TS-2026-0001 · 作废 · 08:20–08:20 · guard")


def test_a_deviation_is_told_with_what_came_of_it(day: World) -> None:
    run = gate(day, "0.3")
    assert ("raised", "开池 · 余氯 · 未了结") in told(day)
    deviation = day.engine.run(run).state.open_deviations()[0].id
    day.give(run, c.AcceptDeviation(deviation, "今天不开"), "lead")
    assert ("raised", "开池 · 余氯 · 已接受") in told(day)


def test_a_missed_time_is_told_when_it_is_missed(day: World) -> None:
    day.wait(179 * MIN)
    Watch(day.engine).look()
    assert told(day) == []
    day.wait(2 * MIN)
    Watch(day.engine).look()
    assert told(day) == [("missed", "清单 · 应在 09:00")]


def test_rows_are_counted_by_book_written_and_closed(day: World) -> None:
    run = day.start("handover")
    day.give(run, c.AnswerStep("open"))
    for text in ("甲", "乙"):
        day.give(run, c.AddRow("notes", {"text_": text}))
    row = open_row(day.engine, run, "notes", 1)
    assert row is not None
    assert isinstance(close_row(day.engine, row, {"how": "已办"}, actor(), "close-day-1"), Receipt)
    assert ("written", "交接班记录 · 新登 2 · 了结 1") in told(day)


def test_the_whole_day_on_postgresql(postgres: str) -> None:
    day = with_report(World.open(postgres).settle())
    day.give(gate(day, by="lead"), c.Complete())
    gate(day, "0.3")
    day.give(day.start("handover"), c.AnswerStep("open"))
    day.wait(181 * MIN)
    Watch(day.engine).look()
    assert [kind for kind, _ in told(day)] == ["done", "begun", "begun", "missed", "raised"]
    assert told(day)[1:3] == [("begun", "开池 · 进行中 · 08:00 · guard"), ("begun", "交接班 · 进行中 · 08:00 · guard")]
    day.ledger.close()


def test_yesterday_is_not_told_and_last_night_s_end_is(day: World) -> None:
    early, late = gate(day), gate(day)
    day.give(early, c.Complete())
    day.wait(16 * 60 * MIN)  # midnight
    assert told(day) == []
    day.give(late, c.Complete())
    assert told(day) == [("done", "开池 · 完成 · 11-02 08:00–00:00 · guard")]


def test_what_was_told_stays_as_it_was(day: World) -> None:
    run = day.start("report", place="hall")
    day.give(run, c.AnswerStep("today"))
    before = day.engine.run(run).state.step("today").listed
    day.give(gate(day), c.Complete())
    assert day.beside().engine.run(run).state.step("today").listed == before == ()


def test_each_list_answers_from_an_index(day: World) -> None:
    """No list walks through all that ever was."""
    from sqlalchemy import text

    queries = {
        "runs": "finished_at >= 'x' order by finished_at", "deviations": "raised_at >= 'x' order by raised_at",
        "book_rows": "at >= 'x'", "row_closings": "at >= 'x'", "notices": "told_at >= 'x'",
    }  # fmt: skip
    with day.ledger.engine.connect() as connection:
        for table, where in queries.items():
            plan = str(connection.execute(text(f"explain query plan select * from {table} where {where}")).all())
            assert "USING INDEX" in plan, plan


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(("Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns")),
    st.sampled_from(SPANS),
)
def test_a_span_begins_at_or_before_now_and_holds_the_shorter_ones(now: datetime, zone: str, span: Happened) -> None:
    site = Site.model_validate(base.SITE | {"timezone": zone, "shifts": SHIFTS})
    start, local = began(span, now, site), now.astimezone(ZoneInfo(zone))
    assert start <= now
    assert start.utcoffset() == start.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    most = {"shift": 24, "day": 25, "week": 7 * 24 + 1, "month": 31 * 24 + 1, "quarter": 92 * 24 + 1}
    assert now - start <= timedelta(hours=most[span])
    if span == "quarter":
        assert (start.month, start.day) in ((1, 1), (4, 1), (7, 1), (10, 1))
    if span in ("day", "week", "month", "quarter"):
        assert (start.hour, start.minute) == (0, 0)
        assert start.year == local.year or span == "week"
