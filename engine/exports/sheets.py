"""Rows as a workbook: numbers as numbers, times as times, texts as texts and never as formulas or links. Beside the data a sheet
tells about the file, with the SHA-256 of what the data sheets hold.

Written in constant memory: a row is on disk when the next one begins.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.exports.about import About
from engine.exports.columns import Cell, Column, Row
from engine.exports.tables import TOLD, Tell, plain

LONGEST = 32_767  # characters a cell holds; one that takes two units of UTF-16 counts twice
ROWS = 1_048_576  # of a sheet
_EXACT = 15  # digits a spreadsheet's number holds
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has no letter for."""
_EPOCH = datetime(1899, 12, 30)  # a spreadsheet's days have no zone
_SETTINGS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Digest:
    """The SHA-256 of what cells hold, row by row: what `checking` computes again from the file."""

    def __init__(self) -> None:
        self._digest = sha256()

    def row(self, texts: Iterable[str]) -> None:
        """One more row; texts of cells, empty ones at the end left out. A row of nothing is in no file, and does not count."""
        if told := "\x1f".join(texts).rstrip("\x1f"):
            self._digest.update((told + "\x1e").encode())

    def hexdigest(self) -> str:
        """The digest so far."""
        return self._digest.hexdigest()


class _Book:
    """A workbook and the sheet that is being written."""

    def __init__(self, path: Path, told: About, columns: list[Column]) -> None:
        import xlsxwriter  # type: ignore[import-untyped]  # large, and most processes never write a workbook

        self._book = xlsxwriter.Workbook(str(path), _SETTINGS)
        self._told, self._columns, self.digest = told, columns, Digest()
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._decimals: dict[int, Any] = {}
        self._sheets, self._at = 0, ROWS

    def add(self, row: Row) -> None:
        """Write a row, on a new sheet where this one is full."""
        if self._at >= ROWS:
            self._open()
        self.digest.row([self._cell(number, cell) for number, cell in enumerate(row)])
        self._at += 1

    def _open(self) -> None:
        self._sheets += 1
        name = self._told.word("sheet")
        self._sheet = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(len(self._columns) - 1, 0), 18)
        titles = [self._written(one.into(self._told.language)) for one in self._columns]
        for number, title in enumerate(titles):
            self._sheet.write_string(0, number, title, self._bold)
        self.digest.row(titles)
        self._at = 1

    def _cell(self, number: int, cell: Cell) -> str:
        """Write a cell; what it holds, as the file has it."""
        if isinstance(cell, datetime):
            return self._number(number, _serial(cell, self._told), self._time)
        if isinstance(cell, Decimal) and len(cell.as_tuple().digits) <= _EXACT:
            return self._number(number, float(cell), self._decimal(cell))
        if isinstance(cell, int):
            return self._number(number, float(cell), None)
        text = self._written(f"{cell:f}" if isinstance(cell, Decimal) else plain(cell) if cell is not None else "")
        if text:
            self._sheet.write_string(self._at, number, text)
        return text

    def _number(self, number: int, value: float, form: Any) -> str:
        self._sheet.write_number(self._at, number, value, form)
        return f"{value:.16G}"

    def _decimal(self, cell: Decimal) -> Any:
        """The format that shows as many decimals as were read."""
        exponent = cell.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        if places not in self._decimals:
            self._decimals[places] = self._book.add_format({"num_format": f"0.{'0' * places}" if places else "0"})
        return self._decimals[places]

    def _written(self, text: str) -> str:
        """A text as a cell can hold it: what XML has no letter for is replaced, line breaks are those of a spreadsheet."""
        text = FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) * 2 <= LONGEST or _length(text) <= LONGEST:
            return text
        rest = self._told.word("rest")
        units = text.encode("utf-16-le")[: 2 * (LONGEST - len(rest))]
        return units.decode("utf-16-le", errors="ignore") + rest

    def close(self) -> None:
        """Write the sheet that tells about the file, and the file."""
        if not self._sheets:
            self._open()
        sheet, told = self._book.add_worksheet(self._told.word("sheet_about")), self._told
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 80)
        facts = [*((title, value) for _, title, value in told.lines()), (told.word("texts"), told.word("cut"))]
        for title, value in facts:
            self.digest.row((title, self._written(str(value))))
        for number, (title, value) in enumerate([*facts, (told.word("sheet_sha256"), self.digest.hexdigest())]):
            sheet.write_string(number, 0, title, self._bold)
            if isinstance(value, int):
                sheet.write_number(number, 1, value)
            else:
                sheet.write_string(number, 1, self._written(value))
        self._book.close()


def _length(text: str) -> int:
    """How long spreadsheets say it is."""
    return len(text.encode("utf-16-le")) // 2


def _serial(at: datetime, told: About) -> float:
    local = at.astimezone(told.zone).replace(tzinfo=None, microsecond=0)
    return (local - _EPOCH).total_seconds() / 86_400


def write_xlsx(path: Path, told: About, columns: Iterable[Column], rows: Iterable[Row], tell: Tell) -> None:
    """The workbook. Sheets hold a million rows; more go on in the next."""
    book = _Book(path, told, list(columns))
    for number, row in enumerate(rows, 1):
        book.add(row)
        if number % TOLD == 0:
            tell(number)
    book.close()
