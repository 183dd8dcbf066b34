"""A procedure that was renamed keeps its past: what was run under its earlier names is found and counted under every name."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from engine.evidence.bundle import runs_between
from engine.procedure.period import Span
from engine.procedure.report import Part
from engine.review.questions import Period, raised
from engine.review.queue import Queue, Wanted
from engine.review.renamed import NEVER, Renamed
from engine.review.reports.gathering import Ground, rows_of
from engine.review.trends import readings
from engine.review.trends.missed import MissedTimes
from engine.review.trends.paces import Paces
from engine.review.trends.punctuality import Key, Punctuality
from engine.review.trends.readings import Readings
from engine.review.trends.repeated import Repetitions, Subject
from engine.run import commands as c
from engine.run.site_events import ProcedureRenamed, ScheduledRunMissed
from tests.review.test_trends import ALL, DAY, MORNING, next_day, round_of
from tests.service.world import World

NAMES = ("gate", "pool/gate", "pool/round")
"""One and the same, the newest last."""


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    """Two runs out of limits under each name in turn; after the last renaming three times told to be missed, of which
    one was begun under its name before and one at another place."""
    found = World.open(database).settle()
    found.engine.publish([round_of()], "boss")
    for before, name in zip((None, *NAMES), NAMES, strict=False):
        if before is not None:
            found.engine.note(ProcedureRenamed(before, name, "放到泳池"), "boss")
        for _ in range(2):
            run = found.start(name)
            found.give(run, c.AnswerStep("cl", "0.3"))
            found.give(run, c.Abandon("没有药"), "lead")
            next_day(found)
    for day, place in ((0, "pool"), (2, "hall"), (20, "pool")):
        at = MORNING + day * DAY
        found.engine.note(ScheduledRunMissed("pool/round", place, at, at + DAY / 6, ("guard",)), "")
    yield found
    found.ledger.close()


def test_every_name_stands_for_all() -> None:
    renamed = Renamed({"c": ("a", "b"), "e": ("d",)})
    assert [renamed.names(one) for one in "abc"] == [("c", "a", "b")] * 3
    assert [renamed.present(one) for one in "adx"] == ["c", "e", "x"]
    assert (list(renamed), list(NEVER), NEVER.names("x")) == ([("c", "a", "b"), ("e", "d")], [], ("x",))


@pytest.mark.parametrize("name", NAMES)
def test_the_past_is_there_under_every_name(world: World, name: str) -> None:
    engine, renamed = world.engine, world.engine.renamed
    assert sum(Queue(world.ledger).counts(Wanted(procedures=renamed.names(name))).values()) == 6
    assert len(Readings(world.ledger, renamed).of(readings.Wanted("chlorine", *ALL, procedure=name))) == 6
    assert Paces(world.ledger, renamed).of(name, *ALL).runs == 6
    assert len(runs_between(engine, *ALL, procedure=name)) == 6
    (again,) = Repetitions(world.ledger, renamed).found(*ALL, procedure=name)
    assert (again.subject, len(again.runs)) == (Subject("pool/round", "pool", "cl", "out_of_limits"), 6)
    plan = engine.plan("pool/round")
    assert plan is not None
    assert raised(world.ledger, Period(*ALL, name), {"pool/round": plan}, renamed) == raised(
        world.ledger, Period(*ALL), {"pool/round": plan}, renamed
    )
    kept = Punctuality(world.ledger, engine.site.zone, renamed).kept(date(2026, 11, 1), date(2026, 11, 30), "month", name)
    assert kept == {
        Key("pool/round", "pool", "2026-11"): Counter(abandoned=6, missed=1),
        Key("pool/round", "hall", "2026-11"): Counter(missed=1),
    }


def test_a_time_is_missed_unless_it_was_begun_there_under_whichever_name(world: World) -> None:
    """The first was begun before the procedure was renamed; the one of the hall was begun at the pool alone."""
    found = MissedTimes(world.ledger, world.engine.renamed).page(*ALL)
    assert [(one.place, one.starts_at) for one in found] == [("pool", MORNING + 20 * DAY), ("hall", MORNING + 2 * DAY)]
    assert len(MissedTimes(world.ledger, NEVER).page(*ALL)) == 3


def test_a_report_lists_as_missed_what_trends_do(world: World) -> None:
    part = Part.model_validate({"id": "missed", "title": "漏做", "source": "missed", "columns": ["at"]})
    plan = world.engine.plan("pool/round")
    assert plan is not None
    with world.ledger.engine.connect() as connection:
        ground = Ground(connection, {"pool/round": plan.procedure}, world.engine.renamed, {})
        rows = rows_of(part, {"at"}, Span("all", *ALL), {}, ground)
    listed = MissedTimes(world.ledger, world.engine.renamed).page(*ALL)
    assert [(one.behind.of, one.behind.at) for one in rows] == [(one.procedure, one.starts_at) for one in reversed(listed)]
