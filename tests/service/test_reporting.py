"""Reports on a real ledger: made once by whichever server looks first, signed as they were read, made anew, and told when late."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.clock import MovableClock, SystemClock
from engine.evidence.holdings import check_holdings
from engine.ledger.chain import Verified
from engine.ledger.rebuild import rebuild
from engine.ledger.store import open_ledger
from engine.procedure.period import ended
from engine.procedure.report import Report
from engine.receipts import Receipt
from engine.reporting import Reports
from engine.review.reports.amended import amended_since
from engine.review.reports.content import digest_of, written
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.service import Engine
from engine.watch import Watch

from .reporting import DAY, MONTH, begin, report, reporting
from .reports_made import A_DAY, HOUR, editions, late_news, make_anew, november, sign, told, world
from .test_three_servers import server
from .world import World, actor

__all__ = ["world"]


# -- made ------------------------------------------------------------------------------------------------------------------


def test_it_is_made_when_its_period_is_over_and_once(world: World) -> None:
    watch, other = Watch(world.engine), Watch(world.engine)
    begin(world)
    watch.catch_up()
    assert editions(world) == []
    one = november(world)
    assert (one.edition, one.signs, one.is_signed, one.made_by) == (1, ("done", "read"), False, "")
    for _ in range(3):
        world.wait(HOUR)
        watch.catch_up()
        other.catch_up()
    assert len(editions(world)) == 1
    content = Reports(world.engine).kept.content(one.content)
    assert content is not None
    assert content.tables[0].total[0].value == 1
    assert content.report_as_written == report()
    assert digest_of(written(content)) == one.content
    assert told(world) == [("report_made", "month", "2026-10", "guard,lead")]


def test_of_periods_before_it_was_published_none_is_made(world: World) -> None:
    november(world)
    assert [one.period for one in Reports(world.engine).kept.page("month")] == ["2026-10"]


def test_after_two_days_down_each_day_is_made(world: World) -> None:
    reporting(world, month=report(), day=Report.model_validate(DAY))
    watch = Watch(world.engine)
    watch.catch_up()
    world.wait(2 * A_DAY)
    Watch(world.engine).catch_up()
    found = Reports(world.engine).kept.page("day")
    assert [one.period for one in found] == ["2026-10-29", "2026-10-28"]
    assert all(one.made_at > one.until for one in found)
    world.wait(timedelta(hours=30))
    watch.catch_up()
    assert next(one.period for one in Reports(world.engine).kept.page("day")) == "2026-10-30"


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_three_servers_make_each_once(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'l.sqlite3'}" if backend == "sqlite" else request.getfixturevalue("postgres")
    kept = tmp_path / "clock"
    clock = MovableClock(SystemClock(), kept=kept)
    world = World(Engine(open_ledger(url), clock), clock, url).settle()  # type: ignore[arg-type]
    daily = Report.model_validate(DAY | {"due": {"at": "17:45"}})
    reporting(world, day=daily)
    begun = clock.now()
    with server(url, kept) as first, server(url, kept), server(url, kept):
        for turn in range(8):
            clock.put_forward(timedelta(hours=7))
            if turn == 3:
                first.kill()
    clock.put_forward(2 * A_DAY)  # nobody looks
    with server(url, kept), server(url, kept), server(url, kept):
        clock.put_forward(HOUR)
    expected = [one.name for one in ended(daily, begun, clock.now(), world.engine.site.zone)]
    assert len(expected) >= 4
    for name in expected:
        events = [one.kind for one in world.ledger.log.stream(f"report day {name}")]
        assert events.count("report_made") == 1
        assert events.count("report_overdue") <= 1
    assert {one.period for one in Reports(world.engine).kept.page("day")} == {*expected}
    overdue = [one for name in expected for one in world.ledger.log.stream(f"report day {name}") if one.kind == "report_overdue"]
    assert len(overdue) >= len(expected) - 1
    assert world.engine.differing_lists() == ()
    assert isinstance(world.ledger.verify(), Verified)
    world.ledger.close()


# -- signed ----------------------------------------------------------------------------------------------------------------


def test_it_is_signed_in_order_each_by_another_person_in_the_roles_it_names(world: World) -> None:
    one = november(world)
    refused = sign(world, one, "engineer")
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.facts) == ("wrong_role", {"roles": ("guard",)})
    assert isinstance(sign(world, one, "lead", "lin"), Receipt)  # a lead is a guard too
    again = sign(world, one, "lead", "lin")
    assert isinstance(again, Refusal)
    assert again.code == "signed_before"
    assert isinstance(sign(world, one, "lead", "zhou"), Receipt)
    (signed,) = editions(world)
    assert [(s.by, s.role, s.meaning, s.comment) for s in signed.signatures] == [
        ("lin", "guard", "done", "看过"),
        ("zhou", "lead", "read", "看过"),
    ]
    assert signed.is_signed
    over = sign(world, one, "lead", "wu")
    assert isinstance(over, Refusal)
    assert over.code == "already_signed"


def test_what_is_signed_is_what_was_read(world: World) -> None:
    one = november(world)
    refused = sign(world, one, "guard", seen="0" * 64)
    assert isinstance(refused, Refusal)
    assert refused.code == "report_changed"


def test_the_same_signature_sent_twice_is_one(world: World) -> None:
    one, reports = november(world), Reports(world.engine)
    outcomes = [reports.sign("month", "2026-10", one.content, "", actor("guard"), "twice") for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert len(editions(world)[0].signatures) == 1


# -- made anew -------------------------------------------------------------------------------------------------------------


def test_made_anew_before_anybody_signed_it_takes_the_place_of_the_first(world: World) -> None:
    one = november(world)
    same = make_anew(world, one)
    assert isinstance(same, Refusal)
    assert same.code == "report_same"
    late_news(world)
    stranger = make_anew(world, one, role="engineer")
    assert isinstance(stranger, Refusal)
    assert stranger.code == "wrong_role"
    assert isinstance(make_anew(world, one), Receipt)
    (again,) = editions(world)
    assert (again.edition, again.made_by, again.content != one.content) == (1, "guard", True)
    assert Reports(world.engine).kept.content(one.content) is not None  # the first stays what it was
    refused = make_anew(world, one)
    assert isinstance(refused, Refusal)
    assert refused.code == "report_changed"


def test_made_anew_after_a_signature_it_is_another_edition_that_says_so(world: World) -> None:
    one = november(world)
    sign(world, one, "guard")
    late_news(world)
    silent = make_anew(world, one)
    assert isinstance(silent, Refusal)
    assert silent.code == "reason_needed"
    assert isinstance(make_anew(world, one, "十月的一件补销"), Receipt)
    first, second = editions(world)
    assert (first.edition, first.content, len(first.signatures)) == (1, one.content, 1)
    assert (second.edition, second.reason, second.signatures) == (2, "十月的一件补销", ())
    page = Reports(world.engine).kept.page("month")
    assert [(one.period, one.edition) for one in page] == [("2026-10", 2)]
    assert isinstance(sign(world, second, "guard"), Receipt)


# -- corrected since ---------------------------------------------------------------------------------------------------------


def test_what_was_corrected_since_is_named_and_what_was_before_is_not(world: World) -> None:
    earlier, later, other = (begin(world) for _ in range(3))
    for run in (earlier, later, other):
        world.give(run, c.AnswerStep("severity", "minor"))
    world.give(earlier, c.AmendStep("severity", "判错", "major"))
    one = november(world)
    content = Reports(world.engine).kept.content(one.content)
    assert content is not None
    assert amended_since(world.ledger, content) == ()
    world.give(later, c.AmendStep("severity", "判错", "major"))
    november_case = begin(world)  # of the next period: none of this report's business
    world.give(november_case, c.AnswerStep("severity", "minor"))
    world.give(november_case, c.AmendStep("severity", "判错", "major"))
    assert [row.run for row in amended_since(world.ledger, content)] == [later]


# -- kept ------------------------------------------------------------------------------------------------------------------


def test_the_lists_are_what_the_events_say_and_the_documents_are_never_changed(world: World) -> None:
    one = november(world)
    sign(world, one, "guard")
    before = editions(world)
    rebuild(world.ledger, world.engine.plan_of)
    assert editions(world) == before
    assert world.engine.differing_lists() == ()
    with pytest.raises(DBAPIError), world.ledger.write() as connection:
        connection.execute(text("UPDATE report_contents SET content = '{}'"))


def test_a_report_that_is_given_up_keeps_what_was_made(world: World) -> None:
    one = november(world)
    reporting(world)
    assert Reports(world.engine).definitions == {}
    world.wait(40 * A_DAY)
    Watch(world.engine).catch_up()
    assert [kept.period for kept in Reports(world.engine).kept.page("month")] == ["2026-10"]
    assert isinstance(sign(world, one, "guard"), Receipt)
    refused = make_anew(world, one)
    assert isinstance(refused, Refusal)
    assert refused.code == "unknown_report"


def test_a_definition_changed_later_changes_nothing_that_was_made(world: World) -> None:
    one = november(world)
    parts: list[dict[str, Any]] = MONTH["parts"]
    reporting(world, month=report(parts=parts[:1], sign=[{"by": ["engineer"]}]))
    content = Reports(world.engine).kept.content(one.content)
    assert content is not None
    assert len(content.tables) == len(parts)
    assert isinstance(sign(world, one, "guard"), Receipt)


def test_a_document_that_was_changed_underneath_is_named_by_its_event(world: World, tmp_path: Path) -> None:
    november(world)
    url = world.ledger.url.render_as_string(hide_password=False)
    made = next(one.seq for one in world.ledger.log.events() if one.kind == "report_made")
    assert check_holdings(url, tmp_path) == ()
    with world.ledger.write() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        trigger = "report_contents_refuse_UPDATE" if is_sqlite else "report_contents_refuse ON report_contents"
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        if not is_sqlite:
            connection.execute(text("GRANT UPDATE ON report_contents TO CURRENT_USER"))
        connection.execute(text("UPDATE report_contents SET content = replace(content, 'month', 'moon')"))
    broken = check_holdings(url, tmp_path)
    assert broken is not None
    assert broken.seq == made
    assert "another document" in broken.what
