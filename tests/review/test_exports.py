"""Exports: rows as they are in the record, in every form; no text becomes a formula; broken off and gone on with; changed and told."""

import csv
import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.exports import jobs, sources, spool
from engine.exports.about import About, about
from engine.exports.answers import listed
from engine.exports.asked import VIEWS, Asked
from engine.exports.checking import NoExport, checked, recorded
from engine.exports.columns import Cell, Coded, Column, Row
from engine.exports.conditions import conditions
from engine.exports.jobs import Exports
from engine.exports.making import Made, made_at_once, record
from engine.exports.sheets import LONGEST, write_xlsx
from engine.exports.sources import Ground
from engine.exports.tables import guarded, write_csv, write_json
from engine.exports.views import NothingOfThat, source_of
from engine.review.find import Finder
from engine.review.search import Given, Reading, Search
from engine.run import commands as c
from engine.run.answer import Answer
from engine.run.site_events import RevisionRetired
from tests.service.world import MORNING, World, revision

from .awaiting import over
from .test_find import lived_in

ZONE = ZoneInfo("Asia/Shanghai")
ABOUT = About("会所", "读数", Asked("readings"), 2, "杨", MORNING, ZONE, "")
WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}  # of PDF see test_printed_exports
CELLS = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.decimals(-1000, 1000, places=3), st.sampled_from(["=1+1", "_x0041_", "a\r\nb", "\x08", "_x005F_x0041_", " +1", "#"]),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.builds(Coded, st.text("abc", min_size=1), st.text("泳池=+-@\t", min_size=1)),
)  # fmt: skip
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6)
VERDICTS = {"in_limits": "合格", "out_of_limits": "不合格", "critical": "紧急"}
THREE = (Column("a", "甲", "A"), Column("b", "乙", "B"), Column("c", "=丙", "=C"))


@pytest.fixture(scope="module")
def world(database: str) -> Iterator[World]:
    found = lived_in(World.open(database).settle())
    yield found
    found.ledger.close()


def rows_of(world: World, asked: Asked) -> list[Row]:
    return [row for batch in source_of(world.engine, asked).batches("") for row in batch.rows]


def made(world: World, folder: Path, asked: Asked, form: str = "csv") -> tuple[Path, Made]:
    out = folder / f"out.{form}"
    return out, made_at_once(world.engine, folder, asked, form, out, "guard")  # type: ignore[arg-type]


def named(world: World, asked: Asked) -> list[dict[str, Cell]]:
    names = [one.name for one in source_of(world.engine, asked).columns]
    return [dict(zip(names, row, strict=True)) for row in rows_of(world, asked)]


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


# -- the forms


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_rows_on_their_way_are_the_same_rows(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("spool") / "rows"
    assert spool.append(path, 0, rows) == path.stat().st_size
    assert list(spool.read(path)) == rows


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, form=st.sampled_from(list(WRITERS)))
def test_every_form_fits_its_own_digest(rows: list[Row], form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("form") / f"x.{form}"
    WRITERS[form](path, ABOUT, THREE, rows, lambda _: None)
    assert checked(path).is_whole


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_no_cell_of_csv_begins_like_a_formula(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    write_csv(path, ABOUT, THREE, rows, lambda _: None)
    texts = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert len(texts[0]) == 3
    for line in texts:
        for text in line:
            is_number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text)
            assert is_number or not text.lstrip().startswith(tuple("=+-@＝＋－＠")), text
            assert text[:1] not in ("\t", "\r", "\n")


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "＝1", "＋1", "－1", "＠1", "=HYPERLINK(\"http://x\")"],
)  # fmt: skip
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "泳池", "0.5", "a=b", "1-2", "'=1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


def test_a_workbook_has_numbers_times_and_no_formula(tmp_path: Path) -> None:
    path, rows = tmp_path / "x.xlsx", [("=1+1", Decimal("0.50"), MORNING), ("http://x.example", 7, None)]
    write_xlsx(path, ABOUT, THREE, rows, lambda _: None)
    with zipfile.ZipFile(path) as book:
        sheet, styles = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/styles.xml").decode()
        assert 'name="说明"' in book.read("xl/workbook.xml").decode()
        assert not any("hyperlink" in book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "<f>" not in sheet
    assert re.search(r'<c r="B2" s="\d+"><v>0.5</v></c>', sheet)
    assert re.search(r'<c r="C2" s="\d+"><v>46328.3333\d+</v></c>', sheet)  # eight o'clock in Shanghai
    assert re.search(r'<c r="B3"><v>7</v></c>', sheet)
    assert 'formatCode="0.00"' in styles


def test_a_long_text_and_many_digits(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_xlsx(path, ABOUT, THREE, [("长" * (LONGEST + 5), Decimal("1.2345678901234567"), None)], lambda _: None)
    assert checked(path).is_whole
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert f"<t>{'长' * (LONGEST - 11)}…（全文见 JSON）</t>" in sheet
    assert "1.2345678901234567" in sheet


@pytest.mark.parametrize("text", ["长" * LONGEST, "😀" * (LONGEST // 2), "x" + "😀" * LONGEST, "\x00" * (LONGEST + 1)])
def test_no_cell_is_longer_than_spreadsheets_hold(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.xlsx"
    write_xlsx(path, ABOUT, THREE, [(text, None, "b")], lambda _: None)
    assert checked(path).is_whole
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    held = re.search(r'<c r="A2"[^>]*><is><t>([^<]*)</t>', sheet)
    assert held
    assert len(held[1].encode("utf-16-le")) // 2 <= LONGEST
    assert ("全文见 JSON" in held[1]) == (len(text.encode("utf-16-le")) // 2 > LONGEST)


def test_json_has_codes_numbers_and_times_with_their_zone(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_json(path, ABOUT, THREE, [(Coded("pool", "泳池"), Decimal("0.50"), MORNING)], lambda _: None)
    first, last, _ = path.read_text().splitlines()
    assert first == '{"a":"pool","b":0.50,"c":"2026-11-02T08:00:00+08:00"}'
    assert json.loads(last)["about"]["rows"] == 2


@pytest.mark.parametrize("form", WRITERS)
def test_the_file_tells_of_itself(world: World, tmp_path: Path, form: str) -> None:
    out, one = made(world, tmp_path, Asked("readings", Search(place="pool"), language="en"), form)
    text = out.read_bytes()
    assert (b'"query":"place=pool"' in text) == (form == "json")
    if form == "xlsx":
        with zipfile.ZipFile(out) as book:
            text = book.read("xl/worksheets/sheet2.xml")
    for told in ("Place: 泳池".encode(), b"Asia/Shanghai", str(one.rows).encode(), b"guard"):
        assert told in text
    assert not list(tmp_path.glob("*.part"))


def test_totals_are_those_of_the_rows(world: World, tmp_path: Path) -> None:
    out, _ = made(world, tmp_path, Asked("readings", parameter="chlorine"), "json")
    *rows, last, _ = map(json.loads, out.read_text().splitlines())
    told = last["about"]["totals"]
    for measure, title in (("first", "首测"), ("again", "复测")):
        bands = [one["band"] for one in rows if one["measure"] == measure]
        part = next(part for part in told.split("；") if part.startswith(f"判定（{title}）："))
        assert set(part.partition("：")[2].split("，")) == {f"{VERDICTS[code]} {bands.count(code)}" for code in set(bands)}
    out, _ = made(world, tmp_path, Asked("runs", language="en"), "json")
    *rows, last, _ = map(json.loads, out.read_text().splitlines())
    assert f"Deviations: {sum(one['deviations'] for one in rows)}; " in last["about"]["totals"]
    assert last["about"]["rows"] == len(rows)
    assert about(world.engine, tmp_path, Asked("runs"), 0, "guard").totals == {}


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_of_no_rows(world: World, tmp_path: Path, form: str) -> None:
    out, one = made(world, tmp_path, Asked("runs", Search(place="nowhere")), form)
    assert one.rows == 0
    assert checked(out).is_whole


@pytest.mark.parametrize("form", WRITERS)
def test_one_changed_letter_is_told(world: World, tmp_path: Path, form: str) -> None:
    out, _ = made(world, tmp_path, Asked("readings"), form)
    assert checked(out).is_whole
    if form == "xlsx":
        altered(out, "xl/worksheets/sheet1.xml", b"<v>0.61</v>", b"<v>0.51</v>")
    else:
        out.write_bytes(out.read_bytes().replace(b"0.61", b"0.51"))
    assert not checked(out).is_whole


def altered(path: Path, name: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as book:
        parts = {one: book.read(one) for one in book.namelist()}
    assert old in parts[name]
    with zipfile.ZipFile(path, "w") as book:
        for one, content in parts.items():
            book.writestr(one, content.replace(old, new) if one == name else content)


@pytest.mark.parametrize("form", WRITERS)
def test_a_changed_total_is_told(world: World, tmp_path: Path, form: str) -> None:
    out, one = made(world, tmp_path, Asked("readings", language="en"), form)
    assert one.rows > 9
    if form == "xlsx":
        altered(out, "xl/worksheets/sheet2.xml", f"<v>{one.rows}</v>".encode(), b"<v>1</v>")
    else:
        old, new = (b'"rows":%d', b'"rows":1') if form == "json" else (b"# Rows,%d", b"# Rows,1")
        assert old % one.rows in out.read_bytes()
        out.write_bytes(out.read_bytes().replace(old % one.rows, new))
    assert not checked(out).is_whole


@pytest.mark.parametrize(
    "content", [b"", b"a,b\r\n", b'{"sha256": 1}\n', b"# x,abc\r\n", b"PK\x03\x04", b"{", b"\xff\xfe\n# \xff"]
)
def test_a_file_that_is_none_of_ours(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(NoExport):
        checked(path)


def test_that_it_was_made_is_on_record_once(world: World, tmp_path: Path) -> None:
    asked = Asked("runs", Search(place="pool"))
    out, one = made(world, tmp_path, asked)
    for _ in range(2):
        record(world.engine, asked, "csv", one, "guard", "tablet", f"once {one.sha256}")
    kept = recorded(world.engine, checked(out).whole)
    assert kept is not None
    assert (kept.by, kept.event.view, kept.event.query, kept.event.rows) == ("guard", "runs", "place=pool", one.rows)
    assert recorded(world.engine, "0" * 64) is None


# -- under way


def test_an_export_is_made_kept_and_removed(world: World, tmp_path: Path) -> None:
    exports = Exports(world.engine, tmp_path)
    found = over(exports, exports.begin(Asked("runs"), "记录", "csv", "guard", "tablet"))
    assert found.state == "done"
    assert found.done.rows == len(rows_of(world, Asked("runs")))
    assert checked(exports.file(found)).whole == found.sha256
    kept = recorded(world.engine, found.sha256)
    assert kept is not None
    assert kept.by == "guard"
    now = world.clock.time
    try:
        world.clock.time = now + jobs.KEPT
        assert [one.id for one in exports.all()] == [found.id]
        world.clock.time += timedelta(seconds=1)
        assert exports.all() == []
        assert list((tmp_path / "exports").iterdir()) == []
    finally:
        world.clock.time = now


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("how", ["cancelled", "stopped", "failed"])
def test_what_was_broken_off_goes_on_and_gives_the_same(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, form: str
) -> None:
    monkeypatch.setattr(sources, "SIZE", 4)
    asked, plain_read = Asked("readings"), spool.append
    exports, at, went_on, calls = Exports(world.engine, tmp_path), threading.Event(), threading.Event(), []

    def slow(path: Path, offset: int, rows: tuple[Row, ...]) -> int:
        calls.append(len(rows))
        if len(calls) == 3:
            at.set()
            assert went_on.wait(20)
            if how == "failed":
                plain_read(path, offset, rows[:1])  # half a batch is on the disk
                raise OSError("the disk is full")
        return plain_read(path, offset, rows)

    monkeypatch.setattr(spool, "append", slow)
    id_ = exports.begin(asked, "读数", form, "guard", "")  # type: ignore[arg-type]
    assert at.wait(20)
    if how == "cancelled":
        exports.cancel(id_)
    if how == "stopped":  # as a killed process leaves it: it never comes back to what it was at
        monkeypatch.setattr(jobs, "STALE", -1.0)
        assert exports.of(id_).state == "stopped"  # type: ignore[union-attr]
        later = Exports(world.engine, tmp_path)
        later.go_on(id_)
        monkeypatch.setattr(jobs, "STALE", 60.0)
        exports = later
    went_on.set()
    if how != "stopped":
        assert over(exports, id_).state == how
        time.sleep(0.1)
        exports.go_on(id_)
    found = over(exports, id_)
    assert found.state == "done"
    assert len(calls) > 4
    other = over(exports, exports.begin(asked, "读数", form, "guard", ""))  # type: ignore[arg-type]
    inner = [checked(exports.file(one)) for one in (found, other)]
    assert all(one.is_whole for one in inner)
    assert found.done.rows == other.done.rows == len(rows_of(world, asked))
    if form != "xlsx":
        lines = [exports.file(one).read_bytes().split(b"\r\n\r\n" if form == "csv" else b'{"about"')[0] for one in (found, other)]
        assert lines[0] == lines[1]


def test_what_an_earlier_version_kept_in_another_form_is_begun_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SIZE", 4)
    exports, asked, plain_read, calls = Exports(world.engine, tmp_path), Asked("readings"), spool.append, []

    def failing(path: Path, offset: int, rows: tuple[Row, ...]) -> int:
        calls.append(len(rows))
        if len(calls) == 3:
            raise OSError("the disk is full")
        return plain_read(path, offset, rows)

    monkeypatch.setattr(spool, "append", failing)
    id_ = exports.begin(asked, "读数", "csv", "guard", "")
    kept = over(exports, id_)
    assert kept.state == "failed"
    assert kept.done.rows > 0
    exports._keep(replace(kept, columns="run,number"))
    time.sleep(0.1)
    exports.go_on(id_)
    found = over(exports, id_)
    assert (found.state, found.done.rows) == ("done", len(rows_of(world, asked)))
    assert found.columns.endswith(",measure,raised,asked")


def test_only_one_goes_on(world: World, tmp_path: Path) -> None:
    first, second = Exports(world.engine, tmp_path), Exports(world.engine, tmp_path)
    id_ = first.begin(Asked("runs"), "x", "csv", "guard", "")
    over(first, id_)
    kept = first.of(id_)
    assert kept is not None
    assert second._is_first(kept)
    assert not first._is_first(kept)


@pytest.mark.parametrize("id_", ["", "../../etc/passwd", "..", "0" * 15, "0" * 17, "G" * 16, "0" * 16])
def test_an_id_that_is_none(world: World, tmp_path: Path, id_: str) -> None:
    exports = Exports(world.engine, tmp_path)
    assert exports.of(id_) is None
    exports.cancel(id_)
    exports.go_on(id_)
    exports.remove(id_)
    assert not (tmp_path / "exports").exists()
