"""The normal form of a file's white space: what nobody sees, and what never changes what is read or a comment.

No spaces at a line's end, no tabs outside of texts, one kind of line end, at most one blank line in a row, a line end at the end.
Indentation stays. Lines inside a text of several lines are the text's, and stay too.
"""

import re
from collections.abc import Iterator

from engine.loading.diagnostic import Diagnostic
from engine.loading.edit.nodes import nodes
from engine.loading.edit.tree import differing
from engine.loading.source import read

_SUSPECT = re.compile(r"\A[ \t]*\n|[ \t](?:[\r\n]|\Z)|\t|\r|\n[ \t]*\n[ \t]*\n|\n\n\Z|[^\n]\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MARK = b"\xef\xbb\xbf"


class Refused(ValueError):
    """A file the reader refuses, with what it says; or one that would be read differently, then without."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("refused")
        self.diagnostics = diagnostics


def in_normal_form(data: bytes, file: str) -> bytes:
    """The same file in normal form. `file`: its name in diagnostics.

    Raises Refused; a file in which nothing looks out of place is not read at all.
    """
    if not _SUSPECT.search(data.decode("utf-8", "replace")):
        return data
    before = read(data, file)
    if before.diagnostics:
        raise Refused(tuple(before.diagnostics))
    mark = _MARK if data.startswith(_MARK) else b""
    body = _joined(_lines(before.text))
    for end in ("\n", ""):  # without one, a block text that ends with the file would gain a line break by it
        after = mark + (body + end).encode()
        if differing(before.tree, read(after, file).tree) is None:
            return after
    raise Refused(())


def _joined(lines: Iterator[tuple[str, bool]]) -> str:
    """Lines with one line end between them, without what is blank twice. True: the line's end belongs to a text."""
    kept: list[tuple[str, bool]] = []
    for line, is_text in lines:
        if is_text or line or (kept and kept[-1][0]):
            kept.append((line, is_text))
    if kept and kept[-1] == ("", False):
        kept.pop()
    return "\n".join(line for line, _ in kept)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    is_text = _texts(text)
    start = 0
    for line_end in [*_LINE_END.finditer(text), None]:
        end = line_end.start() if line_end else len(text)
        last = end
        while last > start and text[last - 1] in " \t" and not is_text[last - 1]:
            last -= 1
        yield _without_tabs(text[start:last], is_text[start:last]), bool(is_text[end])
        start = line_end.end() if line_end else end


def _texts(text: str) -> bytearray:
    """One for every character of a key or value, nought for what stands around; the head of a block text stands around it."""
    marked = bytearray(len(text) + 1)
    for node in nodes(text).walk():
        if node.kind == "scalar":
            head = _LINE_END.search(text, node.start) if node.style in ("|", ">") else None
            start = min(head.start(), node.reach) if head else node.start
            marked[start : node.reach] = b"\1" * (node.reach - start)
    return marked


def _without_tabs(line: str, is_text: bytearray) -> str:
    if "\t" not in line:
        return line
    comment = next((at for at, char in enumerate(line) if _begins_comment(line, at, char, is_text)), len(line))
    return "".join(" " if char == "\t" and at < comment and not is_text[at] else char for at, char in enumerate(line))


def _begins_comment(line: str, at: int, char: str, is_text: bytearray) -> bool:
    return char == "#" and not is_text[at] and (at == 0 or line[at - 1] in " \t")
