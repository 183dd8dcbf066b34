"""A request as it is received and an answer as it is sent. What a tick sends and gets is small, and goes in one piece.

Werkzeug reads a form through a limited stream, a parser and its options, and walks an answer through an iterator, for uploads and
downloads of any size. What is short takes the short way here; everything else goes Werkzeug's.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import IO
from urllib.parse import unquote
from wsgiref.types import WSGIEnvironment

from flask import Response, request
from htmx_flask.requests import HtmxAwareRequest  # type: ignore[import-untyped]
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import ClientDisconnected

_FORM = "application/x-www-form-urlencoded"
_SHORT = 16 * 1024  # bytes of a form that is read in one piece
_TO_CHANGE = frozenset(("location", "content-location"))  # headers that Werkzeug writes anew when it sends them
_NO_FILES: ImmutableMultiDict[str, FileStorage] = ImmutableMultiDict()


class Asked(HtmxAwareRequest):  # type: ignore[misc]
    """What a browser or another program sent."""

    @property
    def is_write(self) -> bool:
        """Whether it may change anything."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        length = _short_form(self.environ)
        if length is None or self.shallow or "_cached_data" in self.__dict__:
            super()._load_form_data()
            return
        body = _read(self.environ["wsgi.input"], length)
        self.__dict__.update(stream=BytesIO(), form=ImmutableMultiDict(_pairs(body)), files=_NO_FILES)


class Answer(Response):
    """What is sent back."""

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """The body, the status and the headers. A server sends a list in one piece, what is walked through chunk by chunk."""
        is_all_sent = self.status_code == 200 and environ["REQUEST_METHOD"] != "HEAD"
        if is_all_sent and isinstance(self.response, list) and not self._on_close:
            headers = self.headers.to_wsgi_list()
            names = {name.lower() for name, _ in headers}
            if "content-length" in names and names.isdisjoint(_TO_CHANGE):
                return list(self.iter_encoded()), self.status, headers
        return super().get_wsgi_response(environ)


def asked() -> Asked:
    """The request at hand itself: each look through `flask.request`, which stands for it, takes five times as long."""
    found: Asked = request._get_current_object()  # type: ignore[attr-defined]
    return found


def _short_form(environ: WSGIEnvironment) -> int | None:
    """The length of a short form in bytes; None of what is long, has no length, or is no such form."""
    said = environ.get("CONTENT_LENGTH", "")
    if len(said) > 5 or not (said.isascii() and said.isdecimal()) or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    kind, length = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower(), int(said)
    return length if kind == _FORM and length <= _SHORT else None


def _read(stream: IO[bytes], length: int) -> bytes:
    """All of it, as a part of a form is none. Raises ClientDisconnected."""
    body = b""
    while len(body) < length:
        try:
            more = stream.read(length - len(body))
        except (OSError, ValueError) as error:
            raise ClientDisconnected from error
        if not more:
            raise ClientDisconnected
        body += more
    return body


def _pairs(body: bytes) -> list[tuple[str, str]]:
    """The inputs of a form; none of one that is not UTF-8."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return []
    parts = (part.partition("=") for part in text.split("&") if part)
    return [(_plain(name), _plain(value)) for name, _, value in parts]


def _plain(text: str) -> str:
    """A name or a value without its escapes. What is no UTF-8 stays escaped, as Werkzeug has it."""
    return unquote(text.replace("+", " "), errors="werkzeug.url_quote") if "%" in text or "+" in text else text
