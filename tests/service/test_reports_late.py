"""Reports that are not signed in time: told once, listed until the last signature, and said so where no server ran."""

from datetime import timedelta

from engine.receipts import Receipt
from engine.reporting import Reports
from engine.review.reports.telling import made_late
from engine.watch import Watch

from .reports_made import A_DAY, HOUR, editions, late_news, make_anew, november, sign, told, world
from .world import MORNING, World

__all__ = ["world"]


def test_it_is_told_once_that_it_was_not_signed_in_time(world: World) -> None:
    november(world)
    watch = Watch(world.engine)
    for _ in range(5):
        world.wait(A_DAY)
        watch.catch_up()
        Watch(world.engine).catch_up()
    assert told(world) == [("report_made", "month", "2026-10", "guard,lead"), ("report_late", "month", "2026-10", "lead")]


def test_signed_by_all_in_time_it_is_not_late(world: World) -> None:
    one = november(world)
    sign(world, one, "guard")
    sign(world, one, "lead", "zhou")
    world.wait(5 * A_DAY)
    Watch(world.engine).catch_up()
    assert [kind for kind, *_ in told(world)] == ["report_made"]
    assert not editions(world)[0].is_late(world.clock.now())


def test_one_signature_of_two_does_not_make_it_in_time(world: World) -> None:
    one = november(world)
    sign(world, one, "guard")
    (half,) = editions(world)
    assert (half.missing, half.is_late(half.due - HOUR), half.is_late(half.due)) == (("read",), False, True)
    world.wait(5 * A_DAY)
    Watch(world.engine).catch_up()
    assert [kind for kind, *_ in told(world)] == ["report_made", "report_late"]
    sign(world, half, "lead", "zhou")
    (whole,) = editions(world)
    assert (whole.missing, whole.is_late(world.clock.now())) == ((), False)


def test_what_lacks_a_signature_is_listed_until_the_last_edition_has_them_all(world: World) -> None:
    one, kept = november(world), Reports(world.engine).kept
    assert [(each.period, each.edition) for each in kept.unsigned("month")] == [("2026-10", 1)]
    sign(world, one, "guard")
    assert len(kept.unsigned("month")) == 1
    sign(world, one, "lead", "zhou")
    assert kept.unsigned("month") == []
    late_news(world)
    assert isinstance(make_anew(world, one, "补一件"), Receipt)
    assert [(each.period, each.edition) for each in kept.unsigned("month")] == [("2026-10", 2)]
    assert kept.unsigned("day") == []


def test_made_after_its_time_it_is_told_late_at_once_and_says_that_no_server_ran(world: World) -> None:
    world.clock.time = MORNING + 20 * A_DAY
    Watch(world.engine).catch_up()
    (one,) = editions(world)
    content = Reports(world.engine).kept.content(one.content)
    assert content is not None
    assert made_late(content)
    assert [kind for kind, *_ in told(world)] == ["report_late", "report_made"]


def test_made_by_the_first_look_it_is_not_late_made(world: World) -> None:
    world.clock.time = Reports(world.engine).span("month", "2026-10").until + timedelta(minutes=1)
    Watch(world.engine).catch_up()
    (one,) = editions(world)
    content = Reports(world.engine).kept.content(one.content)
    assert content is not None
    assert not made_late(content)
