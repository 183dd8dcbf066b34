"""The staff as a table in CSV: read however a spreadsheet wrote it, and written so that reading it again changes nothing.

Nothing is known of who is on the staff. Cells are text: what looks like a formula is written with ' before it, and read without.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from engine.directory import Person

MOST_ROWS = 10_000
COLUMNS = ("id", "name", "roles", "lang", "place")
_KNOWN: Mapping[str, str] = {
    "id": "id", "工号": "id", "编号": "id", "员工号": "id", "name": "name", "姓名": "name", "名字": "name", "roles": "roles",
    "role": "roles", "岗位": "roles", "职位": "roles", "角色": "roles", "lang": "lang", "language": "lang", "语言": "lang",
    "place": "place", "地点": "place", "active": "active", "状态": "active",
}  # fmt: skip
_SEPARATORS = (",", ";", "\t")
_FORMULA = tuple("=+-@\t\r'")
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a whole table cannot be read, by a code of `sentences`."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: its number in the file, its cells by column, and how many cells it has too many."""

    line: int
    cells: Mapping[str, str]
    over: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read: its lines, and the columns that mean nothing here."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...] = ()


def text_of(content: bytes) -> str | Unreadable:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one, else GB18030."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    with suppress(UnicodeDecodeError):  # then it is the other one, or neither
        return content.decode("utf-8-sig")
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        return Unreadable("encoding", {"at": error.start + 1})


def read(text: str) -> Sheet | Unreadable:
    """The lines of a table whose first line names the columns, separated by commas, semicolons or tabs."""
    text = text.removeprefix(_MARK)
    head = next((line for line in text.splitlines() if line.strip()), "")
    if not head:
        return Unreadable("no_text")
    separator = max(_SEPARATORS, key=lambda one: _recognised(head, one))
    lines: list[tuple[int, list[str]]] = []
    try:
        for numbered in _lines(text, separator):
            lines.append(numbered)
            if len(lines) > MOST_ROWS + 1:
                return Unreadable("rows_over", {"count": text.count("\n"), "most": MOST_ROWS})
    except csv.Error:
        return Unreadable("not_csv", {"line": lines[-1][0] + 1 if lines else 1})
    return _sheet(lines, head)


def _recognised(head: str, separator: str) -> int:
    return sum(_column(cell) is not None for cell in head.split(separator))


def _column(cell: str) -> str | None:
    return _KNOWN.get(cell.strip().strip('"').strip().casefold())


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _sheet(lines: list[tuple[int, list[str]]], head: str) -> Sheet | Unreadable:
    names = [_column(cell) for cell in lines[0][1]] if lines else []
    if not {"id", "name"} & set(names):
        return Unreadable("no_header", {"typed": head[:60]})
    if twice := next((name for name in names if name and names.count(name) > 1), None):
        return Unreadable("column_twice", {"typed": twice})
    ignored = tuple(cell.strip()[:40] for cell, name in zip(lines[0][1], names, strict=True) if name is None and cell.strip())
    return Sheet(tuple(_row(line, cells, names) for line, cells in lines[1:]), ignored)


def _row(line: int, cells: list[str], names: list[str | None]) -> Row:
    over = len([cell for cell in cells[len(names) :] if cell.strip()])
    padded = [*cells, *[""] * (len(names) - len(cells))]
    return Row(line, {name: _plain(cell) for name, cell in zip(names, padded, strict=False) if name in COLUMNS and name}, over)


def written(people: Iterable[Person]) -> str:
    """The staff as a table, by id."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, "active"))
    for one in sorted(people, key=lambda person: person.id):
        cells = (one.id, one.name, ";".join(one.roles), one.lang, one.place or "", "yes" if one.is_active else "no")
        writer.writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
