"""A source is a file's text as plain Python values, with the place of every key and value.

Promises exact decimals (never floats), the YAML 1.2 core schema without its traps, and that nothing written is silently
lost: a duplicate key, an empty value or a number that would change is named. It knows nothing of procedures.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import orjson
from ruamel.yaml.events import Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from engine.loading.characters import decoded, hidden_in, name_of, refusals, split_lines
from engine.loading.diagnostic import START, Diagnostic, Place
from engine.loading.gate import Gate, place_of
from engine.loading.sentences import Phrase

Path = tuple[str | int, ...]
MAX_DIGITS = 21  # what a figure may hold; a longer number is a slip or an attack


@dataclass(slots=True)
class Source:
    """One file. `tree` is None where it was refused; `flawed` are paths already complained about."""

    file: str
    text: str = ""
    digest: str = ""
    lines: list[str] = field(default_factory=list)
    tree: object = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    flawed: set[Path] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """The place of the key or value at `path`, or of the nearest thing around it."""
        for length in range(len(path), 0, -1):
            first, second = (self.keys, self.values) if at_key else (self.values, self.keys)
            found = first.get(path[:length]) or second.get(path[:length])
            if found:
                return found
            at_key = True  # what is missing inside something is told at that thing's name
        return START

    def packed(self) -> bytes:
        """The places as JSON, for the cache."""
        places = [
            [[list(path), place.line, place.column, place.end_column] for path, place in m.items()]
            for m in (self.keys, self.values)
        ]
        return orjson.dumps(places)

    @classmethod
    def unpacked(cls, data: bytes, file: str, packed: bytes) -> "Source":
        """A source with lines and places, but without values. Raises ValueError or TypeError for what `packed` did not write."""
        keys, values = ({tuple(path): Place(*at) for path, *at in entries} for entries in orjson.loads(packed))
        return cls(file, lines=split_lines(data.decode("utf-8-sig")), keys=keys, values=values)

    def excerpt(self, place: Place) -> str:
        """The line a place lies on."""
        return self.lines[place.line - 1] if place.line <= len(self.lines) else ""


def digest(data: bytes) -> str:
    """SHA-256 of the file's bytes, in hex: the name of a revision."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes, file: str) -> Source:
    """Read a file's bytes. Never raises for what an author wrote: see `diagnostics`."""
    text = decoded(data, file)
    if isinstance(text, Diagnostic):
        return Source(file, digest=digest(data), diagnostics=[text])
    lines = split_lines(text)
    source = Source(file, text, digest(data), lines)
    source.diagnostics += refusals(text, lines, file)
    if not source.diagnostics:
        _fill(source)
    return source


def _fill(source: Source) -> None:
    gate = Gate(source.lines, source.file)
    gate.read(source.text)
    if gate.refused:
        source.diagnostics += gate.refused
        return
    nodes = (event for event in gate.events if isinstance(event, _NODES))
    first = next(nodes, None)
    if first is None or (isinstance(first, ScalarEvent) and not first.value):
        source.diagnostics.append(Diagnostic(source.file, START, "empty-file"))
    else:
        source.tree = _Builder(source, nodes).value(first, ())


_NODES = (ScalarEvent, MappingStartEvent, MappingEndEvent, SequenceStartEvent, SequenceEndEvent)
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = ("", "~", "null", "Null", "NULL")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.)")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?")
_ODD_NUMBER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+")
_GLUED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(：|:)")  # a key and its value in one, as in {low:0.4}
_SPACED = re.compile(r"[A-Za-z_][A-Za-z0-9_]* +\S")  # the same with the colon forgotten, as in {low 0.4}
_BEFORE_COMMA = re.compile(r"[0-9.]+,$")  # a number broken in two, as in {low: 70,5}
_AFTER_TEXT = re.compile(r"[^\s0-9\]}\"'], *$")  # a text broken in two, as in {en: Sauna, hot}
_CUT = re.compile(r":? +(#[^\s#].*)")  # what a reader of YAML leaves out, and whoever wrote "#1 valve" does not
_NAME = re.compile(r"[\w/.:+-]+", re.ASCII)  # an id, a time, a length: what follows is no more of it
_REFUSED_NUMBERS = ((_NOT_FINITE, "not-finite"), (_LEADING_ZERO, "leading-zero"), (_ODD_NUMBER, "number-form"))


class _Builder:
    """Events to values. Depth is bounded by the gate, so it may recurse."""

    def __init__(self, source: Source, events: Iterator[Event]) -> None:
        self.source, self.events = source, events

    def value(self, event: Event, path: Path) -> object:
        self.source.values[path] = place_of(event, self.source.lines)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event, path)

    def _close(self, end: Event, path: Path) -> None:
        """Give a collection its extent: to its bracket on the same line, else to the end of its first line."""
        place = self.source.values[path]
        stop = end.end_mark.column if end.end_mark.line == place.line - 1 else len(self.source.excerpt(place).rstrip())
        self.source.values[path] = Place(place.line, place.column, max(stop, place.column) + 1)

    def _sequence(self, path: Path) -> list[object]:
        items: list[object] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                self._close(event, path)
                break
            items.append(self.value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        entries: dict[str, object] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                self._close(event, path)
                break
            key = self._key(event, path, entries)
            if key is None:
                self._skip(next(self.events))
            else:
                self.source.keys[(*path, key)] = place_of(event, self.source.lines)
                entries[key] = self.value(next(self.events), (*path, key))
        return entries

    def _key(self, event: Event, path: Path, entries: dict[str, object]) -> str | None:
        """The key as text, or None where the entry is refused."""
        if not isinstance(event, ScalarEvent):
            self._skip(event)
            self._complain(event, path, "key-not-text", {"found": self._line_from(event)})
            return None
        key = str(event.value)
        refused = self._refused_key(event, key)
        if refused:
            code, facts = refused
            self._complain(event, path, code, facts)
            return None
        if key not in entries:
            return key
        first = next(iter(entries))
        is_next_entry = key == first and isinstance(path[-1] if path else "", int)  # it lacks its dash, and so do its other keys
        if is_next_entry or (*path, first) not in self.source.flawed:
            facts = {"key": key, "out": Phrase("out_dash" if is_next_entry else "out_keep_one")}
            self._complain(event, (*path, key), "duplicate-key", facts, other=self.source.keys[(*path, key)])
        return None

    def _refused_key(self, event: Event, key: str) -> tuple[str, dict[str, object]] | None:
        if _is_plain(event) and key == "<<":
            return "merge-key", {}
        if _is_plain(event) and key.isdigit() and (number := _BEFORE_COMMA.search(self._line_to(event))):
            return "comma-in-number", {"found": number[0] + key}
        if _is_plain(event) and (key in _NULLS or key in _TRUTHS or _looks_numeric(key)):
            return "key-not-text", {"found": key or self._line_from(event)}
        hidden = hidden_in(key)
        return ("hidden-character", {"character": name_of(hidden)}) if hidden else None

    def _line_to(self, event: Event) -> str:
        place = place_of(event, self.source.lines)
        return self.source.excerpt(place)[: place.column - 1]

    def _line_from(self, event: Event) -> str:
        place = place_of(event, self.source.lines)
        return self.source.excerpt(place)[place.column - 1 :].strip()

    def _skip(self, event: Event) -> None:
        depth = 0
        while True:
            depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
            depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
            if depth == 0:
                return
            event = next(self.events)

    def _scalar(self, event: Event, path: Path) -> object:
        text = str(getattr(event, "value", ""))
        if hidden := hidden_in(text):
            self._complain(event, path, "hidden-character", {"character": name_of(hidden)})
        if not _is_plain(event):
            return text
        if text in _NULLS:
            self._refuse_empty(event, path, text)
            return None
        if text in _TRUTHS:
            return _TRUTHS[text]
        if not _NAME.fullmatch(text):
            self._refuse_cut(event, path, event.end_mark.line, event.end_mark.column)
        return self._number(event, path, text)

    def _refuse_cut(self, event: Event, path: Path, line: int, column: int) -> bool:
        """Whether text goes on behind a `#` that was not meant as a comment; that is told."""
        cut = _CUT.match(self.source.lines[line], column) if line < len(self.source.lines) else None
        if cut:
            place = Place(line + 1, cut.start(1) + 1, cut.end(1) + 1)
            self._complain(event, path, "cut-by-hash", {"found": cut[1].rstrip()}, place=place)
        return cut is not None

    def _refuse_empty(self, event: Event, path: Path, text: str) -> None:
        key = None if text else self.source.keys.get(path)
        if key:
            self.source.values[path] = key
        name = str(path[-1]) if key and path else ""
        mark = _GLUED.match(name)
        if key and not mark and _AFTER_TEXT.search(self.source.excerpt(key)[: key.column - 1]):
            self._complain(event, path[:-1], "comma-in-text", {"found": name}, place=key)
            return
        if key and not mark and _SPACED.match(name):
            self._complain(event, path[:-1], "missing-colon", {"found": name}, place=key)
            return
        if key and not text and self._refuse_cut(event, path, key.line - 1, key.end_column - 1):
            return
        if not key or not mark:
            self._complain(event, path, "empty-value", {}, place=key)
            return
        colon = Place(key.line, key.column + mark.start(1), key.column + mark.end(1))
        code = "missing-blank" if mark[1] == ":" else "full-width-mark"
        facts: dict[str, object] = {"mark": ":", "found": mark[1], "expected": Phrase("mark", (": ",))}
        self._complain(event, path[:-1], code, facts, place=colon)  # the key is lost, so what is missing means nothing

    def _number(self, event: Event, path: Path, text: str) -> object:
        is_integer = _INTEGER.fullmatch(text)
        if is_integer or _DECIMAL.fullmatch(text):
            digits = sum(char.isdigit() for char in text)
            if digits > MAX_DIGITS:
                self._complain(event, path, "number-too-long", {"found": digits, "limit": MAX_DIGITS})
                return text
            return int(text) if is_integer else Decimal(text)
        for pattern, code in _REFUSED_NUMBERS:
            if pattern.fullmatch(text):
                self._complain(event, path, code, {"found": text})
        return text

    def _complain(
        self,
        event: Event,
        path: Path,
        code: str,
        facts: dict[str, object],
        *,
        other: Place | None = None,
        place: Place | None = None,
    ) -> None:
        place = place or place_of(event, self.source.lines)
        self.source.flawed.add(path)
        excerpt = self.source.excerpt(place)
        self.source.diagnostics.append(Diagnostic(self.source.file, place, code, facts, other=other, excerpt=excerpt))


def _is_plain(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and event.style in (None, "")


def _looks_numeric(text: str) -> bool:
    return any(p.fullmatch(text) for p in (_INTEGER, _DECIMAL, _NOT_FINITE, _LEADING_ZERO, _ODD_NUMBER))
