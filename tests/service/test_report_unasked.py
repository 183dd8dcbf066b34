"""Answers of steps that fell away as an answer before them was corrected: kept in the record, and no longer counted."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from engine.ledger import tables
from engine.ledger.rebuild import rebuild
from engine.procedure.period import named
from engine.procedure.procedure import Procedure
from engine.reporting import Reports
from engine.revisions import revision_of
from engine.run import commands as c

from .reporting import figure, report, reporting, site
from .world import World

PART: dict[str, Any] = {
    "id": "totals", "title": "总数", "source": "runs", "of": ["judged"],
    "figures": [figure("given_up", where={"outcome": "cannot"}), figure("people", "sum", of="many")],
}  # fmt: skip
LIST: dict[str, Any] = {
    "id": "list",
    "title": "一览",
    "source": "runs",
    "of": ["judged"],
    "columns": ["outcome", "words", "many"],
}
JUDGED: dict[str, Any] = {
    "format": 1, "title": "投诉", "place": "hall", "done_by": ["guard"],
    "steps": [
        {"choose": "类别", "id": "nature", "options": {"effective": "有效", "talk": "沟通性"}},
        {"choose": "结果", "id": "outcome", "options": {"done": "办了", "cannot": "办不了"}, "when": {"nature": "effective"}},
        {
            "form": "记", "id": "form", "when": {"nature": "effective"},
            "fields": [{"note": "话", "id": "words"}, {"count": "几人", "id": "many"}],
        },
    ],
}  # fmt: skip


@pytest.fixture
def world(each: str) -> Iterator[World]:
    made = reporting(World.open(each).settle(), month=report(parts=[PART, LIST]))
    made.engine.publish([revision_of("judged", Procedure.model_validate(JUDGED), site(), "# judged")], "boss")
    yield made
    made.ledger.close()


def told(world: World) -> tuple[list[int], list[tuple[str | tuple[str, ...], ...]]]:
    content = Reports(world.engine).as_it_stands("month", named(report(), "2026-11", world.engine.site.zone))
    return [int(cell.value or 0) for cell in content.tables[0].total], [row.cells for row in content.tables[1].listed]


def unasked(world: World) -> list[str]:
    with world.ledger.engine.connect() as connection:
        return [*connection.execute(select(tables.runs.c.unasked)).scalars()]


def test_what_is_not_asked_any_more_is_not_counted_and_counts_again_once_it_is(world: World) -> None:
    run = world.start("judged", place="hall")
    for act in (
        c.AnswerStep("nature", "effective"),
        c.AnswerStep("outcome", "cannot"),
        c.AnswerStep("form", fields={"words": "难办", "many": "3"}),
    ):
        world.give(run, act)
    whole = ([1, 3], [(("cannot",), "难办", "3")])
    assert (told(world), unasked(world)) == (whole, [""])
    world.give(run, c.AmendStep("nature", "判错", "talk"))
    assert (told(world), unasked(world)) == (([0, 0], [("", "", "")]), [",form,many,outcome,words,"])
    assert world.engine.differing_lists() == ()
    rebuild(world.ledger, world.engine.plan_of)
    assert unasked(world) == [",form,many,outcome,words,"]
    world.give(run, c.AmendStep("nature", "没判错", "effective"))
    assert (told(world), unasked(world)) == (whole, [""])
    assert world.engine.differing_lists() == ()
