"""The forms of exports: no text becomes a formula, figures stay exact, what was changed in a file is told."""

import csv
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.exports import spool
from engine.exports.about import about
from engine.exports.asked import Asked
from engine.exports.checking import NoExport, checked, recorded
from engine.exports.columns import Coded, Row
from engine.exports.making import record
from engine.exports.sheets import LONGEST, write_xlsx
from engine.exports.tables import guarded, write_csv, write_json
from engine.review.search import Search
from tests.service.world import MORNING, World

from .exporting import ABOUT, ROWS, THREE, VERDICTS, WRITERS, made, world

__all__ = ["world"]


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
