"""Reports of a club on a real ledger: a month made, signed, made anew, and what was told of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.receipts import Receipt
from engine.reporting import Reports
from engine.review.reports.kept import Edition
from engine.run import commands as c
from engine.run.refusal import Refusal
from engine.watch import Watch

from .reporting import begin, report, reporting
from .world import MORNING, World, actor

A_DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OCTOBER = MORNING - 5 * A_DAY  # a few days before the end of the month before MORNING's


@pytest.fixture
def world(each: str) -> Iterator[World]:
    made = World.open(each)
    made.clock.time = OCTOBER
    yield reporting(made.settle(), month=report())
    made.ledger.close()


def editions(world: World, period: str = "2026-10") -> list[Edition]:
    return Reports(world.engine).kept.editions("month", period)


def november(world: World) -> Edition:
    """The report of October, made as the month is over."""
    world.clock.time = MORNING
    Watch(world.engine).catch_up()
    (found,) = editions(world)
    return found


def sign(world: World, one: Edition, role: str, person: str = "", *, seen: str = "") -> Receipt | Refusal:
    name = f"sign-{role}-{person}-{world.size()}"
    return Reports(world.engine).sign("month", one.period, seen or one.content, "看过", actor(role, person), name)


def make_anew(world: World, one: Edition, reason: str = "", role: str = "guard") -> Receipt | Refusal:
    return Reports(world.engine).make_anew("month", one.period, one.content, reason, actor(role), f"anew-{world.size()}")


def told(world: World) -> list[tuple[str, str, str, str]]:
    table = tables.notices
    query = select(table).where(table.c.kind.in_(("report_made", "report_late"))).order_by(table.c.told_at, table.c.kind)
    with world.ledger.engine.connect() as connection:
        return [(row.kind, row.procedure, row.number, row.roles) for row in connection.execute(query)]


def late_news(world: World) -> None:
    """A complaint of October that was begun then and is closed in November."""
    world.clock.time, now = OCTOBER, world.clock.time
    run = begin(world)
    world.clock.time = now
    world.give(run, c.Complete())
