"""What no text holds: control characters in an address, NUL in a form.

Nobody types them, and PostgreSQL keeps no NUL; so a request with one is refused here, once, for pages and programs alike.
"""

import re
from urllib.parse import unquote

from werkzeug.exceptions import BadRequest

from webui.dispatch import Application
from webui.exchange import Asked

HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters, without tabs and line breaks, which come along with what is pasted."""
_NUL = "\x00"
_QUERY = "query"  # the field of a form that holds the query of an address
_LONGEST = 200  # characters of what was found that are told


class Unreadable(BadRequest):
    """A request whose texts are none. `where`: the parameter, or `path`; `found`: its value as it can be shown."""

    def __init__(self, where: str, found: str) -> None:
        super().__init__()
        self.where, self.found = _shown(where), _shown(found)


def guard_texts(app: Application) -> None:
    """Refuse such requests. After what looks at origins and tokens: the form is read."""
    app.guard(_must_be_text)


def _must_be_text(asked: Asked) -> None:
    if HIDDEN.search(asked.path):
        raise Unreadable("path", asked.path)
    if asked.query_string:
        for name, value in asked.args.items(multi=True):
            if HIDDEN.search(name) or HIDDEN.search(value):
                raise Unreadable(name, value)
    if asked.is_write:
        for name, value in asked.form.items(multi=True):
            if _NUL in name or _NUL in value or (name == _QUERY and HIDDEN.search(unquote(value))):
                raise Unreadable(name, value)


def _shown(text: str) -> str:
    return HIDDEN.sub(lambda one: f"\\x{ord(one[0]):02x}", text[:_LONGEST])
