"""Photos: what is taken, what is refused and with which words, and what is left of what came with them."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from .cast import House, Tablet
from .rich import PIN

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture of a kind, with metadata where the kind has any."""
    held = BytesIO()
    image = Image.new("RGB", size, "teal")
    exif = image.getexif()
    exif[0x010E] = "SECRET PLACE"
    image.save(held, kind, **({"exif": exif} if kind in ("JPEG", "WEBP", "PNG") else {}))
    return held.getvalue()


def bomb() -> bytes:
    """A PNG that says it has 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.fixture
def pool(rich: House) -> tuple[Tablet, str]:
    """A guard's tablet and a run with photos."""
    tablet = rich.tablet()
    tablet.sign_on("guard", PIN)
    return tablet, tablet.start("pool/rich")


def take(pool: tuple[Tablet, str], data: bytes, name: str = "a.jpg", step: str = "surface", *, htmx: bool = True) -> TestResponse:
    """Answer the photo step with a file."""
    tablet, run = pool
    return tablet.step(run, step, htmx=htmx, act="answer", files=[(BytesIO(data), name)])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_kept_without_what_the_camera_knew(pool: tuple[Tablet, str], kind: str) -> None:
    tablet, run = pool
    assert take(pool, picture(kind), "../../etc/passwd.svg").status_code == 200
    digest = tablet.house.product.engine.run(run).state.step("surface").answer.options[0]  # type: ignore[union-attr]
    shown = tablet.get(f"/photos/{digest}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in shown.headers["Cache-Control"]
    assert b"SECRET" not in shown.data
    with Image.open(BytesIO(shown.data)) as kept:
        assert (kept.format, kept.size, len(kept.getexif())) == ("JPEG", (60, 40), 0)
    small = tablet.get(f"/photos/{digest}/small")
    assert (small.status_code, small.content_type) == (200, "image/jpeg")
    assert tablet.house.tablet().get(f"/photos/{digest}").status_code == 303
    assert f"/photos/{digest}/small" in tablet.get(f"/runs/{run}?at=surface").text


REFUSED: dict[str, tuple[bytes, str]] = {
    "svg": (SVG, "不是照片"),
    "svg as jpeg": (b"\xff\xd8\xff" + SVG, "不是照片"),
    "gif": (picture("GIF"), "不是照片"),
    "bmp": (picture("BMP"), "不是照片"),
    "html": (b"<!doctype html><script>alert(1)</script>", "不是照片"),
    "truncated": (picture("JPEG", (900, 900))[:700], "不是照片"),
    "noise": (random.Random(1).randbytes(4000), "不是照片"),
    "bomb": (bomb(), "尺寸太大"),
    "too large": (b"\xff\xd8" + bytes(12 * 1024 * 1024), "照片太大"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_anything_else_is_refused_in_words(pool: tuple[Tablet, str], what: str) -> None:
    tablet, run = pool
    data, words = REFUSED[what]
    answer = take(pool, data, htmx=what != "gif")
    assert answer.status_code == 422, answer.text
    assert words in answer.text
    assert len(tablet.house.kinds(run)) == 1
    assert not list(tablet.house.product.photos.folder.rglob("*")) if tablet.house.product.photos.folder.exists() else True


def test_more_than_fits_is_refused_in_words(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    answer = take(pool, bytes(27 * 1024 * 1024))
    assert (answer.status_code, "太大" in answer.text) == (413, True)
    assert answer.headers["HX-Retarget"] == "#banner"
    page = take(pool, bytes(27 * 1024 * 1024), htmx=False)
    assert (page.status_code, "12 MB" in page.text) == (413, True)
    assert len(tablet.house.kinds(run)) == 1


def test_evidence_is_asked_for(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    none = tablet.step(run, "locked", typed="done")
    assert (none.status_code, "这一步要附照片" in none.text) == (422, True)
    no_photo = tablet.step(run, "surface", act="answer")
    assert (no_photo.status_code, "至少要 1 张照片" in no_photo.text) == (422, True)
    wrong = tablet.step(run, "locked", typed="done", files=[(BytesIO(SVG), "a.svg")])
    assert (wrong.status_code, "不是照片" in wrong.text) == (422, True)
    forged = tablet.step(run, "locked", typed="done", photo="0" * 64)
    assert forged.status_code == 422
    assert len(tablet.house.kinds(run)) == 1


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 63, "A" * 64, "../session.key", "..%2f..%2fsession.key", "0" * 64 + "%0a"])
def test_no_other_file_is_shown(pool: tuple[Tablet, str], digest: str) -> None:
    for address in (f"/photos/{digest}", f"/photos/{digest}/small"):
        assert pool[0].get(address).status_code in (308, 404)


def test_a_tablet_asks_each_time_whether_a_picture_is_still_there(pool: tuple[Tablet, str]) -> None:
    tablet, run = pool
    take(pool, picture("JPEG"))
    product = tablet.house.product
    digest = product.engine.run(run).state.step("surface").answer.options[0]  # type: ignore[union-attr]
    shown = {address: tablet.get(address) for address in (f"/photos/{digest}", f"/photos/{digest}/small")}
    for address, one in shown.items():
        assert one.headers["Cache-Control"] == "private, no-cache"
        again = tablet.client.get(address, headers={"If-None-Match": one.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    product.photos.drop(digest)
    for address, one in shown.items():
        assert tablet.client.get(address, headers={"If-None-Match": one.headers["ETag"]}).status_code == 404
