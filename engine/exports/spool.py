"""Rows on their way into a file: a line each, appended batch by batch, so that what was broken off goes on behind the last."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from engine.exports.columns import Cell, Coded, Row


def append(path: Path, offset: int, rows: Iterable[Row]) -> int:
    """Put rows behind the first `offset` bytes; what stood there is gone. Gives how long the file is now."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.writelines(orjson.dumps([_stored(cell) for cell in row]) + b"\n" for row in rows)
        return file.tell()


def read(path: Path) -> Iterator[Row]:
    """The rows, in order."""
    with path.open("rb") as file:
        for line in file:
            yield tuple(_restored(cell) for cell in orjson.loads(line))


def _stored(cell: Cell) -> Any:
    match cell:
        case Decimal():
            return {"d": str(cell)}
        case datetime():
            return {"t": cell.isoformat()}
        case Coded():
            return {"c": cell.code, "n": cell.text}
        case _:
            return cell


def _restored(cell: Any) -> Cell:
    match cell:
        case {"d": number}:
            return Decimal(number)
        case {"t": at}:
            return datetime.fromisoformat(at)
        case {"c": code, "n": text}:
            return Coded(code, text)
        case str() | int() | None:
            return cell
        case _:
            raise ValueError(f"no cell: {cell!r}")
