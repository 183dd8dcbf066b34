"""Runs that are over and wait for a review: a world that tells of it soon, a run finished, what was told of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.procedure.site import Site
from engine.revisions import site_revision
from engine.run import commands as c

from .world import SITE, World, revision

DAY = timedelta(days=1)
SHORT: dict[str, Any] = {"steps": [{"check": "看", "id": "a"}, {"note": "记", "id": "b", "required": False}]}
APPROVE = c.ApproveRun(verified=True)


@pytest.fixture
def world(each: str) -> Iterator[World]:
    made = World.open(each).settle()
    made.engine.publish([revision("list", **SHORT)], "boss")
    yield made
    made.ledger.close()


def finished(world: World, *, is_done: bool = True, note: str = "好") -> str:
    """A run that is over; clean, or with a step that was not done."""
    run = world.start()
    world.give(run, c.AnswerStep("b", note))
    world.give(run, c.AnswerStep("a", "done") if is_done else c.MarkStep("a", "not_done", "下雨"))
    world.give(run, c.Complete())
    return run


def told(world: World) -> list[tuple[str, Any, str]]:
    table = tables.notices
    with world.ledger.engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.kind == "unreviewed").order_by(table.c.at, table.c.run)).all()
    return [(row.run, row.at, row.roles) for row in rows]


def tells(world: World, within: str = "3 days") -> World:
    site = Site.model_validate(SITE | {"review": {"within": within, "tell": ["lead"]}})
    world.engine.publish([site_revision(site, f"# {within}")], "boss")
    return world
