"""Photos: kept without what the camera knows of the place, or refused; never half on disk."""

import io
from pathlib import Path

import pytest
from PIL import Image

from engine.photos import LARGEST, NotAPhoto, Photos

from .world import together


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **more)
    return out.getvalue()


def from_camera() -> bytes:
    """A JPEG lying on its side, with the maker, the place and a comment inside."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "SECRETCAM"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 9.0), 3: "E", 4: (121.0, 28.0, 1.0)})
    return picture(exif=exif, comment=b"SECRETNOTE")


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    return Photos(tmp_path / "photos")


def kept(photos: Photos, data: bytes) -> Path:
    path = photos.path(photos.keep(data))
    assert path is not None
    return path


def test_nothing_of_the_camera_is_kept(photos: Photos) -> None:
    given = from_camera()
    assert b"SECRETCAM" in given
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(0x8825)
    path = kept(photos, given)
    found = Image.open(path)
    assert (found.format, found.size) == ("JPEG", (30, 40))  # upright
    assert dict(found.getexif()) == {}
    assert b"SECRET" not in path.read_bytes()
    assert b"Exif" not in path.read_bytes()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_what_is_taken(photos: Photos, form: str) -> None:
    assert Image.open(kept(photos, picture(form))).format == "JPEG"


def test_a_large_one_is_made_smaller(photos: Photos) -> None:
    assert Image.open(kept(photos, picture(size=(3200, 400)))).size == (1600, 200)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (picture("GIF"), "not_an_image"),
        (picture("BMP"), "not_an_image"),
        (picture("TIFF"), "not_an_image"),
        (SVG, "not_an_image"),
        (b"%PDF-1.7", "not_an_image"),
        (b"", "not_an_image"),
        (picture(size=(400, 400))[:-200], "not_an_image"),
        (picture("PNG", size=(400, 400))[:60], "not_an_image"),
        (bytes(LARGEST + 1), "too_large"),
        (picture() + bytes(LARGEST), "too_large"),
    ],
    ids=["gif", "bmp", "tiff", "svg", "pdf", "empty", "cut jpeg", "cut png", "12 MB and a byte", "with a tail"],
)
def test_what_is_refused(photos: Photos, data: bytes, code: str) -> None:
    with pytest.raises(NotAPhoto) as refused:
        photos.keep(data)
    assert refused.value.code == code
    assert not photos.folder.exists()


@pytest.mark.parametrize("side", [8_000, 15_000])
def test_a_bomb_is_refused(photos: Photos, side: int) -> None:
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(NotAPhoto) as refused:
        photos.keep(out.getvalue())
    assert refused.value.code == "too_many_pixels"


def test_one_that_takes_too_long_is_refused(photos: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.photos._SECONDS", 0.01)
    with pytest.raises(NotAPhoto) as refused:
        photos.keep(picture())
    assert refused.value.code == "took_too_long"


def test_the_same_picture_is_kept_once(photos: Photos) -> None:
    found: list[str] = []
    together(3, lambda _: found.append(photos.keep(picture())))
    assert len(set(found)) == 1
    assert len(list(photos.folder.rglob("*.jpg"))) == 1
    assert photos.keep(picture()) == found[0]


@pytest.mark.parametrize("digest", ["", "0" * 64, "../../etc/passwd", "A" * 64, "0" * 63])
def test_what_is_not_there(photos: Photos, digest: str) -> None:
    assert photos.path(digest) is None
