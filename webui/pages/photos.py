"""Photos of runs, whole and as thumbnails. What is kept is already re-encoded, so it is safe to open here."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, request

from webui.visitor import product, signed_on

pages = Blueprint("photos", __name__)
_SIDE = 240  # pixels of a thumbnail's longer side
_ASKED_AGAIN = "private, no-cache"
"""A tablet may keep a picture, but asks each time whether it is still there: one that was erased is not shown again."""


@pages.get("/photos/<digest>")
@signed_on
def photo(digest: str) -> Response:
    """A picture by its digest."""
    return _picture(_path(digest).read_bytes(), digest)


@pages.get("/photos/<digest>/small")
@signed_on
def thumbnail(digest: str) -> Response:
    """The same, small."""
    return _picture(_small(_path(digest)), f"{digest}-small")


def whole_picture(digest: str) -> bytes:
    """A picture as it is kept. Raises LookupError."""
    return _kept(digest).read_bytes()


def small_picture(digest: str) -> bytes:
    """Its thumbnail. Raises LookupError."""
    return _small(_kept(digest))


def _kept(digest: str) -> Path:
    found = product().photos.path(digest)
    if found is None:
        raise LookupError(digest)
    return found


def _path(digest: str) -> Path:
    found = product().photos.path(digest)
    if found is None:
        abort(404)
    return found


@lru_cache(maxsize=256)
def _small(path: Path) -> bytes:
    from PIL import Image  # with the first picture that is shown small

    with Image.open(path, formats=("JPEG",)) as picture:
        picture.draft("RGB", (_SIDE * 2, _SIDE * 2))
        picture.thumbnail((_SIDE, _SIDE))
        held = BytesIO()
        picture.convert("RGB").save(held, "JPEG", quality=80)
    return held.getvalue()


def _picture(data: bytes, tag: str) -> Response:
    response = Response(data, content_type="image/jpeg")
    response.headers["Cache-Control"] = _ASKED_AGAIN
    response.set_etag(tag)
    response.make_conditional(request)
    return response
