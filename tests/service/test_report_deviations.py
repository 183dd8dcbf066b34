"""Deviations on a report: the step each is of is called as in its own procedure, and how it was settled is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.procedure.period import named
from engine.procedure.procedure import Procedure
from engine.reporting import Reports
from engine.review.reports.content import Content, Head, Table
from engine.review.reports.telling import fact_text, label_of
from engine.revisions import revision_of
from engine.run import commands as c

from .reporting import figure, report, reporting, site
from .world import MIN, World

LISTED: dict[str, Any] = {"id": "list", "title": "偏差", "source": "deviations", "columns": ["step", "cause", "state"]}
COUNTED: dict[str, Any] = {"id": "steps", "title": "按步骤", "source": "deviations", "group_by": "step", "figures": [figure("n")]}
ONLY = COUNTED | {"id": "only", "where": {"step": "ready"}}
SOME = COUNTED | {"id": "some", "where": {"step": ["other", "gone"]}}
TITLES = {"pool": "泳池准备好", "room": "摆好台"}


def procedure(title: str) -> Procedure:
    """A procedure one of whose steps has an id that another procedure uses too."""
    written = {
        "format": 1, "title": title, "place": "hall", "done_by": ["guard"],
        "steps": [{"check": title, "id": "ready"}, {"check": "收尾", "id": "other", "required": False}],
    }  # fmt: skip
    return Procedure.model_validate(written)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = reporting(
        World.open(f"sqlite:///{tmp_path / 'l.sqlite3'}").settle(), month=report(parts=[LISTED, COUNTED, ONLY, SOME])
    )
    made.engine.publish([revision_of(name, procedure(title), site(), f"# {name}") for name, title in TITLES.items()], "boss")
    yield made
    made.ledger.close()


def told(world: World) -> Content:
    return Reports(world.engine).as_it_stands("month", named(report(), "2026-11", world.engine.site.zone))


def listed(world: World, language: str = "zh") -> list[tuple[str, ...]]:
    table, zone = told(world).tables[0], world.engine.site.zone

    def text(cell: str | tuple[str, ...], head: Head) -> str:
        return fact_text(cell, head, table, language, zone)

    return [tuple(text(*one) for one in zip(row.cells, table.heads, strict=True)) for row in table.listed]


def lines(table: Table) -> list[tuple[str, int]]:
    return [(label_of(table, line.word).zh, int(line.cells[0].value or 0)) for line in table.lines]


def not_done(world: World, name: str, step: str = "ready") -> str:
    run = world.start(name, place="hall")
    world.give(run, c.MarkStep(step, "not_done", "坏了"))
    world.wait(MIN)
    return run


def test_a_step_is_called_as_in_its_own_procedure(world: World) -> None:
    for name in ("pool", "room", "room"):
        not_done(world, name)
    assert [row[0] for row in listed(world)] == ["泳池准备好", "摆好台", "摆好台"]
    content = told(world)
    assert lines(content.tables[1]) == [("泳池准备好", 1), ("摆好台", 2)]
    assert content.tables[2].count == 3  # what is tested is the id
    left = content.tables[3].only[0]
    assert [content.tables[3].titles["step"][word].zh for one in left.left for word in one.words] == ["摆好台", "泳池准备好"]
    assert content.tables[3].titles["step"]["other"].zh == "收尾"


def test_how_a_deviation_was_settled_is_told(world: World) -> None:
    corrected, done, accepted, measured, _ = (
        *(not_done(world, "pool") for _ in range(3)),
        world.start("gate"),
        not_done(world, "pool"),
    )
    world.give(corrected, c.AmendStep("ready", "是做了的", "done"))
    world.give(done, c.AnswerStep("ready", "done"))
    world.give(accepted, c.AcceptDeviation("d3", "不要紧"), "lead")
    world.give(measured, c.AnswerStep("cl", "0.3"))
    world.give(measured, c.Remeasure("d3", "0.5"))
    assert sorted(row[2] for row in listed(world)) == sorted(["已了结（更正）", "已补做", "已接受", "复测合格", "未处理"])
    assert {row[2] for row in listed(world, "en")} >= {"Settled by a correction", "Done after all", "Cleared by a re-measure"}


def test_a_step_that_no_procedure_has_any_more_is_told_by_its_id(world: World) -> None:
    not_done(world, "pool")
    written = procedure("新").model_dump(mode="json", by_alias=True, exclude_unset=True)
    written["steps"][0]["id"] = "anew"
    world.engine.publish([revision_of("pool", Procedure.model_validate(written), site(), "# anew")], "boss")
    assert [row[0] for row in listed(world)] == ["ready"]
    assert lines(told(world).tables[1]) == [("ready", 1)]
