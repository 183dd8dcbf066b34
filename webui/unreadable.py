"""What no text holds: control characters in an address, NUL in a form.

Nobody types them, and PostgreSQL keeps no NUL; so a request with one is refused here, once, for pages and programs alike.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from flask import Flask, request
from werkzeug.exceptions import BadRequest

HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters, without tabs and line breaks, which come along with what is pasted."""
_NUL = re.compile("\x00")
_QUERY = "query"  # the field of a form that holds the query of an address
_LONGEST = 200  # characters of what was found that are told


class Unreadable(BadRequest):
    """A request whose texts are none. `where`: the parameter, or `path`; `found`: its value as it can be shown."""

    def __init__(self, where: str, found: str) -> None:
        super().__init__()
        self.where, self.found = _shown(where), _shown(found)


def guard_texts(app: Flask) -> None:
    """Refuse such requests. After what looks at origins and tokens: the form is read."""
    app.before_request(_must_be_text)


def _must_be_text() -> None:
    for where, found, refused in _texts():
        if refused.search(where) or refused.search(found):
            raise Unreadable(where, found)


def _texts() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    yield "path", request.path, HIDDEN
    yield from ((name, value, HIDDEN) for name, value in _each(request.args.lists()))
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        for name, value in _each(request.form.lists()):
            yield name, value, _NUL
            if name == _QUERY:
                yield name, unquote(value), HIDDEN


def _each(lists: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, values in lists for value in values)


def _shown(text: str) -> str:
    return HIDDEN.sub(lambda one: f"\\x{ord(one[0]):02x}", text[:_LONGEST])
