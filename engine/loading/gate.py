"""The safe subset of YAML 1.2, enforced on parser events before a single value is built.

Promises a bounded list of events without anchors, aliases, tags, directives or a second document. What is refused is named
with its place; several refusals are reported at once where reading can go on.
"""

from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
)

from engine.loading.diagnostic import Diagnostic, Place
from engine.loading.syntax import explain_syntax

MAX_DEPTH = 24
MAX_NODES = 8_000  # keys, values and collections: room for a thousand steps; the longest file that ships has 3 000
MAX_SCALAR = 20_000  # characters of one text, over all its lines
_REFUSED_AT_MOST = 20


class Gate:
    """Reads one text once. `events` holds what passed, `refused` why the rest did not; use neither before `read`."""

    def __init__(self, lines: list[str], file: str) -> None:
        self.lines, self.file = lines, file
        self.events: list[Event] = []
        self.refused: list[Diagnostic] = []
        self._depth = self._nodes = self._documents = 0

    def read(self, text: str) -> None:
        """Take events until the end, a syntax error, or a refusal that makes going on pointless."""
        directive = self._leading_directive()
        if directive:
            self.refused.append(directive)
            return
        try:
            for event in self._parse(text):
                if not self._passes(event) or len(self.refused) >= _REFUSED_AT_MOST:
                    return
                self.events.append(event)
        except (YAMLError, ValueError, OverflowError, IndexError) as error:
            # The last three leave ruamel's scanner on escapes such as "\\UFFFFFFFF"; they too are the author's text.
            slip = explain_syntax(error, self.lines, self.file, self._last_line())
            if slip.line not in [refused.line for refused in self.refused]:  # else it is the same mistake's second face
                self.refused.append(slip)

    @staticmethod
    def _parse(text: str) -> Iterator[Event]:
        events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        return events

    def _last_line(self) -> int:
        return int(self.events[-1].end_mark.line) + 1 if self.events else 1

    def _leading_directive(self) -> Diagnostic | None:
        for number, line in enumerate(self.lines, 1):
            if line.startswith("%"):
                return Diagnostic(self.file, Place(number, 1, len(line) + 1), "directive", {"found": line[:20]}, excerpt=line)
            if line.strip() and not line.lstrip().startswith("#"):
                return None
        return None

    def _passes(self, event: Event) -> bool:
        """False where going on would cost too much or mean nothing."""
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            return self._documents == 1 or self._refuse(event, "two-documents")
        if isinstance(event, CollectionEndEvent):
            self._depth -= 1
        if not isinstance(event, NodeEvent):
            return True
        self._check_indirection(event)
        return self._within_bounds(event)

    def _check_indirection(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            self._refuse(event, "alias", found=f"*{event.anchor}")
        elif event.anchor is not None:
            self._refuse(event, "anchor", found=f"&{event.anchor}")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "tag", found=self._written_tag(event))

    def _within_bounds(self, event: NodeEvent) -> bool:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            return self._refuse(event, "too-many-nodes", limit=MAX_NODES)
        if isinstance(event, CollectionStartEvent):
            self._depth += 1
            return self._depth <= MAX_DEPTH or self._refuse(event, "too-deep", limit=MAX_DEPTH)
        if isinstance(event, ScalarEvent) and len(event.value) > MAX_SCALAR:
            self._refuse(event, "text-too-long", found=len(event.value), limit=MAX_SCALAR)
        return True

    def _written_tag(self, event: Event) -> str:
        place = place_of(event, self.lines)
        return self.lines[place.line - 1][place.column - 1 :].split(" ")[0]

    def _refuse(self, event: Event, code: str, **facts: object) -> bool:
        place = place_of(event, self.lines)
        self.refused.append(Diagnostic(self.file, place, code, facts, excerpt=self.lines[place.line - 1]))
        return False


def place_of(event: Event, lines: list[str]) -> Place:
    """The event's stretch of its first line; what runs over several lines ends with that line."""
    start, end = event.start_mark, event.end_mark
    line = min(start.line, len(lines) - 1)
    stop = end.column if end.line == line else len(lines[line].rstrip())
    return Place(line + 1, start.column + 1, max(stop, start.column) + 1)
