"""An export as PDF: what it says, that it tells of itself, that a changed byte is told; too many rows and no PDF are answered."""

import csv
import io
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.exports import printed
from engine.exports.about import About
from engine.exports.asked import Asked
from engine.exports.checking import checked
from engine.exports.columns import Coded, Column, Row
from engine.exports.printed import MOST, TooLong, write_pdf
from engine.paper import NoPdf, has_pdf
from tests.webui.pdf_text import Pdf

needs_pdf = pytest.mark.skipif(not has_pdf(), reason="WeasyPrint is not installed")
MORNING = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
ABOUT = About("会所", "读数", Asked("readings"), 2, "杨审", MORNING, ZoneInfo("Asia/Shanghai"), "")
COLUMNS = (Column("at", "时间", "At"), Column("value", "读数", "Reading"), Column("place", "地点", "Place"))
ROWS: list[Row] = [(MORNING, Decimal("0.50"), Coded("pool", "游泳池")), (None, 7, "<b>&amp;</b>")]


@needs_pdf
def test_it_says_what_the_rows_say_and_tells_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    write_pdf(path, ABOUT, COLUMNS, ROWS, lambda _: None)
    made = Pdf.read(path.read_bytes())
    assert made.sizes == {(842, 595)}
    for text in ("会所·读数", "时间", "2026-11-0208:00:00", "0.50", "游泳池", "<b>&amp;</b>", "杨审", "Asia/Shanghai"):
        assert text in made.text()
    assert checked(path).is_whole


@needs_pdf
def test_the_last_page_has_the_digest_of_the_rows_that_go_along(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    rows: list[Row] = [*ROWS, *((None, number, "一\x00\x0b二") for number in range(200))]
    write_pdf(path, ABOUT, COLUMNS, rows, lambda _: None)
    content = path.read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)
    (data,) = (found for found in map(inflated, streams) if found.startswith(b"\xef\xbb\xbf"))
    told = Pdf.read(content).text()
    assert sha256(data).hexdigest() in told
    assert "rows.csv" in told
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1] == ["2026-11-02 08:00:00", "0.50", "游泳池"]


def inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@needs_pdf
def test_one_changed_byte_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    write_pdf(path, ABOUT, COLUMNS, ROWS, lambda _: None)
    content = path.read_bytes()
    for at in range(0, content.rfind(b"%%EOF"), len(content) // 20):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert not checked(path).is_whole


def test_more_than_anybody_reads_on_paper_is_not_set(tmp_path: Path) -> None:
    with pytest.raises(TooLong):
        write_pdf(tmp_path / "x.pdf", replace(ABOUT, rows=MOST + 1), COLUMNS, ROWS, lambda _: None)
    assert not list(tmp_path.iterdir())


def test_what_cannot_set_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that sets it finds no WeasyPrint."""
    hidden = tmp_path / "hidden" / "weasyprint"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('cannot load library libpango')")
    monkeypatch.setattr(printed, "_environment", lambda: {"PYTHONPATH": f"{hidden.parent}:{Path(__file__).parents[2]}"})
    with pytest.raises(NoPdf, match="libpango"):
        write_pdf(tmp_path / "x.pdf", ABOUT, COLUMNS, ROWS, lambda _: None)
