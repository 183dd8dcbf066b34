"""What YAML could not read, told in our words: which of a dozen usual slips it was, and where it began.

The parser's own text never reaches an author; its marks only say where to look. Full-width punctuation and missing blanks come
first, because a Chinese keyboard makes them and the parser notices only a line later.
"""

import re
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError

from engine.loading.diagnostic import Diagnostic, Place
from engine.loading.sentences import Phrase

_WIDE_ESCAPE = re.compile(r"\\([Uux])")
_FULL_WIDTH = {"：": ": ", "，": ", ", "｛": "{", "｝": "}", "［": "[", "］": "]", "【": "[", "】": "]"}
_FULL_WIDTH_QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"'}
_KEY_WIDE_COLON = re.compile(r"(?:^\s*(?:- +)*|[{,，] *)[\"']?[A-Za-z_][A-Za-z0-9_]*[\"']?(：)")
_KEY_NO_BLANK = re.compile(r"^\s*(?:- +)*([A-Za-z_][A-Za-z0-9_]*)(:)(?=[^\s:/])")
_DASH_NO_BLANK = re.compile(r"^\s*(-)(?=[A-Za-z_\"'{\[])")
_WRONG_DASH = re.compile(r"^\s*([－—–−•●·])[ \u3000]*\S")
_CUT = re.compile(r"[^\"'#]* (#[^\s#].*)")  # text that is read as a comment, with the bracket in it
_HAS_COLON = re.compile(r":(\s|$)")


@dataclass(frozen=True, slots=True)
class _Slip:
    code: str
    place: Place
    facts: dict[str, object]
    other: Place | None = None


def explain_syntax(error: Exception, lines: list[str], file: str, last_line: int) -> Diagnostic:
    """The diagnostic for what stopped the parser; `last_line` is where it last understood something."""
    slip = _Reader(error, lines, last_line).slip()
    return Diagnostic(file, slip.place, slip.code, slip.facts, other=slip.other, excerpt=lines[slip.place.line - 1])


class _Reader:
    """One parser error beside the lines it happened in."""

    def __init__(self, error: Exception, lines: list[str], last_line: int) -> None:
        marked = error if isinstance(error, MarkedYAMLError) else None
        self.lines = lines
        self.problem = str(marked.problem or "") if marked else ""
        self.context = str(marked.context or "") if marked else ""
        fallback = Place(min(last_line, len(lines)), 1, 2)
        self.at = self._place(marked.problem_mark) if marked and marked.problem_mark else fallback
        self.began = self._place(marked.context_mark) if marked and marked.context_mark else None
        self.is_known = marked is not None and isinstance(error, YAMLError)
        if not marked:
            self.at = self._escape_after(self.at.line)

    def _place(self, mark: StreamMark) -> Place:
        """A mark as a place; the end of the file is shown at the end of its last line that says something."""
        line, column = mark.line, mark.column
        if line >= len(self.lines) or (line == len(self.lines) - 1 and not self.lines[line].strip()):
            line = self._line_before(len(self.lines))
            column = len(self.lines[line])
        return Place(line + 1, column + 1, column + 2)

    def _line_before(self, index: int) -> int:
        """The nearest line above that is neither empty nor a comment."""
        for line in range(index - 1, -1, -1):
            if self.lines[line].strip() and not self.lines[line].lstrip().startswith("#"):
                return line
        return 0

    def _escape_after(self, line: int) -> Place:
        """ruamel gives no place for an escape beyond Unicode; it is the first of its form from there on."""
        for number, text in enumerate(self.lines[line - 1 :], line):
            if match := _WIDE_ESCAPE.search(text):
                return Place(number, match.start(1) + 1, match.end(1) + 1)
        return self.at

    def slip(self) -> _Slip:
        """The likeliest slip: keyboard first, then what the parser says."""
        return self._keyboard_slip() or self._indirection() or self._text_slip() or self._bracket_slip() or self._line_slip()

    def _keyboard_slip(self) -> _Slip | None:
        if "quoted scalar" in self.context:
            return None
        lines = {self.at.line - 1, self._line_before(self.at.line - 1), self.began.line - 1 if self.began else self.at.line - 1}
        for line in sorted(lines, reverse=True):
            slip = self._wrong_dash(line) or self._wide_colon(line) or self._no_blank(line) or self._wide_mark(line)
            if slip:
                return slip
        return None

    def _wrong_dash(self, line: int) -> _Slip | None:
        match = _WRONG_DASH.match(self.lines[line])
        return self._slip_at("wrong-dash", line, match.span(1), found=match[1]) if match else None

    def _wide_colon(self, line: int) -> _Slip | None:
        match = _KEY_WIDE_COLON.search(self.lines[line])
        return (
            self._slip_at("full-width-mark", line, match.span(1), found="：", expected=Phrase("mark", (": ",))) if match else None
        )

    def _no_blank(self, line: int) -> _Slip | None:
        text = self.lines[line]
        match = _KEY_NO_BLANK.match(text)
        if match and not _HAS_COLON.search(text):
            return self._slip_at("missing-blank", line, match.span(2), mark=":")
        match = _DASH_NO_BLANK.match(text)
        return self._slip_at("missing-blank", line, match.span(1), mark="-") if match else None

    def _wide_mark(self, line: int) -> _Slip | None:
        """Full-width punctuation where structure is expected: only on the very line the parser stopped at."""
        if line != self.at.line - 1:
            return None
        text = self.lines[line]
        marks = _FULL_WIDTH if "flow" in self.context or re.search(r": *[｛［【]", text) else {}
        if re.search(r": *[“‘＂]", text):
            marks = _FULL_WIDTH_QUOTES
        for column, char in enumerate(text):
            if char in marks:
                expected = Phrase("straight_quotes") if marks is _FULL_WIDTH_QUOTES else Phrase("mark", (marks[char],))
                return self._slip_at("full-width-mark", line, (column, column + 1), found=char, expected=expected)
        return None

    def _indirection(self) -> _Slip | None:
        """`*`, `&`, `!`, `%` at the start of a value, which YAML reserves."""
        for word, code in (("alias", "alias"), ("anchor", "anchor"), ("tag", "tag"), ("directive", "directive")):
            if f"an {word}" in self.context or f"a {word}" in self.context or f"undefined {word}" in self.problem:
                place = self.began or self.at
                found = self.lines[place.line - 1][place.column - 1 :].split(" ")[0]
                return _Slip(code, place, {"found": found})
        if self.lines[self.at.line - 1].startswith("%") or "document start" in self.problem:
            return _Slip("directive" if self._starts("%") else "yaml-syntax", self.at, {"found": "%"})
        return None

    def _starts(self, mark: str) -> bool:
        return self.lines[self.at.line - 1].startswith(mark)

    def _text_slip(self) -> _Slip | None:
        """Quotes, escapes, and characters that may not start a text."""
        if "end of stream" in self.problem or "document separator" in self.problem:
            place = self.began or self.at
            return _Slip("unclosed-quote", place, {"quote": self.lines[place.line - 1][place.column - 1 : place.column]})
        if "escape" in self.problem or not self.is_known:
            return _Slip("bad-escape", self.at, {"found": self._char_at(self.at)})
        if "cannot start any token" in self.problem:
            char = self._char_at(self.at)
            return _Slip("tab-inside" if char == "\t" else "reserved-character", self.at, {"found": char})
        if "block scalar" in self.context:
            return _Slip("block-text-header", self.at, {})
        return None

    def _bracket_slip(self) -> _Slip | None:
        if "flow" not in self.context:
            if self.problem.startswith("expected the node content"):
                return _Slip("stray-mark", self.at, {"found": self._char_at(self.at)})
            return None
        if self.problem.startswith("expected the node content") and "stream end" not in self.problem:
            return _Slip("stray-mark", self.at, {"found": self._char_at(self.at)})
        began = self.began or self.at
        opening = self._char_at(began)
        facts: dict[str, object] = {"opening": opening, "closing": {"[": "]", "{": "}"}.get(opening, "]")}
        same_line = began.line == self.at.line and self._char_at(self.at) not in "]}"
        if same_line and self.at.column <= len(self.lines[self.at.line - 1].rstrip()):
            return _Slip("missing-comma", self.at, facts)
        if cut := _CUT.match(self.lines[began.line - 1], began.column):
            return self._slip_at("cut-by-hash", began.line - 1, cut.span(1), found=cut[1].rstrip())
        return _Slip("unclosed-bracket", began, facts)

    def _line_slip(self) -> _Slip:
        """Colons, dashes and indentation."""
        before = self.lines[self.at.line - 1][: self.at.column - 1]
        if "could not find expected ':'" in self.problem:
            return self._missing_colon((self.began or self.at).line - 1)
        if "mapping values" in self.problem or "unexpected ':'" in self.problem:
            return self._stray_colon(before)
        if "sequence entries" in self.problem and before.strip():
            return _Slip("stray-dash", self.at, {})
        if "expected <block end>" in self.problem and before.strip(" -"):
            return _Slip("text-after-quote", self.at, {})
        if "block end" in self.problem or "sequence entries" in self.problem:
            return self._bad_indent(self.at.line - 1)
        return _Slip("yaml-syntax", self.at, {})

    def _stray_colon(self, before: str) -> _Slip:
        if _HAS_COLON.search(before):
            return _Slip("stray-colon", self.at, {})
        above = self._line_before(self.at.line - 1)
        if above < self.at.line - 1 and not _HAS_COLON.search(self.lines[above]):
            return self._missing_colon(above)
        return self._bad_indent(self.at.line - 1)

    def _missing_colon(self, line: int) -> _Slip:
        text = self.lines[line].rstrip()
        start = len(text) - len(text.lstrip(" -"))
        return self._slip_at("missing-colon", line, (start, len(text)), found=text[start:])

    def _bad_indent(self, line: int) -> _Slip:
        text = self.lines[line]
        start = len(text) - len(text.lstrip())
        other = self.began if self.began and self.began.line != line + 1 else None
        place = Place(line + 1, start + 1, len(text.rstrip()) + 1)
        return _Slip("bad-indent", place, {"column": start + 1}, other)

    def _slip_at(self, code: str, line: int, span: tuple[int, int], **facts: object) -> _Slip:
        return _Slip(code, Place(line + 1, span[0] + 1, span[1] + 1), facts)

    def _char_at(self, place: Place) -> str:
        return self.lines[place.line - 1][place.column - 1 : place.column]
