"""Rows as CSV and as JSON lines; both end with what the file tells about itself and the SHA-256 of everything before.

A text that a spreadsheet could take for a formula gets an apostrophe before it in CSV: one that begins, after blanks, with
= + - @ (also full width), or with a tab or a line break. Numbers are written as numbers, and JSON has every text as it is.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from engine.exports.about import About
from engine.exports.columns import Cell, Coded, Column, Row

TOLD = 1000
"""Rows after which it is told how far the writing is."""
Tell = Callable[[int], None]
_FORMULA = tuple("=+-@＝＋－＠")
_BOM = b"\xef\xbb\xbf"
"""Without it spreadsheets take Chinese for something else."""


class _Hashed:
    """A file whose bytes are hashed as they are written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, sha256()

    def write(self, content: bytes) -> None:
        self.digest.update(content)
        self._file.write(content)


def write_csv(path: Path, told: About, columns: Iterable[Column], rows: Iterable[Row], tell: Tell) -> None:
    """A title line, the rows, an empty line, then lines that begin with "# ", the last of them with the digest."""
    with path.open("wb") as file:
        out = _Hashed(file)
        for number, line in enumerate(csv_lines(told, columns, rows)):
            out.write(line)
            if number and number % TOLD == 0:
                tell(number)
        out.write(b"\r\n" + _line([f"# {told.word('about')}"]))
        for _, title, value in told.lines():
            out.write(_line([f"# {title}", guarded(str(value))]))
        out.write(_line([f"# {told.word('texts')}", told.word("guarded")]))
        file.write(_line([f"# {told.word('sha256')}", out.digest.hexdigest()]))


def csv_lines(told: About, columns: Iterable[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """The line of the titles, then a line a row."""
    yield _BOM + _line([guarded(one.into(told.language)) for one in columns])
    yield from (_line([cell_text(cell, told) for cell in row]) for row in rows)


def _line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def cell_text(cell: Cell, told: About) -> str:
    """A cell as CSV has it."""
    match cell:
        case None:
            return ""
        case datetime():
            return told.local(cell)
        case Decimal():
            return f"{cell:f}"
        case int():
            return str(cell)
        case _:
            return guarded(plain(cell))


def plain(cell: str | Coded) -> str:
    """A text as people read it."""
    return cell.text if isinstance(cell, Coded) else cell


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") or text.lstrip().startswith(_FORMULA) else text


def write_json(path: Path, told: About, columns: Iterable[Column], rows: Iterable[Row], tell: Tell) -> None:
    """An object a line, by the names of the columns; then a line with the facts, and one with the digest of the lines before."""
    names = [one.name for one in columns]
    with path.open("wb") as file:
        out = _Hashed(file)
        for number, row in enumerate(rows, 1):
            out.write(orjson.dumps({name: _value(cell, told) for name, cell in zip(names, row, strict=True)}) + b"\n")
            if number % TOLD == 0:
                tell(number)
        facts = {name: value for name, _, value in told.lines()} | {"query": told.asked.query}
        out.write(orjson.dumps({"about": facts}) + b"\n")
        file.write(orjson.dumps({"sha256": out.digest.hexdigest()}) + b"\n")


def _value(cell: Cell, told: About) -> Any:
    match cell:
        case Coded():
            return cell.code
        case datetime():
            return cell.astimezone(told.zone).isoformat()
        case Decimal():
            return orjson.Fragment(f"{cell:f}")  # a number with the digits it was read with
        case _:
            return cell
