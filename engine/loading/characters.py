"""The first look at a file: bytes and characters, before anything reads them as YAML.

Promises that what passes is UTF-8 of bounded size without characters that hide or reorder text, and that its lines are indented
with plain spaces. Works in one pass of regular expressions, so hostile files cost no more than honest ones.
"""

import re
import unicodedata
from collections.abc import Iterator

from engine.loading.diagnostic import START, Diagnostic, Place

MAX_BYTES = 256 * 1024  # eight times the longest file that ships; the pure-Python scanner reads about half a megabyte a second
MAX_LINES = 8_000
MAX_LINE = 4_000  # characters

_BOMS = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
# Controls, format characters that hide or reorder (bidi, zero width, soft hyphen, tag characters), exotic line ends.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_INDENT = re.compile(r"^( *)([\t\u3000\u00a0\u2000-\u200a]+)(?=\s*\S)", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SHOWN_AT_MOST = 10  # of one code: a file full of tabs is one lesson, not a thousand


def decoded(data: bytes, file: str) -> str | Diagnostic:
    """The text of a file, a leading UTF-8 mark removed, or why it cannot be read."""
    if len(data) > MAX_BYTES:
        return too_large(file, len(data))
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Diagnostic(file, START, "not-utf8", {"encoding": name})
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        return _undecodable(data, error.start, file)


def too_large(file: str, size: int) -> Diagnostic:
    """The refusal of a file by its size alone, so that the caller need not read it."""
    return Diagnostic(file, START, "file-too-large", {"size": -(-size // 1024), "limit": MAX_BYTES // 1024})


def _undecodable(data: bytes, at: int, file: str) -> Diagnostic:
    good = data[:at].removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    lines = split_lines(good)
    place = Place(len(lines), len(lines[-1]) + 1, len(lines[-1]) + 2)
    if b"\0" in data[:64]:
        return Diagnostic(file, place, "not-utf8", {"encoding": "UTF-16"})
    return Diagnostic(file, place, "not-utf8", {"encoding": f"0x{data[at]:02X}"}, excerpt=lines[-1])


def split_lines(text: str) -> list[str]:
    """The lines of a text, counted as YAML counts them."""
    return _LINE_END.split(text)


def refusals(text: str, lines: list[str], file: str) -> list[Diagnostic]:
    """Every refusal that needs no YAML: too long, hidden characters, indentation that is not spaces."""
    too_long = _too_long(lines, file)
    if too_long:
        return [too_long]
    found: list[Diagnostic] = []
    for pattern, make in ((_HIDDEN, _hidden), (_INDENT, _indent)):
        for match, place in _places(pattern, text, lines):
            found.append(make(match, place, file, lines[place.line - 1]))
    return found


def _too_long(lines: list[str], file: str) -> Diagnostic | None:
    if len(lines) > MAX_LINES:
        return Diagnostic(file, Place(MAX_LINES + 1, 1, 1), "too-many-lines", {"found": len(lines), "limit": MAX_LINES})
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            place = Place(number, MAX_LINE + 1, MAX_LINE + 2)
            return Diagnostic(file, place, "line-too-long", {"found": len(line), "limit": MAX_LINE}, excerpt=line)
    return None


def _places(pattern: re.Pattern[str], text: str, lines: list[str]) -> Iterator[tuple[re.Match[str], Place]]:
    """The first matches, with their places. Searches line by line only once the text is known to hold one."""
    if not pattern.search(text):
        return
    shown = 0
    for number, line in enumerate(lines, 1):
        for match in pattern.finditer(line):
            yield match, Place(number, match.start() + 1, match.end() + 1)
            shown += 1
            if shown == _SHOWN_AT_MOST:
                return


def hidden_in(value: str) -> str | None:
    """The first character of a value that hides or reorders text, or None."""
    match = _HIDDEN.search(value)
    return match[0] if match else None


def name_of(char: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _hidden(match: re.Match[str], place: Place, file: str, line: str) -> Diagnostic:
    return Diagnostic(file, place, "hidden-character", {"character": name_of(match[0])}, excerpt=line)


def _indent(match: re.Match[str], place: Place, file: str, line: str) -> Diagnostic:
    column = len(match[1]) + 1
    code = "tab-indent" if "\t" in match[2] else "wide-space-indent"
    return Diagnostic(file, Place(place.line, column, place.end_column), code, {}, excerpt=line)
