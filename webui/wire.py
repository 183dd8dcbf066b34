"""What every answer carries and every write must show: security headers, compression, an origin that is ours."""

import gzip
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Response, abort, request

from webui.dispatch import Application
from webui.exchange import Asked

_POLICY = (
    "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
_LARGE = 2048  # bytes; smaller answers are sent as they are: a tick's answer gains nothing


def guard_wire(app: Application) -> None:
    """Refuse writes from elsewhere, add the headers, compress pages."""
    app.guard(_must_be_ours)
    app.after_request(_compressed)
    app.wsgi_app = _with_headers(app.wsgi_app)  # type: ignore[method-assign, assignment]


def _must_be_ours(asked: Asked) -> None:
    """Beside the token in the form: a browser says where a write came from, and elsewhere is refused."""
    if not asked.is_write:
        return
    if asked.environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = asked.environ.get("HTTP_ORIGIN")
    if origin and urlsplit(origin).netloc != asked.host:
        abort(403)


def _with_headers(application: WSGIApplication) -> WSGIApplication:
    """Around the application: whatever answers, also a fault of Flask's own, carries these headers."""

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            names = {name for name, _ in headers}
            if "Cache-Control" not in names:
                headers.append(("Cache-Control", "no-store"))  # a shared tablet: nothing of one person stays for the next
            headers.extend(_HEADERS)
            return start_response(status, headers, *fault)

        return application(environ, started)

    return answered


def _compressed(response: Response) -> Response:
    length = response.calculate_content_length()
    is_worth_it = length is not None and length >= _LARGE and not response.direct_passthrough
    if is_worth_it and response.mimetype in ("text/html", "application/json") and "Content-Encoding" not in response.headers:
        response.vary.add("Accept-Encoding")
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
    return response
