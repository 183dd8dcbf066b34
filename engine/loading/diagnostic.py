"""A diagnostic is an author's mistake with its place in the file, shown as sentence, source line and caret.

It knows where and what (code and facts); the words come from `engine.loading.sentences`, in the language asked for.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from engine.loading.sentences import Language, Said, related_phrase, sentence

Level = Literal["error", "warning", "note"]
_LEVEL_WORDS: dict[Language, dict[Level, str]] = {
    "en": {"error": "", "warning": "warning: ", "note": "note: "},
    "zh": {"error": "", "warning": "警告: ", "note": "提示: "},
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line: 1-based line, 1-based column in characters, and the column after the last character."""

    line: int
    column: int
    end_column: int


START = Place(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake. `other` is the second party ("first at line 7"), `excerpt` the source line `place` lies on."""

    file: str
    place: Place
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    level: Level = "error"
    other: Place | None = None
    excerpt: str = ""

    @property
    def line(self) -> int:
        """1-based line."""
        return self.place.line

    @property
    def column(self) -> int:
        """1-based column, counted in characters."""
        return self.place.column

    @property
    def end_column(self) -> int:
        """The column after the last character that is wrong."""
        return self.place.end_column

    def message(self, language: Language = "en") -> str:
        """What was found and what was expected, without the way out."""
        return self._beside(self._told(language).said, language)

    def _told(self, language: Language) -> Said:
        return sentence(self.code, self.facts, language)

    def _beside(self, said: str, language: Language) -> str:
        if self.other is None or self.other.line == self.line:
            return said
        return f"{said}; {related_phrase(self.code, self.other.line, language)}"

    def way_out(self, language: Language = "en") -> str:
        """What to do about it."""
        return self._told(language).way_out

    def headline(self, language: Language = "en") -> str:
        """`file:line:column: message; way out [code]` on one line."""
        told = self._told(language)
        text = "; ".join(part for part in (self._beside(told.said, language), told.way_out) if part)
        return f"{self.file}:{self.line}:{self.column}: {_LEVEL_WORDS[language][self.level]}{text} [{self.code}]"

    def render(self, language: Language = "en") -> str:
        """The headline, and below it the source line with a caret under the place."""
        if not self.excerpt:
            return self.headline(language)
        number = str(self.line)
        margin = " " * len(number)
        shown, caret = _window(self.excerpt, self.place)
        return "\n".join((self.headline(language), f"{margin} |", f"{number} | {shown}", f"{margin} | {caret}"))

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """The same as plain data, for `--format json` and the browser editor."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "end_column": self.end_column,
            "level": self.level,
            "code": self.code,
            "message": self.message(language),
            "way_out": self.way_out(language),
            "related": [{"line": self.other.line, "column": self.other.column}] if self.other else [],
        }


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file and place, each mistake once."""
    unique = {(d.file, d.place, d.code, repr(d.facts)): d for d in diagnostics}
    return [unique[key] for key in sorted(unique)]


_WIDTH = 100  # columns of source shown; longer lines are cut around the place


def _window(excerpt: str, place: Place) -> tuple[str, str]:
    """The part of the line around the place, and the caret line that lines up under it."""
    start = min(place.column - 1, len(excerpt))
    end = max(start, min(place.end_column - 1, len(excerpt)))
    cut = start - _WIDTH // 2 if len(excerpt) > _WIDTH and start > _WIDTH // 2 else 0
    piece = excerpt[cut : cut + _WIDTH]
    shown = piece if piece.isprintable() else "".join(map(_visible, piece))
    before = sum(map(width, excerpt[cut:start]))
    under = sum(map(width, excerpt[start : min(end, cut + _WIDTH)]))
    lead, tail = ("…", "…") if cut else ("", "…")
    if cut + _WIDTH >= len(excerpt):
        tail = ""
    return f"{lead}{shown}{tail}", " " * (before + len(lead)) + "^" + "~" * max(0, under - 1)


def _visible(char: str) -> str:
    """The character, or a stand-in of the same width where showing it would move or hide the line."""
    if char == "\t":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char


@lru_cache(maxsize=4096)
def width(char: str) -> int:
    """Columns a character takes in a terminal: 2 for East Asian wide ones, 0 for combining marks (UAX #11)."""
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
