"""A file's text as nodes: where every key, value and item begins and ends, to the character.

Promises offsets into the text as it is written, comments and spaces left out. It changes nothing and judges nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ruamel.yaml.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.loading.characters import split_lines
from engine.loading.gate import Gate
from engine.loading.source import Path

Kind = Literal["scalar", "mapping", "sequence"]
_HEADER = re.compile(r"[|>][-+0-9]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class Entry:
    """One item of a list, or one key with its value. `start` is that of the key, or of the item's dash in a block list."""

    start: int
    key: "Node | None"
    value: "Node"


@dataclass(slots=True)
class Node:
    """One value. `style` is the quote of a scalar ("" where plain, "|" and ">" for blocks), "flow" or "block" of a collection.

    `end` is the offset after the last character of content; `reach` that after blank lines a block scalar keeps.
    """

    kind: Kind
    style: str
    start: int
    end: int
    reach: int
    column: int
    value: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it is a collection spread over lines of its own."""
        return self.style == "block"

    def entry(self, part: str | int) -> Entry | None:
        """The entry of a key or an index, or None."""
        if isinstance(part, str):
            return next((one for one in self.entries if one.key and one.key.value == part), None)
        return self.entries[part] if self.kind == "sequence" and 0 <= part < len(self.entries) else None

    def walk(self) -> Iterator["Node"]:
        """This node, then all in it, keys too."""
        yield self
        for entry in self.entries:
            if entry.key:
                yield entry.key
            yield from entry.value.walk()


def nodes(text: str) -> Node:
    """The root of a text that `read` has accepted. Raises ValueError for one that passes no gate."""
    gate = Gate(split_lines(text), "")
    gate.read(text)
    events = (event for event in gate.events if isinstance(event, NodeEvent | MappingEndEvent | SequenceEndEvent))
    first = next(events, None)
    if gate.refused or first is None:
        raise ValueError("the text was refused")
    return _Builder(text, events).node(first)


def found(root: Node, path: Path) -> tuple[Node, ...]:
    """The nodes on the way to `path`, root first, as far as they are there."""
    way = [root]
    for part in path:
        entry = way[-1].entry(part)
        if entry is None:
            break
        way.append(entry.value)
    return tuple(way)


class _Builder:
    """Events to nodes. Depth is bounded by the gate, so it may recurse."""

    def __init__(self, text: str, events: Iterator[Event]) -> None:
        self.text, self.events = text, events

    def node(self, event: Event) -> Node:
        match event:
            case MappingStartEvent():
                return self._collection(event, "mapping")
            case SequenceStartEvent():
                return self._collection(event, "sequence")
            case _:
                return self._scalar(event)

    def _scalar(self, event: Event) -> Node:
        assert isinstance(event, ScalarEvent)
        start, stop = event.start_mark.index, event.end_mark.index
        style = "" if event.style is None else str(event.style)
        node = Node("scalar", style, start, stop, stop, event.start_mark.column, str(event.value))
        if style in ("|", ">"):
            node.end = _content_end(self.text, start, stop)
            node.reach = stop if "+" in _header(self.text, start) else node.end
        return node

    def _collection(self, event: Event, kind: Kind) -> Node:
        assert isinstance(event, MappingStartEvent | SequenceStartEvent)
        start = event.start_mark.index
        node = Node(kind, "flow" if event.flow_style else "block", start, start, start, event.start_mark.column)
        for inner in self.events:
            if isinstance(inner, MappingEndEvent | SequenceEndEvent):
                last = node.entries[-1].value if node.entries else node
                node.end = inner.end_mark.index if event.flow_style else last.end
                node.reach = inner.end_mark.index if event.flow_style else last.reach
                break
            node.entries.append(self._pair(inner) if kind == "mapping" else self._item(inner, node))
        return node

    def _pair(self, event: Event) -> Entry:
        key = self.node(event)
        return Entry(key.start, key, self.node(next(self.events)))

    def _item(self, event: Event, within: Node) -> Entry:
        value = self.node(event)
        if not within.is_block:
            return Entry(value.start, None, value)
        return Entry(self._dash(value.start, within), None, value)

    def _dash(self, at: int, within: Node) -> int:
        """Where the dash of an item stands: in the list's column, on the item's line or on one above it."""
        while at > within.start:
            line = max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1
            dash = line + within.column
            if self.text[line:dash].strip(" ") == "" and self.text[dash : dash + 1] == "-":
                return dash
            at = line - 1
        return within.start


def _header(text: str, start: int) -> str:
    match = _HEADER.match(text, start)
    return match[0] if match else ""


def _content_end(text: str, start: int, stop: int) -> int:
    """The end of a block scalar's last line that says something, without its line break."""
    body = text[start:stop]
    indent = next((len(line) - len(line.lstrip(" ")) for line in split_lines(body)[1:] if line.strip(" ")), 0)
    end = len(body)
    for line_end in reversed(list(_LINE_END.finditer(body))):
        line = body[line_end.end() : end]
        if line.strip(" ") or len(line) > indent:
            break
        end = line_end.start()
    return start + end
