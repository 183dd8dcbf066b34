"""A clock that is suddenly far ahead erases nothing at once: whoever looks after the server has days to put it right."""

from datetime import datetime, timedelta

import pytest

from engine.clock_jumps import LONGEST, waits_until
from engine.watch import Watch

from .personal import erased, kept, visited
from .world import World

DAY = timedelta(days=1)
YEARS = timedelta(days=20 * 365)
ALL = ["about", "caller", "name", "phone", "taker"]


def looks(world: World, hours: int = 1) -> list[str]:
    """The watch at work, hour by hour; what is left of the values."""
    for _ in range(hours):
        world.wait(timedelta(hours=1))
        Watch(world.engine).catch_up()
    return kept(world, RUN[id(world)])


RUN: dict[int, str] = {}


@pytest.fixture
def running(either: World) -> World:
    """A server that has run for a while, with somebody's visit."""
    RUN[id(either)] = visited(either)
    assert looks(either, 3) == ALL
    return either


def test_a_clock_twenty_years_ahead_erases_nothing_at_once(running: World) -> None:
    running.wait(YEARS)
    assert looks(running, 7 * 24 - 2) == ALL
    assert looks(running, 48) == [], "nobody put it right for a week, and the pages said so"


def test_a_clock_put_right_again_leaves_everything(running: World) -> None:
    running.wait(YEARS)
    looks(running, 5)
    running.clock.time -= YEARS
    assert looks(running, 30 * 24) == ALL
    assert waits_until(running.ledger, running.clock.now()) is None


def test_it_waits_as_long_as_the_server_was_off(running: World) -> None:
    running.clock.time += 729 * DAY
    looks(running, 9 * 24)
    assert kept(running, RUN[id(running)]) == []


def test_a_short_pause_is_no_jump(running: World) -> None:
    running.wait(timedelta(hours=23))
    assert looks(running) == ALL
    assert waits_until(running.ledger, running.clock.now()) is None


def test_a_server_first_started_with_a_wrong_clock_goes_by_the_newest_event(either: World) -> None:
    RUN[id(either)] = visited(either)
    either.wait(YEARS)
    assert looks(either, 24) == ALL
    until = waits_until(either.ledger, either.clock.now())
    assert isinstance(until, datetime)
    assert until - either.clock.now() <= LONGEST


def test_several_servers_wait_together(running: World) -> None:
    beside = running.beside()
    beside.clock = running.clock
    running.wait(YEARS)
    for _ in range(3):
        Watch(beside.engine).catch_up()
        Watch(running.engine).catch_up()
        running.wait(DAY)
    assert kept(running, RUN[id(running)]) == ALL
    beside.ledger.close()


def test_on_request_it_is_erased_whatever_the_clock_says(running: World) -> None:
    running.wait(YEARS)
    looks(running)
    erased(running, RUN[id(running)])
    assert kept(running, RUN[id(running)]) == []
