"""Static files as they go over the wire: compressed once, named by their content, cached for ever.

Knows the folder, not what is in it.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from flask import Blueprint, Response, abort, request, url_for

from webui.visitor import open_to_all

pages = Blueprint("assets", __name__)
_YEAR = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file: its content, plain and compressed, and the name of exactly this content."""

    plain: bytes
    packed: bytes
    digest: str
    media: str


@cache
def asset(name: str) -> Asset:
    """A file of the static folder by its path. Raises FileNotFoundError."""
    plain = files("webui").joinpath("static", *name.split("/")).read_bytes()
    ending = name[name.rfind(".") :]
    media = _TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(plain, 9, mtime=0)
    return Asset(plain, packed, sha256(plain).hexdigest()[:12], media)


def asset_url(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return url_for("assets.static_file", name=name, v=asset(name).digest)


@pages.get("/static/<path:name>")
@open_to_all
def static_file(name: str) -> Response:
    """A static file, compressed where the client takes it."""
    parts = name.split("/")
    if any(not part or part.startswith(".") or "\\" in part for part in parts):
        abort(404)
    try:
        found = asset(name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        abort(404)
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "") and len(found.packed) < len(found.plain)
    response = Response(found.packed if is_packed else found.plain, content_type=_typed(found.media))
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _YEAR if request.args.get("v") == found.digest else "no-cache"
    response.set_etag(found.digest)
    response.make_conditional(request)
    return response


def _typed(media: str) -> str:
    return f"{media}; charset=utf-8" if media.startswith("text/") or media.endswith(("json", "xml")) else media
