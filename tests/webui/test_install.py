"""Installing on a tablet: manifest, icons, worker and offline page are the same for everybody; larger text for one sign-on."""

import io
import re
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from PIL import Image

from webui import assets
from webui.pages import install

from .cast import House, opened

STATIC = Path(install.__file__).parents[1] / "static"
OPEN = ("/manifest.webmanifest", "/sw.js", "/offline")


def paper() -> list[str]:
    """The ground of the pages as the style sheet has it: light, dark."""
    return re.findall(r"--paper: (#[0-9a-f]{6})", (STATIC / "app.css").read_text())[:2]


def shell(house: House) -> dict[str, object]:
    """What the worker is told to keep."""
    text = house.app.test_client().get("/sw.js").text
    return orjson.loads(text.split(";\n", 1)[0].removeprefix("const SHELL = "))  # type: ignore[no-any-return]


def test_the_manifest_says_how_it_looks_as_an_app(house: House) -> None:
    answer = house.app.test_client().get("/manifest.webmanifest")
    assert (answer.status_code, answer.mimetype) == (200, "application/manifest+json")
    told = orjson.loads(answer.data)
    assert (told["start_url"], told["scope"], told["display"], told["lang"]) == ("/", "/", "standalone", "zh-CN")
    assert told["name"].endswith(told["short_name"])
    assert house.product.engine.site.name.into("zh") in told["name"]
    assert told["theme_color"] == told["background_color"] == paper()[0]
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip


def test_the_manifest_is_there_before_anything_is_published(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as house:
        told = orjson.loads(house.app.test_client().get("/manifest.webmanifest").data)
        assert told["name"] == told["short_name"]


def test_icons_are_what_the_manifest_says(house: House) -> None:
    client = house.app.test_client()
    for icon in orjson.loads(client.get("/manifest.webmanifest").data)["icons"]:
        answer = client.get(icon["src"])
        assert (answer.mimetype, "immutable" in answer.headers["Cache-Control"]) == ("image/png", True)
        picture = Image.open(io.BytesIO(answer.data)).convert("RGBA")
        assert icon["sizes"] == f"{picture.width}x{picture.height}"
        corner = picture.getpixel((0, 0))
        assert isinstance(corner, tuple)
        assert corner[3] == (255 if icon["purpose"] == "maskable" else 0)


def test_every_page_leads_to_the_manifest_and_says_its_colour(house: House) -> None:
    page = house.tablet().get("/sign-on").text
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    colours = dict(re.findall(r'<meta name="theme-color" media="\(prefers-color-scheme: (\w+)\)" content="([^"]+)">', page))
    assert [colours["light"], colours["dark"]] == paper()


def test_the_worker_keeps_exactly_what_the_layout_asks_for(house: House) -> None:
    asked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', house.tablet().get("/sign-on").text))
    kept = shell(house)
    assert set(kept["files"]) == asked  # type: ignore[call-overload]
    assert kept["offline"] == "/offline"
    assert set(re.findall(r'(?:src|href)="(/static/[^"]+)"', house.app.test_client().get("/offline").text)) <= asked


def test_the_worker_is_asked_about_each_time_and_changes_with_its_files(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = house.app.test_client()
    answer = client.get("/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    before, css = shell(house), assets.asset("app.css")
    changed = replace(css, digest="0" * 12)
    monkeypatch.setattr(assets, "asset", lambda name, found=assets.asset: changed if name == "app.css" else found(name))
    after = shell(house)
    assert before["version"] != after["version"]
    assert "/static/app.css?v=000000000000" in after["files"]  # type: ignore[operator]


@pytest.mark.parametrize("address", OPEN)
def test_what_a_tablet_keeps_is_the_same_for_everybody(house: House, address: str) -> None:
    nobody, somebody = house.app.test_client().get(address), house.signed_on("smith").get(address)
    assert nobody.data == somebody.data
    assert "Set-Cookie" not in nobody.headers
    assert "csrf" not in nobody.text
    assert "Smith" not in somebody.text


def test_the_offline_page_speaks_both_languages(house: House) -> None:
    page = house.app.test_client().get("/offline").text
    assert "没有网络" in page
    assert "网络恢复后会自动回来" in page
    assert "No network" in page
    assert "<form" not in page


def test_larger_text_for_one_sign_on(house: House) -> None:
    tablet = house.signed_on("chen")
    assert 'aria-pressed="false"' in tablet.get("/").text
    assert tablet.post("/text-size", large="1", next="/records?x=1").location == "/records?x=1"
    for address in ("/", "/records"):
        page = tablet.get(address).text
        assert '<html lang="zh-CN" class="large">' in page
        assert 'name="large" value="0" aria-label="大字" aria-pressed="true"' in page
    tablet.post("/text-size", large="0")
    assert 'class="large"' not in tablet.get("/").text


def test_larger_text_chosen_before_signing_on_stays_and_goes_with_the_person(house: House) -> None:
    tablet = house.tablet()
    tablet.csrf = re.findall(r'name="csrf_token" value="([^"]+)"', tablet.get("/sign-on").text)[0]
    assert tablet.post("/text-size", large="1", next="//evil.example").location == "/"
    tablet.sign_on("chen")
    assert 'class="large"' in tablet.get("/").text
    tablet.post("/sign-off")
    assert 'class="large"' not in tablet.get("/sign-on").text


def test_a_board_of_the_other_size_is_another_page(house: House) -> None:
    tablet = house.signed_on("chen")
    tag = tablet.get("/").headers["ETag"]
    assert tablet.get("/", If_None_Match=tag).status_code == 304
    tablet.post("/text-size", large="1")
    assert tablet.get("/", If_None_Match=tag).status_code == 200
