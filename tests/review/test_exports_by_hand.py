"""Exported files checked with nothing but what docs/exports.md says: its script, as somebody without this product runs it."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.exports.about import About
from engine.exports.asked import Asked
from engine.exports.columns import Coded, Column, Row
from engine.exports.printed import write_pdf
from engine.exports.sheets import write_xlsx
from engine.exports.tables import write_csv, write_json
from engine.paper import has_pdf
from engine.procedure.text import Language
from tests.webui.pdf_text import Pdf

WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json} | ({"pdf": write_pdf} if has_pdf() else {})
NASTY = [
    "=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "长" * 40_000, "😀" * 20_000, "a\x00b\x08\x0b\x1f\ufffe", "_x0041_", "_x005F_x0041_", "a\r\nb\n\n# c,d",
    'x"y,z', "</t>&amp;<f>1</f>", "\x1f\x1e", "", " ", "\u202eabc", "a" * 300,
]  # fmt: skip
MORNING = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
ROWS: list[Row] = [(text, Decimal("0.50"), MORNING, None) for text in NASTY] + [
    (None, 10**17, None, Coded("a", "=甲")), (None, None, None, None), ("x", Decimal("1.2345678901234567"), None, None), (None, -3, MORNING, "z"),
]  # fmt: skip
COLUMNS = [Column("a", "甲", "A"), Column("b", "乙", "B"), Column("c", "=丙", "=C"), Column("d", "", "")]
PAGE = Path(__file__).parents[2] / "docs" / "exports.md"


def by_hand(path: Path) -> str:
    script = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    assert script
    done = subprocess.run([sys.executable, "-I", "-c", script[1], str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rows", [[], ROWS], ids=["none", "nasty"])
@pytest.mark.parametrize("form", WRITERS)
def test_the_script_finds_it_whole_and_a_change_told(tmp_path: Path, form: str, rows: list[Row], language: Language) -> None:
    path = tmp_path / f"x.{form}"
    told = About("会所", "读数", Asked("readings", language=language), len(rows), "=杨", MORNING, ZoneInfo("Asia/Shanghai"), "")
    WRITERS[form](path, told, COLUMNS, rows, lambda _: None)
    said = by_hand(path)
    assert "whole" in said
    if form == "pdf":
        digest = re.search(r"the last page must say ([0-9a-f]{64})", said)
        assert digest
        assert digest[1] in Pdf.read(path.read_bytes()).text()
    if form != "xlsx":
        content = path.read_bytes()
        path.write_bytes(content[:-200] + bytes([content[-200] ^ 1]) + content[-199:])
        assert "CHANGED" in by_hand(path)
