"""Rows as PDF, for those who file paper: a table on A4 across, its head on every page, then what the file tells about itself.

The rows go along as CSV, and the last page has the SHA-256 of that: whoever holds the paper can tell whether a file is the one it
was printed from. The last line of the file is a comment with the SHA-256 of everything before it.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.exports.about import About
from engine.exports.columns import Cell, Column, Row
from engine.exports.sheets import FORBIDDEN
from engine.exports.tables import TOLD, Tell, cell_text, csv_lines, plain
from engine.paper import NoPdf

MOST = 1000
"""Rows that fit: beyond, nobody reads them on paper; setting so many takes ten seconds and 350 MB."""
ROWS = "rows.csv"
"""What the rows are called that go along."""
MARK = b"% SHA-256 "
_WIDEST, _MARGINS, _ACROSS = 22, 2.8, 172  # letters of a column at most, those its margins take, and those of a page
_STYLE = """
@page {
  size: A4 landscape; margin: 14mm 12mm 16mm;
  @bottom-left { content: string(title); font-size: 8pt }
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt }
}
body { font-family: "Noto Sans CJK SC", "DejaVu Sans", sans-serif; font-size: 8pt; line-height: 1.35 }
h1 { font-size: 13pt; margin: 0 0 1mm; string-set: title content() }
p { margin: 0 0 3mm }
table { width: 100%; table-layout: fixed; border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 1mm 1.4mm; border-bottom: .2mm solid #bbb; overflow-wrap: anywhere }
th { border-bottom: .4mm solid #000 }
.figure { text-align: right }
tr { break-inside: avoid }
dl { margin-top: 5mm; break-inside: avoid }
dt { font-weight: bold }
td { white-space: pre-line }
dd { margin: 0 0 1mm; overflow-wrap: anywhere }
"""


class TooLong(ValueError):
    """More rows than anybody reads on paper."""


def write_pdf(path: Path, told: About, columns: Iterable[Column], rows: Iterable[Row], tell: Tell) -> None:
    """Set the rows in a process of its own, so that ticks do not wait for it. Raises TooLong, NoPdf."""
    if told.rows > MOST:
        raise TooLong(told.rows)
    titles, all_ = list(columns), list(rows)
    data = b"".join(csv_lines(told, titles, all_))
    _set("".join(_document(told, titles, all_, sha256(data).hexdigest(), tell)), data, path)
    with path.open("r+b") as file:
        content = file.read() + b"\n"
        file.write(b"\n" + MARK + sha256(content).hexdigest().encode() + b"\n")


def _set(html: str, data: bytes, path: Path) -> None:
    """Set the document, with the rows beside it, in a process of its own."""
    with TemporaryDirectory() as folder:
        (Path(folder) / ROWS).write_bytes(data)
        command = [sys.executable, "-m", "engine.paper", str(path.absolute()), ROWS]
        done = subprocess.run(command, input=html.encode(), capture_output=True, env=_environment(), cwd=folder, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise NoPdf(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])


def _environment() -> dict[str, str]:
    """That of this process, with its own packages first."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}


def _document(told: About, columns: list[Column], rows: list[Row], digest: str, tell: Tell) -> Iterator[str]:
    lang, title = ("en" if told.language == "en" else "zh-CN"), escape(f"{told.site} · {told.title}")
    yield f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    yield f"<h1>{title}</h1><p>{told.word('rows')} {told.rows} · {escape(told.by)} · {told.local(told.at)}</p><table>"
    yield f"<colgroup>{''.join(_widths(told, columns, rows))}</colgroup><thead><tr>"
    yield from (f"<th>{escape(one.into(told.language))}</th>" for one in columns)
    yield "</tr></thead><tbody>"
    for number, row in enumerate(rows, 1):
        yield "<tr>" + "".join(_cell(cell, told) for cell in row) + "</tr>"
        if number % TOLD == 0:
            tell(number)
    yield "</tbody></table><dl>"
    facts = [*((name, value) for _, name, value in told.lines()), (told.word("rows_sha256"), digest)]
    yield from (f"<dt>{escape(name)}</dt><dd>{_visible(str(value))}</dd>" for name, value in facts)
    yield "</dl></html>"


def _widths(told: About, columns: list[Column], rows: list[Row]) -> Iterator[str]:
    """The share of each column: its longest text where all have room, else less of it, but its longest word stays whole.

    It is told beforehand, because to find it out while setting takes a minute for a long note.
    """
    texts = [[one.into(told.language)] for one in columns]
    for row in rows:
        for some, cell in zip(texts, row, strict=True):
            some.append(cell_text(cell, told)[:200])
    wanted = [max(map(_letters, some)) for some in texts]
    words = [max(_letters(word) for text in some for word in text.split() or [""]) for some in texts]
    room, least = _ACROSS - _MARGINS * len(columns), sum(words)
    more = min(max((room - least) / max(sum(wanted) - least, 1), 0), 1)
    shares = [word + (one - word) * more + _MARGINS for one, word in zip(wanted, words, strict=True)]
    yield from (f'<col style="width: {100 * one / sum(shares):.2f}%">' for one in shares)


def _letters(text: str) -> float:
    """How wide a text is drawn: a Chinese letter counts for two; titles are bold."""
    return min(sum(2 if letter > "\u2e80" else 1.1 for letter in text[:_WIDEST]), _WIDEST)


def _cell(cell: Cell, told: About) -> str:
    match cell:
        case None:
            return "<td></td>"
        case datetime():
            return f"<td>{told.local(cell)}</td>"
        case Decimal():
            return f'<td class="figure">{cell:f}</td>'
        case int():
            return f'<td class="figure">{cell}</td>'
        case _:
            return f"<td>{_visible(plain(cell))}</td>"


def _visible(text: str) -> str:
    """A text as a page holds it: what no letter is drawn for is shown as such, and lines end where they ended."""
    return escape(FORBIDDEN.sub("\ufffd", text))
