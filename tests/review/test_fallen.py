"""Answers that are not asked for any more: kept in the record, told as such, found and counted by nobody, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from engine.api.asked import ReadingsAsked
from engine.api.lists import readings
from engine.api.source import Source
from engine.exports.about import about
from engine.exports.asked import Asked
from engine.exports.columns import Cell, Coded
from engine.exports.views import source_of
from engine.heads import Heads
from engine.ledger import tables
from engine.ledger.rebuild import rebuild
from engine.procedure.procedure import Procedure
from engine.review import find_elsewhere
from engine.review.fallen import unasked
from engine.review.find import Finder
from engine.review.fitting import matched
from engine.review.search import Given, Reading, Search, Value
from engine.review.trends.readings import Readings, Wanted
from engine.revisions import Revision, revision_of
from engine.run import commands as c
from tests.service.world import CHLORINE, MIN, MORNING, World, actor, site

DAY = timedelta(days=1)
FORM: dict[str, Any] = {
    "form": "记", "id": "form_", "when": {"nature": "effective"},
    "fields": [
        {"note": "话", "id": "words"}, {"count": "几人", "id": "many", "required": False},
        {"measure": "余氯", "id": "cl_", "parameter": "chlorine", "required": False},
    ],
}  # fmt: skip
JUDGED: dict[str, Any] = {
    "format": 1, "title": "投诉", "place": "hall", "done_by": ["guard"], "parameters": {"chlorine": CHLORINE},
    "steps": [
        {"choose": "类别", "id": "nature", "options": {"effective": "有效", "talk": "沟通性"}},
        {"choose": "结果", "id": "outcome", "options": {"done": "办了", "cannot": "办不了"}, "when": {"nature": "effective"}},
        FORM,
        {"measure": "池水", "id": "clx", "parameter": "chlorine", "required": False},
    ],
}  # fmt: skip
VALUES: tuple[Value, ...] = (
    Reading("chlorine", "is", Decimal("0.55")), Reading("many", "above", Decimal(1)), Given("judged", "outcome", "cannot"),
    Given("judged", "words", words="难办"),
)  # fmt: skip


def judged(**changes: Any) -> Revision:
    return revision_of("judged", Procedure.model_validate(JUDGED | changes), site(), f"# judged {sorted(changes)}")


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    made = World.open(database).settle()
    made.engine.publish([judged()], "boss")
    yield made
    made.ledger.close()


def told(world: World) -> str:
    """A run in which everything was answered."""
    run = world.start("judged", place="hall")
    form = {"words": "难办", "many": "3", "cl_": "0.55"}
    for act in (c.AnswerStep("nature", "effective"), c.AnswerStep("outcome", "cannot"), c.AnswerStep("form_", fields=form)):
        world.give(run, act)
    world.give(run, c.AnswerStep("clx", "0.41"))
    return run


def fell(world: World) -> str:
    run = told(world)
    world.give(run, c.AmendStep("nature", "判错", "talk"))
    return run


def found(world: World, value: Value) -> set[str]:
    return {one.row.run for one in Finder(world.ledger).every(Search(values=(value,)))}


def exported(world: World, run: str, asked: Asked) -> list[dict[str, Cell]]:
    source = source_of(world.engine, asked)
    names = [one.name for one in source.columns]
    rows = (dict(zip(names, row, strict=True)) for batch in source.batches("") for row in batch.rows)
    return [row for row in rows if row["run"] == run]


@pytest.mark.parametrize("is_common", [False, True])
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_it_is_not_found_by_its_value_until_it_is_asked_again(
    world: World, value: Value, is_common: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether few runs have the value, or each run is asked."""
    monkeypatch.setattr(find_elsewhere, "FEW", 0 if is_common else 4000)
    kept, run = told(world), fell(world)
    assert (kept in found(world, value), run in found(world, value)) == (True, False)
    assert run in found(world, Reading("chlorine", "is", Decimal("0.41")))
    world.give(run, c.AmendStep("nature", "没判错", "effective"))
    assert run in found(world, value)


def test_what_made_a_run_fit_is_still_asked(world: World) -> None:
    run = fell(world)
    search = Search(values=(Reading("chlorine", "above", Decimal("0.4")),))
    assert [one.value for one in matched(world.ledger, search, [run])[run]] == ["0.41"]


def test_an_export_says_which_readings_are_asked(world: World) -> None:
    run = fell(world)
    rows = exported(world, run, Asked("readings", Search(procedure="judged")))
    assert {(str(one["step"].code), one["asked"]) for one in rows if isinstance(one["step"], Coded)} == {
        ("many", Coded("no", "否")), ("cl_", Coded("no", "否")), ("clx", Coded("yes", "是")),
    }  # fmt: skip


def test_its_totals_leave_them_out(world: World, tmp_path: Path) -> None:
    told(world), fell(world)
    asked = Asked("readings", Search(procedure="judged"), parameter="chlorine")
    source, facts = source_of(world.engine, asked), about(world.engine, tmp_path, asked, 0, "guard")
    rows = list(facts.counting((row for batch in source.batches("") for row in batch.rows), source))
    no = sum(row[-1] == Coded("no", "否") for row in rows)
    assert len(rows) > no > 0
    assert facts.totals == {("判定（首测）", "合格"): len(rows) - no, ("仍要求填写", "否"): no}


def test_an_export_of_answers_has_them_in_a_column_of_their_own(world: World) -> None:
    kept, run = told(world), fell(world)
    (row,) = exported(world, run, Asked("answers", Search(), of="judged"))
    assert [row[name] for name in ("outcome", "words", "many", "cl_")] == [None] * 4
    assert (row["clx"], row["unasked"]) == (Decimal("0.41"), "结果: 办不了; 话: 难办; 几人: 3; 余氯: 0.55")
    (row,) = exported(world, kept, Asked("answers", Search(), of="judged"))
    assert (row["many"], row["unasked"]) == (Decimal(3), None)


def test_so_it_is_where_the_revision_in_force_has_no_such_step(world: World) -> None:
    run = fell(world)
    world.engine.publish([judged(steps=[JUDGED["steps"][0]])], "boss")
    (row,) = exported(world, run, Asked("answers", Search(), of="judged"))
    world.engine.publish([judged()], "boss")
    assert row["others"] == "池水: 0.41"
    assert sorted(str(row["unasked"]).split("; ")) == ["余氯: 0.55", "几人: 3", "结果: 办不了", "话: 难办"]


def test_the_api_says_so_too(world: World, tmp_path: Path) -> None:
    run = fell(world)
    source = Source(world.engine, Heads(world.engine, tmp_path))
    items = readings(source, ReadingsAsked(parameter="chlorine", limit=1000)).items
    assert {(one.step, one.is_asked) for one in items if one.run == run} == {("cl_", False), ("clx", True)}


def test_trends_do_not_draw_it(world: World) -> None:
    kept, run = told(world), fell(world)
    seen = Readings(world.ledger).of(Wanted("chlorine", MORNING - DAY, world.engine.clock.now() + DAY))
    assert {(one.run, one.value) for one in seen if one.run in (kept, run)} == {(kept, "0.55"), (kept, "0.41"), (run, "0.41")}


def test_a_name_that_only_looks_alike_is_asked(world: World) -> None:
    """`cl_` fell away, `clx` did not."""
    run = fell(world)
    assert unasked(world.ledger, [run]) == {run: frozenset({"outcome", "form_", "words", "many", "cl_"})}
    assert unasked(world.ledger, []) == {}


def test_it_stays_in_the_record_and_is_found_by_its_words(world: World) -> None:
    run = fell(world)
    assert run in {one.row.run for one in Finder(world.ledger).every(Search(words="难办"))}
    assert world.engine.run(run).state.newest("many", "form_") is not None


def test_the_index_of_those_few_runs_serves(world: World) -> None:
    fell(world)
    query = select(tables.readings.c.run).where(find_elsewhere.reading_rows(Reading("chlorine", "above", Decimal(0))))
    with world.ledger.engine.connect() as connection:
        is_lite = connection.dialect.name == "sqlite"
        if not is_lite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        sql = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"EXPLAIN {'QUERY PLAN ' if is_lite else ''}{sql}"))
        assert "runs_unasked" in " ".join(str(row) for row in plan)


def left_out(world: World, run: str) -> Any:
    with world.ledger.engine.connect() as connection:
        table = tables.readings
        query = select(table).where(table.c.run == run, table.c.step == "many")
        return connection.execute(query).mappings().one_or_none()


def test_a_field_that_a_correction_fills_in_has_the_time_of_that(world: World) -> None:
    run = world.start("judged", place="hall")
    world.give(run, c.AnswerStep("nature", "effective"))
    world.give(run, c.AnswerStep("form_", fields={"words": "难办"}))
    for number in range(2):
        world.wait(MIN)
        world.give(run, c.AmendStep("form_", "写错", fields={"words": f"难办 {number}"}))
        assert left_out(world, run) is None
    world.wait(MIN)
    world.give(run, c.AmendStep("form_", "漏了", fields={"words": "难办", "many": "3"}), actor("guard", "other"))
    filled = world.engine.clock.now()
    for value in (None, "4"):  # what was there, is taken out and is there again keeps its time
        world.wait(MIN)
        world.give(run, c.AmendStep("form_", "改", fields={"words": "难办"} | ({"many": value} if value else {})))
        row = left_out(world, run)
        assert (row["value"], row["at"], row["by"]) == (value, filled, "other")
        assert world.engine.differing_lists() == ()
    rebuild(world.ledger, world.engine.plan_of)
    assert dict(left_out(world, run)) == dict(row)
