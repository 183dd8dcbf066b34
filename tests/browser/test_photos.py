"""A photo is seen at once and light enough for a slow line; what is kept is upright, without what the camera noted about it."""

import io
import random

from PIL import Image
from PIL.ImageFile import ImageFile
from playwright.sync_api import expect

from engine.run.events import PhotosAttached

from .house import House
from .tablet import Tablet

UPSIDE_DOWN = 3  # EXIF orientation


def snapshot() -> bytes:
    """A large JPEG as from a camera held upside down, with a place and a maker noted: red below, so above when it is turned."""
    noise = Image.frombytes("L", (500, 375), random.Random(7).randbytes(500 * 375)).resize((4000, 3000))
    picture = Image.merge("RGB", (noise, noise, noise))
    picture.paste((220, 20, 20), (0, 1500, 4000, 3000))
    noted = picture.getexif()
    noted[0x0112], noted[0x010F] = UPSIDE_DOWN, "Camera of 陈海"
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=95, exif=noted)
    return written.getvalue()


def test_a_photo_is_seen_at_once_and_sent_light(house: House, tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.page.goto(f"/runs/{tablet.run}?at=appearance&panel=photo")
    panel = tablet.step("appearance").locator("form.panel")
    photo, sent = snapshot(), list[str]()
    assert len(photo) > 1_000_000
    tablet.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    chooser = panel.locator('[type="file"]')
    chooser.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect(panel.locator(".file canvas")).to_be_visible()
    expect(panel.locator(".file")).to_contain_text("已选 1 张")
    assert not sent  # nothing has gone out yet
    assert 20_000 < chooser.evaluate("(one) => one.files[0].size") < len(photo) / 4
    tablet.send(panel.locator('[value="attach"]'))
    expect(tablet.open("appearance").locator(".shots img")).to_be_visible()
    assert len(sent) == 1
    kept = _kept(house, tablet.run)
    assert max(kept.size) == 1600
    red, green, _ = kept.convert("RGB").getpixel((800, 100))  # type: ignore[misc]  # a pixel of RGB is three numbers
    assert red > 150 > green
    assert not kept.getexif()


def test_what_is_no_picture_is_refused_in_place(tablet: Tablet) -> None:
    tablet.sign_on("chen")
    tablet.start("pool/prep")
    tablet.is_started()
    tablet.page.goto(f"/runs/{tablet.run}?at=appearance&panel=photo")
    panel = tablet.step("appearance").locator("form.panel")
    panel.locator('[type="file"]').set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"})
    tablet.send(panel.locator('[value="attach"]'))
    expect(tablet.step("appearance").locator(".no").first).to_contain_text("不是照片")


def _kept(house: House, run: str) -> ImageFile:
    found = next(one.event for one in house.product.engine.record(run) if isinstance(one.event, PhotosAttached))
    path = house.product.photos.path(found.photos[0])
    assert path is not None
    return Image.open(path)
