"""Erasure by time: each value when its own period is over, and never before."""

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from engine.books import close_row, open_row
from engine.ledger.codec import decode
from engine.periods import Periods, earlier
from engine.procedure.amount import Span
from engine.procedure.procedure import Procedure
from engine.procedure.site import Site
from engine.receipts import Receipt
from engine.retention import STREAM
from engine.revisions import revision_of, site_revision
from engine.run import commands as c
from engine.run.retention_events import ValuesErased
from engine.run.site_events import ProcedureRenamed, RevisionRetired
from engine.watch import Watch

from .personal import DESK, LATER, LEFT, NAME, PERSONAL_SITE, WORDS, desk, erased, is_sound, kept, passed, site, visited
from .world import World, actor


def test_each_value_goes_when_its_own_period_is_over(club: World) -> None:
    run = visited(club)
    passed(club)
    club.clock.time += timedelta(days=364)
    passed(club)
    assert kept(club, run) == ["about", "caller", "name", "phone", "taker"]
    club.clock.time += timedelta(days=2)
    passed(club)
    assert kept(club, run) == ["about", "caller"], "the book's year is over, the procedure's two are not"
    club.clock.time += timedelta(days=366)
    passed(club)
    assert kept(club, run) == []
    acts = [decode(one.kind, one.format, one.body) for one in club.ledger.log.stream(STREAM)]
    assert [(one.rule, one.runs) for one in acts if isinstance(one, ValuesErased)] == [
        ("book visitors", (run,)),
        ("procedure desk", (run,)),
    ]
    is_sound(club)


def test_what_is_not_over_is_never_erased(club: World) -> None:
    run = club.start("desk")
    club.give(run, c.AnswerStep("about", WORDS))
    club.give(run, c.AddRow("book", {"name": NAME, "many": "1"}))
    club.clock.time += 5 * LATER
    passed(club)
    assert kept(club, run) == ["about", "name"], "the run is still open"
    club.give(run, c.AnswerStep("ended", "done"))
    club.give(run, c.Complete())
    club.clock.time += LATER
    passed(club)
    assert kept(club, run) == ["about", "name"], "the row is still open, and two years are not over"
    row = open_row(club.engine, run, "book", 1)
    assert row is not None
    close_row(club.engine, row, {"taker": LEFT, "back": "done"}, actor("guard"), "closing")
    club.clock.time += LATER
    passed(club)
    assert kept(club, run) == []


def test_several_servers_erase_once(club: World) -> None:
    run, beside = visited(club), club.beside()
    beside.engine.run(run)
    club.clock.time += 3 * LATER
    passed(beside)
    size = club.size()
    passed(club)
    assert club.size() == size
    assert beside.engine.run(run, is_fresh=False).state.step("about").answer.is_erased  # type: ignore[union-attr]


def test_what_another_process_erased_is_forgotten_here(club: World) -> None:
    run, beside = visited(club), club.beside()
    watch = Watch(beside.engine)
    watch.look()
    assert beside.engine.run(run).state.step("about").answer.text == WORDS  # type: ignore[union-attr]
    assert isinstance(erased(club, run), Receipt)
    watch.look()
    assert beside.engine.run(run, is_fresh=False).state.step("about").answer.is_erased  # type: ignore[union-attr]
    beside.ledger.close()


def test_a_procedure_in_use_no_more_keeps_the_period_it_had(club: World) -> None:
    """Taking it out of use, whatever it was called, erases nothing sooner: two years, and not the site's month."""
    club.engine.publish([site_revision(Site.model_validate(PERSONAL_SITE | {"retention": "1 month"}), "# a month")], "boss")
    run, digest = visited(club), desk().digest
    club.engine.note_all([ProcedureRenamed("desk", "front", "改名"), RevisionRetired("front", digest, "不用了")], "boss")
    assert Periods(club.engine).of("desk") == Periods(club.engine).of("front") == Span.parse("2 years")
    passed(club)
    club.wait(timedelta(days=729))
    passed(club)
    assert kept(club, run) == ["about", "caller"]
    club.wait(timedelta(days=3))
    passed(club)
    assert kept(club, run) == []


def test_a_book_that_left_the_site_keeps_the_period_it_had(club: World) -> None:
    run = visited(club)
    bare = {name: value for name, value in PERSONAL_SITE.items() if name != "books"} | {"retention": "1 month"}
    steps = [one for one in DESK["steps"] if "register" not in one]
    changed = revision_of("desk", Procedure.model_validate(DESK | {"steps": steps, "retention": "1 month"}), site(), "# bare")
    club.engine.publish([site_revision(Site.model_validate(bare), "# bare"), changed], "boss")
    assert Periods(club.engine).of("desk", "visitors") == Span.parse("1 year")
    passed(club)
    club.wait(timedelta(days=364))
    passed(club)
    assert kept(club, run) == ["name", "phone", "taker"]
    club.wait(timedelta(days=3))
    passed(club)
    assert kept(club, run) == []


def test_what_nobody_knows_is_kept(club: World) -> None:
    club.engine.publish([site_revision(Site.model_validate(PERSONAL_SITE | {"retention": "1 month"}), "# a month")], "boss")
    assert (Periods(club.engine).of("unheard"), Periods(club.engine).of("desk", "unheard")) == (None, None)


@pytest.mark.parametrize(
    ("at", "span", "before"),
    [
        ("2027-03-31", "1 month", "2027-02-28"),
        ("2028-02-29", "1 year", "2027-02-28"),
        ("2027-01-15", "1 quarter", "2026-10-15"),
        ("2027-01-15", "2 weeks", "2027-01-01"),
        ("2025-02-28", "1 year", "2024-02-28"),  # so that what was over on 29 February 2024 stays until 1 March
        ("2025-03-01", "1 year", "2024-03-01"),
        ("2029-02-28", "1 month", "2029-01-28"),
        ("2100-03-31", "1 month", "2100-02-28"),
    ],
)
def test_a_period_is_counted_by_the_calendar(at: str, span: str, before: str) -> None:
    found = earlier(datetime.fromisoformat(f"{at}T09:30+08:00"), Span.parse(span))
    assert found == datetime.fromisoformat(f"{before}T09:30+08:00")


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2110, 1, 1)), st.integers(1, 400), st.sampled_from(["days", "months", "years"])
)
def test_nothing_is_over_its_time_too_early(over: datetime, count: int, unit: str) -> None:
    """What was over at a moment is kept until the same moment so many months on, or the month's last day; leap years or not."""
    count = min(count, 40) if unit == "years" else count
    span, over = Span.parse(f"{count} {unit}"), over.replace(tzinfo=UTC)
    until = over + relativedelta(**{unit: count})  # type: ignore[arg-type]
    second = timedelta(seconds=1)
    assert not over < earlier(until - second, span), "a second before, it is still kept"
    assert over < earlier(until + timedelta(days=1, seconds=1), span), "and a day after at the latest it is over its time"
