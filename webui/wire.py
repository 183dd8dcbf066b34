"""What every answer carries and every write must show: security headers, compression, an origin that is ours."""

import gzip
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

_POLICY = (
    "default-src 'self'; img-src 'self' blob:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LARGE = 2048  # bytes; smaller answers are sent as they are: a tick's answer gains nothing


def guard_wire(app: Flask) -> None:
    """Refuse writes from elsewhere, add the headers, compress pages."""
    app.before_request(_must_be_ours)
    app.after_request(_finished)


def _must_be_ours() -> None:
    """Beside the token in the form: a browser says where a write came from, and elsewhere is refused."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        abort(403)


def _finished(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.add(name, value)  # nothing of ours is there before
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"  # a shared tablet: nothing of one person stays for the next
    is_text = response.mimetype in ("text/html", "application/json") and not response.direct_passthrough
    if is_text and "Content-Encoding" not in response.headers and "gzip" in request.headers.get("Accept-Encoding", ""):
        _compress(response)
    return response


def _compress(response: Response) -> None:
    plain = response.get_data()
    if len(plain) < _LARGE:
        return
    response.set_data(gzip.compress(plain, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
