"""The trends as they are read from lists that the real engine wrote, on either database."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.codec import encode
from engine.ledger.log import Batch, Draft
from engine.procedure.limits import Range
from engine.review.questions import Period, Raised, raised
from engine.review.trends.limits import LimitsThen, Stretch, sides, stretches
from engine.review.trends.missed import MissedTimes
from engine.review.trends.paces import Paces
from engine.review.trends.punctuality import Key, Punctuality, periods
from engine.review.trends.readings import Reading, Readings, Wanted, followed
from engine.review.trends.repeated import Repetitions, Subject
from engine.review.trends.standing import standing
from engine.revisions import Revision
from engine.run import commands as c
from engine.run.events import RunHeld
from engine.run.site_events import ScheduledRunMissed
from tests.service.world import CHLORINE, LOW, MORNING, READING, D, World, revision

DAY, MIN = timedelta(days=1), timedelta(minutes=1)
ALL = (MORNING - 400 * DAY, MORNING + 400 * DAY)
STEPS: list[dict[str, Any]] = [READING | {"on_deviation": LOW}, *({"check": f"看{n}", "id": f"look{n}"} for n in range(6))]
DAILY: list[dict[str, Any]] = [{"every": "day", "at": "08:00", "finish_by": "08:45", "missed_after": "12:00"}]
VALUES = ("0.5", "0.3", "0.61", "0.45", "0.55")
WIDE = CHLORINE | {"limits": {"low": D("0.3"), "high": D("0.8")}}
NARROW_RANGE, WIDE_RANGE = Range(low=Decimal("0.4"), high=Decimal("0.6")), Range(low=Decimal("0.3"), high=Decimal("0.8"))
ONE = Reading("2026-11-02T00:00:00Z", 0.3, "0.3", "out_of_limits", "r", "cl", None, "pool", "a", "li")


def round_of(**changes: Any) -> Revision:
    return revision("gate", **({"steps": STEPS, "schedule": DAILY, "opens": None} | changes))


def one_run(world: World, chlorine: str, *, passes: timedelta = MIN) -> str:
    """A run; measured again where it was out of limits."""
    run = world.start("gate")
    world.wait(passes)
    world.give(run, c.AnswerStep("cl", chlorine))
    for deviation in world.engine.run(run).state.open_deviations():
        world.give(run, c.ActOn(deviation.id, "补投"))
        world.wait(15 * MIN)
        world.give(run, c.Remeasure(deviation.id, "0.5"))
    for n in range(6):
        world.wait(passes)
        world.engine.pass_time(run)
        world.give(run, c.AnswerStep(f"look{n}", "done"))
    world.give(run, c.Complete())
    return run


def next_day(world: World, hours: float = 0) -> None:
    """On to so many hours after eight in the morning of the next day."""
    world.clock.time = MORNING + (world.clock.time - MORNING) // DAY * DAY + DAY + timedelta(hours=hours)


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    """Five days under one revision, five under a wider one; then one missed, one late, one early and in a burst."""
    found = World.open(database).settle()
    for made in (round_of(), round_of(parameters={"chlorine": WIDE})):
        found.engine.publish([made], "boss")
        for value in VALUES:
            one_run(found, value)
            next_day(found)
    found.engine.note(ScheduledRunMissed("gate", "pool", MORNING + 10 * DAY, MORNING + 10 * DAY + 4 * 60 * MIN, ("guard",)), "")
    next_day(found)
    one_run(found, "0.5", passes=10 * MIN)  # late
    next_day(found, -0.5)
    next_day(found, -0.5)
    one_run(found, "0.5", passes=timedelta(seconds=2))  # early, and in a burst
    yield found
    found.ledger.close()


def of(world: World, **wanted: Any) -> list[Reading]:
    return Readings(world.ledger).of(replace(Wanted("chlorine", *ALL), **wanted))


def limits_of(world: World, *, is_known: bool = True) -> LimitsThen:
    issued = {name: {one.digest for one in some} for name, some in world.engine.directory.catch_up().issued.items()}
    return LimitsThen(world.ledger, world.engine.plan_of, "chlorine", issued if is_known else {})


def test_readings_are_those_of_the_list_in_order(world: World) -> None:
    with world.ledger.engine.connect() as connection:
        rows = connection.execute(select(tables.readings).where(tables.readings.c.parameter == "chlorine")).mappings().all()
    found = of(world)
    assert Counter(one.value for one in found) == Counter(row["value"] for row in rows)
    assert [one.moment for one in found] == sorted(row["at"] for row in rows)
    assert of(world, place="pool", procedure="gate") == found
    assert of(world, place="hall") == of(world, procedure="whole") == []
    assert of(world, since=found[3].moment, until=found[5].moment) == found[3:5]
    assert Readings(world.ledger).of(Wanted("chlorine", *ALL), 3) == found[-3:]
    assert Readings(world.ledger).parameters() == ["chlorine"]


def test_a_remeasure_follows_the_reading_it_was_made_for(world: World) -> None:
    pairs = list(followed(of(world)))
    assert [(before.value, after.value) for before, after in pairs] == [("0.3", "0.5"), ("0.61", "0.5")]
    assert all(before.run == after.run and not before.deviation and after.deviation for before, after in pairs)
    again = [ONE._replace(at=f"2026-11-02T0{n}:00:00Z", deviation="d1") for n in (1, 2)]
    other = ONE._replace(at="2026-11-02T00:30:00Z", run="s", band="in_limits")
    assert list(followed([ONE, other, *again])) == [(ONE, again[0]), (again[0], again[1])]


@pytest.mark.parametrize("is_known", [True, False])
def test_the_limits_are_those_then_in_force(world: World, is_known: bool) -> None:
    some = of(world)
    found = limits_of(world, is_known=is_known).of(some)
    first_wide = next(one for one in some if one.moment >= MORNING + 5 * DAY)
    assert found == [NARROW_RANGE if one.at < first_wide.at else WIDE_RANGE for one in some]
    assert stretches(some, found) == [Stretch(some[0].at, NARROW_RANGE), Stretch(first_wide.at, WIDE_RANGE)]
    assert [one.value for one, side in zip(some, sides(some, found), strict=True) if side] == ["0.3", "0.61"]


def test_limits_that_never_changed_are_known_without_a_look_at_runs(world: World) -> None:
    assert limits_of(world).only(["gate"]) is None
    assert limits_of(world).only(["whole"]) == (NARROW_RANGE,)
    assert limits_of(world, is_known=False).only(["whole"]) is None


def test_limits_of_several_procedures_at_one_time_are_no_band() -> None:
    low, high = Range(low=Decimal(1)), Range(low=Decimal(0))
    turns = [ONE._replace(at=str(n), procedure="ab"[n % 2]) for n in range(6)]
    assert stretches(turns, [low, high] * 3) is None
    assert stretches(turns, [low] * 6) == [Stretch("0", low)]
    after = [ONE._replace(at=str(n), procedure="aaabbb"[n]) for n in range(6)]
    assert stretches(after, [low] * 3 + [high] * 3) == [Stretch("0", low), Stretch("3", high)]
    assert stretches([], []) == []


def test_the_standing(world: World) -> None:
    found = standing(of(world), limits_of(world), 2)
    assert (found.readings, found.judged, found.low, found.high, found.outside) == (12, 12, 1, 1, 2)
    assert (found.remeasures, found.remeasures_within) == (2, 2)
    assert found.usual is not None
    assert (found.usual.middle, found.usual.low) == (0.5, None)  # twelve are too few for a twentieth
    nothing = standing([], limits_of(world), 2)
    assert (nothing.readings, nothing.usual, nothing.drifting) == (0, None, None)


def test_a_drift_of_weeks_is_found(world: World) -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    values = [0.4 + n / 1000 + n % 3 / 100 for n in range(120)]
    some = [ONE._replace(at=(at + n * DAY).isoformat(), number=value, band="in_limits") for n, value in enumerate(values)]
    found = standing(some, limits_of(world), 2)
    assert found.drifting is not None
    assert found.drifting.per_day == pytest.approx(0.001, rel=0.1)
    assert found.drifting.since == at
    assert found.usual is not None
    assert found.usual.low is not None


def test_what_was_kept_late_and_missed(world: World) -> None:
    kept = Punctuality(world.ledger, world.engine.site.zone)
    first, last = date(2026, 11, 2), date(2026, 11, 30)
    by_week = kept.kept(first, last, "week")
    with world.ledger.engine.connect() as connection:
        rows = connection.execute(select(tables.occurrences)).mappings().all()
    plain: dict[Key, Counter[str]] = {}
    for row in rows:
        plain.setdefault(Key(row["procedure"], row["place"], row["week"]), Counter())[row["outcome"]] += 1
    plain[Key("gate", "pool", "2026-11-09")]["missed"] += 1
    assert by_week == plain
    counts = Counter(on_time=11, late=1, missed=1)
    assert sum(by_week.values(), Counter()) == counts
    assert kept.kept(first, last, "month") == {Key("gate", "pool", "2026-11"): counts}
    assert kept.kept(first, last, "week", "gate", "pool") == by_week
    assert kept.kept(first, last, "week", "whole") == kept.kept(first, last, "week", "", "hall") == {}
    assert kept.kept(date(2026, 9, 1), date(2026, 9, 30), "month") == {}


def test_a_missed_time_that_was_begun_after_all_is_counted_once(world: World) -> None:
    with world.ledger.engine.connect() as connection:
        begun = connection.execute(select(tables.occurrences.c.starts_at).limit(1)).scalar_one()
    kept = Punctuality(world.ledger, world.engine.site.zone)
    before = kept.kept(date(2026, 11, 1), date(2026, 11, 30), "month")
    missed = MissedTimes(world.ledger)
    listed = missed.page(MORNING - 30 * DAY, MORNING + 30 * DAY)
    assert len(listed) == 1
    world.engine.note(ScheduledRunMissed("gate", "pool", begun, begun + DAY, ("guard",)), "")
    assert kept.kept(date(2026, 11, 1), date(2026, 11, 30), "month") == before
    assert missed.page(MORNING - 30 * DAY, MORNING + 30 * DAY) == listed
    assert missed.page(MORNING - 30 * DAY, MORNING + 30 * DAY, place="hall") == []
    assert missed.page(MORNING - 30 * DAY, MORNING + 30 * DAY, after=listed[0].key) == []


def test_whole_months_and_weeks() -> None:
    assert list(periods(date(2026, 12, 30), date(2027, 2, 1), "month")) == ["2026-12", "2027-01", "2027-02"]
    assert list(periods(date(2026, 11, 4), date(2026, 11, 9), "week")) == ["2026-11-02", "2026-11-09"]


def test_how_long_steps_take(world: World) -> None:
    paced = Paces(world.ledger).of("gate", MORNING, MORNING + 9.5 * DAY)
    assert (paced.runs, paced.is_cut) == (10, False)
    pace = paced.steps["look3"]
    assert (pace.runs, pace.middle, pace.slowest) == (10, MIN, MIN)
    assert Paces(world.ledger).of("gate", MORNING, MORNING + DAY).steps == {}  # fewer than are told of
    assert Paces(world.ledger).of("gate", *ALL, "hall").runs == Paces(world.ledger).of("whole", *ALL).runs == 0


def questions(world: World, **wanted: Any) -> Raised:
    plan = world.engine.plan("gate")
    assert plan is not None
    return raised(world.ledger, replace(Period(*ALL), **wanted), {"gate": plan})


def test_questions_about_acts(world: World) -> None:
    found = questions(world)
    (burst,) = found.bursts
    assert [one.step for one in burst.ticked] == ["cl", *(f"look{n}" for n in range(6))]
    (early,) = found.early
    assert early.run == burst.run
    assert early.scheduled - early.finished > 29 * MIN
    assert not found.cut
    assert questions(world, place="hall").bursts == questions(world, until=MORNING).early == ()


def test_what_comes_again(world: World) -> None:
    found = Repetitions(world.ledger)
    assert found.found(*ALL) == []  # twice in ten days is no repetition
    again = [one_run(world, "0.9"), one_run(world, "0.29")]
    (one,) = found.found(*ALL)
    assert one.subject == Subject("gate", "pool", "cl", "out_of_limits")
    assert [each.run for each in one.runs][2:] == again
    assert found.found(*ALL, procedure="gate", place="pool") == [one]
    assert found.found(*ALL, place="hall") == found.found(*ALL, procedure="whole") == []
    (later,) = found.found(MORNING + 5 * DAY, ALL[1])
    assert later.runs == one.runs  # what was a month before counts too
    assert (one.before, later.before) == (0, sum(each.at < MORNING + 5 * DAY for each in one.runs))
    assert 0 < later.before < len(later.runs)
    assert found.found(MORNING + 60 * DAY, ALL[1]) == []


def test_questions_about_values(world: World) -> None:
    """Readings of another place, so that no other test's figures move: forty that vary, then heaped, then all the same."""
    varied = [f"0.{35 + n * 7 % 40}" for n in range(40)]
    for value in (*varied, *["0.80"] * 9, *["0.52"] * 7):
        next_day(world)
        run = world.start("gate", place="hall")
        world.give(run, c.AnswerStep("cl", value))
    found = questions(world, place="hall")
    assert [(one.value, len(one.readings), one.equal) for one in found.same] == [("0.80", 9, 0), ("0.52", 7, 1)]
    (heaped,) = found.heaped
    assert (heaped.limit, heaped.is_high, heaped.heap.inside, heaped.heap.outside) == (Decimal("0.8"), True, 9, 0)
    assert len(heaped.readings) == 9
    late = questions(world, place="hall", since=world.clock.time - 3 * DAY)
    assert [one.value for one in late.same] == ["0.52"]  # what began before and went on
    assert late.heaped == ()


def test_the_same_decimals_of_different_readings_are_asked_about(world: World) -> None:
    runs = []
    for value in ("1.37", "0.37", "2.37", "1.37", "0.37", "2.37"):
        next_day(world)
        runs.append(world.start("gate", place="hall"))
        world.give(runs[-1], c.AnswerStep("cl", value))
    (alike,) = questions(world, place="hall").alike
    assert (alike.decimals, [one.run for one in alike.readings], alike.others) == ("37", runs, 56)
    assert questions(world, place="pool").alike == ()


def test_a_device_whose_clock_was_off(world: World) -> None:
    assert questions(world).off == ()
    run, at = "0123456789abcdef", world.clock.time
    told = [(-timedelta(minutes=30), "slow"), (timedelta(minutes=1, seconds=59), "fine"), (timedelta(minutes=3), "slow")]
    for n, (by, device) in enumerate(told):
        draft = Draft(f"clock {n}", "run_held", 1, "li", "guard", device, at + by, at, encode(RunHeld("x")))
        world.ledger.log.append(Batch(run, n, f"clock {n}", bytes(32), (draft,), b"{}", {}))
    (off,) = questions(world).off
    assert (off.device, off.times, off.most, off.runs) == ("slow", 2, -timedelta(minutes=30), (run,))
    assert questions(world, until=MORNING).off == questions(world, place="pool").off == ()


def test_nothing_at_all_is_no_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = World.open(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'ledger.sqlite3'}").settle()
    assert Readings(empty.ledger).parameters() == of(empty) == Repetitions(empty.ledger).found(*ALL) == []
    assert Punctuality(empty.ledger, empty.engine.site.zone).kept(date(2026, 1, 1), date(2026, 12, 31), "month") == {}
    assert Paces(empty.ledger).of("gate", *ALL).steps == {}
    assert [some for _, some in questions(empty) if some] == []
    empty.ledger.close()
