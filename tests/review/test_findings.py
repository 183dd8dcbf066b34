"""What a backtest finds, case by case: counts and names, steps, units, deadlines, the period, progress."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.ledger import tables
from engine.procedure.occurrence import occurrence_for
from engine.procedure.plan import Plan, compile_plan
from engine.review.backtest import PAGE, backtest
from engine.review.backtest.dues import Calendar
from engine.review.backtest.report import Missing
from engine.service import Engine

from .past import PATROL, SINCE, UNTIL, drafted, looked_back, step_of, steps_of

PREP = "pool/prep"


def high(value: str) -> Any:
    def change(written: dict[str, Any]) -> None:
        written["parameters"]["free_chlorine"]["limits"]["high"] = value

    return change


def preparations(engine: Engine) -> list[str]:
    """The preparation's runs, oldest first."""
    with engine.ledger.engine.connect() as connection:
        query = select(tables.runs.c.run).where(tables.runs.c.procedure == PREP).order_by(tables.runs.c.started_at)
        return list(connection.execute(query).scalars())


def steps_of_plan(engine: Engine, procedure: str) -> list[Any]:
    plan = engine.plan(procedure)
    assert plan is not None
    return [placed.step for placed in plan.steps]


def test_counts_are_exact_and_names_are_capped(engine: Engine) -> None:
    draft = drafted(engine, PREP, high("0.45"))
    whole, capped = looked_back(engine, PREP, draft), looked_back(engine, PREP, draft, most=2)
    key = ("becomes_deviation", "free_chlorine")
    assert whole.counts == capped.counts
    assert whole.runs == capped.runs
    assert whole.counts[key] == len(whole.named[key]) > 2
    assert capped.named[key] == whole.named[key][:2]
    begun = [one.run.started_at for one in whole.named[key]]
    assert begun == sorted(begun)
    for one in whole.named[key]:
        assert one.finding.old is not None
        assert one.finding.new is not None
        assert one.finding.old.high != one.finding.new.high
        assert 0.45 < float(one.finding.value) <= 0.6
        assert engine.run(one.run.run).state.started_by.by == one.run.by


def test_narrower_limits_hold_runs_up_and_wider_ones_do_not(engine: Engine) -> None:
    narrow = looked_back(engine, PREP, drafted(engine, PREP, high("0.55")))
    assert narrow.lacking[Missing("deviation", "free_chlorine")]
    wide = looked_back(engine, PREP, drafted(engine, PREP, high("0.9")))
    assert wide.of("stops_being_deviation")
    assert not wide.of("not_completed")
    assert not wide.of("becomes_deviation")


def test_a_renamed_parameter_is_the_same_figure(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        written["parameters"]["chlorine"] = written["parameters"].pop("free_chlorine")
        for step in steps_of(written):
            if step.get("parameter") == "free_chlorine":
                step["parameter"] = "chlorine"

    assert not looked_back(engine, PREP, drafted(engine, PREP, change)).is_different


def test_another_unit_is_counted_and_not_compared(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        written["parameters"]["water_temperature"] |= {"unit": "°F", "limits": {"low": 79, "high": 82}, "plausible": {"low": 40}}

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    assert report.of("not_comparable")["water_temperature"] >= report.total - 3
    assert {kind for kind, _ in report.counts} == {"not_comparable"}
    assert report.is_different


def test_a_new_step_would_have_been_asked_in_every_run(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        written["steps"][0]["steps"].append({"check": "桑拿", "id": "sauna"})

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    assert report.of("asked") == {"sauna": report.total}
    assert report.lacking == {Missing("asked", "sauna"): report.runs["not_completed"]}
    assert report.total - 3 <= report.runs["not_completed"] <= report.total


def test_a_new_step_that_may_be_left_out_holds_nothing_up(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        written["steps"][0]["steps"].append({"check": "桑拿", "id": "sauna", "required": False})

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    assert report.counts == {("asked", "sauna"): report.total}


def test_a_step_that_is_gone(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        steps = written["steps"][1]["steps"]
        steps.remove(next(step for step in steps if step["id"] == "urea"))

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    assert set(report.counts) == {("gone", "urea")}
    assert report.total - 3 <= report.counts["gone", "urea"] <= report.total


def test_a_step_that_is_asked_less_often(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        step_of(written, "bottom_vacuum")["when"] = {"weekday": ["mon"]}

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    assert set(report.counts) == {("not_asked", "bottom_vacuum")}
    assert 0 < report.counts["not_asked", "bottom_vacuum"] < report.total
    zone = engine.site.zone
    assert all(one.run.started_at.astimezone(zone).weekday() != 0 for one in report.changes())


def test_a_new_deadline_is_held_against_when_it_was_done(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        step_of(written, "ready")["due"] = {"within": "70 min", "after": "start"}

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    signed = 0
    for run in preparations(engine):
        history = engine.record(run)
        done = next((one.recorded_at for one in history if getattr(one.event, "step", "") == "ready"), None)
        signed += done is not None and done - history[0].recorded_at > timedelta(minutes=70)
    assert signed
    assert report.counts == {("missed", "ready"): signed}
    for one in report.changes():
        assert one.old_due is None
        assert one.new_due == one.run.started_at + timedelta(minutes=70)


def test_an_hour_later_is_kept_by_more(engine: Engine) -> None:
    def change(written: dict[str, Any]) -> None:
        written["schedule"][0] |= {"finish_by": "10:00", "missed_after": "10:30"}

    report = looked_back(engine, PREP, drafted(engine, PREP, change))
    late = {one.run.run: one for one in report.named["kept", ""]}
    assert late
    for run, one in late.items():
        finished = engine.run(run).state.finished
        assert finished is not None
        assert one.old_due is not None
        assert one.new_due is not None
        assert one.old_due < finished.at <= one.new_due


def test_rounds_that_come_more_often_are_missed_more_often(engine: Engine) -> None:
    def change(every: str) -> Any:
        return lambda written: next(step for step in steps_of(written) if "rounds" in step).update(every=every)

    rounds = next(step for step in steps_of_plan(engine, PATROL) if step.kind == "rounds")
    assert not looked_back(engine, PATROL, drafted(engine, PATROL, change(str(rounds.every)))).is_different
    report = looked_back(engine, PATROL, drafted(engine, PATROL, change("1 min")))
    assert set(report.counts) == {("becomes_deviation", rounds.id)}
    assert {one.finding.why for one in report.changes()} == {"missed_round"}
    assert report.counts["becomes_deviation", rounds.id] > report.runs["becomes_deviation"] > 0


def test_deadlines_of_cases(engine: Engine) -> None:
    """Complaints have deadlines of their own, some of them granted more time: the same deadlines change nothing, shorter ones do."""
    procedure = "complaint/intake"

    def shorter(written: dict[str, Any]) -> None:
        for step in steps_of(written):
            if "due" in step and "within" in str(step["due"]):
                step["due"] = {"within": "1 min", "after": "start"}

    report = looked_back(engine, procedure, drafted(engine, procedure, shorter))
    assert report.of("missed")
    assert {kind for kind, _ in report.counts} <= {"missed", "kept"}


def test_only_runs_of_the_period(engine: Engine) -> None:
    draft = drafted(engine, PREP, high("0.45"))
    middle = datetime(2026, 10, 1, tzinfo=SINCE.tzinfo)
    first, second = (
        backtest(engine.ledger, engine.plan_of, PREP, draft, since, until) for since, until in ((SINCE, middle), (middle, UNTIL))
    )
    whole = looked_back(engine, PREP, draft)
    assert first.total
    assert second.total
    assert first.total + second.total == whole.total
    assert first.counts + second.counts == whole.counts
    assert all(one.run.started_at < middle for one in first.changes())


def test_progress_is_told_and_can_stop_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.review.backtest.PAGE", 10)
    draft, told = drafted(engine, PREP, high("0.45")), list[tuple[int, int]]()

    def until_ten(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 10

    report = looked_back(engine, PREP, draft, progress=until_ten)
    assert told == [(0, report.total), (10, report.total)]
    assert report.is_cancelled
    assert report.looked_at == 10 < report.total
    told.clear()
    assert not looked_back(engine, PREP, draft, progress=lambda done, total: not told.append((done, total))).is_cancelled
    assert told[-1] == (report.total, report.total)
    assert PAGE > 10


def test_former_names_count_too(engine: Engine) -> None:
    draft = drafted(engine, PREP, high("0.45"))
    both = backtest(engine.ledger, engine.plan_of, (PREP, "pool/water_test"), draft, SINCE, UNTIL)
    alone = looked_back(engine, PREP, draft)
    assert both.total > alone.total
    assert both.procedure == PREP


LINES: list[dict[str, Any]] = [
    {"every": "day", "at": "06:30", "finish_by": "08:00"},
    {"every": "hour", "at": "00:10", "finish_by": "10:00"},
    {"every": "weekday", "at": "09:00"},
]


def scheduled(engine: Engine, lines: list[dict[str, Any]]) -> Plan:
    return drafted(engine, PREP, lambda written: written.update(schedule=lines))


@settings(max_examples=200, deadline=None)
@given(minutes=st.integers(0, 10 * 1440), lines=st.lists(st.sampled_from(range(len(LINES))), unique=True))
def test_the_calendar_finds_what_the_schedule_says(engine: Engine, minutes: int, lines: list[int]) -> None:
    plan = scheduled(engine, [LINES[number] for number in lines])
    since = datetime(2026, 9, 28, tzinfo=SINCE.tzinfo)
    at = since + timedelta(minutes=minutes)
    found = occurrence_for(plan.procedure.schedule, plan.site, at)
    expected = found.finish_by if found and found.finish_by and found.finish_by > at else None
    assert Calendar.of(plan, since, since + timedelta(days=11)).finish_by(at) == expected


def test_a_run_nobody_can_find_a_revision_of_is_a_fault(engine: Engine) -> None:
    def forgotten(revision: str, site: str) -> Plan:
        raise KeyError(revision)

    plan = engine.plan(PREP)
    assert plan is not None
    with pytest.raises(KeyError):
        backtest(engine.ledger, forgotten, PREP, compile_plan(plan.procedure, plan.site), SINCE, UNTIL)
