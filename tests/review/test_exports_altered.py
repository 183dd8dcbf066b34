"""A workbook that shows other than it did: the check and the script of docs/exports.md find it, whichever part was changed."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.exports.about import About
from engine.exports.asked import Asked
from engine.exports.checking import NoExport, checked
from engine.exports.sheets import write_xlsx
from tests.service.world import MORNING

from .test_exports_by_hand import COLUMNS, ROWS, by_hand

Parts = dict[str, bytes]
SHEET, RELS, STYLES = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"


def formula(parts: Parts) -> None:
    parts[SHEET] = re.sub(rb"(<c [^>]*>)(<v>)", rb"\1<f>0.1+0.4</f>\2", parts[SHEET], count=1)


def another_sheet(parts: Parts) -> None:
    parts["xl/worksheets/data.xml"] = re.sub(rb"<v>[0-9.]+</v>", b"<v>7</v>", parts[SHEET], count=1)
    parts[RELS] = parts[RELS].replace(b"worksheets/sheet1.xml", b"worksheets/data.xml")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"sheet1.xml", b"data.xml")


def another_workbook(parts: Parts) -> None:
    another_sheet(parts)
    parts["xl/other.xml"], parts["xl/_rels/other.xml.rels"] = parts["xl/workbook.xml"], parts[RELS]
    parts[RELS] = parts[RELS].replace(b"worksheets/data.xml", b"worksheets/sheet1.xml")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/other.xml")


def literal(parts: Parts) -> None:
    parts[STYLES] = re.sub(rb'formatCode="[^"]*"', b'formatCode="&quot;0.5&quot;"', parts[STYLES], count=1)


def nothing_shown(parts: Parts) -> None:
    parts[STYLES] = re.sub(rb'formatCode="[^"]*"', b'formatCode=";;;"', parts[STYLES], count=1)


def percent(parts: Parts) -> None:
    parts[STYLES] = re.sub(rb'numFmtId="1?6?[0-9]+"', b'numFmtId="10"', parts[STYLES])


def value(parts: Parts) -> None:
    parts[SHEET] = re.sub(rb"<v>[0-9.]+</v>", b"<v>7</v>", parts[SHEET], count=1)


ALTERED: dict[str, Callable[[Parts], None]] = {
    "a value": value,
    "a formula": formula,
    "another sheet": another_sheet,
    "another workbook": another_workbook,
    "a literal as the format": literal,
    "a format that shows nothing": nothing_shown,
    "percent": percent,
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    told = About("会所", "读数", Asked("readings"), len(ROWS), "杨", MORNING, ZoneInfo("Asia/Shanghai"), "")
    write_xlsx(tmp_path / "x.xlsx", told, COLUMNS, ROWS, lambda _: None)
    return tmp_path / "x.xlsx"


def packed(made: Path, parts: Parts, *more: tuple[str, bytes]) -> Path:
    out = made.with_name("y.xlsx")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in (*parts.items(), *more):
            book.writestr(name, data)
    return out


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as book:
        return {one.filename: book.read(one) for one in book.infolist()}


def test_packed_anew_it_holds_what_it_held(made: Path) -> None:
    same = packed(made, parts_of(made))
    assert checked(same).is_whole
    assert by_hand(same).startswith("whole")


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_found(made: Path, what: str) -> None:
    parts = parts_of(made)
    before = dict(parts)
    ALTERED[what](parts)
    assert parts != before
    altered = packed(made, parts)
    assert not checked(altered).is_whole
    assert by_hand(altered).startswith("CHANGED")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice(made: Path) -> None:
    parts = parts_of(made)
    twice = packed(made, parts, (SHEET, parts[SHEET]))
    with pytest.raises(NoExport, match="twice"):
        checked(twice)
    assert by_hand(twice).startswith("CHANGED")
