"""Exports: rows as they are in the record, by every view, under every condition."""

from datetime import datetime
from decimal import Decimal

import pytest

from engine.exports import sources
from engine.exports.answers import listed
from engine.exports.asked import VIEWS, Asked
from engine.exports.columns import Coded, Row
from engine.exports.conditions import conditions
from engine.exports.sources import Ground
from engine.exports.views import NothingOfThat, source_of
from engine.review.find import Finder
from engine.review.search import Given, Reading, Search
from engine.run import commands as c
from engine.run.answer import Answer
from engine.run.site_events import RevisionRetired
from tests.service.world import MORNING, World, revision

from .exporting import ZONE, named, rows_of, world

__all__ = ["world"]


# -- the views


def test_runs_are_those_of_the_search(world: World) -> None:
    low = Search(values=(Reading("chlorine", "below", Decimal("0.4")),))
    found = [one["run"] for one in named(world, Asked("runs", low))]
    assert found == [one.row.run for one in Finder(world.ledger).every(low)]
    assert 0 < len(found) < len(rows_of(world, Asked("runs")))


def test_readings_are_exact_numbers(world: World) -> None:
    found = named(world, Asked("readings", Search(procedure="gate")))
    assert {str(one["value"]) for one in found} == {"0.5", "0.3", "0.61", "0.4"}
    assert {one["parameter"] for one in found} == {Coded("chlorine", "余氯")}
    assert {one["place"] for one in found} == {Coded("pool", "泳池")}


def test_readings_tell_what_was_typed_and_the_limits_then(world: World) -> None:
    for one in named(world, Asked("readings")):
        assert Decimal(str(one["typed"])) == one["value"]
        limits = (Decimal("0.4"), Decimal("0.6")) if one["parameter"] == Coded("chlorine", "余氯") else (None, None)
        assert (one["low"], one["high"]) == limits


def test_a_reading_tells_first_or_again_and_the_deviation_it_raised(world: World) -> None:
    found = [one for one in named(world, Asked("readings", parameter="chlorine")) if one["run"] is not None]
    again = [one for one in found if one["measure"] == Coded("again", "复测")]
    assert again == [one for one in found if one["deviation"]] != []
    raised = {(one["run"], one["raised"]) for one in found if one["raised"]}
    causes = {(one["run"], one["deviation"]) for one in named(world, Asked("deviations")) if one["band"]}
    assert raised == causes
    assert {(one["run"], one["deviation"]) for one in again} <= raised


def test_readings_come_in_order_of_time(world: World) -> None:
    times = [str(one["at"]) for one in named(world, Asked("readings"))]
    assert times == sorted(times)
    assert len(set(times)) > 9


def test_readings_of_one_parameter(world: World) -> None:
    whole, some = named(world, Asked("readings")), named(world, Asked("readings", parameter="chlorine"))
    assert 0 < len(some) < len(whole)
    assert some == [one for one in whole if one["parameter"] == Coded("chlorine", "余氯")]
    assert {one["parameter"] for one in named(world, Asked("readings", parameter="many"))} == {Coded("many", "人")}
    assert named(world, Asked("readings", parameter="none")) == []


@pytest.mark.parametrize(
    ("asked", "heeded"),
    [
        (Asked("readings", parameter="chlorine"), True), (Asked("runs", parameter="chlorine"), False), (Asked("answers", of="a"), True),
        (Asked("answers", Search(procedure="b"), of="a"), False), (Asked("answers", Search(procedure="a", place="x"), of="a"), True),
        (Asked("book", Search(words="x", since=MORNING, until=MORNING), of="a"), True), (Asked("book", Search(place="x"), of="a"), False),
        (Asked("book", Search(is_late=True), of="a"), False), (Asked("book", of="a", only="open"), True), (Asked("runs", only="open"), False),
        (Asked("runs", Search(place="x", order="old")), True), (Asked("book", of="a", parameter="x"), False),
    ],
)  # fmt: skip
def test_a_condition_that_narrows_nothing_is_known(asked: Asked, heeded: bool) -> None:
    assert asked.is_heeded == heeded


@pytest.mark.parametrize(
    ("asked", "zh", "en"),
    [
        (Asked("runs"), "", ""),
        (
            Asked("runs", Search(
                place="pool", since=datetime(2026, 10, 1, tzinfo=ZONE), until=datetime(2026, 11, 1, tzinfo=ZONE),
                values=(Reading("chlorine", "above", Decimal("0.6")),),
            )),
            "地点：泳池；开始：2026-10-01 至 2026-10-31；余氯 高于 0.6 mg/L",
            "Place: 泳池; Started: 2026-10-01 to 2026-10-31; 余氯 above 0.6 mg/L",
        ),
        (
            Asked("readings", Search(values=(Reading("chlorine", "between", Decimal("0.40"), Decimal("0.6")),)), parameter="chlorine"),
            "参数：余氯；余氯 在 0.40 至 0.6 mg/L 之间", "Parameter: 余氯; 余氯 from 0.40 to 0.6 mg/L",
        ),
        (
            Asked("runs", Search(procedure="gate", person="p", state="completed", review="open", wrong="late", is_late=True)),
            "规程：开池；经手人：p；状态：已完成；复核：待复核；偏差：超时；只要迟的",
            "Procedure: 开池; With a hand in it: p; State: Completed; Review: To review; Deviations: Late; late only",
        ),
        (
            Asked("book", Search(words="王", since=datetime(2026, 10, 1, 8, 30, tzinfo=ZONE)), of="x", only="open"),
            "含有文字：王；写入：2026-10-01 08:30 起；只要未了结的", "With the words: 王; Written: from 2026-10-01 08:30; open only",
        ),
        (
            Asked("runs", Search(place="gone", procedure="gone", wrong="any", until=datetime(2026, 11, 1, tzinfo=ZONE), is_amended=True)),
            "地点：gone；规程：gone；偏差：有偏差；开始：到 2026-10-31；只要更正过的",
            "Place: gone; Procedure: gone; Deviations: any; Started: until 2026-10-31; corrected only",
        ),
        (Asked("runs", Search(values=(Given("whole", "spare", words="{x}"),))), "备用：{x}", "备用: {x}"),
    ],
    ids=["none", "span", "between", "plain", "book", "gone", "given"],
)  # fmt: skip
def test_conditions_in_words(world: World, asked: Asked, zh: str, en: str) -> None:
    assert conditions(Ground(world.engine, "zh"), asked) == zh
    assert conditions(Ground(world.engine, "en"), asked) == en


def test_units_are_those_of_the_readers_language(world: World) -> None:
    both = {"title": "菌群", "unit": {"zh": "个/L", "en": "pcs/L"}, "limits": {"high": Decimal(18)}}
    steps = [
        {"measure": "菌群", "id": "cl", "parameter": "chlorine"},
        {"count": "客", "id": "a", "unit": {"zh": "人", "en": "people"}},
    ]
    world.engine.publish([revision("list", steps=steps, parameters={"chlorine": both})], "boss")
    run = world.start("list")
    world.give(run, c.AnswerStep("cl", "7"))
    world.give(run, c.AnswerStep("a", "3"))
    search = Search(procedure="list", values=(Reading("chlorine", "is", Decimal(7)),))
    for language, units in (("zh", ("个/L", "人")), ("en", ("pcs/L", "people"))):
        asked = Asked("readings", search, language=language)  # type: ignore[arg-type]
        assert {one["unit"] for one in named(world, asked)} == {Coded("个/L", units[0]), Coded("人", units[1])}
        assert conditions(Ground(world.engine, asked.language), asked).endswith(f"7 {units[0]}")


def test_what_was_erased_says_so(world: World) -> None:
    erased = [(None, "phone", Answer("", sealed="a" * 64)), (None, "many", Answer("2", Decimal(2)))]
    assert listed(Ground(world.engine, "zh"), erased) == "phone: 已按规定删除; many: 2"
    assert listed(Ground(world.engine, "en"), erased[:1]) == "phone: erased"
    assert listed(Ground(world.engine, "zh"), []) is None


def test_what_is_in_use_no_more_keeps_its_names(world: World) -> None:
    world.engine.publish([revision("post", title="交班")], "boss")
    run = world.start("post")
    digest = world.engine.directory.now().published["post"].digest
    world.engine.note(RevisionRetired("post", digest, "并掉"), "boss")
    (row,) = named(world, Asked("runs", Search(procedure="post")))
    assert (row["run"], row["procedure"]) == (run, Coded("post", "交班"))
    (row,) = named(world, Asked("answers", of="post"))
    assert row["run"] == run
    assert conditions(Ground(world.engine, "zh"), Asked("runs", Search(procedure="post"))) == "规程：交班"


def test_deviations_and_cases(world: World) -> None:
    search = Search(procedure="gate")
    assert Coded("out_of_limits", "超出范围") in {one["cause"] for one in named(world, Asked("deviations", search))}
    cases = named(world, Asked("cases"))
    assert cases
    assert all(str(one["number"]).startswith("TS") for one in cases)


def test_answers_have_a_column_a_step(world: World) -> None:
    found = named(world, Asked("answers", of="whole"))
    first = next(one for one in found if one["cl"] is not None)
    assert isinstance(first["cl"], Decimal)
    assert first["tick"] == Coded("done", "已做")
    assert isinstance(first["book"], int)
    assert len(found) == len(rows_of(world, Asked("runs", Search(procedure="whole"))))


def test_a_number_measured_again_is_the_one_that_counts(world: World) -> None:
    for one in named(world, Asked("answers", of="whole")):
        current = world.engine.run(str(one["run"])).state.step("cl").current
        assert one["cl"] == (current.number if current else None)


@pytest.mark.parametrize("view", ["answers", "book"])
def test_what_is_not_there_is_told(world: World, view: str) -> None:
    with pytest.raises(NothingOfThat):
        source_of(world.engine, Asked(view, of="../nothing"))  # type: ignore[arg-type]


@pytest.mark.parametrize("view", [one for one in VIEWS if one != "book"])
@pytest.mark.parametrize("size", [1, 7])
def test_batch_by_batch_gives_what_one_batch_gives(world: World, view: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(view, of="whole" if view == "answers" else "")  # type: ignore[arg-type]
    whole = rows_of(world, asked)
    monkeypatch.setattr(sources, "SIZE", size)
    source, rows, key = source_of(world.engine, asked), list[Row](), ""
    while batch := next(source.batches(key), None):  # each time anew: as after a restart
        rows += batch.rows
        key = batch.key
    assert rows == whole
