"""What an exported workbook shows, read from the file anew: its sheets as a spreadsheet finds them, and how it shows numbers.

A spreadsheet opens the parts that the relations of the file lead to, whatever they are called; so does this.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from engine.exports.sheets import Digest

_HEX = re.compile(r"[0-9a-f]{64}")
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
_FORMATS = re.compile(r"0(\.0+)?|yyyy-mm-dd hh:mm:ss")
_BUILT_IN = ("0", "1", "2")  # general, 0, 0.00: those of a spreadsheet itself that we use
_OWN = 164  # from here on formats are the file's own


class NoWorkbook(ValueError):
    """It is no workbook of ours."""


def digests(path: Path) -> tuple[str, str]:
    """The digest that the last cell of the last sheet tells, and that of all before it; in older files of the other sheets.

    Raises NoWorkbook.
    """
    digest, data = Digest(), ""
    try:
        with zipfile.ZipFile(path) as book:
            document = _document(book)
            *sheets, about = _sheets(book, document)
            if _shows_otherwise(book, document):
                digest.row(("\x00a format of numbers that we never write",))
            for name in sheets:
                for row in _rows(book, name):
                    digest.row(row)
            data = digest.hexdigest()
            *facts, (_, told) = [row for row in _rows(book, about) if len(row) > 1]
            for row in facts:
                digest.row(row)
    except (zipfile.BadZipFile, ParseError, LookupError, ValueError, OSError) as error:
        raise NoWorkbook(f"it is not a workbook of ours ({error})") from error
    if not _HEX.fullmatch(told):
        raise NoWorkbook("its last sheet tells no SHA-256")
    return told, data if told == data else digest.hexdigest()


def _document(book: zipfile.ZipFile) -> str:
    """The part that lists the sheets."""
    names = book.namelist()
    if len(set(names)) < len(names):
        raise ValueError("a part of it is there twice")
    return next(target for kind, target in _relations(book, "").values() if kind == "officeDocument")


def _relations(book: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part leads to, by id: of which kind, and where."""
    at = PurePosixPath(part)
    found = fromstring(book.read(str(at.parent / "_rels" / f"{at.name}.rels")))  # noqa: S314 - as below
    return {
        one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], _place(at.parent, one.get("Target", ""))) for one in found
    }


def _place(folder: PurePosixPath, target: str) -> str:
    return normpath(f"{folder}/{target}" if not target.startswith("/") else target).lstrip("/")


def _sheets(book: zipfile.ZipFile, document: str) -> list[str]:
    """The parts of the sheets, in the order in which they are shown."""
    leads = _relations(book, document)
    listed = fromstring(book.read(document)).iter(f"{_NS}sheet")  # noqa: S314 - as below
    return [leads[one.get(_RELATION, "")][1] for one in listed]


def _shows_otherwise(book: zipfile.ZipFile, document: str) -> bool:
    """Whether a format could show another number than the cell holds: a literal text, percent, nothing at all."""
    styles = [target for kind, target in _relations(book, document).values() if kind == "styles"]
    found = fromstring(book.read(styles[0]))  # noqa: S314 - as below
    own = [one.get("formatCode", "") for one in found.iter(f"{_NS}numFmt")]
    used = [one.get("numFmtId", "0") for one in found.iter(f"{_NS}xf")]
    return any(not _FORMATS.fullmatch(one) for one in own) or any(
        one not in _BUILT_IN and not (one.isdecimal() and int(one) >= _OWN) for one in used
    )


def _rows(book: zipfile.ZipFile, name: str) -> Iterator[list[str]]:
    with book.open(name) as file:
        for _, element in iterparse(file):  # noqa: S314 - entities beyond XML's own are refused by the parser's own limits
            if element.tag == f"{_NS}row":
                yield _row(element)
                element.clear()


def _row(element: Element) -> list[str]:
    texts: list[str] = []
    for cell in element:
        number = _column(cell.get("r", ""))
        texts += [""] * (number - len(texts))
        texts.append(_held(cell))
    return texts


def _column(address: str) -> int:
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _held(cell: Element) -> str:
    """What a cell holds; a formula, which we write none of, is not what was there."""
    if cell.find(f"{_NS}f") is not None:
        return "\x00formula"
    if cell.get("t") == "inlineStr":
        return _ESCAPED.sub("_", "".join(one.text or "" for one in cell.iter(f"{_NS}t")))
    return cell.findtext(f"{_NS}v") or ""
