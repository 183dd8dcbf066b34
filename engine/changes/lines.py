"""The difference of two texts line by line, with the words that changed inside a line marked, as data for a page or terminal."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORD = re.compile(r"[0-9]+(?:[.:][0-9]+)*|[A-Za-z_]+|\s+|.", re.DOTALL)
_ALIKE = 0.5
_AHEAD = 20  # lines looked through for what a line became
_MOST_WORDS = 1000  # of two lines compared word by word: the time for that grows with the square of it


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a line; `is_changed` where the other text has something else."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number in either text, counted from 1. `mark`: " " in both, "-" old, "+" new, "@" lines left out before.

    `is_ended` is false for a last line without a line break.
    """

    mark: Literal[" ", "-", "+", "@"]
    old: int | None
    new: int | None
    segments: tuple[Segment, ...]
    is_ended: bool = True

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(segment.text for segment in self.segments)


def unified(old_text: str, new_text: str, context: int = 3) -> tuple[Line, ...]:
    """The lines that differ with `context` lines around them; empty for equal texts. Line breaks count: CR shows as ␍."""
    old, new = old_text.splitlines(keepends=True), new_text.splitlines(keepends=True)
    return tuple(_lines(old, new, context))


def _lines(old: Sequence[str], new: Sequence[str], context: int) -> Iterator[Line]:
    for hunk in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context):
        _, a, _, b, _ = hunk[0]
        _, _, c, _, d = hunk[-1]
        yield Line("@", a + 1, b + 1, (Segment(f"@@ -{a + 1},{c - a} +{b + 1},{d - b} @@"),))
        for act, i, j, k, m in hunk:
            if act == "equal":
                yield from (_line(" ", i + n, k + n, old[i + n], None) for n in range(j - i))
            else:
                yield from _turned(old, new, range(i, j), range(k, m))


def _turned(old: Sequence[str], new: Sequence[str], gone: range, come: range) -> Iterator[Line]:
    pairs = _alike(old, new, gone, come)
    back = {k: i for i, k in pairs.items()}
    yield from (_line("-", i, None, old[i], new[pairs[i]] if i in pairs else None) for i in gone)
    yield from (_line("+", None, k, new[k], old[back[k]] if k in back else None) for k in come)


def _alike(old: Sequence[str], new: Sequence[str], gone: range, come: range) -> dict[int, int]:
    """Old line to the new line it became, in order."""
    found: dict[int, int] = {}
    after = come.start
    for i in gone:
        for k in range(after, min(come.stop, after + _AHEAD)):
            if _is_alike(_WORD.findall(old[i]), _WORD.findall(new[k])):
                found[i], after = k, k + 1
                break
    return found


def _is_alike(words: Sequence[str], others: Sequence[str]) -> bool:
    if max(len(words), len(others)) > _MOST_WORDS:
        return False
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _line(mark: Literal[" ", "-", "+"], old: int | None, new: int | None, text: str, other: str | None) -> Line:
    segments = _marked(_shown(text), None if other is None else _shown(other), is_changed=mark != " ")
    return Line(mark, None if old is None else old + 1, None if new is None else new + 1, segments, text.endswith(("\n", "\r")))


def _shown(text: str) -> str:
    return text.removesuffix("\n").replace("\r", "␍")


def _marked(text: str, other: str | None, *, is_changed: bool) -> tuple[Segment, ...]:
    if other is None:
        return (Segment(text, is_changed),)
    words, others = _WORD.findall(text), _WORD.findall(other)
    found: list[Segment] = []
    for act, i, j, _, _ in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if piece := "".join(words[i:j]):
            found.append(Segment(piece, act != "equal"))
    return tuple(found)
