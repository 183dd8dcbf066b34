"""Where entries of a collection go and what goes with them: their lines, the comments that are theirs, the blank lines between.

Gives splices of the text; knows nothing of values. A comment above an item of a list, in the column of its dash, is the item's;
one above a key stays where it is; one that stands further in than an entry is a part of it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.loading.edit.nodes import Entry, Node
from engine.loading.edit.rendering import Layout

_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"( *)#")
_BLANK = re.compile(r"[ \t]*(?:\r\n|\r|\n)")
_COMMA = re.compile(r"[ \t]*,[ \t]*")


class CommentInside(ValueError):
    """What was asked would lose a comment that stands inside."""


class OddLayout(ValueError):
    """The place is written in a way that YAML allows and people do not use, such as a key after a question mark."""


@dataclass(frozen=True, slots=True)
class Splice:
    """Put `text` where `start` to `end` stands."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all splices made; they must not overlap."""
    parts, at = [], 0
    for one in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        parts += [text[at : one.start], one.text]
        at = one.end
    return "".join([*parts, text[at:]])


class Page:
    """A text with its nodes. Every method gives splices of this text, and must be asked again once they are made."""

    def __init__(self, text: str, root: Node) -> None:
        self.text, self.root = text, root

    @cached_property
    def layout(self) -> Layout:
        """The file's line end, and how far its lists stand in."""
        first = _LINE_END.search(self.text)
        pairs = (entry for node in self.root.walk() if node.kind == "mapping" and node.is_block for entry in node.entries)
        lists = (entry.value.column - entry.key.column for entry in pairs if entry.key and _is_list(entry.value))
        return Layout(first[0] if first else "\n", next(lists, 2))

    def removal(self, within: Node, index: int) -> list[Splice]:
        """Take an entry out. Not for the only one: see `emptied`."""
        if not within.is_block:
            return self._removal_in_brackets(within, index)
        entry = within.entries[index]
        if not self._starts_line(entry.start):
            return [self._removal_at_dash(within, index)]
        start, end = self.extent(within, index)
        after = self._past_blanks(end)
        before = self._before_blanks(start)
        if before < start or (index == 0 and len(within.entries) > 1):
            end = after
        if end == len(self.text):
            start = before
            if start and not self.text.endswith(("\n", "\r")):
                start -= 2 if self.text[start - 2 : start] == "\r\n" else 1
        return [Splice(start, end, "")]

    def emptied(self, within: Node, owner: Entry) -> list[Splice]:
        """Take the only entry out of a collection, leaving `[]` or `{}`."""
        brackets = "[]" if within.kind == "sequence" else "{}"
        if not within.is_block or owner.key is None:
            return [Splice(within.start, within.end, brackets)]
        colon = self.colon(owner.key) + 1
        return [Splice(colon, colon, f" {brackets}"), *self.removal(within, 0)]

    def insertion(self, within: Node, index: int, lines: Sequence[str], *, spaced: bool = False) -> list[Splice]:
        """Put an entry where that at `index` is, or at the end. `lines`: as they are, the first without its indentation.

        A blank line is put between as between the others; `spaced`: also where there is but one other.
        """
        entries = within.entries
        if not within.is_block:
            return [self._insertion_in_brackets(within, index, lines[0])]
        newline, pad = self.layout.newline, " " * within.column
        block = newline.join(lines) + newline
        gap = newline if self.is_spaced(within) or (spaced and len(entries) == 1) else ""
        if index:
            return [self._at_end(self.extent(within, index - 1)[1], gap + pad + block)]
        if not self._starts_line(entries[0].start):
            return [Splice(entries[0].start, entries[0].start, block + gap + pad)]
        at = self.extent(within, 0)[0]
        return [Splice(at, at, pad + block + gap)]

    def taken(self, within: Node, index: int) -> list[str]:
        """The lines of an item as they are, a block list's with its comments and moved to the first column."""
        entry = within.entries[index]
        if not within.is_block:
            return [self.text[entry.start : entry.value.end]]
        start, end = self.extent(within, index)
        if not self._starts_line(entry.start):
            start = entry.start
        lines = _LINE_END.split(self.text[start:end])
        lines = lines[:-1] if lines[-1] == "" else lines
        return [lines[0].lstrip(" "), *(_outdented(line, within.column) for line in lines[1:])]

    def extent(self, within: Node, index: int) -> tuple[int, int]:
        """The lines of an entry of a block collection, with the comments that are its own."""
        entry = within.entries[index]
        start = self._line_start(entry.start)
        if within.kind == "sequence" and (index or within is not self.root):
            start = self._with_comments_above(start, within.column)
        reach = entry.value.reach
        end = reach if self.text[reach - 1 : reach] in ("\n", "\r") else self._line_end(reach)
        while (comment := _COMMENT.match(self.text, end)) and len(comment[1]) > within.column:
            end = self._line_end(end)
        return start, end

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment stands in a stretch of the text, outside of its values."""
        text = self.text[start:end]
        for node in self.root.walk():
            if node.kind == "scalar" and start <= node.start and node.end <= end:
                low, high = node.start - start, node.end - start
                text = text[:low] + "_" * (high - low) + text[high:]
        return "#" in text

    def colon(self, key: Node) -> int:
        """Where the colon after a key stands. Raises OddLayout."""
        blank = len(self.text) - len(self.text[key.end :].lstrip(" "))
        if self.text[blank : blank + 1] != ":":
            raise OddLayout
        return blank

    def ends_line(self, at: int) -> bool:
        """Whether nothing, not even a comment, follows on the line."""
        return not self.text[at : self._line_end(at)].strip()

    def is_spaced(self, within: Node) -> bool:
        """Whether blank lines stand between all entries."""
        ends = [self.extent(within, index)[1] for index in range(len(within.entries) - 1)]
        return bool(ends) and all(self._past_blanks(end) > end for end in ends)

    def _removal_at_dash(self, within: Node, index: int) -> Splice:
        """The first key of a step, or the first of a list in a list: it shares its line with the dash before it."""
        if index or len(within.entries) == 1:
            raise OddLayout
        entry, following = within.entries[:2]
        if self.text[entry.value.end : following.start].strip():
            raise CommentInside
        return Splice(entry.start, following.start, "")

    def _removal_in_brackets(self, within: Node, index: int) -> list[Splice]:
        entry = within.entries[index]
        comma = _COMMA.match(self.text, entry.value.end)
        if index + 1 < len(within.entries) and comma:
            return [Splice(entry.start, comma.end(), "")]
        before = within.entries[index - 1].value.end if index else within.start + 1
        if self.has_comment(before, entry.start):
            raise CommentInside
        return [Splice(before, entry.value.end, "")]

    def _insertion_in_brackets(self, within: Node, index: int, written: str) -> Splice:
        entries = within.entries
        if not entries:
            return Splice(within.start + 1, within.end - 1, written)
        if index < len(entries):
            return Splice(entries[index].start, entries[index].start, f"{written}, ")
        return Splice(entries[-1].value.end, entries[-1].value.end, f", {written}")

    def _at_end(self, at: int, block: str) -> Splice:
        """Lines put where an entry ends; the last line of a file may have no line end, and then keeps none."""
        if at and self.text[at - 1] not in "\r\n":
            newline = self.layout.newline
            return Splice(at, at, newline + block.removesuffix(newline))
        return Splice(at, at, block)

    def _with_comments_above(self, start: int, column: int) -> int:
        while start:
            above = self._line_start(self._before_line_end(start))
            comment = _COMMENT.match(self.text, above)
            if not comment or len(comment[1]) != column:
                break
            start = above
        return start

    def _past_blanks(self, at: int) -> int:
        while blank := _BLANK.match(self.text, at):
            at = blank.end()
        return at

    def _before_blanks(self, at: int) -> int:
        """The start of the blank lines that end at a line's start."""
        while at:
            above = self._line_start(self._before_line_end(at))
            if self.text[above:at].strip():
                break
            at = above
        return at

    def _before_line_end(self, at: int) -> int:
        return at - (2 if self.text[max(0, at - 2) : at] == "\r\n" else 1)

    def _line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def _line_end(self, at: int) -> int:
        found = _LINE_END.search(self.text, at)
        return found.end() if found else len(self.text)

    def _starts_line(self, at: int) -> bool:
        return not self.text[self._line_start(at) : at].strip(" ")


def _is_list(node: Node) -> bool:
    return node.kind == "sequence" and node.is_block


def _outdented(line: str, by: int) -> str:
    return line[min(by, len(line) - len(line.lstrip(" "))) :]
